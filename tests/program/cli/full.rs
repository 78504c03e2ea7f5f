//! A full disk: the run fails, and the files that exist are whole.

use std::process::Output;

use crate::cli::{TestDir, errors, records};

/// Runs a command line in a shell that lets no file grow beyond 2 KiB.
pub(crate) fn run_without_room(place: &TestDir, line: &str) -> Output {
    let program = env!("CARGO_BIN_EXE_xentviz");
    let script = format!("ulimit -f 4; exec {program} {line}");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script]).current_dir(place.0.path());
    command.output().expect("a shell can be started")
}

#[test]
fn metrics_for_which_there_is_no_room_end_the_run_after_a_whole_record() {
    let place = TestDir::new();
    for (name, flags) in [("m.jsonl", ""), ("m.csv", "--summary s.json")] {
        let line = format!("run circle --epochs 1000 --metrics {name} {flags}");
        let output = run_without_room(&place, &line);
        assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
        assert!(errors(&output).contains(&format!("cannot write {name}: ")), "{}", errors(&output));
        let text = place.read(name);
        assert!(text.ends_with('\n') && text.lines().count() > 1, "{text}");
    }
    assert!(!records(&place.read("m.jsonl")).is_empty());
    // Files that still fit are written all the same.
    assert_eq!(place.json("s.json")["scenario"], "circle");
}

#[test]
fn a_model_that_does_not_fit_is_not_left_behind() {
    let place = TestDir::new();
    let layers = "circle --layers 2,300,1 --epochs 1";
    for ending in ["json", "safetensors"] {
        let line = format!("run {layers} --save {{arm}}.{ending} --summary s.json");
        let output = run_without_room(&place, &line);
        assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
        assert!(errors(&output).contains("cannot write quadratic."), "{}", errors(&output));
        assert_eq!(place.names(), ["s.json"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error_of_status_1() {
    let place = TestDir::new();
    for line in [
        "run and --epochs 2 --metrics /dev/full",
        "run and --epochs 2 --summary /dev/full",
        "run and --epochs 2 > /dev/full",
        "run and --epochs 2 --metrics - > /dev/full",
        "list > /dev/full",
        "show and > /dev/full",
        "--help > /dev/full",
    ] {
        let output = run_without_room(&place, line);
        assert_eq!(output.status.code(), Some(1), "{line}: {}", errors(&output));
    }
}

#[test]
fn closed_standard_streams_are_no_failure_of_a_run() {
    let place = TestDir::new();
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let line = format!("run and --epochs 2 --metrics m.csv --summary s.json {closed}");
        assert_eq!(run_without_room(&place, &line).status.code(), Some(0), "{closed}");
        assert_eq!(place.json("s.json")["scenario"], "and");
        assert_eq!(place.read("m.csv").lines().count(), 7);
    }
}
