//! The progress of a run: its state, and the newest figures of each arm.

use crate::telemetry::{
    Channel, ChannelFacts, ChannelReadings, Divergence, EtaMode, LayerQuantity, Metric, Pace,
    Playing, Series, Trajectory, UntilState,
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

    /// Returns the metric of a run over the whole set. `neuron` is the state of the only neuron of a run whose
    /// metric is its output.
    pub fn metric(&self, metric: Metric, neuron: Option<&NeuronState>) -> Option<f64> {
        match metric {
            Metric::Accuracy => self.accuracy,
            Metric::Output => neuron.map(|neuron| neuron.a),
            Metric::Error => self.judged_fit().map(|fit| fit.mean_error),
        }
    }

    /// Adds the evaluation and its metric to the readings of the channels that have one per evaluation.
    /// `channels` are those of the run.
    pub fn push_to(
        &self,
        readings: &mut ChannelReadings,
        metric: Option<f64>,
        channels: &[ChannelFacts],
    ) {
        let values = [
            (Channel::FULL_COST, Some(self.cost_data)),
            (Channel::FULL_METRIC, metric),
            (Channel::TEST_ACCURACY, self.test_accuracy),
            (Channel::TEST_COST, self.test_cost),
        ];
        for (channel, value) in values {
            if let Some(value) = value {
                readings.push(channel, self.step, value);
            }
        }
        let norms = (LayerQuantity::GradientNorm, &self.gradient_norm);
        for (quantity, of_layers) in [norms, (LayerQuantity::Saturation, &self.saturation)] {
            for (layer, value) in of_layers.iter().enumerate() {
                readings.push(Channel::of_layer(quantity, layer), self.step, *value);
            }
        }
        for (class, recall) in self.recall.iter().enumerate() {
            if let Some((channel, recall)) = Channel::of_class(class, channels).zip(*recall) {
                readings.push(channel, self.step, recall);
            }
        }
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

/// Where a run stands, and what it is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunStatus {
    /// The state of the run.
    pub state: RunState,
    /// The number of steps done at the present position.
    pub step: u64,
    /// The number of steps that the open branch has reached; `step`, unless the run stands in the past.
    pub newest: u64,
    /// The number of epochs of the whole run.
    pub epochs: u64,
    /// The pace of the run.
    pub pace: Pace,
    /// The number of examples per second on which each arm trains; `None` if the run is idle or has just
    /// started.
    pub rate: Option<f64>,
    /// The mode that links the learning rates.
    pub eta_mode: EtaMode,
    /// The condition until which the run trains, or has trained.
    pub until: UntilState,
    /// The recorded session that the run carries out again; `None` if it is live.
    pub playing: Option<Box<Playing>>,
}

/// The progress of one arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmProgress {
    /// η of the next step.
    pub eta: f64,
    /// η with which the arm began; `None` if it is not known, and then it is taken to be `eta`.
    pub first_eta: Option<f64>,
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
    /// Returns the readings of a channel; an empty series if it has none.
    pub fn series(&self, channel: Channel) -> &Series {
        self.readings.series(channel)
    }

    /// Merges the progress of the same arm since this one: series and trajectory go on, all else is replaced.
    pub(super) fn merge(&mut self, later: Self) {
        let (mut readings, mut trajectory) =
            (std::mem::take(&mut self.readings), std::mem::take(&mut self.trajectory));
        readings.merge(&later.readings);
        trajectory.merge(later.trajectory);
        *self = Self { readings, trajectory, ..later };
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
