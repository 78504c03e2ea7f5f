//! Arms in lock-step: every arm walks the same mini-batches, dealt once.

use std::sync::Arc;

use crate::data::Data;
use crate::experiment::arm::{Arm, Attempt};
use crate::experiment::dealer::Dealer;
use crate::experiment::evaluator::Evaluator;
use crate::experiment::looking;
use crate::experiment::rates::Rates;
use crate::experiment::scenario::Scenario;
use crate::experiment::watch::{Advance, StepReading, Watch};
use crate::nn::{Network, Real};
use crate::telemetry::{Divergence, Metric, Moment, Setting, WeightsAsked, WeightsPicture};

/// The most steps of a chunk: of the smallest networks it takes about 50 µs.
const CHUNK: u64 = 1024;

/// Multiplications in about a millisecond of training, at the rate of one slow core.
const MULTIPLICATIONS: usize = 6_000_000;

/// What a neuron costs beside its weights, in multiplications: its exponential.
const NEURON: usize = 30;

/// The most inputs that are dealt at once, so that a chunk stays in the cache.
const CHUNK_INPUTS: usize = 1 << 18;

/// Arms of one arithmetic under way.
pub(super) struct Lockstep<R> {
    pub(super) arms: Vec<Arm<R>>,
    pub(super) rates: Rates,
    pub(super) step: u64,
    pub(super) epochs: u64,
    pub(super) metric: Metric,
    is_single: bool,
    evaluate: u64,
    evaluated: Option<u64>,
    dealer: Dealer<R>,
    evaluator: Evaluator<R>,
    slices: usize,
}

impl<R: Real> Lockstep<R> {
    /// The arms of a scenario at their start; `networks` has one for each.
    pub(super) fn new(scenario: &Scenario, data: &Arc<Data>, networks: Vec<Network<R>>) -> Self {
        let (n, batch) = (data.train.len(), scenario.training.batch);
        let arms: Vec<Arm<R>> = networks
            .into_iter()
            .zip(&scenario.arms)
            .map(|(network, spec)| Arm::new(network, spec.cost, spec.lambda / n as f64, batch))
            .collect();
        let work: usize = arms.iter().map(|arm| work(&arm.network)).sum();
        let inputs = data.train.inputs();
        let most = (MULTIPLICATIONS / (batch * work).max(1))
            .min(CHUNK_INPUTS / (batch * inputs))
            .clamp(1, CHUNK as usize);
        let dealer = Dealer::new(Arc::clone(data), batch, most);
        let evaluator = Evaluator::new(Arc::clone(data), &arms);
        let slices = (MULTIPLICATIONS / (evaluator.slice_len() * work).max(1)).max(1);
        let is_single = n == 1 && arms.iter().all(|arm| arm.network.sizes()[1..] == [1]);
        Self {
            rates: Rates::new(scenario.arms.iter().map(|arm| (arm.eta, arm.cost))),
            step: 0,
            epochs: scenario.training.epochs,
            metric: metric(data),
            is_single,
            evaluate: scenario.training.evaluate,
            evaluated: None,
            dealer: dealer.ordered(scenario.seed, scenario.training.shuffle),
            evaluator,
            slices,
            arms,
        }
    }

    /// Starts anew from these networks, one for each arm.
    pub(super) fn start_from(&mut self, networks: Vec<Network<R>>) {
        for (arm, network) in self.arms.iter_mut().zip(networks) {
            arm.start_from(network);
        }
        self.step = 0;
        self.evaluated = None;
        self.evaluator.stop();
    }

    pub(super) fn steps_per_epoch(&self) -> u64 {
        self.dealer.steps_per_epoch()
    }

    /// Whether the run is one neuron and one example.
    pub(super) fn is_single(&self) -> bool {
        self.is_single
    }

    /// Does one unit of work.
    pub(super) fn advance(&mut self, limit: u64, watch: &mut dyn Watch) -> Advance {
        if self.is_evaluating() {
            return self.advance_evaluation();
        }
        if self.is_stopped() {
            return Advance::Stopped;
        }
        if self.is_finished() {
            return Advance::Finished;
        }
        self.walk(limit, watch);
        Advance::Stepped
    }

    /// Changes a setting, from the next step on, or says why it cannot be.
    pub(super) fn set(&mut self, setting: &Setting) -> Result<(), String> {
        let (Setting::Eta { arm, .. } | Setting::EtaMode { arm, .. } | Setting::Weight { arm, .. }) =
            *setting;
        if arm >= self.arms.len() {
            return Err(format!("there is no arm {}; the run has {}", arm + 1, self.arms.len()));
        }
        match *setting {
            Setting::Eta { arm, eta } => self.rates.set_eta(arm, eta),
            Setting::EtaMode { mode, arm } => self.rates.set_mode(mode, arm),
            Setting::Weight { arm, at, value } => self.arms[arm].set_weight(at, value),
        }
    }

    /// Whether the next unit of work is part of an evaluation.
    pub(super) fn is_evaluating(&self) -> bool {
        self.evaluator.is_under_way() || self.evaluation_is_due()
    }

    /// Whether every arm has diverged.
    pub(super) fn is_stopped(&self) -> bool {
        self.arms.iter().all(|arm| arm.divergence.is_some())
    }

    /// Whether all epochs have been walked and evaluated.
    pub(super) fn is_finished(&self) -> bool {
        !self.is_evaluating() && self.step >= self.epochs.saturating_mul(self.steps_per_epoch())
    }

    /// Takes up to `limit` steps, with every arm in turn.
    fn walk(&mut self, limit: u64, watch: &mut dyn Watch) {
        let steps = self.steps_per_epoch();
        let left = steps - self.step % steps;
        let count = limit.min(left).min(self.dealer.most());
        let hands = self.dealer.deal(self.step, count);
        for (index, arm) in self.arms.iter_mut().enumerate() {
            if arm.divergence.is_some() {
                continue;
            }
            let eta = self.rates.etas()[index];
            watch.arm_begins(index);
            for (step, hand) in (self.step..).zip(hands) {
                let Some(cost) = arm.step(Attempt { step, eta }, hand) else { break };
                let metric = match self.metric {
                    Metric::Output => arm.output(),
                    Metric::Error => arm.backprop.mean_error(hand),
                    Metric::Accuracy => 0.0,
                };
                watch.stepped(index, step, StepReading { cost, metric });
            }
            watch.arm_ends(index);
        }
        self.step += count;
        if self.is_stopped() {
            // The last arm stood still in the middle of the chunk: no step was taken after it.
            let stops = self.arms.iter().filter_map(|arm| arm.divergence.as_ref());
            self.step = stops.map(Divergence::steps_taken).max().unwrap_or(self.step);
        }
    }

    /// Whether an evaluation belongs here that has not been made yet.
    fn evaluation_is_due(&self) -> bool {
        let steps = self.steps_per_epoch();
        let epoch = self.step / steps;
        let is_at_end = self.step.is_multiple_of(steps);
        let belongs = epoch == 0
            || epoch == self.epochs
            || (self.evaluate > 0 && epoch.is_multiple_of(self.evaluate));
        is_at_end && belongs && self.evaluated != Some(self.step)
    }

    fn advance_evaluation(&mut self) -> Advance {
        if !self.evaluator.is_under_way() {
            self.evaluator.begin(&self.arms);
        }
        let ended = (0..self.slices).any(|_| self.evaluator.slice(&self.arms));
        if !ended {
            return Advance::Evaluating;
        }
        let at = (self.step, self.step / self.steps_per_epoch());
        for (index, arm) in self.arms.iter_mut().enumerate() {
            if arm.divergence.is_some() {
                continue;
            }
            let eta = self.rates.etas()[index];
            if let Some(evaluation) = self.evaluator.outcome(index, arm, at) {
                arm.evaluated(evaluation);
            } else {
                arm.diverge(Attempt { step: self.step, eta }, "the cost is no longer finite");
            }
        }
        self.evaluated = Some(self.step);
        Advance::Evaluated
    }

    /// Evaluates every arm as it stands: in the middle of an epoch, or where it has diverged.
    pub(super) fn evaluate_now(&mut self) {
        // The evaluator passes over arms that have diverged.
        let stops: Vec<_> = self.arms.iter_mut().map(|arm| arm.divergence.take()).collect();
        self.evaluator.begin(&self.arms);
        while !self.evaluator.slice(&self.arms) {}
        let steps = self.steps_per_epoch();
        for (index, (arm, stop)) in self.arms.iter_mut().zip(stops).enumerate() {
            let step = stop.as_ref().map_or(self.step, Divergence::steps_taken);
            match self.evaluator.outcome(index, arm, (step, step / steps)) {
                Some(evaluation) if step.is_multiple_of(steps) => arm.evaluated(evaluation),
                part_of_an_epoch => arm.evaluation = part_of_an_epoch,
            }
            arm.divergence = stop;
        }
        self.evaluated = Some(self.step);
    }

    /// The factors of the gradient of an arm for the next step.
    pub(super) fn moment(&mut self, arm: usize) -> Moment {
        let (arm, step) = (&mut self.arms[arm], self.step);
        let hand = &self.dealer.deal(step, 1)[0];
        arm.prepare(step, hand);
        looking::moment(arm, hand, self.is_single)
    }

    /// The weights of every arm, as asked.
    pub(super) fn weights_picture(&mut self, asked: WeightsAsked) -> WeightsPicture {
        let step = self.step;
        let hand = &self.dealer.deal(step, 1)[0];
        let mut picture = WeightsPicture { step, asked, arms: Vec::new(), cursor: Vec::new() };
        for arm in &mut self.arms {
            arm.prepare(step, hand);
            let (layers, reading) = looking::weights(arm, hand, &asked);
            picture.arms.push(layers);
            picture.cursor.push(reading);
        }
        picture
    }
}

/// What the second chart of a duel shows of these data.
fn metric(data: &Data) -> Metric {
    let train = &data.train;
    if train.outputs() == 1 && train.len() == 1 {
        Metric::Output
    } else if train.is_binary() || train.is_one_hot() {
        Metric::Accuracy
    } else {
        Metric::Error
    }
}

/// Multiplications of an example in a step: forward, backward, descend.
fn work<R: Real>(network: &Network<R>) -> usize {
    let layer = |sizes: &[usize]| 3 * sizes[0] * sizes[1] + NEURON * sizes[1];
    network.sizes().windows(2).map(layer).sum()
}
