//! What a watcher remembers of a run: the facts, the curves, and the newest of everything else.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::telemetry::{
    ArmDigest, Curves, Digest, EtaMode, Labels, Notice, Pace, RunFacts, RunState, WeightsPicture,
};

/// A change of a setting, to be marked on the charts.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeMark {
    /// Steps done when it took effect.
    pub step: u64,
    /// η of every arm since.
    pub etas: Vec<f64>,
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
    pub arms: Vec<ArmDigest>,
    /// Changes of settings, the newest [`History::MARKS`] of them.
    pub marks: VecDeque<ChangeMark>,
    /// The curves to draw beside a single neuron.
    pub curves: Option<Arc<Curves>>,
    /// The weights, while they are asked for.
    pub weights: Option<Arc<WeightsPicture>>,
}

impl History {
    /// How many changes of settings are remembered.
    pub const MARKS: usize = 256;

    /// Takes in what the run has told; returns the notices, which are for now and not for later.
    pub fn absorb(&mut self, told: Digest) -> Vec<Notice> {
        if let Some(facts) = told.begins {
            *self = Self { facts: Some(facts), ..Self::default() };
        }
        if let (Some(labels), Some(facts)) = (told.labels, &mut self.facts) {
            let Labels { title, summary } = labels;
            *facts = Arc::new(RunFacts { title, summary, ..RunFacts::clone(facts) });
        }
        self.state = told.state;
        self.step = told.step;
        self.epochs = told.epochs;
        self.pace = told.pace;
        self.rate = told.rate;
        self.eta_mode = told.eta_mode;
        self.arms.resize_with(told.arms.len().max(self.arms.len()), ArmDigest::default);
        for (arm, told) in self.arms.iter_mut().zip(told.arms) {
            arm.absorb(told);
        }
        self.curves = told.curves.or(self.curves.take());
        self.weights = told.weights.or(self.weights.take());
        for notice in &told.notices {
            if let Notice::Set { step, etas, .. } = notice {
                self.marks.push_back(ChangeMark { step: *step, etas: etas.clone() });
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
