//! The value that a curve of the charts has at a step.

use crate::telemetry::{Channel, ChannelReadings, Ghost, GradientFactors, Metric, RunFacts};
use crate::views::duel::charts::axes::step_of;
use crate::views::duel::charts::channels::{ChartChannel, DuelChart};
use crate::views::shared_state::SharedState;

/// The value of a curve at a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::views::duel) struct CurveReading {
    pub(in crate::views::duel) value: f64,
    /// Whether it is the mean of several readings, which a long run keeps as one.
    pub(in crate::views::duel) is_mean: bool,
    /// The step of the evaluation that it is from, if that is an earlier one.
    pub(in crate::views::duel) as_of: Option<u64>,
}

/// The readings of an arm of a course, from which its curves are drawn.
struct CourseReadings<'a> {
    /// In the order of their steps.
    parts: Vec<&'a ChannelReadings>,
    /// The factors at the step at which the course stands. The readings of steps end before that one.
    tip: Option<(u64, &'a GradientFactors)>,
    /// The last step of the course.
    newest: u64,
}

/// Returns the value of the curve of an arm of the open course.
pub(in crate::views::duel) fn arm_reading(
    shared: &SharedState,
    (chart, arm): (DuelChart, usize),
    step: u64,
) -> Option<CurveReading> {
    let (facts, history) = (shared.history.facts.as_deref()?, &shared.history);
    let now = history.arms.get(arm)?;
    let future = history.future.get(arm).map(|future| &future.readings);
    let here = step_of(shared, now) as u64;
    let readings = CourseReadings {
        parts: std::iter::once(&now.readings).chain(future).collect(),
        tip: now.gradient_factors.as_ref().map(|factors| (here, factors)),
        newest: history.newest,
    };
    readings.at(step, facts, (chart, chart.channel(shared, facts, arm)))
}

/// Returns the value of the curve of an arm of a ghost, from where it differs on.
pub(in crate::views::duel) fn ghost_reading(
    shared: &SharedState,
    ghost: &Ghost,
    (chart, arm): (DuelChart, usize),
    step: u64,
) -> Option<CurveReading> {
    let facts = shared.history.facts.as_deref()?;
    let readings = CourseReadings {
        parts: ghost.shown.get(arm).into_iter().collect(),
        tip: ghost.end(arm).map(|factors| (ghost.newest, factors)),
        newest: ghost.newest,
    };
    let channel = chart.ghost_channel(shared, facts, (ghost, arm));
    readings.at(step, facts, (chart, channel))
}

impl CourseReadings<'_> {
    fn at(
        &self,
        step: u64,
        facts: &RunFacts,
        (chart, of): (DuelChart, ChartChannel),
    ) -> Option<CurveReading> {
        let factor = of.factor?;
        let exactly = |value: f64| CurveReading { value, is_mean: false, as_of: None };
        let is_of_steps = [Channel::COST, Channel::METRIC].contains(&of.channel);
        if step > self.newest {
            return None;
        }
        let tip = self.tip.filter(|(at, _)| is_of_steps && *at == step);
        if let Some(value) = tip.and_then(|(_, factors)| tip_value(facts, chart, factors)) {
            return Some(exactly(value * factor));
        }
        let bucket = |channel| {
            let found = self.parts.iter().rev().find_map(|part| part.series(channel).at(step));
            found.filter(|bucket| !is_of_steps || bucket.last >= step)
        };
        if let Some(bucket) = bucket(of.channel) {
            return Some(CurveReading {
                value: bucket.mean() * factor,
                is_mean: bucket.count > 1,
                as_of: (bucket.last < step).then_some(bucket.last),
            });
        }
        // A step has a reading of the state before it, and the newest state may have been evaluated.
        let evaluated = match of.channel {
            Channel::COST => Channel::FULL_COST,
            Channel::METRIC if facts.metric == Metric::Output => Channel::FULL_METRIC,
            _ => return None,
        };
        let last = bucket(evaluated).filter(|bucket| bucket.last == step)?;
        Some(exactly(last.newest * factor))
    }
}

/// Returns the reading of a step that is still to be taken, if the chart shows readings of steps.
fn tip_value(facts: &RunFacts, chart: DuelChart, factors: &GradientFactors) -> Option<f64> {
    match (chart, facts.metric) {
        (DuelChart::Cost, _) => Some(factors.cost),
        (DuelChart::Metric, Metric::Output) => factors.neuron.as_ref().map(|neuron| neuron.a),
        (DuelChart::Metric, Metric::Error) => Some(factors.error),
        (DuelChart::Metric, Metric::Accuracy) => None,
    }
}
