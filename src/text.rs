//! Sanitises text from outside before it is displayed: escapes control characters and bounds its length.

use std::borrow::Cow;
use std::fmt::Write;

/// Returns the text with control and invisible characters escaped: `\n`, `\u{1b}`.
///
/// All text that is written to a terminal and does not come from the program itself passes through this
/// function. Applying it twice changes nothing more.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => shown.extend(letter.escape_default()),
            hidden if is_hidden(hidden) => shown.extend(hidden.escape_unicode()),
            letter => shown.push(letter),
        }
    }
    Cow::Owned(shown)
}

/// Escapes each line of a text as [`visible`] does, and ends each with a newline.
pub(crate) fn visible_lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    for line in text.lines() {
        shown.push_str(&visible(line));
        shown.push('\n');
    }
    shown
}

/// Returns the first `most` characters of a text, with hidden characters escaped, and an ellipsis if
/// there is more.
pub(crate) fn excerpt(text: &str, most: usize) -> String {
    let end = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
    let (beginning, rest) = text.split_at(end);
    let mut shown = visible(beginning).into_owned();
    if !rest.is_empty() {
        shown.push('…');
    }
    shown
}

/// Returns a number with its noun: `1 row`, `2 rows`.
pub(crate) fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// Shortens a text to about `most` characters, keeping its beginning and its end, which holds the expected
/// value.
pub(crate) fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    let count = text.chars().count();
    if count <= most {
        return Cow::Borrowed(text);
    }
    let (beginning, end) = (most * 2 / 3, most / 3);
    let at = |nth| text.char_indices().nth(nth).map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("{} … {}", &text[..at(beginning)], &text[at(count - end)..]))
}

/// Formats a number of bytes of memory in MiB or GiB.
pub(crate) fn bytes_in_words(bytes: u64) -> String {
    const GIB: f64 = (1_u64 << 30) as f64;
    let bytes = bytes as f64;
    if bytes < 0.1 * GIB {
        format!("{:.0} MiB", bytes * 1024.0 / GIB)
    } else {
        format!("{:.1} GiB", bytes / GIB)
    }
}

/// Formats a number, with an exponent if it would have many zeros.
pub(crate) fn readable(number: f64) -> String {
    let is_plain = number == 0.0 || !number.is_finite() || (1e-5..1e16).contains(&number.abs());
    if is_plain { format!("{number}") } else { format!("{number:e}") }
}

/// Formats the first numbers of a list as `[2, 3, 1]`, with an ellipsis if there are more.
pub(crate) fn excerpt_of(numbers: &[usize]) -> String {
    /// The most numbers shown in a message.
    const MOST: usize = 12;
    if numbers.len() <= MOST {
        return format!("{numbers:?}");
    }
    let mut shown = String::from("[");
    for number in &numbers[..MOST] {
        // Writing to a `String` never fails.
        let _ = write!(shown, "{number}, ");
    }
    shown + "…]"
}

/// Returns whether a terminal interprets the character (the controls C0, DEL and C1), reorders the text
/// around it, or shows nothing for it: soft hyphens, zero-width characters, line separators, tags.
fn is_hidden(letter: char) -> bool {
    if matches!(letter, ' '..='~') {
        return false;
    }
    matches!(
        letter,
        '\0'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{excerpt, excerpt_of, is_hidden, readable, shortened, visible, visible_lines};

    #[test]
    fn hidden_characters_are_escaped_and_all_others_are_kept() {
        assert!(matches!(visible("a \"duel\" of σ′, 漢字, é"), Cow::Borrowed(_)));
        assert_eq!(
            visible("\u{1b}[31mred\n\u{9b}2J\t\u{7f}"),
            "\\u{1b}[31mred\\n\\u{9b}2J\\t\\u{7f}"
        );
        assert_eq!(visible("a\u{202e}b\u{2066}\u{2028}"), "a\\u{202e}b\\u{2066}\\u{2028}");
        assert_eq!(visible("\u{feff}a\u{200b}\u{200d}"), "\\u{feff}a\\u{200b}\\u{200d}");
    }

    #[test]
    fn lines_stay_lines_and_each_ends_with_a_newline() {
        assert_eq!(visible_lines("a\r\n\x1b[2J\n\nb"), "a\n\\u{1b}[2J\n\nb\n");
        assert_eq!(visible_lines(""), "");
    }

    #[test]
    fn an_excerpt_is_cut_at_a_character_and_ends_with_an_ellipsis() {
        assert_eq!(excerpt("ηηη", 3), "ηηη");
        assert_eq!(excerpt("ηηηη", 3), "ηηη…");
        assert_eq!(excerpt("a\nb", 2), "a\\n…");
        assert_eq!(excerpt_of(&[2, 3, 1]), "[2, 3, 1]");
        assert_eq!(excerpt_of(&[1; 13]), format!("[{}…]", "1, ".repeat(12)));
    }

    #[test]
    fn a_long_text_keeps_its_beginning_and_its_end() {
        assert!(matches!(shortened("ηηη", 3), Cow::Borrowed("ηηη")));
        assert_eq!(shortened(&format!("{}z", "η".repeat(9)), 6), "ηηηη … ηz");
        let long = shortened(&"x".repeat(100_000), 700).chars().count();
        assert!((690..=710).contains(&long), "{long}");
    }

    #[test]
    fn a_number_has_an_exponent_if_it_would_have_many_zeros() {
        for (number, shown) in [
            (1e300, "1e300"),
            (-2.5e-9, "-2.5e-9"),
            (2_000_000.0, "2000000"),
            (0.15, "0.15"),
            (0.0, "0"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(readable(number), shown);
        }
    }

    proptest! {
        #[test]
        fn no_hidden_character_is_left_and_visible_text_stays(text in any::<String>()) {
            let shown = visible(&text).into_owned();
            prop_assert!(!shown.contains(is_hidden) && !shown.contains(char::is_control));
            prop_assert_eq!(visible(&shown), shown.as_str());
        }
    }
}
