//! The bytes for each kind of terminal: as many colours as it has, and characters that it can
//! place.

use std::fs;
use std::time::Duration;

use unicode_width::UnicodeWidthChar;

use crate::pty::{Setup, dashboard, quit};
use crate::terminal::bytes::{attributes, is_colour};

/// The number of colours written.
#[derive(Debug, PartialEq, Eq)]
enum Depth {
    None,
    Sixteen,
    Indexed,
    True,
}

fn depth(bytes: &[u8]) -> Depth {
    let codes = attributes(bytes);
    let has = |what: &str| codes.iter().any(|code| code.contains(what));
    if has("38;2;") || has("48;2;") {
        Depth::True
    } else if has("38;5;") || has("48;5;") {
        Depth::Indexed
    } else if codes.iter().any(|code| code.split(';').any(is_colour)) {
        Depth::Sixteen
    } else {
        Depth::None
    }
}

/// Texts that are legible on every screen: names, numbers, keys.
const LEGIBLE: [&str; 4] = ["quadratic", "cross-entropy", "0.9820", "space run"];

/// Returns the colours and the text of the dashboard, legible and at rest, in an environment
/// written as `NAME=value NAME=value`.
fn shown(environment: &'static str, arguments: &[&str]) -> (Depth, String) {
    let mut setup = Setup::with_arguments(&[&["--paused"], arguments].concat());
    for (name, value) in environment.split_whitespace().filter_map(|pair| pair.split_once('=')) {
        setup = setup.with(name, value);
    }
    let mut pty = dashboard(&setup);
    // Over a network a screen arrives in parts.
    for words in LEGIBLE {
        pty.wait_for_text(words);
    }
    pty.wait_for_silence(Duration::from_millis(100));
    let found = (depth(&pty.bytes), pty.text());
    quit(pty);
    found
}

#[test]
fn every_kind_of_terminal_gets_a_screen_in_its_colours() {
    let table = [
        ("TERM=xterm", Depth::Indexed),
        ("TERM=xterm COLORTERM=truecolor", Depth::True),
        ("TERM=xterm-256color COLORTERM=truecolor SSH_TTY=/dev/pts/9", Depth::Indexed),
        ("TERM=xterm-256color COLORTERM=truecolor NO_COLOR=1", Depth::None),
        ("TERM=screen COLORTERM=truecolor", Depth::Indexed),
        ("TERM=screen-256color CLICOLOR_FORCE=1", Depth::Indexed),
        ("TERM=tmux-256color", Depth::Indexed),
        ("TERM=tmux-256color COLORTERM=truecolor", Depth::True),
        ("TERM=linux COLORTERM=truecolor", Depth::Sixteen),
        ("TERM=linux NO_COLOR=1", Depth::None),
        ("TERM=vt100 COLORTERM=truecolor", Depth::None),
        ("TERM=vt100 CLICOLOR_FORCE=1", Depth::Sixteen),
        ("TERM=xterm LANG=C", Depth::Indexed),
    ];
    for (environment, expected) in table {
        let (depth, text) = shown(environment, &[]);
        assert_eq!(depth, expected, "{environment}");
        let is_ascii_only = environment.contains("TERM=linux") || environment.ends_with("LANG=C");
        assert_eq!(text.is_ascii(), is_ascii_only, "{environment}\n{text}");
    }
}

#[test]
fn a_dumb_terminal_gets_a_line_with_a_remedy_whatever_else_is_set() {
    for (name, value) in [("COLORTERM", "truecolor"), ("CLICOLOR_FORCE", "1"), ("LANG", "C")] {
        let mut pty = Setup::default().with("TERM", "dumb").with(name, value).start();
        assert_eq!(pty.wait_for_end().exit_code(), 2, "{name}={value}");
        pty.wait_for_text(
            "this terminal (TERM=dumb) cannot show a screen; `xentviz run saturated`",
        );
        assert!(!pty.bytes.contains(&0x1b), "not one escape sequence");
    }
}

#[test]
fn a_japanese_locale_gets_curves_and_nothing_that_may_be_two_columns_wide() {
    let (_, text) = shown("LC_ALL=ja_JP.UTF-8", &[]);
    assert!(text.contains("eta 0.15") && text.chars().any(|c| ('⠁'..='⣿').contains(&c)), "{text}");
    let wide: Vec<char> =
        text.chars().filter(|letter| *letter != '\n' && letter.width_cjk() != Some(1)).collect();
    assert!(wide.is_empty(), "{wide:?}");
    let (_, text) = shown("LC_ALL=ja_JP.UTF-8", &["--glyphs", "braille"]);
    assert!(text.contains("η 0.15"), "{text}");
}

/// Returns the screen without the row of tabs, where a notice appears.
fn lines_without_tabs(screen: &vt100::Screen) -> Vec<String> {
    let text = screen.contents();
    let mut lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.remove(1);
    lines
}

#[test]
fn a_capital_g_draws_the_whole_screen_in_other_characters() {
    let mut pty = dashboard(&Setup::with_arguments(&["--paused"]));
    for (glyphs, words) in [
        ("block", "glyphs: quarter blocks"),
        ("narrow", "glyphs: Braille and ASCII"),
        ("ascii", "glyphs: ASCII"),
        ("braille", "glyphs: Braille curves and frames"),
    ] {
        let mut fresh = dashboard(&Setup::with_arguments(&["--paused", "--glyphs", glyphs]));
        // C/C₀ appears once the start has been evaluated.
        fresh.wait_for_text("1.000");
        let expected = lines_without_tabs(fresh.screen());
        pty.expect("G", words);
        pty.wait_for(&expected.join("\n"), |screen| lines_without_tabs(screen) == expected);
        quit(fresh);
    }
    quit(pty);
}

#[test]
fn a_capital_g_reports_that_the_locale_has_only_ascii() {
    let setup = Setup::with_arguments(&["--paused"]).with("LANG", "C");
    let mut pty = dashboard(&setup);
    pty.wait_for_text("1.000");
    let before = lines_without_tabs(pty.screen());
    pty.expect("G", "only ASCII can be shown: LANG=C is not UTF-8");
    assert_eq!(lines_without_tabs(pty.screen()), before);
    quit(pty);
    let mut pty =
        dashboard(&Setup::with_arguments(&["--paused", "--glyphs", "block"]).with("LANG", "C"));
    pty.expect("G", "glyphs: Braille and ASCII");
    quit(pty);
}

#[test]
fn the_settings_of_each_source_reach_the_screen() {
    let (depth, text) = shown("XENTVIZ_COLOR=16 XENTVIZ_GLYPHS=ascii", &[]);
    assert_eq!((depth, text.is_ascii()), (Depth::Sixteen, true));
    let (depth, text) = shown("XENTVIZ_COLOR=16 XENTVIZ_GLYPHS=ascii", &["--glyphs", "block"]);
    assert_eq!((depth, text.contains('▞')), (Depth::Sixteen, true), "{text}");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("mine.toml");
    fs::write(&file, "color = \"never\"\nmouse = true\n").expect("a file can be written");
    let path = file.to_str().expect("a path is text");
    let mut pty = dashboard(&Setup::with_arguments(&["--paused", "--config", path]));
    pty.wait_for_bytes("\x1b[?1002h", 0);
    assert_eq!(self::depth(&pty.bytes), Depth::None);
    quit(pty);
}

#[test]
fn the_card_is_printed_in_the_colours_of_the_terminal_and_takes_no_screen() {
    let mut pty = Setup::with_arguments(&["--test-colors"]).start();
    assert_eq!(pty.wait_for_end().exit_code(), 0);
    pty.wait_for_text("config file");
    assert_eq!(depth(&pty.bytes), Depth::Indexed);
    assert!(!String::from_utf8_lossy(&pty.bytes).contains("\x1b[?"), "no mode is set");
}
