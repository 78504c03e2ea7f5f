use std::fmt::Write;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyModifiers};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::LoneEscape::{self, HeldBack, Sent};
use super::{Input, InputParser, LONGEST, MOST_PASTED};
use crate::terminal::clock;
use crate::terminal::input::noise::noise;

const MS: Duration = Duration::from_millis(1);

/// Formats the input found, in words.
fn words(parser: &mut InputParser) -> String {
    let mut words = String::new();
    for found in parser.found() {
        let word = match found {
            Input::Paste(text) => format!("paste {text:?}"),
            Input::Mouse(mouse) => format!("{:?} {},{}", mouse.kind, mouse.column, mouse.row),
            Input::Key(key) => {
                let held =
                    |modifier, name| if key.modifiers.contains(modifier) { name } else { "" };
                let code = match key.code {
                    KeyCode::Char(c) => c.to_string(),
                    code => format!("{code:?}").to_lowercase(),
                };
                let shift = match key.code {
                    KeyCode::Char(_) => "",
                    _ => held(KeyModifiers::SHIFT, "shift-"),
                };
                let control = held(KeyModifiers::CONTROL, "ctrl-");
                format!("{control}{}{shift}{code}", held(KeyModifiers::ALT, "alt-"))
            }
        };
        write!(words, "{}{word}", if words.is_empty() { "" } else { " " }).unwrap();
    }
    words
}

/// Returns the input found in bytes that arrive at once, followed by a long pause.
fn read(bytes: impl AsRef<[u8]>) -> String {
    let now = clock::now();
    let mut parser = InputParser::new(Sent, now);
    parser.take(bytes.as_ref(), now);
    parser.pause();
    parser.expire(now + 10_000 * MS);
    words(&mut parser)
}

/// Returns the input found in parts that arrive `gap` ms apart, followed by a long pause.
fn torn(lone_escape: LoneEscape, parts: &[&[u8]], gap: u32) -> String {
    let mut now: Instant = clock::now();
    let mut parser = InputParser::new(lone_escape, now);
    for part in parts {
        parser.take(part, now);
        parser.pause();
        now += gap * MS;
    }
    parser.expire(now + 10_000 * MS);
    words(&mut parser)
}

fn each_byte(text: &str) -> Vec<&[u8]> {
    text.as_bytes().chunks(1).collect()
}

#[test]
fn keys_are_recognised_as_terminals_send_them() {
    for (bytes, found) in [
        ("aA1 ", "a A 1  "),
        ("\r\n\t\x7f", "enter enter tab backspace"),
        ("\x00\x01\x03\x0c\x1a\x1c\x1f", "ctrl-  ctrl-a ctrl-c ctrl-l ctrl-z ctrl-4 ctrl-7"),
        ("ηÄ€😀", "η Ä € 😀"),
        ("\x1b", "esc"),
        ("\x1b\x1b", "esc esc"),
        ("\x1bx\x1bX\x1b\x01\x1bη", "alt-x alt-X ctrl-alt-a alt-η"),
        ("\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F", "up down right left home end"),
        ("\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF", "up down right left home end"),
        ("\x1b[1~\x1b[3~\x1b[4~\x1b[5~\x1b[6~", "home delete end pageup pagedown"),
        ("\x1b[7~\x1b[8~\x1b[2~\x1b[Z", "home end insert shift-backtab"),
        ("\x1b[1;2A\x1b[1;5C\x1b[1;3D", "shift-up ctrl-right alt-left"),
        ("\x1b[5;2~\x1b[3;6~", "shift-pageup ctrl-shift-delete"),
    ] {
        assert_eq!(read(bytes), found, "{bytes:?}");
    }
}

#[test]
fn only_the_left_button_with_its_movements_and_the_wheel_are_reported() {
    for (bytes, found) in [
        ("\x1b[<0;12;5M\x1b[<0;12;5m", "Down(Left) 11,4"),
        ("\x1b[<64;300;1M\x1b[<65;1;200M", "ScrollUp 299,0 ScrollDown 0,199"),
        ("\x1b[<16;2;2M\x1b[<1;2;2M\x1b[<32;2;2M\x1b[<35;2;2M", "Down(Left) 1,1 Drag(Left) 1,1"),
        ("\x1b[<0;0;0M\x1b[<0;1M\x1b[<0;1;1;1M\x1b[<256;1;1M\x1b[<M", ""),
        ("\x1b[M !!\x1b[M`!!\x1b[M#!!", "Down(Left) 0,0 ScrollUp 0,0"),
        ("\x1b[M\x20\x20\x20", ""),
    ] {
        assert_eq!(read(bytes), found, "{bytes:?}");
    }
    assert_eq!(
        read(b"\x1b[M \xff\xff"),
        "Down(Left) 222,222",
        "the largest coordinates of one byte"
    );
}

#[test]
fn unknown_sequences_are_dropped_whole() {
    for bytes in [
        "\x1b[?1;2c",
        "\x1b[0;0R",
        "\x1b[200R",
        "\x1b[I",
        "\x1b[O",
        "\x1b[15~",
        "\x1bOP",
        "\x1b[[A",
        "\x1b[1;2;3A",
        "\x1b[1;0A",
        "\x1b[1;999A",
        "\x1b[ q",
        "\x1b[97;5u",
        "\x1b[27;5;13~",
        "\x1b]11;rgb:0000/0000/0000\x07",
        "\x1b]11;rgb:ff/ff/ff\x1b\\",
        "\x1bP>|xterm(1)\x1b\\",
        "\x1b_Gi=1;OK\x1b\\",
        "\x1b[201~",
        "\x1b[5;9~",
    ] {
        let found = read(format!("{bytes}q"));
        assert!(found == "q" || found.ends_with("pageup q"), "{bytes:?}: {found}");
    }
    let long = format!("\x1b[{}Aq", "1".repeat(10 * LONGEST));
    assert_eq!(read(long), "q");
    assert_eq!(read(b"\x80\xff\xc0\xe2\x82q\xf4\xbf\xbf\xbfq\x9bq"), "q q q");
}

#[test]
fn a_pause_ends_a_cut_off_sequence_and_ctrl_c_ends_it_at_once() {
    for begun in
        ["\x1b[", "\x1b[<0;1", "\x1b[?", "\x1b[M", "\x1b[[", "\x1bO", "\x1b]11;", "\x1bP", "\u{e9}"]
    {
        // All but the last byte of a character.
        let begun = if begun.is_ascii() { begun.as_bytes() } else { &begun.as_bytes()[..1] };
        assert_eq!(torn(Sent, &[begun, b"q"], 250), "q", "{begun:?}");
        assert_eq!(torn(Sent, &[begun, b"\x03"], 1), "ctrl-c", "{begun:?}");
    }
    assert_eq!(torn(Sent, &[b"\x1b[200~ab", b"c", b"q"], 2000), "paste \"ab\" c q");
}

#[test]
fn ctrl_c_is_reported_whatever_precedes_it() {
    for (bytes, found) in [
        ("\x1b\x03", "esc ctrl-c"),
        ("\x1b\x1b\x03", "esc esc ctrl-c"),
        ("\x1b\x03\x1b\x03", "esc ctrl-c esc ctrl-c"),
        ("\x1b[\x03", "ctrl-c"),
        ("\x1b[<0;1\x03", "ctrl-c"),
        ("\x1b[M \x03", "ctrl-c"),
        ("\x1bO\x03", "ctrl-c"),
        ("\x1b]11;\x03", "ctrl-c"),
        ("\x1b]11;\x1b\x03", "esc ctrl-c"),
        ("\x1b[201~\x03", "ctrl-c"),
    ] {
        assert_eq!(read(bytes), found, "{bytes:?}");
        for lone_escape in [HeldBack, Sent] {
            let found = torn(lone_escape, &each_byte(bytes), 1);
            assert!(found.split(' ').any(|key| key == "ctrl-c"), "{bytes:?} torn: {found}");
        }
    }
}

#[test]
fn ctrl_c_alone_after_a_pause_ends_a_paste_that_was_cut_off() {
    let begun: &[u8] = b"\x1b[200~ab";
    assert_eq!(torn(Sent, &[begun, b"\x03"], 50), "paste \"ab\" ctrl-c");
    assert_eq!(torn(Sent, &[begun, b"\x03\x03", b"q"], 50), "paste \"ab\" ctrl-c ctrl-c q");
    // A ctrl-c without a pause before it, or with other bytes, belongs to the paste and does not
    // restart the pause.
    assert_eq!(torn(Sent, &[begun, b"\x03", b"c\x1b[201~"], 49), "paste \"ab\\u{3}c\"");
    assert_eq!(torn(Sent, &[begun, b"\x03c", b"\x1b[201~q"], 900), "paste \"ab\\u{3}c\" q");
    assert_eq!(torn(Sent, &[begun, b"\x03", b"\x03"], 30), "paste \"ab\\u{3}\" ctrl-c");
}

#[test]
fn a_split_sequence_is_dropped_or_read_whole_if_the_link_may_split_it() {
    for (rest, found) in
        [("[C", "right"), ("OC", "right"), ("[1;5C", "ctrl-right"), ("[15~", ""), ("[?1;2c", "")]
    {
        let bytes = format!("\x1b{rest}q");
        let parts = each_byte(&bytes);
        assert_eq!(torn(Sent, &parts, 1), "esc q", "{rest}");
        assert_eq!(torn(HeldBack, &parts, 1), format!("{found} q").trim_start(), "{rest}");
    }
    let paste = each_byte("\x1b[200~q\x1b[201~");
    assert_eq!(torn(Sent, &paste, 1), "esc paste \"q\"");
    assert_eq!(torn(HeldBack, &paste, 200), "esc [ 2 0 0 ~ q esc [ 2 0 1 ~");
}

#[test]
fn slowly_typed_keys_are_reported() {
    assert_eq!(torn(Sent, &each_byte("\x1b[C"), 60), "esc [ C");
    assert_eq!(torn(HeldBack, &each_byte("\x1b[C"), 60), "esc [ C");
    assert_eq!(torn(HeldBack, &each_byte("\x1bO"), 60), "esc O");
}

#[test]
fn a_lone_escape_is_a_key_and_the_next_byte_is_another() {
    assert_eq!(torn(HeldBack, &each_byte("\x1b"), 1), "esc");
    assert_eq!(torn(HeldBack, &each_byte("\x1b\x1bs"), 1), "esc esc s");
    assert_eq!(torn(Sent, &each_byte("\x1bs\x1b:"), 1), "esc s esc :");
    assert_eq!(torn(HeldBack, &each_byte("\x1b[\rs"), 1), "enter s");
    assert_eq!(torn(HeldBack, &each_byte("\x1b]P"), 1), "esc ] P");
}

#[test]
fn an_escape_is_held_back_for_50_ms() {
    let start = clock::now();
    let mut parser = InputParser::new(HeldBack, start);
    assert!(parser.wake_at().is_none());
    parser.take(b"\x1b", start);
    parser.pause();
    let wake = parser.wake_at().expect("an Esc is held back");
    assert_eq!(wake - start, 50 * MS);
    parser.expire(start + 49 * MS);
    assert_eq!(words(&mut parser), "");
    parser.expire(wake);
    assert_eq!(words(&mut parser), "esc");
    assert!(parser.wake_at().is_none());
}

#[test]
fn an_escape_at_the_end_of_a_read_waits_for_the_rest() {
    let now = clock::now();
    let mut parser = InputParser::new(Sent, now);
    parser.take(b"a\x1b", now);
    assert!(parser.wake_at().is_some());
    parser.take(b"[A", now);
    assert_eq!(words(&mut parser), "a up");
}

#[test]
fn a_paste_is_one_input_however_it_is_split_and_a_long_one_is_truncated() {
    let paste = "\x1b[200~q:η\r\x03\x1b[A\x1b[200~\x1b\x1b[20\x1b[201~s";
    let found = "paste \"q:η\\r\\u{3}\\u{1b}[A\\u{1b}[200~\\u{1b}\\u{1b}[20\" s";
    assert_eq!(read(paste), found);
    for size in 2..9 {
        let parts: Vec<&[u8]> = paste.as_bytes().chunks(size).collect();
        assert_eq!(torn(HeldBack, &parts, 1), found, "in parts of {size}");
    }
    let now = clock::now();
    let mut parser = InputParser::new(Sent, now);
    parser.take(b"\x1b[200~", now);
    for _ in 0..1000 {
        parser.take(&[b'q'; 4096], now);
    }
    assert!(parser.held.capacity() <= 2 * MOST_PASTED);
    parser.take(b"\x1b[201~s", now);
    let found: Vec<Input> = parser.found().collect();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0], Input::Paste("q".repeat(MOST_PASTED)));
}

#[test]
fn a_million_bytes_of_noise_cause_no_panic_and_end_in_a_known_state() {
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    let mut now = clock::now();
    let mut parser = InputParser::new(Sent, now);
    let (mut bytes, mut inputs) = (0, 0);
    while bytes < 1_000_000 {
        let noise = noise(&mut chance);
        bytes += noise.len();
        now += chance.random_range(0..3) * 30 * MS;
        parser.take(&noise, now);
        parser.pause();
        assert!(parser.held.len() <= MOST_PASTED);
        inputs += parser.found().count();
    }
    assert!(inputs > 100_000, "{inputs}");
    now += 3000 * MS;
    parser.expire(now);
    assert!(parser.found().count() <= 1);
    parser.take(b"\x03", now);
    assert_eq!(words(&mut parser), "ctrl-c");
}
