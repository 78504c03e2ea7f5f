//! A full disk: a file that cannot be written whole is not left behind, the failure is shown, and
//! the dashboard continues.

use std::fs;
use std::os::unix::fs::symlink;

use crate::pty::{Setup, quit};

/// A network whose model has more bytes than the smallest limit of a shell.
const NET: &str = "circle --paused --layers 2,30,30,1";

#[test]
fn a_save_for_which_there_is_no_room_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = format!("ulimit -f 1; exec {{}} {NET}");
    let mut pty = Setup::with_script(&script).within(folder.path()).start();
    pty.wait_for_text("circle");
    pty.wait_for_text("paused");
    pty.expect(":save mine\r", "cannot write mine-quadratic.json: ");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    pty.type_keys("\x1b");
    pty.wait_until_gone("cannot write");
    quit(pty);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    symlink("/dev/full", folder.path().join("mine.toml")).expect("a link");
    let mut pty = Setup::with_arguments(&["--paused"]).within(folder.path()).start();
    pty.wait_for_text("quadratic");
    pty.expect(":save! mine\r", "cannot write mine.toml: No space left");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    pty.type_keys("\x1b");
    pty.wait_until_gone("cannot write");
    quit(pty);
}
