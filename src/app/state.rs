//! The dashboard's state, as drawing sees it.

use crate::app::{Appearance, EquationView, SurfaceView};
use crate::telemetry::{
    Answer, Catalogue, EtaMode, History, Pace, Question, WeightQuantity, WeightsRequest,
};

/// The screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Compares how fast the arms learn, and why.
    #[default]
    Duel,
    /// What are wⱼ, xⱼ and σ(z), and where does the number come from?
    Equation,
    /// Shows the weights.
    Weights,
    /// Shows the cost surface and the trajectories on it.
    Surface,
}

impl View {
    /// All that are built, in the order of their tabs.
    pub const ALL: [Self; 4] = [Self::Duel, Self::Equation, Self::Weights, Self::Surface];

    /// What it is called on its tab.
    pub fn name(self) -> &'static str {
        match self {
            Self::Duel => "Duel",
            Self::Equation => "Equation",
            Self::Weights => "Weights",
            Self::Surface => "Surface",
        }
    }
}

/// How the cost axis is scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartScale {
    /// Linear.
    #[default]
    Linear,
    /// Powers of ten.
    Log,
}

impl ChartScale {
    /// The other one.
    #[must_use]
    pub(super) fn next(self) -> Self {
        match self {
            Self::Linear => Self::Log,
            Self::Log => Self::Linear,
        }
    }
}

/// How curves are smoothed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Smoothing {
    /// No smoothing: each column spans its smallest and largest reading.
    #[default]
    None,
    /// An exponential moving average of the column means, 0.6 of the past kept.
    Some,
    /// The same with 0.9 kept.
    Strong,
}

impl Smoothing {
    /// The next stronger one, and from the strongest none.
    #[must_use]
    pub(super) fn next(self) -> Self {
        match self {
            Self::None => Self::Some,
            Self::Some => Self::Strong,
            Self::Strong => Self::None,
        }
    }
}

/// What `l`, `m`, `z` and `Z` change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChartOptions {
    /// `l`.
    pub scale: ChartScale,
    /// `m`.
    pub smoothing: Smoothing,
    /// `z` and `Z`: the newest 1/2^zoom of the run fills the chart; at most 8.
    pub zoom: u8,
}

/// Where the Weights view is. The Equation view explains the weight under its cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeightsView {
    /// Which numbers are drawn.
    pub of: WeightQuantity,
    /// Whether the difference between the chosen arm and the next is drawn in place of each arm's.
    pub difference: bool,
    /// The layer that is drawn, from 0.
    pub layer: usize,
    /// The first field (for pictures) or row that is in sight.
    pub scroll: usize,
    /// Neuron j of the weight under the cursor.
    pub neuron: usize,
    /// Input k of the weight under the cursor; k = inputs means the bias.
    pub input: usize,
}

/// What a prompt asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptKind {
    /// `:` a command by name.
    Command,
    /// `e` an exact value for a key of the scenario.
    Value {
        /// What it is called on screen: `η of quadratic`, `bias of quadratic, neuron 3`.
        label: String,
        /// The key it sets: `arm.quadratic.eta`, `arm.quadratic.biases[0][2]`.
        key: String,
    },
}

/// A line being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// What for.
    pub kind: PromptKind,
    /// What has been typed.
    pub text: String,
    /// The place of the cursor in `text`, in characters.
    pub cursor: usize,
    /// What `text` could be completed to, best first, each with a word on what it does.
    pub completions: Vec<(String, String)>,
    /// The completion that is chosen, if any.
    pub chosen: Option<usize>,
    /// Why the last attempt was refused.
    pub error: Option<String>,
}

/// The list of scenarios, open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picker {
    /// What has been typed to narrow the list.
    pub filter: String,
    /// The chosen one among those that match.
    pub selected: usize,
}

/// The history of typed commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandHistory {
    /// What was typed, oldest first; no more than [`CommandHistory::MOST`].
    pub past: Vec<String>,
    /// Which of them stands in the prompt, if one does.
    pub at: Option<usize>,
    /// What stood in the prompt before.
    pub draft: String,
}

impl CommandHistory {
    /// How many commands are remembered.
    pub const MOST: usize = 100;
}

/// An overlay over the open view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// Every key, by view.
    Help {
        /// The first line in sight.
        scroll: usize,
    },
    /// The list of scenarios.
    Picker(Picker),
    /// A line being typed.
    Prompt(Prompt),
}

/// The tone of a banner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BannerKind {
    /// Something was done.
    Done,
    /// Something could not be done.
    Failed,
}

/// One line to be noticed, until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// Its tone.
    pub kind: BannerKind,
    /// The line.
    pub text: String,
}

/// The state of the dashboard, determined by the updates received and the keys pressed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct App {
    /// What the terminal can show.
    pub look: Appearance,
    /// Why it can show nothing beyond ASCII, if that is so: `LANG=C is not UTF-8`.
    pub only_ascii: Option<String>,
    /// The scenarios that can be opened.
    pub catalogue: Catalogue,
    /// What the run has told.
    pub history: History,
    /// The screen that is open.
    pub view: View,
    /// The chosen arm.
    pub arm: usize,
    /// For each arm the requested η that the run has not confirmed.
    pub pending_etas: Vec<Option<f64>>,
    /// The mode of η that was asked for and has not been answered.
    pub pending_mode: Option<EtaMode>,
    /// The pace that was asked for and has not been answered.
    pub pending_pace: Option<Pace>,
    /// How charts are drawn.
    pub chart: ChartOptions,
    /// Where the Weights view is.
    pub weights: WeightsView,
    /// Where the Equation view is.
    pub equation: EquationView,
    /// Where the Surface view is.
    pub surface: SurfaceView,
    /// Whether the arrows move the cursor of the open view (after `enter`) rather than nothing.
    pub cursor_focused: bool,
    /// What lies over the view.
    pub overlay: Option<Overlay>,
    /// One line to be noticed.
    pub banner: Option<Banner>,
    /// Whether the mouse is asked for.
    pub mouse: bool,
    /// The commands that were typed before.
    pub recall: CommandHistory,
    /// The last submitted prompt, kept until the next key: an error reopens it.
    pub sent: Option<Prompt>,
    /// The last weights request that was sent to the run.
    pub request: Option<WeightsRequest>,
    /// What it was last asked to explain.
    pub question: Option<Question>,
    /// What has been explained last.
    pub answer: Option<Answer>,
}
