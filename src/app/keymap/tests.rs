//! Properties of the key table as a whole.

mod pressed;

use std::collections::BTreeSet;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::commands::{ParsedCommand, read};
use crate::app::hints::{Hint, footer, help, view_key};
use crate::app::keymap::{Binding, KEYMAP, Key, KeyScope};
use crate::app::{App, Overlay, Picker, Prompt, PromptKind, View};
use crate::canvas::Glyphs;

fn lines_of(scope: KeyScope) -> impl Iterator<Item = &'static Binding> {
    KEYMAP.iter().filter(move |line| line.scope == scope)
}

fn keys_of(scope: KeyScope) -> Vec<Key> {
    lines_of(scope).flat_map(|line| line.keys.iter().copied()).collect()
}

fn shared(one: KeyScope, other: KeyScope) -> Vec<Key> {
    let others = keys_of(other);
    keys_of(one).into_iter().filter(|key| others.contains(key)).collect()
}

const ALL: [KeyScope; 11] = [
    KeyScope::Always,
    KeyScope::Everywhere,
    KeyScope::In(View::Equation),
    KeyScope::Cursor(View::Equation),
    KeyScope::In(View::Weights),
    KeyScope::Cursor(View::Weights),
    KeyScope::In(View::Surface),
    KeyScope::Cursor(View::Surface),
    KeyScope::Help,
    KeyScope::Picker,
    KeyScope::Prompt,
];

#[test]
fn every_line_of_the_table_has_a_known_scope() {
    let lines: usize = ALL.iter().map(|scope| lines_of(*scope).count()).sum();
    assert_eq!(lines, KEYMAP.len());
}

#[test]
fn no_key_has_two_meanings_in_one_scope() {
    for scope in ALL {
        let keys = keys_of(scope);
        for (i, key) in keys.iter().enumerate() {
            assert!(!keys[..i].contains(key), "{key:?} twice in {scope:?}");
        }
    }
}

#[test]
fn only_the_letters_of_the_cursor_mean_something_else_elsewhere() {
    for view in [View::Equation, View::Weights, View::Surface] {
        let (within, cursor) = (KeyScope::In(view), KeyScope::Cursor(view));
        for (one, other) in [
            (within, KeyScope::Everywhere),
            (within, KeyScope::Always),
            (cursor, within),
            (cursor, KeyScope::Always),
        ] {
            assert_eq!(shared(one, other), [], "{one:?} and {other:?}");
        }
        let held: Vec<KeyCode> =
            shared(cursor, KeyScope::Everywhere).into_iter().map(|key| key.code).collect();
        assert_eq!(held, [KeyCode::Char('l')]);
    }
    for (one, other) in [
        (KeyScope::Everywhere, KeyScope::Always),
        (KeyScope::Help, KeyScope::Always),
        (KeyScope::Picker, KeyScope::Always),
        (KeyScope::Prompt, KeyScope::Always),
    ] {
        assert_eq!(shared(one, other), [], "{one:?} and {other:?}");
    }
}

#[test]
fn nothing_is_bound_to_a_piece_of_a_broken_escape_sequence() {
    for key in ALL.into_iter().flat_map(keys_of) {
        let is_piece = matches!(key.code, KeyCode::Char(c) if "[OABCDHF~".contains(c));
        assert!(!is_piece, "{key:?}");
    }
}

#[test]
fn the_arrows_home_and_end_are_unbound_unless_a_cursor_has_the_focus() {
    let time = [KeyCode::Left, KeyCode::Right, KeyCode::Home, KeyCode::End];
    let views = View::ALL.map(KeyScope::In);
    for scope in [KeyScope::Always, KeyScope::Everywhere].into_iter().chain(views) {
        assert!(keys_of(scope).iter().all(|key| !time.contains(&key.code)), "{scope:?}");
    }
}

#[test]
fn no_character_typed_into_a_line_is_bound_to_a_key() {
    for scope in [KeyScope::Always, KeyScope::Picker, KeyScope::Prompt] {
        for key in keys_of(scope) {
            let is_text = matches!(key.code, KeyCode::Char(_)) && key.modifiers.is_empty();
            assert!(!is_text, "{key:?} in {scope:?}");
        }
    }
}

#[test]
fn the_help_lists_every_key_of_the_table_and_nothing_else() {
    let app = App::default();
    let rows: Vec<(String, String)> = help(&app).into_iter().flat_map(|s| s.rows).collect();
    for line in KEYMAP {
        for key in line.keys {
            let name = key.name(Glyphs::Braille);
            let is_listed = rows
                .iter()
                .any(|(keys, does)| does == line.help && keys.split(' ').any(|key| key == name));
            assert!(is_listed, "{name}: {}", line.help);
        }
    }
    let keys: usize = rows.iter().map(|(keys, _)| keys.split(' ').count()).sum();
    assert_eq!(keys, KEYMAP.iter().map(|line| line.keys.len()).sum::<usize>());
}

#[test]
fn the_help_fits_a_small_window_with_a_frame() {
    for glyphs in [Glyphs::Braille, Glyphs::Ascii] {
        let mut app = App::default();
        app.look.glyphs = glyphs;
        let rows: Vec<_> = help(&app).into_iter().flat_map(|section| section.rows).collect();
        let widest = |width: fn(&(String, String)) -> usize| rows.iter().map(width).max().unwrap();
        let keys = widest(|(keys, _)| keys.chars().count());
        let words = widest(|(_, does)| does.chars().count());
        assert!(keys + 2 + words <= 80 - 4, "{keys} and {words}");
    }
}

#[test]
fn ascii_help_and_footer_are_ascii() {
    let mut app = App::default();
    app.look.glyphs = Glyphs::Ascii;
    let hints = footer(&app).into_iter().map(|hint| (hint.keys, hint.words));
    let rows = help(&app).into_iter().flat_map(|section| section.rows).chain(hints);
    for (keys, does) in rows {
        assert!(keys.is_ascii() && does.is_ascii(), "{keys}: {does}");
    }
}

#[test]
fn every_name_of_the_table_is_a_command_that_means_what_its_key_means() {
    let mut names = BTreeSet::new();
    for line in KEYMAP {
        let Some((name, does)) = line.command else { continue };
        let view = match line.scope {
            KeyScope::In(view) | KeyScope::Cursor(view) => view,
            _ => View::Weights,
        };
        let app = App { view, ..App::default() };
        assert!(names.insert(name), "{name} twice");
        assert!(!does.is_empty() && !name.contains(' '), "{name}");
        match read(&app, name) {
            Ok(request) => assert_eq!(request, ParsedCommand::Act(line.action), "{name}"),
            Err(reason) => {
                assert!(!(line.when)(&app), "{name}: {reason}");
                assert!(reason.contains(name), "{reason}");
            }
        }
    }
}

#[test]
fn every_key_that_works_everywhere_has_a_name_except_the_command_prompt() {
    for line in lines_of(KeyScope::Everywhere).filter(|line| line.command.is_none()) {
        assert_eq!(line.keys[0].code, KeyCode::Char(':'));
    }
}

#[test]
fn the_footer_offers_only_what_its_keys_do_here_and_now() {
    let prompt = Prompt::new(PromptKind::Command);
    for overlay in [
        None,
        Some(Overlay::Help { scroll: 0 }),
        Some(Overlay::Picker(Picker::default())),
        Some(Overlay::Prompt(prompt)),
    ] {
        for view in View::ALL {
            let app = App { view, overlay: overlay.clone(), ..App::default() };
            let offered = footer(&app);
            assert!(!offered.is_empty());
            for Hint { keys, words, .. } in offered {
                for name in keys.split(' ') {
                    let key = ALL
                        .into_iter()
                        .flat_map(keys_of)
                        .find(|key| key.name(Glyphs::Braille) == name)
                        .unwrap_or_else(|| panic!("{name} is no key"));
                    let meant = super::binding(&app, key).and_then(|line| (line.footer)(&app));
                    assert_eq!(meant.map(|(_, words)| words), Some(words.as_str()), "{name}");
                }
            }
        }
    }
}

#[test]
fn keys_are_the_same_however_a_terminal_reports_their_shift() {
    let event = |code, modifiers| Key::of(&KeyEvent::new(code, modifiers));
    let (none, shift) = (KeyModifiers::NONE, KeyModifiers::SHIFT);
    assert_eq!(event(KeyCode::Char('S'), none), event(KeyCode::Char('S'), shift));
    assert_eq!(event(KeyCode::Char('+'), none), event(KeyCode::Char('+'), shift));
    assert_eq!(event(KeyCode::BackTab, none), event(KeyCode::BackTab, shift));
    assert_eq!(event(KeyCode::BackTab, none), event(KeyCode::Tab, shift));
    let control = KeyModifiers::CONTROL;
    assert_eq!(event(KeyCode::Char('C'), control | shift), event(KeyCode::Char('c'), control));
    assert_ne!(event(KeyCode::Left, none), event(KeyCode::Left, shift));
}

#[test]
fn the_views_keep_their_numbers() {
    assert_eq!(View::ALL.map(view_key), ["1", "2", "3", "4"]);
    assert_eq!(View::ALL.map(View::name), ["Duel", "Equation", "Weights", "Surface"]);
}
