//! What the terminal can show, found out from flags and the environment: it is never asked, since
//! a terminal that does not answer would keep the first frame waiting.

use crate::app::{ColourDepth, Glyphs, Look, ThemeName};

/// How an environment variable is looked up, so that a table can stand in for the environment.
pub(super) type Environment<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// The value of a variable; an empty one is none.
fn var(environment: &Environment<'_>, name: &str) -> Option<String> {
    environment(name).filter(|value| !value.is_empty())
}

/// What was said on the command line about the look.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LookAsked {
    /// How many colours, where it was said.
    pub(super) colours: Option<ColourDepth>,
    /// Dark or light, where it was said.
    pub(super) theme: Option<ThemeName>,
    /// ASCII, where it was said.
    pub(super) glyphs: Option<Glyphs>,
}

/// How to draw on the terminal that `environment` describes.
pub(super) fn look(asked: LookAsked, environment: &Environment<'_>) -> Look {
    Look {
        theme: asked.theme.unwrap_or_else(|| theme(environment)),
        glyphs: asked.glyphs.unwrap_or_else(|| glyphs(environment)),
        colours: asked.colours.unwrap_or_else(|| colours(environment)),
    }
}

/// Whether the terminal cannot place a character where it is wanted, so that no screen can be drawn.
pub(super) fn is_dumb(environment: &Environment<'_>) -> bool {
    var(environment, "TERM").is_some_and(|term| term == "dumb")
}

/// Whether the terminal is at the other end of a network.
pub(super) fn is_remote(environment: &Environment<'_>) -> bool {
    ["SSH_CONNECTION", "SSH_TTY"].into_iter().any(|name| var(environment, name).is_some())
}

fn colours(environment: &Environment<'_>) -> ColourDepth {
    let terminal = colours_of_terminal(environment);
    if var(environment, "NO_COLOR").is_some() {
        ColourDepth::None
    } else if var(environment, "CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        // Colours are wanted whatever the terminal is; the sixteen are what nearly all have.
        terminal.max(ColourDepth::Sixteen)
    } else {
        terminal
    }
}

fn colours_of_terminal(environment: &Environment<'_>) -> ColourDepth {
    let term = var(environment, "TERM").unwrap_or_default().to_ascii_lowercase();
    if var(environment, "STY").is_some() || is_of(&term, "screen") {
        // screen passes 256 colours on and misreads 24 bits.
        return colours_by_name(&term).min(ColourDepth::Indexed);
    }
    if var(environment, "TERM_PROGRAM").is_some_and(|name| name == "Apple_Terminal") {
        // Some versions say COLORTERM=truecolor and are wrong.
        return ColourDepth::Indexed;
    }
    match var(environment, "COLORTERM").as_deref() {
        Some("truecolor" | "24bit") => ColourDepth::True,
        _ => colours_by_name(&term),
    }
}

/// Terminals of 256 colours whose name does not say so.
const INDEXED: [&str; 16] = [
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "gnome",
    "iterm",
    "iterm2",
    "kitty",
    "konsole",
    "putty",
    "screen",
    "st",
    "tmux",
    "vte",
    "wezterm",
    "xterm",
];

/// Terminals of 8, 16 or 88 colours; the first sixteen of these are the same in all.
const SIXTEEN: [&str; 7] = ["ansi", "cygwin", "eterm", "linux", "mlterm", "pcansi", "rxvt"];

fn colours_by_name(term: &str) -> ColourDepth {
    if term.ends_with("-direct") {
        ColourDepth::True
    } else if term.ends_with("-mono") || term.ends_with("-m") {
        ColourDepth::None
    } else if term.ends_with("-16color") || term.ends_with("-88color") || term.ends_with("-8color")
    {
        ColourDepth::Sixteen
    } else if term.contains("256color") || INDEXED.into_iter().any(|family| is_of(term, family)) {
        ColourDepth::Indexed
    } else if SIXTEEN.into_iter().any(|family| is_of(term, family)) {
        ColourDepth::Sixteen
    } else {
        ColourDepth::None
    }
}

/// Whether `term` is the family's name, alone or followed by a variant: `screen.xterm`, `linux-c`.
fn is_of(term: &str, family: &str) -> bool {
    term.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
}

fn glyphs(environment: &Environment<'_>) -> Glyphs {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| var(environment, name));
    let is_utf8 = locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    let is_console = var(environment, "TERM").is_some_and(|term| is_of(&term, "linux"));
    // The Linux console's font has neither Braille nor the eighth blocks.
    if is_utf8 && !is_console { Glyphs::Unicode } else { Glyphs::Ascii }
}

/// `COLORFGBG` is `foreground;background` in the numbers of the sixteen colours.
fn theme(environment: &Environment<'_>) -> ThemeName {
    let colours = var(environment, "COLORFGBG").unwrap_or_default();
    match colours.rsplit(';').next().and_then(|background| background.parse::<u8>().ok()) {
        Some(7 | 9..=15) => ThemeName::Light,
        _ => ThemeName::Dark,
    }
}

#[cfg(test)]
mod tests {
    use super::{LookAsked, is_dumb, is_remote, look};
    use crate::app::{ColourDepth, Glyphs, Look, ThemeName};

    /// An environment written as `NAME=value NAME=value`.
    fn environment(text: &str) -> impl Fn(&str) -> Option<String> + '_ {
        move |name: &str| {
            text.split(' ')
                .filter_map(|pair| pair.split_once('='))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
        }
    }

    fn seen(text: &str) -> Look {
        look(LookAsked::default(), &environment(text))
    }

    #[test]
    fn colours_follow_the_order_of_the_product() {
        let table = [
            ("TERM=xterm-256color COLORTERM=truecolor", ColourDepth::True),
            ("TERM=xterm-256color COLORTERM=24bit", ColourDepth::True),
            ("TERM=xterm-256color COLORTERM=yes", ColourDepth::Indexed),
            ("TERM=xterm-256color", ColourDepth::Indexed),
            ("TERM=xterm", ColourDepth::Indexed),
            ("TERM=xterm-kitty", ColourDepth::Indexed),
            ("TERM=xterm-mono", ColourDepth::None),
            ("TERM=xterm-16color", ColourDepth::Sixteen),
            ("TERM=xterm-direct", ColourDepth::True),
            ("TERM=tmux", ColourDepth::Indexed),
            ("TERM=tmux-256color COLORTERM=truecolor", ColourDepth::True),
            ("TERM=tmux-direct", ColourDepth::True),
            ("TERM=alacritty", ColourDepth::Indexed),
            ("TERM=screen", ColourDepth::Indexed),
            ("TERM=screen-256color COLORTERM=truecolor", ColourDepth::Indexed),
            ("TERM=screen.xterm-256color", ColourDepth::Indexed),
            ("TERM=xterm-256color STY=1.pts COLORTERM=truecolor", ColourDepth::Indexed),
            ("TERM=vt100 STY=1.pts", ColourDepth::None),
            (
                "TERM=xterm-256color TERM_PROGRAM=Apple_Terminal COLORTERM=truecolor",
                ColourDepth::Indexed,
            ),
            ("TERM=linux", ColourDepth::Sixteen),
            ("TERM=linux-16color", ColourDepth::Sixteen),
            ("TERM=rxvt", ColourDepth::Sixteen),
            ("TERM=rxvt-unicode-256color", ColourDepth::Indexed),
            ("TERM=vt100", ColourDepth::None),
            ("TERM=vt220", ColourDepth::None),
            ("TERM=never-heard-of", ColourDepth::None),
            ("", ColourDepth::None),
            ("TERM=xterm-256color NO_COLOR=1", ColourDepth::None),
            ("TERM=xterm-256color NO_COLOR=", ColourDepth::Indexed),
            ("TERM=xterm-256color NO_COLOR=1 CLICOLOR_FORCE=1", ColourDepth::None),
            ("TERM=vt100 CLICOLOR_FORCE=1", ColourDepth::Sixteen),
            ("TERM=vt100 CLICOLOR_FORCE=0", ColourDepth::None),
            ("TERM=xterm CLICOLOR_FORCE=1", ColourDepth::Indexed),
        ];
        for (text, expected) in table {
            assert_eq!(seen(text).colours, expected, "{text}");
        }
    }

    #[test]
    fn what_was_said_on_the_command_line_goes_before_the_environment() {
        let asked = LookAsked {
            colours: Some(ColourDepth::True),
            theme: Some(ThemeName::Dark),
            glyphs: Some(Glyphs::Ascii),
        };
        let found = look(asked, &environment("TERM=xterm LANG=C.UTF-8 NO_COLOR=1 COLORFGBG=0;15"));
        let expected =
            Look { theme: ThemeName::Dark, glyphs: Glyphs::Ascii, colours: ColourDepth::True };
        assert_eq!(found, expected);
    }

    #[test]
    fn glyphs_follow_the_locale_in_the_order_of_posix() {
        let table = [
            ("LANG=en_GB.UTF-8", Glyphs::Unicode),
            ("LANG=C.utf8", Glyphs::Unicode),
            ("LANG=en_GB.UTF-8 LC_CTYPE=C", Glyphs::Ascii),
            ("LANG=C LC_CTYPE=C LC_ALL=C.UTF-8", Glyphs::Unicode),
            ("LANG=C.UTF-8 LC_ALL=", Glyphs::Unicode),
            ("LANG=de_DE.ISO-8859-1", Glyphs::Ascii),
            ("LANG=C.UTF-8 TERM=linux", Glyphs::Ascii),
            ("", Glyphs::Ascii),
        ];
        for (text, expected) in table {
            assert_eq!(seen(text).glyphs, expected, "{text}");
        }
    }

    #[test]
    fn a_terminal_that_says_its_background_is_light_gets_the_light_theme() {
        let table = [
            ("COLORFGBG=0;15", ThemeName::Light),
            ("COLORFGBG=0;default;7", ThemeName::Light),
            ("COLORFGBG=15;0", ThemeName::Dark),
            ("COLORFGBG=7;8", ThemeName::Dark),
            ("COLORFGBG=default;default", ThemeName::Dark),
            ("", ThemeName::Dark),
        ];
        for (text, expected) in table {
            assert_eq!(seen(text).theme, expected, "{text}");
        }
    }

    #[test]
    fn only_dumb_is_dumb_and_only_a_network_is_remote() {
        assert!(is_dumb(&environment("TERM=dumb")));
        assert!(!is_dumb(&environment("TERM=vt100")));
        assert!(is_remote(&environment("SSH_CONNECTION=10.0.0.1")));
        assert!(is_remote(&environment("SSH_TTY=/dev/pts/3")));
        assert!(!is_remote(&environment("TERM=xterm")));
    }
}
