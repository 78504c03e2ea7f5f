//! Directions in which keys move.

/// A direction along a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListDirection {
    /// Towards its start.
    Previous,
    /// Towards its end.
    Next,
}

/// The direction in which a cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To a smaller k, or one pixel to the left.
    Left,
    /// To a larger j, or one pixel down.
    Down,
    /// To a smaller j, or one pixel up.
    Up,
    /// To a larger k, or one pixel to the right.
    Right,
}
