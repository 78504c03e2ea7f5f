//! Descriptions of the keys for completion, help and flags.

use crate::scenario::keys::{KEYS, KeySpec, Section};
use crate::scenario::value::ValueKind;
use crate::telemetry::KeyEntry;

/// Returns the entries for completion after `:set`: the keys of the scenario, then those of an arm.
pub(super) fn key_entries() -> Vec<KeyEntry> {
    let short = KEYS.iter().filter(|key| key.short.is_some() && key.is_per_arm());
    let short = short.filter_map(|key| Some(entry(key, key.short?.to_owned(), false)));
    let common = KEYS.iter().filter(|key| key.section != Section::Arm);
    let common = common.map(|key| entry(key, key.path(), false));
    // An arm is found by its name, so the name cannot be set.
    let own = KEYS.iter().filter(|key| key.is_per_arm() && key.name != "name");
    short.chain(common).chain(own.map(|key| entry(key, key.name.to_owned(), true))).collect()
}

fn entry(key: &KeySpec, name: String, is_of_arm: bool) -> KeyEntry {
    KeyEntry { name, is_of_arm, about: about(key), values: key.kind.choices() }
}

/// Returns a key's description and its valid values: `learning rate; a number above 0`.
fn about(key: &KeySpec) -> String {
    format!("{}; {}", key.doc, plain_words(key))
}

/// Returns the valid values without quotation marks.
fn plain_words(key: &KeySpec) -> String {
    key.kind.words().replace('"', "")
}

/// A flag of the command line that sets a key for all arms.
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    /// The name of the flag, which is also the short name of the key.
    pub name: &'static str,
    /// The placeholder of its value in the help: `N`.
    pub value: &'static str,
    /// The description of the key: one line of help.
    pub doc: String,
}

/// Returns the flags, in the order in which the help lists them.
pub(crate) fn flags() -> impl Iterator<Item = Flag> {
    KEYS.iter().filter_map(|key| {
        let value = match key.kind {
            ValueKind::Whole(_) => "N",
            ValueKind::Sizes => "SIZES",
            ValueKind::Path => "PATH",
            _ => "VALUE",
        };
        let doc = match key.kind {
            ValueKind::Choice(_) | ValueKind::NumberOr { .. } => {
                format!("{}: {}", key.doc, plain_words(key))
            }
            ValueKind::Sizes => format!("{}, input first: 784,30,10", key.doc),
            _ => key.doc.to_owned(),
        };
        Some(Flag { name: key.short?, value, doc })
    })
}

/// Returns a line for each key: its name, its description and its valid values.
pub(crate) fn key_lines() -> Vec<[String; 3]> {
    let line = |key: &KeySpec| {
        let name = match key.section {
            Section::Arm => format!("arm.NAME.{}", key.name),
            _ => key.path(),
        };
        [name, key.doc.to_owned(), key.kind.words()]
    };
    KEYS.iter().map(line).collect()
}

/// Returns the names of the keys that each arm can override.
pub(crate) fn keys_of_arms() -> Vec<&'static str> {
    KEYS.iter().filter(|key| key.is_per_arm()).map(|key| key.name).collect()
}
