//! Remarks on how the tensors of another program were understood.

use crate::report::tensor_layers::find::{FoundLayers, Layout};
use crate::text::excerpt;

/// The most tensors that a remark names, and the most characters of each name.
const NAMED: usize = 6;
const NAME_SHOWN: usize = 40;

/// Returns remarks on how the tensors were understood.
pub(in crate::report) fn remarks(found: &FoundLayers) -> Vec<String> {
    let mut remarks = Vec::new();
    if found.is_reordered {
        let order = names(found.layers.iter().map(|layer| layer.weight.as_str()));
        remarks.push(format!(
            "the layers follow one another in one order only, and it was taken: {order}"
        ));
    }
    let [one, other] = match found.layout {
        Layout::NeuronsFirst => ["[neurons, inputs]", "[inputs, neurons]"],
        Layout::InputsFirst => ["[inputs, neurons]", "[neurons, inputs]"],
    };
    if found.is_ambiguous {
        remarks.push(format!("its matrices may be {one} or {other}; they were taken as {one}"));
    } else if found.layout == Layout::InputsFirst {
        remarks.push(format!("its matrices are {one}, as their sizes show"));
    }
    if !found.left_out.is_empty() {
        let names = names(found.left_out.iter().map(String::as_str));
        remarks.push(format!("tensors that are no weights or biases were left out: {names}"));
    }
    remarks
}

/// Returns the first of these names, and the number of the others.
fn names<'a>(all: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = all.len().saturating_sub(NAMED);
    let shown: Vec<_> = all.take(NAMED).map(|name| excerpt(name, NAME_SHOWN)).collect();
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
