//! What becomes of a run when a key of its scenario is changed under way.

use crate::scenario::overrides::Override;
use crate::scenario::refusal::{Place, ScenarioError};
use crate::scenario::spec::Scenario;
use crate::telemetry::Pace;

/// What a changed key asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// η of one arm, from the next step.
    Eta {
        /// Which arm.
        arm: usize,
        /// The new learning rate.
        eta: f64,
    },
    /// η of these arms, each its own, from the next step.
    Etas(Vec<(usize, f64)>),
    /// One weight or bias of the network as it is, from the next step.
    Weight {
        /// Of which arm.
        arm: usize,
        /// Which: (layer, neuron, input), each from 0; a bias has the number of inputs for one.
        at: (usize, usize, usize),
        /// The new value.
        value: f64,
    },
    /// How fast the run is shown.
    Pace(Pace),
    /// How many epochs the run is to have.
    Epochs(u64),
    /// A new start.
    Anew,
}

impl Scenario {
    /// What setting `key` to `value` asks for, both as on the command line, and the scenario that
    /// says so from then on.
    ///
    /// # Errors
    /// Where the scenario so altered cannot be run.
    pub fn alter(&self, key: &str, value: &str) -> Result<(Change, Self), ScenarioError> {
        let (key, value) = (key.trim(), value.trim());
        let said = format!("{key} = {value}");
        if let Some((arm, at)) = self.weight_of(key) {
            let value = value.parse().map_err(|_| {
                let (place, found) = (Place::Said(said.clone()), format!("found \"{value}\""));
                ScenarioError::new(place, key, found, "a number would do")
            })?;
            return Ok((Change::Weight { arm, at, value }, self.clone()));
        }
        let mut over = self.said.over.clone();
        over.push(Override::new(key, value, said.clone()));
        let altered = Self::read(&self.said.text, &self.name, &over).map_err(|error| {
            // Whatever it clashes with was good before: what was said is to blame.
            ScenarioError { place: Place::Said(said), ..error }
        })?;
        let change = match key {
            "pace" | "training.pace" => Change::Pace(altered.training.pace),
            "epochs" | "training.epochs" => Change::Epochs(altered.training.epochs),
            "eta" | "training.eta" => Change::Etas(self.etas_set(&altered, value)),
            key => match self.arm_of_eta(key) {
                Some(arm) => Change::Eta { arm, eta: altered.arms[arm].eta },
                None => Change::Anew,
            },
        };
        Ok((change, altered))
    }

    /// The same scenario with every arm, each of them one neuron, starting from these parameters.
    ///
    /// # Errors
    /// Where there are not as many weights as inputs, or a number is beyond what a network may hold.
    pub fn starting_at(&self, weights: &[f64], bias: f64) -> Result<Self, ScenarioError> {
        let mut over = self.said.over.clone();
        for arm in &self.arms {
            let said = "the chosen start";
            let key = |key: &str| format!("arm.{}.{key}", arm.name);
            over.push(Override::new(key("weights"), format!("[[{weights:?}]]"), said));
            over.push(Override::new(key("biases"), format!("[[{bias:?}]]"), said));
        }
        Self::read(&self.said.text, &self.name, &over)
    }

    /// The arms that take up a common η, which is `value` as it was typed, and their η. An arm
    /// that has its own in the scenario keeps it.
    fn etas_set(&self, altered: &Self, value: &str) -> Vec<(usize, f64)> {
        let typed = value.parse().ok();
        let pairs = self.arms.iter().zip(&altered.arms).enumerate();
        pairs
            .filter(|(_, (before, after))| before.eta != after.eta || Some(after.eta) == typed)
            .map(|(arm, (_, after))| (arm, after.eta))
            .collect()
    }

    /// The arm and the place of the weight or bias that a key names: `arm.NAME.weights[l][j][k]`,
    /// `arm.NAME.biases[l][j]`, counted from 0 as in a scenario.
    fn weight_of(&self, key: &str) -> Option<(usize, (usize, usize, usize))> {
        let (name, rest) = key.strip_prefix("arm.")?.split_once('.')?;
        let arm = self.arms.iter().position(|arm| arm.name == name)?;
        let (what, places) = rest.strip_suffix(']')?.split_once('[')?;
        let places: Vec<usize> =
            places.split("][").map(str::parse).collect::<Result<_, _>>().ok()?;
        let at = match (what, &places[..]) {
            ("weights", &[l, j, k]) if k < *self.arms[arm].layers.get(l)? => (l, j, k),
            ("biases", &[l, j]) => (l, j, *self.arms[arm].layers.get(l)?),
            _ => return None,
        };
        Some((arm, at))
    }

    /// The arm whose η a key names.
    fn arm_of_eta(&self, key: &str) -> Option<usize> {
        let name = key.strip_prefix("arm.")?.strip_suffix(".eta")?;
        self.arms.iter().position(|arm| arm.name == name)
    }
}
