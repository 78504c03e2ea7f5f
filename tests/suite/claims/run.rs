//! A run as sentences describe it, and the numbers in them.

use xentviz::testing::app::App;
use xentviz::testing::math::{exp, powi};
use xentviz::testing::telemetry::{ArmProgress, Cost, Evaluation, Output, RunFacts};

/// Returns the values of the placeholders `{}` of a pattern in a text, or `None` if it does not match.
pub(crate) fn values<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = pattern.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    let parts: Vec<&str> = parts.collect();
    for (place, part) in parts.iter().enumerate() {
        let is_last = place + 1 == parts.len();
        let end = match (is_last, part.is_empty()) {
            (true, true) => rest.len(),
            (true, false) if rest.ends_with(part) => rest.len() - part.len(),
            (true, false) => return None,
            (false, _) => rest.find(part)?,
        };
        found.push(&rest[..end]);
        rest = &rest[end + part.len()..];
    }
    rest.is_empty().then_some(found)
}

/// Returns the number that a sentence shows.
pub(crate) fn number(text: &str) -> f64 {
    let text = text.replace(',', "").replace('−', "-");
    let text = text.trim().trim_end_matches('%').trim().trim_end_matches('×');
    text.parse().unwrap_or_else(|_| panic!("{text:?} is a number"))
}

/// Returns whether a shown number is the value, rounded to the digits shown.
pub(crate) fn shows(shown: &str, value: f64) -> bool {
    // Close to 1, what is missing is shown: 1−3e-6.
    if let Some(missing) = shown.strip_prefix("1−") {
        return shows(missing, 1.0 - value);
    }
    let digits = shown.trim().trim_end_matches('%').trim();
    let (mantissa, power) = digits.split_once('e').unwrap_or((digits, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let power: i32 = power.replace('−', "-").parse().expect("an exponent");
    let unit = powi(10.0, power - i32::try_from(decimals).expect("few decimals"));
    (number(shown) - value).abs() <= unit * 0.500_001
}

/// The run that sentences are about.
pub(crate) struct Run<'a> {
    pub(crate) facts: &'a RunFacts,
    pub(crate) app: &'a App,
}

impl Run<'_> {
    pub(crate) fn arm(&self, name: &str) -> Option<usize> {
        let name = name.trim_end_matches("’s").trim_end_matches("'s");
        self.facts.arms.iter().position(|arm| arm.name.eq_ignore_ascii_case(name))
    }

    /// Returns the arm that a text names with a suffix: `deep` if it has hidden layers, `flat` if not.
    pub(crate) fn arm_with(&self, text: &str, deep: &str, flat: &str) -> Option<usize> {
        let is_of = |arm: &usize, deep: bool| (self.facts.arms[*arm].sizes.len() > 2) == deep;
        let named = |suffix, deep| self.arm(text.strip_suffix(suffix)?).filter(|a| is_of(a, deep));
        named(deep, true).or_else(|| named(flat, false))
    }

    pub(crate) fn now(&self, arm: usize) -> &ArmProgress {
        &self.app.shared.history.arms[arm]
    }

    pub(crate) fn error(&self, arm: usize) -> f64 {
        self.now(arm).gradient_factors.as_ref().expect("it is known").error
    }

    pub(crate) fn delta(&self, arm: usize) -> f64 {
        self.now(arm).gradient_factors.as_ref().expect("it is known").delta
    }

    pub(crate) fn evaluation(&self, arm: usize) -> &Evaluation {
        self.now(arm).evaluation.as_ref().expect("it is evaluated")
    }

    pub(crate) fn share(&self, arm: usize) -> f64 {
        let evaluation = self.evaluation(arm);
        evaluation.test_accuracy.or(evaluation.accuracy).expect("there are classes")
    }

    pub(crate) fn examples(&self) -> f64 {
        match self.facts.test_examples {
            0 => self.facts.examples as f64,
            examples => examples as f64,
        }
    }

    /// Returns whether one accuracy exceeds another by two standard errors of each and by five examples.
    pub(crate) fn is_ahead(&self, one: f64, other: f64) -> bool {
        let (n, left) = (self.examples(), one - other);
        let error = |p: f64| 2.0 * (p * (1.0 - p) / n).sqrt();
        left > error(one) + error(other) && (left * n).round() >= 5.0
    }

    /// Descends from the current state of a neuron with formulas written out here, and returns the epoch
    /// at which |a − y| is first at most ½.
    pub(crate) fn epoch_of_half(&self, arm: usize) -> u64 {
        let single = self.facts.single.as_ref().expect("one example");
        let now = self.now(arm);
        let neuron = now.gradient_factors.as_ref().and_then(|m| m.neuron.as_ref());
        let neuron = neuron.expect("a neuron");
        let (mut w, mut b) = (neuron.w.clone(), neuron.b);
        let of = &self.facts.arms[arm];
        for epoch in self.app.shared.history.step.. {
            let z: f64 = w.iter().zip(&single.x).map(|(w, x)| w * x).sum::<f64>() + b;
            let a = if of.output == Output::Linear { z } else { 1.0 / (1.0 + exp(-z)) };
            let error = a - single.y;
            if error.abs() <= 0.5 {
                return epoch;
            }
            let is_slowed = of.cost == Cost::Quadratic && of.output == Output::Sigmoid;
            let delta = match of.cost {
                _ if is_slowed => error * a * (1.0 - a),
                Cost::BookRule => error / (a * (1.0 - a)),
                _ => error,
            };
            for (w, x) in w.iter_mut().zip(&single.x) {
                *w -= now.eta * (delta * x + of.lambda * *w);
            }
            b -= now.eta * delta;
        }
        unreachable!("the loop has no end")
    }
}
