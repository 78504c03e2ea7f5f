//! The state of a run as its watcher knows it: facts, series, and newest values.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use crate::telemetry::{
    ArmProgress, Clock, EtaMode, Labels, NeuronCurves, Notice, Pace, RunFacts, RunState, Update,
    WeightsSnapshot,
};

/// The clock before the first run has begun.
static NO_RUN: LazyLock<Clock> = LazyLock::new(Clock::default);

/// A change of a setting, for the marks on the charts.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeMark {
    /// The number of steps done when it took effect.
    pub step: u64,
    /// η of every arm from then on.
    pub etas: Vec<f64>,
}

/// A run as its watcher knows it. Only the number of arms changes its size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The facts of the run; `None` until the first one has begun.
    pub facts: Option<Arc<RunFacts>>,
    /// The state of the run.
    pub state: RunState,
    /// The number of steps done.
    pub step: u64,
    /// The number of epochs of the whole run.
    pub epochs: u64,
    /// The pace of the run.
    pub pace: Pace,
    /// The number of examples per second on which each arm trains.
    pub rate: Option<f64>,
    /// The mode that links the learning rates.
    pub eta_mode: EtaMode,
    /// The progress of each arm.
    pub arms: Vec<ArmProgress>,
    /// Changes of settings, the newest [`History::MARKS`] of them.
    pub marks: VecDeque<ChangeMark>,
    /// The curves to draw beside a single neuron.
    pub curves: Option<Arc<NeuronCurves>>,
    /// The weights, while they are requested.
    pub weights: Option<Arc<WeightsSnapshot>>,
}

impl History {
    /// The most changes of settings that are remembered.
    pub const MARKS: usize = 256;

    /// Applies an update and returns its notices.
    pub fn apply(&mut self, update: Update) -> Vec<Notice> {
        if let Some(facts) = update.begins {
            *self = Self { facts: Some(facts), ..Self::default() };
        }
        if let (Some(labels), Some(facts)) = (update.labels, &mut self.facts) {
            let Labels { title, summary } = labels;
            *facts = Arc::new(RunFacts { title, summary, ..RunFacts::clone(facts) });
        }
        self.state = update.state;
        self.step = update.step;
        self.epochs = update.epochs;
        self.pace = update.pace;
        self.rate = update.rate;
        self.eta_mode = update.eta_mode;
        self.arms.resize_with(update.arms.len().max(self.arms.len()), ArmProgress::default);
        for (arm, update) in self.arms.iter_mut().zip(update.arms) {
            arm.merge(update);
        }
        self.curves = update.curves.or(self.curves.take());
        self.weights = update.weights.or(self.weights.take());
        for notice in &update.notices {
            if let Notice::Set { step, setting, etas } = notice
                && setting.changes_steps()
            {
                self.marks.push_back(ChangeMark { step: *step, etas: etas.clone() });
            }
        }
        while self.marks.len() > Self::MARKS {
            self.marks.pop_front();
        }
        update.notices
    }

    /// Returns the clock of the run; before the first run, one whose steps are epochs.
    pub fn clock(&self) -> &Clock {
        self.facts.as_ref().map_or(&NO_RUN, |facts| &facts.clock)
    }

    /// Returns the number of mini-batches in the current epoch.
    pub fn steps_per_epoch(&self) -> u64 {
        self.clock().steps_per_epoch(self.step)
    }

    /// Returns the number of whole epochs done.
    pub fn epoch(&self) -> u64 {
        self.clock().epoch(self.step)
    }

    /// Returns the number of epochs done, with their fraction.
    pub fn epochs_done(&self) -> f64 {
        self.clock().epochs_done(self.step as f64)
    }
}
