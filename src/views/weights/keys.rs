//! The keys of the Weights view: `w` for *what* is drawn, `(` and `)`, which point at the previous and
//! the next layer.

use crossterm::event::KeyCode as K;

use crate::telemetry::WeightQuantity;
use crate::views::binding::KeyScope::{Cursor, View};
use crate::views::binding::{Binding, bind};
use crate::views::direction::{Direction, ListDirection};
use crate::views::key::{char, code, shift};
use crate::views::shared_state::SharedState;
use crate::views::weights::state::{WeightsView, can_scroll};

const NUMBERS: &str = "weights, gradient, change, difference";
const LAYER: &str = "layer before / after";
const SCROLL: &str = "scroll";
const MOVE: &str = "move the cursor";
const TEN_ACROSS: &str = "ten to the left / right";
const TEN_ALONG: &str = "ten up / down";

/// An action of a key of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WeightsAction {
    /// Switch to the next kind of numbers.
    NextNumbers,
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
        .footer(|view, shared| shared.has_view().then_some((2, numbers_words(*view, shared))))
        .command("draw-next", NUMBERS),
    bind(&[char('(')], View, WeightsAction::Layer(ListDirection::Previous), LAYER)
        .when(|_, shared| shared.layers() > 1)
        .footer(|_, shared| shared.has_view().then_some((3, "layer")))
        .command("previous-layer", "Weights: the layer before"),
    bind(&[char(')')], View, WeightsAction::Layer(ListDirection::Next), LAYER)
        .when(|_, shared| shared.layers() > 1)
        .footer(|_, shared| shared.has_view().then_some((3, "layer")))
        .command("next-layer", "Weights: the layer after"),
    bind(&[code(K::PageUp)], View, WeightsAction::Scroll(ListDirection::Previous), SCROLL)
        .when(|_, shared| can_scroll(shared))
        .repeating()
        .footer(scroll_words),
    bind(&[code(K::PageDown)], View, WeightsAction::Scroll(ListDirection::Next), SCROLL)
        .when(|_, shared| can_scroll(shared))
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
            WeightsAction::NextNumbers => *self = self.with_next_numbers(shared),
            WeightsAction::Layer(direction) => shared.change_layer(direction),
            WeightsAction::Scroll(direction) => self.scroll_page(shared, direction),
            WeightsAction::FocusCursor => shared.cursor_focused = true,
            WeightsAction::BlurCursor => shared.cursor_focused = false,
            WeightsAction::ShowAll => self.filling.show_all(),
            WeightsAction::Move(direction, times) => self.move_cursor(shared, direction, times),
        }
    }
}

/// Few fields fit on the screen but most rows of a matrix do, so that scrolling ranks higher for
/// fields.
fn scroll_words(_: &WeightsView, shared: &SharedState) -> Option<(u8, &'static str)> {
    let rank = if shared.field().is_some() { 4 } else { 8 };
    shared.has_view().then_some((rank, "scroll"))
}

/// Returns the name of the numbers that `w` switches to.
fn numbers_words(view: WeightsView, shared: &SharedState) -> &'static str {
    let next = view.with_next_numbers(shared);
    match next.of {
        _ if next.difference => "difference",
        WeightQuantity::Value => "weights",
        WeightQuantity::Gradient => "gradient",
        WeightQuantity::Change => "change",
    }
}
