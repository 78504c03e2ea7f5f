//! Reads a scenario's text and its overrides.

use std::sync::Arc;

use crate::scenario::error::{Location, ScenarioError};
use crate::scenario::locate::SourceMap;
use crate::scenario::parse;
use crate::scenario::said::said_keys;
use crate::scenario::source::{MNIST_FOLDER, Override, ScenarioSource};
use crate::scenario::spec::{Scenario, TrainingSpec};

/// The most bytes of a scenario: room for the weights of two small networks for digits.
pub(crate) const MOST_SCENARIO_BYTES: usize = 4 << 20;

/// The most tokens of a scenario: parsing takes about a hundred bytes for each.
const MOST_MARKS: usize = 400_000;

impl Scenario {
    /// Reads a scenario from the bytes of its file; `origin` is the name or path that opened it.
    ///
    /// # Errors
    /// Those of [`Self::read`], and if the bytes are not UTF-8 or too many.
    pub fn read_bytes(
        bytes: &[u8],
        origin: &str,
        overrides: &[Override],
    ) -> Result<Self, ScenarioError> {
        check_length(bytes.len(), origin)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::read(text, origin, overrides),
            Err(error) => {
                let (text, _) = bytes.split_at(error.valid_up_to());
                let text = std::str::from_utf8(text).unwrap_or_default();
                let place = Location::after(text, origin);
                Err(ScenarioError::new(place, "", "found what is no text", "UTF-8 would do"))
            }
        }
    }

    /// Reads a scenario; `origin` is the name or path that opened it.
    ///
    /// # Errors
    /// If the scenario cannot be run. The error has a location, a key and the expected value.
    pub fn read(text: &str, origin: &str, overrides: &[Override]) -> Result<Self, ScenarioError> {
        let mut source_map = SourceMap { origin, text, overrides: Vec::new() };
        check_length(text.len(), origin)?;
        check_complexity(text, origin)?;
        let mut root: toml::Table =
            toml::from_str(text).map_err(|error| source_map.no_toml(&error))?;
        for change in overrides {
            let path = change
                .apply(&mut root)
                .map_err(|refusal| refusal.at(Location::Typed(change.shown_as.clone())))?;
            source_map.overrides.push((path, change.shown_as.clone()));
        }
        let said = Arc::new(said_keys(&root));
        let read = parse::scenario(&root, origin);
        // Locating the error parses the text again, so the first tree is freed.
        drop(root);
        let read = read.map_err(|refusal| source_map.locate(refusal))?;
        let has_own_summary = overrides.iter().any(|change| change.key.trim() == "summary");
        let is_true =
            overrides.is_empty() || has_own_summary || is_as_written(text, overrides, &read);
        Ok(Self {
            summary: if is_true { read.summary } else { String::new() },
            source: ScenarioSource {
                text: text.into(),
                overrides: overrides.to_vec(),
                said,
                adopted: Vec::new(),
            },
            ..read
        })
    }
}

/// Returns whether a scenario still is what its text describes, so that the summary in the text is true of
/// it: the same data and networks that learn alike, whatever the pace, the precision and the place of files.
fn is_as_written(text: &str, overrides: &[Override], read: &Scenario) -> bool {
    let written = || {
        let mut root: toml::Table = toml::from_str(text).ok()?;
        let places = [MNIST_FOLDER, "data.path"];
        for change in overrides.iter().filter(|change| places.contains(&change.key.trim())) {
            change.apply(&mut root).ok()?;
        }
        parse::scenario(&root, &read.name).ok()
    };
    written().is_some_and(|written| {
        let training = TrainingSpec {
            pace: read.training.pace,
            evaluate: read.training.evaluate,
            ..written.training.clone()
        };
        let (title, precision) = (read.title.clone(), read.precision);
        Scenario { title, precision, training, ..written } == *read
    })
}

/// The expected value of a scenario that is too large.
const ELSEWHERE: &str = "a csv file holds more examples, and a model more weights";

fn check_length(length: usize, origin: &str) -> Result<(), ScenarioError> {
    if length <= MOST_SCENARIO_BYTES {
        return Ok(());
    }
    let found = format!("found more than {} MiB", MOST_SCENARIO_BYTES >> 20);
    Err(ScenarioError::new(Location::Scenario(origin.to_owned()), "", found, ELSEWHERE))
}

/// Rejects a text that would take much more memory to parse than its size.
fn check_complexity(text: &str, origin: &str) -> Result<(), ScenarioError> {
    let Some(at) = boundaries(text).nth(MOST_MARKS) else { return Ok(()) };
    let place = Location::after(text.get(..at).unwrap_or(text), origin);
    let found = format!("found more than {MOST_MARKS} numbers, brackets and commas");
    Err(ScenarioError::new(place, "", found, ELSEWHERE))
}

/// Returns the offset of every token: all bytes except the later ones of a word.
fn boundaries(text: &str) -> impl Iterator<Item = usize> + '_ {
    let is_word =
        |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_+-".contains(&byte);
    let mut was_word = false;
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        let goes_on = was_word && is_word(byte);
        was_word = is_word(byte);
        (!goes_on).then_some(at)
    })
}
