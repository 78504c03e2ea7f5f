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

/// The scales that hold all sheets, grown in steps.
pub(super) fn scales(sheets: &[Sheet<'_>]) -> Scales {
    // Without its sign a finite number is ordered as its bits are, and those are compared faster.
    let largest = |values: &[f32]| values.iter().map(|v| v.to_bits() & 0x7fff_ffff).max();
    let most = |values: &mut dyn Iterator<Item = &[f32]>| {
        let most = values.filter_map(largest).max().map_or(0.0, f32::from_bits);
        grown(f64::from(most))
    };
    Scales {
        weights: most(&mut sheets.iter().map(|s| s.layer.values.as_slice())),
        biases: most(&mut sheets.iter().map(|s| s.layer.biases.as_slice())),
    }
}
