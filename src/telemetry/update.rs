//! The update that a run sends: everything new since the last one.

use std::sync::Arc;

use crate::telemetry::{
    Channel, ChannelReadings, Checkpoint, Divergence, EtaMode, Labels, Pace, Reproduction,
    RunFacts, Series, Setting, TimeMove, Trajectory, UntilState, WeightsSnapshot,
};

/// The state of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RunState {
    /// The run is being loaded.
    Loading(LoadProgress),
    /// The run is paused.
    #[default]
    Paused,
    /// The run is training.
    Running,
    /// The run is at the end of its epochs.
    Finished,
    /// Every arm has diverged, so nothing is left to train.
    Stopped,
    /// The run could not start, for this reason.
    Failed(String),
}

/// The progress of a load.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadProgress {
    /// The scenario or data that is being loaded.
    pub what: String,
    /// The fraction that is done, 0 to 1.
    pub fraction: f64,
}

/// The evaluation of a network over whole datasets at the end of an epoch. All numbers are finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// The number of epochs done; 0 at the start.
    pub epoch: u64,
    /// The number of steps done.
    pub step: u64,
    /// The mean cost over the training set, with the L2 term.
    pub cost: f64,
    /// The mean cost over the training set, without the L2 term.
    pub cost_data: f64,
    /// The fraction of the training set that is classified correctly, if there are classes.
    pub accuracy: Option<f64>,
    /// The mean cost over the test set, without the L2 term.
    pub test_cost: Option<f64>,
    /// The fraction of the test set that is classified correctly.
    pub test_accuracy: Option<f64>,
    /// How well numeric targets of the training set are met; `None` for classes.
    pub fit: Option<Fit>,
    /// The same of the test set.
    pub test_fit: Option<Fit>,
    /// The Euclidean norm of ∂C/∂w of each layer over the training set (its first 10,000 examples).
    pub gradient_norm: Vec<f64>,
    /// The fraction of activations of each layer whose slope is under a tenth of the largest.
    pub saturation: Vec<f64>,
    /// The fraction of activations of the last layer that are saturated and wrong: |a − y| ≥ ½.
    pub saturated_wrong: f64,
    /// The fraction of each class's test examples (training examples without a test set) that is
    /// classified correctly; `None` for a class without examples, empty without classes.
    pub recall: Vec<Option<f64>>,
}

/// How well numeric targets are met.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fit {
    /// R² = 1 − Σ(a − y)²/Σ(y − ȳ)², where ȳ is the mean target of the set; with several outputs the mean of
    /// theirs. `None` if the targets of an output are all the same.
    pub r2: Option<f64>,
    /// The mean of |a − y| over the outputs and examples: in the unit of a single target, scaled or not.
    pub mean_error: f64,
}

impl Evaluation {
    /// Returns how well numeric targets are met, on the test set if there is one.
    pub fn judged_fit(&self) -> Option<Fit> {
        self.test_fit.or(self.fit)
    }

    /// Returns the fraction of activations of the last layer that are saturated and right.
    pub fn saturated_right(&self) -> Option<f64> {
        // Both are counts over the same number, and the wrong ones are among the saturated.
        Some(self.saturation.last()? - self.saturated_wrong)
    }
}

/// The state of a single neuron on its only example.
#[derive(Clone, Debug, PartialEq)]
pub struct NeuronState {
    /// The weights.
    pub w: Vec<f64>,
    /// The bias.
    pub b: f64,
    /// The weighted input z = w·x + b.
    pub z: f64,
    /// The output a.
    pub a: f64,
    /// The slope ∂a/∂z: σ′(z) for a sigmoid.
    pub slope: f64,
    /// δ = ∂C/∂z.
    pub delta: f64,
    /// ∂C/∂w for each input, data term only.
    pub gradient: Vec<f64>,
}

/// The factors of the gradient over the next mini-batch.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientFactors {
    /// The mean cost over that mini-batch, without the L2 term.
    pub cost: f64,
    /// The mean of |a − y| over the outputs and the mini-batch.
    pub error: f64,
    /// The mean of |δ| over the same.
    pub delta: f64,
    /// The ratio delta / error, or the slope itself for a single neuron.
    pub slope: f64,
    /// The mean of f′(z) over the neurons of the first hidden layer and the mini-batch, if there is one.
    pub hidden_slope: Option<f64>,
    /// The state of the neuron, if the run is one neuron and one example.
    pub neuron: Option<NeuronState>,
}

/// A forecast of the epoch after which a neuron is within ½ of its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HalfForecast {
    /// The epoch, by taking the steps ahead.
    At(u64),
    /// About this epoch, by the closed form or in another precision.
    About(u64),
    /// Not before this epoch: so many steps were taken ahead.
    After(u64),
}

impl HalfForecast {
    /// Returns the epoch, if one is foreseen.
    pub fn epoch(self) -> Option<u64> {
        match self {
            Self::At(epoch) | Self::About(epoch) => Some(epoch),
            Self::After(_) => None,
        }
    }

    /// Returns whether the epoch that it names is over at `epoch`.
    pub fn has_passed(self, epoch: u64) -> bool {
        let (Self::At(named) | Self::About(named) | Self::After(named)) = self;
        named < epoch
    }
}

/// The progress of one arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmProgress {
    /// η of the next step.
    pub eta: f64,
    /// The readings of each channel.
    pub readings: ChannelReadings,
    /// C₀, the cost over the training set at the start (data term), once evaluated.
    pub first_cost: Option<f64>,
    /// The newest evaluation, if any.
    pub evaluation: Option<Evaluation>,
    /// The best test accuracy (training accuracy without a test set), and the first epoch that reached it.
    pub best: Option<(f64, u64)>,
    /// The current factors of the gradient; `None` only while nothing is loaded.
    pub gradient_factors: Option<GradientFactors>,
    /// When a single neuron that is more than ½ from its target 0 or 1 will be within ½ of it.
    pub foreseen: Option<HalfForecast>,
    /// The epoch after which such a neuron first was within ½ of its target.
    pub reached_half: Option<u64>,
    /// The divergence of the arm, if it has diverged.
    pub diverged: Option<Divergence>,
    /// The trajectory, if every arm is one neuron with one or two inputs.
    pub trajectory: Trajectory,
}

impl ArmProgress {
    /// Merges a later update of the same arm at another position.
    pub(super) fn move_to(&mut self, position: Self) {
        self.evaluation = None;
        self.gradient_factors = None;
        self.reached_half = None;
        self.diverged = None;
        self.best = None;
        self.trajectory.leave_position();
        self.merge(position);
    }

    /// Returns the readings of a channel; an empty series if it has none.
    pub fn series(&self, channel: Channel) -> &Series {
        self.readings.series(channel)
    }

    /// Merges a later update of the same arm.
    pub(super) fn merge(&mut self, later: Self) {
        self.eta = later.eta;
        self.readings.merge(&later.readings);
        self.first_cost = later.first_cost.or(self.first_cost);
        self.evaluation = later.evaluation.or(self.evaluation.take());
        self.best = later.best.or(self.best);
        self.gradient_factors = later.gradient_factors.or(self.gradient_factors.take());
        self.foreseen = later.foreseen;
        self.reached_half = later.reached_half.or(self.reached_half);
        self.diverged = later.diverged.or(self.diverged.take());
        self.trajectory.merge(later.trajectory);
    }
}

/// The sigmoid and the speed of each arm along it, sampled for drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NeuronCurves {
    /// The weighted inputs, ascending and evenly spaced.
    pub z: Vec<f64>,
    /// σ(z) at each z.
    pub sigma: Vec<f64>,
    /// |δ| = |∂C/∂z| of each arm at each z, for the target of the run.
    pub speed: Vec<Vec<f64>>,
    /// C of each arm at each z, for the same target.
    pub cost: Vec<Vec<f64>>,
}

/// A one-time notification.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// A setting took effect after `step` steps.
    Set {
        /// The number of steps done when it took effect.
        step: u64,
        /// The setting.
        setting: Setting,
        /// η of every arm from then on.
        etas: Vec<f64>,
    },
    /// A command failed, for this reason.
    Refused(String),
    /// A remark to show: `λ = 0.1, from the start`.
    Remark(String),
    /// The reply to [`super::Command::Save`].
    Saved {
        /// The text that the user typed.
        name: String,
        /// Whether existing files may be replaced.
        replace: bool,
        /// The checkpoint to write.
        checkpoint: Checkpoint,
    },
}

impl Notice {
    /// Returns whether the user waits for the notice: a save, or the reason why a command failed. There are no
    /// more of them than somebody types.
    fn is_awaited(&self) -> bool {
        matches!(self, Self::Saved { .. } | Self::Refused(_))
    }
}

/// Everything since the last update. Its size is bounded, however long ago that was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Update {
    /// The facts of a run that has started since the last update: everything sent before belongs to
    /// another run.
    pub begins: Option<Arc<RunFacts>>,
    /// The new labels of the run, if they have changed.
    pub labels: Option<Labels>,
    /// The state of the run.
    pub state: RunState,
    /// The number of steps done at the present position.
    pub step: u64,
    /// The number of steps that the open branch has reached; `step`, unless the run stands in the past.
    pub newest: u64,
    /// The last move of the run in time. The progress of the arms then describes the new position, and only
    /// series continue.
    pub moved: Option<TimeMove>,
    /// The number of epochs of the whole run.
    pub epochs: u64,
    /// The pace of the run.
    pub pace: Pace,
    /// The number of examples per second on which each arm trains; `None` if the run is idle or has just
    /// started.
    pub rate: Option<f64>,
    /// The mode that links the learning rates.
    pub eta_mode: EtaMode,
    /// The progress of each arm; empty while the first run is loading.
    pub arms: Vec<ArmProgress>,
    /// The curves to draw beside a single neuron, if there are new ones.
    pub curves: Option<Arc<NeuronCurves>>,
    /// The notices, in the order in which they happened.
    pub notices: Vec<Notice>,
    /// The weights, if they are requested.
    pub weights: Option<Arc<WeightsSnapshot>>,
    /// The condition until which the run trains, or has trained.
    pub until: UntilState,
    /// How the run can be made again, if that has changed.
    pub reproduction: Option<Arc<Reproduction>>,
}

impl Update {
    /// The most notices of an update that nobody waits for; older ones are dropped.
    const NOTICES: usize = 64;

    /// Merges a later update into this one, or returns it if it is of another branch.
    pub fn merge_or_return(&mut self, later: Self) -> Option<Box<Self>> {
        if matches!(later.moved, Some(TimeMove::Forked(_) | TimeMove::Switched(_))) {
            return Some(Box::new(later));
        }
        self.merge(later);
        None
    }

    /// Merges a later update of the same branch, or of a new run, into this one.
    pub fn merge(&mut self, later: Self) {
        let mut notices = std::mem::take(&mut self.notices);
        notices.extend(later.notices);
        let mut over = notices.len().saturating_sub(Self::NOTICES);
        notices.retain(|notice| {
            let is_dropped = over > 0 && !notice.is_awaited();
            over -= usize::from(is_dropped);
            !is_dropped
        });
        if later.begins.is_some() {
            *self = Self { notices, ..later };
            return;
        }
        self.arms.resize_with(later.arms.len().max(self.arms.len()), ArmProgress::default);
        for (arm, later_arm) in self.arms.iter_mut().zip(later.arms) {
            if later.moved.is_some() {
                arm.move_to(later_arm);
            } else {
                arm.merge(later_arm);
            }
        }
        *self = Self {
            moved: self.moved.take().or(later.moved),
            begins: self.begins.take(),
            labels: later.labels.or(self.labels.take()),
            arms: std::mem::take(&mut self.arms),
            curves: later.curves.or(self.curves.take()),
            weights: later.weights.or(self.weights.take()),
            reproduction: later.reproduction.or(self.reproduction.take()),
            notices,
            ..later
        };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{ArmProgress, Notice, Update};
    use crate::telemetry::{Channel, ChannelReadings, History, RunState};

    fn update_at(step: u64) -> Update {
        let mut readings = ChannelReadings::default();
        readings.push(Channel::COST, step, 1.0 / (step + 1) as f64);
        let arm = ArmProgress { readings, eta: step as f64, ..ArmProgress::default() };
        let notices = vec![Notice::Remark(step.to_string())];
        Update { step, state: RunState::Running, arms: vec![arm], notices, ..Update::default() }
    }

    #[test]
    fn the_cost_at_the_start_is_never_that_of_a_mini_batch() {
        let evaluated = || {
            let arm = ArmProgress { first_cost: Some(3.0), ..ArmProgress::default() };
            Update { arms: vec![arm], ..Update::default() }
        };
        let mut late = History::default();
        for step in 0..2 {
            late.apply(update_at(step));
        }
        assert_eq!(late.arms[0].first_cost, None);
        late.apply(evaluated());
        assert_eq!(late.arms[0].first_cost, Some(3.0));
        let mut waiting = update_at(0);
        waiting.merge(update_at(1));
        late.apply(waiting);
        assert_eq!(late.arms[0].first_cost, Some(3.0));
    }

    #[test]
    fn merged_updates_lead_to_the_same_history_as_single_updates() {
        let (mut one_by_one, mut at_once) = (History::default(), History::default());
        let mut merged = update_at(0);
        one_by_one.apply(update_at(0));
        for step in 1..50 {
            one_by_one.apply(update_at(step));
            merged.merge(update_at(step));
        }
        assert_eq!(merged.notices.len(), 50);
        at_once.apply(merged);
        assert_eq!(one_by_one, at_once);
    }

    #[test]
    fn a_new_run_discards_everything_sent_about_another_but_its_notices() {
        let mut merged = update_at(7);
        let facts = Arc::new(crate::telemetry::RunFacts::default());
        merged.merge(Update { begins: Some(facts), ..update_at(0) });
        assert_eq!(merged.arms[0].series(Channel::COST).buckets().len(), 1);
        assert_eq!(merged.step, 0);
        assert_eq!(merged.notices.len(), 2);
    }

    #[test]
    fn notices_do_not_pile_up_while_no_update_is_taken_but_none_that_is_awaited_is_dropped() {
        let refusal = Notice::Refused("no".to_owned());
        let mut merged = Update { notices: vec![refusal.clone()], ..update_at(0) };
        for step in 0..1000 {
            merged.merge(update_at(step));
        }
        assert_eq!(merged.notices.len(), Update::NOTICES);
        assert_eq!(merged.notices[0], refusal);
    }
}
