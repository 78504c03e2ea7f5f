//! Finds the location of a value in a scenario's text or among its overrides.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::scenario::error::{EntryPart, KeyError, Location, PathSegment, ScenarioError};
use crate::scenario::typed_number::meant_at;

/// A scenario's text and its overrides.
pub(super) struct SourceMap<'a> {
    pub(super) origin: &'a str,
    pub(super) text: &'a str,
    /// The path that each override has set, and the override as typed.
    pub(super) overrides: Vec<(Vec<PathSegment>, String)>,
}

impl SourceMap<'_> {
    /// Adds to an error the location that set its value last.
    pub(super) fn locate(&self, refusal: KeyError) -> ScenarioError {
        let segments = &refusal.key_path.segments;
        let overrides = |is_about: fn(&[PathSegment], &[PathSegment]) -> bool| {
            let overrides = self.overrides.iter().rev().find(|(path, _)| is_about(segments, path));
            overrides.map(|(_, typed)| Location::Typed(typed.clone()))
        };
        let location = overrides(<[PathSegment]>::starts_with)
            .or_else(|| self.in_text(segments, refusal.part))
            // A value that neither the text nor an override holds lies above a value that an override set.
            .or_else(|| overrides(|segments, path| path.starts_with(segments)))
            .unwrap_or_else(|| Location::Scenario(self.origin.to_owned()));
        refusal.at(location)
    }

    /// Returns the error for text that is no TOML.
    pub(super) fn no_toml(&self, error: &toml::de::Error) -> ScenarioError {
        let location = match error.span().map(|span| span.start).or_else(|| self.deepest()) {
            Some(offset) => self.position(offset),
            None => Location::Scenario(self.origin.to_owned()),
        };
        let span = error.span().unwrap_or_default();
        let message = error.message().trim().replace('\n', ", ");
        // The parser's own message names types of Rust.
        let most = match message.as_str() {
            integer if integer.contains("too large") => i64::MAX.to_string(),
            float if float.contains("overflowed") => "1.79e308".to_owned(),
            deep if deep.contains("recursion limit") || deep.contains("recurse") => {
                let found = "found lists or tables that are nested too deeply";
                return ScenarioError::new(location, "", found, "");
            }
            other => {
                if let Some((found, meant)) = meant_at(self.text, span.start) {
                    let key = self.key_before(span.start).unwrap_or_default();
                    let expected = format!("{meant} would do");
                    return ScenarioError::new(location, key, format!("found {found}"), expected);
                }
                let is_twin = other.starts_with("duplicate key");
                let key = self.text.get(span).filter(|key| is_twin && !key.contains('\n'));
                let key = key.unwrap_or_default();
                return ScenarioError::new(location, key, message, "");
            }
        };
        let key = self.key_before(span.start).unwrap_or_default();
        let expected = format!("at most {most} would do");
        ScenarioError::new(location, key, "found a number that is too large", expected)
    }

    /// Returns the offset at which nesting exceeds the parser's limit, since the parser does not report
    /// it.
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

    /// Returns the key of the value at `offset`, if both are on one line.
    fn key_before(&self, offset: usize) -> Option<&str> {
        let line = self.text.get(..offset)?.rsplit('\n').next()?;
        let (before, _) = line.rsplit_once('=')?;
        before.rsplit(['{', ',']).next().map(str::trim)
    }

    fn in_text(&self, segments: &[PathSegment], part: EntryPart) -> Option<Location> {
        let root = DeTable::parse(self.text).ok()?;
        offset(&root, segments, part).map(|offset| self.position(offset))
    }

    fn position(&self, offset: usize) -> Location {
        Location::after(self.text.get(..offset).unwrap_or(self.text), self.origin)
    }
}

/// Returns the offset of a value (or of its key). A missing value is located at the table or list that
/// would hold it.
fn offset(root: &Spanned<DeTable<'_>>, segments: &[PathSegment], part: EntryPart) -> Option<usize> {
    let (first, rest) = segments.split_first()?;
    let PathSegment::Key(key) = first else { return None };
    let (found_key, value) = root.get_ref().iter().find(|(k, _)| k.get_ref() == key)?;
    if rest.is_empty() && part == EntryPart::Key {
        return Some(found_key.span().start);
    }
    let mut here = value;
    let mut at = value.span().start;
    for (i, segment) in rest.iter().enumerate() {
        let last = i + 1 == rest.len();
        match (segment, here.get_ref()) {
            (PathSegment::Index(index), DeValue::Array(elements)) => {
                here = elements.get(*index)?;
                at = here.span().start;
            }
            (PathSegment::Key(key), DeValue::Table(table)) => {
                let Some((k, v)) = table.iter().find(|(k, _)| k.get_ref() == key) else { break };
                here = v;
                at = if last && part == EntryPart::Key { k.span().start } else { v.span().start };
            }
            _ => break,
        }
    }
    Some(at)
}
