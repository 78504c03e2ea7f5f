//! Detects the capabilities of the terminal from the environment. It never queries the terminal, since a
//! missing reply would delay the first frame.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::canvas::{ColourDepth, Glyphs, ThemeName};

/// A lookup of environment variables, so that tests can pass a table in place of the environment.
pub(super) type Environment<'a> = dyn Fn(&str) -> Option<OsString> + 'a;

/// Looks up a variable in the environment of the process.
pub(super) fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Returns the value of a variable, or `None` if it is empty or not set. Bytes that are not UTF-8
/// become `�`, which no valid value contains.
pub(super) fn var(environment: &Environment<'_>, name: &str) -> Option<String> {
    let value = environment(name).filter(|value| !value.is_empty())?;
    Some(value.to_string_lossy().into_owned())
}

/// Returns the folder in the variable `name`, or else the folder `at_home` in the user's home. A
/// path that is not absolute is ignored, as the XDG Base Directory Specification requires.
pub(super) fn folder(environment: &Environment<'_>, name: &str, at_home: &str) -> Option<PathBuf> {
    named(environment, name).or_else(|| Some(named(environment, "HOME")?.join(at_home)))
}

/// Returns the folder in a variable, if its path is absolute.
pub(super) fn named(environment: &Environment<'_>, name: &str) -> Option<PathBuf> {
    environment(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// Returns the state folder of the program.
pub(super) fn states(environment: &Environment<'_>) -> Option<PathBuf> {
    Some(folder(environment, "XDG_STATE_HOME", ".local/state")?.join("xentviz"))
}

/// The variables that the detection reads, in the order in which a user would check them.
pub(super) const DETECTION_VARIABLES: [&str; 12] = [
    "TERM",
    "COLORTERM",
    "TERM_PROGRAM",
    "STY",
    "NO_COLOR",
    "CLICOLOR_FORCE",
    "COLORFGBG",
    "SSH_CONNECTION",
    "SSH_TTY",
    "LC_ALL",
    "LC_CTYPE",
    "LANG",
];

/// A detected value and the variable that determined it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Detected<T> {
    /// The detected value.
    pub(super) choice: T,
    /// The reason, for example `TERM=linux`.
    pub(super) why: String,
}

impl<T> Detected<T> {
    pub(super) fn new(choice: T, why: impl Into<String>) -> Self {
        Self { choice, why: why.into() }
    }
}

/// Returns whether the terminal cannot position the cursor, so that no screen can be drawn.
pub(super) fn is_dumb(environment: &Environment<'_>) -> bool {
    var(environment, "TERM").is_some_and(|term| term == "dumb")
}

/// Returns whether the terminal is at the other end of a network connection.
pub(super) fn is_remote(environment: &Environment<'_>) -> bool {
    remote(environment).is_some()
}

/// Returns the variable that shows that the terminal is at the other end of a network connection.
fn remote(environment: &Environment<'_>) -> Option<&'static str> {
    ["SSH_CONNECTION", "SSH_TTY"].into_iter().find(|name| var(environment, name).is_some())
}

/// Detects the colour depth.
pub(super) fn colours(environment: &Environment<'_>) -> Detected<ColourDepth> {
    let terminal = colours_of_terminal(environment);
    let is_forced = var(environment, "CLICOLOR_FORCE").filter(|value| value != "0");
    if let Some(value) = var(environment, "NO_COLOR") {
        return Detected::new(ColourDepth::None, format!("NO_COLOR={value}"));
    }
    match (is_forced, remote(environment)) {
        // The user wants colours on any terminal; nearly all have the sixteen.
        (Some(value), _) if terminal.choice < ColourDepth::Sixteen => {
            Detected::new(ColourDepth::Sixteen, format!("CLICOLOR_FORCE={value}"))
        }
        // 24-bit colours take two to three times the bytes for much the same picture.
        (_, Some(name)) if terminal.choice == ColourDepth::True => {
            let why = format!("{name} is set; over a network 256 take the fewest bytes");
            Detected::new(ColourDepth::Indexed, why)
        }
        _ => terminal,
    }
}

fn colours_of_terminal(environment: &Environment<'_>) -> Detected<ColourDepth> {
    let Some(name) = var(environment, "TERM") else {
        return colours_of_nameless(environment);
    };
    let (term, by_name) = (name.to_ascii_lowercase(), format!("TERM={name}"));
    if is_in_screen(environment) || is_version_of(&term, "screen") {
        return through_screen(&Detected::new(colours_by_name(&term), by_name));
    }
    if has_fewer_for_certain(&term) {
        return Detected::new(colours_by_name(&term), by_name);
    }
    if var(environment, "TERM_PROGRAM").is_some_and(|name| name == "Apple_Terminal") {
        // Some versions set COLORTERM=truecolor without supporting it.
        return Detected::new(ColourDepth::Indexed, "TERM_PROGRAM=Apple_Terminal");
    }
    true_colours(environment).unwrap_or_else(|| Detected::new(colours_by_name(&term), by_name))
}

fn colours_of_nameless(environment: &Environment<'_>) -> Detected<ColourDepth> {
    let unnamed = || Detected::new(ColourDepth::None, "TERM is not set");
    let found = true_colours(environment).unwrap_or_else(unnamed);
    if is_in_screen(environment) { through_screen(&found) } else { found }
}

fn is_in_screen(environment: &Environment<'_>) -> bool {
    var(environment, "STY").is_some()
}

/// Limits the colour depth to that of screen, which passes 256 colours and misreads 24-bit ones.
fn through_screen(found: &Detected<ColourDepth>) -> Detected<ColourDepth> {
    let why = format!("{}; screen passes 256 at most", found.why);
    Detected::new(found.choice.min(ColourDepth::Indexed), why)
}

fn true_colours(environment: &Environment<'_>) -> Option<Detected<ColourDepth>> {
    let value = var(environment, "COLORTERM").filter(|v| v == "truecolor" || v == "24bit")?;
    Some(Detected::new(ColourDepth::True, format!("COLORTERM={value}")))
}

/// Terminals with 256 colours whose name does not contain "256color".
const INDEXED: [&str; 27] = [
    "alacritty",
    "apple_terminal",
    "contour",
    "domterm",
    "foot",
    "ghostty",
    "gnome",
    "iterm",
    "iterm2",
    "kitty",
    "konsole",
    "mintty",
    "ms-terminal",
    "nsterm",
    "putty",
    "screen",
    "scrt",
    "securecrt",
    "st",
    "terminator",
    "terminology",
    "termite",
    "tmux",
    "vscode",
    "vte",
    "wezterm",
    "xterm",
];

/// Terminals with 8, 16, 64 or 88 colours, by the terminal database of ncurses 6.4; the first 16 are the same on
/// all of them.
const SIXTEEN: [&str; 51] = [
    "aixterm",
    "ansi",
    "aterm",
    "beterm",
    "bterm",
    "cons",
    "crt",
    "cygwin",
    "darwin",
    "djgpp",
    "dtterm",
    "dvtm",
    "eterm",
    "hterm",
    "hurd",
    "interix",
    "jaixterm",
    "jfbterm",
    "kon",
    "kterm",
    "kvt",
    "linux",
    "minix",
    "mlterm",
    "mosh",
    "mrxvt",
    "mvterm",
    "nansi",
    "ntconsole",
    "nxterm",
    "opennt",
    "pc3",
    "pcansi",
    "pccon",
    "qansi",
    "qnx",
    "rxvt",
    "scoansi",
    "screen",
    "simpleterm",
    "stterm",
    "teken",
    "teraterm",
    "uwin",
    "vwmterm",
    "wsvt",
    "wy350",
    "wy370",
    "xfce",
    "xiterm",
    "xnuppc",
];

/// Returns whether the name means fewer colours than `COLORTERM` may claim. Programs inherit
/// `COLORTERM` even on a real console or a serial line.
fn has_fewer_for_certain(term: &str) -> bool {
    is_vt(term)
        || term == "dumb"
        || is_version_of(term, "linux")
        || is_without_colours(term)
        || is_of_few(term)
}

/// Returns whether the terminal is a DEC VT, or claims to be one.
fn is_vt(term: &str) -> bool {
    term.strip_prefix("vt").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn is_without_colours(term: &str) -> bool {
    term.split('-')
        .skip(1)
        .any(|variant| ["mono", "m", "m1", "m1b", "m2", "m2b"].contains(&variant))
}

fn is_of_few(term: &str) -> bool {
    ["-8color", "-16color", "-88color"].into_iter().any(|end| term.ends_with(end))
}

fn colours_by_name(term: &str) -> ColourDepth {
    let is_indexed = || INDEXED.iter().any(|family| is_of(term, family));
    let has_colours = || SIXTEEN.iter().any(|family| is_version_of(term, family));
    if term.ends_with("-direct") {
        ColourDepth::True
    } else if is_without_colours(term) {
        ColourDepth::None
    } else if is_of_few(term) {
        ColourDepth::Sixteen
    } else if term.contains("256color") || is_indexed() {
        ColourDepth::Indexed
    } else if term.contains("-color") || has_colours() {
        ColourDepth::Sixteen
    } else {
        ColourDepth::None
    }
}

/// Returns whether `term` is the family's name, alone or followed by a variant: `screen.xterm`,
/// `linux-c`.
fn is_of(term: &str, family: &str) -> bool {
    term.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
}

/// Returns whether `term` is the family's name, alone or followed by a variant or a version: `linux3.0`,
/// `cons25`.
fn is_version_of(term: &str, family: &str) -> bool {
    let is_number = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    is_of(term, family) || term.strip_prefix(family).is_some_and(is_number)
}

/// Detects the glyph set.
pub(super) fn glyphs(environment: &Environment<'_>) -> Detected<Glyphs> {
    let term = var(environment, "TERM").unwrap_or_default();
    if is_version_of(&term.to_ascii_lowercase(), "linux") || term == "dumb" {
        // The Linux console's font has neither Braille nor the eighth blocks.
        return Detected::new(Glyphs::Ascii, format!("TERM={term}"));
    }
    let (name, locale) = match unicode_locale(environment) {
        Ok(found) => found,
        Err(why) => return Detected::new(Glyphs::Ascii, why),
    };
    let why = format!("{name}={locale}");
    match locale.to_ascii_lowercase().split(['_', '.', '@']).next() {
        // In these locales many terminals give two columns to characters of ambiguous width:
        // frames, arrows, Greek.
        Some("ja" | "ko" | "zh") => Detected::new(Glyphs::Narrow, why),
        _ => Detected::new(Glyphs::Braille, why),
    }
}

/// Returns the reason why only ASCII can be shown, or `None` if the locale is UTF-8.
pub(super) fn only_ascii(environment: &Environment<'_>) -> Option<String> {
    unicode_locale(environment).err()
}

/// Returns the locale and the variable that sets it if the locale is UTF-8, or else the reason why
/// not.
fn unicode_locale(environment: &Environment<'_>) -> Result<(&'static str, String), String> {
    let named = |name: &'static str| Some((name, var(environment, name)?));
    let Some((name, locale)) = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(named) else {
        return Err("none of LC_ALL, LC_CTYPE and LANG is set".to_owned());
    };
    let lower = locale.to_ascii_lowercase();
    if lower.contains("utf-8") || lower.contains("utf8") {
        Ok((name, locale))
    } else {
        Err(format!("{name}={locale} is not UTF-8"))
    }
}

/// Returns whether the terminal accepts clipboard sequences.
pub(super) fn has_clipboard(environment: &Environment<'_>) -> bool {
    let term = var(environment, "TERM").unwrap_or_default().to_ascii_lowercase();
    let has = |name| var(environment, name).is_some();
    let is_screen = has("STY") || (is_version_of(&term, "screen") && !has("TMUX"));
    !(is_vt(&term) || is_version_of(&term, "linux") || is_screen)
}

/// Detects the theme from `COLORFGBG`, which is `foreground;background` in the numbers of the 16
/// colours.
pub(super) fn theme(environment: &Environment<'_>) -> Detected<ThemeName> {
    let Some(colours) = var(environment, "COLORFGBG") else {
        return Detected::new(ThemeName::Dark, "COLORFGBG is not set");
    };
    let why = format!("COLORFGBG={colours}");
    match colours.rsplit(';').next().and_then(|background| background.parse::<u8>().ok()) {
        Some(7 | 9..=15) => Detected::new(ThemeName::Light, why),
        _ => Detected::new(ThemeName::Dark, why),
    }
}

#[cfg(test)]
mod tests;
