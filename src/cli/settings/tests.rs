use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use clap::Parser;

use super::config::{apply, config_path};
use super::{KEYS, Settings, variable};
use crate::canvas::{ColourDepth, Glyphs, ThemeName};
use crate::cli::args::{Args, ScreenArgs};
use crate::file::InputFile;

/// Returns an environment with these variables.
fn environment<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<OsString> + 'a {
    move |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into())
}

fn screen(line: &str) -> ScreenArgs {
    let line = format!("xentviz {line}");
    Args::try_parse_from(line.split_whitespace())
        .expect("the flags are valid")
        .dashboard
        .show
        .screen
}

/// Collects the settings from the text of the config file, the variables and the command line.
fn gathered(text: &str, pairs: &[(&str, &str)], line: &str) -> Result<Settings, String> {
    let text = text.to_owned();
    let open = move |path: &Path| {
        let is_there = path == Path::new("/c/xentviz/config.toml") && !text.is_empty();
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        is_there.then(|| InputFile::new(io::Cursor::new(text.clone()), None)).ok_or_else(missing)
    };
    let pairs = [&[("XDG_CONFIG_HOME", "/c"), ("TERM", "xterm")], pairs].concat();
    Settings::gather(&screen(line), &environment(&pairs), &open).map_err(|e| e.to_string())
}

#[test]
fn the_command_line_overrides_the_environment_and_that_overrides_the_file() {
    let depth = |text: &str, pairs: &[(&str, &str)], line: &str| {
        let settings = gathered(text, pairs, line).expect("the settings are valid");
        let (appearance, [why, ..]) = settings.appearance(&environment(&[("TERM", "xterm")]));
        (appearance.colours, why)
    };
    let (file, variable) = ("color = \"true\"", [("XENTVIZ_COLOR", "16")]);
    let expected = |colours, why: &str| (colours, why.to_owned());
    assert_eq!(depth(file, &variable, "--color never"), expected(ColourDepth::None, "--color"));
    assert_eq!(depth(file, &variable, ""), expected(ColourDepth::Sixteen, "XENTVIZ_COLOR"));
    let in_file = "color in /c/xentviz/config.toml";
    assert_eq!(depth(file, &[("XENTVIZ_COLOR", "")], ""), expected(ColourDepth::True, in_file));
    assert_eq!(depth("", &[], ""), expected(ColourDepth::Indexed, "TERM=xterm"));
    assert_eq!(
        depth(file, &variable, "--color auto"),
        expected(ColourDepth::Indexed, "TERM=xterm")
    );
}

#[test]
fn every_setting_can_come_from_each_of_the_three_sources() {
    let file = "color = 16\nglyphs = \"block\"\ntheme = \"light\"\nfps = 5\nbandwidth = \"9k\"\n\
                mouse = true\n";
    let pairs = [
        ("XENTVIZ_COLOR", "16"),
        ("XENTVIZ_GLYPHS", "block"),
        ("XENTVIZ_THEME", "light"),
        ("XENTVIZ_FPS", "5"),
        ("XENTVIZ_BANDWIDTH", "9k"),
        ("XENTVIZ_MOUSE", "1"),
    ];
    assert_eq!(pairs.map(|(name, _)| name.to_owned()), KEYS.map(variable));
    let line = "--color 16 --glyphs block --theme light --fps 5 --bandwidth 9k --mouse";
    for (text, pairs, line) in [(file, &[][..], ""), ("", &pairs, ""), ("", &[], line)] {
        let settings = gathered(text, pairs, line).expect("the settings are valid");
        let (appearance, _) = settings.appearance(&environment(&[]));
        assert_eq!(appearance.colours, ColourDepth::Sixteen);
        assert_eq!((appearance.glyphs, appearance.theme), (Glyphs::Block, ThemeName::Light));
        assert_eq!((settings.frames(), settings.bandwidth(None)), (Some(5), Some(9000)));
        assert!(settings.captures_mouse() && settings.has_chosen_colours());
    }
    let nothing = gathered("", &[], "").expect("no setting is required");
    assert_eq!(nothing, Settings::default());
    assert_eq!((nothing.frames(), nothing.bandwidth(Some(7))), (None, Some(7)));
}

#[test]
fn the_command_line_can_reset_what_the_file_sets() {
    let file = "mouse = true\nbandwidth = \"none\"\nfps = 9\nglyphs = \"block\"";
    let line = "--mouse=off --bandwidth auto --fps auto --ascii";
    let settings = gathered(file, &[], line).expect("the settings are valid");
    assert!(!settings.captures_mouse());
    assert_eq!((settings.frames(), settings.bandwidth(Some(7))), (None, Some(7)));
    assert_eq!(settings.appearance(&environment(&[])).0.glyphs, Glyphs::Ascii);
}

#[test]
fn an_invalid_file_is_refused_with_the_location_the_key_and_the_valid_values() {
    let cases = [
        ("theme = \"light\"\ncolour = 16", "f:2:1: colour: unknown key; did you mean color?"),
        ("# x\n[screen]\nfps = 3", "f:2:2: screen: unknown key; the keys here are color, glyphs, "),
        ("color = \"mauve\"", "f:1:9: color: found \"mauve\"; auto, true, 256, 16 or never would"),
        ("color = true", ""),
        ("mouse = 7", "f:1:9: mouse: found 7; on or off would do"),
        ("fps = 0", "f:1:7: fps: found 0; 1 to 240 or auto would do"),
        ("fps = 29.5", "f:1:7: fps: found 29.5; 1 to 240"),
        (
            "glyphs = []",
            "f:1:10: glyphs: found a list; auto, braille, block, narrow, ascii, sextant or octant",
        ),
        ("theme.dark = 1", "f:1:1: theme: found a table; auto, dark or light would do"),
        ("bandwidth = 3", "f:1:13: bandwidth: found 3; bytes a second, at least 120, would do"),
        ("fps = \nmouse = 7", "f:1:7: "),
        ("fps = 3\nfps = 4", "f:2:1: duplicate key"),
        ("fps = 3\nzzz = 4\nfps2 = 5", "f:2:1: zzz: unknown key"),
    ];
    for (text, expected) in cases {
        let mut settings = Settings::default();
        let refusal = apply(&mut settings, text, "f").map_err(|refusal| refusal.to_string());
        if expected.is_empty() {
            assert_eq!(refusal, Ok(()), "{text}");
            continue;
        }
        let refusal = refusal.expect_err(text);
        assert!(refusal.starts_with(expected), "{text}: {refusal}");
        assert!(!refusal.contains('\n'), "{refusal}");
    }
}

#[test]
fn an_invalid_variable_is_refused_by_its_name() {
    for key in KEYS {
        let name = variable(key);
        let refusal = gathered("", &[(&name, "mauve")], "").expect_err(key);
        assert!(refusal.starts_with(&format!("{name}: found \"mauve\"; ")), "{refusal}");
        assert!(refusal.contains("would do"), "{refusal}");
    }
}

#[test]
fn a_variable_that_is_not_utf_8_is_refused_and_not_ignored() {
    for key in KEYS {
        let name = variable(key);
        let no_text =
            |variable: &str| (variable == name).then(|| OsStr::from_bytes(b"16\xff").to_owned());
        let mut settings = Settings::default();
        let refusal = settings.apply_environment(&no_text).expect_err(key).to_string();
        assert!(refusal.starts_with(&format!("{name}: found \"16\u{fffd}\"; ")), "{refusal}");
    }
}

#[test]
fn a_missing_file_is_an_error_only_if_it_was_requested() {
    assert_eq!(gathered("", &[], ""), Ok(Settings::default()));
    assert_eq!(gathered("fps = 0", &[], "--config none"), Ok(Settings::default()));
    let refusal = gathered("", &[], "--config mine.toml").expect_err("the file was requested");
    assert!(refusal.starts_with("cannot read the config file mine.toml: "), "{refusal}");
}

#[test]
fn an_unreadable_file_in_the_home_is_ignored_with_a_warning() {
    let open = |_: &Path| Err(io::Error::from_raw_os_error(13));
    let gathered = |line: &str, pairs: &[(&str, &str)]| {
        Settings::gather(&screen(line), &environment(pairs), &open).map_err(|e| e.to_string())
    };
    let home = ("HOME", "/anyone");
    let settings = gathered("", &[home]).expect("the file was not requested");
    let expected = "the config file /anyone/.config/xentviz/config.toml is passed over: Permission \
                    denied (os error 13)";
    assert_eq!(settings.config_warning(), Some(expected));
    // A file that the user named must be readable.
    for (line, pairs) in
        [("", &[home, ("XDG_CONFIG_HOME", "/c")][..]), ("--config a.toml", &[home])]
    {
        let refusal = gathered(line, pairs).expect_err("the file is named");
        assert!(refusal.starts_with("cannot read the config file "), "{refusal}");
    }
    // A file that can be read but is invalid is still refused.
    let open = |_: &Path| Ok(InputFile::new(&b"\xff"[..], None));
    assert!(Settings::gather(&screen(""), &environment(&[home]), &open).is_err());
}

#[test]
fn an_error_quotes_only_an_excerpt_of_a_file_or_a_variable() {
    let long = "x".repeat(20_000);
    for text in [
        format!("{long} = 3"),
        format!("color = \"{long}\""),
        format!("fps = {}", "9".repeat(20_000)),
        format!("fps = 1.{}", "9".repeat(20_000)),
        format!("theme = {long}"),
        format!("\"{long}\" = 1\n\"{long}\" = 2"),
    ] {
        let refusal = apply(&mut Settings::default(), &text, "f").expect_err("the file is invalid");
        let length = refusal.to_string().chars().count();
        assert!(length < 500, "{length}: {refusal}");
    }
    let refusal = gathered("", &[("XENTVIZ_FPS", &long)], "").expect_err("the variable is invalid");
    assert!(refusal.len() < 500, "{refusal}");
}

#[test]
fn the_file_is_in_the_config_folder_of_the_environment() {
    let at = |pairs: &[(&str, &str)]| config_path(None, &environment(pairs));
    let expected = |path: &str| Some(PathBuf::from(path));
    let home = ("HOME", "/anyone");
    assert_eq!(at(&[home]), expected("/anyone/.config/xentviz/config.toml"));
    assert_eq!(at(&[home, ("XDG_CONFIG_HOME", "/c")]), expected("/c/xentviz/config.toml"));
    let relative = [home, ("XDG_CONFIG_HOME", "c")];
    assert_eq!(at(&relative), expected("/anyone/.config/xentviz/config.toml"));
    assert_eq!(at(&[]), None);
    let no_text = |name: &str| (name == "HOME").then(|| OsStr::from_bytes(b"/\xff").to_owned());
    let expected = OsStr::from_bytes(b"/\xff/.config/xentviz/config.toml");
    assert_eq!(config_path(None, &no_text), Some(PathBuf::from(expected)));
}
