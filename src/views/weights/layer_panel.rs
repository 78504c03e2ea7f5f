//! The panels of the view: one layer of each arm, or the difference of two arms.

use std::borrow::Cow;

use crate::canvas::number::grown;
use crate::canvas::widgets::{Tone, ValueGrid};
use crate::telemetry::{LayerSnapshot, RunFacts, WeightQuantity};
use crate::views::view_state::ViewState;
use crate::views::weights::moment::layers;
use crate::views::weights::scale_rule::common_or_own;
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
    /// The ends of its colour scales.
    pub scales: ColourScales,
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

/// Returns the note on the visible neurons of a panel: how many are before them, and how many they are.
pub(super) fn visible_note((first, shown): (usize, usize), neurons: usize) -> String {
    match shown {
        _ if shown >= neurons => format!("{neurons} neuron{}", if neurons == 1 { "" } else { "s" }),
        1 => format!("{} of {neurons}", first + 1),
        _ => format!("{}–{} of {neurons}", first + 1, first + shown),
    }
}

/// Returns the classes that the neurons of an arm's layer represent, if they do.
fn classes_of(facts: &RunFacts, arm: usize, layer: usize) -> &[String] {
    let sizes = facts.arms.get(arm).map_or(&[][..], |arm| &arm.sizes);
    let is_last = layer + 2 == sizes.len();
    if is_last && sizes.last() == Some(&facts.classes.len()) { &facts.classes } else { &[] }
}

/// The ends of the colour scales of a panel. Matrices share them; the sheets of pictures share them, too,
/// unless those of the arms are far apart: see [`common_or_own`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ColourScales {
    /// The end of the scale of the weights.
    pub weights: f64,
    /// Whether some weights lie beyond it, and have the colour of the end.
    pub is_cut: bool,
    /// The end of the scale of the biases.
    pub biases: f64,
    /// The end of the scale of the chosen neuron's weights, where it is drawn large.
    pub chosen: f64,
}

/// The data that all panels of the view share.
#[derive(Clone, Copy)]
pub(super) struct WeightsContext<'a> {
    /// The state that the view reads.
    pub state: ViewState<'a, WeightsView>,
    /// The facts of the run.
    pub facts: &'a RunFacts,
    /// The colour scales of matrices.
    pub scales: ColourScales,
    /// The number of neurons of the largest panel.
    pub neurons: usize,
}

impl<'a> WeightsContext<'a> {
    /// Returns the data that some panels share.
    pub(super) fn of(
        state: ViewState<'a, WeightsView>,
        facts: &'a RunFacts,
        panels: &[LayerPanel<'_>],
    ) -> Self {
        let scales = panels.first().map_or_else(ColourScales::default, |panel| panel.scales);
        let neurons = panels.iter().map(|panel| panel.layer.rows).max().unwrap_or(1);
        Self { state, facts, scales, neurons }
    }
}

/// Returns the panels to draw, with their scales; none before the weights have been received.
pub(super) fn layer_panels<'a>(
    state: ViewState<'a, WeightsView>,
    facts: &'a RunFacts,
) -> Vec<LayerPanel<'a>> {
    let mut panels = unscaled_panels(state, facts);
    if state.shared.field().is_some() {
        scale_pictures(&mut panels, state.shared.weight.neuron);
    } else {
        let scales = scales(&panels);
        for panel in &mut panels {
            panel.scales = scales;
        }
    }
    panels
}

/// Returns the numbers of all layers of an arm: where they are the weights themselves, those of the moment shown.
fn received(state: ViewState<'_, WeightsView>, arm: usize) -> Option<Cow<'_, [LayerSnapshot]>> {
    let picture = state.shared.history.weights.as_deref()?;
    let is_value = picture.request.of == WeightQuantity::Value;
    if is_value && state.view.of == WeightQuantity::Value && !state.view.difference {
        return Some(layers(state, arm));
    }
    picture.arms.get(arm).map(|layers| Cow::Borrowed(layers.as_slice()))
}

fn unscaled_panels<'a>(
    state: ViewState<'a, WeightsView>,
    facts: &'a RunFacts,
) -> Vec<LayerPanel<'a>> {
    let index = state.shared.weight.layer;
    let layer = |arm: usize| {
        let layer = match received(state, arm)? {
            Cow::Borrowed(layers) => Cow::Borrowed(layers.get(index)?),
            Cow::Owned(layers) => Cow::Owned(layers.into_iter().nth(index)?),
        };
        let is_whole = layer.values.len() == layer.rows * layer.columns;
        (is_whole && layer.rows > 0 && layer.columns > 0).then_some(layer)
    };
    let count = facts.arms.len();
    if !state.view.difference || count < 2 {
        return (0..count)
            .filter_map(|arm| {
                let name = facts.arms[arm].name.clone();
                let classes = classes_of(facts, arm, state.shared.weight.layer);
                let layer = layer(arm)?;
                let scales = ColourScales::default();
                Some(LayerPanel { arm, is_difference: false, name, classes, layer, scales })
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
    let (layer, scales) = (Cow::Owned(difference), ColourScales::default());
    vec![LayerPanel { arm: one, is_difference: true, name, classes, layer, scales }]
}

/// The multiple of the root mean square at which the scale ends: otherwise a single large weight
/// would leave all others dark.
const OUTLIER: f64 = 4.0;

/// Returns the scales of all matrices, rounded up in steps; outliers among the weights are left out. Weights
/// and biases, which are drawn side by side, have the same scale.
fn scales(layer_panels: &[LayerPanel<'_>]) -> ColourScales {
    let mut all = WeightSpread::default();
    for layer_panel in layer_panels {
        all.add(&layer_panel.layer.values);
        all.add(&layer_panel.layer.biases);
    }
    let scale = grown(all.end());
    let is_cut = f64::from(all.most) > scale;
    ColourScales { weights: scale, is_cut, biases: scale, chosen: scale }
}

/// Sets the scales of pictures: those of the weights, of the biases and of the chosen neuron are each common to
/// the panels, or each panel's own.
fn scale_pictures(layer_panels: &mut [LayerPanel<'_>], chosen: usize) {
    let spreads: Vec<WeightSpread> =
        layer_panels.iter().map(|panel| WeightSpread::of(&panel.layer.values)).collect();
    let needed = |end: &dyn Fn(&LayerPanel<'_>) -> f64| -> Vec<f64> {
        layer_panels.iter().map(end).collect()
    };
    let weights = common_or_own(&spreads.iter().map(WeightSpread::end).collect::<Vec<f64>>());
    let biases =
        common_or_own(&needed(&|panel| f64::from(WeightSpread::of(&panel.layer.biases).most)));
    let chosen = common_or_own(&needed(&|panel| {
        let weights: Vec<f32> = panel.layer.of_neuron(chosen).collect();
        WeightSpread::of(&weights).end()
    }));
    for (nth, panel) in layer_panels.iter_mut().enumerate() {
        panel.scales = ColourScales {
            weights: weights[nth],
            is_cut: f64::from(spreads[nth].most) > weights[nth],
            biases: biases[nth],
            chosen: chosen[nth],
        };
    }
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
    /// Returns the spread of these numbers.
    pub(super) fn of(values: &[f32]) -> Self {
        let mut spread = Self::default();
        spread.add(values);
        spread
    }

    /// Returns where a scale of these numbers must end: at the largest one, unless that is an outlier.
    pub(super) fn end(&self) -> f64 {
        let usual = OUTLIER * self.usual();
        f64::from(self.most).min(if usual.is_finite() { usual } else { f64::MAX })
    }

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
