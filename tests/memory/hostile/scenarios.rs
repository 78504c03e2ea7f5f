//! Scenarios.

use proptest::prelude::*;
use xentviz::testing::scenario::{Override, catalogue};

use crate::counting::measurement_guard;
use crate::hostile::corrupted::{anything, corrupted};
use crate::hostile::readers::{scenario, scenario_with};

fn built_in(name: &str) -> &'static str {
    catalogue().iter().find(|built_in| built_in.name == name).expect("it is built in").text
}

fn good() -> Vec<Vec<u8>> {
    let mut files: Vec<_> = catalogue().iter().map(|one| one.text.as_bytes().to_vec()).collect();
    let crlf = format!("\u{feff}{}", built_in("and").replace('\n', "\r\n"));
    files.push(crlf.into_bytes());
    files
}

fn error_of(text: &str) -> String {
    scenario(text.as_bytes()).expect_err("it is refused").to_string()
}

/// Returns the scenario `and` with `line` in place of the line that sets `key`.
fn with(key: &str, line: &str) -> String {
    let is_it =
        |old: &&str| old.split('=').next().is_some_and(|key_of_line| key_of_line.trim() == key);
    let others = if key == "kind" { ["inputs", "targets"] } else { ["weights", "biases"] };
    let is_other = |old: &&str| others.iter().any(|other| old.starts_with(other));
    let lines = built_in("and").lines().filter(|old| !is_other(old));
    lines.map(|old| if is_it(&old) { line } else { old }).collect::<Vec<_>>().join("\n")
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in anything()) {
        let _ = scenario(&bytes);
    }

    #[test]
    fn a_corrupted_file_is_read_or_refused(bytes in corrupted(good())) {
        let _ = scenario(&bytes);
    }

    #[test]
    fn any_override_of_a_scenario_is_read_or_refused(
        key in "[a-z.]{0,12}|eta|layers|data|network\\.(layers|weights)|arm\\.[a-z]{1,3}\\.eta",
        value in anything(),
    ) {
        let value = String::from_utf8_lossy(&value);
        let _ = scenario_with(built_in("and").as_bytes(), &[Override::new(key, value, "--set")]);
    }
}

#[test]
fn good_files_are_read_with_a_byte_order_mark_and_with_either_line_ending() {
    for file in good() {
        scenario(&file).expect("it is good");
    }
}

#[test]
fn bytes_that_are_not_text_are_refused_at_their_place() {
    let refused = scenario(b"title = \"a\"\nsummary = \"\xff\"").expect_err("it is no text");
    assert_eq!(refused.to_string(), "hostile.toml:2:12: found what is no text; UTF-8 would do");
}

#[test]
fn deep_nesting_is_refused() {
    let _guard = measurement_guard();
    for (open, close) in [("[", "]"), ("{a=", "}"), ("[{a=", "}]")] {
        let deep = format!("x = {}1{}", open.repeat(30_000), close.repeat(30_000));
        let refusal = error_of(&format!("# deep\n{deep}"));
        assert!(refusal.starts_with("hostile.toml:2:"), "{refusal}");
        assert!(refusal.contains("nested too deeply"), "{refusal}");
    }
    let dotted = "a.".repeat(100_000) + "b";
    for deep in [format!("{dotted} = 1"), format!("[{dotted}]"), format!("[[{dotted}]]")] {
        assert!(error_of(&deep).starts_with("hostile.toml:1:"), "{}", error_of(&deep));
    }
}

#[test]
fn a_text_of_punctuation_alone_stays_within_the_memory_limit() {
    let _guard = measurement_guard();
    for (before, piece, after) in [
        ("x = [", "0,", "]"),
        ("x = [", "[],", "]"),
        ("x = [", "{},", "]"),
        ("x = [", "'',", "]"),
        ("x = [", "[0,0],", "]"),
        ("x = [\n", "#\n", "]"),
        ("", "\n", "[a"),
        ("", "[[a]]\n", ""),
        ("x = [", "{a=0},", "]"),
        ("x = [[", "0],[0", "]]"),
        ("x = [", "0.1234567890123456, ", "]"),
        ("seed = 1 #", " ", ""),
        ("title = \"", "\\u0041", "\""),
    ] {
        for length in [700_000, 1 << 20, 4 << 20] {
            let length = length - before.len() - after.len();
            let text = format!("{before}{}{after}", piece.repeat(length / piece.len()));
            assert!(error_of(&text).starts_with("hostile.toml:"), "{piece}");
        }
    }
    let keys = (0..70_000).map(|n| format!("k{n}=0\n")).collect::<Vec<_>>().concat();
    assert!(error_of(&keys).contains("unknown key"));
    let tables = (0..70_000).map(|n| format!("[t{n}]\n")).collect::<Vec<_>>().concat();
    assert!(error_of(&tables).contains("unknown key"));
}

#[test]
fn numbers_beyond_what_can_be_run_are_refused_with_the_limit() {
    for (key, line, limit) in [
        ("layers", "layers = [2, 1000000, 1000000, 1]", "50000000"),
        ("layers", "layers = [2, 18446744073709551615, 1]", "9223372036854775807"),
        ("layers", "layers = [2, 1000000000000, 1]", "1000000"),
        ("batch", "batch = 1000000000", "10000000"),
        ("epochs", "epochs = 9223372036854775807", "1000000000000"),
        ("kind", "kind = \"circle\"\ntrain = 1000000000", "10000000"),
        ("eta", "eta = 1e999", "1.79e308"),
    ] {
        let refusal = error_of(&with(key, line));
        assert!(refusal.starts_with("hostile.toml:") && refusal.contains(limit), "{refusal}");
    }
    let layers = format!("layers = [2{}, 1]", ", 1".repeat(100_000));
    assert!(
        error_of(&with("layers", &layers)).ends_with("found 100002 sizes; at most 1000 would do")
    );
}

#[test]
fn a_refusal_quotes_only_the_beginning_of_a_long_text() {
    let _guard = measurement_guard();
    let long = "x".repeat(1_000_000);
    for text in [
        format!("{long} = 1"),
        format!("\"{}\" = 1", "\\u001b".repeat(100_000)),
        format!("[{long}]\n[{long}]"),
        with("eta", &format!("eta = \"{long}\"")),
        with("kind", &format!("kind = \"{long}\"")),
        with("layers", &format!("layers = [{}1]", "3, ".repeat(900))),
        with("name", &format!("name = \"{long}\"")),
    ] {
        assert!(error_of(&text).starts_with("hostile.toml:"));
    }
}
