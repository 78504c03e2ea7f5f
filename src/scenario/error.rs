//! Errors of scenarios: what was found, what was expected, and where.

use std::fmt;

use crate::text::excerpt;

/// The most characters that a message shows of a key, and of the found or expected value. A file may hold
/// keys and values of any length.
const KEY_SHOWN: usize = 80;
const VALUE_SHOWN: usize = 240;

/// The location of an invalid value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A position in a scenario's text; line and column count from 1.
    Text {
        /// The name or path of the scenario.
        origin: String,
        /// The line.
        line: usize,
        /// The column, in characters.
        column: usize,
    },
    /// The typed text, on the command line or in the dashboard.
    Typed(String),
    /// A scenario as a whole.
    Scenario(String),
}

impl Location {
    /// Returns the location after this prefix of the text.
    pub(super) fn after(text: &str, origin: &str) -> Self {
        let line = text.matches('\n').count() + 1;
        let column = text.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Self::Text { origin: origin.to_owned(), line, column }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { origin, line, column } => write!(f, "{origin}:{line}:{column}"),
            Self::Typed(typed) => f.write_str(typed),
            Self::Scenario(origin) => f.write_str(origin),
        }
    }
}

/// The error of an invalid scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ScenarioError {
    /// The location of the invalid value.
    pub location: Location,
    /// The invalid key, as in `arm.quadratic.eta`; empty if the text is no TOML.
    pub key: String,
    /// The found value or mistake.
    pub found: String,
    /// The expected value; may be empty.
    pub expected: String,
}

impl ScenarioError {
    /// Creates an error; long texts are cut short.
    pub(super) fn new(
        location: Location,
        key: &str,
        found: impl AsRef<str>,
        expected: impl AsRef<str>,
    ) -> Self {
        Self {
            location,
            key: excerpt(key, KEY_SHOWN),
            found: excerpt(found.as_ref(), VALUE_SHOWN),
            expected: excerpt(expected.as_ref(), VALUE_SHOWN),
        }
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.location)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.found)?;
        if !self.expected.is_empty() {
            write!(f, "; {}", self.expected)?;
        }
        Ok(())
    }
}

/// A segment of the path from the root of a scenario to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PathSegment {
    /// A key of a table.
    Key(String),
    /// An index into a list, counted from 0.
    Index(usize),
}

/// The path to a value of a scenario, and the name that errors show for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyPath {
    pub(super) segments: Vec<PathSegment>,
    pub(super) shown: String,
}

impl KeyPath {
    /// Returns the path of the value under `key` of the table at this path.
    pub(crate) fn key(&self, key: &str) -> Self {
        let mut key_path = self.clone();
        key_path.segments.push(PathSegment::Key(key.to_owned()));
        if !key_path.shown.is_empty() {
            key_path.shown.push('.');
        }
        key_path.shown.push_str(key);
        key_path
    }

    /// Returns the path of an element of the list at this path; `index` counts from 0.
    pub(crate) fn index(&self, index: usize) -> Self {
        let mut key_path = self.clone();
        key_path.segments.push(PathSegment::Index(index));
        key_path.shown = format!("{}[{index}]", key_path.shown);
        key_path
    }

    /// Returns the same path with another name for errors.
    pub(super) fn called(mut self, shown: String) -> Self {
        self.shown = shown;
        self
    }

    /// Returns the error for an invalid value at this path.
    pub(crate) fn refuse(&self, found: impl Into<String>, expected: impl Into<String>) -> KeyError {
        KeyError {
            key_path: self.clone(),
            part: EntryPart::Value,
            found: found.into(),
            expected: expected.into(),
        }
    }
}

/// The part of an entry that an error refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryPart {
    /// The key itself.
    Key,
    /// Its value.
    Value,
}

/// An error without a location in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyError {
    pub(super) key_path: KeyPath,
    pub(super) part: EntryPart,
    pub(super) found: String,
    pub(super) expected: String,
}

impl KeyError {
    /// Returns the error with a location at the key instead of its value.
    pub(super) fn of_key(mut self) -> Self {
        self.part = EntryPart::Key;
        self
    }

    /// Returns the error with its location.
    pub(crate) fn at(self, location: Location) -> ScenarioError {
        ScenarioError::new(location, &self.key_path.shown, self.found, self.expected)
    }
}
