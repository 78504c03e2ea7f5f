//! Links that pass on few bytes a second. Time is counted in the bytes that go over them.

use crate::pty::{Setup, dashboard, quit};

/// Types, and counts the bytes that come until the screen is as it should be.
fn bytes_until(
    pty: &mut crate::pty::Pty,
    keys: &str,
    what: &str,
    is_there: impl Fn(&str) -> bool,
) -> usize {
    let before = pty.bytes.len();
    pty.type_keys(keys);
    pty.wait_for(what, |screen| is_there(&screen.contents()));
    pty.bytes.len() - before
}

/// On a link of `rate` bytes a second every effect of a key comes within a second.
fn keys_take_effect(rate: usize, size: (u16, u16)) {
    let bandwidth = rate.to_string();
    let arguments = ["--bandwidth", &bandwidth, "--epochs", "1000000"];
    let setup = Setup::with_arguments(&arguments).sized(size.0, size.1).over(rate);
    let mut pty = dashboard(&setup);
    pty.wait_for_text("running");
    // The first frame goes over the link in parts.
    pty.wait_for_text("quit");
    let steps: [(&str, &str, &str); 5] = [
        (" ", "a pause", "paused"),
        (" ", "the run", "running"),
        ("+", "another η", "quadratic is 0.16"),
        ("-", "the η before", "quadratic is 0.125"),
        (" ", "a pause", "paused"),
    ];
    for (keys, what, words) in steps {
        let bytes = bytes_until(&mut pty, keys, what, |text| text.contains(words));
        assert!(bytes <= rate, "{what} came after {bytes} bytes of {rate} a second");
    }
    quit(pty);
}

#[test]
fn at_9600_baud_every_key_takes_effect_within_a_second() {
    keys_take_effect(960, (80, 24));
}

#[test]
fn at_115200_baud_every_key_takes_effect_within_a_second() {
    keys_take_effect(11_520, (120, 40));
}
