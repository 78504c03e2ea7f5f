//! The open view as plain text, for copying.
//!
//! The words are those of the screen, whether it has room for them or not.

use crate::app::{App, View};
use crate::ui::canvas::displayable;
use crate::ui::sentence::joined;
use crate::ui::{duel, equation, frame, surface, weights};

/// What is run, what the open view says of it, and its numbers: a fact a line, in the characters that
/// the screen is drawn with.
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
