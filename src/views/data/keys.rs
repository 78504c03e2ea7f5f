//! The keys of the Data view: `w` for *what* is shown, `(` and `)` for the layer and `{` and `}` for the neuron, as
//! in the Equation view.

use crossterm::event::KeyCode as K;

use crate::telemetry::{Channel, Command, ExampleFilter, ExampleSet};
use crate::views::binding::KeyScope::{Cursor, View};
use crate::views::binding::{Binding, bind};
use crate::views::data::examples::SidePanel;
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
const PAIR: &str = "examples: the confused classes before / after";
const COLUMN: &str = "examples: sorted by the input before / after";
const SCROLL: &str = "examples: scroll";
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

fn is_on_examples(view: &DataView, shared: &SharedState) -> bool {
    is_on(DataPage::Examples, view, shared)
}

fn sorts_by_input(view: &DataView, shared: &SharedState) -> bool {
    is_on_examples(view, shared) && !ViewState { view, shared }.has_pictures() && inputs(shared) > 0
}

fn has_recall(view: &DataView, shared: &SharedState) -> bool {
    let facts = shared.history.facts.as_deref();
    let is_kept = facts.is_some_and(|facts| Channel::of_class(0, &facts.channels).is_some());
    is_on_examples(view, shared) && is_kept
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
        .when(|_, shared| shared.arms() > 0 && !shared.cursor_focused)
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
    bind(&[char('v')], View, Act::NextSide, "examples: confusion matrix / recall over time")
        .when(has_recall)
        .footer(|view, shared| {
            let words = match view.examples.side {
                SidePanel::Confusion => "recall",
                SidePanel::Recall => "confusion",
            };
            has_recall(view, shared).then_some((3, words))
        })
        .command("recall", "Data: the recall of each class over time, or the confusion matrix"),
    bind(&[char('V')], View, Act::OtherSet, "examples: test set / training set")
        .when(|view, shared| is_on_examples(view, shared) && has_test(shared))
        .footer(|view, shared| {
            let words = match view.examples.set {
                ExampleSet::Test => "training set",
                ExampleSet::Training => "test set",
            };
            (is_on_examples(view, shared) && has_test(shared)).then_some((5, words))
        })
        .command("other-set", "Data: examples of the other set"),
    bind(&[char('#')], View, Act::NextOrder, "examples: worst first, as read, by target")
        .when(is_on_examples)
        .footer(|view, shared| is_on_examples(view, shared).then_some((2, "order")))
        .command("sort", "Data: the examples in the next order"),
    bind(&[char('E')], View, Act::NextFilter, "examples: only the mistakes / all")
        .when(|view, shared| {
            is_on_examples(view, shared) && ViewState { view, shared }.has_classes()
        })
        .footer(|view, shared| {
            let words = match view.examples.filter {
                ExampleFilter::All => "mistakes",
                _ => "all examples",
            };
            let has_classes = ViewState { view, shared }.has_classes();
            (is_on_examples(view, shared) && has_classes).then_some((4, words))
        })
        .command("mistakes", "Data: only the mistakes of the chosen arm, or all examples"),
    bind(&[char('{'), char('U')], View, Act::Pair(ListDirection::Previous), PAIR)
        .when(is_on_examples),
    bind(&[char('}'), char('u')], View, Act::Pair(ListDirection::Next), PAIR)
        .when(is_on_examples)
        .footer(|view, shared| {
            let has_pairs = !ViewState { view, shared }.confused_pairs().is_empty();
            (is_on_examples(view, shared) && has_pairs).then_some((6, "confused"))
        }),
    bind(&[char(','), char('I')], View, Act::SortBy(ListDirection::Previous), COLUMN)
        .when(sorts_by_input),
    bind(&[char(';'), char('i')], View, Act::SortBy(ListDirection::Next), COLUMN)
        .when(sorts_by_input)
        .footer(|view, shared| sorts_by_input(view, shared).then_some((7, "by input"))),
    bind(&[code(K::PageUp)], View, Act::Scroll(ListDirection::Previous), SCROLL)
        .when(is_on_examples)
        .repeating()
        .footer(|view, shared| is_on_examples(view, shared).then_some((8, "scroll"))),
    bind(&[code(K::PageDown)], View, Act::Scroll(ListDirection::Next), SCROLL)
        .when(is_on_examples)
        .repeating()
        .footer(|view, shared| is_on_examples(view, shared).then_some((8, "scroll"))),
    bind(&[char('('), char('P')], View, Act::Layer(ListDirection::Previous), LAYER)
        .when(|view, shared| is_on_plane(view, shared) && shared.layers() > 1),
    bind(&[char(')'), char('p')], View, Act::Layer(ListDirection::Next), LAYER)
        .when(|view, shared| is_on_plane(view, shared) && shared.layers() > 1),
    bind(&[char('{'), char('U')], View, Act::Neuron(ListDirection::Previous), NEURON)
        .when(is_on_plane),
    bind(&[char('}'), char('u')], View, Act::Neuron(ListDirection::Next), NEURON).when(is_on_plane),
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
    /// Returns the number of examples in the list.
    fn list_length(&self, shared: &SharedState) -> usize {
        ViewState { view: self, shared }.listed().map_or(0, |listed| listed.listed)
    }

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
            Act::Move(direction, times) if is_on_plane(self, shared) => {
                self.plane.move_cursor(direction, times);
            }
            Act::Move(direction, times) => {
                let listed = self.list_length(shared);
                self.examples.step(direction, times, listed);
            }
            Act::NextSide => {
                self.examples.side = match self.examples.side {
                    SidePanel::Confusion => SidePanel::Recall,
                    SidePanel::Recall => SidePanel::Confusion,
                };
            }
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
                let pairs = ViewState { view: &*self, shared: &*shared }.confused_pairs();
                self.examples.change_pair(direction, &pairs);
            }
            Act::Scroll(direction) => {
                let listed = self.list_length(shared);
                self.examples.page(direction, listed);
            }
        }
        None
    }
}
