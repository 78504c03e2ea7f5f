//! If two runs name the same metrics file, only one of them writes it.

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
