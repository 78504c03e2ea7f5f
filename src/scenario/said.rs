//! The keys that a scenario sets in so many words, as opposed to those that have their defaults.

use std::collections::BTreeSet;

use toml::{Table, Value};

/// Returns the paths of the keys that are set: `seed`, `network.hidden`, `arm.quadratic.output`.
pub(super) fn said_keys(root: &Table) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    let mut add = |above: &str, table: &Table| {
        said.extend(table.keys().map(|key| format!("{above}{key}")));
    };
    add("", root);
    for (name, value) in root {
        match value {
            Value::Table(table) => add(&format!("{name}."), table),
            Value::Array(arms) if name == "arm" => {
                for arm in arms.iter().filter_map(Value::as_table) {
                    let name = arm.get("name").and_then(Value::as_str).unwrap_or_default();
                    add(&format!("arm.{name}."), arm);
                }
            }
            _ => {}
        }
    }
    said
}
