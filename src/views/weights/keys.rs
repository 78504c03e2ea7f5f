//! The keys of the Weights view: `w` for *what* is drawn, `W` for its order, `V` for the film (a *video*), `(`
//! and `)`, which point at the previous and the next layer.

use crossterm::event::KeyCode as K;

use crate::telemetry::WeightQuantity;
use crate::views::binding::KeyScope::{Cursor, View};
use crate::views::binding::{Binding, bind};
use crate::views::direction::{Direction, ListDirection};
use crate::views::key::{char, code, shift};
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;
use crate::views::weights::drawing::hides_neurons;
use crate::views::weights::net::{has_both, net_plan};
use crate::views::weights::order::SortKey;
use crate::views::weights::state::{WeightsView, has_rows_to_scroll, scroll_list};

const NUMBERS: &str = "weights, gradient, change, difference";
const ORDER: &str = "pictures: order of the neurons";
const FILM: &str = "pictures: film of the neuron / sheet of all";
const LAYER: &str = "layer before / after";
const SCROLL: &str = "scroll; pictures: neuron before / after";
const MOVE: &str = "move the cursor";
const TEN_ACROSS: &str = "ten to the left / right";
const TEN_ALONG: &str = "ten up / down";

/// An action of a key of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WeightsAction {
    /// Switch to the next kind of numbers.
    NextNumbers,
    /// Sort the neurons of a picture by the next key.
    NextOrder,
    /// Switch between the film and the sheet of a picture.
    ToggleFilm,
    /// Switch between a small network itself and the matrix of its numbers.
    ToggleMatrix,
    /// Go to the previous layer, towards the input, or to the next.
    Layer(ListDirection),
    /// Scroll backwards or forwards.
    Scroll(ListDirection),
    /// Focus the cursor, so that the arrow keys move it.
    FocusCursor,
    /// Release that focus.
    BlurCursor,
    /// Show all panels again.
    ShowAll,
    /// Move the cursor this many times.
    Move(Direction, usize),
}

pub(super) static KEYS: &[Binding<WeightsView, WeightsAction>] = &[
    bind(&[char('w')], View, WeightsAction::NextNumbers, NUMBERS)
        .footer(|view, shared| shared.has_view().then_some((2, numbers_words(view, shared))))
        .command("draw-next", NUMBERS),
    bind(&[char('W')], View, WeightsAction::NextOrder, ORDER)
        .when(|_, shared| shared.field().is_some())
        .footer(order_words)
        .command("sort-next", "Weights, pictures: sort by |w|, bias, change, not at all"),
    bind(&[char('V')], View, WeightsAction::ToggleFilm, FILM)
        .when(|_, shared| shared.field().is_some())
        .footer(film_words)
        .command("film", "Weights, pictures: the chosen neuron from the start to now"),
    bind(&[char('V')], View, WeightsAction::ToggleMatrix, "small networks: matrix / network")
        .when(has_matrix_and_network)
        .footer(|view, shared| {
            let words = if view.shows_matrix { "network" } else { "matrix" };
            (shared.has_view() && has_matrix_and_network(view, shared)).then_some((3, words))
        })
        .command("matrix", "Weights, small networks: the matrix of numbers, or the network"),
    bind(&[char('(')], View, WeightsAction::Layer(ListDirection::Previous), LAYER)
        .when(|_, shared| shared.layers() > 1)
        .footer(|_, shared| shared.has_view().then_some((3, "layer")))
        .command("previous-layer", "Weights: the layer before"),
    bind(&[char(')')], View, WeightsAction::Layer(ListDirection::Next), LAYER)
        .when(|_, shared| shared.layers() > 1)
        .footer(|_, shared| shared.has_view().then_some((3, "layer")))
        .command("next-layer", "Weights: the layer after"),
    bind(&[code(K::PageUp)], View, WeightsAction::Scroll(ListDirection::Previous), SCROLL)
        .when(can_scroll)
        .repeating()
        .footer(scroll_words),
    bind(&[code(K::PageDown)], View, WeightsAction::Scroll(ListDirection::Next), SCROLL)
        .when(can_scroll)
        .repeating()
        .footer(scroll_words),
    bind(&[code(K::Enter)], View, WeightsAction::FocusCursor, "give the cursor the arrows")
        .when(|_, shared| shared.layers() > 0 && !shared.cursor_focused)
        .footer(|_, shared| shared.has_view().then_some((2, "cursor")))
        .command("cursor", "Weights: give the cursor the arrows"),
    bind(&[code(K::Esc)], View, WeightsAction::ShowAll, "all panels again")
        .when(|view: &WeightsView, _| view.filling.is_filled()),
    bind(&[code(K::Left), char('h')], Cursor, WeightsAction::Move(Direction::Left, 1), MOVE)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[code(K::Down), char('j')], Cursor, WeightsAction::Move(Direction::Down, 1), MOVE)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[code(K::Up), char('k')], Cursor, WeightsAction::Move(Direction::Up, 1), MOVE)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[code(K::Right), char('l')], Cursor, WeightsAction::Move(Direction::Right, 1), MOVE)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[shift(K::Left)], Cursor, WeightsAction::Move(Direction::Left, 10), TEN_ACROSS)
        .repeating(),
    bind(&[shift(K::Right)], Cursor, WeightsAction::Move(Direction::Right, 10), TEN_ACROSS)
        .repeating(),
    bind(&[shift(K::Up)], Cursor, WeightsAction::Move(Direction::Up, 10), TEN_ALONG).repeating(),
    bind(&[shift(K::Down)], Cursor, WeightsAction::Move(Direction::Down, 10), TEN_ALONG)
        .repeating(),
    bind(&[code(K::Esc)], Cursor, WeightsAction::BlurCursor, "give the arrows back")
        .footer(|_, _| Some((0, "leave"))),
];

impl WeightsView {
    /// Performs an action.
    pub(super) fn perform(&mut self, action: WeightsAction, shared: &mut SharedState) {
        match action {
            WeightsAction::NextNumbers => (self.of, self.difference) = self.next_numbers(shared),
            WeightsAction::NextOrder => self.order.sort_by_next(),
            WeightsAction::ToggleMatrix => self.shows_matrix = !self.shows_matrix,
            WeightsAction::ToggleFilm => self.shows_film = !self.shows_film,
            WeightsAction::Layer(direction) => shared.change_layer(direction),
            WeightsAction::Scroll(direction) => scroll(self, shared, direction),
            WeightsAction::FocusCursor => shared.cursor_focused = true,
            WeightsAction::BlurCursor => shared.cursor_focused = false,
            WeightsAction::ShowAll => self.filling.show_all(),
            WeightsAction::Move(direction, times) => self.move_cursor(shared, direction, times),
        }
    }
}

/// Scrolls a matrix or the fields of a picture, or goes through the list under a network.
pub(super) fn scroll(view: &mut WeightsView, shared: &mut SharedState, direction: ListDirection) {
    let has_net = net_plan(ViewState { view, shared }, shared.body).is_some();
    if has_net {
        scroll_list(shared, direction);
    } else {
        view.scroll_page(shared, direction);
    }
}

/// Of a picture, the neuron is chosen that is drawn large, which ranks higher than scrolling a matrix, most
/// rows of which are in sight.
fn scroll_words(_: &WeightsView, shared: &SharedState) -> Option<(u8, &'static str)> {
    let words = if shared.field().is_some() { (4, "neuron") } else { (8, "scroll") };
    shared.has_view().then_some(words)
}

/// Returns whether something is out of sight: rows of a matrix, fields, or weights of the list under a network.
fn can_scroll(view: &WeightsView, shared: &SharedState) -> bool {
    let state = ViewState { view, shared };
    if shared.body.is_empty() || shared.field().is_some() {
        return has_rows_to_scroll(shared);
    }
    match net_plan(state, shared.body) {
        Some(plan) => plan.can_scroll(state),
        None => has_rows_to_scroll(shared) && hides_neurons(state, shared.body),
    }
}

/// Returns the key by which `W` sorts.
fn order_words(view: &WeightsView, shared: &SharedState) -> Option<(u8, &'static str)> {
    let words = match view.order.key().next() {
        SortKey::Layer => "unsorted",
        SortKey::Size => "by |w|",
        SortKey::Bias => "by b",
        SortKey::Change => "by change",
    };
    (shared.has_view() && shared.field().is_some()).then_some((3, words))
}

/// Returns whether the network can take the place of the matrix: its numbers are drawn, and it has room.
fn has_matrix_and_network(view: &WeightsView, shared: &SharedState) -> bool {
    has_both(ViewState { view, shared }, shared.body)
}

fn film_words(view: &WeightsView, shared: &SharedState) -> Option<(u8, &'static str)> {
    let words = if view.shows_film { "sheet" } else { "film" };
    (shared.has_view() && shared.field().is_some()).then_some((3, words))
}

/// Returns the name of the numbers that `w` switches to.
fn numbers_words(view: &WeightsView, shared: &SharedState) -> &'static str {
    let (of, difference) = view.next_numbers(shared);
    match of {
        _ if difference => "difference",
        WeightQuantity::Value => "weights",
        WeightQuantity::Gradient => "gradient",
        WeightQuantity::Change => "change",
    }
}
