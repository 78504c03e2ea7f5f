//! Text from files, made harmless for a terminal.

use std::borrow::Cow;

/// The text with nothing in it that a terminal would obey.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() {
            shown.extend(letter.escape_debug());
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_a_terminal_would_obey_is_spelt_out_and_all_else_is_kept() {
        assert_eq!(plain("a \"duel\" of σ′"), "a \"duel\" of σ′");
        assert_eq!(plain("\u{1b}[31mred\n\u{9b}2J"), "\\u{1b}[31mred\\n\\u{9b}2J");
    }
}
