//! The measures of the inputs over the training examples, by which they are scaled and holes are filled in.

use crate::data::csv::examples::Examples;
use crate::data::csv::options::Scale;
use crate::data::csv::planner::Plan;
use crate::nn::InputScaling;

/// How much the spreads of inputs may differ before a remark is due.
const FAR_APART: f64 = 1000.0;

/// The mean, the standard deviation and the range of each input over the training examples.
#[derive(Default)]
pub(super) struct Measures {
    mean: Vec<f64>,
    deviation: Vec<f64>,
    range: Vec<(f64, f64)>,
}

impl Measures {
    /// Measures the training examples.
    pub(super) fn of(train: &Examples) -> Self {
        let width = train.width;
        let column = |at: usize| {
            let cells = train.inputs.iter().skip(at).step_by(width);
            cells.copied().filter(|value| !value.is_nan())
        };
        let mean: Vec<f64> = (0..width)
            .map(|at| column(at).sum::<f64>() / column(at).count().max(1) as f64)
            .collect();
        let deviation = (0..width)
            .map(|at| {
                let squares = column(at).map(|value| (value - mean[at]) * (value - mean[at]));
                (squares.sum::<f64>() / column(at).count().max(1) as f64).sqrt()
            })
            .collect();
        let range = (0..width)
            .map(|at| {
                column(at)
                    .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
            })
            .collect();
        Self { mean, deviation, range }
    }

    /// Replaces holes by means.
    pub(super) fn fill_holes(&self, set: &mut Examples) {
        for row in set.inputs.chunks_exact_mut(self.mean.len().max(1)) {
            for (value, mean) in row.iter_mut().zip(&self.mean).filter(|(value, _)| value.is_nan())
            {
                *value = *mean;
            }
        }
    }

    /// Returns the scaling of the inputs by these measures, or `None` if they are not scaled.
    pub(super) fn scaling(&self, scale: Scale, plan: &Plan) -> Option<InputScaling> {
        let (offsets, spreads): (Vec<f64>, Vec<f64>) = match scale {
            Scale::None => return None,
            Scale::Standard => (self.mean.clone(), self.deviation.clone()),
            Scale::Range => self.range.iter().map(|(least, most)| (*least, most - least)).unzip(),
        };
        // A column that is the same in every row stays at 0.
        let spreads = spreads.into_iter().map(|by| if by > 0.0 { by } else { 1.0 }).collect();
        let classes = plan.target.class_names().to_vec();
        let (method, inputs) = (scale.name().to_owned(), plan.input_names.clone());
        Some(InputScaling { method, offsets, spreads, inputs, classes })
    }

    /// Returns a remark on inputs whose spreads are far apart.
    pub(super) fn far_apart(&self, plan: &Plan) -> Option<String> {
        let spreads =
            self.deviation.iter().copied().enumerate().filter(|(_, spread)| *spread > 0.0);
        let (least, most) = (
            spreads.clone().min_by(|a, b| a.1.total_cmp(&b.1))?,
            spreads.max_by(|a, b| a.1.total_cmp(&b.1))?,
        );
        (most.1 > least.1 * FAR_APART).then(|| {
            format!(
                "{} spreads {:.0e} times as much as {}: data.scale = \"standard\" would help",
                plan.input_name(most.0),
                most.1 / least.1,
                plan.input_name(least.0)
            )
        })
    }
}
