//! The sentence under the Weights view, computed from the numbers drawn.

use std::cmp::Ordering;

use crate::canvas::number::brief;
use crate::canvas::sentence::{Piece, Sentence, plain};
use crate::math::decade;
use crate::telemetry::WeightQuantity;
use crate::views::view_state::ViewState;
use crate::views::weights::layer_panel::{LayerPanel, WeightSpread, layer_panels};
use crate::views::weights::moment::neuron;
use crate::views::weights::state::WeightsView;

/// The summary of one panel.
struct LayerSummary<'s> {
    layer_panel: &'s LayerPanel<'s>,
    /// The root mean square of all its weights.
    usual: f64,
    /// The weight furthest from zero.
    most: f32,
    /// The neurons whose weights are largest, by their root mean square: those within [`MARGIN`] of the largest.
    largest: Vec<usize>,
}

/// The ratio under which two sizes are told as a tie.
const MARGIN: f64 = 1.05;

/// The most neurons that are named together.
const NAMED: usize = 3;

impl<'s> LayerSummary<'s> {
    fn of(layer_panel: &'s LayerPanel<'s>) -> Self {
        let mut all = WeightSpread::default();
        let of_neurons = WeightSpread::of_neurons(&layer_panel.layer);
        let sizes: Vec<f64> = of_neurons.iter().map(WeightSpread::usual).collect();
        let most = sizes.iter().copied().fold(0.0, f64::max);
        let is_largest = |(_, size): &(usize, &f64)| **size * MARGIN >= most;
        let largest = sizes.iter().enumerate().filter(is_largest).map(|(nth, _)| nth).collect();
        for own in of_neurons {
            all.join(own);
        }
        Self { layer_panel, usual: all.usual(), most: all.most, largest }
    }

    /// Returns the neurons with the largest weights and whether there are several; `None` if too many share the place
    /// to be named.
    fn largest(&self) -> Option<(String, bool)> {
        let is_several = self.largest.len() > 1;
        let noun = if self.layer_panel.classes.is_empty() { "neuron" } else { "output" };
        let names: Vec<String> =
            self.largest.iter().map(|nth| self.layer_panel.label(*nth).into_owned()).collect();
        let names = match &names[..] {
            [first @ .., last] if !first.is_empty() && names.len() <= NAMED => {
                format!("{} and {last}", first.join(", "))
            }
            [only] => only.clone(),
            _ => return None,
        };
        Some((format!("{noun}{} {names}", if is_several { "s" } else { "" }), is_several))
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
        [only] => in_layer(state, vec![alone(of, only)]),
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
            let only: Option<Vec<_>> =
                layer_panels.iter().map(|panel| only_weight(state, panel)).collect();
            if same {
                vec![equal(of, first, state.shared.history.step == 0)]
            } else if let Some(only) = only.filter(|_| of == WeightQuantity::Value) {
                vec![only_weights(&only)]
            } else {
                in_layer(state, compared(of, first, last))
            }
        }
    }
}

/// Returns the name of an arm that is a single neuron with one input, and its weight at the start and now.
fn only_weight(
    state: ViewState<'_, WeightsView>,
    layer_panel: &LayerPanel<'_>,
) -> Option<(Piece, f64, f64)> {
    // In double precision: the first changes of a saturated neuron are smaller than the rounding of what is drawn.
    let [value] = neuron(state, layer_panel.arm)?.w[..] else { return None };
    let arm = state.shared.history.arms.get(layer_panel.arm)?;
    let start = arm.trajectory.points().first()?.at[0];
    Some(((layer_panel.name.clone(), layer_panel.tone()), start, value))
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
    let most = summary.largest().map(|(neurons, _)| format!(", most in {neurons}"));
    let usual = brief(summary.usual);
    let most = most.unwrap_or_default();
    vec![summary.name(), plain(format!(": they differ by {usual} (root mean square){most}."))]
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
    let largest = summary.largest().filter(|_| summary.layer_panel.layer.rows > 1);
    let largest = largest.map(|(neurons, is_several)| {
        format!("; {neurons} {} the largest", if is_several { "have" } else { "has" })
    });
    vec![plain(format!(
        "The {noun} are {usual} (root mean square), at most {}{}.",
        brief(f64::from(summary.most)),
        largest.unwrap_or_default()
    ))]
}

/// Returns a sentence on how far the only weight of each arm has moved, of pairs of its start and its value.
fn only_weights(moved: &[(Piece, f64, f64)]) -> Sentence {
    let mut out = Vec::new();
    let mut verb_before = "";
    for (nth, (name, start, value)) in moved.iter().enumerate() {
        let change = value - start;
        let verb = match change {
            change if change < 0.0 => "fallen",
            change if change > 0.0 => "risen",
            _ => "not moved",
        };
        let noun = if nth == 0 { " weight" } else { "" };
        let auxiliary = if verb == verb_before { "" } else { " has " };
        let verb = if verb == verb_before { "" } else { verb };
        let by = match change {
            0.0 if auxiliary.is_empty() => " neither".to_owned(),
            0.0 => String::new(),
            _ => format!(" by {}", significant(change.abs(), 4)),
        };
        if nth > 0 {
            out.push(plain(", "));
        }
        out.push(name.clone());
        out.push(plain(format!("’s{noun}{auxiliary}{verb}{by}")));
        verb_before = if verb.is_empty() { verb_before } else { verb };
    }
    out.push(plain("."));
    out
}

/// Formats a number with this many significant digits.
fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 || !(1e-3..1e6).contains(&value.abs()) {
        return brief(value);
    }
    format!("{value:.*}", (digits - 1 - decade(value.abs())).clamp(0, 9) as usize).replace('-', "−")
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
    let ratio = if last.usual > 0.0 { first.usual / last.usual } else { f64::INFINITY };
    let is_close = ratio < MARGIN;
    let times = if last.usual > 0.0 { times(ratio) } else { "many".to_owned() };
    let (what, middle, verb) = match of {
        WeightQuantity::Value if is_close => (
            "The weights of ",
            " are about as large as those of ".to_owned(),
            ["has the largest weights", "have the largest weights"],
        ),
        WeightQuantity::Value => {
            let middle = format!(" are {times} times as large as those of ");
            ("The weights of ", middle, ["has the largest weights", "have the largest weights"])
        }
        WeightQuantity::Gradient if is_close => (
            "The gradient of ",
            " is about that of ".to_owned(),
            ["is pushed most", "are pushed most"],
        ),
        WeightQuantity::Gradient => (
            "The gradient of ",
            format!(" is {times} times that of "),
            ["is pushed most", "are pushed most"],
        ),
        WeightQuantity::Change if is_close => (
            "",
            " has moved about as far as ".to_owned(),
            ["has changed most", "have changed most"],
        ),
        WeightQuantity::Change => (
            "",
            format!(" has moved {times} times as far as "),
            ["has changed most", "have changed most"],
        ),
    };
    let mut out = vec![vec![plain(what), first.name(), plain(middle), last.name(), plain(".")]];
    let largest = first.largest().filter(|_| first.layer_panel.layer.rows > 1 && !is_close);
    if let Some((neurons, is_several)) = largest {
        let within = if is_several { ", within 5 % of each other" } else { "" };
        let verb = verb[usize::from(is_several)];
        out.push(vec![first.name(), plain(format!("’s {neurons} {verb}{within}."))]);
    }
    let (most, least) = (significant(first.usual, 3), significant(last.usual, 3));
    out.push(vec![plain(format!("Root mean square: {most} against {least}."))]);
    out
}

/// Formats a ratio, short enough for a sentence.
fn times(ratio: f64) -> String {
    // One decimal would be half of what is said.
    if ratio < 1.2 {
        return format!("{ratio:.2}");
    }
    if ratio < 10.0 { format!("{ratio:.1}") } else { brief(ratio.min(1e9).round()) }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{
        LayerSummary, alone, compared, difference, equal, only_weights, significant, times,
    };
    use crate::canvas::sentence::{joined, plain};
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
                "Root mean square: 2.24 against 1.00."
            ]
        );
        let summary = compared(WeightQuantity::Gradient, &one, &one);
        assert_eq!(
            joined(&summary[0]),
            "The gradient of cross-entropy is about that of cross-entropy."
        );
    }

    #[test]
    fn how_far_the_only_weight_has_moved_is_told_of_every_arm_with_four_digits() {
        let moved = |changes: &[(&str, f64, f64)]| {
            let of = |(name, start, value): &(&str, f64, f64)| (plain(*name), *start, *value);
            joined(&only_weights(&changes.iter().map(of).collect::<Vec<_>>()))
        };
        assert_eq!(
            moved(&[("quadratic", 2.0, 1.9539), ("cross-entropy", 2.0, -0.0553)]),
            "quadratic’s weight has fallen by 0.04610, cross-entropy’s by 2.055."
        );
        assert_eq!(
            moved(&[("a", 1.0, 1.5), ("b", 1.0, 1.0), ("c", 1.0, 0.5), ("d", 1.0, 0.25)]),
            "a’s weight has risen by 0.5000, b’s has not moved, c’s has fallen by 0.5000, d’s by 0.7500."
        );
    }

    #[test]
    fn the_largest_is_told_only_beyond_a_margin_and_a_tie_names_all_who_share_it() {
        let largest = |values: Vec<f32>| LayerSummary::of(&layer_panel("a", values)).largest();
        let of = |noun: &str, is_several| Some((noun.to_owned(), is_several));
        assert_eq!(largest(vec![1.0, 1.06, 1.0, 1.06]), of("neuron 2", false));
        assert_eq!(largest(vec![1.0, 1.04, 1.0, 1.04]), of("neurons 1 and 2", true));
    }

    #[test]
    fn the_figures_have_the_digits_that_the_claim_needs() {
        assert_eq!(
            (times(1.07), times(1.3), times(12.4)),
            ("1.07".to_owned(), "1.3".to_owned(), "12".to_owned())
        );
        assert_eq!(
            (significant(0.961, 3), significant(1.04, 3)),
            ("0.961".to_owned(), "1.04".to_owned())
        );
        assert_eq!(significant(-12.3456, 4), "−12.35");
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
