//! The built-in scenarios.

use crate::scenario::help::key_entries;
use crate::scenario::spec::Scenario;
use crate::telemetry::{Catalogue, ScenarioEntry};

/// A built-in scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// The name that opens it.
    pub name: &'static str,
    /// The scenario as TOML.
    pub text: &'static str,
}

/// The scenario that is run when none is named.
pub(crate) const DEFAULT_SCENARIO: &str = "saturated";

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(BuiltIn {
            name: $name,
            text: include_str!(concat!("../../assets/scenarios/", $name, ".toml")),
        }),*]
    };
}

const CATALOGUE: &[BuiltIn] = built_in![
    "saturated",
    "mild",
    "hopeless",
    "book-animation",
    "and",
    "xor",
    "circle",
    "spiral",
    "digits",
    "mnist",
    "dead-digits",
    "initialisation",
    "softmax",
    "linear-output",
    "overfitting",
    "ten-percent",
    "iris",
];

/// Returns the built-in scenarios, in the order in which lists show them.
pub fn catalogue() -> &'static [BuiltIn] {
    CATALOGUE
}

/// Returns the built-in scenario with this name.
pub fn find(name: &str) -> Option<&'static BuiltIn> {
    CATALOGUE.iter().find(|built_in| built_in.name == name)
}

/// Returns the built-in scenarios and the keys that a scenario can have.
///
/// # Panics
/// If a built-in scenario is invalid; the tests read every one.
pub fn entries() -> Catalogue {
    let entry = |built_in: &BuiltIn| {
        let scenario = Scenario::read(built_in.text, built_in.name, &[])
            .expect("the built-in scenarios can be read");
        ScenarioEntry {
            name: built_in.name.to_owned(),
            title: scenario.title,
            summary: scenario.summary,
        }
    };
    Catalogue { scenarios: CATALOGUE.iter().map(entry).collect(), keys: key_entries() }
}
