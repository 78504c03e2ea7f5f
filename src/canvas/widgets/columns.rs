//! A series reduced to the columns of a chart: the least, the greatest and the newest reading of
//! each.

use crate::canvas::Smoothing;
use crate::math::powi;
use crate::telemetry::Series;

/// The steps that a chart shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StepWindow {
    /// The step at the left edge.
    pub from: f64,
    /// The step at the right edge, greater than `from`.
    pub to: f64,
}

impl StepWindow {
    /// Returns the position of a step, 0 at the left edge and 1 at the right.
    pub(crate) fn share(&self, step: f64) -> f64 {
        (step - self.from) / (self.to - self.from)
    }

    /// Returns the column of a step, if it is visible.
    pub(crate) fn column(&self, step: f64, columns: usize) -> Option<usize> {
        let share = self.share(step);
        (columns > 0 && (0.0..=1.0).contains(&share))
            .then(|| (share * (columns - 1) as f64).round() as usize)
    }
}

/// The readings of one column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ChartColumn {
    /// The index of the column.
    pub x: usize,
    /// The least reading.
    pub min: f64,
    /// The greatest reading.
    pub max: f64,
    /// The mean of the means of its buckets.
    pub mean: f64,
    /// The newest reading.
    pub newest: f64,
}

/// A reading after the last of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ChartTip {
    /// The step.
    pub step: f64,
    /// The value.
    pub value: f64,
}

/// The columns into which a window is divided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ColumnGrid {
    /// The visible steps.
    pub window: StepWindow,
    /// The number of columns.
    pub count: usize,
}

/// Reduces the visible readings to columns, times `factor`; `tip` is a reading after the last.
pub(crate) fn columns(
    series: &Series,
    tip: Option<ChartTip>,
    factor: f64,
    grid: ColumnGrid,
) -> Vec<ChartColumn> {
    let ColumnGrid { window, count: width } = grid;
    let mut out: Vec<ChartColumn> = Vec::with_capacity(width + 1);
    let mut means = 0.0;
    // The least, the greatest, the mean and the newest reading.
    let mut fold = |x: usize, readings: [f64; 4]| {
        let all = readings.map(|v| v * factor);
        if !all.iter().all(|v| v.is_finite()) {
            return;
        }
        let [min, max, mean, newest] = all;
        match out.last_mut() {
            Some(last) if last.x == x => {
                means += 1.0;
                last.min = last.min.min(min);
                last.max = last.max.max(max);
                last.mean += (mean - last.mean) / means;
                last.newest = newest;
            }
            _ => {
                means = 1.0;
                out.push(ChartColumn { x, min, max, mean, newest });
            }
        }
    };
    let first = series.buckets().partition_point(|b| (b.last as f64) < window.from);
    for bucket in &series.buckets()[first..] {
        let Some(from) = window.column((bucket.first as f64).max(window.from), width) else {
            break;
        };
        let to = window.column((bucket.last as f64).min(window.to), width).unwrap_or(from);
        for x in from..=to.max(from) {
            fold(x, [bucket.min, bucket.max, bucket.mean(), bucket.newest]);
        }
    }
    if let Some(ChartTip { step, value }) = tip
        && let Some(x) = window.column(step, width)
    {
        fold(x, [value; 4]);
    }
    out
}

/// Replaces each column by an exponential moving average of the means.
pub(crate) fn smooth(columns: &mut [ChartColumn], smoothing: Smoothing) {
    let kept: f64 = match smoothing {
        Smoothing::None => return,
        Smoothing::Some => 0.6,
        Smoothing::Strong => 0.9,
    };
    let mut past: Option<(usize, f64)> = None;
    for column in columns {
        let mean = past.map_or(column.mean, |(x, past)| {
            let kept = powi(kept, i32::try_from(column.x.saturating_sub(x)).unwrap_or(i32::MAX));
            past * kept + column.mean * (1.0 - kept)
        });
        past = Some((column.x, mean));
        (column.min, column.max, column.mean, column.newest) = (mean, mean, mean, mean);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_columns_keep_every_spike() {
        let mut series = Series::default();
        for step in 0..100_000 {
            series.push(step, if step == 61_803 { 9.0 } else { 1.0 });
        }
        let window = StepWindow { from: 0.0, to: 1e5 };
        let folded = columns(&series, None, 1.0, ColumnGrid { window, count: 40 });
        assert_eq!(folded.len(), 40);
        assert_eq!(folded.iter().map(|c| c.max).fold(0.0, f64::max), 9.0);
    }

    #[test]
    fn readings_outside_the_window_are_not_folded() {
        let mut series = Series::default();
        (0..100).for_each(|step| series.push(step, step as f64));
        let window = StepWindow { from: 50.0, to: 60.0 };
        let folded = columns(&series, None, 1.0, ColumnGrid { window, count: 100 });
        assert!(folded.iter().all(|c| (50.0..=60.0).contains(&c.min)), "{folded:?}");
    }

    #[test]
    fn smoothing_keeps_a_share_of_the_past_for_each_column() {
        let flat = |x, value| ChartColumn { x, min: value, max: value, mean: value, newest: value };
        for (smoothing, kept) in
            [(Smoothing::None, 0.0_f64), (Smoothing::Some, 0.6), (Smoothing::Strong, 0.9)]
        {
            // There is no column between the last two.
            let mut step = [flat(3, 0.0), flat(4, 1.0), flat(5, 1.0), flat(7, 1.0)];
            smooth(&mut step, smoothing);
            let expected = [0.0, 1.0 - kept, 1.0 - kept * kept, 1.0 - kept * kept * kept * kept];
            for (column, expected) in step.iter().zip(expected) {
                assert!((column.mean - expected).abs() < 1e-12, "{smoothing:?}: {column:?}");
                assert_eq!((column.min, column.newest), (column.mean, column.mean));
            }
        }
    }

    #[test]
    fn smoothing_settles_on_a_constant() {
        let mut flat: Vec<ChartColumn> = (0..50)
            .map(|x| ChartColumn { x, min: 0.0, max: 4.0, mean: 2.0, newest: 4.0 })
            .collect();
        smooth(&mut flat, Smoothing::Strong);
        assert!(flat.iter().all(|c| c.newest == 2.0 && c.min == 2.0));
    }
}
