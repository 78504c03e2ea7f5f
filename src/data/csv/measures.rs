//! The measures of the columns over the training examples, by which they are scaled and holes are filled in.

use crate::data::csv::examples::Examples;
use crate::data::csv::options::Scale;
use crate::data::csv::planner::Plan;
use crate::nn::DataScaling;

/// How much the spreads of inputs may differ before a remark is due.
const FAR_APART: f64 = 1000.0;

/// The mean, the standard deviation and the range of each column over the training examples.
#[derive(Default)]
pub(super) struct Measures {
    mean: Vec<f64>,
    deviation: Vec<f64>,
    range: Vec<(f64, f64)>,
}

impl Measures {
    /// Measures the inputs of the training examples.
    pub(super) fn of(train: &Examples) -> Self {
        Self::of_columns(&train.inputs, train.width)
    }

    /// Measures the numeric targets of the training examples; nothing of classes.
    pub(super) fn of_targets(train: &Examples) -> Self {
        train
            .numbers()
            .map_or_else(Self::default, |(numbers, width)| Self::of_columns(numbers, width))
    }

    /// Measures columns, which are given row by row; holes are left out.
    fn of_columns(numbers: &[f64], width: usize) -> Self {
        let mut range = vec![(f64::INFINITY, f64::NEG_INFINITY); width];
        let (mut mean, mut counts) = (vec![0.0; width], vec![0_usize; width]);
        for row in numbers.chunks_exact(width.max(1)) {
            for (at, value) in row.iter().copied().enumerate().filter(|(_, value)| !value.is_nan())
            {
                mean[at] += value;
                counts[at] += 1;
                range[at] = (range[at].0.min(value), range[at].1.max(value));
            }
        }
        let counts: Vec<f64> = counts.into_iter().map(|count| count.max(1) as f64).collect();
        mean.iter_mut().zip(&counts).for_each(|(sum, count)| *sum /= count);
        let mut deviation = vec![0.0; width];
        for row in numbers.chunks_exact(width.max(1)) {
            for (at, value) in row.iter().copied().enumerate().filter(|(_, value)| !value.is_nan())
            {
                deviation[at] += (value - mean[at]) * (value - mean[at]);
            }
        }
        for (squares, count) in deviation.iter_mut().zip(&counts) {
            *squares = (*squares / count).sqrt();
        }
        Self { mean, deviation, range }
    }

    /// Returns what is subtracted from each column, and what it is divided by: 1 for a column that is the
    /// same in every row, which stays at 0.
    pub(super) fn of_columns_by(&self, scale: Scale) -> (Vec<f64>, Vec<f64>) {
        let of = |at: usize| match scale {
            Scale::None => (0.0, 1.0),
            Scale::Standard => (self.mean[at], self.deviation[at]),
            Scale::Range => (self.range[at].0, self.range[at].1 - self.range[at].0),
        };
        let usable = |(from, by)| (from, if by > 0.0 { by } else { 1.0 });
        (0..self.mean.len()).map(of).map(usable).unzip()
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
    pub(super) fn scaling(&self, scale: Scale, plan: &Plan) -> Option<DataScaling> {
        if scale == Scale::None {
            return None;
        }
        let (offsets, spreads) = self.of_columns_by(scale);
        let classes = plan.target.class_names().to_vec();
        let (method, inputs) = (scale.name().to_owned(), plan.input_names.clone());
        let (target_offsets, target_spreads) = (Vec::new(), Vec::new());
        Some(DataScaling {
            method,
            offsets,
            spreads,
            inputs,
            classes,
            target_offsets,
            target_spreads,
        })
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
