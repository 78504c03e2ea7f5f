//! The interface of a view.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::DrawnPart;
use crate::canvas::sentence::Sentence;
use crate::telemetry::{Answer, Command, Event, Question, WeightsRequest};
use crate::views::binding::KeyLine;
use crate::views::direction::ListDirection;
use crate::views::filling::FillAction;
use crate::views::key::Key;
use crate::views::shared_state::SharedState;

/// The fixed texts of a view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ViewTexts {
    /// The name on the tab and in the help.
    pub name: &'static str,
    /// The key that opens the view.
    pub key: &'static [Key],
    /// The description of that key in the help: the question that the view answers.
    pub help: &'static str,
    /// The name after `:`, and its description.
    pub command: (&'static str, &'static str),
    /// The name in the footer.
    pub footer: &'static str,
}

/// A target of the mouse in a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewTarget {
    /// The panel or the name of an arm, by its index.
    Arm(usize),
    /// The learning rate of an arm, by its index.
    Eta(usize),
    /// One weight.
    Weight {
        /// Neuron j.
        neuron: usize,
        /// Input k; k = inputs means the bias.
        input: usize,
        /// The layer, from 0.
        layer: usize,
    },
    /// A point of a map.
    Point(GridPoint),
    /// A part of the drawing.
    Part(DrawnPart),
}

/// A point of the computed grid of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridPoint {
    /// Its column, from the left.
    pub column: usize,
    /// Its row, from the lowest.
    pub row: usize,
}

/// A weight that `e` edits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct EditedWeight {
    /// Its current value, if it has been received.
    pub value: Option<f64>,
}

/// The chart options that a view draws with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChartUse {
    /// The scale, which `l` changes.
    pub scale: bool,
    /// The smoothing, which `m` changes.
    pub smoothing: bool,
    /// The zoom, which `z` and `Z` change.
    pub zoom: bool,
}

/// A view: its state, and the interface through which the dashboard uses it.
///
/// The drawing methods read the state and change nothing.
pub(crate) trait View {
    /// Returns the fixed texts of the view.
    fn texts(&self) -> &'static ViewTexts;

    /// Returns the lines of its key table, with their current effects.
    fn keys(&self, shared: &SharedState) -> Vec<KeyLine>;

    /// Performs the action of a line of that table, by its index; returns a command to send.
    fn act(&mut self, line: usize, shared: &mut SharedState) -> Option<Command>;

    /// Returns why the view has nothing to show of a run, if its source lacks what the view needs.
    fn missing(&self, _shared: &SharedState) -> Option<&'static str> {
        None
    }

    /// Returns how many panels can fill the view, one at a time.
    fn panels(&self, shared: &SharedState) -> usize;

    /// Returns whether one panel fills the view.
    fn is_filled(&self) -> bool;

    /// Changes the panel that fills the view.
    fn fill(&mut self, shared: &mut SharedState, action: FillAction);

    /// Adapts the state of the view to the run and to the window.
    fn fit(&mut self, _shared: &SharedState) {}

    /// Prepares for events of the run, before they are applied.
    fn prepare_for(&mut self, _shared: &SharedState, _events: &[Event]) {}

    /// Prepares the selections when the view is opened.
    fn open(&mut self, _shared: &mut SharedState) {}

    /// Resets what must not outlast a change to another view.
    fn close(&mut self) {}

    /// Returns whether a new answer replaces the old one.
    fn accepts(&self, _old: &Answer, _new: &Answer) -> bool {
        true
    }

    /// Adapts the selections to a new answer.
    fn receive_answer(&mut self, _shared: &mut SharedState) {}

    /// Returns the question that the run should answer while the view is open.
    fn question(&self, _shared: &SharedState) -> Option<Question> {
        None
    }

    /// Returns the weights that the run should send while the view is open.
    fn weights_request(&self, _shared: &SharedState) -> Option<WeightsRequest> {
        None
    }

    /// Returns the weight that `e` edits; without one, `e` edits η.
    fn edited_weight(&self, _shared: &SharedState) -> Option<EditedWeight> {
        None
    }

    /// Returns the chart options that the view draws with, so that a change of them is visible.
    fn chart_use(&self) -> ChartUse {
        ChartUse::default()
    }

    /// Handles a click on a weight, which is now the selected one.
    fn handle_click_on_weight(&mut self, shared: &mut SharedState) {
        shared.cursor_focused = false;
    }

    /// Handles a click on a part of the drawing.
    fn handle_click_on_part(&mut self, _shared: &mut SharedState, _part: DrawnPart) {}

    /// Handles a click on a point of a map; returns a command to send.
    fn handle_click_on_point(
        &mut self,
        _shared: &mut SharedState,
        _point: GridPoint,
    ) -> Option<Command> {
        None
    }

    /// Handles a drag of the mouse that began on a point of a map: to another point, or off all points; returns a
    /// command to send.
    fn handle_drag(
        &mut self,
        _shared: &mut SharedState,
        _point: Option<GridPoint>,
    ) -> Option<Command> {
        None
    }

    /// Scrolls by a page of fields or rows.
    fn scroll(&mut self, _direction: ListDirection, _shared: &mut SharedState) {}

    /// Draws the view into `body`. A run is known.
    fn draw(&self, canvas: &mut Canvas<'_>, shared: &SharedState, body: Rect);

    /// Returns the mouse target under a cell of the view drawn into `body`.
    fn target_at(&self, _shared: &SharedState, _body: Rect, _at: (u16, u16)) -> Option<ViewTarget> {
        None
    }

    /// Returns the sentences of the view, the most important first.
    fn sentences(&self, shared: &SharedState) -> Vec<Sentence>;

    /// Returns the values on the screen as text, one fact per line.
    fn readout(&self, shared: &SharedState) -> Vec<String>;
}
