//! The bytes written: no more than needed, and only sequences that the terminal supports.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use rustix::process::Signal;

use crate::pty::{Pty, Setup, dashboard, now, paused, quit};

#[test]
fn many_resizes_in_a_row_end_with_the_last_size_drawn() {
    let mut pty = dashboard(&Setup::default());
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
fn a_thousand_random_sizes_leave_the_dashboard_running_and_drawn_in_the_last_one() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut pty = dashboard(&Setup::with_arguments(&["--epochs", "1000000"]));
    for round in 0..1000 {
        pty.resize(rng.random_range(1..=500), rng.random_range(1..=200));
        // Some sizes are drawn, most are skipped.
        if round % 20 == 0 {
            let from = pty.bytes.len();
            pty.wait_for_bytes("\x1b[2J", from);
        }
    }
    pty.resize(120, 40);
    pty.wait_for("a whole screen", |screen| {
        let lines = screen.contents();
        lines.lines().count() == 40 && lines.contains("running") && lines.contains("quit")
    });
    quit(pty);
}

#[test]
fn nothing_is_written_while_nothing_changes() {
    let mut pty = paused();
    pty.wait_for_silence(Duration::from_millis(300));
    let (bytes, wakes) = (pty.bytes.len(), wakes(&pty));
    assert!(!pty.read_for(Duration::from_millis(700)));
    assert_eq!(pty.bytes.len(), bytes);
    assert_eq!(self::wakes(&pty), wakes, "a paused program does not wake up");
    quit(pty);
}

/// Returns how often the threads of the program have been woken, if the system reports it.
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
fn a_stalled_terminal_keeps_no_thread_busy() {
    for budget in ["none", "15000"] {
        let setup = Setup::with_arguments(&["and", "--paused", "--bandwidth", budget]);
        let mut pty = dashboard(&setup);
        pty.wait_for_silence(Duration::from_millis(300));
        pty.stall();
        // The first frame is never finished, and the second never started.
        for key in ["?", "?", "2"] {
            pty.type_keys(key);
            pty.read_for(Duration::from_millis(100));
        }
        let Some(before) = ticks(&pty) else { return };
        pty.read_for(Duration::from_millis(800));
        let spent = ticks(&pty).expect("it is alive") - before;
        assert!(spent < 20, "{spent} hundredths of a second with the budget {budget}");
        pty.signal(Signal::TERM);
        pty.wait_for_end();
    }
}

/// Returns the processor time of the program in hundredths of a second, if the system reports it.
fn ticks(pty: &Pty) -> Option<u64> {
    let stat =
        std::fs::read_to_string(format!("/proc/{}/stat", pty.pid().as_raw_nonzero())).ok()?;
    let (_, stat) = stat.rsplit_once(')')?;
    stat.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().ok()).sum()
}

#[test]
fn the_terminal_is_never_queried() {
    let mut pty = paused();
    for key in ["?", "\x1b", "o", "\x1b", "2", "\x0c", "1"] {
        pty.type_keys(key);
        pty.wait_for_silence(Duration::from_millis(50));
    }
    pty.resize(90, 30);
    pty.wait_for_silence(Duration::from_millis(200));
    // Quits even if a busy machine joined an esc and the key after it, so that a list is still open.
    pty.type_keys("\x03");
    pty.wait_for_end();
    let sent = String::from_utf8_lossy(&pty.bytes).into_owned();
    for (end, what) in control_sequences(&sent) {
        let is_query = matches!(end, 'n' | 'c' | 'u' | 'x' | 't')
            || (end == 'p' && what.contains('$'))
            || (end == 'q' && what.starts_with('>'));
        assert!(!is_query, "ESC [ {what} {end} is a query");
    }
    for query in ["\x1b]", "\x1bP", "\x1bZ", "\x05"] {
        assert!(!sent.contains(query), "{query:?} is a query");
    }
    assert!(!sent.contains("\x1b[?1003h"), "each move of the mouse would be reported");
}

/// Returns the control sequences of a text: the last letter, and the text before it.
fn control_sequences(text: &str) -> impl Iterator<Item = (char, &str)> {
    text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| ('@'..='~').contains(&c))?;
        Some((rest[end..].chars().next()?, &rest[..end]))
    })
}

/// Returns the numbers of all `ESC [ … m`.
pub(crate) fn attributes(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    control_sequences(&text)
        .filter(|(end, _)| *end == 'm')
        .map(|(_, what)| what.to_owned())
        .collect()
}

pub(crate) fn is_colour(code: &str) -> bool {
    code.parse().is_ok_and(|code: u16| matches!(code, 30..=49 | 90..=107))
}

#[test]
fn no_color_leaves_bold_and_reverse_and_no_colour() {
    let mut pty = dashboard(&Setup::with_arguments(&["--paused"]).with("NO_COLOR", "1"));
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
    let mut pty = dashboard(&Setup::with_arguments(&["--paused"]).with("TERM", "linux"));
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
fn a_terminal_of_256_colours_gets_no_true_colours() {
    let mut pty = dashboard(&Setup::with_arguments(&["--paused"]));
    pty.wait_for_silence(Duration::from_millis(100));
    let codes = attributes(&pty.bytes);
    assert!(codes.iter().any(|code| code.contains("38;5;")));
    assert!(!codes.iter().any(|code| code.contains("38;2;") || code.contains("48;2;")));
    quit(pty);
}

#[test]
fn updates_are_synchronised_unless_that_is_switched_off() {
    for (arguments, is_synchronised) in
        [(&["--paused"][..], true), (&["--paused", "--no-sync"], false)]
    {
        let mut pty = dashboard(&Setup::with_arguments(arguments));
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

/// Returns the bytes written in `seconds` seconds, once the dashboard is up and these keys are
/// typed.
fn bytes_of(setup: &Setup, keys: &str, seconds: u64) -> usize {
    let mut pty = dashboard(setup);
    pty.type_keys(keys);
    read_for_exactly(&mut pty, Duration::from_secs(1));
    let before = pty.bytes.len();
    read_for_exactly(&mut pty, Duration::from_secs(seconds));
    let bytes = pty.bytes.len() - before;
    assert!(bytes > 0, "the screen is updated");
    quit(pty);
    bytes
}

fn read_for_exactly(pty: &mut Pty, time: Duration) {
    let from = now();
    while let Some(left) = time.checked_sub(from.elapsed()).filter(|left| !left.is_zero()) {
        pty.read_for(left);
    }
}

/// On a busy machine there are fewer frames, and therefore fewer bytes.
#[test]
fn a_run_sends_no_more_bytes_per_second_than_documented() {
    let setup = |arguments: &[&str], (columns, rows)| {
        Setup::with_arguments(arguments).with("COLORTERM", "truecolor").sized(columns, rows)
    };
    let default = ["--fps", "10"];
    let digits = ["digits", "--fps", "30", "--epochs", "1000000"];
    let all = [
        (setup(&default, (80, 24)), "", 4000),
        (setup(&default, (120, 40)), "", 8000),
        (setup(&digits, (120, 40)), "3", 60_000),
    ];
    std::thread::scope(|scope| {
        for (setup, keys, most) in &all {
            scope.spawn(move || {
                let seconds = 6;
                let bytes = bytes_of(setup, keys, seconds) as u64 / seconds;
                assert!(bytes <= *most, "{bytes} bytes a second, {most} at most");
            });
        }
    });
}
