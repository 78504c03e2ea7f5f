//! If two runs name the same file, only one of them writes it.

use std::fs;
use std::process::{Child, Stdio};

use rustix::process::Signal;

use crate::cli::children::{end_of, signal, wait_until};
use crate::cli::{TestDir, errors, records};

fn start(place: &TestDir, scenario: &str) -> Child {
    let args = ["run", scenario, "--epochs", "1000000000000", "--metrics", "m.jsonl"];
    let mut command = place.command(&args);
    let command = command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().expect("the program can be started")
}

fn length(place: &TestDir) -> u64 {
    fs::metadata(place.path("m.jsonl")).map_or(0, |about| about.len())
}

#[test]
fn the_second_run_is_refused_with_the_writer_of_the_file() {
    let place = TestDir::new();
    let mut first = start(&place, "xor");
    assert!(wait_until(|| length(&place) > 0));
    for line in ["run circle --metrics m.jsonl", "run circle --metrics ./m.jsonl --epochs 3"] {
        let refused = place.refused(line, 2);
        let holder = format!("process {}", first.id());
        assert!(refused.contains(&holder) && refused.contains("writes to it"), "{refused}");
        #[cfg(target_os = "linux")]
        assert!(refused.contains("run xor --epochs 1000000000000"), "{refused}");
    }
    let before = length(&place);
    assert!(wait_until(|| length(&place) > before), "the first run continues");
    signal(&first, Signal::TERM);
    assert_eq!(end_of(&mut first).code(), Some(143));
    records(&place.read("m.jsonl"));
    // The file is free again.
    place.succeed("run and --epochs 1 --metrics m.jsonl");
    assert_eq!(records(&place.read("m.jsonl")).len(), 4);
}

#[test]
fn of_six_runs_at_once_one_writes_and_five_are_refused() {
    let place = TestDir::new();
    let mut runs: Vec<Child> = (0..6).map(|_| start(&place, "xor")).collect();
    let mut refused = Vec::new();
    assert!(wait_until(|| {
        let ended = runs.extract_if(.., |run| run.try_wait().expect("it is a child").is_some());
        refused.extend(ended);
        refused.len() == 5
    }));
    for run in refused {
        let output = run.wait_with_output().expect("it has ended");
        assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
        assert!(errors(&output).contains(" writes to it"), "{}", errors(&output));
    }
    let before = length(&place);
    assert!(wait_until(|| length(&place) > before));
    signal(&runs[0], Signal::TERM);
    assert_eq!(end_of(&mut runs[0]).code(), Some(143));
    let steps: Vec<_> =
        records(&place.read("m.jsonl")).iter().map(|r| r["step"].as_u64()).collect();
    assert!(steps.is_sorted(), "the records of one run");
}

#[test]
fn the_second_run_with_the_same_summary_or_networks_is_refused_and_the_file_is_free_afterwards() {
    let place = TestDir::new();
    let args = ["run", "xor", "--epochs", "1000000000000", "--metrics", "m.jsonl"];
    let mut command = place.command(&args);
    command.args(["--summary", "s.json", "--save", "x-{arm}.json", "--checkpoint", "10"]);
    let command = command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut first = command.spawn().expect("the program can be started");
    assert!(wait_until(|| place.path("x-quadratic.json").exists()), "a checkpoint is written");
    for (flags, file) in [
        ("--summary ./s.json", "--summary ./s.json: "),
        ("--save x-{arm}.json", "--save x-quadratic.json: "),
        ("--save x-{arm}.json --resume", "--save x-quadratic.json: "),
        ("--summary x-cross-entropy.json", "--summary x-cross-entropy.json: "),
    ] {
        let refused = place.refused(&format!("run circle --epochs 3 {flags}"), 2);
        let holder = format!("{file}process {}", first.id());
        assert!(refused.contains(&holder) && refused.contains("writes to it"), "{refused}");
    }
    place.succeed("run circle --epochs 1 --summary t.json --save y-{arm}.json");
    signal(&first, Signal::TERM);
    assert_eq!(end_of(&mut first).code(), Some(143));
    place.succeed("run circle --epochs 1 --summary s.json");
    let names = place.names();
    assert!(names.iter().all(|name| !name.starts_with('.')), "{names:?}");
}

#[test]
fn the_files_of_a_killed_run_are_free() {
    let place = TestDir::new();
    let args =
        ["run", "xor", "--epochs", "1000000000000", "--summary", "s.json", "--metrics", "m.jsonl"];
    let mut first = place.command(&args).stdout(Stdio::null()).spawn().expect("it starts");
    assert!(wait_until(|| length(&place) > 0));
    signal(&first, Signal::KILL);
    end_of(&mut first);
    place.succeed("run and --epochs 1 --summary s.json");
    assert_eq!(place.names(), ["m.jsonl", "s.json"]);
}
