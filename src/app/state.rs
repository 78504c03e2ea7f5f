//! The state of the dashboard, as the drawing code sees it.

use crate::app::{EquationView, SurfaceView};
use crate::canvas::Appearance;
use crate::canvas::ChartOptions;
use crate::telemetry::{
    Answer, Catalogue, EtaMode, History, Pace, Question, WeightQuantity, WeightsRequest,
};

/// The views of the dashboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Compares how fast the arms learn, and why.
    #[default]
    Duel,
    /// Explains wⱼ, xⱼ and σ(z), and how the gradient is computed from them.
    Equation,
    /// Shows the weights.
    Weights,
    /// Shows the cost surface and the trajectories on it.
    Surface,
}

impl View {
    /// All views, in the order of their tabs.
    pub const ALL: [Self; 4] = [Self::Duel, Self::Equation, Self::Weights, Self::Surface];

    /// Returns the name on the tab.
    pub fn name(self) -> &'static str {
        match self {
            Self::Duel => "Duel",
            Self::Equation => "Equation",
            Self::Weights => "Weights",
            Self::Surface => "Surface",
        }
    }
}

/// The selections of the Weights view. The Equation view explains the weight under its cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeightsView {
    /// The kind of numbers drawn.
    pub of: WeightQuantity,
    /// Whether the difference between the chosen arm and the next is drawn instead of each arm's
    /// numbers.
    pub difference: bool,
    /// The layer drawn, from 0.
    pub layer: usize,
    /// The first visible field (for pictures) or row.
    pub scroll: usize,
    /// Neuron j of the weight under the cursor.
    pub neuron: usize,
    /// Input k of the weight under the cursor; k = inputs means the bias.
    pub input: usize,
}

/// The purpose of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptKind {
    /// `:` opens it for a command by name.
    Command,
    /// `e` opens it for an exact value of a scenario key.
    Value {
        /// Its label on screen: `η of quadratic`, `bias of quadratic, neuron 3`.
        label: String,
        /// The key it sets: `arm.quadratic.eta`, `arm.quadratic.biases[0][2]`.
        key: String,
    },
}

/// A line being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The purpose of the line.
    pub kind: PromptKind,
    /// The typed text.
    pub text: String,
    /// The position of the cursor in `text`, in characters.
    pub cursor: usize,
    /// The possible completions of `text`, best first, each with a short description.
    pub completions: Vec<(String, String)>,
    /// The index of the completion that has been inserted, if any.
    pub chosen: Option<usize>,
    /// The reason why the last attempt was refused.
    pub error: Option<String>,
}

/// The open list of scenarios.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picker {
    /// The text typed to narrow the list.
    pub filter: String,
    /// The index of the selected scenario among those that match.
    pub selected: usize,
}

/// The history of typed commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandHistory {
    /// The typed commands, oldest first; no more than [`CommandHistory::MOST`].
    pub past: Vec<String>,
    /// The index of the command in the prompt, if it was recalled.
    pub at: Option<usize>,
    /// The text in the prompt before the first recall.
    pub draft: String,
}

impl CommandHistory {
    /// The largest number of commands kept.
    pub const MOST: usize = 100;
}

/// An overlay over the open view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// Every key, by view.
    Help {
        /// The first visible line.
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

/// One line of notice, shown until the next key.
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
    /// The capabilities of the terminal and the display options.
    pub look: Appearance,
    /// The reason why the terminal can show only ASCII, if so: `LANG=C is not UTF-8`.
    pub only_ascii: Option<String>,
    /// The scenarios that can be opened.
    pub catalogue: Catalogue,
    /// The state of the run, from the updates received.
    pub history: History,
    /// The open view.
    pub view: View,
    /// The chosen arm.
    pub arm: usize,
    /// For each arm the requested η that the run has not confirmed.
    pub pending_etas: Vec<Option<f64>>,
    /// The requested mode of η that the run has not confirmed.
    pub pending_mode: Option<EtaMode>,
    /// The requested pace that the run has not confirmed.
    pub pending_pace: Option<Pace>,
    /// The chart settings.
    pub chart: ChartOptions,
    /// The selections of the Weights view.
    pub weights: WeightsView,
    /// The selections of the Equation view.
    pub equation: EquationView,
    /// The state of the Surface view.
    pub surface: SurfaceView,
    /// Whether the cursor of the open view has the focus (after `enter`), so that the arrows move
    /// it.
    pub cursor_focused: bool,
    /// The open overlay, if any.
    pub overlay: Option<Overlay>,
    /// The notice on screen, if any.
    pub banner: Option<Banner>,
    /// Whether mouse reporting is on.
    pub mouse: bool,
    /// The history of typed commands.
    pub recall: CommandHistory,
    /// The last submitted prompt, kept until the next key: an error reopens it.
    pub sent: Option<Prompt>,
    /// The last weights request that was sent to the run.
    pub request: Option<WeightsRequest>,
    /// The last question that was sent to the run.
    pub question: Option<Question>,
    /// The last answer received.
    pub answer: Option<Answer>,
}
