//! The state of the dashboard: what the views share, the views, and what lies over them.

use std::time::Duration;

use crate::telemetry::{Catalogue, Question, WeightsRequest};
use crate::views::{EditedWeight, SharedState, Tab, View, Views};

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
    /// The branches of the run, and the runs before it.
    Branches {
        /// The index of the selected one.
        selected: usize,
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
    /// Something is so that nobody has just brought about.
    Fact,
    /// The same, which waits for the user.
    Lasting,
}

/// One line of notice, shown until the next key, and for some seconds at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// Its tone.
    pub kind: BannerKind,
    /// The line.
    pub text: String,
    /// The same in ever fewer words, for a narrow screen.
    pub shorter: Vec<String>,
}

impl Banner {
    /// Returns how long the notice is shown: a failure longer, because its reason has to be read. `None` if it
    /// stays until a key is pressed.
    pub fn duration(&self) -> Option<Duration> {
        Some(Duration::from_secs(match self.kind {
            BannerKind::Done | BannerKind::Fact => 4,
            BannerKind::Failed => 10,
            BannerKind::Lasting => return None,
        }))
    }
}

/// The state of the dashboard, determined by the updates received and the keys pressed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct App {
    /// The state that all views share: the run and the selections.
    pub shared: SharedState,
    /// The views.
    pub views: Views,
    /// The tab of the open view.
    pub tab: Tab,
    /// The reason why the terminal can show only ASCII, if so: `LANG=C is not UTF-8`.
    pub only_ascii: Option<String>,
    /// The scenarios that can be opened.
    pub catalogue: Catalogue,
    /// The open overlay, if any.
    pub overlay: Option<Overlay>,
    /// The notice on screen, if any.
    pub banner: Option<Banner>,
    /// The number of notices so far.
    pub notices: u64,
    /// Whether mouse reporting is on.
    pub mouse: bool,
    /// Whether the left button was last pressed on a point of a map, so that a drag goes on from there.
    pub(super) drags_point: bool,
    /// The history of typed commands.
    pub recall: CommandHistory,
    /// The last submitted prompt, kept until the next key: an error reopens it.
    pub sent: Option<Prompt>,
    /// The last weights request that was sent to the run.
    pub request: Option<WeightsRequest>,
    /// The last question that was sent to the run.
    pub question: Option<Question>,
}

impl App {
    /// Returns the open view.
    pub(crate) fn view(&self) -> &dyn View {
        self.views.get(self.tab)
    }

    /// Returns whether one panel fills the open view, in place of which another could.
    pub(super) fn has_filling_panels(&self) -> bool {
        self.view().is_filled() && self.view().panels(&self.shared) > 1
    }

    /// Returns the weight that `e` edits, if the cursor of the open view is on one.
    pub(super) fn edited_weight(&self) -> Option<EditedWeight> {
        self.view().edited_weight(&self.shared)
    }
}
