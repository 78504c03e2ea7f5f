//! What the lines of the charts are: a channel for each arm, and the factor of its readings.

use crate::telemetry::{ArmProgress, Channel, Metric, RunFacts};
use crate::views::duel::charts::curve_label::is_whole;
use crate::views::shared_state::SharedState;

/// What a chart shows of an arm: the channel of its line, and the factor of its readings if it is known.
#[derive(Clone, Copy)]
pub(in crate::views::duel) struct ChartChannel {
    pub(in crate::views::duel) channel: Channel,
    pub(in crate::views::duel) factor: Option<f64>,
}

/// Returns the factor that turns costs into C/C₀, once C₀ is known.
pub(super) fn cost_factor(arm: &ArmProgress) -> Option<f64> {
    arm.first_cost.filter(|c| c.is_normal() && *c > 0.0).map(f64::recip)
}

/// Returns the channel that the line of an arm shows in the chart of the cost.
pub(in crate::views::duel) fn cost_channel(
    shared: &SharedState,
    facts: &RunFacts,
    arm: usize,
) -> ChartChannel {
    let channel = if is_whole(facts) { Channel::COST } else { Channel::FULL_COST };
    ChartChannel { channel, factor: shared.history.arms.get(arm).and_then(cost_factor) }
}

/// Returns the channel that the line of an arm shows in the second chart.
pub(in crate::views::duel) fn metric_channel(
    shared: &SharedState,
    facts: &RunFacts,
    arm: usize,
) -> ChartChannel {
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
