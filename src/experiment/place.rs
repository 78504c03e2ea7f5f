//! Finds where in a scenario's text a value stands, or who else said it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::experiment::refusal::{Hop, Of, Place, Refusal, ScenarioError};

/// A scenario's text and what was said over it.
pub(super) struct Sayings<'a> {
    pub(super) origin: &'a str,
    pub(super) text: &'a str,
    /// What was said over the text: the way to the value, and how it was said.
    pub(super) over: Vec<(Vec<Hop>, String)>,
}

impl Sayings<'_> {
    /// The refusal with the place at which its value was said last.
    pub(super) fn locate(&self, refusal: Refusal) -> ScenarioError {
        let hops = &refusal.spot.hops;
        let over = self.over.iter().rev().find(|(way, _)| hops.starts_with(way));
        let place = match over {
            Some((_, said)) => Place::Said(said.clone()),
            None => self.in_text(hops, refusal.of),
        };
        refusal.at(place)
    }

    /// That the text is no TOML.
    pub(super) fn no_toml(&self, error: &toml::de::Error) -> ScenarioError {
        let place = match error.span() {
            Some(span) => self.position(span.start),
            None => Place::Scenario(self.origin.to_owned()),
        };
        let message = error.message().trim().replace('\n', ", ");
        let (found, would_do) = if message.contains("too large") {
            // Its own words name the type of Rust.
            (
                "found a number that is too large".to_owned(),
                format!("at most {} would do", i64::MAX),
            )
        } else {
            (message, String::new())
        };
        ScenarioError { place, key: String::new(), found, would_do }
    }

    fn in_text(&self, hops: &[Hop], of: Of) -> Place {
        let offset = DeTable::parse(self.text).ok().and_then(|root| offset(&root, hops, of));
        match offset {
            Some(offset) => self.position(offset),
            None => Place::Scenario(self.origin.to_owned()),
        }
    }

    fn position(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Place::Text { origin: self.origin.to_owned(), line, column }
    }
}

/// Where the value (or its key) begins; what is not there is placed at what would hold it.
fn offset(root: &Spanned<DeTable<'_>>, hops: &[Hop], of: Of) -> Option<usize> {
    let (first, rest) = hops.split_first()?;
    let Hop::Key(key) = first else { return None };
    let (found_key, value) = root.get_ref().iter().find(|(k, _)| k.get_ref() == key)?;
    if rest.is_empty() && of == Of::Key {
        return Some(found_key.span().start);
    }
    let mut here = value;
    let mut at = value.span().start;
    for (i, hop) in rest.iter().enumerate() {
        let last = i + 1 == rest.len();
        match (hop, here.get_ref()) {
            (Hop::Index(index), DeValue::Array(elements)) => {
                here = elements.get(*index)?;
                at = here.span().start;
            }
            (Hop::Key(key), DeValue::Table(table)) => {
                let Some((k, v)) = table.iter().find(|(k, _)| k.get_ref() == key) else { break };
                here = v;
                at = if last && of == Of::Key { k.span().start } else { v.span().start };
            }
            _ => break,
        }
    }
    Some(at)
}
