//! The actions of the keys of the view.

use crate::telemetry::{Command, ExampleSet};
use crate::views::data::conditions::{has_recall, has_test, is_on_neurons, is_on_pad, is_on_plane};
use crate::views::data::examples::SidePanel;
use crate::views::data::plane::inputs;
use crate::views::data::state::{DataPanel, DataView, NextSide};
use crate::views::direction::{Direction, ListDirection};
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;

/// An action of a key of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataAction {
    /// Turn to the next page.
    NextPage,
    /// Switch to other examples on the plane.
    NextExamples,
    /// Switch between the confusion matrices and the recalls over time.
    NextSide,
    /// List the examples of the other set.
    OtherSet,
    /// List the examples in the next order.
    NextOrder,
    /// List them by the input before or after.
    SortBy(ListDirection),
    /// List only the mistakes, or all examples.
    NextFilter,
    /// List the pair of confused classes before or after.
    Pair(ListDirection),
    /// Scroll the list.
    Scroll(ListDirection),
    /// Tell only the sides of the border apart, or the distances from it, too.
    Discretise,
    /// Show the selected neuron in place of the answer, or the answer again.
    ToggleNeuron,
    /// Go to the previous layer, or to the next.
    Layer(ListDirection),
    /// Go to the previous neuron, or to the next.
    Neuron(ListDirection),
    /// Choose other inputs for the axes.
    Axes(ListDirection),
    /// Focus the cursor, so that the arrow keys move it.
    FocusCursor,
    /// Explain the selected example in the Equation view.
    Explain,
    /// Release that focus.
    BlurCursor,
    /// Show all panels again.
    ShowAll,
    /// Move the cursor this many times.
    Move(Direction, usize),
    /// Add an example of the chosen class at the cursor.
    AddExample,
    /// Choose the class of new examples, or of the kept drawing that is shown, from 0.
    ChooseClass(usize),
    /// Remove the example at the cursor.
    RemoveExample,
    /// Let the example at the cursor follow it, or let it go.
    HoldExample,
    /// Put the pen down, or lift it.
    TogglePen,
    /// Clear the pad.
    ClearPad,
    /// Switch to the next map beside the outputs.
    NextPadMap,
    /// Keep the drawing on the pad.
    KeepDrawing,
    /// Drop the kept drawing that is shown.
    DropDrawing,
    /// Go to the kept drawing before, or after.
    Kept(ListDirection),
}

use DataAction as Act;

impl DataView {
    /// Returns the row of the selected example, if it is one of the training set.
    fn selected_row(&self, shared: &SharedState) -> Option<usize> {
        let listed = ViewState { view: self, shared }.listed().filter(|listed| !listed.is_test)?;
        let nth = self.examples.selected.checked_sub(listed.request.first)?;
        listed.rows.get(nth).map(|example| example.row)
    }

    /// Returns the number of examples in the list.
    fn list_length(&self, shared: &SharedState) -> usize {
        ViewState { view: self, shared }.listed().map_or(0, |listed| listed.listed)
    }

    /// Turns to the next page.
    fn turn_page(&mut self, shared: &mut SharedState) {
        self.turned_to = ViewState { view: &*self, shared: &*shared }.next_page();
        shared.cursor_focused = false;
        self.plane.held = None;
        self.has_chosen_neuron = false;
        self.pad.lift_pen();
    }

    /// Explains the selected row in the Equation view, if it is one of the training set.
    pub(super) fn explain_row(&self, shared: &mut SharedState) {
        shared.example = self.selected_row(shared);
        shared.opens_equation = shared.example.is_some();
    }

    /// Performs an action; returns a command to send.
    pub(super) fn perform(
        &mut self,
        action: DataAction,
        shared: &mut SharedState,
    ) -> Option<Command> {
        match action {
            Act::NextPage => self.turn_page(shared),
            Act::NextExamples => self.plane.drawn = self.plane.drawn.next(has_test(shared)),
            Act::Discretise => self.plane.is_discrete = !self.plane.is_discrete,
            Act::ToggleNeuron => self.plane.shows_neuron = !self.plane.shows_neuron,
            Act::Layer(direction) => {
                shared.change_layer(direction);
                self.has_chosen_neuron = false;
                self.stay_hidden(shared);
            }
            Act::Neuron(direction) if is_on_neurons(self, shared) => {
                let next = ViewState { view: &*self, shared: &*shared }.neuron_along(direction);
                if let Some(neuron) = next {
                    self.choose_neuron(shared, neuron);
                }
            }
            Act::Neuron(direction) => {
                let neurons = shared.layer_shape().0;
                shared.weight.neuron = direction.wrapped(shared.weight.neuron, neurons);
            }
            Act::Axes(direction) => self.plane.change_axes(shared, direction),
            Act::FocusCursor => shared.cursor_focused = true,
            Act::Explain => self.explain_row(shared),
            Act::BlurCursor if self.plane.held.is_some() => self.plane.held = None,
            Act::AddExample => return self.add_example(shared),
            Act::RemoveExample => return self.remove_example(shared),
            Act::HoldExample => self.hold_example(shared),
            Act::ChooseClass(class) if is_on_pad(self, shared) => self.pad.name_kept(class),
            Act::ChooseClass(class) => self.plane.class = class,
            Act::BlurCursor => {
                shared.cursor_focused = false;
                self.pad.lift_pen();
            }
            Act::ShowAll => self.filling.show_all(),
            Act::Move(direction, times) if is_on_pad(self, shared) => {
                self.pad.move_pen(direction, times);
            }
            Act::Move(direction, times) if is_on_plane(self, shared) => {
                self.plane.move_cursor(direction, times);
                return self.drag_example(shared);
            }
            Act::Move(direction, times) => {
                let listed = self.list_length(shared);
                self.examples.step(direction, times, listed);
            }
            _ => self.perform_on_page(action, shared),
        }
        None
    }

    /// Shows the next panel beside the list of examples, or in its place.
    fn show_next_side(&mut self, shared: &SharedState) {
        let state = ViewState { view: &*self, shared };
        let has_side = state.has_side();
        let next = state.next_side(has_recall(self, shared));
        self.examples.side = match next {
            NextSide::Recall => SidePanel::Recall,
            NextSide::Confusion | NextSide::List => SidePanel::Confusion,
        };
        match next {
            NextSide::List => self.filling.show_all(),
            _ if !has_side => self.filling.fill(DataPanel::Side),
            NextSide::Confusion | NextSide::Recall => {}
        }
    }

    /// Performs an action of the page of the examples or of the pad.
    fn perform_on_page(&mut self, action: DataAction, shared: &SharedState) {
        match action {
            Act::NextSide => self.show_next_side(shared),
            Act::OtherSet => {
                self.examples.set = match self.examples.set {
                    ExampleSet::Test => ExampleSet::Training,
                    ExampleSet::Training => ExampleSet::Test,
                };
                self.examples.restart();
            }
            Act::NextOrder => self.examples.next_order(shared),
            Act::SortBy(direction) => self.examples.change_column(direction, inputs(shared)),
            Act::NextFilter => self.examples.next_filter(),
            Act::Pair(direction) => {
                let pairs = ViewState { view: &*self, shared }.confused_pairs();
                self.examples.change_pair(direction, &pairs);
            }
            Act::Scroll(direction) => {
                let listed = self.list_length(shared);
                self.examples.page(direction, listed);
            }
            Act::TogglePen => self.pad.toggle_pen(),
            Act::ClearPad => self.pad.clear(),
            Act::NextPadMap => self.pad.map = self.pad.map.next(),
            Act::KeepDrawing => {
                let state = ViewState { view: &*self, shared };
                let (step, answers) = state.pad_answers();
                self.pad.keep(step, answers);
            }
            Act::DropDrawing => self.pad.drop_kept(),
            Act::Kept(direction) => {
                let examples = ViewState { view: &*self, shared }.pad_examples();
                self.pad.choose_along(direction, examples);
            }
            _ => {}
        }
    }
}
