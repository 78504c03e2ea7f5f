//! Resumes arms from saved networks as if their run had never been interrupted. A network that cannot be
//! from an interrupted run of the scenario is refused.
//!
//! η, λ, the number of epochs and the evaluated epochs may differ from those of the interrupted run: they
//! take effect from the next step on.

use crate::experiment::arm::REASONS;
use crate::experiment::machine::{AnyPrecision, Experiment, networks};
use crate::scenario::{
    ArmSpec, KeyError, KeyPath, Location, MOST_EPOCHS, Scenario, ScenarioError, check_functions,
    layers_of_model,
};
use crate::telemetry::{Divergence, ModelState, TrainingState};

impl Experiment {
    /// Resumes an arm from a saved model. An arm that is not resumed stays at its start; an arm that is
    /// ahead of others waits for them. Call this before the first step.
    ///
    /// `origin` is the flag and file of the model, for error messages.
    ///
    /// # Errors
    /// If the model is not from an interrupted run of the scenario.
    ///
    /// # Panics
    /// If there is no such arm.
    pub fn resume(
        &mut self,
        arm: usize,
        model: &ModelState,
        origin: &str,
    ) -> Result<(), ScenarioError> {
        let spec = &self.scenario.arms[arm];
        spec.check_model(model, origin)?;
        let at = |refusal: KeyError| refusal.at(Location::Typed(origin.to_owned()));
        let training = model.training.as_ref().ok_or_else(|| at(no_training_state(spec)))?;
        self.check_run(model, training).map_err(at)?;
        check_functions(std::slice::from_ref(spec), model, origin)?;
        if !self.is_sound(model, training) {
            return Err(at(unsound(spec)));
        }
        let specs = std::slice::from_ref(spec);
        let layers = [layers_of_model(model)];
        let is_resumed = match &mut self.arms {
            AnyPrecision::F32(arms) => {
                arms.resume(arm, networks(specs, layers).remove(0), training)
            }
            AnyPrecision::F64(arms) => {
                arms.resume(arm, networks(specs, layers).remove(0), training)
            }
        };
        if !is_resumed {
            return Err(at(unsound(&self.scenario.arms[arm])));
        }
        self.starts_from_models = true;
        Ok(())
    }

    /// Checks that the model's run had the same mini-batches and the same arithmetic.
    fn check_run(&self, model: &ModelState, training: &TrainingState) -> Result<(), KeyError> {
        let Scenario { seed, precision, training: spec, .. } = &self.scenario;
        let (was, is) = (model.precision.name(), precision.name());
        refuse_other("seed", seed, &model.seed, |was| format!("--seed {was} would do"))?;
        refuse_other("precision", &is, &was, |was| format!("--precision {was} would do"))?;
        refuse_other("training.batch", &spec.batch, &training.batch, |was| {
            format!("--batch {was} would do")
        })?;
        refuse_other("training.shuffle", &spec.shuffle, &training.shuffle, |was| {
            format!("--set training.shuffle={was} would do")
        })?;
        let examples = self.data.train.len();
        refuse_other("data", &examples, &training.examples, |was| {
            format!("the same {was} examples would do")
        })
    }

    /// Returns whether a run can have this training state.
    fn is_sound(&self, model: &ModelState, training: &TrainingState) -> bool {
        let steps = self.clock().newest_steps_per_epoch();
        let is_stop = |stop: &Divergence| {
            REASONS.contains(&stop.reason.as_str())
                && stop.step.checked_sub(1).is_some_and(|taken| taken <= training.step)
        };
        if !training.divergence.as_ref().is_none_or(is_stop) {
            return false;
        }
        let taken = training.divergence.as_ref().map_or(training.step, Divergence::steps_taken);
        let is_accuracy = |(accuracy, epoch): (f64, u64)| {
            (0.0..=1.0).contains(&accuracy) && (1..=taken / steps).contains(&epoch)
        };
        training.step <= MOST_EPOCHS.saturating_mul(steps)
            && model.steps == taken
            && training.best.is_none_or(is_accuracy)
    }
}

/// Refuses a value that differs from that of the model's run.
fn refuse_other<T: PartialEq + std::fmt::Display>(
    key: &str,
    here: &T,
    there: &T,
    expected: impl FnOnce(&T) -> String,
) -> Result<(), KeyError> {
    if here == there {
        return Ok(());
    }
    let found = format!("found {here}, but the model is of a run with {there}");
    Err(KeyPath::default().key(key).refuse(found, expected(there)))
}

fn no_training_state(spec: &ArmSpec) -> KeyError {
    let found = "found a model that does not say where its run was";
    key_path(spec).refuse(found, "without --resume a new run starts from it")
}

fn unsound(spec: &ArmSpec) -> KeyError {
    let found = "found a training state that no run has";
    key_path(spec).refuse(found, "without --resume a new run starts from its weights")
}

fn key_path(spec: &ArmSpec) -> KeyPath {
    KeyPath::default().key("arm").key(&spec.name)
}
