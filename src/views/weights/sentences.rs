//! The sentence under the Weights view, computed from the numbers drawn.

use std::cmp::Ordering;

use crate::canvas::number::brief;
use crate::canvas::sentence::{Piece, Sentence, plain};
use crate::telemetry::WeightQuantity;
use crate::views::view_state::ViewState;
use crate::views::weights::layer_panel::{LayerPanel, WeightSpread, layer_panels};
use crate::views::weights::state::WeightsView;

/// The summary of one panel.
struct LayerSummary<'s> {
    layer_panel: &'s LayerPanel<'s>,
    /// The root mean square of all its weights.
    usual: f64,
    /// The weight furthest from zero.
    most: f32,
    /// The neuron whose weights are largest, by their root mean square.
    neuron: usize,
}

impl<'s> LayerSummary<'s> {
    fn of(layer_panel: &'s LayerPanel<'s>) -> Self {
        let mut all = WeightSpread::default();
        let mut largest = (0, -1.0);
        for (neuron, own) in WeightSpread::of_neurons(&layer_panel.layer).into_iter().enumerate() {
            if own.usual() > largest.1 {
                largest = (neuron, own.usual());
            }
            all.join(own);
        }
        Self { layer_panel, usual: all.usual(), most: all.most, neuron: largest.0 }
    }

    fn neuron(&self) -> String {
        let noun = if self.layer_panel.classes.is_empty() { "neuron" } else { "output" };
        format!("{noun} {}", self.layer_panel.label(self.neuron))
    }

    fn name(&self) -> Piece {
        (self.layer_panel.name.clone(), self.layer_panel.tone())
    }
}

/// Returns the sentences about the weights, the most important first; as many as fit are shown.
pub(super) fn sentences(state: ViewState<'_, WeightsView>) -> Vec<Sentence> {
    let Some(facts) = state.shared.history.facts.as_deref() else { return Vec::new() };
    let layer_panels = layer_panels(state, facts);
    let of = state
        .shared
        .history
        .weights
        .as_ref()
        .map_or(WeightQuantity::Value, |picture| picture.request.of);
    let mut summary: Vec<LayerSummary<'_>> = layer_panels.iter().map(LayerSummary::of).collect();
    summary.sort_by(|a, b| b.usual.partial_cmp(&a.usual).unwrap_or(Ordering::Equal));
    match &summary[..] {
        [] => Vec::new(),
        [only] if only.layer_panel.is_difference => vec![difference(only)],
        [only] => vec![alone(of, only)],
        [first, .., last] => {
            let same = layer_panels.windows(2).all(|two| {
                two[0].layer.values == two[1].layer.values
                    && two[0].layer.biases == two[1].layer.biases
            });
            let shape = |panel: &LayerPanel<'_>| (panel.layer.rows, panel.layer.columns);
            if layer_panels.windows(2).any(|two| shape(&two[0]) != shape(&two[1])) {
                // Layers that are not alike are not compared.
                return Vec::new();
            }
            if same {
                vec![equal(of, first, state.shared.history.step == 0)]
            } else {
                in_layer(state, compared(of, first, last))
            }
        }
    }
}

/// Says which layer the first of some sentences is about, if there are several.
fn in_layer(state: ViewState<'_, WeightsView>, mut sentences: Vec<Sentence>) -> Vec<Sentence> {
    if let Some(first) = sentences.first_mut().filter(|_| state.shared.layers() > 1) {
        if let Some((words, _)) = first.first_mut().filter(|(words, _)| words.starts_with("The ")) {
            words.replace_range(..1, "t");
        }
        first.insert(0, plain(format!("In layer {}, ", state.shared.weight.layer + 1)));
    }
    sentences
}

/// Returns a sentence on the difference between two arms.
fn difference(summary: &LayerSummary<'_>) -> Sentence {
    if summary.usual == 0.0 {
        return vec![plain("No difference in this layer: both stand at the same weights.")];
    }
    vec![
        summary.name(),
        plain(format!(
            ": they differ by {} (root mean square), most in {}.",
            brief(summary.usual),
            summary.neuron()
        )),
    ]
}

fn noun(of: WeightQuantity) -> &'static str {
    match of {
        WeightQuantity::Value => "weights",
        WeightQuantity::Gradient => "gradients",
        WeightQuantity::Change => "changes",
    }
}

fn alone(of: WeightQuantity, summary: &LayerSummary<'_>) -> Sentence {
    let (noun, usual) = (noun(of), brief(summary.usual));
    vec![plain(format!(
        "The {noun} are {usual} (root mean square), at most {}; {} has the largest.",
        brief(f64::from(summary.most)),
        summary.neuron()
    ))]
}

/// Returns a sentence for the case that all arms show the same numbers.
fn equal(of: WeightQuantity, summary: &LayerSummary<'_>, is_start: bool) -> Sentence {
    let text = match of {
        WeightQuantity::Value if is_start => {
            "Every arm has the same weights here: it is the same start.".to_owned()
        }
        WeightQuantity::Value => "Every arm has the same weights here.".to_owned(),
        WeightQuantity::Change if summary.usual == 0.0 => "Nothing has moved yet.".to_owned(),
        WeightQuantity::Change => "Every arm has moved alike.".to_owned(),
        WeightQuantity::Gradient => "Every arm is pushed alike here.".to_owned(),
    };
    vec![plain(text)]
}

fn compared(
    of: WeightQuantity,
    first: &LayerSummary<'_>,
    last: &LayerSummary<'_>,
) -> Vec<Sentence> {
    if let (WeightQuantity::Value, [one], [other]) =
        (of, &first.layer_panel.layer.values[..], &last.layer_panel.layer.values[..])
    {
        let value = |value: f32| plain(format!("’s weight is {}", brief(f64::from(value))));
        let pieces =
            [first.name(), value(*one), plain(", "), last.name(), value(*other), plain(".")];
        return vec![pieces.into()];
    }
    let ratio = if last.usual > 0.0 { first.usual / last.usual } else { f64::INFINITY };
    let is_close = ratio < 1.05;
    let times = if last.usual > 0.0 { times(ratio) } else { "many".to_owned() };
    let (what, middle, verb) = match of {
        WeightQuantity::Value if is_close => (
            "The weights of ",
            " are about as large as those of ".to_owned(),
            "has the largest weights",
        ),
        WeightQuantity::Value => {
            let middle = format!(" are {times} times as large as those of ");
            ("The weights of ", middle, "has the largest weights")
        }
        WeightQuantity::Gradient if is_close => {
            ("The gradient of ", " is about that of ".to_owned(), "is pushed most")
        }
        WeightQuantity::Gradient => {
            ("The gradient of ", format!(" is {times} times that of "), "is pushed most")
        }
        WeightQuantity::Change if is_close => {
            ("", " has moved about as far as ".to_owned(), "has changed most")
        }
        WeightQuantity::Change => {
            ("", format!(" has moved {times} times as far as "), "has changed most")
        }
    };
    let mut out = vec![vec![plain(what), first.name(), plain(middle), last.name(), plain(".")]];
    if first.layer_panel.layer.rows > 1 {
        out.push(vec![first.name(), plain(format!("’s {} {verb}.", first.neuron()))]);
    }
    let (most, least) = (brief(first.usual), brief(last.usual));
    out.push(vec![plain(format!("Root mean square: {most} against {least}."))]);
    out
}

/// Formats a ratio, short enough for a sentence.
fn times(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.1}") } else { brief(ratio.min(1e9).round()) }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{LayerSummary, alone, compared, difference, equal};
    use crate::canvas::sentence::joined;
    use crate::telemetry::{LayerSnapshot, WeightQuantity};
    use crate::views::weights::layer_panel::{ColourScales, LayerPanel};

    fn layer_panel(name: &str, values: Vec<f32>) -> LayerPanel<'static> {
        let layer = LayerSnapshot { rows: 2, columns: 2, values, biases: vec![0.0; 2] };
        LayerPanel {
            arm: 0,
            is_difference: false,
            name: name.to_owned(),
            classes: &[],
            layer: Cow::Owned(layer),
            scales: ColourScales::default(),
        }
    }

    #[test]
    fn two_arms_are_compared_by_the_root_mean_square_of_what_is_drawn() {
        let (one, other) = (
            layer_panel("cross-entropy", vec![1.0, 3.0, 1.0, 3.0]),
            layer_panel("quadratic", vec![1.0; 4]),
        );
        let (one, other) = (LayerSummary::of(&one), LayerSummary::of(&other));
        let summary = compared(WeightQuantity::Change, &one, &other);
        let summary: Vec<String> = summary.iter().map(|sentence| joined(sentence)).collect();
        assert_eq!(
            summary,
            [
                "cross-entropy has moved 2.2 times as far as quadratic.",
                "cross-entropy’s neuron 2 has changed most.",
                "Root mean square: 2.2 against 1.0."
            ]
        );
        let summary = compared(WeightQuantity::Gradient, &one, &one);
        assert_eq!(
            joined(&summary[0]),
            "The gradient of cross-entropy is about that of cross-entropy."
        );
    }

    #[test]
    fn no_ratio_is_taken_to_an_arm_that_has_not_moved() {
        let (one, other) = (layer_panel("a", vec![1.0; 4]), layer_panel("b", vec![0.0; 4]));
        let summary =
            compared(WeightQuantity::Change, &LayerSummary::of(&one), &LayerSummary::of(&other));
        assert_eq!(joined(&summary[0]), "a has moved many times as far as b.");
        assert_eq!(
            joined(&equal(WeightQuantity::Change, &LayerSummary::of(&other), false)),
            "Nothing has moved yet."
        );
    }

    #[test]
    fn one_arm_and_a_difference_name_their_largest_neuron() {
        let one = layer_panel("a less b", vec![0.0, -3.0, 0.0, 4.0]);
        let summary = LayerSummary::of(&one);
        assert_eq!(
            joined(&alone(WeightQuantity::Value, &summary)),
            "The weights are 2.5 (root mean square), at most 4.0; neuron 2 has the largest."
        );
        assert_eq!(
            joined(&difference(&summary)),
            "a less b: they differ by 2.5 (root mean square), most in neuron 2."
        );
    }
}
