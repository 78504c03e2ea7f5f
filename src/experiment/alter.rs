//! What becomes of a run when a key of its scenario is changed under way.

use crate::experiment::overrides::Override;
use crate::experiment::refusal::{Place, ScenarioError};
use crate::experiment::scenario::Scenario;
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
    /// η of every arm, from the next step.
    Etas(Vec<f64>),
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
    /// A run of this scenario, from its start.
    Anew(Box<Scenario>),
}

impl Scenario {
    /// What setting `key` to `value` asks for; both as on the command line.
    ///
    /// # Errors
    /// Where the scenario so altered cannot be run.
    pub fn alter(&self, key: &str, value: &str) -> Result<Change, ScenarioError> {
        let said = format!("{} = {}", key.trim(), value.trim());
        if let Some((arm, at)) = self.weight_of(key.trim()) {
            let value = value.trim().parse().map_err(|_| ScenarioError {
                place: Place::Said(said.clone()),
                key: key.trim().to_owned(),
                found: format!("found \"{}\"", value.trim()),
                would_do: "a number would do".to_owned(),
            })?;
            return Ok(Change::Weight { arm, at, value });
        }
        let change = Override::new(key, value, said.clone());
        let altered = Self::read(&self.to_toml(), &self.name, &[change]).map_err(|error| {
            // Nobody has seen the text that was read here: what was said is to blame.
            ScenarioError { place: Place::Said(said), ..error }
        })?;
        Ok(match key.trim() {
            "pace" | "training.pace" => Change::Pace(altered.training.pace),
            "epochs" | "training.epochs" => Change::Epochs(altered.training.epochs),
            "eta" | "training.eta" => {
                Change::Etas(altered.arms.iter().map(|arm| arm.eta).collect())
            }
            key => match self.arm_of_eta(key) {
                Some(arm) => Change::Eta { arm, eta: altered.arms[arm].eta },
                None => Change::Anew(Box::new(altered)),
            },
        })
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
