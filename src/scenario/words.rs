//! The wording of errors: descriptions of values, lists of alternatives, the nearest known word.

use strsim::levenshtein;
use toml::Value;

use crate::scenario::error::{KeyError, KeyPath};

/// Returns the error for a value of the wrong kind or out of range.
pub(super) fn wrong(key_path: &KeyPath, value: &Value, wanted: &str) -> KeyError {
    key_path.refuse(format!("found {}", describe(value)), format!("{wanted} would do"))
}

fn describe(value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().count() > 40 => {
            format!("\"{}…\"", text.chars().take(39).collect::<String>())
        }
        Value::String(text) => format!("\"{text}\""),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Boolean(truth) => truth.to_string(),
        Value::Datetime(date) => format!("the date {date}"),
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Table(_) => "a table".to_owned(),
    }
}

/// Returns an enumeration: `a, b or c`.
pub(super) fn either(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// Returns the known word nearest to a misspelt one, if any is near.
pub(crate) fn nearest<'w>(word: &str, known: &[&'w str]) -> Option<&'w str> {
    let begins = |known: &&&str| known.starts_with(word) || word.starts_with(**known);
    if let Some(begun) = known.iter().filter(|_| word.len() >= 3).find(begins) {
        return Some(begun);
    }
    let scored = known.iter().map(|known| (levenshtein(word, known), *known));
    let (edits, nearest) = scored.min_by_key(|(edits, _)| *edits)?;
    (edits <= 1 + word.chars().count() / 4).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_misspelt_word_yields_the_nearest_known_one_and_an_unknown_word_none() {
        assert_eq!(nearest("ephocs", &["epochs", "batch", "eta"]), Some("epochs"));
        assert_eq!(nearest("etaa", &["epochs", "batch", "eta"]), Some("eta"));
        assert_eq!(nearest("eval", &["epochs", "eta", "evaluate"]), Some("evaluate"));
        assert_eq!(nearest("momentum", &["epochs", "batch", "eta"]), None);
    }
}
