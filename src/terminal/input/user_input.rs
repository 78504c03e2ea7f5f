//! The actions of a user at a terminal.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent};

/// An action of the user.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    /// A key.
    Key(KeyEvent),
    /// The mouse.
    Mouse(MouseEvent),
    /// Pasted text including control characters; a long one is truncated.
    Paste(String),
}

impl Input {
    /// Returns whether the input is ctrl-c, which quits in every mode.
    pub(crate) fn is_ctrl_c(&self) -> bool {
        *self == Self::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL))
    }
}
/// The handling of an Esc with which no other byte arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoneEscape {
    /// It is held back for 50 ms: the link may split the escape sequence of a key.
    HeldBack,
    /// It is reported as a key at once.
    Sent,
}
