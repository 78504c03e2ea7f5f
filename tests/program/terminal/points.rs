//! Training points that the cursor and the mouse add, move and remove, and their table.

use std::fs;
use std::path::Path;

use crate::pty::{Pty, Setup, dashboard, quit};

/// Starts this command line in a folder that also takes the recordings.
fn start_in(folder: &Path, arguments: &str) -> Pty {
    let script = format!("export XDG_STATE_HOME=\"$PWD\"; exec {{}} {arguments}");
    dashboard(&Setup::with_script(&script).within(folder))
}

/// Opens the plane of `circle`, paused at epoch 2, and gives the cursor the arrows.
fn plane(folder: &Path, arguments: &str) -> Pty {
    let mut pty = start_in(folder, &format!("circle --at 2 {arguments}"));
    pty.wait_for_text("epoch   2/");
    pty.expect("5", "training points");
    pty.expect("\r", "At x₁ = ");
    pty
}

/// Gives the arrows back.
fn leave(pty: &mut Pty) {
    pty.type_keys("\x1b");
    pty.wait_until_gone("At x₁ = ");
}

/// Presses and releases the left button on a cell, counted from 1.
fn click(column: u16, row: u16) -> String {
    format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
}

#[test]
fn points_are_added_moved_and_removed_and_time_takes_them_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pty = plane(folder.path(), "--no-record");
    pty.expect("0+", "point added: class 0 at ");
    pty.wait_for_text("501 examples");
    pty.wait_for_text("here: class 0");
    pty.expect("d", "the point follows the cursor");
    pty.expect("\x1b[C", "point moved to ");
    pty.expect("d", "here: class 0");
    pty.expect("\x1b[C\x1b[C\x1b[C1+", "point added: class 1 at ");
    pty.wait_for_text("502 examples");
    pty.expect("x", "point removed: ");
    pty.wait_for_text("501 examples");
    // The step before has the points of that step.
    pty.expect("S", "epoch   3/");
    leave(&mut pty);
    pty.expect(":goto 1\r", "500 examples");
    pty.expect(":goto 3\r", "501 examples");
    quit(pty);
}

#[test]
fn a_second_click_adds_a_point_and_a_drag_moves_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pty = plane(folder.path(), "--no-record");
    pty.expect_change(&click(12, 8));
    pty.expect(&click(12, 8), "point added: class 1 at ");
    pty.wait_for_text("501 examples");
    pty.wait_for_text("here: class 1");
    pty.expect("\x1b[<0;12;8M\x1b[<32;14;9M", "point moved to ");
    pty.expect("\x1b[<32;16;10M\x1b[<0;16;10m", "here: class 1");
    pty.wait_for_text("501 examples");
    quit(pty);
}

#[test]
fn a_reset_keeps_the_points_and_the_recording_makes_them_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pty = plane(folder.path(), "--record points.jsonl");
    pty.expect("+", "501 examples");
    leave(&mut pty);
    pty.expect("r", "epoch   0/");
    pty.wait_for_text("501 examples");
    pty.expect("S", "epoch   1/");
    quit(pty);
    let mut pty = start_in(folder.path(), "replay points.jsonl --speed 1000");
    pty.wait_for_text("epoch   1/");
    pty.wait_for_text("501 examples");
    quit(pty);
}

#[test]
fn the_points_are_saved_as_a_table_that_reads_as_the_same_points() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pty = plane(folder.path(), "--no-record");
    pty.expect("0+", "501 examples");
    pty.wait_for_text("here: class 0");
    pty.expect(":save-points mine.csv\r", "wrote mine.csv");
    let again = "save-points! mine.csv";
    pty.expect(":save-points mine.csv\r", again);
    pty.type_keys("\x1b");
    pty.wait_until_gone(again);
    pty.expect(
        ":save run\r",
        "no changed points in the scenario (:save-points FILE keeps them): wrote run",
    );
    quit(pty);
    let table = fs::read_to_string(folder.path().join("mine.csv")).expect("it is written");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!((lines.len(), lines[0]), (502, "x1,x2,class"));
    assert!(lines[501].ends_with(",0"), "{}", lines[501]);
    let numbers = |line: &&str| line.split(',').all(|field| field.parse::<f64>().is_ok());
    assert!(lines[1..].iter().all(numbers));
    let mut pty = start_in(folder.path(), "mine.csv --set data.test=0 --no-record");
    pty.wait_for_text("501 examples");
    quit(pty);
}
