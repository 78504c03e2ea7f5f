//! What a watcher remembers of a run: the facts, the curves, and the newest of everything else.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::telemetry::{
    ArmDigest, Digest, Divergence, EtaMode, Evaluation, Moment, Notice, Pace, RunFacts, RunState,
    Series, WeightsPicture,
};

/// A change of η, to be marked on the charts.
#[derive(Clone, Debug, PartialEq)]
pub struct EtaMark {
    /// Steps done when it took effect.
    pub step: u64,
    /// η of every arm since.
    pub etas: Vec<f64>,
}

/// What is remembered of one arm; the fields are those of [`ArmDigest`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmHistory {
    /// η at the next step.
    pub eta: f64,
    /// Mini-batch cost.
    pub cost: Series,
    /// The metric of each step.
    pub metric: Series,
    /// Cost over the training set.
    pub full_cost: Series,
    /// The metric over the training set.
    pub full_metric: Series,
    /// Test accuracy.
    pub test_accuracy: Series,
    /// C₀: the cost over the training set at the start, once it is known.
    pub first_cost: Option<f64>,
    /// The newest evaluation.
    pub evaluation: Option<Evaluation>,
    /// Best accuracy and its first epoch.
    pub best: Option<(f64, u64)>,
    /// The factors now.
    pub moment: Option<Moment>,
    /// Where the closed form foresees a = ½.
    pub foreseen: Option<f64>,
    /// Where it was reached.
    pub reached_half: Option<u64>,
    /// Set once it has diverged.
    pub diverged: Option<Divergence>,
}

impl ArmHistory {
    fn absorb(&mut self, told: ArmDigest) {
        self.eta = told.eta;
        self.cost.absorb(&told.cost);
        self.metric.absorb(&told.metric);
        self.full_cost.absorb(&told.full_cost);
        self.full_metric.absorb(&told.full_metric);
        self.test_accuracy.absorb(&told.test_accuracy);
        if self.first_cost.is_none() {
            self.first_cost = [&told.full_cost, &told.cost]
                .into_iter()
                .find_map(|series| series.first().filter(|b| b.first == 0).map(|b| b.max));
        }
        self.evaluation = told.evaluation.or(self.evaluation.take());
        self.best = told.best.or(self.best);
        self.moment = told.moment.or(self.moment.take());
        self.foreseen = told.foreseen;
        self.reached_half = told.reached_half.or(self.reached_half);
        self.diverged = told.diverged.or(self.diverged.take());
    }
}

/// A run as its watcher knows it. Grows with nothing but the number of arms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// What the run is; `None` until the first one has begun.
    pub facts: Option<Arc<RunFacts>>,
    /// What it is doing.
    pub state: RunState,
    /// Steps done.
    pub step: u64,
    /// Epochs it is going to do.
    pub epochs: u64,
    /// How fast it is shown.
    pub pace: Pace,
    /// Examples a second each arm is trained on.
    pub rate: Option<f64>,
    /// Where the learning rates come from.
    pub eta_mode: EtaMode,
    /// One for each arm.
    pub arms: Vec<ArmHistory>,
    /// Changes of η, the newest [`History::MARKS`] of them.
    pub marks: VecDeque<EtaMark>,
    /// The weights, while they are asked for.
    pub weights: Option<Arc<WeightsPicture>>,
}

impl History {
    /// How many changes of η are remembered.
    pub const MARKS: usize = 256;

    /// Takes in what the run has told; returns the notices, which are for now and not for later.
    pub fn absorb(&mut self, told: Digest) -> Vec<Notice> {
        if let Some(facts) = told.begins {
            *self = Self { facts: Some(facts), ..Self::default() };
        }
        self.state = told.state;
        self.step = told.step;
        self.epochs = told.epochs;
        self.pace = told.pace;
        self.rate = told.rate;
        self.eta_mode = told.eta_mode;
        self.arms.resize_with(told.arms.len().max(self.arms.len()), ArmHistory::default);
        for (arm, told) in self.arms.iter_mut().zip(told.arms) {
            arm.absorb(told);
        }
        self.weights = told.weights.or(self.weights.take());
        for notice in &told.notices {
            if let Notice::Set { step, etas, .. } = notice {
                self.marks.push_back(EtaMark { step: *step, etas: etas.clone() });
            }
        }
        while self.marks.len() > Self::MARKS {
            self.marks.pop_front();
        }
        told.notices
    }

    /// Mini-batches in an epoch; 1 before anything is known, so that it can be divided by.
    pub fn steps_per_epoch(&self) -> u64 {
        self.facts.as_ref().map_or(1, |facts| facts.steps_per_epoch.max(1))
    }

    /// Whole epochs done.
    pub fn epoch(&self) -> u64 {
        self.step / self.steps_per_epoch()
    }

    /// Epochs done, with their fraction.
    pub fn epochs_done(&self) -> f64 {
        self.step as f64 / self.steps_per_epoch() as f64
    }
}
