//! `--at`, `:share` and `--print-share`: a state is shown again by the line that shares it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::pty::{Pty, Setup, dashboard, quit};

/// Starts this command line in a folder that also takes the recordings; `xentviz` in it is the program.
fn start_in(folder: &Path, line: &str) -> Pty {
    let program = line.replacen("xentviz", "{}", 1);
    let script = format!("export XDG_STATE_HOME=\"$PWD\"; exec {program}");
    dashboard(&Setup::with_script(&script).within(folder))
}

/// Returns the line that `:share` writes to a file.
fn shared(pty: &mut Pty, folder: &Path, name: &str) -> String {
    pty.expect(&format!(":share {name}\r"), &format!("wrote {name}"));
    fs::read_to_string(folder.join(name)).expect("it is written").trim_end().to_owned()
}

/// Returns what the view reads, once all of it is there.
fn readout(pty: &mut Pty, folder: &Path, name: &str) -> String {
    pty.wait_for_silence(Duration::from_millis(300));
    pty.expect(&format!(":copy {name}\r"), &format!("wrote {name}"));
    fs::read_to_string(folder.join(name)).expect("it is written")
}

/// Ends the dashboard; returns the last lines that it has left on the terminal.
fn left(mut pty: Pty) -> Vec<String> {
    pty.type_keys("q");
    assert_eq!(pty.wait_for_end().exit_code(), 0);
    pty.wait_until_restored();
    let lines = pty.screen().contents();
    lines.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn a_position_is_shown_paused_and_shared_and_the_line_shows_it_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = "xentviz xor --set arm.quadratic.eta=0.3 --set 'title=it'\\''s $1' --at step=333";
    let mut pty = start_in(folder.path(), line);
    pty.wait_for_text("epoch   6/");
    pty.wait_for_text("paused");
    pty.expect_change("sR");
    pty.wait_for_text("seed 2");
    pty.expect_change("SS");
    pty.wait_for_text("epoch   2/");
    let (line, expected) =
        (shared(&mut pty, folder.path(), "a"), readout(&mut pty, folder.path(), "b"));
    assert_eq!(
        line,
        "xentviz xor --set arm.quadratic.eta=0.3 --set 'title=it'\\''s $1' --set seed=2 --at 2"
    );
    quit(pty);
    let mut again = start_in(folder.path(), &format!("{line} --print-share"));
    again.wait_for_text("epoch   2/");
    assert_eq!(readout(&mut again, folder.path(), "c"), expected);
    let lines = left(again);
    assert!(lines.contains(&line), "{lines:?}");
}

#[test]
fn a_run_from_a_table_or_from_models_is_shown_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = |n: u32| format!("{},{},{}\n", n % 7, n % 5, (n % 7 + n % 5) / 5);
    let table = format!("one,two,three\n{}", (0..60).map(row).collect::<String>());
    fs::write(folder.path().join("my table.csv"), table).expect("it is written");
    let save = Setup::with_script("exec {} run xor --epochs 1 --save 'm-{arm}.json'");
    assert!(save.within(folder.path()).start().wait_for_end().success());
    for (line, expected, epoch) in [
        (
            "xentviz 'my table.csv' --target three --epochs 9 --at step=12",
            "xentviz 'my table.csv' --set target=three --set epochs=9 --at step=12",
            "epoch 2/9",
        ),
        (
            "xentviz xor --load 'm-{arm}.json' --at 1",
            "xentviz xor --load 'm-{arm}.json' --at 1",
            "epoch   1/",
        ),
    ] {
        let mut pty = start_in(folder.path(), line);
        pty.wait_for_text(epoch);
        let shared = shared(&mut pty, folder.path(), "a");
        assert_eq!(shared, expected);
        let numbers = readout(&mut pty, folder.path(), "b");
        quit(pty);
        let mut again = start_in(folder.path(), &shared);
        again.wait_for_text(epoch);
        assert_eq!(readout(&mut again, folder.path(), "c"), numbers, "{line}");
        quit(again);
        for name in ["a", "b", "c"] {
            fs::remove_file(folder.path().join(name)).expect("it is there");
        }
    }
}

#[test]
fn a_change_on_the_way_is_shared_as_a_recording_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pty = start_in(folder.path(), "xentviz saturated --at 7 --record 'my session.jsonl'");
    pty.wait_for_text("epoch   7/");
    // The trainer's confirmation takes the place of one before it.
    pty.expect("+", "η of quadratic is 0.16");
    let recording = folder.path().join("my session.jsonl");
    pty.wait_for("the change in the recording", |_| {
        fs::read_to_string(&recording).is_ok_and(|lines| lines.contains("0.16"))
    });
    // The program knows of the file once the disk has confirmed it.
    pty.wait_for_silence(Duration::from_millis(200));
    pty.expect(":share a\r", "as a replay: η of quadratic was set at step 7");
    let line = fs::read_to_string(folder.path().join("a")).expect("it is written");
    assert_eq!(line, "xentviz replay 'my session.jsonl'\n");
    quit(pty);
    let mut replay =
        start_in(folder.path(), &format!("{} --speed 1000 --print-share", line.trim_end()));
    replay.wait_for_text("epoch   7/");
    assert!(left(replay).contains(&line.trim_end().to_owned()));
    let unrecorded = "xentviz saturated --at 7 --no-record --print-share";
    let mut pty = start_in(folder.path(), unrecorded);
    pty.wait_for_text("epoch   7/");
    pty.expect("+", "η of quadratic is 0.16");
    let why = "no line does it: η of quadratic was set at step 7";
    pty.expect(":share\r", why);
    pty.type_keys("\x1b");
    pty.wait_until_gone(why);
    assert!(left(pty).iter().any(|line| line.starts_with(why)));
}

#[test]
fn a_step_after_the_end_is_refused_and_the_run_waits_at_its_start() {
    let mut pty = dashboard(&Setup::with_arguments(&["--at", "step=301"]));
    pty.wait_for_text("step 301 is after the end of the run; step 300 or epoch 300 would do");
    pty.wait_for_text("epoch   0/300");
    quit(pty);
    let mut at_end = dashboard(&Setup::with_arguments(&["--at", "step=300"]));
    at_end.wait_for_text("epoch 300/300");
    quit(at_end);
}
