//! Each key has its effect, and other input has none.

use std::time::Duration;

use crate::pty::{Setup, dashboard, now, paused, quit};

#[test]
fn space_runs_and_pauses() {
    let mut pty = paused();
    pty.expect(" ", "running");
    pty.wait_until_gone("epoch   0/300");
    pty.expect(" ", "paused");
    quit(pty);
}

#[test]
fn s_and_full_stop_take_a_step_and_a_capital_s_an_epoch() {
    let mut pty = paused();
    pty.expect("s", "epoch   1/300");
    pty.expect(".", "epoch   2/300");
    pty.expect("S", "epoch   3/300");
    quit(pty);
}

#[test]
fn a_capital_s_goes_to_the_end_of_the_epoch_and_pauses() {
    let mut pty = dashboard(&Setup::with_arguments(&["circle", "--paused", "--epochs", "9"]));
    pty.expect_change("s");
    pty.expect("S", "epoch 1/9");
    pty.expect(" ", "running");
    pty.expect("S", "paused");
    quit(pty);
}

#[test]
fn plus_and_minus_move_eta_of_the_arm_that_tab_has_chosen() {
    let mut pty = paused();
    pty.expect("+", "η of quadratic is 0.16");
    pty.expect("=", "η of quadratic is 0.2");
    pty.expect("-", "η of quadratic is 0.16");
    pty.expect("\t+", "η of cross-entropy is 0.16");
    pty.expect("\x1b[Z-", "η of quadratic is 0.125");
    quit(pty);
}

#[test]
fn c_makes_eta_equal_then_calibrated_then_that_of_the_scenario() {
    let mut pty = paused();
    pty.expect("c", "η equal");
    pty.expect("c", "η calibrated");
    pty.type_keys("c");
    pty.wait_for("the η of the scenario", |screen| {
        let text = screen.contents();
        !text.contains("η calibrated") && text.matches("η 0.15").count() >= 2
    });
    quit(pty);
}

#[test]
fn the_angles_change_the_pace() {
    let mut pty = paused();
    pty.expect(">", "10 epochs/s");
    pty.expect(">", "20 epochs/s");
    pty.expect("<", "10 epochs/s");
    quit(pty);
}

#[test]
fn r_starts_again_and_a_capital_r_with_another_seed() {
    let mut pty = paused();
    pty.expect("s", "epoch   1/300");
    pty.expect("r", "epoch   0/300");
    pty.expect("s", "epoch   1/300");
    pty.expect("R", "seed 2");
    pty.wait_for_text("epoch   0/300");
    quit(pty);
}

#[test]
fn l_m_and_z_change_the_charts() {
    let mut pty = paused();
    for epoch in 1..=6 {
        pty.expect("s", &format!("epoch   {epoch}/300"));
    }
    pty.expect("l", "log");
    pty.expect_change("m");
    pty.expect_change("z");
    pty.expect_change("Z");
    quit(pty);
}

#[test]
fn t_changes_the_colours_and_nothing_else() {
    // The light theme paints its background, including the blanks after the last word of a row.
    let words = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let mut pty = paused();
    pty.wait_for_silence(Duration::from_millis(100));
    let text = words(&pty.text());
    pty.expect_change("t");
    pty.wait_for_silence(Duration::from_millis(100));
    assert_eq!(words(&pty.text()), text);
    quit(pty);
}

#[test]
fn figures_choose_the_view_and_the_question_mark_opens_the_help() {
    let mut pty = paused();
    pty.expect("3", "w gradient");
    pty.type_keys("1");
    pty.wait_until_gone("w gradient");
    pty.expect("?", "every key");
    pty.type_keys("\x1b");
    pty.wait_until_gone("every key");
    pty.type_keys("\x1b");
    // An Esc followed at once by another key would be one key: alt and a letter.
    pty.wait_for_silence(Duration::from_millis(300));
    pty.expect("s", "epoch   1/300");
    quit(pty);
}

#[test]
fn o_chooses_a_scenario() {
    let mut pty = paused();
    pty.expect("o", "choose a scenario");
    pty.expect("hopel", "hopeless");
    pty.type_keys("\r");
    pty.wait_until_gone("choose a scenario");
    pty.wait_until_gone("a saturated neuron");
    pty.wait_for_text("quadratic");
    quit(pty);
}

#[test]
fn e_accepts_an_exact_eta_and_reports_an_invalid_one() {
    let mut pty = paused();
    pty.expect("e", "η of quadratic =");
    pty.expect("0.123\r", "η of quadratic is 0.123");
    pty.expect("e", "η of quadratic =");
    pty.type_keys("-1\r");
    pty.wait_for("a refusal", |screen| screen.contents().contains("eta"));
    pty.type_keys("\x1b");
    pty.wait_until_gone("η of quadratic =");
    quit(pty);
}

#[test]
fn a_colon_opens_the_command_line_and_ctrl_c_still_quits() {
    let mut pty = paused();
    pty.expect(":", "NAME: write the scenario");
    pty.expect("set eta=0.3\r", "η 0.3");
    pty.expect(":", "NAME: write the scenario");
    pty.type_keys("qqq\x03");
    let status = pty.wait_for_end();
    assert!(status.success(), "{status}");
}

#[test]
fn save_writes_the_scenario_and_the_models() {
    let folder = tempfile::tempdir().expect("a folder");
    let setup = Setup::with_arguments(&["--paused"]).within(folder.path());
    let mut pty = dashboard(&setup);
    pty.expect("+", "η of quadratic is 0.16");
    pty.expect(":save mine\r", "wrote mine.toml");
    let scenario = std::fs::read_to_string(folder.path().join("mine.toml")).expect("a scenario");
    assert!(scenario.lines().any(|line| line == "eta     = 0.15"), "{scenario}");
    assert!(scenario.lines().any(|line| line == "eta = 0.16"), "{scenario}");
    for arm in ["quadratic", "cross-entropy"] {
        let model = std::fs::read_to_string(folder.path().join(format!("mine-{arm}.json")));
        assert!(model.expect("a model").contains("\"weights\""));
    }
    pty.expect(":save mine\r", "is there already");
    pty.type_keys("\x1b");
    pty.wait_until_gone(":save mine");
    quit(pty);
}

#[test]
fn a_name_with_invisible_characters_is_not_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pty = dashboard(&Setup::with_arguments(&["--paused"]).within(folder.path()));
    for command in [":save duel\u{202e}nosj", ":copy duel\u{200b}.txt"] {
        pty.expect(&format!("{command}\r"), "holds characters that cannot be seen");
        pty.type_keys("\x1b");
        pty.wait_until_gone("cannot be seen");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    quit(pty);
}

#[test]
fn ctrl_l_draws_every_cell_anew() {
    let mut pty = paused();
    pty.wait_for_silence(Duration::from_millis(200));
    let (shown, sent) = (pty.text(), pty.bytes.len());
    pty.type_keys("\x0c");
    pty.wait_for_bytes("\x1b[2J", sent);
    pty.wait_for_silence(Duration::from_millis(200));
    assert_eq!(pty.text(), shown);
    quit(pty);
}

#[test]
fn the_mouse_is_off_until_it_is_switched_on_and_then_chooses() {
    let mut pty = paused();
    assert_eq!(pty.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    pty.type_keys("M");
    pty.wait_for("the mouse", |screen| {
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::ButtonMotion
            && screen.mouse_protocol_encoding() == vt100::MouseProtocolEncoding::Sgr
    });
    pty.wait_for_silence(Duration::from_millis(100));
    let (row, column) = position_of(&pty.text(), "3 Weights");
    pty.expect(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"), "w gradient");
    pty.type_keys("M");
    pty.wait_for("no mouse", |screen| {
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    });
    quit(pty);
}

/// Returns row and column of a text on the screen, from 1.
fn position_of(screen: &str, text: &str) -> (usize, usize) {
    let found = screen.lines().enumerate().find_map(|(row, line)| {
        let byte = line.find(text)?;
        Some((row + 1, line[..byte].chars().count() + 1))
    });
    found.expect("the text is on the screen")
}

/// The number of times that a test tries something which a busy machine may spoil.
const ATTEMPTS: u32 = 20;

#[test]
fn an_escape_sequence_in_two_parts_is_no_key() {
    // The bytes of a key arrive in two parts: taken as keys, one of their characters might do
    // something.
    for rest in ["[2~", "OS", "[1;5S", "[3~"] {
        let sent = (0..ATTEMPTS).any(|_| check_that_it_is_no_key(rest));
        assert!(sent, "{rest} is taken for keys, or was never sent in time");
    }
}

/// Sends an escape and then `rest`; returns whether they change nothing and the input after the sequence is a key
/// again. If more than 50 ms pass between the parts, on either side of the terminal, they are keys.
fn check_that_it_is_no_key(rest: &str) -> bool {
    let mut pty = paused();
    pty.wait_for_silence(Duration::from_millis(200));
    let shown = pty.text();
    let start = now();
    pty.type_keys("\x1b");
    pty.read_for(Duration::from_millis(10));
    pty.type_keys(rest);
    let is_in_time = start.elapsed() < Duration::from_millis(40);
    pty.wait_for_silence(Duration::from_millis(100));
    let is_no_key = is_in_time && pty.text() == shown;
    if is_no_key {
        pty.expect("s", "epoch   1/300");
        quit(pty);
    }
    is_no_key
}

#[test]
fn keys_before_the_first_update_cause_no_failure() {
    let mut pty = Setup::with_arguments(&["--paused"]).start();
    let keys =
        ["sS+-c\t<>rRlmzZ13?", "\x1b", ":", "\x1b", "e", "\x1b", "o", "\x1b", "MM\x0ct\r\x7f"];
    for keys in keys.into_iter().chain(["[O(){}xy1234567890\x1b[A\x1b[Z\x1bOP\x1b[5~", " w()"]) {
        pty.type_keys(keys);
        pty.read_for(Duration::from_millis(20));
    }
    pty.wait_for_text("xentviz");
    pty.type_keys("\x03");
    let status = pty.wait_for_end();
    assert!(status.success(), "{status}");
    pty.wait_until_restored();
}

#[test]
fn a_key_is_handled_even_if_the_window_changes_with_it() {
    let mut pty = paused();
    for round in 0..40 {
        pty.resize(100 + round % 2, 40);
        pty.expect("?", "every key");
        pty.resize(110 + round % 2, 30);
        // The footer of the help shows different keys.
        pty.expect("\x1b", "space run  s step");
    }
    quit(pty);
}
