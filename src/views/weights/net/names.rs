//! The names of the inputs, neurons and weights of a small network.

use std::collections::HashSet;

use crate::canvas::squeezed;
use crate::telemetry::RunFacts;
use crate::views::input_name::input_name;
use crate::views::shared_state::SelectedWeight;
use crate::views::view_state::ViewState;
use crate::views::weights::state::WeightsView;

/// The names of the inputs and outputs of the chosen arm's network.
pub(super) struct NetNames {
    /// The names of the inputs.
    pub(super) inputs: Vec<String>,
    /// The names of the classes of the outputs; empty if they have none.
    pub(super) outputs: Vec<String>,
    /// The sizes of the layers, input first.
    sizes: Vec<usize>,
}

impl NetNames {
    /// Returns the names of a run.
    pub(super) fn of(state: ViewState<'_, WeightsView>, facts: &RunFacts) -> Self {
        let sizes = state.shared.layer_sizes();
        let count = sizes.first().copied().unwrap_or(0);
        let outputs = sizes.last().copied().unwrap_or(0);
        let classes = (0..outputs).map_while(|output| state.shared.class_of_output(output));
        Self {
            inputs: (0..count).map(|input| input_name(Some(facts), input)).collect(),
            outputs: classes.collect(),
            sizes: sizes.to_vec(),
        }
    }

    /// Returns the name of a neuron: of an output its class, of the only one `a`, else its number.
    pub(super) fn neuron(&self, layer: usize, neuron: usize) -> String {
        let is_output = layer + 2 == self.sizes.len();
        match self.outputs.get(neuron).filter(|_| is_output) {
            Some(class) => class.clone(),
            None if is_output && self.sizes.last() == Some(&1) => "a".to_owned(),
            None => (neuron + 1).to_string(),
        }
    }
}

/// Returns names of at most `most` cells that differ as the long ones do: whole if all fit, else the beginnings of
/// their words, or with an ellipsis; names that would still be alike are numbered.
pub(super) fn shortened(names: &[String], most: usize) -> Vec<String> {
    let fits = |names: &[String]| names.iter().all(|name| squeezed(name, most) == *name);
    let differ = |names: &[String]| names.iter().collect::<HashSet<_>>().len() == names.len();
    if fits(names) {
        return names.to_vec();
    }
    let by_words: Vec<String> = names.iter().map(|name| by_words(name, most)).collect();
    if fits(&by_words) && differ(&by_words) {
        return by_words;
    }
    let squeezed_names: Vec<String> =
        names.iter().map(|name| squeezed(name, most).into_owned()).collect();
    if differ(&squeezed_names) {
        return squeezed_names;
    }
    let numbered = |(nth, name): (usize, &String)| {
        let number = (nth + 1).to_string();
        format!("{}{number}", squeezed(name, most.saturating_sub(number.len())))
    };
    names.iter().enumerate().map(numbered).collect()
}

/// Returns the beginnings of the words of a name in at most `most` cells: `sep_len` for `sepal_length`.
fn by_words(name: &str, most: usize) -> String {
    let separators = [' ', '_', '-', '.'];
    let words = name.split(separators).count().max(1);
    let each = (most.saturating_sub(words - 1) / words).max(1);
    let mut out = String::new();
    for word in name.split_inclusive(separators) {
        let end = word.chars().next_back().filter(|letter| separators.contains(letter));
        let letters = word.chars().filter(|letter| !separators.contains(letter));
        out.extend(letters.take(each).chain(end));
    }
    squeezed(&out, most).into_owned()
}

/// Returns the names of weights in at most `most` cells: their input and their neuron.
pub(super) fn weight_names(
    names: &NetNames,
    weights: &[SelectedWeight],
    most: usize,
) -> Vec<String> {
    // Outputs are told apart by less than their whole names.
    let outputs = shortened(&names.outputs, 4);
    let to = |weight: &SelectedWeight| {
        let is_output = weight.layer + 2 == names.sizes.len();
        let class = outputs.get(weight.neuron).filter(|_| is_output).cloned();
        class.unwrap_or_else(|| names.neuron(weight.layer, weight.neuron))
    };
    let longest = weights.iter().map(|weight| to(weight).chars().count()).max().unwrap_or(1);
    let inputs = shortened(&names.inputs, most.saturating_sub(longest + 1));
    let name = |weight: &SelectedWeight| {
        let (input, to) = (weight.input, to(weight));
        match inputs.get(input).filter(|_| weight.layer == 0) {
            _ if names.sizes.get(weight.layer) == Some(&input) => format!("b {to}"),
            Some(name) => format!("{name}→{to}"),
            None => format!("{}→{to}", input + 1),
        }
    };
    weights.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn shortened_names_differ_as_the_long_ones_do() {
        let names = ["sepal_length", "sepal_width", "petal_length", "petal_width"];
        let names = names.map(str::to_owned);
        assert_eq!(shortened(&names, 12), names);
        assert_eq!(shortened(&names, 8), ["sep_len", "sep_wid", "pet_len", "pet_wid"]);
        let ends = ["output_1".to_owned(), "output_12".to_owned()];
        assert_eq!(shortened(&ends, 5), ["ou_1", "ou_12"]);
        let alike = ["abcdefgh".to_owned(), "abcxefgh".to_owned()];
        assert_eq!(shortened(&alike, 3), ["a…1", "a…2"]);
        assert_eq!(shortened(&[], 5), [""; 0]);
        for most in 0..14 {
            assert!(shortened(&names, most).iter().all(|name| name.chars().count() <= most.max(2)));
        }
    }
}
