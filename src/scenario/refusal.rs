//! Why a scenario is refused: what was found, what would do, and where it was said.

use std::fmt;

use crate::text::excerpt;

/// The most characters of a key, and of what was found or would do, that a message has room for; a file may have
/// made them as long as itself.
const KEY_SHOWN: usize = 80;
const TOLD: usize = 240;

/// Where the refused thing was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a scenario's text, both counted from 1.
    Text {
        /// The name or path of the scenario.
        origin: String,
        /// The line.
        line: usize,
        /// The column, in characters.
        column: usize,
    },
    /// On the command line, or in the dashboard: as it was typed.
    Said(String),
    /// Nowhere in particular of this scenario.
    Scenario(String),
}

impl Place {
    /// The place in a scenario's text after this part of it.
    pub(super) fn after(text: &str, origin: &str) -> Self {
        let line = text.matches('\n').count() + 1;
        let column = text.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Self::Text { origin: origin.to_owned(), line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { origin, line, column } => write!(f, "{origin}:{line}:{column}"),
            Self::Said(said) => f.write_str(said),
            Self::Scenario(origin) => f.write_str(origin),
        }
    }
}

/// A scenario that cannot be run as it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ScenarioError {
    /// Where it was said.
    pub place: Place,
    /// The key it is about, as in `arm.quadratic.eta`; empty where the text is no TOML.
    pub key: String,
    /// What was found.
    pub found: String,
    /// What would do instead; may be empty.
    pub would_do: String,
}

impl ScenarioError {
    /// That something cannot stay; of long texts the beginning is said.
    pub(super) fn new(
        place: Place,
        key: &str,
        found: impl AsRef<str>,
        would_do: impl AsRef<str>,
    ) -> Self {
        Self {
            place,
            key: excerpt(key, KEY_SHOWN),
            found: excerpt(found.as_ref(), TOLD),
            would_do: excerpt(would_do.as_ref(), TOLD),
        }
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.found)?;
        if !self.would_do.is_empty() {
            write!(f, "; {}", self.would_do)?;
        }
        Ok(())
    }
}

/// One step on the way from the root of a scenario to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hop {
    /// Into a table.
    Key(String),
    /// Into a list, counted from 0.
    Index(usize),
}

/// A value of a scenario: the way to it, and what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(super) hops: Vec<Hop>,
    pub(super) shown: String,
}

impl Spot {
    /// The value under `key` of the table that stands here.
    pub(crate) fn key(&self, key: &str) -> Self {
        let mut spot = self.clone();
        spot.hops.push(Hop::Key(key.to_owned()));
        if !spot.shown.is_empty() {
            spot.shown.push('.');
        }
        spot.shown.push_str(key);
        spot
    }

    /// The element of the list that stands here, counted from 0.
    pub(crate) fn index(&self, index: usize) -> Self {
        let mut spot = self.clone();
        spot.hops.push(Hop::Index(index));
        spot.shown = format!("{}[{index}]", spot.shown);
        spot
    }

    /// The same place under another name.
    pub(super) fn called(mut self, shown: String) -> Self {
        self.shown = shown;
        self
    }

    /// That the value here cannot stay.
    pub(crate) fn refuse(&self, found: impl Into<String>, would_do: impl Into<String>) -> Refusal {
        Refusal {
            spot: self.clone(),
            of: Of::Value,
            found: found.into(),
            would_do: would_do.into(),
        }
    }
}

/// Which part of an entry is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// The key itself.
    Key,
    /// Its value.
    Value,
}

/// A refusal that does not know yet where in the text its value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(super) spot: Spot,
    pub(super) of: Of,
    pub(super) found: String,
    pub(super) would_do: String,
}

impl Refusal {
    /// The refusal of an entry's key.
    pub(super) fn of_key(mut self) -> Self {
        self.of = Of::Key;
        self
    }

    /// The refusal with its place.
    pub(crate) fn at(self, place: Place) -> ScenarioError {
        ScenarioError::new(place, &self.spot.shown, self.found, self.would_do)
    }
}
