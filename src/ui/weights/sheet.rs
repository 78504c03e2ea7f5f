//! What is drawn of each arm: its layer, or the difference between two.

use std::borrow::Cow;

use crate::app::App;
use crate::telemetry::{LayerPicture, RunFacts};
use crate::ui::number::grown;

/// The numbers of one panel.
pub(super) struct Sheet<'a> {
    /// Whose colour it has.
    pub arm: usize,
    /// What it is called.
    pub name: String,
    /// The numbers.
    pub layer: Cow<'a, LayerPicture>,
}

/// The ends of the colours, the same for every sheet so that they can be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scales {
    /// Of the weights.
    pub weights: f64,
    /// Whether some weights lie beyond, and have the colour of the end.
    pub is_cut: bool,
    /// Of the biases.
    pub biases: f64,
}

/// What is to be drawn; nothing before the weights are told.
pub(super) fn sheets<'a>(app: &'a App, facts: &RunFacts) -> Vec<Sheet<'a>> {
    let Some(picture) = &app.history.weights else { return Vec::new() };
    let layer = |arm: usize| {
        let layer = picture.arms.get(arm)?.get(app.weights.layer)?;
        let is_whole = layer.values.len() == layer.rows * layer.columns;
        (is_whole && layer.rows > 0 && layer.columns > 0).then_some(layer)
    };
    let count = facts.arms.len();
    if !app.weights.difference || count < 2 {
        return (0..count)
            .filter_map(|arm| {
                let name = facts.arms[arm].name.clone();
                Some(Sheet { arm, name, layer: Cow::Borrowed(layer(arm)?) })
            })
            .collect();
    }
    let (one, other) = (app.arm.min(count - 1), (app.arm.min(count - 1) + 1) % count);
    let (Some(a), Some(b)) = (layer(one), layer(other)) else { return Vec::new() };
    if (a.rows, a.columns) != (b.rows, b.columns) {
        return Vec::new();
    }
    let less = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a - b).collect();
    let difference = LayerPicture {
        rows: a.rows,
        columns: a.columns,
        values: less(&a.values, &b.values),
        biases: less(&a.biases, &b.biases),
    };
    let name = format!("{} less {}", facts.arms[one].name, facts.arms[other].name);
    vec![Sheet { arm: one, name, layer: Cow::Owned(difference) }]
}

/// A weight so many times the root mean square is drawn as the end of the scale: a single large
/// one would leave all others in the dark.
const OUTLIER: f64 = 4.0;

/// The scales of all sheets, grown in steps: of the biases all, of the weights all but outliers.
pub(super) fn scales(sheets: &[Sheet<'_>]) -> Scales {
    let (mut most, mut squares, mut count, mut biases) = (0.0_f32, 0.0_f64, 0_usize, 0.0_f32);
    for sheet in sheets {
        let values = &sheet.layer.values;
        // Eight sums side by side, which is what a processor adds fastest.
        let (mut largest, mut sums) = ([0.0_f32; 8], [0.0_f32; 8]);
        for values in values.chunks(8) {
            for ((value, largest), sum) in values.iter().zip(&mut largest).zip(&mut sums) {
                *largest = largest.max(value.abs());
                *sum += value * value;
            }
        }
        most = largest.into_iter().fold(most, f32::max);
        squares += sums.into_iter().map(f64::from).sum::<f64>();
        count += values.len();
        biases = sheet.layer.biases.iter().fold(biases, |most, bias| most.max(bias.abs()));
    }
    let usual = OUTLIER * (squares / count.max(1) as f64).sqrt();
    let (most, usual) = (f64::from(most), if usual.is_finite() { usual } else { f64::MAX });
    let weights = grown(most.min(usual));
    Scales { weights, is_cut: most > weights, biases: grown(f64::from(biases)) }
}
