//! The allowed imports between rooms. The table is the architecture; change it in a commit of its
//! own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms it may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("math", &[]),
    ("nn", &["math"]),
    ("text", &[]),
    ("file", &[]),
    ("telemetry", &["nn"]),
    ("data", &["file", "math", "nn", "text"]),
    ("scenario", &["data", "nn", "telemetry", "text"]),
    ("experiment", &["data", "file", "math", "nn", "scenario", "telemetry", "text"]),
    ("explain", &["data", "math", "nn", "telemetry"]),
    ("report", &["file", "nn", "telemetry", "text"]),
    ("source", &["experiment", "file", "explain", "scenario", "telemetry"]),
    ("app", &["math", "telemetry"]),
    ("ui", &["app", "math", "telemetry", "text"]),
    (
        "cli",
        &[
            "app",
            "data",
            "experiment",
            "file",
            "explain",
            "math",
            "nn",
            "report",
            "scenario",
            "source",
            "telemetry",
            "text",
            "ui",
        ],
    ),
];

fn rust_files(path: &Path, into: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("the source can be listed") {
            rust_files(&entry.expect("an entry can be read").path(), into);
        }
    } else if path.extension().is_some_and(|e| e == "rs") {
        into.push(path.to_owned());
    }
}

/// Returns the source without its comments, so that a link in a doc comment does not count as an
/// import.
fn code(text: &str) -> String {
    text.lines().map(|l| l.split("//").next().unwrap_or(l)).collect::<Vec<_>>().join("\n")
}

/// Returns the rooms that a piece of code names after `crate::`.
fn rooms_named(text: &str) -> BTreeSet<String> {
    code(text)
        .split("crate::")
        .skip(1)
        .map(|rest| {
            rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>()
        })
        .filter(|room| !room.is_empty())
        .collect()
}

/// Returns the imports of a piece of code in `room` that the table does not allow, and imports that
/// hide from the table.
fn trespasses(room: &str, text: &str) -> Vec<String> {
    let allowed = MAY_IMPORT.iter().find(|(name, _)| *name == room).map_or(&[][..], |(_, a)| a);
    let mut found: Vec<String> = rooms_named(text)
        .into_iter()
        .filter(|named| named != room && !allowed.contains(&named.as_str()))
        .map(|named| format!("{room} imports {named}"))
        .collect();
    for dodge in ["crate::{", "super::super", "xentviz::"] {
        if code(text).contains(dodge) {
            found.push(format!("{room} hides an import behind `{dodge}`"));
        }
    }
    found
}

#[test]
fn the_table_has_no_room_that_does_not_exist() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rooms = MAY_IMPORT.iter().flat_map(|(room, allowed)| [room].into_iter().chain(*allowed));
    for room in rooms {
        assert!(source.join(format!("{room}.rs")).exists(), "there is no room {room}");
    }
}

#[test]
fn no_room_is_visible_outside_the_crate() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
    let text = code(&fs::read_to_string(root).expect("the root of the crate can be read"));
    for (room, _) in MAY_IMPORT {
        assert!(text.contains(&format!("\npub(crate) mod {room};")), "{room} is visible");
    }
    assert_eq!(
        text.matches("\npub mod ").count(),
        1,
        "the door for tests is the only public module"
    );
    assert!(!text.contains("::*"), "the door for tests names each item");
}

#[test]
fn the_door_for_tests_reaches_only_items_that_are_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("src/lib.rs")).expect("the root can be read");
    let (_, door) = text.split_once("pub mod testing {").expect("there is a door for tests");
    let mut files = Vec::new();
    for folder in ["tests", "benches", "fuzz/fuzz_targets"] {
        rust_files(&root.join(folder), &mut files);
    }
    let texts: Vec<String> = files
        .iter()
        .map(|file| code(&fs::read_to_string(file).expect("a source file can be read")))
        .collect();
    let is_no_word = |c: char| !c.is_alphanumeric() && c != '_';
    let used: BTreeSet<&str> = texts.iter().flat_map(|text| text.split(is_no_word)).collect();
    for list in door.split("pub use crate::").skip(1) {
        let list = list.split(';').next().expect("a list has a beginning");
        let items = list.split(is_no_word).filter(|word| !word.is_empty());
        for item in items.skip(1) {
            assert!(used.contains(item), "nothing outside `src` uses {item}: close the door to it");
        }
    }
}

#[test]
fn every_room_imports_only_what_the_table_allows() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for entry in fs::read_dir(&source).expect("src exists") {
        let path = entry.expect("an entry can be read").path();
        let room = path.file_stem().expect("a room has a name").to_string_lossy().into_owned();
        if ["lib", "main"].contains(&room.as_str()) {
            continue;
        }
        assert!(MAY_IMPORT.iter().any(|(name, _)| *name == room), "{room} is not in the table");
        let mut files = Vec::new();
        rust_files(&path, &mut files);
        for file in files {
            let text = fs::read_to_string(&file).expect("a source file can be read");
            found.extend(
                trespasses(&room, &text).into_iter().map(|t| format!("{}: {t}", file.display())),
            );
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_forbidden_import_is_seen_however_it_is_written() {
    assert_eq!(trespasses("nn", "use crate::data::Set;"), ["nn imports data"]);
    assert_eq!(trespasses("ui", "let x = crate::source::start();"), ["ui imports source"]);
    assert_eq!(trespasses("app", "use crate::{ui, nn};").len(), 1);
    assert_eq!(trespasses("app", "use super::super::ui;").len(), 1);
    assert!(trespasses("ui", "use crate::app::App; // crate::source is not for us").is_empty());
}

#[test]
fn the_table_has_no_circle() {
    for (room, imports) in MAY_IMPORT {
        let mut reached: BTreeSet<&str> = imports.iter().copied().collect();
        loop {
            let next: BTreeSet<&str> = MAY_IMPORT
                .iter()
                .filter(|(name, _)| reached.contains(name))
                .flat_map(|(_, imports)| imports.iter().copied())
                .chain(reached.iter().copied())
                .collect();
            if next == reached {
                break;
            }
            reached = next;
        }
        assert!(!reached.contains(room), "{room} imports itself by a detour");
    }
}
