//! However the program ends or stops, the terminal is restored, and the status reports the cause.

use std::time::Duration;

use portable_pty::ExitStatus;
use rustix::process::{Signal, kill_process};

use crate::pty::{Pty, Setup, dashboard, paused, quit};

#[test]
fn q_and_ctrl_c_end_the_program_and_restore_the_terminal() {
    for key in ["q", "\x03"] {
        let mut pty = Setup::default().start();
        pty.wait_for_text("quadratic");
        assert!(pty.screen().hide_cursor());
        assert!(pty.is_raw(), "keys come one by one while the dashboard is up");
        pty.type_keys(key);
        let status = pty.wait_for_end();
        assert!(status.success(), "{status}");
        pty.wait_until_restored();
    }
}

#[test]
fn each_fatal_signal_restores_the_terminal_and_shows_in_the_status() {
    let signals = [
        (Signal::TERM, "Terminated"),
        (Signal::INT, "Interrupt"),
        (Signal::QUIT, "Quit"),
        (Signal::HUP, "Hangup"),
    ];
    for (signal, name) in signals {
        let mut pty = Setup::default().start();
        pty.wait_for_text("quadratic");
        pty.signal(signal);
        let status = pty.wait_for_end();
        let ended_by = status.signal().unwrap_or("no signal");
        assert!(ended_by.starts_with(name), "ended by {ended_by}, expected {name}");
        pty.wait_until_restored();
    }
}

/// Returns the text on the terminal after the dashboard has ended.
fn text_after_end(pty: &mut Pty) -> String {
    pty.wait_for_end();
    pty.wait_until_restored();
    pty.text().trim().to_owned()
}

#[test]
fn quitting_after_a_step_prints_the_result_of_the_run() {
    let leave: [fn(&mut Pty); 5] = [
        |pty| pty.type_keys("q"),
        |pty| pty.type_keys("\x03"),
        |pty| pty.signal(Signal::INT),
        |pty| pty.signal(Signal::TERM),
        |pty| pty.signal(Signal::HUP),
    ];
    for (leave, is_cut_off) in leave.into_iter().zip([false, false, false, true, true]) {
        let mut pty = paused();
        pty.expect("s", "epoch   1/300");
        pty.expect("s", "epoch   2/300");
        // The evaluation of an epoch may arrive after it.
        pty.wait_for_silence(Duration::from_millis(200));
        leave(&mut pty);
        let text = text_after_end(&mut pty);
        let lines: Vec<&str> = text.lines().collect();
        let [run, head, quadratic, entropy, ref message @ ..] = lines[..] else { panic!("{text}") };
        assert_eq!(run, "saturated: seed 1, 2 steps, 2 of 300 epochs, not finished");
        assert_eq!(head, "arm            epochs     cost  accuracy  best (epoch)");
        assert!(quadratic.starts_with("quadratic           2  0.48"), "{text}");
        assert!(entropy.starts_with("cross-entropy       2   3.44"), "{text}");
        // These tests have no folder for recordings.
        let expected = "nothing of this session is kept: there is no folder for it; \
            HOME or XDG_STATE_HOME should name one";
        assert_eq!(message, &[expected][..usize::from(is_cut_off)]);
    }
}

#[test]
fn a_finished_run_is_reported_as_finished() {
    let mut pty = dashboard(&Setup::with_arguments(&["--epochs", "9", "--pace", "max"]));
    pty.wait_for_text("finished");
    pty.type_keys("q");
    let text = text_after_end(&mut pty);
    assert!(text.starts_with("saturated: seed 1, 9 steps, 9 of 9 epochs, finished\n"), "{text}");
}

#[test]
fn quitting_before_the_first_step_prints_nothing() {
    let mut pty = paused();
    pty.type_keys("q");
    assert_eq!(text_after_end(&mut pty), "");
}

#[test]
fn a_suspended_dashboard_leaves_the_terminal_and_comes_back_whole() {
    for by_key in [true, false] {
        let mut pty = Setup::with_job("", "--paused --mouse").start();
        pty.wait_for_text("quadratic");
        pty.wait_for_silence(Duration::from_millis(200));
        let shown = pty.text();
        if by_key {
            pty.type_keys("\x1a");
        } else {
            kill_process(pty.job(), Signal::TSTP).expect("the program is there");
        }
        pty.wait_until_stopped();
        pty.wait_until_restored();
        pty.resume();
        pty.wait_for("the same screen", |screen| {
            screen.alternate_screen() && screen.hide_cursor() && screen.contents() == shown
        });
        pty.wait_for("the mouse", |screen| {
            screen.mouse_protocol_mode() == vt100::MouseProtocolMode::ButtonMotion
        });
        quit(pty);
    }
}

#[test]
fn a_window_that_changed_while_suspended_is_drawn_in_its_new_size() {
    let mut pty = dashboard(&Setup::with_job("", "--paused"));
    pty.type_keys("\x1a");
    pty.wait_until_stopped();
    pty.wait_until_restored();
    pty.resize(80, 24);
    pty.resume();
    pty.wait_for("the dashboard", |screen| {
        screen.alternate_screen() && screen.contents().contains("quadratic")
    });
    assert!(pty.text().lines().count() <= 24);
    quit(pty);
}

#[test]
fn without_a_parent_shell_the_dashboard_is_not_suspended_and_reports_it() {
    for by_key in [true, false] {
        // At the head of its session, as over `ssh -t`.
        let mut pty = paused();
        if by_key {
            pty.type_keys("\x1a");
        } else {
            pty.signal(Signal::TSTP);
        }
        assert_not_suspended(pty);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_shell_without_job_control_does_not_count_as_a_parent() {
    let mut pty = dashboard(&Setup::with_script("{} --paused; exit"));
    pty.type_keys("\x1a");
    assert_not_suspended(pty);
}

fn assert_not_suspended(mut pty: Pty) {
    pty.wait_for_text("nothing to suspend to: no shell above");
    assert!(pty.screen().alternate_screen());
    pty.expect("s", "epoch   1/300");
    pty.wait_until_gone("nothing to suspend to");
    quit(pty);
}

#[test]
fn a_terminal_that_disappears_ends_the_program_even_if_the_signal_is_ignored() {
    for arguments in ["", "--paused"] {
        let mut pty = Setup::with_script(&format!("trap '' HUP; exec {{}} {arguments}")).start();
        pty.wait_for_text("quadratic");
        pty.hang_up();
        assert_gone(&pty.wait_for_end());
    }
}

#[test]
fn a_terminal_that_disappears_ends_the_program() {
    let mut pty = dashboard(&Setup::default());
    pty.hang_up();
    assert_gone(&pty.wait_for_end());
}

/// Checks the status. Two threads see the signal and the closed terminal; either may be first.
pub(crate) fn assert_gone(status: &ExitStatus) {
    let is_signalled = status.signal().is_some_and(|name| name.starts_with("Hangup"));
    assert!(is_signalled || status.exit_code() == 129, "{status}");
}

#[test]
fn q_ends_the_program_at_once_even_if_the_terminal_accepts_no_bytes() {
    let mut pty = dashboard(&Setup::default().with_short_limits());
    pty.stall();
    // Enough keys and frames that a program which waits for its terminal would hang by now.
    for key in ["?", "\x1b", "2", "1", "\x0c", "+"] {
        pty.type_keys(key);
    }
    pty.type_keys("q");
    let status = pty.wait_for_end();
    assert!(status.success(), "{status}");
}

#[test]
fn a_signal_ends_the_program_even_if_the_terminal_accepts_no_bytes() {
    for (signal, name) in [(Signal::TERM, "Terminated"), (Signal::QUIT, "Quit")] {
        let mut pty = dashboard(&Setup::default().with_short_limits());
        pty.stall();
        pty.type_keys("\x0c");
        pty.signal(signal);
        let status = pty.wait_for_end();
        let ended_by = status.signal().unwrap_or("no signal");
        assert!(ended_by.starts_with(name), "ended by {ended_by}, expected {name}");
    }
}

#[test]
fn without_standard_input_the_keys_come_from_the_terminal() {
    for input in ["<&-", "</dev/null"] {
        let mut pty = Setup::with_script(&format!("exec {{}} --paused {input}")).start();
        pty.wait_for_text("quadratic");
        pty.expect("s", "epoch   1/300");
        quit(pty);
        let mut pty = Setup::with_script(&format!("trap '' HUP; exec {{}} {input}")).start();
        pty.wait_for_text("quadratic");
        pty.hang_up();
        assert_gone(&pty.wait_for_end());
    }
}

#[test]
fn the_failure_of_a_scenario_is_printed_again_once_the_terminal_is_restored() {
    let mut pty = Setup::with_arguments(&["mnist", "--data", "nowhere-to-be-found"]).start();
    pty.wait_for_text("could not start");
    pty.type_keys("q");
    assert_eq!(pty.wait_for_end().exit_code(), 1);
    pty.wait_until_restored();
    assert!(pty.text().contains("nowhere-to-be-found"), "{}", pty.text());
}

#[test]
fn q_ends_the_program_while_it_loads() {
    let many = ["digits", "--set", "data.train=1000000"];
    let mut pty = Setup::with_arguments(&many).start();
    pty.wait_for_text("loading");
    pty.type_keys("q");
    assert!(pty.wait_for_end().success());
    pty.wait_until_restored();
}

#[test]
fn q_ends_the_program_in_the_middle_of_a_long_mini_batch() {
    let long = ["circle", "--layers", "2,2000,2000,1", "--batch", "500", "--pace", "max"];
    let mut pty = Setup::with_arguments(&long).start();
    pty.wait_for_text("circle");
    pty.type_keys("q");
    assert!(pty.wait_for_end().success());
    pty.wait_until_restored();
}
