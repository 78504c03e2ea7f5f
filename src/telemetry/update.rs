//! The update that a run sends: everything new since the last one.

use std::sync::Arc;

use crate::telemetry::{
    Checkpoint, EtaMode, Labels, Pace, RunFacts, Series, Setting, Trajectory, WeightsSnapshot,
};

/// What a run is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RunState {
    /// Reading or making its data.
    Loading(LoadProgress),
    /// Paused.
    #[default]
    Paused,
    /// Training.
    Running,
    /// At the end of its epochs.
    Finished,
    /// Every arm has diverged: there is nothing left to train.
    Stopped,
    /// It could not start; the reason names what would do.
    Failed(String),
}

/// How far loading has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadProgress {
    /// What is being loaded.
    pub what: String,
    /// How much of it is done, 0 to 1.
    pub fraction: f64,
}

/// The divergence of an arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// The step that could not be taken, counted from 1; the arm stands at the state before it.
    pub step: u64,
    /// The learning rate with which it was tried.
    pub eta: f64,
    /// What ran away: `a weight beyond 10⁶`, `the cost is no longer finite`.
    pub reason: String,
}

impl Divergence {
    /// How many steps the arm has taken.
    pub fn steps_taken(&self) -> u64 {
        self.step - 1
    }
}

/// The evaluation of a network over whole datasets at the end of an epoch. All numbers are finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// Epochs done; 0 is the start.
    pub epoch: u64,
    /// Steps done.
    pub step: u64,
    /// Mean cost over the training set, with the L2 term.
    pub cost: f64,
    /// The same without it.
    pub cost_data: f64,
    /// Fraction of the training set classified rightly, where there are classes.
    pub accuracy: Option<f64>,
    /// Mean cost over the test set, without the L2 term.
    pub test_cost: Option<f64>,
    /// Fraction of the test set classified rightly.
    pub test_accuracy: Option<f64>,
    /// For each layer the Euclidean norm of ∂C/∂w over the training set (its first 10,000).
    pub gradient_norm: Vec<f64>,
    /// For each layer the fraction of activations whose slope is under a tenth of the largest.
    pub saturation: Vec<f64>,
    /// For each class the fraction of its test examples (training, without a test set) that is
    /// found, none of a class without examples; empty without classes.
    pub recall: Vec<Option<f64>>,
}

/// The quantities of a single neuron on its single example.
#[derive(Clone, Debug, PartialEq)]
pub struct NeuronState {
    /// Its weights.
    pub w: Vec<f64>,
    /// Its bias.
    pub b: f64,
    /// The weighted input z = w·x + b.
    pub z: f64,
    /// The output a = σ(z).
    pub a: f64,
    /// σ′(z).
    pub slope: f64,
    /// δ = ∂C/∂z.
    pub delta: f64,
    /// ∂C/∂w, one for each input, data term only.
    pub gradient: Vec<f64>,
}

/// The factors of the gradient for the mini-batch that the next step will use.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientFactors {
    /// Mean cost over that mini-batch, without the L2 term.
    pub cost: f64,
    /// Mean of |a − y| over the outputs and the mini-batch.
    pub error: f64,
    /// Mean of |δ| over the same.
    pub delta: f64,
    /// The ratio delta / error, or the slope itself for a single neuron.
    pub slope: f64,
    /// More, where the network is one neuron with one example.
    pub neuron: Option<NeuronState>,
}

/// What has happened to one arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmProgress {
    /// η at the next step.
    pub eta: f64,
    /// Mini-batch cost (data term) at the state before each step.
    pub cost: Series,
    /// [`RunFacts::metric`] at the state before each step; empty for accuracy.
    pub metric: Series,
    /// Cost over the whole training set (data term), at each evaluation.
    pub full_cost: Series,
    /// [`RunFacts::metric`] over the whole training set, at each evaluation.
    pub full_metric: Series,
    /// Test accuracy at each evaluation.
    pub test_accuracy: Series,
    /// C₀: the cost over the training set at the start (data term), once it is known.
    pub first_cost: Option<f64>,
    /// The newest evaluation, if there was one.
    pub evaluation: Option<Evaluation>,
    /// Best test accuracy (training accuracy without a test set) and its first epoch.
    pub best: Option<(f64, u64)>,
    /// The factors now; `None` only while nothing is loaded.
    pub gradient_factors: Option<GradientFactors>,
    /// For a single neuron: the epoch at which |a − y| is foreseen to reach ½, by the closed form.
    pub foreseen: Option<f64>,
    /// For a single neuron: the epoch at which it did.
    pub reached_half: Option<u64>,
    /// Set once the arm has diverged.
    pub diverged: Option<Divergence>,
    /// The way it has walked, where every arm is one neuron with one or two inputs.
    pub trajectory: Trajectory,
}

impl ArmProgress {
    /// Merges a later update of the same arm.
    pub(super) fn merge(&mut self, later: Self) {
        self.eta = later.eta;
        self.cost.merge(&later.cost);
        self.metric.merge(&later.metric);
        self.full_cost.merge(&later.full_cost);
        self.full_metric.merge(&later.full_metric);
        self.test_accuracy.merge(&later.test_accuracy);
        self.first_cost = self.first_cost.or(later.first_cost).or_else(|| self.cost_at_start());
        self.evaluation = later.evaluation.or(self.evaluation.take());
        self.best = later.best.or(self.best);
        self.gradient_factors = later.gradient_factors.or(self.gradient_factors.take());
        self.foreseen = later.foreseen;
        self.reached_half = later.reached_half.or(self.reached_half);
        self.diverged = later.diverged.or(self.diverged.take());
        self.trajectory.merge(later.trajectory);
    }

    /// The cost at step 0, from whichever series still has it by itself.
    fn cost_at_start(&self) -> Option<f64> {
        [&self.full_cost, &self.cost].into_iter().find_map(|series| {
            series.first().filter(|bucket| bucket.last == 0).map(|bucket| bucket.newest)
        })
    }
}

/// The sigmoid and what it does to the two costs, sampled for drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NeuronCurves {
    /// Weighted inputs, ascending, evenly spaced.
    pub z: Vec<f64>,
    /// σ(z) at each.
    pub sigma: Vec<f64>,
    /// For each arm its speed |δ| = |∂C/∂z| at each z, for the target of the run.
    pub speed: Vec<Vec<f64>>,
}

/// A one-time notification.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// A setting took effect before the step after `step`.
    Set {
        /// Steps done when it took effect.
        step: u64,
        /// What was asked.
        setting: Setting,
        /// η of every arm since.
        etas: Vec<f64>,
    },
    /// A command that failed, and why.
    Refused(String),
    /// Something worth a line: `λ = 0.1 takes effect from a new start`.
    Remark(String),
    /// The answer to [`super::Command::Save`].
    Saved {
        /// What the user typed.
        name: String,
        /// Whether existing files may be replaced.
        replace: bool,
        /// What there is to be written.
        checkpoint: Checkpoint,
    },
}

/// Everything since the last digest. Bounded, however long that was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Update {
    /// Set when a new run starts: everything sent before belongs to another run.
    pub begins: Option<Arc<RunFacts>>,
    /// What it is called from now on, if that has changed.
    pub labels: Option<Labels>,
    /// What it is doing.
    pub state: RunState,
    /// Steps done.
    pub step: u64,
    /// Epochs it is going to do.
    pub epochs: u64,
    /// How fast it is shown.
    pub pace: Pace,
    /// Examples a second each arm has been trained on of late; `None` when it stands.
    pub rate: Option<f64>,
    /// Where the learning rates come from.
    pub eta_mode: EtaMode,
    /// One for each arm; empty while loading.
    pub arms: Vec<ArmProgress>,
    /// The curves to draw beside a single neuron; told when its run begins.
    pub curves: Option<Arc<NeuronCurves>>,
    /// In the order in which they happened.
    pub notices: Vec<Notice>,
    /// The weights, while they are asked for.
    pub weights: Option<Arc<WeightsSnapshot>>,
}

impl Update {
    /// How many notices a digest holds; older ones give way.
    const NOTICES: usize = 64;

    /// Merges a later update into this one.
    pub fn merge(&mut self, later: Self) {
        let mut notices = std::mem::take(&mut self.notices);
        notices.extend(later.notices);
        notices.drain(..notices.len().saturating_sub(Self::NOTICES));
        if later.begins.is_some() {
            *self = Self { notices, ..later };
            return;
        }
        self.arms.resize_with(later.arms.len().max(self.arms.len()), ArmProgress::default);
        for (arm, later) in self.arms.iter_mut().zip(later.arms) {
            arm.merge(later);
        }
        *self = Self {
            begins: self.begins.take(),
            labels: later.labels.or(self.labels.take()),
            arms: std::mem::take(&mut self.arms),
            curves: later.curves.or(self.curves.take()),
            weights: later.weights.or(self.weights.take()),
            notices,
            ..later
        };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{ArmProgress, Notice, Update};
    use crate::telemetry::{History, RunState, Series};

    fn told(step: u64) -> Update {
        let mut cost = Series::default();
        cost.push(step, 1.0 / (step + 1) as f64);
        let arm = ArmProgress { cost, eta: step as f64, ..ArmProgress::default() };
        let notices = vec![Notice::Remark(step.to_string())];
        Update { step, state: RunState::Running, arms: vec![arm], notices, ..Update::default() }
    }

    #[test]
    fn digests_read_as_one_leave_the_history_that_they_leave_one_by_one() {
        let (mut one_by_one, mut at_once) = (History::default(), History::default());
        let mut merged = told(0);
        one_by_one.apply(told(0));
        for step in 1..50 {
            one_by_one.apply(told(step));
            merged.merge(told(step));
        }
        assert_eq!(merged.notices.len(), 50);
        at_once.apply(merged);
        assert_eq!(one_by_one, at_once);
    }

    #[test]
    fn a_run_that_begins_wipes_what_was_told_of_another_but_not_its_notices() {
        let mut merged = told(7);
        let facts = Arc::new(crate::telemetry::RunFacts::default());
        merged.merge(Update { begins: Some(facts), ..told(0) });
        assert_eq!(merged.arms[0].cost.buckets().len(), 1);
        assert_eq!(merged.step, 0);
        assert_eq!(merged.notices.len(), 2);
    }

    #[test]
    fn notices_do_not_pile_up_while_nobody_reads() {
        let mut merged = told(0);
        for step in 0..1000 {
            merged.merge(told(step));
        }
        assert_eq!(merged.notices.len(), Update::NOTICES);
    }
}
