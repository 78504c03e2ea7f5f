//! Reads values of a TOML table by their keys and refuses what they may not be.

use std::ops::RangeInclusive;

use strsim::levenshtein;
use toml::{Table, Value};

use crate::scenario::refusal::{Refusal, Spot};

/// A table of a scenario that knows the way to itself.
pub(super) struct Keys<'a> {
    table: &'a Table,
    pub(super) spot: Spot,
}

impl<'a> Keys<'a> {
    pub(super) fn new(table: &'a Table, spot: Spot) -> Self {
        Self { table, spot }
    }

    /// Refuses the first key that is not among `known`.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        let stranger = self.table.keys().find(|key| !known.contains(&key.as_str()));
        stranger.map_or(Ok(()), |key| {
            let would_do = match nearest(key, known) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("the keys here are {}", known.join(", ")),
            };
            Err(self.spot.key(key).refuse("unknown key", would_do).of_key())
        })
    }

    /// The same table under another name.
    pub(super) fn called(&self, shown: String) -> Self {
        Self { table: self.table, spot: self.spot.clone().called(shown) }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A refusal of the entry `key`.
    pub(super) fn refuse(&self, key: &str, found: &str, would_do: &str) -> Refusal {
        self.spot.key(key).refuse(found, would_do)
    }

    /// That `key` is not there though it must be.
    pub(super) fn missing(&self, key: &str, would_do: &str) -> Refusal {
        self.spot.key(key).refuse("missing", would_do)
    }

    fn value(&self, key: &str) -> Option<(&'a Value, Spot)> {
        self.table.get(key).map(|value| (value, self.spot.key(key)))
    }

    /// The table under `key`.
    pub(super) fn table(&self, key: &str) -> Result<Self, Refusal> {
        match self.value(key) {
            Some((Value::Table(table), spot)) => Ok(Self::new(table, spot)),
            Some((value, spot)) => Err(wrong(&spot, value, "a table")),
            None => Err(self.missing(key, &format!("a table [{key}] is required"))),
        }
    }

    /// The tables of the list under `key`; none where it is missing.
    pub(super) fn tables(&self, key: &str) -> Result<Vec<Self>, Refusal> {
        let wanted = format!("tables headed [[{key}]]");
        let Some((value, spot)) = self.value(key) else { return Ok(Vec::new()) };
        let Value::Array(list) = value else { return Err(wrong(&spot, value, &wanted)) };
        let tables = list.iter().enumerate().map(|(i, value)| match value {
            Value::Table(table) => Ok(Self::new(table, spot.index(i))),
            other => Err(wrong(&spot.index(i), other, &wanted)),
        });
        tables.collect()
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<String>, Refusal> {
        self.value(key).map_or(Ok(None), |(value, spot)| match value {
            Value::String(text) => Ok(Some(text.clone())),
            other => Err(wrong(&spot, other, "text in quotes")),
        })
    }

    pub(super) fn truth(&self, key: &str) -> Result<Option<bool>, Refusal> {
        self.value(key).map_or(Ok(None), |(value, spot)| match value {
            Value::Boolean(truth) => Ok(Some(*truth)),
            other => Err(wrong(&spot, other, "true or false")),
        })
    }

    pub(super) fn whole(
        &self,
        key: &str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, Refusal> {
        let Some((value, spot)) = self.value(key) else { return Ok(None) };
        whole(value, &spot, range).map(Some)
    }

    /// A finite number for which `fits` holds; `wanted` says which do.
    pub(super) fn number(
        &self,
        key: &str,
        wanted: &str,
        fits: impl Fn(f64) -> bool,
    ) -> Result<Option<f64>, Refusal> {
        let Some((value, spot)) = self.value(key) else { return Ok(None) };
        match number(value) {
            Some(number) if fits(number) => Ok(Some(number)),
            _ => Err(wrong(&spot, value, wanted)),
        }
    }

    /// One of a set of named things.
    pub(super) fn choice<T: Copy>(
        &self,
        key: &str,
        offered: &[(&str, T)],
    ) -> Result<Option<T>, Refusal> {
        let Some((value, spot)) = self.value(key) else { return Ok(None) };
        let chosen = value.as_str().and_then(|v| offered.iter().find(|(name, _)| *name == v));
        chosen.map(|(_, thing)| Some(*thing)).ok_or_else(|| {
            let names: Vec<String> = offered.iter().map(|(n, _)| format!("\"{n}\"")).collect();
            wrong(&spot, value, &either(&names))
        })
    }

    /// A number in `range`; none where it is missing or the word that stands for none.
    pub(super) fn number_or_word(
        &self,
        key: &str,
        word: &str,
        range: &RangeInclusive<f64>,
    ) -> Result<Option<f64>, Refusal> {
        if self.table.get(key).and_then(Value::as_str) == Some(word) {
            return Ok(None);
        }
        let wanted = format!("a number {} to {} or \"{word}\"", range.start(), range.end());
        self.number(key, &wanted, |number| range.contains(&number))
    }

    /// A list of whole numbers, each in `range`.
    pub(super) fn wholes(
        &self,
        key: &str,
        range: &RangeInclusive<u64>,
    ) -> Result<Option<Vec<u64>>, Refusal> {
        let Some((value, spot)) = self.value(key) else { return Ok(None) };
        let one = |value: &Value, spot: &Spot| whole(value, spot, range.clone());
        list(value, &spot, "a list of whole numbers", one).map(Some)
    }

    /// A list of rows of numbers.
    pub(super) fn rows(&self, key: &str) -> Result<Option<Vec<Vec<f64>>>, Refusal> {
        self.value(key).map_or(Ok(None), |(value, spot)| rows(value, &spot).map(Some))
    }

    /// A list of lists of rows of numbers.
    pub(super) fn layers_of_rows(&self, key: &str) -> Result<Option<Vec<Vec<Vec<f64>>>>, Refusal> {
        let Some((value, spot)) = self.value(key) else { return Ok(None) };
        list(value, &spot, "a list of layers, each a list of rows of numbers", rows).map(Some)
    }
}

fn rows(value: &Value, spot: &Spot) -> Result<Vec<Vec<f64>>, Refusal> {
    list(value, spot, "a list of rows of numbers", row)
}

/// A row of numbers; there may be many, so the way to one is made only where it is refused.
fn row(value: &Value, spot: &Spot) -> Result<Vec<f64>, Refusal> {
    let Value::Array(list) = value else { return Err(wrong(spot, value, "a list of numbers")) };
    let numbers = list.iter().enumerate();
    numbers.map(|(i, v)| number(v).ok_or_else(|| wrong(&spot.index(i), v, "a number"))).collect()
}

fn list<T>(
    value: &Value,
    spot: &Spot,
    wanted: &str,
    one: impl Fn(&Value, &Spot) -> Result<T, Refusal>,
) -> Result<Vec<T>, Refusal> {
    let Value::Array(list) = value else { return Err(wrong(spot, value, wanted)) };
    list.iter().enumerate().map(|(i, value)| one(value, &spot.index(i))).collect()
}

fn whole(value: &Value, spot: &Spot, range: RangeInclusive<u64>) -> Result<u64, Refusal> {
    let number = value.as_integer().and_then(|number| u64::try_from(number).ok());
    number.filter(|number| range.contains(number)).ok_or_else(|| {
        let wanted = format!("a whole number {} to {}", range.start(), range.end());
        wrong(spot, value, &wanted)
    })
}

/// The value as a finite number.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) if number.is_finite() => Some(*number),
        _ => None,
    }
}

/// That a value is not what is wanted.
fn wrong(spot: &Spot, value: &Value, wanted: &str) -> Refusal {
    spot.refuse(format!("found {}", describe(value)), format!("{wanted} would do"))
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

/// `1 row`, `2 rows`.
pub(super) fn count(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// `a, b or c`.
pub(super) fn either(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// The known word that is nearest to a misspelt one, if any is near.
pub fn nearest<'w>(word: &str, known: &[&'w str]) -> Option<&'w str> {
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
    fn a_misspelt_word_is_led_to_the_nearest_known_one_and_a_strange_one_to_none() {
        assert_eq!(nearest("ephocs", &["epochs", "batch", "eta"]), Some("epochs"));
        assert_eq!(nearest("etaa", &["epochs", "batch", "eta"]), Some("eta"));
        assert_eq!(nearest("eval", &["epochs", "eta", "evaluate"]), Some("evaluate"));
        assert_eq!(nearest("momentum", &["epochs", "batch", "eta"]), None);
    }
}
