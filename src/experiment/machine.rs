//! The public interface of an experiment, which chooses the floating-point type.

mod resume;

use std::sync::Arc;

use crate::data::{Data, Dataset, RngStream, rng};
use crate::experiment::load::LoadedData;
use crate::experiment::lockstep::Lockstep;
use crate::experiment::observer::{Advance, EvaluationScope, StepObserver};
use crate::experiment::probe;
use crate::nn::{Layer, Network, Precision, Real, start};
use crate::scenario::{
    ArmSpec, InitialLayers, InitialState, KeyError, KeyPath, Location, Scenario, ScenarioError,
    batch_fits, data_fits, expected_targets, layers_of_model, row_suits,
};
use crate::telemetry::{
    ArmFacts, Divergence, EtaMode, Evaluation, GradientFactors, ModelState, RunFacts, Setting,
    SingleExample, WeightsRequest, WeightsSnapshot,
};

/// How models are asked for.
const SAID: &str = "--load";

/// A running scenario. It is deterministic and has no clock, files or threads of its own; no number depends
/// on the threads that call it.
pub struct Experiment {
    scenario: Scenario,
    data: Arc<Data>,
    starts_from_models: bool,
    arms: AnyPrecision,
}

/// The arms in one of the two arithmetics.
enum AnyPrecision {
    F32(Lockstep<f32>),
    F64(Lockstep<f64>),
}

/// Does the same with the arms of either arithmetic.
macro_rules! either {
    ($experiment:expr, $arms:ident => $does:expr) => {
        match $experiment {
            AnyPrecision::F32($arms) => $does,
            AnyPrecision::F64($arms) => $does,
        }
    };
}

impl Experiment {
    /// The arms of a scenario at their start.
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
        Ok(Self { scenario: scenario.clone(), data, starts_from_models: false, arms })
    }

    /// Starts all arms anew from one model, or each from its own.
    ///
    /// # Errors
    /// If a model does not fit its arm, or there are neither one nor as many as arms.
    pub fn start_from(&mut self, models: &[ModelState]) -> Result<(), ScenarioError> {
        let specs = &self.scenario.arms;
        if models.len() != 1 && models.len() != specs.len() {
            let found = format!("found {} models", models.len());
            let expected = format!("one, or {} for as many arms, would do", specs.len());
            return Err(KeyPath::default()
                .refuse(found, expected)
                .at(Location::Typed(SAID.to_owned())));
        }
        for (spec, model) in specs.iter().zip(models.iter().cycle()) {
            spec.check_model(model, SAID)?;
        }
        let layers = models.iter().cycle().map(layers_of_model);
        either!(&mut self.arms, arms => arms.start_from(networks(specs, layers)));
        self.starts_from_models = true;
        Ok(())
    }

    /// What does not change while it goes on.
    pub fn facts(&self) -> RunFacts {
        let (scenario, data) = (&self.scenario, &self.data);
        let metric = either!(&self.arms, arms => arms.metric);
        let is_single = either!(&self.arms, arms => arms.is_single());
        RunFacts {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            summary: scenario.summary.clone(),
            seed: scenario.seed,
            precision: scenario.precision,
            data: data.name.clone(),
            examples: data.train.len(),
            test_examples: data.test.as_ref().map_or(0, Dataset::len),
            batch: scenario.training.batch,
            picture: data.picture,
            classes: data.classes.clone(),
            metric,
            single: is_single.then(|| single_example(&data.train)),
            steps_per_epoch: self.steps_per_epoch(),
            arms: scenario.arms.iter().map(|arm| self.facts_of(arm)).collect(),
        }
    }

    fn facts_of(&self, arm: &ArmSpec) -> ArmFacts {
        let start = if self.starts_from_models { "given" } else { arm.start.name() };
        ArmFacts {
            name: arm.name.clone(),
            cost: arm.cost,
            sizes: arm.layers.clone(),
            hidden: arm.hidden,
            output: arm.output,
            lambda: arm.lambda,
            start: start.to_owned(),
        }
    }

    /// Does one unit of work, which takes about a millisecond: up to `limit` steps (at least one),
    /// never past an evaluation that is due, or a part of an evaluation. No number depends on `limit`.
    pub fn advance(&mut self, limit: u64, watch: &mut dyn StepObserver) -> Advance {
        either!(&mut self.arms, arms => arms.advance(limit.max(1), watch))
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        either!(&self.arms, arms => arms.step)
    }

    /// Whole epochs done.
    pub fn epoch(&self) -> u64 {
        self.step() / self.steps_per_epoch()
    }

    /// Epochs it is going to do.
    pub fn epochs(&self) -> u64 {
        either!(&self.arms, arms => arms.epochs())
    }

    /// Mini-batches in an epoch.
    pub fn steps_per_epoch(&self) -> u64 {
        either!(&self.arms, arms => arms.steps_per_epoch())
    }

    /// Runs on for so many epochs more.
    pub fn extend(&mut self, epochs: u64) {
        self.set_epochs(self.epochs().saturating_add(epochs));
    }

    /// Evaluates after every so many epochs from now on; 0 for the start and the end only.
    pub fn set_evaluate(&mut self, epochs: u64) {
        either!(&mut self.arms, arms => arms.set_evaluate(epochs));
    }

    /// Does so many epochs in all, but not fewer than it has begun.
    pub fn set_epochs(&mut self, epochs: u64) {
        let begun = self.step().div_ceil(self.steps_per_epoch()).max(1);
        either!(&mut self.arms, arms => arms.set_epochs(epochs.max(begun)));
    }

    /// Whether the next unit of work is part of an evaluation.
    pub fn is_evaluating(&self) -> bool {
        either!(&self.arms, arms => arms.is_evaluating())
    }

    /// Returns whether an evaluation has begun and not ended. Otherwise the best accuracies and the
    /// divergences are complete up to the current step.
    pub fn evaluation_is_under_way(&self) -> bool {
        either!(&self.arms, arms => arms.evaluation_is_under_way())
    }

    /// Whether an evaluation is under way, as the next unit of work or beside the training.
    pub fn awaits_evaluation(&self) -> bool {
        either!(&self.arms, arms => arms.awaits_evaluation())
    }

    /// Goes on with an evaluation, or waits a few milliseconds for the one that is under way beside
    /// the training. Takes no step.
    pub fn complete_evaluation(&mut self) -> Advance {
        either!(&mut self.arms, arms => arms.complete_evaluation())
    }

    /// Whether it is at the end of its epochs.
    pub fn is_finished(&self) -> bool {
        either!(&self.arms, arms => arms.is_finished())
    }

    /// Whether every arm has diverged.
    pub fn is_stopped(&self) -> bool {
        either!(&self.arms, arms => arms.is_stopped())
    }

    /// How many threads train it when nothing brakes it: one for each arm, as far as there are cores
    /// and as it is worth it.
    pub fn threads(&self) -> usize {
        either!(&self.arms, arms => arms.threads())
    }

    /// What it is trained on.
    pub fn data(&self) -> &Arc<Data> {
        &self.data
    }

    /// The same, with what it depends on.
    pub fn loaded_data(&self) -> LoadedData {
        LoadedData::new(&self.scenario, Arc::clone(&self.data))
    }

    /// η of every arm at the next step.
    pub fn etas(&self) -> &[f64] {
        either!(&self.arms, arms => arms.rates.etas())
    }

    /// Where η comes from.
    pub fn eta_mode(&self) -> EtaMode {
        either!(&self.arms, arms => arms.rates.mode())
    }

    /// Goes on with the learning rates of another run and with where they come from, if its arms
    /// have the same costs.
    pub fn keep_etas_of(&mut self, other: &Self) {
        let kept = either!(&other.arms, arms => arms.rates.clone());
        either!(&mut self.arms, arms => arms.rates.keep(&kept));
    }

    /// Changes a setting, from the next step on.
    ///
    /// # Errors
    /// If it cannot be; says why, and changes nothing.
    pub fn set(&mut self, setting: &Setting) -> Result<(), String> {
        either!(&mut self.arms, arms => arms.set(setting))
    }

    /// Sets the scope of evaluations from the next one on. It changes no number, but [`Self::evaluation`]
    /// is `None` for what is not requested.
    pub fn set_evaluation_scope(&mut self, scope: EvaluationScope) {
        either!(&mut self.arms, arms => arms.scope = scope);
    }

    /// The newest evaluation of an arm.
    pub fn evaluation(&self, arm: usize) -> Option<&Evaluation> {
        either!(&self.arms, arms => arms.arms.get(arm)?.evaluation.as_ref())
    }

    /// Makes the newest evaluation of every arm that of its network as it stands, in the middle
    /// of an epoch too; none where the cost there is no longer finite.
    pub fn evaluate_now(&mut self) {
        either!(&mut self.arms, arms => arms.evaluate_now());
    }

    /// The best test accuracy of an arm (training accuracy without a test set) after an epoch,
    /// and the first epoch with it, counted from 1.
    pub fn best(&self, arm: usize) -> Option<(f64, u64)> {
        either!(&self.arms, arms => arms.arms.get(arm)?.best)
    }

    /// Where and why an arm has diverged, if it has.
    pub fn divergence(&self, arm: usize) -> Option<&Divergence> {
        either!(&self.arms, arms => arms.arms.get(arm)?.divergence.as_ref())
    }

    /// Returns how many steps an arm has taken: fewer than the others if it has diverged, more if it waits
    /// for them in a resumed run.
    ///
    /// # Panics
    /// If there is no such arm.
    pub fn steps_taken(&self, arm: usize) -> u64 {
        either!(&self.arms, arms => arms.steps_taken(arm))
    }

    /// Examples that an arm has learnt from, each as often as it was dealt.
    pub fn examples_seen(&self, arm: usize) -> u64 {
        self.examples_in(self.steps_taken(arm))
    }

    /// Examples that have been dealt, each as often as it was.
    pub fn examples_drawn(&self) -> u64 {
        self.examples_in(self.step())
    }

    fn examples_in(&self, steps: u64) -> u64 {
        let (epochs, rest) = (steps / self.steps_per_epoch(), steps % self.steps_per_epoch());
        epochs * self.data.train.len() as u64 + rest * self.scenario.training.batch as u64
    }

    /// The factors of an arm's gradient on the mini-batch of the next step, at its weights now.
    ///
    /// # Panics
    /// If there is no such arm.
    pub fn gradient_factors(&mut self, arm: usize) -> GradientFactors {
        either!(&mut self.arms, arms => arms.gradient_factors(arm))
    }

    /// The weights of every arm, as asked.
    pub fn weights_snapshot(&mut self, request: WeightsRequest) -> WeightsSnapshot {
        either!(&mut self.arms, arms => arms.weights_snapshot(request))
    }

    /// The networks of the arms as they stand, in f64, exactly.
    pub fn networks(&self) -> Vec<Network<f64>> {
        either!(&self.arms, arms => arms.arms.iter().map(|arm| arm.network.widened()).collect())
    }

    /// The parameters of an arm that is one neuron with one or two inputs: w₁, w₂ (0 where it has
    /// one input) and b.
    pub fn neuron(&self, arm: usize) -> Option<[f64; 3]> {
        either!(&self.arms, arms => probe::parameters(&arms.arms.get(arm)?.network))
    }

    /// Writes all numbers of an arm in few bytes: the weights of each layer, input by input, and its
    /// biases.
    ///
    /// # Panics
    /// If there is no such arm.
    pub fn flatten(&self, arm: usize, into: &mut Vec<f32>) {
        either!(&self.arms, arms => probe::flatten(&arms.arms[arm].network, into));
    }

    /// The mini-batch of the next step: rows of the training set.
    pub fn next_rows(&mut self) -> Vec<u32> {
        either!(&mut self.arms, arms => arms.next_rows().to_vec())
    }

    /// An arm as it stands, to be kept.
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
            cost: spec.cost,
            hidden: spec.hidden,
            output: spec.output,
            precision: self.scenario.precision,
            eta: self.etas()[arm],
            lambda: spec.lambda,
            seed: self.scenario.seed,
            steps,
            epochs: steps / self.steps_per_epoch(),
            training: Some(either!(&self.arms, arms => arms.state(arm))),
        }
    }
}

/// The only example of a data set that has one.
fn single_example(train: &Dataset) -> SingleExample {
    let (mut x, mut y) = (vec![0.0; train.inputs()], vec![0.0; train.outputs()]);
    train.write_input(0, &mut x);
    train.write_target(0, &mut y);
    SingleExample { x, y: y[0] }
}

/// Whether the data is what the scenario's networks and mini-batches are made for.
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
                return Err(key_path.key("cost").refuse(found, expected_targets(arm.cost)));
            }
        }
    }
    data_fits(scenario.precision, data)?;
    batch_fits(scenario.training.batch, data.train.len())
}

/// The first example with a target that does not suit the cost, and that target.
fn unfit_row(arm: &ArmSpec, set: &Dataset) -> Option<(usize, f64)> {
    if set.is_one_hot() || (set.is_binary() && row_suits(arm.cost, &[1.0])) {
        return None;
    }
    let mut y = vec![0.0; set.outputs()];
    let row = (0..set.len()).find(|row| {
        set.write_target(*row, &mut y);
        !row_suits(arm.cost, &y)
    })?;
    let unfit = y.iter().copied().find(|y| !row_suits(arm.cost, &[*y]));
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

/// The weights of each layer, row by row, and its biases.
fn numbers<R: Real>(network: &Network<R>) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let weights = |layer: &Layer<R>| layer.weights().iter().map(|w| (*w).to_f64()).collect();
    let biases = |layer: &Layer<R>| layer.biases().iter().map(|b| (*b).to_f64()).collect();
    let layers = network.layers();
    (layers.iter().map(weights).collect(), layers.iter().map(biases).collect())
}

#[cfg(test)]
mod tests;
