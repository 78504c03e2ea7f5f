//! The program in a real terminal: that it draws, heeds keys and signals, and hands the terminal
//! back however it ends.

#![cfg(unix)]

#[path = "terminal/pty.rs"]
mod pty;

use std::time::Duration;

use rustix::process::Signal;

use pty::{Pty, Setup, now};

/// The dashboard, up and drawn.
fn dashboard(setup: Setup) -> Pty {
    let mut pty = setup.start();
    pty.wait_for("the dashboard", vt100::Screen::alternate_screen);
    pty.wait_for_text("quadratic");
    pty
}

/// The dashboard of a run that waits for a key.
fn paused() -> Pty {
    dashboard(Setup::with_arguments(&["--paused"]))
}

/// Ends the dashboard as a user does.
fn quit(mut pty: Pty) {
    pty.type_keys("q");
    let (status, _) = pty.wait_for_end();
    assert_eq!(status.exit_code(), 0);
    pty.wait_until_restored();
}

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
    let mut pty = dashboard(Setup::with_arguments(&["circle", "--paused", "--epochs", "9"]));
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
fn c_makes_eta_equal_then_calibrated_then_what_it_was() {
    let mut pty = paused();
    pty.expect("c", "η equal");
    pty.expect("c", "η calibrated");
    pty.type_keys("c");
    pty.wait_until_gone("η calibrated");
    assert!(pty.text().matches("η 0.15").count() >= 2, "{}", pty.text());
    quit(pty);
}

#[test]
fn the_angles_change_the_pace() {
    let mut pty = paused();
    pty.expect(">", "50 epochs/s");
    pty.expect("<", "20 epochs/s");
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
    let mut pty = paused();
    pty.wait_for_silence(Duration::from_millis(100));
    let text = pty.text();
    pty.expect_change("t");
    pty.wait_for_silence(Duration::from_millis(100));
    assert_eq!(pty.text(), text);
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
    // An Esc and what comes with it would be one key: alt and a letter.
    pty.read_for(Duration::from_millis(300));
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
fn e_takes_an_exact_eta_and_says_what_is_wrong_with_another() {
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
    let (status, _) = pty.wait_for_end();
    assert!(status.success(), "{status}");
}

#[test]
fn save_writes_the_scenario_and_the_models() {
    let folder = tempfile::tempdir().expect("a folder");
    let setup = Setup::with_arguments(&["--paused"]).within(folder.path());
    let mut pty = dashboard(setup);
    pty.expect("+", "η of quadratic is 0.16");
    pty.expect(":save mine\r", "wrote mine.toml");
    let scenario = std::fs::read_to_string(folder.path().join("mine.toml")).expect("a scenario");
    assert!(scenario.contains("eta = 0.16"), "{scenario}");
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
fn the_mouse_is_off_until_asked_for_and_then_chooses() {
    let mut pty = paused();
    assert_eq!(pty.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    pty.type_keys("M");
    pty.wait_for("the mouse", |screen| {
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::ButtonMotion
            && screen.mouse_protocol_encoding() == vt100::MouseProtocolEncoding::Sgr
    });
    pty.wait_for_silence(Duration::from_millis(100));
    let (row, column) = place_of(&pty.text(), "3 Weights");
    pty.expect(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"), "w gradient");
    pty.type_keys("M");
    pty.wait_for("no mouse", |screen| {
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    });
    quit(pty);
}

/// Row and column of a text on the screen, from 1.
fn place_of(screen: &str, text: &str) -> (usize, usize) {
    let found = screen.lines().enumerate().find_map(|(row, line)| {
        let byte = line.find(text)?;
        Some((row + 1, line[..byte].chars().count() + 1))
    });
    found.expect("the text is on the screen")
}

#[test]
fn a_torn_escape_sequence_is_no_key() {
    let mut pty = paused();
    pty.wait_for_silence(Duration::from_millis(200));
    let shown = pty.text();
    // The bytes of an arrow come in two parts: were they keys, a letter of them might be one that
    // does something. What follows the sequence is a key again.
    for rest in ["[C", "OS", "[1;5S", "[3~"] {
        pty.type_keys("\x1b");
        pty.read_for(Duration::from_millis(10));
        pty.type_keys(rest);
        pty.wait_for_silence(Duration::from_millis(100));
        assert_eq!(pty.text(), shown);
    }
    pty.expect("s", "epoch   1/300");
    quit(pty);
}

#[test]
fn no_key_does_harm_before_anything_is_known() {
    let mut pty = Setup::with_arguments(&["--paused"]).start();
    let keys =
        ["sS+-c\t<>rRlmzZ13?", "\x1b", ":", "\x1b", "e", "\x1b", "o", "\x1b", "MM\x0ct\r\x7f"];
    for keys in keys.into_iter().chain(["[O(){}xy1234567890\x1b[A\x1b[Z\x1bOP\x1b[5~", " w()"]) {
        pty.type_keys(keys);
        pty.read_for(Duration::from_millis(20));
    }
    pty.wait_for_text("xentviz");
    pty.type_keys("\x03");
    let (status, _) = pty.wait_for_end();
    assert!(status.success(), "{status}");
    pty.wait_until_restored();
}

#[test]
fn q_and_ctrl_c_end_it_and_hand_the_terminal_back() {
    for key in ["q", "\x03"] {
        let mut pty = Setup::default().start();
        pty.wait_for_text("quadratic");
        assert!(pty.screen().hide_cursor());
        assert!(pty.is_raw(), "keys come one by one while the dashboard is up");
        pty.type_keys(key);
        let (status, _) = pty.wait_for_end();
        assert!(status.success(), "{status}");
        pty.wait_until_restored();
    }
}

#[test]
fn each_deadly_signal_hands_the_terminal_back_and_shows_in_the_status() {
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
        let (status, _) = pty.wait_for_end();
        let said = status.signal().unwrap_or("no signal");
        assert!(said.starts_with(name), "{said} in place of {name}");
        pty.wait_until_restored();
    }
}

#[test]
fn a_suspended_dashboard_leaves_the_terminal_and_comes_back_whole() {
    for by_key in [true, false] {
        let mut pty = Setup::with_arguments(&["--paused", "--mouse"]).start();
        pty.wait_for_text("quadratic");
        pty.wait_for_silence(Duration::from_millis(200));
        let shown = pty.text();
        if by_key {
            pty.type_keys("\x1a");
        } else {
            pty.signal(Signal::TSTP);
        }
        pty.wait_until_stopped();
        pty.wait_until_restored();
        pty.signal(Signal::CONT);
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
    let mut pty = paused();
    pty.type_keys("\x1a");
    pty.wait_until_stopped();
    pty.resize(80, 24);
    pty.signal(Signal::CONT);
    pty.wait_for("the dashboard", |screen| {
        screen.alternate_screen() && screen.contents().contains("quadratic")
    });
    assert!(pty.text().lines().count() <= 24);
    quit(pty);
}

#[test]
fn a_terminal_that_goes_away_ends_it_even_where_the_signal_is_ignored() {
    let program = env!("CARGO_BIN_EXE_xentviz");
    for arguments in ["", "--paused"] {
        let script = format!("trap '' HUP; {program} {arguments}; exit $?");
        let setup =
            Setup { program: vec!["sh".to_owned(), "-c".to_owned(), script], ..Setup::default() };
        let mut pty = setup.start();
        pty.wait_for_text("quadratic");
        pty.hang_up();
        let (status, took) = pty.wait_for_end();
        assert_eq!(status.exit_code(), 129);
        assert!(took < Duration::from_secs(1), "it took {took:?}");
    }
}

#[test]
fn a_terminal_that_goes_away_ends_it() {
    let mut pty = dashboard(Setup::default());
    pty.hang_up();
    let (status, took) = pty.wait_for_end();
    // The signal and the closed terminal are seen by two threads; either may be first.
    assert!(
        status.signal().is_some_and(|name| name.starts_with("Hangup")) || status.exit_code() == 129
    );
    assert!(took < Duration::from_secs(1), "it took {took:?}");
}

#[test]
fn q_ends_it_at_once_though_the_terminal_takes_no_bytes() {
    let mut pty = dashboard(Setup::default());
    pty.stall();
    // Enough keys and frames that a program which waits for its terminal would stand by now.
    for key in ["?", "\x1b", "2", "1", "\x0c", "+"] {
        pty.type_keys(key);
    }
    pty.type_keys("q");
    let (status, took) = pty.wait_for_end();
    assert!(status.success(), "{status}");
    // 100 ms on a machine with nothing else to do.
    assert!(took < Duration::from_millis(900), "it took {took:?}");
}

#[test]
fn a_signal_ends_it_though_the_terminal_takes_no_bytes() {
    let mut pty = dashboard(Setup::default());
    pty.stall();
    pty.type_keys("\x0c");
    pty.signal(Signal::TERM);
    let (status, took) = pty.wait_for_end();
    assert_eq!(status.signal(), Some("Terminated"));
    assert!(took < Duration::from_secs(1), "it took {took:?}");
}

#[test]
fn a_storm_of_sizes_ends_with_the_last_size_drawn() {
    let mut pty = dashboard(Setup::default());
    let sizes = [(80, 24), (200, 60), (20, 5), (1, 1), (300, 10), (10, 100), (3, 2), (132, 43)];
    for round in 0..5 {
        for (columns, rows) in sizes {
            pty.resize(columns, rows + round);
            pty.type_keys("z");
        }
    }
    pty.resize(80, 24);
    pty.wait_for("a screen of 80 × 24", |screen| {
        let lines = screen.contents();
        lines.contains("quadratic") && lines.lines().count() == 24
    });
    quit(pty);
}

#[test]
fn nothing_is_written_while_nothing_happens() {
    let mut pty = paused();
    pty.wait_for_silence(Duration::from_millis(300));
    let (bytes, wakes) = (pty.bytes.len(), wakes(&pty));
    assert!(!pty.read_for(Duration::from_millis(700)));
    assert_eq!(pty.bytes.len(), bytes);
    assert_eq!(self::wakes(&pty), wakes, "a paused program does not wake up");
    quit(pty);
}

/// How often the threads of the program have been woken, where the system tells.
fn wakes(pty: &Pty) -> Option<u64> {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", pty.pid().as_raw_nonzero())).ok()?;
    let mut sum = 0;
    for task in tasks {
        let status = std::fs::read_to_string(task.ok()?.path().join("status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
        sum += line.trim().parse::<u64>().ok()?;
    }
    Some(sum)
}

#[test]
fn the_terminal_is_never_asked_anything() {
    let mut pty = paused();
    for key in ["?", "\x1b", "o", "\x1b", "2", "\x0c", "1"] {
        pty.type_keys(key);
        pty.wait_for_silence(Duration::from_millis(50));
    }
    pty.resize(90, 30);
    pty.wait_for_silence(Duration::from_millis(200));
    pty.type_keys("q");
    pty.wait_for_end();
    let sent = String::from_utf8_lossy(&pty.bytes).into_owned();
    for (end, what) in control_sequences(&sent) {
        let is_question = matches!(end, 'n' | 'c' | 'u' | 'x' | 't')
            || (end == 'p' && what.contains('$'))
            || (end == 'q' && what.starts_with('>'));
        assert!(!is_question, "ESC [ {what} {end} is a question");
    }
    for question in ["\x1b]", "\x1bP", "\x1bZ", "\x05"] {
        assert!(!sent.contains(question), "{question:?} is a question");
    }
    assert!(!sent.contains("\x1b[?1003h"), "each move of the mouse would be reported");
}

/// The control sequences of a text: the last letter, and what is before it.
fn control_sequences(text: &str) -> impl Iterator<Item = (char, &str)> {
    text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| ('@'..='~').contains(&c))?;
        Some((rest[end..].chars().next()?, &rest[..end]))
    })
}

/// The numbers of all `ESC [ … m`.
fn attributes(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    control_sequences(&text)
        .filter(|(end, _)| *end == 'm')
        .map(|(_, what)| what.to_owned())
        .collect()
}

fn is_colour(code: &str) -> bool {
    code.parse().is_ok_and(|code: u16| matches!(code, 30..=49 | 90..=107))
}

#[test]
fn no_color_leaves_bold_and_reverse_and_no_colour() {
    let mut pty = dashboard(Setup::with_arguments(&["--paused"]).with("NO_COLOR", "1"));
    pty.type_keys("?");
    pty.wait_for_silence(Duration::from_millis(100));
    let codes = attributes(&pty.bytes);
    assert!(codes.iter().any(|code| code.split(';').any(|code| matches!(code, "1" | "7"))));
    for code in &codes {
        assert!(!code.split(';').any(is_colour), "ESC [ {code} m is a colour");
    }
    quit(pty);
}

#[test]
fn the_linux_console_gets_its_sixteen_colours_and_ascii() {
    let mut pty = dashboard(Setup::with_arguments(&["--paused"]).with("TERM", "linux"));
    pty.wait_for_silence(Duration::from_millis(100));
    let codes = attributes(&pty.bytes);
    assert!(codes.iter().any(|code| code.split(';').any(is_colour)));
    for code in &codes {
        let codes: Vec<&str> = code.split(';').collect();
        assert!(!codes.contains(&"38") && !codes.contains(&"48"), "ESC [ {code} m");
    }
    assert!(pty.text().is_ascii(), "{}", pty.text());
    quit(pty);
}

#[test]
fn a_terminal_of_256_colours_gets_no_more() {
    let mut pty = dashboard(Setup::with_arguments(&["--paused"]));
    pty.wait_for_silence(Duration::from_millis(100));
    let codes = attributes(&pty.bytes);
    assert!(codes.iter().any(|code| code.contains("38;5;")));
    assert!(!codes.iter().any(|code| code.contains("38;2;") || code.contains("48;2;")));
    quit(pty);
}

#[test]
fn updates_are_synchronised_unless_told_not_to_be() {
    for (arguments, is_synchronised) in
        [(&["--paused"][..], true), (&["--paused", "--no-sync"], false)]
    {
        let mut pty = dashboard(Setup::with_arguments(arguments));
        pty.type_keys("?");
        pty.wait_for_silence(Duration::from_millis(100));
        let sent = String::from_utf8_lossy(&pty.bytes).into_owned();
        let (begun, ended) =
            (sent.matches("\x1b[?2026h").count(), sent.matches("\x1b[?2026l").count());
        assert_eq!(begun > 0, is_synchronised);
        assert_eq!(begun, ended);
        quit(pty);
    }
}

#[test]
fn a_dumb_terminal_gets_a_word_on_what_would_do() {
    let mut pty = Setup::default().with("TERM", "dumb").start();
    let (status, _) = pty.wait_for_end();
    assert_ne!(status.exit_code(), 0);
    pty.wait_for_text("xentviz run");
    assert!(!pty.bytes.contains(&0x1b), "not one escape sequence");
}

#[test]
fn the_first_frame_comes_before_one_could_wait_for_an_answer() {
    let start = now();
    let pty = dashboard(Setup::default());
    // A question that is not answered would take two seconds; a frame takes 50 ms where nothing
    // else runs.
    assert!(start.elapsed() < Duration::from_millis(1500), "it took {:?}", start.elapsed());
    quit(pty);
}
