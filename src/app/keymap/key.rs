//! A key as the table writes it, and its name on screen.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::canvas::Glyphs;

/// A key as written in the table: shift is part of the character that it produces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) struct Key {
    pub(in crate::app) code: KeyCode,
    pub(in crate::app) modifiers: KeyModifiers,
}

pub(super) const fn char(c: char) -> Key {
    code(KeyCode::Char(c))
}

pub(super) const fn code(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::NONE }
}

pub(super) const fn shift(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::SHIFT }
}

pub(super) const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), modifiers: KeyModifiers::CONTROL }
}

impl Key {
    /// Returns the key of an event, without the differences between terminals.
    pub(super) fn of(event: &KeyEvent) -> Self {
        let shifted = event.modifiers.contains(KeyModifiers::SHIFT);
        let unshifted = event.modifiers.difference(KeyModifiers::SHIFT);
        match event.code {
            KeyCode::Char(c) if unshifted.contains(KeyModifiers::CONTROL) => {
                Self { code: KeyCode::Char(c.to_ascii_lowercase()), modifiers: unshifted }
            }
            KeyCode::Tab if shifted => Self { code: KeyCode::BackTab, modifiers: unshifted },
            code @ (KeyCode::Char(_) | KeyCode::BackTab | KeyCode::Backspace | KeyCode::Esc) => {
                Self { code, modifiers: unshifted }
            }
            code => Self { code, modifiers: event.modifiers },
        }
    }

    /// Returns the name of the key on screen.
    pub(in crate::app) fn name(self, glyphs: Glyphs) -> String {
        let ascii = glyphs.is_spelt();
        let name = match self.code {
            KeyCode::Char(' ') => "space".to_owned(),
            KeyCode::Char(c) => c.to_string(),
            KeyCode::Left if !ascii => "←".to_owned(),
            KeyCode::Right if !ascii => "→".to_owned(),
            KeyCode::Up if !ascii => "↑".to_owned(),
            KeyCode::Down if !ascii => "↓".to_owned(),
            KeyCode::PageUp => "pgup".to_owned(),
            KeyCode::PageDown => "pgdn".to_owned(),
            KeyCode::BackTab => "shift-tab".to_owned(),
            code => format!("{code:?}").to_lowercase(),
        };
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            format!("ctrl-{name}")
        } else if self.modifiers.contains(KeyModifiers::SHIFT) {
            format!("shift-{name}")
        } else {
            name
        }
    }
}
