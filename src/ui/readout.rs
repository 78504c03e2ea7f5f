//! The open view as plain text, for copying.
//!
//! The words are those of the screen, even if the screen has no room for them.

use crate::app::{App, View};
use crate::canvas::displayable;
use crate::canvas::sentence::joined;
use crate::ui::{duel, equation, frame, surface, weights};

/// Returns the run, the sentences of the open view and its numbers, one fact per line, in the glyph
/// set of the screen.
pub fn readout(app: &App) -> String {
    let mut lines = frame::readout(app);
    lines.extend(frame::sentences(app).iter().map(|sentence| joined(sentence)));
    lines.extend(match app.view {
        View::Duel => duel::readout(app),
        View::Equation => equation::readout(app),
        View::Weights => weights::readout(app),
        View::Surface => surface::readout(app),
    });
    let lines: Vec<_> =
        lines.iter().map(|line| displayable(line.trim_end(), app.look.glyphs)).collect();
    lines.join("\n")
}
