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

/// Lists names: `1`, `1 and 2`, `1, 2 and 3`.
pub(crate) fn listed<S: AsRef<str>>(names: &[S], and: &str) -> String {
    let mut out = String::new();
    for (place, name) in names.iter().enumerate() {
        match names.len() - place {
            _ if place == 0 => {}
            1 => out.extend([" ", and, " "]),
            _ => out.push_str(", "),
        }
        out.push_str(name.as_ref());
    }
    out
}

/// Returns a piece of plain text.
pub(crate) fn plain(text: impl Into<String>) -> Piece {
    (text.into(), Tone::Text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_commas_and_one_conjunction() {
        assert_eq!(listed::<&str>(&[], "and"), "");
        assert_eq!(listed(&["1"], "or"), "1");
        assert_eq!(listed(&["1", "2"], "or"), "1 or 2");
        assert_eq!(listed(&["1", "2", "3"], "and"), "1, 2 and 3");
    }
}
