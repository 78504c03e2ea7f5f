//! The tensors of a network in what a pickle has built: a dictionary of tensors, or one inside a checkpoint.

use std::collections::BTreeMap;

use crate::report::model_torch::pickle::{Pickle, Thing, Value};
use crate::report::model_torch::tensor_view::TensorView;
use crate::report::tensor_layers::alternating;

/// The keys under which checkpoints keep the tensors of a network.
const KEYS: [&str; 6] =
    ["state_dict", "model_state_dict", "model_state", "model", "net", "network"];

/// The most tensors, the most characters of a name, the deepest nesting and the most things looked at. A pickle
/// can hold one thing in many places.
const MOST_TENSORS: usize = 1 << 14;
const LONGEST_NAME: usize = 512;
const DEEPEST: usize = 16;
const MOST_VISITED: usize = 1 << 20;

/// The tensors of a network.
#[derive(Debug)]
pub(super) struct FoundTensors<'a> {
    /// By name.
    pub(super) tensors: BTreeMap<String, &'a TensorView>,
    /// A remark on where they were found.
    pub(super) remark: Option<String>,
}

/// Finds the tensors of a network.
///
/// # Errors
/// If there are none, or too many; the error says what there is.
pub(super) fn find_tensors<'a>(pickle: &'a Pickle<'_>) -> Result<FoundTensors<'a>, String> {
    let root = pickle.root();
    let mut visited = 0;
    for (key, value) in KEYS.into_iter().filter_map(|key| Some((key, entry(pickle, root, key)?))) {
        let mut tensors = BTreeMap::new();
        collect(pickle, value, ("", 0), (&mut tensors, &mut visited))?;
        if !tensors.is_empty() {
            let remark = Some(format!("its weights are those under \"{key}\""));
            return Ok(FoundTensors { tensors, remark });
        }
    }
    let mut tensors = BTreeMap::new();
    collect(pickle, root, ("", 0), (&mut tensors, &mut visited))?;
    if tensors.is_empty() {
        return Err(format!(
            "it holds {}; torch.save(model.state_dict(), FILE) writes the weights",
            pickle.thing(root).name()
        ));
    }
    if let Thing::List(_) = pickle.thing(root) {
        let named = tensors
            .into_iter()
            .map(|(name, view)| (name.parse().map(alternating).unwrap_or(name), view));
        let remark = "its tensors have no names and were taken as weights and biases by turns";
        return Ok(FoundTensors { tensors: named.collect(), remark: Some(remark.to_owned()) });
    }
    Ok(FoundTensors { tensors, remark: None })
}

/// Returns the dictionary under a key of a dictionary.
fn entry(pickle: &Pickle<'_>, root: Value, key: &str) -> Option<Value> {
    let Thing::Dict(entries) = pickle.thing(root) else { return None };
    let is_key = |name: Value| matches!(pickle.thing(name), Thing::Text(text) if text == key);
    let (_, value) = entries.iter().find(|(name, _)| is_key(*name))?;
    matches!(pickle.thing(*value), Thing::Dict(_)).then_some(*value)
}

/// Adds the tensors within a thing, with the keys that lead to them as names.
fn collect<'a>(
    pickle: &'a Pickle<'_>,
    value: Value,
    (prefix, depth): (&str, usize),
    (into, visited): (&mut BTreeMap<String, &'a TensorView>, &mut usize),
) -> Result<(), String> {
    *visited += 1;
    if depth > DEEPEST || *visited > MOST_VISITED || into.len() > MOST_TENSORS {
        return Err(format!(
            "it nests deeper than {DEEPEST}, or has more than {MOST_TENSORS} tensors"
        ));
    }
    let mut inner = |key: String, value: Value| {
        let name = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
        if name.len() > LONGEST_NAME {
            return Err(format!("the name of a tensor has more than {LONGEST_NAME} letters"));
        }
        collect(pickle, value, (&name, depth + 1), (&mut *into, &mut *visited))
    };
    match pickle.thing(value) {
        Thing::Tensor(view) => {
            into.insert(prefix.to_owned(), view);
        }
        Thing::Dict(entries) => {
            for (key, value) in entries {
                match pickle.thing(*key) {
                    Thing::Text(key) => inner(key.to_owned(), *value)?,
                    Thing::Number(key) => inner(key.to_string(), *value)?,
                    _ => {}
                }
            }
        }
        Thing::List(items) => {
            for (index, value) in items.iter().enumerate() {
                inner(index.to_string(), *value)?;
            }
        }
        _ => {}
    }
    Ok(())
}
