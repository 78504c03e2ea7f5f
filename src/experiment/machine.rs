//! The public interface of an experiment, which chooses the floating-point type.

/// Evaluates the same expression for the arms of either floating-point type.
macro_rules! either {
    ($experiment:expr, $arms:ident => $does:expr) => {
        match $experiment {
            AnyPrecision::F32($arms) => $does,
            AnyPrecision::F64($arms) => $does,
        }
    };
}

mod edit;
mod facts;
mod resume;
mod snapshot;

use std::borrow::Borrow;
use std::sync::Arc;

use crate::data::{Data, Dataset, RngStream, rng};
use crate::experiment::load::LoadedData;
use crate::experiment::lockstep::Lockstep;
use crate::experiment::observer::{Advance, EvaluationScope, StepObserver};
use crate::experiment::probe;
use crate::nn::{Layer, Network, Precision, Real, start};
use crate::scenario::{
    ArmSpec, InitialLayers, InitialState, KeyError, KeyPath, Location, Scenario, ScenarioError,
    batch_fits, data_fits, layers_of_model,
};
use crate::telemetry::{
    Clock, Divergence, EtaMode, Evaluation, GradientFactors, ModelState, Setting, WeightsRequest,
    WeightsSnapshot,
};

pub(crate) use snapshot::ExperimentSnapshot;

/// The flag that loads models, for error messages.
const LOAD_FLAG: &str = "--load";

/// A scenario being trained. It is deterministic and has no clock, files or threads of its own; no number
/// depends on the threads that call it.
pub struct Experiment {
    scenario: Scenario,
    /// The data as they were loaded.
    loaded: Arc<Data>,
    /// The data at the present step: the same, unless examples have been changed.
    data: Arc<Data>,
    starts_from_models: bool,
    arms: AnyPrecision,
}

/// The arms in one of the two floating-point types.
enum AnyPrecision {
    F32(Lockstep<f32>),
    F64(Lockstep<f64>),
}

impl Experiment {
    /// Creates the arms of a scenario at their start.
    ///
    /// # Errors
    /// If the data does not fit the scenario.
    pub fn new(scenario: &Scenario, data: Arc<Data>) -> Result<Self, ScenarioError> {
        check_data(scenario, &data)
            .map_err(|refusal| refusal.at(Location::Scenario(scenario.name.clone())))?;
        let arms = match scenario.precision {
            Precision::F32 => AnyPrecision::F32(arms_at_start(scenario, &data)),
            Precision::F64 => AnyPrecision::F64(arms_at_start(scenario, &data)),
        };
        Ok(Self {
            scenario: scenario.clone(),
            loaded: Arc::clone(&data),
            data,
            starts_from_models: false,
            arms,
        })
    }

    /// Restarts all arms from one model, or each arm from its own.
    ///
    /// # Errors
    /// If a model does not fit its arm, or the number of models is neither one nor that of the arms.
    pub fn start_from(&mut self, models: &[impl Borrow<ModelState>]) -> Result<(), ScenarioError> {
        let specs = &self.scenario.arms;
        if models.len() != 1 && models.len() != specs.len() {
            let found = format!("found {} models", models.len());
            let expected = format!("one, or {} for as many arms, would do", specs.len());
            return Err(KeyPath::default()
                .refuse(found, expected)
                .at(Location::Typed(LOAD_FLAG.to_owned())));
        }
        for (spec, model) in specs.iter().zip(models.iter().cycle()) {
            spec.check_model(model.borrow(), LOAD_FLAG)?;
        }
        let layers = models.iter().cycle().map(|model| layers_of_model(model.borrow()));
        either!(&mut self.arms, arms => arms.start_from(networks(specs, layers)));
        self.starts_from_models = true;
        Ok(())
    }

    /// Returns the scenario as the run was created from it. Settings that change in a run are others by now.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Does one unit of work, which takes about a millisecond: up to `limit` steps (at least one), never
    /// past an evaluation that is due, or a part of an evaluation. No number depends on `limit`.
    pub fn advance(&mut self, limit: u64, watch: &mut dyn StepObserver) -> Advance {
        either!(&mut self.arms, arms => arms.advance(limit.max(1), watch))
    }

    /// Returns the number of steps done.
    pub fn step(&self) -> u64 {
        either!(&self.arms, arms => arms.step)
    }

    /// Returns the number of whole epochs done.
    pub fn epoch(&self) -> u64 {
        either!(&self.arms, arms => arms.epoch())
    }

    /// Returns the number of epochs of the whole run.
    pub fn epochs(&self) -> u64 {
        either!(&self.arms, arms => arms.epochs())
    }

    /// Returns the clock that counts the epochs of the run. It knows the changes of the examples that have been made
    /// up to the present step.
    pub fn clock(&self) -> &Arc<Clock> {
        either!(&self.arms, arms => &arms.clock)
    }

    /// Returns whether the next unit of work is part of an evaluation.
    pub fn is_evaluating(&self) -> bool {
        either!(&self.arms, arms => arms.is_evaluating())
    }

    /// Returns whether an evaluation of the current step is due and has not begun.
    pub fn evaluation_is_due(&self) -> bool {
        either!(&self.arms, arms => arms.evaluation_is_due())
    }

    /// Returns whether an evaluation has begun and not ended. Otherwise the best accuracies and the
    /// divergences are complete up to the current step.
    pub fn evaluation_is_under_way(&self) -> bool {
        either!(&self.arms, arms => arms.evaluation_is_under_way())
    }

    /// Returns whether an evaluation is due or under way, on this thread or in the background.
    pub fn awaits_evaluation(&self) -> bool {
        either!(&self.arms, arms => arms.awaits_evaluation())
    }

    /// Continues an evaluation, or waits a few milliseconds for one in the background. Takes no step.
    pub fn complete_evaluation(&mut self) -> Advance {
        either!(&mut self.arms, arms => arms.complete_evaluation())
    }

    /// Returns the number of epochs from one evaluation to the next, as `training.evaluate` has it.
    pub fn evaluated_every(&self) -> u64 {
        either!(&self.arms, arms => arms.evaluate)
    }

    /// Returns whether all epochs are trained and evaluated.
    pub fn is_finished(&self) -> bool {
        either!(&self.arms, arms => arms.is_finished())
    }

    /// Returns whether every arm has diverged.
    pub fn is_stopped(&self) -> bool {
        either!(&self.arms, arms => arms.is_stopped())
    }

    /// Returns the number of threads that train without a speed limit: one for each arm, limited by the
    /// cores, or one if parallel training does not pay.
    pub fn threads(&self) -> usize {
        either!(&self.arms, arms => arms.threads())
    }

    /// Returns the data at the present step.
    pub fn data(&self) -> &Arc<Data> {
        &self.data
    }

    /// Returns the data as they were loaded, with the keys that they depend on.
    pub fn loaded_data(&self) -> LoadedData {
        LoadedData::new(&self.scenario, Arc::clone(&self.loaded))
    }

    /// Returns η of every arm at the next step.
    pub fn etas(&self) -> &[f64] {
        either!(&self.arms, arms => arms.rates.etas())
    }

    /// Returns the mode that links the learning rates.
    pub fn eta_mode(&self) -> EtaMode {
        either!(&self.arms, arms => arms.rates.mode())
    }

    /// Returns the settings that give a run with the learning rates of its scenario those of this one.
    pub fn rate_settings(&self) -> Vec<Setting> {
        either!(&self.arms, arms => arms.rates.settings())
    }

    /// Returns whether the arms have the same costs as those of another run.
    pub fn has_costs_of(&self, other: &Self) -> bool {
        let costs = |experiment: &Self| -> Vec<_> {
            experiment.scenario.arms.iter().map(|arm| arm.cost).collect()
        };
        costs(self) == costs(other)
    }

    /// Returns whether the same data were loaded for another run.
    pub fn has_data_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.loaded, &other.loaded)
    }

    /// Sets the scope of evaluations from the next one on. It changes no number, but [`Self::evaluation`]
    /// is `None` for what is not requested.
    pub fn set_evaluation_scope(&mut self, scope: EvaluationScope) {
        either!(&mut self.arms, arms => arms.scope = scope);
    }

    /// Returns the last evaluation of an arm.
    pub fn evaluation(&self, arm: usize) -> Option<&Evaluation> {
        either!(&self.arms, arms => arms.arms.get(arm)?.evaluation.as_ref())
    }

    /// Evaluates every arm at its current step, in the middle of an epoch too. An arm whose costs or
    /// gradient norms are not finite has no evaluation afterwards.
    pub fn evaluate_now(&mut self) {
        either!(&mut self.arms, arms => arms.evaluate_now());
    }

    /// Returns the best test accuracy of an arm (training accuracy without a test set) after an epoch, and
    /// the first epoch that reached it, counted from 1.
    pub fn best(&self, arm: usize) -> Option<(f64, u64)> {
        either!(&self.arms, arms => arms.arms.get(arm)?.best)
    }

    /// Returns the step and reason of an arm's divergence, if it has diverged.
    pub fn divergence(&self, arm: usize) -> Option<&Divergence> {
        either!(&self.arms, arms => arms.arms.get(arm)?.divergence.as_ref())
    }

    /// Returns the number of steps that an arm has taken: fewer than the others if it has diverged, more
    /// if it waits for them in a resumed run.
    ///
    /// # Panics
    /// If there is no such arm.
    pub fn steps_taken(&self, arm: usize) -> u64 {
        either!(&self.arms, arms => arms.steps_taken(arm))
    }

    /// Returns the number of examples that an arm has been trained on, counted with repetition. An arm that has diverged
    /// before the examples were changed is counted up to the change.
    pub fn examples_seen(&self, arm: usize) -> u64 {
        either!(&self.arms, arms => arms.drawn(self.steps_taken(arm)))
    }

    /// Returns the number of examples drawn, counted with repetition.
    pub fn examples_drawn(&self) -> u64 {
        either!(&self.arms, arms => arms.drawn(self.step()))
    }

    /// Returns the factors of an arm's gradient on the next mini-batch, at its current weights.
    ///
    /// # Panics
    /// If there is no such arm.
    pub fn gradient_factors(&mut self, arm: usize) -> GradientFactors {
        either!(&mut self.arms, arms => arms.gradient_factors(arm))
    }

    /// Returns the requested weights of every arm. An experiment keeps no frames of its past: a film and a path
    /// that are requested hold the present step alone.
    pub fn weights_snapshot(&mut self, request: WeightsRequest) -> WeightsSnapshot {
        either!(&mut self.arms, arms => arms.weights_snapshot(request))
    }

    /// Returns the current networks of the arms in f64, which is exact.
    pub fn networks(&self) -> Vec<Network<f64>> {
        either!(&self.arms, arms => arms.arms.iter().map(|arm| arm.network.widened()).collect())
    }

    /// Returns the parameters of an arm that is one neuron with one or two inputs: w₁, w₂ (0 with one
    /// input) and b.
    pub fn neuron(&self, arm: usize) -> Option<[f64; 3]> {
        either!(&self.arms, arms => probe::parameters(&arms.arms.get(arm)?.network))
    }

    /// Writes all parameters of an arm as f32: the weights of each layer, input by input, and its biases.
    ///
    /// # Panics
    /// If there is no such arm.
    pub fn flatten(&self, arm: usize, into: &mut Vec<f32>) {
        either!(&self.arms, arms => probe::flatten(&arms.arms[arm].network, into));
    }

    /// Returns the rows of the next mini-batch in the training set.
    pub fn next_rows(&mut self) -> Vec<u32> {
        either!(&mut self.arms, arms => arms.next_rows().to_vec())
    }

    /// Returns the current state of an arm for saving.
    ///
    /// # Panics
    /// If there is no such arm.
    pub fn model(&self, arm: usize) -> ModelState {
        let spec = &self.scenario.arms[arm];
        let (weights, biases) = either!(&self.arms, arms => numbers(&arms.arms[arm].network));
        let steps = self.steps_taken(arm);
        ModelState {
            arm: spec.name.clone(),
            sizes: spec.layers.clone(),
            weights,
            biases,
            cost: Some(spec.cost),
            hidden: Some(spec.hidden),
            output: Some(spec.output),
            scaling: self.data.scaling.clone(),
            precision: self.scenario.precision,
            eta: self.etas()[arm],
            lambda: spec.lambda,
            seed: self.scenario.seed,
            steps,
            epochs: self.clock().epoch(steps),
            training: Some(either!(&self.arms, arms => arms.state(arm))),
        }
    }
}

/// Checks that the data fits the scenario's networks, costs, precision and mini-batches.
fn check_data(scenario: &Scenario, data: &Data) -> Result<(), KeyError> {
    let (inputs, outputs) = (data.train.inputs(), data.train.outputs());
    for arm in &scenario.arms {
        let key_path = KeyPath::default().key("arm").key(&arm.name);
        if arm.layers.first() != Some(&inputs) || arm.layers.last() != Some(&outputs) {
            let found = format!("found {:?} for the data {}", arm.layers, data.name);
            let expected = format!("{inputs} first and {outputs} last would do");
            return Err(key_path.key("layers").refuse(found, expected));
        }
        let sets = [("example", Some(&data.train)), ("test example", data.test.as_ref())];
        for (one, set) in sets.into_iter().filter_map(|(one, set)| Some((one, set?))) {
            if let Some((row, y)) = unfit_row(arm, set) {
                let found = format!(
                    "found \"{}\", but {one} {} of {} has the target {y:?}",
                    arm.cost.name(),
                    row + 1,
                    data.name,
                );
                return Err(key_path.key("cost").refuse(found, arm.cost.texts().targets));
            }
        }
    }
    data_fits(scenario.precision, data)?;
    batch_fits(scenario.training.batch, data.train.len())
}

/// Returns the first example with a target that does not suit the cost, and that target.
fn unfit_row(arm: &ArmSpec, set: &Dataset) -> Option<(usize, f64)> {
    if set.is_one_hot() || (set.is_binary() && arm.cost.accepts(&[1.0])) {
        return None;
    }
    let mut y = vec![0.0; set.outputs()];
    let row = (0..set.len()).find(|row| {
        set.write_target(*row, &mut y);
        !arm.cost.accepts(&y)
    })?;
    let unfit = y.iter().copied().find(|y| !arm.cost.accepts(&[*y]));
    Some((row, unfit.unwrap_or(y[0])))
}

fn arms_at_start<R: Real>(scenario: &Scenario, data: &Arc<Data>) -> Lockstep<R> {
    let layers = scenario.arms.iter().map(|arm| match &arm.start {
        InitialState::Given(layers) => layers.clone(),
        InitialState::Random(init) => {
            start(&arm.layers, *init, &mut rng(scenario.seed, RngStream::Start))
        }
    });
    Lockstep::new(scenario, data, networks(&scenario.arms, layers))
}

fn networks<R: Real>(
    specs: &[ArmSpec],
    layers: impl IntoIterator<Item = InitialLayers>,
) -> Vec<Network<R>> {
    let pairs = specs.iter().zip(layers);
    pairs.map(|(spec, layers)| Network::new(spec.hidden, spec.output, layers)).collect()
}

/// Returns the weights of each layer, row by row, and its biases.
fn numbers<R: Real>(network: &Network<R>) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let weights = |layer: &Layer<R>| layer.weights().iter().map(|w| (*w).to_f64()).collect();
    let biases = |layer: &Layer<R>| layer.biases().iter().map(|b| (*b).to_f64()).collect();
    let layers = network.layers();
    (layers.iter().map(weights).collect(), layers.iter().map(biases).collect())
}

#[cfg(test)]
mod tests;
