//! Named pipes and devices in place of files: a reader gets everything written, in whatever order
//! it reads, and a missing reader does not delay the end.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use rustix::process::Signal;

use crate::cli::children::{end_of, signal};
use crate::cli::{TestDir, errors, records};

/// One neuron, so that its network goes to one pipe.
const ONE: &str = r#"
    data = { kind = "table", inputs = [[1]], targets = [[0]] }
    network = { layers = [1, 1] }
    training = { epochs = 20, batch = 1, eta = 1 }
    arm = [{ name = "a", cost = "quadratic" }]
"#;

fn place_with(pipes: &[&str]) -> TestDir {
    let place = TestDir::new();
    place.write("one.toml", ONE);
    for pipe in pipes {
        let made = Command::new("mkfifo").arg(place.path(pipe)).status();
        assert!(made.expect("a pipe can be made").success());
    }
    place
}

/// Reads pipes to their ends, one after the other.
fn read(place: &TestDir, pipes: &[&str]) -> JoinHandle<Vec<String>> {
    let paths: Vec<_> = pipes.iter().map(|pipe| place.path(pipe)).collect();
    thread::spawn(move || {
        let read = |path| {
            let mut text = String::new();
            let mut pipe = File::open(path).expect("it is a pipe");
            pipe.read_to_string(&mut text).expect("it can be read");
            text
        };
        paths.iter().map(read).collect()
    })
}

fn start(place: &TestDir, line: &str) -> Child {
    let mut command = place.command(&line.split_whitespace().collect::<Vec<_>>());
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().expect("the program can be started")
}

#[test]
fn a_reader_gets_everything_from_a_pipe_that_is_named() {
    let place = place_with(&["m", "s", "n.json"]);
    let line = "run one.toml --metrics m.jsonl --summary s.json --save n2.json";
    place.succeed(line);
    for (flags, pipe, file) in [
        ("--metrics m", "m", Some("m.jsonl")),
        ("--summary s", "s", None),
        // A model contains the number of records that its run has written.
        ("--save n.json --metrics m.jsonl", "n.json", Some("n2.json")),
    ] {
        let reader = read(&place, &[pipe]);
        place.succeed(&format!("run one.toml {flags}"));
        let text = reader.join().expect("it reads").remove(0);
        match file {
            Some(file) => assert_eq!(text, place.read(file), "{flags}"),
            None => assert!(text.contains("\"wall_seconds\""), "{text}"),
        }
    }
}

#[test]
fn one_reader_of_several_pipes_may_read_them_in_any_order_after_the_metrics() {
    let pipes = ["m", "s", "n.json"];
    for order in [["m", "s", "n.json"], ["m", "n.json", "s"]] {
        let place = place_with(&pipes);
        let reader = read(&place, &order);
        place.succeed("run one.toml --metrics m --summary s --save n.json");
        let texts = reader.join().expect("it reads");
        assert_eq!(records(&texts[0]).len(), 21);
        assert!(texts.iter().all(|text| text.ends_with('\n')), "{texts:?}");
    }
}

#[test]
fn waiting_for_a_reader_is_reported_and_ends_with_a_signal() {
    for (flags, expected) in [
        ("--metrics m", "waiting for a reader of m"),
        ("--summary m --save n.json", "waiting for a reader of n.json, m"),
    ] {
        let place = place_with(&["m", "n.json"]);
        let mut child = start(&place, &format!("run one.toml {flags}"));
        let mut errors = BufReader::new(child.stderr.take().expect("it has a pipe")).lines();
        let line = errors.next().expect("a line is printed").expect("it is a line");
        assert_eq!(line, format!("xentviz: {expected}"));
        signal(&child, Signal::TERM);
        assert_eq!(end_of(&mut child).code(), Some(143));
        let rest: Vec<_> = errors.map(|line| line.expect("it is a line")).collect();
        let given_up = "xentviz: nothing has been written to n.json, m";
        let expected: &[&str] = if flags.contains("save") { &[given_up] } else { &[] };
        assert_eq!(rest, expected);
    }
}

#[test]
fn devices_may_be_named_more_than_once() {
    let place = place_with(&[]);
    let null = "/dev/null";
    place.succeed(&format!("run one.toml --metrics {null} --summary {null}"));
    place.write("x", "");
    let line = "run one.toml --metrics ./x --summary x";
    assert!(place.refused(line, 2).contains("--metrics and --summary both say x"));
}

#[test]
fn a_pipe_can_neither_be_kept_up_to_date_nor_continued_from() {
    let place = place_with(&["n.json"]);
    let refused = place.refused("run one.toml --save n.json --checkpoint 1", 2);
    assert_eq!(refused, "--checkpoint: --save n.json is no file to be replaced\n");
    let refused = place.refused("run one.toml --save n.json --resume", 2);
    assert_eq!(refused, "--save n.json: is no file to go on from\n");
    // But a model can be loaded from one.
    place.succeed("run one.toml --save m.json");
    let mut command = Command::new("sh");
    command.args(["-c", "cat m.json > n.json"]).current_dir(place.0.path());
    let mut writer = command.spawn().expect("a shell can be started");
    let output = place.run("run one.toml --load n.json --resume");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(writer.wait().expect("it ends").success());
}
