//! The display settings in the environment and in the config file, and the test card.

use std::fs;

use crate::cli::{TestDir, errors, text};

fn with_config(config: &str) -> TestDir {
    let place = TestDir::new();
    fs::create_dir_all(place.path("config/xentviz")).expect("a folder can be made");
    place.write("config/xentviz/config.toml", config);
    place
}

#[test]
fn a_wrong_config_file_is_refused_on_one_line_with_its_place() {
    let cases = [
        ("fps = 20\ncolour = 16\n", "config.toml:2:1: colour: unknown key; did you mean color?\n"),
        ("glyphs = \"fancy\"", "config.toml:1:10: glyphs: found \"fancy\"; auto, braille, block, "),
        ("fps", "config.toml:1:4: "),
    ];
    for (config, expected) in cases {
        let refusal = with_config(config).refused("saturated", 2);
        assert!(refusal.contains(expected), "{refusal}");
        assert_eq!(refusal.lines().count(), 1, "{refusal}");
    }
}

#[test]
fn an_unreadable_config_file_in_the_default_place_is_skipped_with_a_warning() {
    let place = TestDir::new();
    fs::create_dir_all(place.path(".config/xentviz")).expect("a folder can be made");
    let path = place.path(".config/xentviz/config.toml");
    std::os::unix::fs::symlink(&path, &path).expect("a link to itself");
    let mut command = place.command(&["--test-colors"]);
    command.env_remove("XDG_CONFIG_HOME").env("HOME", place.path(""));
    let output = command.output().expect("it runs");
    assert!(output.status.success() && text(&output.stdout).contains("colours"));
    let stderr = errors(&output);
    assert!(
        stderr.starts_with("xentviz: the config file ") && stderr.contains("is passed over: "),
        "{stderr}"
    );
    // A file that is named explicitly must be readable.
    let mut command = place.command(&["--test-colors"]);
    let output = command.env("XDG_CONFIG_HOME", place.path(".config")).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_config_file_that_does_not_concern_a_command_is_not_read() {
    let place = with_config("nonsense");
    place.succeed("list");
    place.succeed("run and --epochs 1");
    place.succeed("--test-colors --config none");
}

#[test]
fn the_card_is_printed_in_place_of_a_recording() {
    let place = TestDir::new();
    let card = place.succeed("--test-colors");
    for command in ["resume", "replay none.jsonl"] {
        assert_eq!(place.succeed(&format!("{command} --test-colors")), card);
    }
}

#[test]
fn a_wrong_variable_is_refused_by_its_name() {
    let output = TestDir::new().command(&[]).env("XENTVIZ_FPS", "many").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let expected = "xentviz: XENTVIZ_FPS: found \"many\"; 1 to 240 or auto would do\n";
    assert_eq!(errors(&output), expected);
}

#[cfg(target_os = "linux")]
#[test]
fn a_variable_that_is_no_text_is_refused_by_its_name() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = TestDir::new();
    let mut command = place.command(&[]);
    let output = command.env("XENTVIZ_COLOR", OsStr::from_bytes(b"16\xff")).output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let expected = "xentviz: XENTVIZ_COLOR: found \"16\u{fffd}\"; ";
    assert!(errors(&output).starts_with(expected), "{}", errors(&output));
    assert_eq!(errors(&output).lines().count(), 1);
}

#[test]
fn the_card_names_the_source_of_each_setting_and_has_colours_in_a_pipe_only_on_request() {
    let place = with_config("theme = \"light\"");
    let card = |arguments: &[&str]| {
        let arguments = [&["--test-colors"], arguments].concat();
        let mut command = place.command(&arguments);
        command.env("TERM", "screen-256color").env("COLORTERM", "truecolor").env("LC_ALL", "C");
        for name in ["NO_COLOR", "STY", "SSH_CONNECTION", "SSH_TTY"] {
            command.env_remove(name);
        }
        text(&command.output().expect("it runs").stdout)
    };
    let plain = card(&[]);
    assert!(plain.is_ascii() && !plain.contains('\x1b'), "{plain}");
    for expected in [
        "colours     256       by TERM=screen-256color; screen passes 256 at most\n",
        "glyphs      ascii     by LC_ALL=C is not UTF-8\n",
        "theme       light     by theme in ",
        "colour 130 of 256",
        "--color 256 writes them",
    ] {
        assert!(plain.contains(expected), "no {expected} in\n{plain}");
    }
    let card = card(&["--color", "true", "--glyphs", "braille", "--theme", "dark"]);
    assert!(card.contains("\x1b[38;2;240;166;60m●") && card.contains("by --color"), "{card}");
}
