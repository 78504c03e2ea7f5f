//! The least cost of an arm on the test set, after which it fits its examples better and others worse.

use crate::telemetry::{ArmProgress, Channel};

/// The growth of the newest test cost beyond its least from which it counts, and that of every cost in the
/// second half of the time since then.
const GROWN: f64 = 1.1;
const LASTING: f64 = 1.05;

/// The least number of readings since the least cost.
const ENOUGH: usize = 6;

/// The least test cost of an arm whose test cost has grown well beyond it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LeastTestCost {
    /// The step of its evaluation, or the last one near it.
    pub(super) step: u64,
    pub(super) cost: f64,
    /// Whether the step is known: of several evaluations in a bucket it is not.
    pub(super) is_exact: bool,
    /// The newest test cost as a multiple of the least.
    pub(super) growth: f64,
}

impl LeastTestCost {
    /// Returns the least test cost, once the cost has grown well beyond it.
    pub(super) fn of(arm: &ArmProgress) -> Option<Self> {
        let costs = arm.series(Channel::TEST_COST);
        let readings = costs.buckets();
        let (at, least) = readings.iter().enumerate().min_by(|a, b| a.1.min.total_cmp(&b.1.min))?;
        let since = &readings[at + 1..];
        let later = since.get(since.len() / 2..)?;
        let is_lasting =
            since.len() >= ENOUGH && later.iter().all(|reading| reading.min > LASTING * least.min);
        let growth = costs.newest()? / least.min;
        (least.min > 0.0 && growth > GROWN && is_lasting).then_some(Self {
            step: least.last,
            cost: least.min,
            is_exact: least.count == 1,
            growth,
        })
    }

    /// Returns the test accuracies then and now, if both are known and the training cost has sunk since then.
    pub(super) fn accuracies(self, arm: &ArmProgress) -> Option<(f64, f64)> {
        let then = |channel| {
            let mut buckets = arm.series(channel).buckets().iter();
            let bucket = buckets.find(|bucket| bucket.last == self.step)?;
            (bucket.count == 1).then_some(bucket.newest)
        };
        let newest = |channel| arm.series(channel).newest();
        let has_sunk = newest(Channel::FULL_COST)? < then(Channel::FULL_COST)?;
        let accuracies = (then(Channel::TEST_ACCURACY)?, newest(Channel::TEST_ACCURACY)?);
        has_sunk.then_some(accuracies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns an arm with these test costs after each epoch of ten steps, which fits its examples ever better.
    fn arm(costs: &[f64]) -> ArmProgress {
        let mut arm = ArmProgress::default();
        for (epoch, cost) in (0..).zip(costs) {
            arm.readings.push(Channel::TEST_COST, 10 * epoch, *cost);
            arm.readings.push(Channel::FULL_COST, 10 * epoch, 1.0 / (epoch + 1) as f64);
            arm.readings.push(Channel::TEST_ACCURACY, 10 * epoch, 0.5 + 0.01 * epoch as f64);
        }
        arm
    }

    #[test]
    fn only_a_rise_that_lasts_counts() {
        let falling = [1.0, 0.9, 0.8];
        let after = |rest: &[f64]| LeastTestCost::of(&arm(&[&falling[..], rest].concat()));
        let lasting = [0.82, 0.84, 0.86, 0.9, 0.92, 0.96];
        let found = after(&lasting).expect("it lasts");
        assert!((found.growth - 1.2).abs() < 1e-12 && found.step == 20 && found.is_exact);
        assert_eq!(after(&[1.0, 1.0]), None, "too short");
        assert_eq!(after(&[0.82, 0.84, 0.86, 0.81, 0.92, 0.96]), None, "it came down again");
        assert_eq!(after(&[0.82, 0.83, 0.83, 0.85, 0.86, 0.87]), None, "too little");
    }

    #[test]
    fn the_accuracies_are_those_then_and_now_while_the_training_cost_sinks() {
        let mut arm = arm(&[1.0, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]);
        let least = LeastTestCost::of(&arm).expect("it lasts");
        assert_eq!(least.accuracies(&arm), Some((0.51, 0.58)));
        arm.readings.push(Channel::FULL_COST, 90, 9.0);
        assert_eq!(least.accuracies(&arm), None);
    }
}
