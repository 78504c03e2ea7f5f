//! The axes of the charts: the visible steps and the range of the readings.

use crate::canvas::ChartOptions;
use crate::canvas::number::grown;
use crate::canvas::widgets::StepWindow;
use crate::telemetry::{ArmProgress, Series};
use crate::views::shared_state::SharedState;

/// Returns the visible steps: the whole run if it is short, else up to the next 1, 2 or 5 × 10ⁿ
/// epochs; with zoom, the newest part, which advances by half its width at a time.
pub(super) fn window(shared: &SharedState) -> StepWindow {
    let history = &shared.history;
    let clock = history.clock();
    let (done, epochs) = (history.epochs_done(), history.epochs.max(1) as f64);
    // What comes after a position in the past is shown, too, and so are ghosts.
    let ghosts = history.ghosts.iter().map(|ghost| ghost.newest);
    let furthest = ghosts.chain([history.newest, history.step]).max().unwrap_or(0);
    let furthest = clock.epochs_done(furthest as f64);
    let reached = grown(furthest.max(10.0)).max(furthest);
    // Without an end in sight the axis grows by leaps, too.
    let is_whole = history.epochs > 0 && (epochs <= 1000.0 || epochs <= reached);
    let limit = if is_whole { epochs.max(furthest) } else { reached };
    let width = limit / f64::from(1u32 << shared.chart.zoom.min(ChartOptions::MAX_ZOOM));
    let half = width / 2.0;
    let from = if shared.chart.zoom == 0 {
        0.0
    } else {
        (((done / half).ceil() - 2.0).max(0.0) * half).min(limit - width).max(0.0)
    };
    StepWindow { from: clock.step_at(from), to: clock.step_at(from + width) }
}

/// Returns the least positive and the greatest visible reading, multiplied by the factor of each
/// series.
pub(super) fn extent(
    series: &mut dyn Iterator<Item = (&Series, f64)>,
    window: StepWindow,
) -> (f64, f64) {
    let mut out = (f64::INFINITY, 0.0_f64);
    for (series, factor) in series {
        let visible = series
            .buckets()
            .iter()
            .filter(|b| b.last as f64 >= window.from && b.first as f64 <= window.to);
        for bucket in visible {
            let (min, max) = (bucket.min * factor, bucket.max * factor);
            if min > 0.0 {
                out.0 = out.0.min(min);
            }
            if max.is_finite() {
                out.1 = out.1.max(max);
            }
        }
    }
    out
}

/// Returns the step of an arm: that of the run, unless the arm has diverged before.
pub(super) fn step_of(shared: &SharedState, arm: &ArmProgress) -> f64 {
    arm.diverged.as_ref().map_or(shared.history.step, |d| d.step.min(shared.history.step)) as f64
}

/// Rounds `value` up to a multiple of its quarter, where the quarter is rounded up to 1, 2 or 5 ×
/// 10ⁿ.
pub(super) fn rounded_up(value: f64) -> f64 {
    let whole = grown(value);
    let step = grown(value / 4.0);
    let up = (value / step - 1e-9).ceil() * step;
    if up.is_finite() && up > 0.0 && up < whole { up } else { whole }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::window;
    use crate::telemetry::{Clock, RunFacts};
    use crate::views::shared_state::SharedState;

    #[test]
    fn a_zoomed_chart_shows_the_newest_part_of_the_run() {
        let mut shared = SharedState::default();
        shared.history.facts =
            Some(Arc::new(RunFacts { clock: Clock::constant(5), ..RunFacts::default() }));
        shared.history.epochs = 300;
        for (epoch, zoom, from, to) in [
            (290, 0, 0.0, 300.0),
            (290, 1, 150.0, 300.0),
            (290, 2, 225.0, 300.0),
            (100, 2, 37.5, 112.5),
            (10, 3, 0.0, 37.5),
        ] {
            shared.history.step = epoch * 5;
            shared.chart.zoom = zoom;
            let window = window(&shared);
            assert_eq!((window.from, window.to), (from * 5.0, to * 5.0), "epoch {epoch}, {zoom}");
        }
    }
}
