//! Directions in which keys move.

/// A direction along a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListDirection {
    /// Towards its start.
    Previous,
    /// Towards its end.
    Next,
}

impl ListDirection {
    /// Returns the index before or after `at` in a list of `length`; the ends of the list are joined.
    pub(crate) fn wrapped(self, at: usize, length: usize) -> usize {
        let length = length.max(1);
        match self {
            Self::Previous => (at + length - 1) % length,
            Self::Next => (at + 1) % length,
        }
    }
}

/// The direction in which a cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To the left.
    Left,
    /// Down.
    Down,
    /// Up.
    Up,
    /// To the right.
    Right,
}
