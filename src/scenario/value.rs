//! The kinds of value that keys take: each reads a value from TOML, writes it back, and describes the
//! valid values.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;

use toml::Value as Toml;

use crate::data::ColumnName;
use crate::scenario::error::{KeyError, KeyPath};
use crate::scenario::typed_number::meant_number;
use crate::scenario::words::{either, wrong};

/// The most sizes of layers. Each layer takes room on the screen and a loop in each step.
const MOST_LAYERS: usize = 1000;

/// The most neurons of a layer.
const MOST_NEURONS: u64 = 1_000_000;

/// The characters of a name.
pub(super) const NAME: &str = "small letters, digits and -";

/// Rows of numbers.
pub(super) type NumberRows = Vec<Vec<f64>>;

/// The kind of value that a key takes.
#[derive(Clone, Debug)]
pub(super) enum ValueKind {
    /// Any text.
    Text,
    /// A text of small letters, digits and hyphens.
    Name,
    /// The path of a file or folder.
    Path,
    /// `true` or `false`.
    Truth,
    /// A whole number in a range.
    Whole(RangeInclusive<u64>),
    /// A finite number in a range.
    Number {
        /// The wording of the range: `above 0`.
        words: &'static str,
        /// The function that checks the range.
        allows: fn(f64) -> bool,
    },
    /// A number in a range, or a word in its place.
    NumberOr {
        /// The word.
        word: &'static str,
        /// The range.
        range: RangeInclusive<f64>,
    },
    /// One of these words.
    Choice(fn() -> Vec<&'static str>),
    /// A whole number in a range, or a share below 1.
    WholeOrShare(RangeInclusive<u64>),
    /// `true`, `false` or a word in its place.
    TruthOr {
        /// The word.
        word: &'static str,
    },
    /// The name or the number of a column, or a list of such.
    Columns,
    /// The sizes of layers, input first.
    Sizes,
    /// A list of rows of numbers.
    Rows,
    /// A list of rows of numbers, or the name of an array.
    RowsOrName,
    /// A list of layers, each a list of rows of numbers.
    Layers,
}

/// A value of one of the kinds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// A value of [`ValueKind::Text`], [`ValueKind::Name`] or [`ValueKind::Path`], or the name of an array.
    Text(String),
    /// A value of [`ValueKind::Truth`].
    Truth(bool),
    /// A value of [`ValueKind::Whole`].
    Whole(u64),
    /// A value of [`ValueKind::Number`] or [`ValueKind::NumberOr`].
    Number(f64),
    /// A value of [`ValueKind::Choice`], or the word of [`ValueKind::NumberOr`].
    Word(&'static str),
    /// A value of [`ValueKind::Columns`].
    Columns(Vec<ColumnName>),
    /// A value of [`ValueKind::Sizes`].
    Sizes(Vec<usize>),
    /// A value of [`ValueKind::Rows`].
    Rows(NumberRows),
    /// A value of [`ValueKind::Layers`].
    Layers(Vec<NumberRows>),
}

impl ValueKind {
    /// Reads a value.
    ///
    /// # Errors
    /// If the value is of another kind or out of range. The error names the valid values.
    pub(super) fn read(&self, value: &Toml, key_path: &KeyPath) -> Result<Value, KeyError> {
        match self {
            Self::Text => text(value, key_path).map(Value::Text),
            Self::Name => name(value, key_path).map(Value::Text),
            Self::Path => path(value, key_path).map(Value::Text),
            Self::Truth => match value {
                Toml::Boolean(truth) => Ok(Value::Truth(*truth)),
                other => Err(wrong(key_path, other, &self.words())),
            },
            Self::Whole(range) => whole(value, key_path, range).map(Value::Whole),
            Self::Number { allows, .. } => match number(value) {
                Some(number) if allows(number) => Ok(Value::Number(number)),
                _ => Err(wrong(key_path, value, &self.number_words(value))),
            },
            Self::NumberOr { word, range } => match number(value) {
                Some(number) if range.contains(&number) => Ok(Value::Number(number)),
                None if value.as_str() == Some(word) => Ok(Value::Word(word)),
                _ => Err(wrong(key_path, value, &self.number_words(value))),
            },
            Self::Choice(offered) => {
                let chosen = offered().into_iter().find(|word| value.as_str() == Some(word));
                chosen.map(Value::Word).ok_or_else(|| wrong(key_path, value, &self.words()))
            }
            Self::WholeOrShare(range) => match value {
                Toml::Float(share) if *share > 0.0 && *share < 1.0 => Ok(Value::Number(*share)),
                Toml::Float(_) => Err(wrong(key_path, value, &self.words())),
                _ => whole(value, key_path, range).map(Value::Whole),
            },
            Self::TruthOr { word } => match value {
                Toml::Boolean(truth) => Ok(Value::Truth(*truth)),
                other if other.as_str() == Some(word) => Ok(Value::Word(word)),
                other => Err(wrong(key_path, other, &self.words())),
            },
            Self::Columns => columns(value, key_path, &self.words()).map(Value::Columns),
            Self::Sizes => sizes(value, key_path).map(Value::Sizes),
            Self::RowsOrName if value.is_str() => text(value, key_path).map(Value::Text),
            Self::Rows | Self::RowsOrName => rows(value, key_path).map(Value::Rows),
            Self::Layers => {
                let words = "a list of layers, each a list of rows of numbers";
                list(value, key_path, words, rows).map(Value::Layers)
            }
        }
    }

    /// Returns a description of the valid values: `a whole number 1 to 9`.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Text => "text in quotes".to_owned(),
            Self::Name => NAME.to_owned(),
            Self::Path => "the path of a file or folder".to_owned(),
            Self::Truth => "true or false".to_owned(),
            Self::Whole(range) => format!("a whole number {} to {}", range.start(), range.end()),
            Self::Number { words, .. } => format!("a number {words}"),
            Self::NumberOr { word, range } => {
                format!("a number {} to {} or \"{word}\"", range.start(), range.end())
            }
            Self::Choice(offered) => {
                let names: Vec<String> = offered().iter().map(|n| format!("\"{n}\"")).collect();
                either(&names)
            }
            Self::WholeOrShare(range) => {
                format!("a whole number {} to {}, or a share below 1", range.start(), range.end())
            }
            Self::TruthOr { word } => format!("true, false or \"{word}\""),
            Self::Columns => "the heading or number of a column, or a list of them".to_owned(),
            Self::Sizes => "sizes, input first, as [784, 30, 10]".to_owned(),
            Self::Rows => "a list of rows of numbers".to_owned(),
            Self::RowsOrName => "a list of rows of numbers, or the name of an array".to_owned(),
            Self::Layers => "a list of layers, each a list of rows of numbers".to_owned(),
        }
    }

    /// Returns the number that is meant by a text such as `1,5`, or else a description of the valid numbers.
    fn number_words(&self, value: &Toml) -> String {
        value.as_str().and_then(meant_number).unwrap_or_else(|| self.words())
    }

    /// Returns the valid words, or no words if the values cannot be listed.
    pub(super) fn choices(&self) -> Vec<&'static str> {
        match self {
            Self::Truth => vec!["true", "false"],
            Self::Choice(offered) => offered(),
            Self::NumberOr { word, .. } => vec![word],
            Self::TruthOr { word } => vec!["true", "false", word],
            _ => Vec::new(),
        }
    }

    /// Returns whether a value is text even if it looks like a number.
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Name | Self::Path)
    }
}

/// Reads the names or numbers of columns.
fn columns(value: &Toml, key_path: &KeyPath, words: &str) -> Result<Vec<ColumnName>, KeyError> {
    let one = |value: &Toml, key_path: &KeyPath| match value {
        Toml::String(heading) => Ok(ColumnName::Heading(heading.clone())),
        Toml::Integer(number) if *number > 0 => usize::try_from(*number)
            .map(ColumnName::Number)
            .map_err(|_| wrong(key_path, value, words)),
        other => Err(wrong(key_path, other, words)),
    };
    match value {
        Toml::Array(list) => {
            list.iter().enumerate().map(|(i, item)| one(item, &key_path.index(i))).collect()
        }
        single => Ok(vec![one(single, key_path)?]),
    }
}

/// Writes the value as TOML. Numbers have the shortest digits that read back to the same float.
impl Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => quoted(text).fmt(f),
            Self::Word(word) => quoted(word).fmt(f),
            Self::Truth(truth) => truth.fmt(f),
            Self::Whole(number) => number.fmt(f),
            Self::Number(number) => f.write_str(&digits(*number)),
            Self::Columns(columns) => match &columns[..] {
                [one] => f.write_str(&column(one)),
                several => write!(f, "[{}]", join(several.iter().map(column))),
            },
            Self::Sizes(sizes) => write!(f, "{sizes:?}"),
            Self::Rows(rows) => f.write_str(&written_rows(rows)),
            Self::Layers(layers) => {
                write!(f, "[{}]", join(layers.iter().map(written_rows)))
            }
        }
    }
}

/// Writes the name or the number of a column.
fn column(name: &ColumnName) -> String {
    match name {
        ColumnName::Heading(heading) => quoted(heading).to_string(),
        ColumnName::Number(number) => number.to_string(),
    }
}

fn quoted(text: &str) -> Toml {
    Toml::String(text.to_owned())
}

/// Formats a number. Whole numbers are written without a fraction.
fn digits(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 && number.is_sign_positive() {
        format!("{number}")
    } else {
        format!("{number:?}")
    }
}

fn written_rows(rows: &NumberRows) -> String {
    let row = |row: &Vec<f64>| format!("[{}]", join(row.iter().map(|n| format!("{n:?}"))));
    format!("[{}]", join(rows.iter().map(row)))
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn text(value: &Toml, key_path: &KeyPath) -> Result<String, KeyError> {
    match value {
        Toml::String(text) => Ok(text.clone()),
        other => Err(wrong(key_path, other, "text in quotes")),
    }
}

fn name(value: &Toml, key_path: &KeyPath) -> Result<String, KeyError> {
    let name = text(value, key_path)?;
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(is_letter) {
        return Err(key_path.refuse(format!("found \"{name}\""), format!("{NAME} would do")));
    }
    Ok(name)
}

fn path(value: &Toml, key_path: &KeyPath) -> Result<String, KeyError> {
    let path = text(value, key_path)?;
    if path.is_empty() {
        return Err(key_path.refuse("found \"\"", "the path of a file or folder would do"));
    }
    Ok(path)
}

fn sizes(value: &Toml, key_path: &KeyPath) -> Result<Vec<usize>, KeyError> {
    let range = 1..=MOST_NEURONS;
    let one = |value: &Toml, key_path: &KeyPath| whole(value, key_path, &range);
    let sizes = list(value, key_path, "a list of whole numbers", one)?;
    match sizes.len() {
        0 | 1 => {
            let found = format!("found {sizes:?}");
            Err(key_path.refuse(found, "at least two sizes, input first, would do"))
        }
        2..=MOST_LAYERS => Ok(sizes.into_iter().map(|n| n as usize).collect()),
        more => Err(key_path.refuse(format!("found {more} sizes"), "at most 1000 would do")),
    }
}

fn rows(value: &Toml, key_path: &KeyPath) -> Result<NumberRows, KeyError> {
    list(value, key_path, "a list of rows of numbers", row)
}

/// Reads a row of numbers. A row may be long, so the path of a number is created only for an error.
fn row(value: &Toml, key_path: &KeyPath) -> Result<Vec<f64>, KeyError> {
    let Toml::Array(list) = value else { return Err(wrong(key_path, value, "a list of numbers")) };
    let numbers = list.iter().enumerate();
    numbers
        .map(|(i, v)| number(v).ok_or_else(|| wrong(&key_path.index(i), v, "a number")))
        .collect()
}

fn list<T>(
    value: &Toml,
    key_path: &KeyPath,
    words: &str,
    one: impl Fn(&Toml, &KeyPath) -> Result<T, KeyError>,
) -> Result<Vec<T>, KeyError> {
    let Toml::Array(list) = value else { return Err(wrong(key_path, value, words)) };
    list.iter().enumerate().map(|(i, value)| one(value, &key_path.index(i))).collect()
}

fn whole(value: &Toml, key_path: &KeyPath, range: &RangeInclusive<u64>) -> Result<u64, KeyError> {
    let number = value.as_integer().and_then(|number| u64::try_from(number).ok());
    number.filter(|number| range.contains(number)).ok_or_else(|| {
        let words = ValueKind::Whole(range.clone()).words();
        wrong(key_path, value, &words)
    })
}

/// Returns the value as a number, if it is a finite number.
fn number(value: &Toml) -> Option<f64> {
    match value {
        Toml::Integer(number) => Some(*number as f64),
        Toml::Float(number) if number.is_finite() => Some(*number),
        _ => None,
    }
}
