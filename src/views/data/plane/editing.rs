//! The training examples on the plane, as the cursor adds, moves and removes them.

use crate::canvas::number::number;
use crate::canvas::widgets::MapPlace;
use crate::math::decade;
use crate::telemetry::{Command, ExampleEdit, PlaneExample, PlaneTarget, RunFacts, Setting};
use crate::views::data::page::DataPage;
use crate::views::data::plane::inputs;
use crate::views::data::state::DataView;
use crate::views::edited_example::class_words;
use crate::views::plane_map::place;
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;

/// The cells around the cursor in which an example is taken for the one that is meant.
const REACH: f64 = 1.0;

impl<'a> ViewState<'a, DataView> {
    /// Returns why examples of this run can't be moved and removed on the page, if that is so.
    pub(in crate::views::data) fn edit_refusal(self) -> Option<&'static str> {
        let facts = self.shared.history.facts.as_deref();
        let are_few = |facts: &RunFacts| facts.examples <= ExampleEdit::MOST;
        if self.shared.is_replaying() {
            Some("the points of a recording stay as they are: T takes over")
        } else if !self.shared.abilities().trains {
            Some("this run is only watched, and its points stay as they are")
        } else if inputs(self.shared) != 2 || self.view.plane.axes != (0, 1) {
            Some("only points of two inputs can be changed: the plane has no number for the others")
        } else if facts.is_none_or(|facts| facts.single.is_some()) {
            Some("the one example of a single neuron is part of its scenario")
        } else if !facts.is_some_and(are_few) {
            Some("only training sets of up to 1000 points can be changed: :set data.train=1000")
        } else {
            None
        }
    }

    /// Returns why no example can be added, if that is so.
    pub(in crate::views::data) fn add_refusal(self) -> Option<&'static str> {
        const NUMBERS: &str = "only points of classes can be added: the plane has no number for y";
        let has_numbers = self.fields().is_some() && self.plane_classes() == 0;
        self.edit_refusal().or(has_numbers.then_some(NUMBERS))
    }

    /// Returns whether examples of this run can be moved and removed on the open page.
    pub(in crate::views::data) fn can_edit(self) -> bool {
        self.page() == Some(DataPage::Plane) && self.edit_refusal().is_none()
    }

    /// Returns the number of classes of the examples on the plane; 0 if their targets are numbers.
    pub(in crate::views::data) fn plane_classes(self) -> usize {
        let arm = self.fields().and_then(|fields| fields.arms.first());
        arm.filter(|arm| !arm.is_wrong.is_empty()).map_or(0, |arm| arm.of_outputs().len().max(2))
    }

    /// Returns the class of a new example.
    pub(in crate::views::data) fn new_class(self) -> usize {
        self.view.plane.class.min(self.plane_classes().saturating_sub(1))
    }

    /// Returns the inputs at the cursor.
    pub(super) fn plane_cursor(self) -> Option<[f64; 2]> {
        self.inputs_at(self.view.plane.cursor)
    }

    /// Returns the inputs at a place, as round as its cell allows in the units of their file: to the hundredth if a cell
    /// is 0.26 wide, for example.
    fn inputs_at(self, at: MapPlace) -> Option<[f64; 2]> {
        let facts = self.shared.history.facts.as_deref()?;
        let window = self.in_units(self.fields()?.window);
        let (columns, rows) = self.view.plane.points;
        let value = |(least, most): (f64, f64), share: f64, cells: usize| {
            let cell = (most - least) / cells.max(1) as f64;
            rounded(least * (1.0 - share) + most * share, cell / 10.0)
        };
        let (across, up) = self.view.plane.axes;
        Some([
            facts.input_number(across, value(window.across, at.across, columns)),
            facts.input_number(up, value(window.up, at.up, rows / 2)),
        ])
    }

    /// Returns the training example that is nearest to the cursor, if one is within a cell of it.
    pub(in crate::views::data) fn example_at_cursor(self) -> Option<&'a PlaneExample> {
        let fields = self.fields()?;
        let cursor = self.view.plane.cursor;
        let (columns, rows) = self.view.plane.points;
        let distance = |example: &PlaneExample| {
            let there = place(fields.window, example.at);
            let across = (there.across - cursor.across) * columns as f64;
            // A cell has two points, one above the other.
            let up = (there.up - cursor.up) * rows as f64 / 2.0;
            (across.abs().max(up.abs()) <= REACH).then_some(across * across + up * up)
        };
        let training = fields.examples.points.get(..fields.examples.training)?;
        let near = training.iter().filter_map(|example| Some((distance(example)?, example)));
        // Of several at one place, the last is the one that has been put there.
        near.rev().min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, example)| example)
    }

    /// Returns the training example at the cursor in words, where it can be changed.
    pub(super) fn example_words(self) -> Option<String> {
        let can_edit = self.shared.cursor_focused && self.can_edit();
        if can_edit && self.view.plane.held.is_some() {
            return Some("the point follows the cursor".to_owned());
        }
        let example = self.example_at_cursor().filter(|_| can_edit)?;
        Some(match example.target {
            PlaneTarget::Class(class) => {
                format!("training point here: {}", class_words(self.shared, class))
            }
            PlaneTarget::Number(y) => {
                format!("training point here: y = {}", number(self.in_unit(Some(y)), 6))
            }
        })
    }
}

/// Returns a number rounded to the greatest power of ten that is no more than `to`, or to a whole number.
fn rounded(x: f64, to: f64) -> f64 {
    let digits = -decade(to);
    // The number that this text means has no digits behind those that are shown. There is no −0.
    let text = format!("{x:.*}", usize::try_from(digits).unwrap_or(0));
    text.parse().map_or(x, |x: f64| x + 0.0)
}

impl DataView {
    /// Adds an example of the chosen class at the cursor.
    pub(in crate::views::data) fn add_example(&mut self, shared: &SharedState) -> Option<Command> {
        let state = ViewState { view: &*self, shared };
        let at = state.plane_cursor()?;
        let class = u32::try_from(state.new_class()).ok()?;
        self.plane.show_training();
        Some(Command::Set(Setting::Examples(ExampleEdit::Add { at, class })))
    }

    /// Removes the example at the cursor.
    pub(in crate::views::data) fn remove_example(
        &mut self,
        shared: &SharedState,
    ) -> Option<Command> {
        let at = ViewState { view: &*self, shared }.example_at_cursor()?.at;
        self.plane.held = None;
        Some(Command::Set(Setting::Examples(ExampleEdit::Remove { at })))
    }

    /// Takes hold of the example at the cursor, or lets go of the one that is held.
    pub(in crate::views::data) fn hold_example(&mut self, shared: &SharedState) {
        let there = ViewState { view: &*self, shared }.example_at_cursor().map(|there| there.at);
        self.plane.held = there.filter(|_| self.plane.held.is_none());
    }

    /// Moves the example that is held to the cursor.
    pub(in crate::views::data) fn drag_example(&mut self, shared: &SharedState) -> Option<Command> {
        let from = self.plane.held?;
        let to = ViewState { view: &*self, shared }.plane_cursor()?;
        self.plane.held = Some(to);
        self.plane.show_training();
        (from != to).then_some(Command::Set(Setting::Examples(ExampleEdit::Move { from, to })))
    }

    /// Puts the cursor on a cell of the plane, as a click does. A second click there adds an example, and a drag moves
    /// the example that is there.
    pub(in crate::views::data) fn press_plane(
        &mut self,
        shared: &mut SharedState,
        at: MapPlace,
    ) -> Option<Command> {
        let is_again = shared.cursor_focused && self.plane.cursor == at;
        self.plane.cursor = at;
        shared.cursor_focused = true;
        let state = ViewState { view: &*self, shared: &*shared };
        let (can_edit, there) = (state.can_edit(), state.example_at_cursor().map(|there| there.at));
        let has_classes = state.plane_classes() > 0;
        self.plane.held = None;
        self.plane.dragged = there.filter(|_| can_edit);
        if is_again && can_edit && has_classes && there.is_none() {
            return self.add_example(shared);
        }
        None
    }

    /// Puts the cursor on another cell of the plane while the button is down.
    pub(in crate::views::data) fn drag_plane(
        &mut self,
        shared: &SharedState,
        at: MapPlace,
    ) -> Option<Command> {
        self.plane.cursor = at;
        self.plane.held = self.plane.dragged;
        let command = self.drag_example(shared);
        self.plane.dragged = self.plane.held.take();
        command
    }
}
