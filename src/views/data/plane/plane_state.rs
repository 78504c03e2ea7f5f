//! The state of the page.

use crate::canvas::widgets::MapPlace;
use crate::views::direction::{Direction, ListDirection};
use crate::views::plane_map::DrawnExamples;
use crate::views::shared_state::SharedState;
use crate::views::view::GridPoint;

/// The state of the page of the plane.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::views) struct PlaneState {
    /// The inputs across and up.
    pub(in crate::views::data) axes: (usize, usize),
    /// The examples drawn.
    pub(in crate::views::data) drawn: DrawnExamples,
    /// Whether only the two sides of the border are told apart, and not how far a point is from it.
    pub(in crate::views::data) is_discrete: bool,
    /// Whether the selected neuron is shown in place of the answer of the network.
    pub(in crate::views::data) shows_neuron: bool,
    /// The place of the cursor.
    pub(in crate::views::data) cursor: MapPlace,
    /// The class of a new example, from 0.
    pub(in crate::views::data) class: usize,
    /// The inputs of the example that follows the cursor.
    pub(in crate::views::data) held: Option<[f64; 2]>,
    /// The inputs of the example that follows the pointer while the button is down.
    pub(in crate::views::data) dragged: Option<[f64; 2]>,
    /// The points of a field on the screen; 0 and 0 if there is no room for one.
    pub(in crate::views::data) points: (usize, usize),
}

impl Default for PlaneState {
    fn default() -> Self {
        Self {
            axes: (0, 1),
            drawn: DrawnExamples::default(),
            is_discrete: false,
            shows_neuron: false,
            cursor: MapPlace::CENTRE,
            class: 1,
            held: None,
            dragged: None,
            points: (0, 0),
        }
    }
}

impl PlaneState {
    /// Adapts the axes to the inputs of the run.
    pub(in crate::views::data) fn adapt(&mut self, shared: &SharedState) {
        let Some(facts) = shared.history.facts.as_deref() else { return };
        let has_test = facts.test_examples > 0;
        if !has_test && matches!(self.drawn, DrawnExamples::Test | DrawnExamples::Both) {
            self.drawn = DrawnExamples::Training;
        }
        let inputs = inputs(shared);
        if self.axes.0.max(self.axes.1) >= inputs {
            self.axes = (0, 1);
        }
    }

    /// Lets the example go that follows the cursor or the pointer.
    pub(in crate::views::data) fn let_go(&mut self) {
        (self.held, self.dragged) = (None, None);
    }

    /// Draws the examples of the training set, too.
    pub(in crate::views::data) fn show_training(&mut self) {
        self.drawn = match self.drawn {
            DrawnExamples::Training | DrawnExamples::None => DrawnExamples::Training,
            DrawnExamples::Test | DrawnExamples::Both => DrawnExamples::Both,
        };
    }

    /// Chooses the pair of inputs before or after.
    pub(in crate::views::data) fn change_axes(
        &mut self,
        shared: &SharedState,
        direction: ListDirection,
    ) {
        let inputs = inputs(shared);
        let pairs: Vec<(usize, usize)> =
            (0..inputs).flat_map(|a| (a + 1..inputs).map(move |b| (a, b))).collect();
        let at = pairs.iter().position(|pair| *pair == self.axes).unwrap_or(0);
        if let Some(pair) = pairs.get(direction.wrapped(at, pairs.len())) {
            self.axes = *pair;
        }
    }

    /// Returns the place of the centre of a cell.
    pub(in crate::views::data) fn place_of(&self, cell: GridPoint) -> MapPlace {
        let (columns, rows) = self.points;
        let share = |at: usize, of: usize| (at as f64 + 0.5) / of.max(1) as f64;
        MapPlace { across: share(cell.column, columns), up: share(cell.row, rows / 2) }
    }

    /// Moves the cursor by this many points of the field.
    pub(in crate::views::data) fn move_cursor(&mut self, direction: Direction, times: usize) {
        let (across, up) = self.points;
        let by = |points: usize| times as f64 / points.max(1) as f64;
        let MapPlace { across: x, up: y } = &mut self.cursor;
        match direction {
            Direction::Left => *x -= by(across),
            Direction::Right => *x += by(across),
            // A cell has two points.
            Direction::Up => *y += 2.0 * by(up),
            Direction::Down => *y -= 2.0 * by(up),
        }
        *x = x.clamp(0.0, 1.0);
        *y = y.clamp(0.0, 1.0);
    }
}

/// Returns the number of inputs of the run.
pub(in crate::views::data) fn inputs(shared: &SharedState) -> usize {
    let facts = shared.history.facts.as_deref();
    let sizes = facts.and_then(|facts| facts.arms.first()).map(|arm| &arm.sizes);
    sizes.and_then(|sizes| sizes.first()).copied().unwrap_or(0)
}
