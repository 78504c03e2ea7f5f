//! What the lines of the charts are: a channel for each arm, and the factor of its readings.

use crate::telemetry::{ArmProgress, Channel, Ghost, Metric, RunFacts};
use crate::views::duel::charts::curve_label::is_whole;
use crate::views::shared_state::SharedState;

/// What a chart shows of an arm: the channel of its line, and the factor of its readings if it is known.
#[derive(Clone, Copy)]
pub(super) struct ChartChannel {
    pub(super) channel: Channel,
    pub(super) factor: Option<f64>,
}

/// A chart of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::views::duel) enum DuelChart {
    /// That of the cost, C/C₀.
    Cost,
    /// That of the output, the accuracy or the error.
    Metric,
}

impl DuelChart {
    /// Both charts, in their order on the screen.
    pub(in crate::views::duel) const ALL: [Self; 2] = [Self::Cost, Self::Metric];

    /// Returns what the chart shows of an arm of the open course.
    pub(super) fn channel(
        self,
        shared: &SharedState,
        facts: &RunFacts,
        arm: usize,
    ) -> ChartChannel {
        match self {
            Self::Cost => cost_channel(shared, facts, arm),
            Self::Metric => metric_channel(shared, facts, arm),
        }
    }

    /// Returns what the chart shows of an arm of a ghost: its cost as a share of its own C₀.
    pub(super) fn ghost_channel(
        self,
        shared: &SharedState,
        facts: &RunFacts,
        (ghost, arm): (&Ghost, usize),
    ) -> ChartChannel {
        let channel = self.channel(shared, facts, arm);
        match self {
            Self::Cost => {
                ChartChannel { factor: ghost.first_cost(arm).and_then(share_of), ..channel }
            }
            Self::Metric => channel,
        }
    }
}

/// Returns the factor that turns costs into C/C₀, once C₀ is known.
pub(super) fn cost_factor(arm: &ArmProgress) -> Option<f64> {
    arm.first_cost.and_then(share_of)
}

/// Returns the factor that turns costs into shares of this one.
fn share_of(first: f64) -> Option<f64> {
    (first.is_normal() && first > 0.0).then(|| first.recip())
}

/// Returns the channel that the line of an arm shows in the chart of the cost.
fn cost_channel(shared: &SharedState, facts: &RunFacts, arm: usize) -> ChartChannel {
    let channel = if is_whole(facts) { Channel::COST } else { Channel::FULL_COST };
    ChartChannel { channel, factor: shared.history.arms.get(arm).and_then(cost_factor) }
}

/// Returns the channel that the line of an arm shows in the second chart.
fn metric_channel(shared: &SharedState, facts: &RunFacts, arm: usize) -> ChartChannel {
    let tested = shared
        .history
        .arms
        .get(arm)
        .is_some_and(|arm| !arm.series(Channel::TEST_ACCURACY).is_empty());
    let (channel, factor) = match facts.metric {
        Metric::Output => (Channel::METRIC, 1.0),
        Metric::Accuracy if tested => (Channel::TEST_ACCURACY, 100.0),
        Metric::Accuracy => (Channel::FULL_METRIC, 100.0),
        Metric::Error if is_whole(facts) && facts.test_examples == 0 => {
            (Channel::METRIC, facts.unit())
        }
        Metric::Error => (Channel::FULL_METRIC, 1.0),
    };
    ChartChannel { channel, factor: Some(factor) }
}
