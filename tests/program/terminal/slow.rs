//! Links that carry few bytes per second. Time is counted in bytes: the output of the program
//! between a key and its effect is what the link has to carry before the user sees the effect. The
//! link itself does not wait, so that nothing depends on the speed of the machine.

use std::time::Duration;

use crate::pty::{PATIENCE, POLL_INTERVAL, Pty, Setup, dashboard, now, quit};

/// More bytes than a whole frame takes.
const WHOLE_FRAME: usize = 6_000;

/// Types, and counts the bytes that arrive until the words are on the screen, even in the middle of
/// a frame.
fn bytes_until(pty: &mut Pty, keys: &str, words: &str, most: usize) -> usize {
    let (before, until) = (pty.bytes.len(), now() + PATIENCE);
    pty.type_keys(keys);
    while !pty.text().contains(words) && pty.bytes.len() - before <= most {
        assert!(now() < until, "{words} did not appear");
        pty.read_for(POLL_INTERVAL);
    }
    pty.bytes.len() - before
}

/// Reads until `bytes` more bytes have passed.
fn read_bytes(pty: &mut Pty, bytes: usize) {
    let (end, until) = (pty.bytes.len() + bytes, now() + PATIENCE);
    while pty.bytes.len() < end {
        assert!(now() < until, "the output continues");
        pty.read_for(POLL_INTERVAL);
    }
}

/// Starts a run on a link of `rate` bytes per second and waits for its first frame.
fn run_at(rate: usize, size: (u16, u16)) -> Pty {
    let bandwidth = rate.to_string();
    let arguments = ["--bandwidth", &bandwidth, "--epochs", "1000000"];
    let setup = Setup::with_arguments(&arguments).sized(size.0, size.1);
    let mut pty = dashboard(&setup);
    pty.wait_for_text("running");
    // The first frame is written in parts, the numbers before the pictures.
    read_bytes(&mut pty, WHOLE_FRAME);
    pty
}

/// Checks that the effect of every key appears within a second on a link of `rate` bytes per second.
fn check_effects_of_keys(rate: usize, size: (u16, u16)) {
    let mut pty = run_at(rate, size);
    let steps: [(&str, &str, &str); 5] = [
        (" ", "a pause", "paused"),
        (" ", "the run", "running"),
        ("+", "another η", "quadratic is 0.16"),
        ("-", "the η before", "quadratic is 0.125"),
        (" ", "a pause", "paused"),
    ];
    for (keys, what, words) in steps {
        let bytes = bytes_until(&mut pty, keys, words, rate);
        assert!(bytes <= rate, "{what} appeared after {bytes} bytes of {rate} a second");
        // The rest of the frame that this text belongs to.
        if words == "paused" {
            pty.wait_for_silence(Duration::from_secs(1));
        }
    }
    quit(pty);
}

/// Checks that the title of the panel also shows η soon, whenever the key is pressed.
fn check_title(rate: usize, size: (u16, u16)) {
    let mut pty = run_at(rate, size);
    for press in 0..6 {
        let (keys, words) = if press % 2 == 0 { ("+", " η 0.16 ") } else { ("-", " η 0.125 ") };
        read_bytes(&mut pty, rate / 6 * press);
        let bytes = bytes_until(&mut pty, keys, words, 2 * rate);
        assert!(
            bytes <= rate * 3 / 2,
            "η in the title appeared after {bytes} bytes of {rate} a second"
        );
    }
    quit(pty);
}

#[test]
fn at_9600_baud_every_key_takes_effect_within_a_second() {
    check_effects_of_keys(960, (80, 24));
}

#[test]
fn at_115200_baud_every_key_takes_effect_within_a_second() {
    check_effects_of_keys(11_520, (120, 40));
}

#[test]
fn at_9600_baud_a_title_shows_the_effect_of_a_key_within_a_second_and_a_half() {
    check_title(960, (80, 24));
}

#[test]
fn at_115200_baud_a_title_shows_the_effect_of_a_key_within_a_second_and_a_half() {
    check_title(11_520, (120, 40));
}
