//! The names of tensors: which layer a tensor belongs to, and the natural order of layers.

use std::cmp::Ordering;

/// The role of a tensor in its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Weight,
    Bias,
}

/// The words for the roles: of `PyTorch`, JAX and Keras, and of hand-written programs.
const WORDS: [(&str, Role); 8] = [
    ("weights", Role::Weight),
    ("weight", Role::Weight),
    ("kernel", Role::Weight),
    ("w", Role::Weight),
    ("biases", Role::Bias),
    ("bias", Role::Bias),
    ("offset", Role::Bias),
    ("b", Role::Bias),
];

/// The beginnings of the parts of a name that mark the state of an optimiser, or a copy that it keeps.
const OPTIMISER: [&str; 6] =
    ["opt_state", "optimizer", "optimiser", "exp_avg", "momentum_buffer", "ema"];

/// The name of a layer: that of its tensors without the word for the role. Orders naturally: numbers as
/// numbers, so that `fc2` precedes `fc10`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LayerKey(String);

impl LayerKey {
    pub(super) fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    pub(super) fn into_name(self) -> String {
        self.0
    }

    /// Returns the name of the missing tensor of a layer, given the name of the other.
    pub(super) fn partner(&self, name: &str, missing: Role) -> String {
        let swaps = [("weights", "biases"), ("weight", "bias"), ("kernel", "bias")];
        let swapped = swaps.iter().find_map(|(weight, bias)| {
            let (from, to) = if missing == Role::Bias { (weight, bias) } else { (bias, weight) };
            name.rfind(from).map(|at| format!("{}{to}{}", &name[..at], &name[at + from.len()..]))
        });
        let word = if missing == Role::Bias { "bias" } else { "weight" };
        swapped.unwrap_or_else(|| format!("{}.{word}", self.0))
    }
}

impl Ord for LayerKey {
    fn cmp(&self, other: &Self) -> Ordering {
        natural_order(&self.0, &other.0)
    }
}

impl PartialOrd for LayerKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Returns the layer and role of a tensor, or `None` if its name is not that of a weight or bias.
pub(super) fn tensor_role(name: &str) -> Option<(LayerKey, Role)> {
    let is_separator = |c: char| matches!(c, '.' | '/' | '[' | ']' | '\'' | '"');
    // Keras ends names with the number of the output: `dense/kernel:0`.
    let (name, _) = name.split_once(':').unwrap_or((name, ""));
    let mut parts: Vec<&str> = name.split(is_separator).filter(|part| !part.is_empty()).collect();
    if parts.iter().any(|part| is_of_optimiser(part)) {
        return None;
    }
    let last = parts.pop()?;
    // `weights.0` names the role before the layer.
    if is_number(last)
        && let Some((rest, role)) = parts.last().and_then(|part| split_role(part))
    {
        parts.pop();
        return Some((key(&parts, rest, last), role));
    }
    let number = last.trim_start_matches(|c: char| !c.is_ascii_digit());
    if let Some((rest, role)) = split_role(last) {
        return Some((key(&parts, rest, ""), role));
    }
    // `W1` and `weight_2` end with the number of the layer.
    let word = last.strip_suffix(number).unwrap_or(last).trim_end_matches(['_', '-']);
    let (rest, role) = split_role(word).filter(|_| is_number(number))?;
    Some((key(&parts, rest, number), role))
}

fn is_of_optimiser(part: &str) -> bool {
    let part = part.to_ascii_lowercase();
    OPTIMISER.iter().any(|word| {
        part.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Splits the word for a role off the end of a part of a name: `fc1_weight` into `fc1` and the role. Before
/// the word stands nothing or an underscore.
fn split_role(part: &str) -> Option<(&str, Role)> {
    WORDS.iter().find_map(|(word, role)| {
        let at = part.len().checked_sub(word.len())?;
        let (rest, end) = part.split_at_checked(at)?;
        if !end.eq_ignore_ascii_case(word) {
            return None;
        }
        let before = rest.strip_suffix(['_', '-']);
        before.or(rest.is_empty().then_some(rest)).map(|rest| (rest, *role))
    })
}

/// Returns the key of a layer, whose name has these parts.
fn key(parts: &[&str], rest: &str, number: &str) -> LayerKey {
    let parts = parts.iter().copied().chain([rest, number]).filter(|part| !part.is_empty());
    LayerKey(parts.collect::<Vec<_>>().join("."))
}

/// Compares two names by their runs of digits, as numbers, and of other characters. Names of equal value, as
/// `1` and `01`, compare as text, so that only equal names are equal.
fn natural_order(one: &str, other: &str) -> Ordering {
    let (mut a, mut b) = (one, other);
    while !a.is_empty() && !b.is_empty() {
        let (run_a, rest_a) = first_run(a);
        let (run_b, rest_b) = first_run(b);
        let order = match (is_number(run_a), is_number(run_b)) {
            (true, true) => {
                let (a, b) = (run_a.trim_start_matches('0'), run_b.trim_start_matches('0'));
                a.len().cmp(&b.len()).then_with(|| a.cmp(b))
            }
            _ => run_a.cmp(run_b),
        };
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
    a.len().cmp(&b.len()).then_with(|| one.cmp(other))
}

/// Splits the first run of digits, or of other characters, off a text.
fn first_run(text: &str) -> (&str, &str) {
    let is_digit = |c: char| c.is_ascii_digit();
    let begins = text.starts_with(is_digit);
    let end = text.find(|c| is_digit(c) != begins).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::{LayerKey, Role, tensor_role};

    fn found(name: &str) -> Option<(String, Role)> {
        tensor_role(name).map(|(key, role)| (key.0, role))
    }

    #[test]
    fn the_layer_of_a_tensor_is_its_name_without_the_word_for_weights_or_biases() {
        for (weight, bias, layer) in [
            ("0.weight", "0.bias", "0"),
            ("layers.2.weight", "layers.2.bias", "layers.2"),
            ("_orig_mod.net.0.weight", "_orig_mod.net.0.bias", "_orig_mod.net.0"),
            ("params/Dense_0/kernel", "params/Dense_0/bias", "params.Dense_0"),
            ("['params']['Dense_0']['kernel']", "['params']['Dense_0']['bias']", "params.Dense_0"),
            ("dense/kernel:0", "dense/bias:0", "dense"),
            ("mlp/~/linear_0/w", "mlp/~/linear_0/b", "mlp.~.linear_0"),
            ("fc1_weight", "fc1_bias", "fc1"),
            ("weights.0", "biases.0", "0"),
            ("net.weights.3", "net.biases.3", "net.3"),
            ("W1", "b1", "1"),
            ("weight_2", "bias_2", "2"),
            ("weight", "bias", ""),
        ] {
            assert_eq!(found(weight), Some((layer.to_owned(), Role::Weight)), "{weight}");
            assert_eq!(found(bias), Some((layer.to_owned(), Role::Bias)), "{bias}");
        }
    }

    #[test]
    fn other_tensors_belong_to_no_layer() {
        for name in [
            "",
            "..",
            "num_batches_tracked",
            "bn.running_mean",
            "bn.running_var",
            "step",
            "lowweight",
            "optimizer.state.0.exp_avg.weight",
            "opt_state/0/mu/Dense_0/kernel",
            "ema_model.fc1.weight",
            "é",
            "w1x",
        ] {
            assert_eq!(found(name), None, "{name}");
        }
        assert_eq!(found("emanuel.weight"), Some(("emanuel".to_owned(), Role::Weight)));
    }

    #[test]
    fn layers_are_in_the_order_of_their_numbers() {
        let ordered = [
            "0",
            "01",
            "1",
            "2",
            "10",
            "99999999999999999999",
            "dense",
            "dense_1",
            "dense_2",
            "dense_10",
            "fc2",
            "fc10",
            "net.0.a",
            "net.0.b",
            "net.2",
        ];
        for pair in ordered.windows(2) {
            assert!(LayerKey::new(pair[0]) < LayerKey::new(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn the_missing_tensor_is_named_as_the_other_is() {
        for (name, missing, expected) in [
            ("fc1.weight", Role::Bias, "fc1.bias"),
            ("fc1.bias", Role::Weight, "fc1.weight"),
            ("weights.0", Role::Bias, "biases.0"),
            ("Dense_0/kernel", Role::Bias, "Dense_0/bias"),
            ("b1", Role::Weight, "1.weight"),
        ] {
            let (key, _) = tensor_role(name).expect("a role");
            assert_eq!(key.partner(name, missing), expected);
        }
    }
}
