//! The dashboard starts from saved models: by `--load`, and by `:load`.

use std::fs;
use std::path::Path;
use std::process::Command;

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::pty::{Pty, Setup, quit};

/// Returns a folder with a scenario, its data and a model.
fn place() -> TempDir {
    let place = tempfile::tempdir().expect("a folder");
    let files = [
        ("s.toml", include_str!("models/s.toml")),
        ("d.csv", include_str!("models/d.csv")),
        ("m.json", include_str!("models/m.json")),
    ];
    for (name, text) in files {
        fs::write(place.path().join(name), text).expect("a file");
    }
    place
}

fn dashboard_in(place: &Path, arguments: &str) -> Pty {
    let script = format!("export XDG_STATE_HOME=\"$PWD\"; exec {{}} {arguments}");
    let mut pty = Setup::with_script(&script).within(place).start();
    pty.wait_for_text("? help");
    pty
}

/// Runs the program in a folder, which must succeed.
fn xentviz(folder: &Path, arguments: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xentviz"));
    command.args(arguments.split(' ')).current_dir(folder);
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
}

/// The words of the dashboard about the start of a run from the model.
const SAID: &str = "The start is that of m.json.";

#[test]
fn a_trained_model_can_be_looked_at_from_the_command_line() {
    let place = place();
    let mut pty = dashboard_in(place.path(), "s.toml --load m.json --paused");
    pty.wait_for_text(SAID);
    pty.wait_for_text("from m.json");
    pty.expect("S", "epoch 1/1");
    pty.expect("r", SAID);
    quit(pty);
}

#[test]
fn a_trained_model_can_be_looked_at_from_a_dashboard() {
    let place = place();
    let mut pty = dashboard_in(place.path(), "s.toml --paused");
    pty.expect(":load m.json\r", SAID);
    pty.expect(":save mine\r", "without the start of the run, m.json");
    let saved = fs::read_to_string(place.path().join("mine.toml")).expect("it is saved");
    let comment = "# The run began at the weights of m.json, which this file does not hold.\n";
    assert!(saved.starts_with(comment), "{saved}");
    // What cannot be loaded is refused in its line, and the run stays.
    pty.expect(":load none.json\r", "cannot be read: No such file");
    pty.wait_for_text("from m.json");
    pty.type_keys("\x03");
    pty.wait_for_end();
}

#[test]
fn a_run_from_a_model_that_is_cut_off_ends_as_if_it_had_not_been() {
    let place = place();
    let mut pty = dashboard_in(place.path(), "s.toml --load m.json --epochs 9 --paused");
    pty.wait_for_text(SAID);
    pty.expect("S", "epoch 1/9");
    pty.signal(Signal::TERM);
    pty.wait_for_end();
    let mut pty = dashboard_in(place.path(), "resume");
    pty.wait_for_text("epoch 1/9");
    pty.wait_for_text("from m.json");
    pty.expect(" ", "finished");
    pty.expect(":save end.toml\r", "wrote");
    quit(pty);
    xentviz(place.path(), "run s.toml --load m.json --epochs 9 --save whole.json");
    let parameters = |name: &str| {
        let text = fs::read_to_string(place.path().join(name)).expect("a model");
        let model: Value = serde_json::from_str(&text).expect("it is whole");
        ["weights", "biases"].map(|key| model[key].clone())
    };
    assert_eq!(parameters("end-a.json"), parameters("whole.json"));
}
