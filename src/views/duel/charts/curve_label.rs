//! The mark of an arm at the end of its curve, and its label there.

use ratatui::style::Style;

use crate::canvas::Canvas;
use crate::canvas::glyphs::mark;
use crate::canvas::number::number;
use crate::canvas::widgets::CurveLabel;
use crate::telemetry::{ArmProgress, RunFacts};
use crate::views::shared_state::SharedState;

/// Returns the mark at the end of an arm's curve, or a cross if the arm has stopped.
pub(super) fn head(canvas: &Canvas<'_>, arm: usize, now: &ArmProgress) -> ((char, char), Style) {
    if now.diverged.is_some() {
        (('✗', 'X'), canvas.theme.problem)
    } else {
        (mark(arm), canvas.theme.arm(arm))
    }
}

/// Returns whether a step covers the whole training set, so that its cost is not a sample.
pub(super) fn is_whole(facts: &RunFacts) -> bool {
    facts.clock.every_step_is_an_epoch()
}

/// Returns the label of an arm's curve.
pub(super) fn label(
    shared: &SharedState,
    facts: &RunFacts,
    arm: usize,
    value: Option<f64>,
) -> CurveLabel {
    let has_stopped = shared.history.arms[arm].diverged.is_some();
    let value = match value {
        _ if has_stopped => "stopped".to_owned(),
        Some(value) => format!("{:>5}", number(value, 5)),
        None => "    –".to_owned(),
    };
    CurveLabel { arm, name: facts.arms[arm].name.clone(), value }
}
