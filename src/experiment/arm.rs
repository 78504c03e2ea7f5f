//! One network of a comparison under way: it steps, and stops at its last good state when its
//! numbers run away.

use crate::experiment::scenario::LARGEST;
use crate::nn::{Backprop, Cost, MiniBatch, Network, Real};
use crate::telemetry::{Divergence, Evaluation};

/// Factors beyond this are looked at closely: they may be infinite in f32.
const LARGEST_FACTOR: f64 = 1e30;

/// One network of a comparison.
pub(super) struct Arm<R> {
    pub(super) cost: Cost,
    /// λ/n: what η is multiplied with to shrink the weights.
    pub(super) shrinking: f64,
    pub(super) network: Network<R>,
    /// The network at the start.
    pub(super) start: Network<R>,
    pub(super) backprop: Backprop<R>,
    /// The step whose mini-batch `backprop` holds, forward and backward.
    ready: Option<u64>,
    /// No |weight| and no |bias| is larger.
    reach: f64,
    /// Where the network is kept while a step is tried; made when it is first needed.
    kept: Option<Box<Network<R>>>,
    pub(super) divergence: Option<Divergence>,
    pub(super) evaluation: Option<Evaluation>,
    /// The best accuracy after an epoch, and its first epoch.
    pub(super) best: Option<(f64, u64)>,
}

/// What a step is tried with.
#[derive(Clone, Copy)]
pub(super) struct Attempt {
    /// Steps taken before it.
    pub(super) step: u64,
    pub(super) eta: f64,
}

impl<R: Real> Arm<R> {
    /// A network before its first step, with mini-batches of at most `batch` examples.
    pub(super) fn new(network: Network<R>, cost: Cost, shrinking: f64, batch: usize) -> Self {
        Self {
            cost,
            shrinking,
            backprop: Backprop::new(&network, batch),
            reach: network.largest_weight(),
            start: network.clone(),
            network,
            ready: None,
            kept: None,
            divergence: None,
            evaluation: None,
            best: None,
        }
    }

    /// Starts anew from this network, which has the same shape.
    pub(super) fn start_from(&mut self, network: Network<R>) {
        self.reach = network.largest_weight();
        self.start = network.clone();
        self.network = network;
        self.ready = None;
        self.divergence = None;
        self.evaluation = None;
        self.best = None;
    }

    /// Gives one weight, or the bias where the input is the number of inputs, another value; or
    /// says why that cannot be.
    pub(super) fn set_weight(
        &mut self,
        (l, j, k): (usize, usize, usize),
        value: f64,
    ) -> Result<(), String> {
        if value.is_nan() || value.abs() > LARGEST {
            return Err(format!("a weight of {value} cannot be; −10⁶ to 10⁶ would do"));
        }
        let layer = self.network.layers_mut().get_mut(l);
        let layer = layer.filter(|layer| j < layer.outputs() && k <= layer.inputs());
        let Some(layer) = layer else {
            return Err(format!("there is no weight [{l}][{j}][{k}]; the first is [0][0][0]"));
        };
        if k == layer.inputs() {
            layer.biases_mut()[j] = R::of(value);
        } else {
            layer.weights_mut()[[j, k]] = R::of(value);
        }
        self.reach = self.reach.max(value.abs());
        self.ready = None;
        Ok(())
    }

    /// Computes every z, a and δ on the mini-batch of a step, unless it is there already.
    pub(super) fn prepare(&mut self, step: u64, batch: &MiniBatch<R>) {
        if self.ready != Some(step) {
            self.backprop.forward(&self.network, batch);
            self.backprop.backward(&self.network, self.cost, batch);
            self.ready = Some(step);
        }
    }

    /// Takes one step and returns the mini-batch's cost before it; `None` if the arm diverges,
    /// which leaves it as it was.
    #[inline]
    pub(super) fn step(&mut self, attempt: Attempt, batch: &MiniBatch<R>) -> Option<f64> {
        self.prepare(attempt.step, batch);
        let cost = self.backprop.cost(self.cost, batch);
        if !cost.is_finite() {
            self.diverge(attempt, "the cost is no longer finite");
            return None;
        }
        let shrink = 1.0 - attempt.eta * self.shrinking;
        let factor = shrink.abs().max(1.0);
        let rounding = 1.0 + 2.0 * R::epsilon().to_f64();
        let bound = self.backprop.step_bound(batch, attempt.eta);
        let reach = (self.reach * factor + bound) * rounding;
        let is_sure = reach <= LARGEST && attempt.eta.max(factor) < LARGEST_FACTOR;
        if is_sure {
            self.backprop.descend(&mut self.network, batch, attempt.eta, shrink);
            self.reach = reach;
        } else if !self.step_carefully(attempt, batch, shrink) {
            return None;
        }
        self.ready = None;
        Some(cost)
    }

    /// Takes a step that may lead too far, looks at every number, and takes it back if one did.
    #[cold]
    fn step_carefully(&mut self, attempt: Attempt, batch: &MiniBatch<R>, shrink: f64) -> bool {
        let mut kept = self.kept.take().unwrap_or_else(|| Box::new(self.network.clone()));
        copy(&self.network, &mut kept);
        self.backprop.descend(&mut self.network, batch, attempt.eta, shrink);
        let largest = self.network.largest_weight();
        let is_good = largest <= LARGEST;
        if is_good {
            self.reach = largest;
        } else {
            copy(&kept, &mut self.network);
            let finite = largest.is_finite();
            let reason =
                if finite { "a weight beyond 10⁶" } else { "a weight is no longer finite" };
            self.diverge(attempt, reason);
        }
        self.kept = Some(kept);
        is_good
    }

    /// The output of a last layer of one neuron on the first example of the newest mini-batch.
    pub(super) fn output(&self) -> f64 {
        let last = self.network.layers().len() - 1;
        self.backprop.activations(last)[[0, 0]].to_f64()
    }

    /// Stops it before a step that cannot be taken.
    pub(super) fn diverge(&mut self, attempt: Attempt, reason: &str) {
        let Attempt { step, eta } = attempt;
        self.divergence = Some(Divergence { step: step + 1, eta, reason: reason.to_owned() });
    }

    /// Takes in how good it is; an accuracy at the start is no achievement.
    pub(super) fn evaluated(&mut self, evaluation: Evaluation) {
        let accuracy = evaluation.test_accuracy.or(evaluation.accuracy);
        if let Some(accuracy) = accuracy.filter(|_| evaluation.epoch > 0)
            && self.best.is_none_or(|(best, _)| accuracy > best)
        {
            self.best = Some((accuracy, evaluation.epoch));
        }
        self.evaluation = Some(evaluation);
    }
}

/// Copies weights and biases between networks of one shape.
fn copy<R: Real>(from: &Network<R>, to: &mut Network<R>) {
    for (from, to) in from.layers().iter().zip(to.layers_mut()) {
        to.weights_mut().assign(&from.weights());
        to.biases_mut().assign(&from.biases());
    }
}
