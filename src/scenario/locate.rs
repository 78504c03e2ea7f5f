//! Finds where in a scenario's text a value stands, or who else said it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::scenario::refusal::{Hop, Of, Place, Refusal, ScenarioError};

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
        let over = |is_about: fn(&[Hop], &[Hop]) -> bool| {
            let over = self.over.iter().rev().find(|(way, _)| is_about(hops, way));
            over.map(|(_, said)| Place::Said(said.clone()))
        };
        let place = over(<[Hop]>::starts_with)
            .or_else(|| self.in_text(hops, refusal.of))
            // What is nowhere in the text was made to hold what was said.
            .or_else(|| over(|hops, way| way.starts_with(hops)))
            .unwrap_or_else(|| Place::Scenario(self.origin.to_owned()));
        refusal.at(place)
    }

    /// That the text is no TOML.
    pub(super) fn no_toml(&self, error: &toml::de::Error) -> ScenarioError {
        let place = match error.span().map(|span| span.start).or_else(|| self.deepest()) {
            Some(offset) => self.position(offset),
            None => Place::Scenario(self.origin.to_owned()),
        };
        let span = error.span().unwrap_or_default();
        let message = error.message().trim().replace('\n', ", ");
        // Its own words name the types of Rust.
        let most = match message.as_str() {
            integer if integer.contains("too large") => i64::MAX.to_string(),
            float if float.contains("overflowed") => "1.79e308".to_owned(),
            deep if deep.contains("recursion limit") || deep.contains("recurse") => {
                let found = "found lists or tables that are nested too deeply";
                return ScenarioError::new(place, "", found, "");
            }
            other => {
                let is_twin = other.starts_with("duplicate key");
                let key = self.text.get(span).filter(|key| is_twin && !key.contains('\n'));
                let key = key.unwrap_or_default();
                return ScenarioError::new(place, key, message, "");
            }
        };
        let key = self.key_before(span.start).unwrap_or_default();
        let would_do = format!("at most {most} would do");
        ScenarioError::new(place, key, "found a number that is too large", would_do)
    }

    /// Where nesting gets deeper than the parser follows, which does not say where it gave up.
    fn deepest(&self) -> Option<usize> {
        /// The limit of the parser.
        const DEEP: usize = 80;
        let mut depth = 0_usize;
        let mut marks = self.text.bytes().enumerate();
        let too_deep = marks.find(|(_, mark)| {
            match mark {
                b'[' | b'{' | b'.' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                b'\n' => depth = 0,
                _ => {}
            }
            depth >= DEEP
        });
        too_deep.map(|(at, _)| at)
    }

    /// The key of the value that begins here, where both are on one line.
    fn key_before(&self, offset: usize) -> Option<&str> {
        let line = self.text.get(..offset)?.rsplit('\n').next()?;
        let (before, _) = line.rsplit_once('=')?;
        before.rsplit(['{', ',']).next().map(str::trim)
    }

    fn in_text(&self, hops: &[Hop], of: Of) -> Option<Place> {
        let root = DeTable::parse(self.text).ok()?;
        offset(&root, hops, of).map(|offset| self.position(offset))
    }

    fn position(&self, offset: usize) -> Place {
        Place::after(self.text.get(..offset).unwrap_or(self.text), self.origin)
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
