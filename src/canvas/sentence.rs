//! Sentences: pieces of text, each in its tone.

use crate::canvas::widgets::Tone;

/// A piece of a sentence.
pub(crate) type Piece = (String, Tone);

/// A sentence, shown whole or not at all.
pub(crate) type Sentence = Vec<Piece>;

/// Joins pieces into one text.
pub(crate) fn joined(pieces: &[Piece]) -> String {
    pieces.iter().map(|(text, _)| text.as_str()).collect()
}

/// Returns a piece of plain text.
pub(crate) fn plain(text: impl Into<String>) -> Piece {
    (text.into(), Tone::Text)
}
