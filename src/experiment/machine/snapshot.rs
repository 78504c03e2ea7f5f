//! Copies of the whole state of an experiment, to which it can return: the basis of going back in time.
//!
//! A snapshot may be taken between any two units of work. An evaluation that is under way then is added to it
//! once it is done; since an evaluation works on copies of the networks and takes effect at a fixed step, the
//! experiment goes on from a snapshot with the same bits whenever that was.

use std::mem::size_of;
use std::sync::Arc;

use crate::data::{Data, Dataset};
use crate::experiment::arm::Arm;
use crate::experiment::drawn_before::DrawnBefore;
use crate::experiment::learning_rates::LearningRates;
use crate::experiment::lockstep::Lockstep;
use crate::experiment::machine::{AnyPrecision, Experiment};
use crate::nn::{LastStep, Network, Real};
use crate::telemetry::{Clock, Divergence, Evaluation};

/// The state of an experiment after some steps.
#[derive(Clone, Debug)]
pub struct ExperimentSnapshot {
    step: u64,
    lacks_evaluation: bool,
    bytes: usize,
    data: Arc<Data>,
    clock: Arc<Clock>,
    arms: ArmsAtStep,
}

impl ExperimentSnapshot {
    /// Returns the number of steps done.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Returns the bytes of memory that it takes, to within a few per cent.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns η of each arm.
    pub fn etas(&self) -> &[f64] {
        match &self.arms {
            ArmsAtStep::F32(arms) => arms.rates.etas(),
            ArmsAtStep::F64(arms) => arms.rates.etas(),
        }
    }

    /// Returns the number of epochs between evaluations.
    pub fn evaluate(&self) -> u64 {
        match &self.arms {
            ArmsAtStep::F32(arms) => arms.evaluate,
            ArmsAtStep::F64(arms) => arms.evaluate,
        }
    }

    /// Returns the number of epochs of the whole run.
    pub fn epochs(&self) -> u64 {
        match &self.arms {
            ArmsAtStep::F32(arms) => arms.epochs,
            ArmsAtStep::F64(arms) => arms.epochs,
        }
    }

    /// Returns whether an evaluation was under way when it was taken that has not been added since.
    pub fn lacks_evaluation(&self) -> bool {
        self.lacks_evaluation
    }
}

/// The arms in one of the two floating-point types.
#[derive(Clone, Debug)]
enum ArmsAtStep {
    F32(LockstepSnapshot<f32>),
    F64(LockstepSnapshot<f64>),
}

/// The state of all arms after some steps.
#[derive(Clone, Debug)]
struct LockstepSnapshot<R> {
    arms: Vec<ArmState<R>>,
    rates: LearningRates,
    epochs: u64,
    evaluate: u64,
    evaluated: Option<u64>,
    drawn_before: DrawnBefore,
    overflowed: Vec<bool>,
}

/// The state of an arm after some steps.
#[derive(Clone, Debug)]
struct ArmState<R> {
    network: Network<R>,
    last_step: Option<LastStep>,
    first_cost: Option<f64>,
    divergence: Option<Divergence>,
    evaluation: Option<Evaluation>,
    best: Option<(f64, u64)>,
}

impl<R: Real> LockstepSnapshot<R> {
    fn of(arms: &Lockstep<R>) -> Self {
        let of_arm = |arm: &Arm<R>| ArmState {
            network: arm.network.clone(),
            last_step: arm.last_step(),
            first_cost: arm.first_cost,
            divergence: arm.divergence.clone(),
            evaluation: arm.evaluation.clone(),
            best: arm.best,
        };
        Self {
            arms: arms.arms.iter().map(of_arm).collect(),
            rates: arms.rates.clone(),
            epochs: arms.epochs(),
            evaluate: arms.evaluate,
            evaluated: arms.evaluated,
            drawn_before: arms.drawn_before,
            overflowed: arms.overflowed.clone(),
        }
    }

    /// Adds the outcome of the evaluation that was under way.
    fn add_evaluation_of(&mut self, arms: &Lockstep<R>) {
        for (kept, arm) in self.arms.iter_mut().zip(&arms.arms) {
            kept.evaluation.clone_from(&arm.evaluation);
            kept.best = arm.best;
        }
        self.overflowed.clone_from(&arms.overflowed);
    }

    fn restore(&self, step: u64, arms: &mut Lockstep<R>) {
        for (kept, arm) in self.arms.iter().zip(&mut arms.arms) {
            arm.return_to(kept.network.clone(), kept.last_step);
            arm.first_cost = kept.first_cost;
            arm.divergence.clone_from(&kept.divergence);
            arm.evaluation.clone_from(&kept.evaluation);
            arm.best = kept.best;
        }
        arms.rates = self.rates.clone();
        arms.evaluate = self.evaluate;
        arms.overflowed.clone_from(&self.overflowed);
        arms.drawn_before = self.drawn_before;
        arms.return_to(step, self.epochs, self.evaluated);
    }

    /// Returns the bytes of memory that it takes.
    fn bytes(&self) -> usize {
        let of_network = |network: &Network<R>| -> usize {
            let sizes = network.sizes();
            sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1] * size_of::<R>()).sum()
        };
        let of_arm = |arm: &ArmState<R>| {
            let lists = arm.evaluation.as_ref().map_or(0, |evaluation| {
                let numbers = evaluation.gradient_norm.len() + evaluation.saturation.len();
                8 * numbers + 16 * evaluation.recall.len()
            });
            size_of::<ArmState<R>>() + of_network(&arm.network) + lists
        };
        size_of::<Self>() + self.arms.iter().map(of_arm).sum::<usize>()
    }
}

impl Experiment {
    /// Returns a copy of the whole state. Call it between units of work, in a run whose arms are all at the
    /// same step.
    pub fn snapshot(&self) -> ExperimentSnapshot {
        let (arms, bytes) = match &self.arms {
            AnyPrecision::F32(arms) => {
                let kept = LockstepSnapshot::of(arms);
                let bytes = kept.bytes();
                (ArmsAtStep::F32(kept), bytes)
            }
            AnyPrecision::F64(arms) => {
                let kept = LockstepSnapshot::of(arms);
                let bytes = kept.bytes();
                (ArmsAtStep::F64(kept), bytes)
            }
        };
        let lacks_evaluation = self.evaluation_is_under_way();
        let bytes = bytes + self.bytes_of_edits();
        ExperimentSnapshot {
            step: self.step(),
            lacks_evaluation,
            bytes,
            data: Arc::clone(self.data()),
            clock: Arc::clone(self.clock()),
            arms,
        }
    }

    /// Returns the bytes of the examples, if they have been changed: those that were loaded are there in any case.
    fn bytes_of_edits(&self) -> usize {
        let Data { train, test, .. } = &**self.data();
        let of_set = |set: &Dataset| set.len() * (set.inputs() + set.outputs());
        let numbers = of_set(train) + 2 * train.vacated().len() + test.as_ref().map_or(0, of_set);
        if train.edition() == 0 { 0 } else { 8 * numbers }
    }

    /// Adds the outcome of the last evaluation to a snapshot that was taken while it was under way. Call it when
    /// that evaluation has ended and no other has.
    pub fn complete_snapshot(&self, snapshot: &mut ExperimentSnapshot) {
        match (&mut snapshot.arms, &self.arms) {
            (ArmsAtStep::F32(kept), AnyPrecision::F32(arms)) => kept.add_evaluation_of(arms),
            (ArmsAtStep::F64(kept), AnyPrecision::F64(arms)) => kept.add_evaluation_of(arms),
            _ => unreachable!("a snapshot is completed by the experiment it was taken of"),
        }
        snapshot.lacks_evaluation = false;
    }

    /// Returns to a snapshot of this experiment. An evaluation under way is cancelled.
    ///
    /// # Panics
    /// If the snapshot is of an experiment in another floating-point type.
    pub fn restore(&mut self, snapshot: &ExperimentSnapshot) {
        let step = snapshot.step;
        if !Arc::ptr_eq(&snapshot.data, &self.data) {
            self.train_on(&snapshot.data, step, &snapshot.clock);
        }
        match (&snapshot.arms, &mut self.arms) {
            (ArmsAtStep::F32(kept), AnyPrecision::F32(arms)) => kept.restore(step, arms),
            (ArmsAtStep::F64(kept), AnyPrecision::F64(arms)) => kept.restore(step, arms),
            _ => unreachable!("a snapshot is restored by the experiment it was taken of"),
        }
    }
}
