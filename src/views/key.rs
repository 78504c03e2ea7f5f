//! A key as the table writes it, and its name on screen.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::canvas::Glyphs;

/// A key as written in the table: shift is part of the character that it produces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The key without its modifiers.
    pub(crate) code: KeyCode,
    /// The modifiers that are not part of the character.
    pub(crate) modifiers: KeyModifiers,
}

/// Returns the key that types a character.
pub(crate) const fn char(c: char) -> Key {
    code(KeyCode::Char(c))
}

/// Returns a key that types no character.
pub(crate) const fn code(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::NONE }
}

/// Returns a key with shift that types no character.
pub(crate) const fn shift(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::SHIFT }
}

/// Returns the key of a character with ctrl.
pub(crate) const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), modifiers: KeyModifiers::CONTROL }
}

impl Key {
    /// Returns the key of an event, without the differences between terminals.
    pub(crate) fn of(event: &KeyEvent) -> Self {
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
    pub(crate) fn name(self, glyphs: Glyphs) -> String {
        let ascii = glyphs.is_mostly_ascii();
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
