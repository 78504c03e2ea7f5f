//! A session that is killed at any moment: its file, and the run that goes on from there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use super::recorded::{events, saved, sessions, set_recorded, start_in};
use crate::pty::{Pty, now, quit};

/// The arms, and their η at the start.
const ARMS: [&str; 2] = ["quadratic", "cross-entropy"];
const FIRST_ETA: f64 = 0.15;

/// A run of one example, so that each step is an epoch, and `xentviz run` can change η after any of them.
const RUN: &str = "saturated --set training.pace=2000 --epochs 1000000";

#[test]
fn a_session_that_is_killed_at_any_moment_goes_on_with_the_bits_of_one_that_was_not() {
    // Two hundred moments, of which the test of every build takes a few.
    let moments = if std::env::var("XENTVIZ_ALL_COURSES").is_ok() { 200 } else { 4 };
    for moment in 0..moments {
        // Arbitrary, but the same in every build (Knuth's multiplicative hash).
        let wait = Duration::from_millis(moment * 2_654_435_761 % 450);
        check_killed_after(wait, moment % 4 == 3);
    }
}

/// Kills a session so long after a change. If it is early, that is the first one, whose file may not exist yet.
fn check_killed_after(wait: Duration, is_early: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pty = start_in(folder.path(), RUN);
    pty.wait_for_text("cross-entropy");
    if !is_early {
        set_recorded(&mut pty, folder.path(), "0.5");
    }
    pty.type_keys(":set eta 0.25\r");
    read_on(&mut pty, wait);
    let before = events_of_only_session(folder.path());
    pty.signal(Signal::KILL);
    pty.wait_for_end();
    let after = events_of_only_session(folder.path());
    check_nothing_lost(&before, &after);
    if after.is_empty() {
        let mut none = start_in(folder.path(), "resume");
        none.wait_for_text("no session was cut off");
        return;
    }
    let mut resumed = start_in(folder.path(), "resume");
    resumed.wait_for("the end of the script", |_| sessions(folder.path()).len() == 2);
    let networks = saved(&mut resumed, folder.path(), "resumed");
    quit(resumed);
    assert!(
        networks.iter().map(|bytes| parameters(bytes)).eq(never_killed(folder.path(), &after)),
        "{after:?}"
    );
    let again = events(&sessions(folder.path())[1]);
    assert_eq!(changes(&again), changes(&after), "the new session holds all of the first");
}

/// Reads for so long.
fn read_on(pty: &mut Pty, wait: Duration) {
    let until = now() + wait;
    while now() < until {
        pty.read_for(until.saturating_duration_since(now()));
    }
}

fn events_of_only_session(folder: &Path) -> Vec<Value> {
    let all: Vec<PathBuf> = sessions(folder);
    assert!(all.len() < 2);
    all.first().map(|path| events(path)).unwrap_or_default()
}

/// Checks that what was in the file before is still there; only a position may be replaced.
fn check_nothing_lost(before: &[Value], after: &[Value]) {
    let is_position = |event: &Value| event.as_object().is_some_and(|keys| keys.len() == 2);
    for (number, event) in before.iter().enumerate() {
        assert!(is_position(event) || after.get(number) == Some(event), "{event} of {after:?}");
    }
    let step = |events: &[Value]| events.last().map_or(0, step);
    assert!(step(after) >= step(before), "{before:?} {after:?}");
}

/// Returns the changes of a session.
fn changes(events: &[Value]) -> Vec<(u64, &Value)> {
    let changes = events.iter().filter(|event| event["set"].is_object());
    changes.map(|event| (step(event), &event["set"])).collect()
}

fn step(event: &Value) -> u64 {
    event["step"].as_u64().expect("each line has a step")
}

/// Returns the weights and biases of a saved network.
fn parameters(bytes: &[u8]) -> [Value; 2] {
    let model: Value = serde_json::from_slice(bytes).expect("it is whole");
    ["weights", "biases"].map(|key| model[key].clone())
}

/// Trains to the end of a session without a screen, and returns the parameters of each arm.
fn never_killed(folder: &Path, events: &[Value]) -> impl Iterator<Item = [Value; 2]> {
    let mut etas = BTreeMap::from(ARMS.map(|arm| (arm.to_owned(), FIRST_ETA)));
    let mut here = None;
    for (step, set) in changes(events) {
        train(folder, &mut here, step, &etas);
        let arm = set["arm"].as_str().expect("a change of η is one of an arm");
        match set["eta"].as_f64() {
            Some(eta) => etas.insert(arm.to_owned(), eta),
            // Each arm has its own η already.
            None => continue,
        };
    }
    train(folder, &mut here, events.last().map_or(0, step), &etas);
    let folder = folder.to_owned();
    ARMS.into_iter().map(move |arm| {
        let path = folder.join(format!("whole-{arm}.json"));
        parameters(&fs::read(path).expect("it is saved"))
    })
}

/// Trains from the step of the saved networks, if there are any, to this one.
fn train(folder: &Path, here: &mut Option<u64>, to: u64, etas: &BTreeMap<String, f64>) {
    if *here == Some(to) {
        return;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_xentviz"));
    command.args(["run", "saturated", "--save", "whole-{arm}.json", "--evaluate", "0"]);
    command.args(["--epochs", &to.to_string()]).current_dir(folder);
    for (arm, eta) in etas {
        command.args(["--set", &format!("arm.{arm}.eta={eta}")]);
    }
    if here.is_some() {
        command.args(["--load", "whole-{arm}.json", "--resume"]);
    }
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    *here = Some(to);
}
