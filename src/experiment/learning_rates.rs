//! The learning rates of the arms and the three modes that link them.

use crate::nn::Cost;
use crate::telemetry::{EtaMode, Setting};
use crate::text::readable;

/// The ratio of η of cross-entropy to η of quadratic with which both take equally long from z = 1.5 to z =
/// 0 for y = 0. It is the quotient of the closed forms of both between these points, to four digits.
pub(super) const CALIBRATION: f64 = 0.2111;

/// The same ratio for the book's rule, which moves z by −η(1 + x²)/(1 − a) for y = 0.
const BOOK_RULE: f64 = 0.045_58;

/// The learning rates of the arms.
#[derive(Clone, Debug)]
pub(super) struct LearningRates {
    mode: EtaMode,
    /// The rates that the scenario and the user set; [`EtaMode::Own`] restores them.
    own: Vec<f64>,
    now: Vec<f64>,
    /// The arm whose rate the others follow, while they are linked.
    leader: usize,
    /// The factor of each arm's η in calibrated mode.
    factors: Vec<f64>,
    /// The first arm with the quadratic cost, if another arm has another cost.
    reference: Option<usize>,
}

impl LearningRates {
    /// Creates the rates from the own η and the cost of each arm.
    pub(super) fn new(own: Vec<f64>, costs: &[Cost]) -> Self {
        let factor = |cost: &Cost| match cost {
            Cost::Quadratic => 1.0,
            Cost::CrossEntropy | Cost::LogLikelihood => CALIBRATION,
            Cost::BookRule => BOOK_RULE,
        };
        let other = costs.iter().any(|cost| *cost != Cost::Quadratic);
        let reference = costs.iter().position(|cost| *cost == Cost::Quadratic).filter(|_| other);
        let factors = costs.iter().map(factor).collect();
        Self { mode: EtaMode::Own, now: own.clone(), leader: 0, own, factors, reference }
    }

    /// Returns the settings that lead from rates that are not linked to these.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let own = (0..).zip(&self.own).map(|(arm, eta)| Setting::Eta { arm, eta: *eta });
        let arm = self.leader;
        let linked = (self.mode != EtaMode::Own).then(|| {
            [Setting::EtaMode { mode: self.mode, arm }, Setting::Eta { arm, eta: self.now[arm] }]
        });
        own.chain(linked.into_iter().flatten()).collect()
    }

    pub(super) fn mode(&self) -> EtaMode {
        self.mode
    }

    /// Returns η of every arm at the next step.
    pub(super) fn etas(&self) -> &[f64] {
        &self.now
    }

    /// Changes η of an existing arm, or returns the reason why the value is invalid.
    pub(super) fn set_eta(&mut self, arm: usize, eta: f64) -> Result<(), String> {
        if !(eta.is_finite() && eta > 0.0) {
            let eta = readable(eta);
            return Err(format!("η = {eta} cannot be; a number above 0 would do"));
        }
        self.leader = arm;
        match self.mode {
            EtaMode::Own => {
                self.own[arm] = eta;
                self.now[arm] = eta;
            }
            EtaMode::Equal => self.now.fill(eta),
            EtaMode::Calibrated => self.calibrate(arm, eta),
        }
        Ok(())
    }

    /// Changes the mode; the other arms follow `arm`, which must exist.
    pub(super) fn set_mode(&mut self, mode: EtaMode, arm: usize) -> Result<(), String> {
        match mode {
            EtaMode::Own => self.now.clone_from(&self.own),
            EtaMode::Equal => {
                let eta = self.now[arm];
                self.now.fill(eta);
                self.leader = arm;
            }
            EtaMode::Calibrated => {
                let reference = self.reference.ok_or_else(|| {
                    "calibrated η needs an arm with the quadratic cost and one with another"
                        .to_owned()
                })?;
                let leader = if self.factors[arm] == 1.0 { arm } else { reference };
                self.calibrate(leader, self.now[leader]);
                self.leader = leader;
            }
        }
        self.mode = mode;
        Ok(())
    }

    /// Sets η of `arm` and scales the other arms by their factors.
    fn calibrate(&mut self, arm: usize, eta: f64) {
        let leader = self.factors[arm];
        for (now, factor) in self.now.iter_mut().zip(&self.factors) {
            *now = if *factor == leader { eta } else { eta / leader * factor };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LearningRates;
    use crate::math::exp;
    use crate::nn::Cost::{CrossEntropy, LogLikelihood, Quadratic};
    use crate::telemetry::{EtaMode, Setting};

    fn rates() -> LearningRates {
        LearningRates::new(vec![3.0, 0.5, 0.1], &[Quadratic, CrossEntropy, LogLikelihood])
    }

    #[test]
    fn equal_rates_are_those_of_the_chosen_arm_and_own_mode_restores_the_own_rates() {
        let mut rates = rates();
        rates.set_mode(EtaMode::Equal, 1).unwrap();
        assert_eq!(rates.etas(), [0.5, 0.5, 0.5]);
        rates.set_eta(2, 7.0).unwrap();
        assert_eq!(rates.etas(), [7.0, 7.0, 7.0]);
        rates.set_mode(EtaMode::Own, 0).unwrap();
        assert_eq!(rates.etas(), [3.0, 0.5, 0.1]);
    }

    #[test]
    fn calibrated_rates_follow_the_quadratic_arm_and_move_together() {
        let mut rates = rates();
        rates.set_mode(EtaMode::Calibrated, 1).unwrap();
        assert_eq!(rates.etas(), [3.0, 3.0 * 0.2111, 3.0 * 0.2111]);
        rates.set_eta(1, 0.2111).unwrap();
        assert_eq!(rates.etas(), [1.0, 0.2111, 0.2111]);
    }

    #[test]
    fn the_settings_of_rates_lead_to_the_same_rates() {
        let mut linked = rates();
        linked.set_eta(0, 0.7).unwrap();
        let mut all = vec![rates(), linked.clone()];
        for (mode, arm, eta) in [
            (EtaMode::Equal, 1, None),
            (EtaMode::Calibrated, 2, Some(0.3)),
            (EtaMode::Calibrated, 1, None),
        ] {
            linked.set_mode(mode, arm).unwrap();
            if let Some(eta) = eta {
                linked.set_eta(arm, eta).unwrap();
            }
            all.push(linked.clone());
        }
        for expected in all {
            let mut made = rates();
            for setting in expected.settings() {
                match setting {
                    Setting::Eta { arm, eta } => made.set_eta(arm, eta).unwrap(),
                    Setting::EtaMode { mode, arm } => made.set_mode(mode, arm).unwrap(),
                    other => panic!("{other:?} is no setting of rates"),
                }
            }
            assert_eq!((made.mode(), made.etas()), (expected.mode(), expected.etas()));
            made.set_mode(EtaMode::Own, 0).unwrap();
            assert_eq!(made.etas(), expected.own);
        }
    }

    #[test]
    fn an_invalid_rate_or_mode_is_refused_and_changes_nothing() {
        let mut alone = LearningRates::new(vec![1.0, 2.0], &[CrossEntropy; 2]);
        assert!(alone.set_mode(EtaMode::Calibrated, 0).is_err());
        assert!(alone.set_eta(0, f64::NAN).is_err());
        assert_eq!((alone.mode(), alone.etas()), (EtaMode::Own, &[1.0, 2.0][..]));
    }

    #[test]
    fn the_calibration_makes_mild_starts_tie() {
        // The closed forms of the time that each cost takes from z = 1.5 to z = 0.
        let quadratic = |z: f64| exp(z) + 3.0 * z - 3.0 * exp(-z) - 0.5 * exp(-2.0 * z);
        let cross_entropy = |z: f64| z - exp(-z);
        let ratio = (cross_entropy(1.5) - cross_entropy(0.0)) / (quadratic(1.5) - quadratic(0.0));
        assert!((ratio - super::CALIBRATION).abs() < 5e-5, "{ratio}");
        // dz/dt = −2η (1 + e^z) for x = 1, taken in steps of a thousandth of z.
        let book_rule = |from: u32| -> f64 {
            (0..from).map(|i| 1e-3 / (1.0 + exp((f64::from(i) + 0.5) * 1e-3))).sum()
        };
        let ratio = book_rule(1500) / (quadratic(1.5) - quadratic(0.0));
        assert!((ratio - super::BOOK_RULE).abs() < 5e-6, "{ratio}");
    }
}
