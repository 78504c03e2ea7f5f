//! The dashboard starts from saved models: by `--load`, and by `:load`.

use std::fs;
use std::path::Path;
use std::process::Command;

use rustix::process::Signal;
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
    pty.wait_for_text("cost over step");
    pty
}

fn xentviz(folder: &Path, arguments: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xentviz"));
    command.args(arguments.split(' ')).current_dir(folder);
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_trained_model_can_be_looked_at() {
    let place = place();
    let mut pty = dashboard_in(place.path(), "s.toml --load m.json --paused");
    pty.wait_for_text("The start is that of m.json.");
    // The last weight of the first layer, written in the model as 0.0, and the first, 0.5.
    pty.expect("3", "+0.5");
    pty.expect("sr", "The start is that of m.json.");
    quit(pty);
}
