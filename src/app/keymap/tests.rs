//! Properties of the key table as a whole.

mod pressed;

use std::collections::BTreeSet;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::commands::{ParsedCommand, read};
use crate::app::hints::{Hint, REPLAY_TITLE, SIGNS_TITLE, footer, help, tab_name};
use crate::app::keymap::lines::is_active;
use crate::app::keymap::{Line, LineAction, lines};
use crate::app::{App, Overlay, Picker, Prompt, PromptKind};
use crate::canvas::Glyphs;
use crate::views::{Key, KeyScope, Tab};

const ALL: [KeyScope; 8] = [
    KeyScope::Always,
    KeyScope::Everywhere,
    KeyScope::View,
    KeyScope::Cursor,
    KeyScope::Help,
    KeyScope::Branches,
    KeyScope::Picker,
    KeyScope::Prompt,
];

/// Returns the dashboard with a view open.
fn open(tab: Tab) -> App {
    App { tab, ..App::default() }
}

/// Returns the lines of a scope while a view is open.
fn lines_of(app: &App, scope: KeyScope) -> Vec<Line> {
    let lines = lines(app).into_iter();
    lines.filter(|line| line.keys.scope == scope && is_active(app, line)).collect()
}

fn keys_of(app: &App, scope: KeyScope) -> Vec<Key> {
    lines_of(app, scope).iter().flat_map(|line| line.keys.keys.iter().copied()).collect()
}

fn shared(app: &App, one: KeyScope, other: KeyScope) -> Vec<Key> {
    let others = keys_of(app, other);
    keys_of(app, one).into_iter().filter(|key| others.contains(key)).collect()
}

#[test]
fn no_key_has_two_meanings_in_one_scope() {
    for app in Tab::ALL.iter().map(|tab| open(*tab)) {
        for scope in ALL {
            let lines = lines_of(&app, scope);
            let working = lines.iter().filter(|line| line.keys.works);
            let keys: Vec<Key> = working.flat_map(|line| line.keys.keys).copied().collect();
            for (i, key) in keys.iter().enumerate() {
                assert!(!keys[..i].contains(key), "{key:?} twice in {scope:?} of {:?}", app.tab);
            }
        }
    }
}

#[test]
fn a_key_means_something_else_elsewhere_only_as_a_letter_of_the_cursor_or_a_substitute() {
    let (view, cursor) = (KeyScope::View, KeyScope::Cursor);
    for app in Tab::ALL.iter().map(|tab| open(*tab)) {
        for (one, other) in [
            (view, KeyScope::Always),
            (cursor, KeyScope::Always),
            (KeyScope::Everywhere, KeyScope::Always),
            (KeyScope::Help, KeyScope::Always),
            (KeyScope::Branches, KeyScope::Always),
            (KeyScope::Picker, KeyScope::Always),
            (KeyScope::Prompt, KeyScope::Always),
        ] {
            assert_eq!(shared(&app, one, other), [], "{one:?} and {other:?} of {:?}", app.tab);
        }
        // Esc first gives the arrows back, and then closes what is open in the view; enter begins what it ends.
        let of_both = [KeyCode::Esc, KeyCode::Enter];
        assert!(shared(&app, cursor, view).iter().all(|key| of_both.contains(&key.code)));
        let arrows = [
            KeyCode::Left,
            KeyCode::Right,
            KeyCode::Up,
            KeyCode::Down,
            KeyCode::Home,
            KeyCode::End,
        ];
        let held = shared(&app, cursor, KeyScope::Everywhere);
        // On the pad, space is the pen: the cursor draws there, and no other key is found without looking. On the
        // plane, + adds a point and a digit is its class.
        let is_pen =
            |code| app.tab == Tab::Data && matches!(code, KeyCode::Char(' ' | '+' | '0'..='9'));
        let is_held = |code| code == KeyCode::Char('l') || arrows.contains(&code) || is_pen(code);
        assert!(held.iter().all(|key| is_held(key.code)), "{held:?}");
        // A substitute for a line that works everywhere has its keys and no description.
        let everywhere = lines_of(&app, KeyScope::Everywhere);
        for line in lines_of(&app, view) {
            let is_substitute = everywhere.iter().any(|other| other.keys.keys == line.keys.keys);
            assert_eq!(is_substitute, line.keys.stands_in_for.is_some(), "{:?}", line.keys);
            let shares =
                |other: &Line| other.keys.keys.iter().any(|key| line.keys.keys.contains(key));
            assert_eq!(is_substitute, everywhere.iter().any(shares), "{:?}", line.keys);
        }
    }
}

#[test]
fn nothing_is_bound_to_a_piece_of_a_broken_escape_sequence() {
    for line in lines(&App::default()) {
        for key in line.keys.keys {
            let is_piece = matches!(key.code, KeyCode::Char(c) if "[OABCDHF~".contains(c));
            assert!(!is_piece, "{key:?}");
        }
    }
}

#[test]
fn no_character_typed_into_a_line_is_bound_to_a_key() {
    for scope in [KeyScope::Always, KeyScope::Picker, KeyScope::Prompt] {
        for key in keys_of(&App::default(), scope) {
            let is_text = matches!(key.code, KeyCode::Char(_)) && key.modifiers.is_empty();
            assert!(!is_text, "{key:?} in {scope:?}");
        }
    }
}

#[test]
fn the_help_lists_every_key_of_the_tables_and_nothing_else() {
    let app = App::default();
    let written = [SIGNS_TITLE, REPLAY_TITLE];
    let sections =
        help(&app).into_iter().filter(|section| !written.contains(&section.title.as_str()));
    let rows: Vec<(String, String)> = sections.flat_map(|section| section.rows).collect();
    for line in lines(&app) {
        for key in line.keys.keys {
            let name = key.name(Glyphs::Braille);
            let is_listed = rows.iter().any(|(keys, does)| {
                (does == line.keys.help || line.keys.stands_in_for.is_some())
                    && keys.split(' ').any(|key| key == name)
            });
            assert!(is_listed, "{name}: {}", line.keys.help);
        }
    }
    let listed: usize = rows.iter().map(|(keys, _)| keys.split(' ').count()).sum();
    let described = lines(&app).into_iter().filter(|line| line.keys.stands_in_for.is_none());
    assert_eq!(listed, described.map(|line| line.keys.keys.len()).sum::<usize>());
}

#[test]
fn the_help_fits_a_small_window_with_a_frame() {
    for glyphs in [Glyphs::Braille, Glyphs::Ascii] {
        let mut app = App::default();
        app.shared.appearance.glyphs = glyphs;
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
    app.shared.appearance.glyphs = Glyphs::Ascii;
    let hints = footer(&app).into_iter().map(|hint| (hint.keys, hint.words));
    let rows = help(&app).into_iter().flat_map(|section| section.rows).chain(hints);
    for (keys, does) in rows {
        assert!(keys.is_ascii() && does.is_ascii(), "{keys}: {does}");
    }
}

#[test]
fn every_name_of_the_tables_is_a_command_that_means_what_its_key_means() {
    let mut names = BTreeSet::new();
    for line in lines(&App::default()) {
        let Some((name, does)) = line.keys.command else { continue };
        let tab = match line.does {
            LineAction::View(tab, _) => tab,
            LineAction::App(_) | LineAction::Show(_) => Tab::Weights,
        };
        assert!(names.insert(name), "{name} twice");
        assert!(!does.is_empty() && !name.contains(' '), "{name}");
        match read(&open(tab), name) {
            Ok(request) => assert_eq!(request, ParsedCommand::Perform(line.does), "{name}"),
            Err(reason) => {
                assert!(!line.keys.works, "{name}: {reason}");
                assert!(reason.contains(name), "{reason}");
            }
        }
    }
}

#[test]
fn the_name_of_a_zoom_means_what_its_key_means_in_the_open_view() {
    for (name, key) in [("zoom-in", 'z'), ("zoom-out", 'Z')] {
        let of_view = lines_of(&open(Tab::Surface), KeyScope::View);
        let has_key = |line: &&Line| line.keys.keys[0].code == KeyCode::Char(key);
        let zoom = of_view.iter().find(has_key).unwrap().does;
        assert_eq!(read(&open(Tab::Surface), name), Ok(ParsedCommand::Perform(zoom)));
        assert_ne!(read(&open(Tab::Duel), name), Ok(ParsedCommand::Perform(zoom)));
    }
}

#[test]
fn every_key_that_works_everywhere_has_a_name_except_the_command_prompt() {
    let everywhere = lines_of(&App::default(), KeyScope::Everywhere);
    for line in everywhere.iter().filter(|line| line.keys.command.is_none()) {
        assert_eq!(line.keys.keys[0].code, KeyCode::Char(':'));
    }
}

#[test]
fn the_footer_offers_only_what_its_keys_do_here_and_now() {
    let prompt = Prompt::new(PromptKind::Command);
    for overlay in [
        None,
        Some(Overlay::Help { scroll: 0 }),
        Some(Overlay::Branches { selected: 0 }),
        Some(Overlay::Picker(Picker::default())),
        Some(Overlay::Prompt(prompt)),
    ] {
        for tab in Tab::ALL {
            let app = App { tab: *tab, overlay: overlay.clone(), ..App::default() };
            let lines = lines(&app);
            let offered = footer(&app);
            assert!(!offered.is_empty());
            for Hint { keys, words, .. } in offered {
                for name in keys.split(' ') {
                    let keys = lines.iter().flat_map(|line| line.keys.keys);
                    let key = keys
                        .copied()
                        .find(|key| key.name(Glyphs::Braille) == name)
                        .unwrap_or_else(|| panic!("{name} is no key"));
                    let bound = super::binding(&app, &lines, key);
                    let meant = bound.and_then(|line| line.keys.footer);
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
    let names: Vec<String> = Tab::ALL.iter().map(|tab| tab_name(&App::default(), *tab)).collect();
    assert_eq!(names, ["1 Duel", "2 Equation", "3 Weights", "4 Surface", "5 Data"]);
}
