//! Reads a scenario's text, with what was said over it.

use crate::experiment::overrides::Override;
use crate::experiment::parse;
use crate::experiment::place::Sayings;
use crate::experiment::refusal::{Place, ScenarioError};
use crate::experiment::scenario::{Said, Scenario};

impl Scenario {
    /// Reads a scenario; `origin` is the name or path by which it was opened.
    ///
    /// # Errors
    /// For whatever cannot be run, with its place, its key and what would do.
    pub fn read(text: &str, origin: &str, overrides: &[Override]) -> Result<Self, ScenarioError> {
        let mut sayings = Sayings { origin, text, over: Vec::new() };
        let mut root: toml::Table =
            toml::from_str(text).map_err(|error| sayings.no_toml(&error))?;
        for said in overrides {
            let way = said
                .apply(&mut root)
                .map_err(|refusal| refusal.at(Place::Said(said.said.clone())))?;
            sayings.over.push((way, said.said.clone()));
        }
        let read = parse::scenario(&root, origin).map_err(|refusal| sayings.locate(refusal))?;
        Ok(Self { said: Said { text: text.into(), over: overrides.to_vec() }, ..read })
    }
}
