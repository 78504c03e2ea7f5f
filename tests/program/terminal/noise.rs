//! Input that is not meant for the program: pasted text, keys garbled by a bad line, and answers to
//! the queries of other programs.

use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::pty::{PATIENCE, POLL_INTERVAL, Pty, Setup, dashboard, now, paused, quit};

/// A title of the view of the equation.
const EQUATION: &str = "the gradient of one weight";

/// Returns the text on the terminal. A drawn blank counts like an empty cell.
fn shown(pty: &Pty) -> Vec<String> {
    pty.text().lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn incomplete_and_unknown_sequences_do_nothing_and_delay_no_key() {
    let mut pty = paused();
    pty.wait_for_silence(Duration::from_millis(200));
    // The Equation view chooses the arm that it opens on.
    pty.type_keys("2");
    pty.wait_for_text(EQUATION);
    pty.type_keys("1");
    pty.wait_until_gone(EQUATION);
    pty.wait_for_silence(Duration::from_millis(200));
    let before = shown(&pty);
    let sequences = [
        "\x1b[<",
        "\x1b[<0;1",
        "\x1b[?",
        "\x1b[?1;2c",
        "\x1b[M",
        "\x1b[1;2;3",
        "\x1b[999999999999999999999;1R",
        "\x1b[0;0R",
        "\x1b[<0;0;0M",
        "\x1b[0;0;0M",
        "\x1bO",
        "\x1b]11;rgb:0000/0000/0000\x1b\\",
        "\x1bP>|term 1\x1b\\",
        "\x1b]rR",
        "\x1b[>1;10;0c",
        "\x1b[[A",
    ];
    for sequence in sequences {
        let until = now() + PATIENCE;
        let mut takes_effect = false;
        while !takes_effect {
            assert!(now() < until, "no key takes effect after {sequence:?}");
            pty.type_keys(sequence);
            pty.wait_for_silence(Duration::from_millis(300));
            assert_eq!(shown(&pty), before, "after {sequence:?}");
            // On a busy machine the key may be read together with the sequence, which swallows it.
            pty.type_keys("2");
            let soon = now() + Duration::from_secs(2);
            while !takes_effect && now() < soon {
                pty.read_for(POLL_INTERVAL);
                takes_effect = pty.text().contains(EQUATION);
            }
        }
        pty.type_keys("1");
        pty.wait_until_gone(EQUATION);
    }
    for sequence in ["\x1b[<", "\x1b[12", "\x1bP"] {
        let mut pty = paused();
        pty.type_keys(sequence);
        pty.type_keys("\x03");
        assert!(pty.wait_for_end().success(), "ctrl-c right after {sequence:?}");
    }
    quit(pty);
}

#[test]
fn ctrl_c_quits_whatever_precedes_it() {
    for before in
        ["\x1b", "\x1b\x1b", "\x1b[", "\x1bO", "\x1b[<0;1", "\x1b]11;x\x1b", "?\x1b", ":\x1b"]
    {
        let mut pty = paused();
        pty.type_keys(&format!("{before}\x03"));
        assert!(pty.wait_for_end().success(), "ctrl-c in one with {before:?}");
        pty.wait_until_restored();
    }
}

#[test]
fn ctrl_c_quits_after_a_paste_that_never_ends() {
    let mut pty = paused();
    pty.type_keys("\x1b[200~abc");
    pty.wait_for_silence(Duration::from_millis(200));
    pty.type_keys("\x03");
    assert!(pty.wait_for_end().success());
    pty.wait_until_restored();
}

#[test]
fn a_megabyte_that_is_pasted_is_ignored() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pty = dashboard(&Setup::with_arguments(&["--paused"]).within(folder.path()));
    assert!(pty.screen().bracketed_paste());
    pty.wait_for_silence(Duration::from_millis(200));
    let before = shown(&pty);
    let line = "q:save x\r\x03\x1b[200~ sS+-c\trRQ η∂ 123 \x1a\x1c\n";
    let text = line.repeat((1 << 20) / line.len());
    pty.type_keys(&format!("\x1b[200~{text}\x1b[201~"));
    pty.wait_for_silence(Duration::from_millis(300));
    assert_eq!(shown(&pty), before);
    pty.expect("s", "epoch   1/300");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    quit(pty);
}

#[test]
fn text_pasted_into_a_line_is_inserted_there_and_not_submitted() {
    let mut pty = paused();
    pty.expect(":", "NAME: write the scenario");
    pty.expect("\x1b[200~set eta\x1b[31m=0.3\r\n\x1b[201~", ":set eta[31m=0.3");
    pty.type_keys("\x1b");
    pty.wait_until_gone(":set eta");
    quit(pty);
}

/// Returns about `count` random bytes, but none that ends or stops the program by itself.
fn noise(rng: &mut impl Rng, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    rng.fill_bytes(&mut bytes);
    bytes.retain(|byte| !matches!(byte, b'q' | 0x03 | 0x1a));
    bytes
}

#[test]
fn random_bytes_leave_the_dashboard_working() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["--epochs", "1000000", "--paused"];
    let mut pty = dashboard(&Setup::with_arguments(&arguments).within(folder.path()));
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut sent = 0;
    while sent < 300_000 {
        let bytes = noise(&mut rng, 4000);
        pty.send(&bytes);
        sent += bytes.len();
        pty.read_for(Duration::from_millis(1));
    }
    // Open overlays are closed, and the run rests after a step, whatever it has been told to do.
    for _ in 0..3 {
        pty.type_keys("\x1b");
        pty.read_for(Duration::from_millis(200));
    }
    pty.type_keys(".");
    // Broken sequences have timed out.
    pty.wait_for_silence(Duration::from_millis(500));
    for _ in 0..3 {
        pty.type_keys("\x1b");
        pty.wait_for_silence(Duration::from_millis(100));
    }
    pty.expect("?", "every key");
    pty.type_keys("\x03");
    assert!(pty.wait_for_end().success());
    pty.wait_until_restored();
}
