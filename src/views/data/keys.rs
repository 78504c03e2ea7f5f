//! The keys of the Data view: `w` for *what* is shown, `(` and `)` for the layer and `{` and `}` for the neuron, as
//! in the Equation view.

use crossterm::event::KeyCode as K;

use crate::telemetry::Command;
use crate::views::binding::KeyScope::{Cursor, View};
use crate::views::binding::{Binding, bind};
use crate::views::data::page::DataPage;
use crate::views::data::plane::inputs;
use crate::views::data::state::DataView;
use crate::views::direction::{Direction, ListDirection};
use crate::views::key::{char, code, shift};
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;

const PAGE: &str = "plane, examples, pad, neurons";
const LAYER: &str = "layer before / after";
const NEURON: &str = "neuron before / after";
const AXES: &str = "plane: inputs before / after";
const MOVE: &str = "move the cursor";
const TEN_ACROSS: &str = "ten to the left / right";
const TEN_ALONG: &str = "ten up / down";

/// An action of a key of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataAction {
    /// Turn to the next page.
    NextPage,
    /// Switch to other examples on the plane.
    NextExamples,
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
    /// Release that focus.
    BlurCursor,
    /// Show all panels again.
    ShowAll,
    /// Move the cursor this many times.
    Move(Direction, usize),
}

use DataAction as Act;

fn is_on(page: DataPage, view: &DataView, shared: &SharedState) -> bool {
    ViewState { view, shared }.page() == Some(page)
}

fn is_on_plane(view: &DataView, shared: &SharedState) -> bool {
    is_on(DataPage::Plane, view, shared)
}

pub(super) static KEYS: &[Binding<DataView, DataAction>] = &[
    bind(&[char('w')], View, Act::NextPage, PAGE)
        .when(|view, shared| ViewState { view, shared }.pages().len() > 1)
        .footer(|view, shared| {
            let next = ViewState { view, shared }.next_page()?;
            shared.has_view().then_some((1, next.name()))
        })
        .command("data-next", PAGE),
    bind(&[code(K::Enter)], View, Act::FocusCursor, "give the cursor the arrows")
        .when(|view, shared| is_on_plane(view, shared) && !shared.cursor_focused)
        .footer(|_, shared| shared.has_view().then_some((2, "cursor"))),
    bind(&[char('v')], View, Act::NextExamples, "plane: training, test, all, no points")
        .when(is_on_plane)
        .footer(|view, shared| {
            let next = view.plane.drawn.next(has_test(shared));
            is_on_plane(view, shared).then_some((2, next.name()))
        })
        .command("points", "Data: training points, then test points, then all, then none"),
    bind(&[char('V')], View, Act::Discretise, "plane: only the two sides / the distances, too")
        .when(is_on_plane)
        .footer(|view, shared| {
            let words = if view.plane.is_discrete { "all levels" } else { "two sides" };
            is_on_plane(view, shared).then_some((4, words))
        })
        .command("discretise", "Data: only the sides of the border, or the levels, too"),
    bind(&[char('n')], View, Act::ToggleNeuron, "plane: one neuron, large / the answer")
        .when(is_on_plane)
        .footer(|view, shared| {
            let words = if view.plane.shows_neuron { "answer" } else { "neuron" };
            is_on_plane(view, shared).then_some((3, words))
        })
        .command("neuron", "Data: the selected neuron large, or the answer of the network"),
    bind(&[char('('), char('P')], View, Act::Layer(ListDirection::Previous), LAYER)
        .when(|_, shared| shared.layers() > 1),
    bind(&[char(')'), char('p')], View, Act::Layer(ListDirection::Next), LAYER)
        .when(|_, shared| shared.layers() > 1),
    bind(&[char('{'), char('U')], View, Act::Neuron(ListDirection::Previous), NEURON),
    bind(&[char('}'), char('u')], View, Act::Neuron(ListDirection::Next), NEURON),
    bind(&[char(','), char('I')], View, Act::Axes(ListDirection::Previous), AXES)
        .when(|view, shared| is_on_plane(view, shared) && inputs(shared) > 2)
        .footer(|view, shared| {
            (is_on_plane(view, shared) && inputs(shared) > 2).then_some((2, "inputs"))
        }),
    bind(&[char(';'), char('i')], View, Act::Axes(ListDirection::Next), AXES)
        .when(|view, shared| is_on_plane(view, shared) && inputs(shared) > 2)
        .footer(|view, shared| {
            (is_on_plane(view, shared) && inputs(shared) > 2).then_some((2, "inputs"))
        }),
    bind(&[code(K::Esc)], View, Act::ShowAll, "all panels again")
        .when(|view: &DataView, _| view.filling.is_filled()),
    bind(&[code(K::Left), char('h')], Cursor, Act::Move(Direction::Left, 1), MOVE)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[code(K::Down), char('j')], Cursor, Act::Move(Direction::Down, 1), MOVE)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[code(K::Up), char('k')], Cursor, Act::Move(Direction::Up, 1), MOVE)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[code(K::Right), char('l')], Cursor, Act::Move(Direction::Right, 1), MOVE)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[shift(K::Left)], Cursor, Act::Move(Direction::Left, 10), TEN_ACROSS).repeating(),
    bind(&[shift(K::Right)], Cursor, Act::Move(Direction::Right, 10), TEN_ACROSS).repeating(),
    bind(&[shift(K::Up)], Cursor, Act::Move(Direction::Up, 10), TEN_ALONG).repeating(),
    bind(&[shift(K::Down)], Cursor, Act::Move(Direction::Down, 10), TEN_ALONG).repeating(),
    bind(&[code(K::Esc)], Cursor, Act::BlurCursor, "give the arrows back")
        .footer(|_, _| Some((0, "leave"))),
];

fn has_test(shared: &SharedState) -> bool {
    shared.history.facts.as_deref().is_some_and(|facts| facts.test_examples > 0)
}

impl DataView {
    /// Performs an action; returns a command to send.
    pub(super) fn perform(
        &mut self,
        action: DataAction,
        shared: &mut SharedState,
    ) -> Option<Command> {
        match action {
            Act::NextPage => {
                self.turned_to = ViewState { view: &*self, shared: &*shared }.next_page();
                shared.cursor_focused = false;
            }
            Act::NextExamples => self.plane.drawn = self.plane.drawn.next(has_test(shared)),
            Act::Discretise => self.plane.is_discrete = !self.plane.is_discrete,
            Act::ToggleNeuron => self.plane.shows_neuron = !self.plane.shows_neuron,
            Act::Layer(direction) => shared.change_layer(direction),
            Act::Neuron(direction) => {
                let neurons = shared.layer_shape().0;
                shared.weight.neuron = direction.wrapped(shared.weight.neuron, neurons);
            }
            Act::Axes(direction) => self.plane.change_axes(shared, direction),
            Act::FocusCursor => shared.cursor_focused = true,
            Act::BlurCursor => shared.cursor_focused = false,
            Act::ShowAll => self.filling.show_all(),
            Act::Move(direction, times) => self.plane.move_cursor(direction, times),
        }
        None
    }
}
