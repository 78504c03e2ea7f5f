use std::ffi::OsString;

use super::{Detected, colours, glyphs, has_clipboard, is_dumb, is_remote, only_ascii, theme};
use crate::canvas::ColourDepth::{self, Indexed, None as Plain, Sixteen, True};
use crate::canvas::{Glyphs, ThemeName};

/// Returns an environment written as `NAME=value NAME=value`.
fn environment(text: &str) -> impl Fn(&str) -> Option<OsString> + '_ {
    move |name: &str| {
        text.split(' ')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.into())
    }
}

fn depth(text: &str) -> ColourDepth {
    colours(&environment(text)).choice
}

#[test]
fn colours_follow_the_documented_order() {
    let table = [
        ("TERM=xterm-256color COLORTERM=24bit", True),
        ("TERM=xterm-256color COLORTERM=yes", Indexed),
        ("TERM=xterm-kitty", Indexed),
        ("TERM=xterm-mono", Plain),
        ("TERM=xterm-mono COLORTERM=truecolor", Plain),
        ("TERM=xterm-16color", Sixteen),
        ("TERM=xterm-16color COLORTERM=truecolor", Sixteen),
        ("TERM=xterm-direct", True),
        ("TERM=tmux", Indexed),
        ("TERM=tmux-direct", True),
        ("TERM=alacritty", Indexed),
        ("TERM=screen.xterm-256color", Indexed),
        ("TERM=xterm-256color STY=1.pts COLORTERM=truecolor", Indexed),
        ("TERM=xterm-direct STY=1.pts", Indexed),
        ("TERM=vt100 STY=1.pts", Plain),
        ("TERM=xterm-256color TERM_PROGRAM=Apple_Terminal COLORTERM=truecolor", Indexed),
        ("TERM=linux-16color", Sixteen),
        ("TERM=rxvt", Sixteen),
        ("TERM=linux3.0", Sixteen),
        ("TERM=linux-m1b", Plain),
        ("TERM=cons25", Sixteen),
        ("TERM=teraterm4.97", Sixteen),
        ("TERM=sun-color", Sixteen),
        ("TERM=sun", Plain),
        ("TERM=dtterm", Sixteen),
        ("TERM=screen5", Sixteen),
        ("TERM=wsvt25m", Sixteen),
        ("TERM=xfce", Sixteen),
        ("TERM=nsterm", Indexed),
        ("TERM=mintty", Indexed),
        ("TERM=ms-terminal", Indexed),
        ("TERM=terminology-1.8.1", Indexed),
        ("TERM=vscode COLORTERM=truecolor", True),
        ("TERM=st52", Plain),
        ("TERM=rxvt-unicode-256color", Indexed),
        ("TERM=vt220 COLORTERM=truecolor", Plain),
        ("TERM=never-heard-of", Plain),
        ("TERM=never-heard-of COLORTERM=truecolor", True),
        ("COLORTERM=truecolor", True),
        ("TERM= COLORTERM=truecolor", True),
        ("TERM= STY=1.pts COLORTERM=truecolor", Indexed),
        ("STY=1.pts COLORTERM=24bit", Indexed),
        ("TERM= STY=1.pts", Plain),
        ("", Plain),
        ("TERM=xterm-256color NO_COLOR=", Indexed),
        ("TERM=vt100 CLICOLOR_FORCE=0", Plain),
    ];
    for (text, expected) in table {
        assert_eq!(depth(text), expected, "{text}");
    }
}

/// The terminals of the matrix, with their colour depths without and with `COLORTERM=truecolor`.
const TERMINALS: [(&str, ColourDepth, ColourDepth); 8] = [
    ("xterm", Indexed, True),
    ("xterm-256color", Indexed, True),
    ("screen", Indexed, Indexed),
    ("screen-256color", Indexed, Indexed),
    ("tmux-256color", Indexed, True),
    ("linux", Sixteen, Sixteen),
    ("vt100", Plain, Plain),
    ("dumb", Plain, Plain),
];

#[test]
fn every_terminal_has_its_colour_depth_in_every_environment() {
    for (term, without, with) in TERMINALS {
        for (colorterm, own) in [("", without), (" COLORTERM=truecolor", with)] {
            let at = format!("TERM={term}{colorterm}");
            assert_eq!(depth(&at), own, "{at}");
            for language in ["LANG=C", "LANG=C.UTF-8", "LC_ALL=ja_JP.UTF-8"] {
                assert_eq!(depth(&format!("{at} {language}")), own, "{at} {language}");
            }
            for (setting, expected) in [
                ("NO_COLOR=1", Plain),
                ("NO_COLOR=0", Plain),
                ("NO_COLOR=1 CLICOLOR_FORCE=1", Plain),
                ("CLICOLOR_FORCE=1", own.max(Sixteen)),
                ("CLICOLOR_FORCE=0", own),
                ("SSH_CONNECTION=10.0.0.1", own.min(Indexed)),
                ("SSH_TTY=/dev/pts/3", own.min(Indexed)),
                ("STY=7.pts", own.min(Indexed)),
            ] {
                assert_eq!(depth(&format!("{at} {setting}")), expected, "{at} {setting}");
            }
        }
    }
}

#[test]
fn every_terminal_has_its_glyphs_in_every_locale() {
    for (term, ..) in TERMINALS {
        let poor = ["linux", "dumb"].contains(&term);
        for (locale, rich) in [
            ("LANG=C.UTF-8", Glyphs::Braille),
            ("LANG=C", Glyphs::Ascii),
            ("LANG=C.UTF-8 LC_ALL=C", Glyphs::Ascii),
            ("LANG=ko_KR.UTF-8", Glyphs::Narrow),
            ("NO_COLOR=1 LANG=C.UTF-8", Glyphs::Braille),
        ] {
            let text = format!("TERM={term} {locale}");
            let expected = if poor { Glyphs::Ascii } else { rich };
            assert_eq!(glyphs(&environment(&text)).choice, expected, "{text}");
        }
    }
}

#[test]
fn glyphs_follow_the_locale_variables_in_posix_order() {
    let table = [
        ("LANG=en_GB.UTF-8", Glyphs::Braille),
        ("LANG=C.utf8", Glyphs::Braille),
        ("LANG=en_GB.UTF-8 LC_CTYPE=C", Glyphs::Ascii),
        ("LANG=C LC_CTYPE=C LC_ALL=C.UTF-8", Glyphs::Braille),
        ("LANG=C.UTF-8 LC_ALL=", Glyphs::Braille),
        ("LANG=de_DE.ISO-8859-1", Glyphs::Ascii),
        ("LANG=ja_JP.eucJP", Glyphs::Ascii),
        ("LANG=ja_JP.UTF-8", Glyphs::Narrow),
        ("LANG=en_GB.UTF-8 LC_CTYPE=zh_CN.utf8", Glyphs::Narrow),
        ("LANG=zh_TW.UTF-8 LC_ALL=en_GB.UTF-8", Glyphs::Braille),
        ("LANG=ko.UTF-8", Glyphs::Narrow),
        ("LANG=kok_IN.UTF-8", Glyphs::Braille),
        ("", Glyphs::Ascii),
    ];
    for (text, expected) in table {
        assert_eq!(glyphs(&environment(text)).choice, expected, "{text}");
    }
}

#[test]
fn a_detected_value_has_its_reason() {
    let why = |text: &str| colours(&environment(text)).why;
    assert_eq!(why("TERM=xterm"), "TERM=xterm");
    assert_eq!(why("TERM=xterm COLORTERM=truecolor"), "COLORTERM=truecolor");
    assert_eq!(why("TERM=xterm COLORTERM=truecolor NO_COLOR=1"), "NO_COLOR=1");
    assert!(why("TERM=screen COLORTERM=truecolor").starts_with("TERM=screen; screen passes"));
    assert!(why("TERM=xterm COLORTERM=truecolor SSH_TTY=x").starts_with("SSH_TTY is set"));
    assert_eq!(why(""), "TERM is not set");
    assert_eq!(glyphs(&environment("LANG=C")), Detected::new(Glyphs::Ascii, "LANG=C is not UTF-8"));
}

#[test]
fn a_light_background_in_colorfgbg_selects_the_light_theme() {
    let table = [
        ("COLORFGBG=0;15", ThemeName::Light),
        ("COLORFGBG=0;default;7", ThemeName::Light),
        ("COLORFGBG=15;0", ThemeName::Dark),
        ("COLORFGBG=7;8", ThemeName::Dark),
        ("COLORFGBG=default;default", ThemeName::Dark),
        ("", ThemeName::Dark),
    ];
    for (text, expected) in table {
        assert_eq!(theme(&environment(text)).choice, expected, "{text}");
    }
}

#[test]
fn only_term_dumb_is_dumb_and_only_ssh_is_remote() {
    assert!(is_dumb(&environment("TERM=dumb")));
    assert!(!is_dumb(&environment("TERM=vt100")));
    assert!(is_remote(&environment("SSH_CONNECTION=10.0.0.1")));
    assert!(is_remote(&environment("SSH_TTY=/dev/pts/3")));
    assert!(!is_remote(&environment("TERM=xterm")));
}

#[test]
fn only_a_utf_8_locale_has_more_than_ascii() {
    let why = |text: &str| only_ascii(&environment(text));
    assert_eq!(why("LANG=C LC_ALL=C.UTF-8"), None);
    assert_eq!(why("TERM=linux LANG=C.UTF-8"), None, "the font is not checked here");
    assert_eq!(why("LANG=C").as_deref(), Some("LANG=C is not UTF-8"));
    assert_eq!(why("").as_deref(), Some("none of LC_ALL, LC_CTYPE and LANG is set"));
}

#[test]
fn a_console_a_vt_and_screen_have_no_clipboard() {
    let tmux = "TERM=screen-256color TMUX=/tmp/tmux";
    for with in ["TERM=xterm", "TERM=tmux-256color", "TERM=vte-direct", "", "TERM=no", tmux] {
        assert!(has_clipboard(&environment(with)), "{with}");
    }
    let screen = ["STY=1.pts", "TERM=screen", "TERM=screen-256color"];
    for without in ["TERM=linux", "TERM=linux-16color", "TERM=vt100"].into_iter().chain(screen) {
        assert!(!has_clipboard(&environment(without)), "{without}");
    }
}
