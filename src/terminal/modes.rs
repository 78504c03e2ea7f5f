//! The sequences that enter and leave the modes of the terminal.

/// Enters the alternate screen, hides the cursor, and enables bracketed paste: a `q` in a pasted
/// text must not quit.
pub(super) const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?2004h";

/// Ends every mode that may be active: a synchronised update, the mouse, colours. On a terminal
/// without an alternate screen, the cursor is left on the last line, which is cleared.
pub(super) const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[?1006l\x1b[?1002l\x1b[?2004l\x1b[m\x1b[999H\x1b[K\x1b[?25h\x1b[?1049l";

/// Enables reports of buttons and drags, and coordinates beyond column 223; never mode 1003, which
/// reports every move.
pub(crate) const MOUSE_ON: &[u8] = b"\x1b[?1002h\x1b[?1006h";

/// Disables [`MOUSE_ON`].
pub(crate) const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l";
