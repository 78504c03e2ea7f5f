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

    /// The arm whose η a key names.
    fn arm_of_eta(&self, key: &str) -> Option<usize> {
        let name = key.strip_prefix("arm.")?.strip_suffix(".eta")?;
        self.arms.iter().position(|arm| arm.name == name)
    }
}
