//! The panels of the view: one layer of each arm, or the difference of two arms.

use std::borrow::Cow;

use crate::canvas::number::grown;
use crate::canvas::widgets::{Tone, ValueGrid};
use crate::telemetry::{LayerSnapshot, RunFacts};
use crate::views::view_state::ViewState;
use crate::views::weights::state::WeightsView;

/// The numbers of one panel.
pub(super) struct LayerPanel<'a> {
    /// The arm; for a difference the first of the two.
    pub arm: usize,
    /// Whether it is the difference between two arms, which is drawn in the colour of neither.
    pub is_difference: bool,
    /// The name on the panel.
    pub name: String,
    /// The names of the neurons, if they represent classes.
    pub classes: &'a [String],
    /// The numbers.
    pub layer: Cow<'a, LayerSnapshot>,
}

impl LayerPanel<'_> {
    /// Returns the colour of its title and its histogram.
    pub(super) fn tone(&self) -> Tone {
        if self.is_difference { Tone::Strong } else { Tone::Arm(self.arm) }
    }

    /// Returns its weights, a row for each neuron and a column for each input.
    pub(super) fn matrix(&self) -> ValueGrid<'_> {
        let (rows, columns) = (self.layer.rows, self.layer.columns);
        let values = &self.layer.values;
        ValueGrid { values, rows, columns, row_stride: 1, column_stride: rows, offset: 0 }
    }

    /// Returns the weights of a neuron as a picture of `high` rows and `wide` columns.
    pub(super) fn picture(&self, neuron: usize, (high, wide): (usize, usize)) -> ValueGrid<'_> {
        let neurons = self.layer.rows;
        ValueGrid {
            values: &self.layer.values,
            rows: high,
            columns: wide,
            row_stride: wide * neurons,
            column_stride: neurons,
            offset: neuron,
        }
    }

    /// Returns the label of a neuron: its class, else its number.
    pub(super) fn label(&self, neuron: usize) -> Cow<'_, str> {
        match self.classes.get(neuron) {
            Some(class) if self.classes.len() == self.layer.rows => Cow::Borrowed(class),
            _ => Cow::Owned((neuron + 1).to_string()),
        }
    }
}

/// Returns the classes that the neurons of an arm's layer represent, if they do.
fn classes_of(facts: &RunFacts, arm: usize, layer: usize) -> &[String] {
    let sizes = facts.arms.get(arm).map_or(&[][..], |arm| &arm.sizes);
    let is_last = layer + 2 == sizes.len();
    if is_last && sizes.last() == Some(&facts.classes.len()) { &facts.classes } else { &[] }
}

/// The ends of the colour scales, the same for every panel so that they can be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ColourScales {
    /// The end of the scale of the weights.
    pub weights: f64,
    /// Whether some weights lie beyond it, and have the colour of the end.
    pub is_cut: bool,
    /// The end of the scale of the biases.
    pub biases: f64,
}

/// The data that all panels of the view share.
#[derive(Clone, Copy)]
pub(super) struct WeightsContext<'a> {
    /// The state that the view reads.
    pub state: ViewState<'a, WeightsView>,
    /// The facts of the run.
    pub facts: &'a RunFacts,
    /// The colour scales.
    pub scales: ColourScales,
}

impl<'a> WeightsContext<'a> {
    /// Returns the data that some panels share.
    pub(super) fn of(
        state: ViewState<'a, WeightsView>,
        facts: &'a RunFacts,
        panels: &[LayerPanel<'_>],
    ) -> Self {
        Self { state, facts, scales: scales(panels, state.shared.field().is_none()) }
    }
}

/// Returns the panels to draw; none before the weights have been received.
pub(super) fn layer_panels<'a>(
    state: ViewState<'a, WeightsView>,
    facts: &'a RunFacts,
) -> Vec<LayerPanel<'a>> {
    let Some(picture) = &state.shared.history.weights else { return Vec::new() };
    let layer = |arm: usize| {
        let layer = picture.arms.get(arm)?.get(state.shared.weight.layer)?;
        let is_whole = layer.values.len() == layer.rows * layer.columns;
        (is_whole && layer.rows > 0 && layer.columns > 0).then_some(layer)
    };
    let count = facts.arms.len();
    if !state.view.difference || count < 2 {
        return (0..count)
            .filter_map(|arm| {
                let name = facts.arms[arm].name.clone();
                let classes = classes_of(facts, arm, state.shared.weight.layer);
                let layer = Cow::Borrowed(layer(arm)?);
                Some(LayerPanel { arm, is_difference: false, name, classes, layer })
            })
            .collect();
    }
    let (one, other) =
        (state.shared.arm.min(count - 1), (state.shared.arm.min(count - 1) + 1) % count);
    let (Some(a), Some(b)) = (layer(one), layer(other)) else { return Vec::new() };
    if (a.rows, a.columns) != (b.rows, b.columns) {
        return Vec::new();
    }
    let less = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a - b).collect();
    let difference = LayerSnapshot {
        rows: a.rows,
        columns: a.columns,
        values: less(&a.values, &b.values),
        biases: less(&a.biases, &b.biases),
    };
    let name = format!("{} less {}", facts.arms[one].name, facts.arms[other].name);
    let classes = classes_of(facts, one, state.shared.weight.layer);
    vec![LayerPanel { arm: one, is_difference: true, name, classes, layer: Cow::Owned(difference) }]
}

/// The multiple of the root mean square at which the scale ends: otherwise a single large weight
/// would leave all others dark.
const OUTLIER: f64 = 4.0;

/// Returns the scales of all panels, rounded up in steps; outliers among the weights are left out.
/// If weights and biases are drawn side by side (`is_one`), both have the same scale.
fn scales(layer_panels: &[LayerPanel<'_>], is_one: bool) -> ColourScales {
    let (mut weights, mut biases) = (WeightSpread::default(), WeightSpread::default());
    for layer_panel in layer_panels {
        weights.add(&layer_panel.layer.values);
        biases.add(&layer_panel.layer.biases);
    }
    if is_one {
        weights.join(biases);
    }
    let usual = OUTLIER * weights.usual();
    let (most, usual) = (f64::from(weights.most), if usual.is_finite() { usual } else { f64::MAX });
    let scale = grown(most.min(usual));
    let of_biases = if is_one { scale } else { grown(f64::from(biases.most)) };
    ColourScales { weights: scale, is_cut: most > scale, biases: of_biases }
}

/// The spread of numbers around zero.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WeightSpread {
    /// The greatest distance from zero.
    pub most: f32,
    squares: f64,
    count: usize,
}

impl WeightSpread {
    /// Returns the spread of the weights of each neuron of a layer.
    pub(super) fn of_neurons(layer: &LayerSnapshot) -> Vec<Self> {
        let mut largest = vec![0.0_f32; layer.rows];
        let mut sums = vec![0.0_f32; layer.rows];
        for values in layer.values.chunks_exact(layer.rows.max(1)) {
            for ((value, largest), sum) in values.iter().zip(&mut largest).zip(&mut sums) {
                *largest = largest.max(value.abs());
                *sum += value * value;
            }
        }
        let count = layer.columns;
        let spread = |(most, sum)| Self { most, squares: f64::from(sum), count };
        largest.into_iter().zip(sums).map(spread).collect()
    }

    /// Adds numbers.
    pub(super) fn add(&mut self, values: &[f32]) {
        // Eight sums side by side, which a processor adds fastest.
        let (mut largest, mut sums) = ([0.0_f32; 8], [0.0_f32; 8]);
        for values in values.chunks(8) {
            for ((value, largest), sum) in values.iter().zip(&mut largest).zip(&mut sums) {
                *largest = largest.max(value.abs());
                *sum += value * value;
            }
        }
        self.most = largest.into_iter().fold(self.most, f32::max);
        self.squares += sums.into_iter().map(f64::from).sum::<f64>();
        self.count += values.len();
    }

    /// Adds the numbers of another spread.
    pub(super) fn join(&mut self, other: Self) {
        self.most = self.most.max(other.most);
        self.squares += other.squares;
        self.count += other.count;
    }

    /// Returns the root mean square.
    pub(super) fn usual(&self) -> f64 {
        (self.squares / self.count.max(1) as f64).sqrt()
    }
}
