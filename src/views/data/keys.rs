//! The keys of the Data view: `w` for *what* is shown, `(` and `)` for the layer and `{` and `}` for the neuron, as
//! in the Equation view. On the pad `space` is the pen while the cursor has the focus, instead of running and
//! pausing: a pen needs the one key that is found without looking, and `esc` gives it back.

use crossterm::event::KeyCode as K;

use crate::telemetry::{ExampleFilter, ExampleSet};
use crate::views::binding::KeyScope::{Cursor, View};
use crate::views::binding::{Binding, bind};
use crate::views::data::action::DataAction as Act;
use crate::views::data::conditions::{
    can_add, can_choose, edits, has_layers, has_other_side, has_recall, has_test,
    is_at_plane_cursor, is_full, is_on_examples, is_on_neurons, is_on_pad, is_on_plane,
    is_test_listed, no_change, sorts_by_input,
};
use crate::views::data::pad::PadMap;
use crate::views::data::plane::inputs;
use crate::views::data::state::{DataView, NextSide};
use crate::views::direction::{Direction, ListDirection};
use crate::views::key::{char, code, shift};
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;

const PAGE: &str = "plane, examples, pad, neurons";
const KEPT: &str = "pad: kept drawing before / after";
const LAYER: &str = "layer before / after";
const NEURON: &str = "neuron before / after";
const PAIR: &str = "examples: the confused classes before / after";
const COLUMN: &str = "examples: sorted by the input before / after";
const SCROLL: &str = "examples: scroll";
const AXES: &str = "plane: inputs before / after";
const ONLY_TRAINING: &str = "only examples of the training set have a gradient: V shows that set";
const MOVE: &str = "move the cursor";
const TEN_ACROSS: &str = "ten to the left / right";
const TEN_ALONG: &str = "ten up / down";

const CLASS: &str = "class of a new point, or of the kept drawing";

/// What `+` adds, by class: of two classes, and of more.
const ADD_OF_PAIR: [&str; 2] = ["add 0", "add 1"];
const ADD: [&str; 10] =
    ["add a", "add b", "add c", "add d", "add e", "add f", "add g", "add h", "add i", "add j"];

/// The key that chooses a class.
macro_rules! class_key {
    ($key:literal, $class:literal) => {
        bind(&[char($key)], Cursor, Act::ChooseClass($class), CLASS)
            .when(|view, shared| can_choose(view, shared, $class))
            .footer(|view, shared| can_choose(view, shared, $class).then_some((0, "class")))
    };
}

pub(super) static KEYS: &[Binding<DataView, Act>] = &[
    bind(&[char('w')], View, Act::NextPage, PAGE)
        .when(|view, shared| ViewState { view, shared }.pages().len() > 1)
        .footer(|view, shared| {
            let next = ViewState { view, shared }.next_page()?;
            shared.has_view().then_some((1, next.name()))
        })
        .command("data-next", PAGE),
    bind(&[code(K::Enter)], View, Act::FocusCursor, "give the cursor the arrows")
        .when(|view, shared| {
            shared.arms() > 0 && !shared.cursor_focused && !is_on_neurons(view, shared)
        })
        .footer(|view, shared| {
            let words = match is_on_pad(view, shared) {
                true if view.pad.shows_kept() => "name, draw",
                true => "draw",
                false => "cursor",
            };
            (shared.has_view() && !is_on_neurons(view, shared)).then_some((2, words))
        }),
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
    bind(&[char('v')], View, Act::NextSide, "examples: confusion matrix, recall, list")
        .when(has_other_side)
        .footer(|view, shared| {
            let next = ViewState { view, shared }.next_side(has_recall(view, shared));
            let words = match next {
                NextSide::Confusion => "confusion",
                NextSide::Recall => "recall",
                NextSide::List => "examples",
            };
            // Where it is the only way to the matrices, it goes before the order.
            let rank = if (ViewState { view, shared }).has_side() { 3 } else { 2 };
            has_other_side(view, shared).then_some((rank, words))
        })
        .command(
            "recall",
            "Data: the recall of each class over time, the confusion matrix, or the list",
        ),
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
        .when(has_layers),
    bind(&[char(')'), char('p')], View, Act::Layer(ListDirection::Next), LAYER).when(has_layers),
    bind(&[char('{'), char('U')], View, Act::Neuron(ListDirection::Previous), NEURON)
        .when(|view, shared| is_on_plane(view, shared) || is_on_neurons(view, shared))
        .footer(neuron_words),
    bind(&[char('}'), char('u')], View, Act::Neuron(ListDirection::Next), NEURON)
        .when(|view, shared| is_on_plane(view, shared) || is_on_neurons(view, shared))
        .footer(neuron_words),
    bind(&[code(K::Backspace)], View, Act::ClearPad, "pad: clear it; a kept drawing: leave it")
        .when(|view, shared| is_on_pad(view, shared) && view.pad.has_drawing())
        .footer(|view, shared| {
            let words = if view.pad.shows_kept() { "the pad" } else { "clear" };
            (is_on_pad(view, shared) && view.pad.has_drawing()).then_some((1, words))
        })
        .command("clear-pad", "Data: clear the pad"),
    bind(&[char('K')], View, Act::KeepDrawing, "pad: keep the drawing")
        .when(|view, shared| is_on_pad(view, shared) && view.pad.can_keep())
        .refused(is_full)
        .footer(|view, shared| {
            (is_on_pad(view, shared) && view.pad.can_keep()).then_some((2, "keep"))
        })
        .command("keep-drawing", "Data: keep the drawing on the pad, to see it learnt"),
    bind(&[char('{'), char('U')], View, Act::Kept(ListDirection::Previous), KEPT)
        .when(is_on_pad)
        .footer(kept_words),
    bind(&[char('}'), char('u')], View, Act::Kept(ListDirection::Next), KEPT)
        .when(is_on_pad)
        .footer(kept_words),
    bind(&[char('x')], View, Act::DropDrawing, "pad: drop the kept drawing")
        .when(|view, shared| is_on_pad(view, shared) && view.pad.shows_kept())
        .footer(|view, shared| {
            (is_on_pad(view, shared) && view.pad.shows_kept()).then_some((3, "drop"))
        })
        .command("drop-drawing", "Data: drop the kept drawing that is shown"),
    bind(&[char('x')], View, Act::RemoveExample, "plane: remove the point at the cursor")
        .when(is_at_plane_cursor)
        .refused(no_change)
        .footer(|view, shared| {
            let can_remove = edits(view, shared) && no_change(view, shared).is_none();
            can_remove.then_some((0, "remove"))
        }),
    bind(&[char('d')], View, Act::HoldExample, "plane: drag the point at the cursor / let it go")
        .when(is_at_plane_cursor)
        .refused(no_change)
        .footer(|view, shared| {
            let words = if view.plane.held.is_some() { "let go" } else { "drag" };
            (edits(view, shared) && no_change(view, shared).is_none()).then_some((0, words))
        }),
    bind(&[char('v')], View, Act::NextPadMap, "pad: what speaks for the answer / as seen")
        .when(is_on_pad)
        .refused(|view, shared| ViewState { view, shared }.without_pad_map())
        .footer(|view, shared| {
            let words = match view.pad.map {
                PadMap::Derivatives => "picture",
                PadMap::Picture => "reasons",
            };
            let has_map = ViewState { view, shared }.without_pad_map().is_none();
            (is_on_pad(view, shared) && has_map).then_some((3, words))
        })
        .command(
            "pad-map",
            "Data: what speaks for the answer, or the picture as the networks see it",
        ),
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
    bind(&[char(' ')], Cursor, Act::TogglePen, "pad: pen down / up").when(is_on_pad).footer(
        |view, shared| {
            let words = if view.pad.is_pen_down { "pen up" } else { "pen down" };
            is_on_pad(view, shared).then_some((0, words))
        },
    ),
    bind(&[char('+')], Cursor, Act::AddExample, "plane: add a point of the chosen class")
        .when(is_at_plane_cursor)
        .refused(|view, shared| ViewState { view, shared }.add_refusal())
        .footer(add_words),
    class_key!('0', 0),
    class_key!('1', 1),
    class_key!('2', 2),
    class_key!('3', 3),
    class_key!('4', 4),
    class_key!('5', 5),
    class_key!('6', 6),
    class_key!('7', 7),
    class_key!('8', 8),
    class_key!('9', 9),
    bind(&[code(K::Enter)], Cursor, Act::Explain, "examples: explain the row in the Equation view")
        .when(is_on_examples)
        .refused(|view, shared| is_test_listed(view, shared).then_some(ONLY_TRAINING))
        .footer(|view, shared| {
            let is_explained = is_on_examples(view, shared) && !is_test_listed(view, shared);
            is_explained.then_some((1, "explain"))
        }),
    bind(&[code(K::Esc)], Cursor, Act::BlurCursor, "give the arrows back")
        .footer(|_, _| Some((0, "leave"))),
];

fn add_words(view: &DataView, shared: &SharedState) -> Option<(u8, &'static str)> {
    let state = ViewState { view, shared };
    let words = if state.plane_classes() == 2 { &ADD_OF_PAIR[..] } else { &ADD };
    let words = words.get(state.new_class())?;
    can_add(view, shared).then_some((0, *words))
}

fn neuron_words(view: &DataView, shared: &SharedState) -> Option<(u8, &'static str)> {
    is_on_neurons(view, shared).then_some((2, "neuron"))
}

fn kept_words(view: &DataView, shared: &SharedState) -> Option<(u8, &'static str)> {
    let words = if view.pad.has_only_examples() { "example" } else { "kept" };
    let has_some = view.pad.has_only_examples() || view.pad.kept_count() > 0;
    (is_on_pad(view, shared) && has_some).then_some((3, words))
}
