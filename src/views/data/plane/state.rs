//! The state of the page, and the question that it asks.

use crate::telemetry::{Answer, FieldNeurons, FieldRequest, Fields, Question, Window};
use crate::views::data::plane::layout::layout;
use crate::views::data::state::DataView;
use crate::views::direction::{Direction, ListDirection};
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;

/// The examples that are drawn over the fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::views::data) enum DrawnExamples {
    /// Those of the training set.
    #[default]
    Training,
    /// Those of the test set.
    Test,
    /// Those of both sets.
    Both,
    /// None.
    None,
}

impl DrawnExamples {
    /// Returns the examples that `v` switches to; without a test set there are only two choices.
    pub(in crate::views::data) fn next(self, has_test: bool) -> Self {
        match self {
            Self::Training if has_test => Self::Test,
            Self::Test if has_test => Self::Both,
            Self::None => Self::Training,
            _ => Self::None,
        }
    }

    /// Returns its name in the footer.
    pub(in crate::views::data) fn name(self) -> &'static str {
        match self {
            Self::Training => "training points",
            Self::Test => "test points",
            Self::Both => "all points",
            Self::None => "no points",
        }
    }
}

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
    /// The place of the cursor, by its shares of the way across and up.
    pub(in crate::views::data) cursor: (f64, f64),
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
            cursor: (0.5, 0.5),
            points: (0, 0),
        }
    }
}

impl PlaneState {
    /// Adapts the axes to the inputs of the run.
    pub(in crate::views::data) fn adapt(&mut self, shared: &SharedState) {
        let inputs = inputs(shared);
        if self.axes.0.max(self.axes.1) >= inputs {
            self.axes = (0, 1);
        }
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

    /// Moves the cursor by this many points of the field.
    pub(in crate::views::data) fn move_cursor(&mut self, direction: Direction, times: usize) {
        let (across, up) = self.points;
        let by = |points: usize| times as f64 / points.max(1) as f64;
        let (x, y) = &mut self.cursor;
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

impl<'a> ViewState<'a, DataView> {
    /// Returns the fields, if they are of the plane that is shown.
    pub(in crate::views::data) fn fields(self) -> Option<&'a Fields> {
        match &self.shared.answer {
            Some(Answer::Fields(fields)) if fields.request.axes == self.view.plane.axes => {
                Some(fields).filter(|fields| fields.arms.len() == self.shared.arms()).map(|f| &**f)
            }
            _ => None,
        }
    }

    /// Returns the points of the fields on the screen.
    pub(in crate::views::data) fn plane_points(self) -> (usize, usize) {
        let layout = layout(self, self.shared.body);
        let maps = layout.panels.iter().map(|panel| panel.map).filter(|map| !map.is_empty());
        let smallest = maps.min_by_key(|map| map.area());
        let points =
            |map: ratatui::layout::Rect| (usize::from(map.width), usize::from(map.height) * 2);
        smallest.map_or((0, 0), points)
    }

    /// Returns the question that the page asks.
    pub(in crate::views::data) fn plane_question(self) -> Option<Question> {
        let PlaneState { axes, points, .. } = self.view.plane;
        let has_room = points.0 >= 2 && points.1 >= 2;
        let request = FieldRequest { axes, points, neurons: FieldNeurons::All };
        has_room.then_some(Question::Fields(request))
    }

    /// Returns the layer and the index of the neuron that is shown in place of the answer.
    pub(in crate::views::data) fn shown_neuron(self) -> Option<(usize, usize)> {
        let weight = self.shared.weight;
        self.view.plane.shows_neuron.then_some((weight.layer, weight.neuron))
    }

    /// Returns a window in the units of its inputs, as their file has them.
    pub(in crate::views::data) fn in_units(self, window: Window) -> Window {
        let (across, up) = self.view.plane.axes;
        let facts = self.shared.history.facts.as_deref();
        let value = |input: usize, x: f64| facts.map_or(x, |facts| facts.input_value(input, x));
        let range =
            |input: usize, (least, most): (f64, f64)| (value(input, least), value(input, most));
        Window { across: range(across, window.across), up: range(up, window.up) }
    }

    /// Returns the name of an input: that of its column, else x₁, x₂ …
    pub(in crate::views::data) fn input_name(self, input: usize) -> String {
        let facts = self.shared.history.facts.as_deref();
        let named = facts.and_then(|facts| facts.inputs.get(input));
        named.map_or_else(|| format!("x{}", lowered(input + 1)), String::clone)
    }
}

/// Returns a number in lowered digits.
fn lowered(number: usize) -> String {
    const DIGITS: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    number.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0') % 10]).collect()
}
