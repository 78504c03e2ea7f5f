//! The keys in words, for the footer and the help, made from the table of keys.

use crate::app::App;

/// A heading of the help and the keys under it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HelpSection {
    /// Where these keys work: `everywhere`, `in Weights`.
    pub title: String,
    /// The keys, and what they do.
    pub rows: Vec<(String, String)>,
}

/// The keys that work here and now and what they do, the most important first.
pub fn footer(_app: &App) -> Vec<(String, String)> {
    Vec::new()
}

/// Every key, by where it works, as the help shows them.
pub fn help(_app: &App) -> Vec<HelpSection> {
    Vec::new()
}
