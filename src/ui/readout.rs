//! The open view as plain text, for copying.
//!
//! The words are those of the screen, even if the screen has no room for them.

use crate::app::App;
use crate::canvas::displayable;
use crate::canvas::sentence::joined;
use crate::ui::header;
use crate::views::until_sentence;

/// Returns the run, the sentences of the open view and its numbers, one fact per line, in the glyph
/// set of the screen.
pub fn readout(app: &App) -> String {
    let mut lines = header::readout(app);
    let until = until_sentence(&app.shared).into_iter();
    let sentences = until.chain(app.view().sentences(&app.shared));
    if let Some(why) = app.view().missing(&app.shared) {
        lines.push(why.to_owned());
    } else {
        lines.extend(sentences.map(|sentence| joined(&sentence)));
        lines.extend(app.view().readout(&app.shared));
    }
    let lines: Vec<_> = lines
        .iter()
        .map(|line| displayable(line.trim_end(), app.shared.appearance.glyphs))
        .collect();
    lines.join("\n")
}
