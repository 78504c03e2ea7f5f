//! The charts of a run and their curves.

use crate::canvas::widgets::{Curve, FrameStyle};
use crate::telemetry::RunFacts;
use crate::views::shared_state::SharedState;

/// The charts of a run, which share a frame style.
pub(super) struct DuelCharts<'a> {
    pub(super) shared: &'a SharedState,
    pub(super) facts: &'a RunFacts,
    pub(super) frame: FrameStyle,
}

/// The curves of a chart: the means of the mini-batches lie behind the lines.
#[derive(Default)]
pub(super) struct ChartCurves<'a> {
    pub(super) means: Vec<Curve<'a>>,
    pub(super) lines: Vec<Curve<'a>>,
}

impl<'a> ChartCurves<'a> {
    /// Returns all curves in the order in which they are drawn.
    pub(super) fn into_drawing_order(self) -> Vec<Curve<'a>> {
        let mut curves = self.means;
        curves.extend(self.lines);
        curves
    }
}
