//! The allowed imports between rooms and between files. The table is the architecture; change it in a
//! commit of its own.
//!
//! No two files use one another, by whatever detour: neither siblings, nor a parent file and its child.
//! A use is a path to an item, or a call of a method that another file gives to a type of this one.

#[path = "layers/imports.rs"]
mod imports;
#[path = "layers/tokens.rs"]
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::imports::{Program, circles};

/// Each room and the rooms it may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("math", &[]),
    ("nn", &["math"]),
    ("text", &[]),
    ("file", &[]),
    ("arrays", &["file", "text"]),
    ("telemetry", &["nn"]),
    ("data", &["arrays", "file", "math", "nn", "text"]),
    ("scenario", &["data", "nn", "telemetry", "text"]),
    ("experiment", &["data", "file", "math", "nn", "scenario", "telemetry", "text"]),
    ("explain", &["data", "math", "nn", "telemetry"]),
    ("report", &["arrays", "file", "nn", "telemetry", "text"]),
    ("source", &["experiment", "file", "explain", "scenario", "telemetry"]),
    ("canvas", &["math", "telemetry", "text"]),
    ("views", &["canvas", "math", "telemetry"]),
    ("app", &["canvas", "math", "telemetry", "views"]),
    ("ui", &["app", "canvas", "math", "telemetry", "text", "views"]),
    ("terminal", &["canvas"]),
    (
        "cli",
        &[
            "app",
            "canvas",
            "data",
            "experiment",
            "file",
            "math",
            "nn",
            "report",
            "scenario",
            "source",
            "telemetry",
            "terminal",
            "text",
            "ui",
            "views",
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

#[test]
fn every_room_imports_all_that_the_table_allows() {
    let files = sources();
    let mut unneeded = Vec::new();
    for (room, allowed) in MAY_IMPORT {
        let is_of_room =
            |name: &str| name.strip_prefix(room).is_some_and(|rest| rest.starts_with(['.', '/']));
        let named: BTreeSet<String> = files
            .iter()
            .filter(|(name, _)| is_of_room(name))
            .flat_map(|(_, text)| rooms_named(text))
            .collect();
        let others = allowed.iter().filter(|other| !named.contains(**other));
        unneeded.extend(others.map(|other| format!("{room} never imports {other}")));
    }
    assert!(unneeded.is_empty(), "{}", unneeded.join("\n"));
}

/// Returns the text of each file of the program by its path under `src`.
fn sources() -> BTreeMap<String, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let read = |file: PathBuf| {
        let name = file.strip_prefix(&source).expect("a source file is in src");
        (name.to_string_lossy().into_owned(), fs::read_to_string(&file).expect("it can be read"))
    };
    files.into_iter().map(read).collect()
}

/// Returns whether a file is the parent of another: `nn/cost.rs` of `nn/cost/output.rs`.
fn is_parent(parent: &str, child: &str) -> bool {
    let folder = child.rsplit_once('/').map(|(folder, _)| folder);
    folder.is_some() && folder == parent.strip_suffix(".rs")
}

/// Describes one use between files, and whether one of them is the parent of the other.
fn described((from, to): (&str, &str), paths: &BTreeSet<String>) -> String {
    let kin = match (is_parent(from, to), is_parent(to, from)) {
        (true, _) => "its child ",
        (_, true) => "its parent ",
        _ => "",
    };
    format!("{from} uses {kin}{to}: {}", paths.iter().cloned().collect::<Vec<_>>().join(", "))
}

/// Returns, for each circle of files, the uses that close it.
fn closed_circles(files: &BTreeMap<String, String>) -> Vec<Vec<String>> {
    let uses = Program::of(files).uses();
    let of = |circle: BTreeSet<String>| {
        let inside = uses
            .iter()
            .filter(|((from, to), _)| circle.contains(from) && circle.contains(to))
            .map(|((from, to), paths)| described((from, to), paths));
        inside.collect()
    };
    circles(&uses).into_iter().map(of).collect()
}

#[test]
fn no_file_uses_another_that_uses_it() {
    let found: Vec<String> =
        closed_circles(&sources()).into_iter().map(|uses| uses.join("\n")).collect();
    assert!(found.is_empty(), "files use one another:\n{}", found.join("\n\n"));
}

/// Returns the circles of a program of these files.
fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    closed_circles(&files.iter().map(owned).collect())
}

#[test]
fn a_child_that_uses_its_parent_closes_a_circle_if_the_parent_uses_it() {
    let (lib, child) = ("mod a;", "use crate::a::Shared;\npub(super) fn f(_: Shared) {}");
    let calls = "mod b;\npub struct Shared;\nfn g() { b::f(Shared); }";
    let found = circles_of(&[("lib.rs", lib), ("a.rs", calls), ("a/b.rs", child)]);
    let expected =
        ["a.rs uses its child a/b.rs: b::f", "a/b.rs uses its parent a.rs: crate::a::Shared"];
    assert_eq!(found, [expected]);
    let shares = "mod b;\npub use b::f;\npub struct Shared;";
    assert!(circles_of(&[("lib.rs", lib), ("a.rs", shares), ("a/b.rs", child)]).is_empty());
    let uses_what_it_exports = "mod b;\npub use b::f;\npub struct Shared;\nfn g() { f(Shared) }";
    let found = circles_of(&[("lib.rs", lib), ("a.rs", uses_what_it_exports), ("a/b.rs", child)]);
    assert_eq!(found.len(), 1);
}

#[test]
fn an_item_belongs_to_the_file_that_defines_it_wherever_it_is_exported() {
    let parent = "mod b;\nmod c;\npub use b::{B as Named};\nuse crate::a::c::f;";
    let (b, c) = ("pub struct B;", "use crate::a::Named;\npub(super) fn f(_: Named) {}");
    let files = [("lib.rs", "mod a;"), ("a.rs", parent), ("a/b.rs", b), ("a/c.rs", c)];
    assert!(circles_of(&files).is_empty());
    let b = "pub struct B;\nfn g() { crate::a::c::f(B); }";
    let files = [("lib.rs", "mod a;"), ("a.rs", parent), ("a/b.rs", b), ("a/c.rs", c)];
    let expected = ["a/b.rs uses a/c.rs: crate::a::c::f", "a/c.rs uses a/b.rs: crate::a::Named"];
    assert_eq!(circles_of(&files), [expected]);
}

#[test]
fn a_circle_is_seen_by_whatever_detour_and_however_it_is_written() {
    let lib = ("lib.rs", "mod a;\nmod b;\nmod c;");
    let (b, c) =
        (("b.rs", "use crate::{c as other};\nfn f() { other::f() }"), ("c.rs", "use super::a::X;"));
    assert_eq!(circles_of(&[lib, ("a.rs", "use crate::b::f;"), b, c]).len(), 1);
    assert_eq!(circles_of(&[lib, ("a.rs", "fn f(_: crate::b::Y) {}"), b, c]).len(), 1);
}

#[test]
fn a_file_uses_the_methods_that_another_gives_to_its_type() {
    let (lib, child) = ("mod a;", "use crate::a::T;\nimpl<R> T<R> {\n fn m(&self) {}\n}");
    let calls = "mod b;\npub struct T<R>(R);\nimpl<R> T<R> { fn f(&self) { self.m() } }";
    let found = circles_of(&[("lib.rs", lib), ("a.rs", calls), ("a/b.rs", child)]);
    assert_eq!(found.concat()[0], "a.rs uses its child a/b.rs: T::m");
    let has_none = "mod b;\npub struct T<R>(R);";
    assert!(circles_of(&[("lib.rs", lib), ("a.rs", has_none), ("a/b.rs", child)]).is_empty());
}

#[test]
fn comments_texts_and_tests_close_no_circle() {
    let lib = ("lib.rs", "mod a;\nmod b;");
    let b = ("b.rs", "use crate::a::X;");
    for text in [
        "// use crate::b::Y;",
        "/* crate::b::f() */",
        "const A: &str = r#\"\"crate::b::f()\"#;",
        "const A: &str = \"\\\"crate::b::f()\";",
        "#[cfg(test)]\nmod tests {\n use crate::b::Y;\n fn f() {}\n}",
        "#[cfg(test)]\nuse crate::b::{X, Y};",
    ] {
        assert!(circles_of(&[lib, ("a.rs", text), b]).is_empty(), "{text}");
        let and_code = format!("{text}\nfn f<'a>() -> char {{ crate::b::f(); '\"' }}");
        assert_eq!(circles_of(&[lib, ("a.rs", &and_code), b]).len(), 1, "{text}");
    }
}
