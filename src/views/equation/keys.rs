//! The keys of the Equation view.

use crossterm::event::KeyCode as K;

use crate::views::binding::KeyScope::{Cursor, View};
use crate::views::binding::{Binding, bind};
use crate::views::direction::ListDirection;
use crate::views::equation::state::{EquationView, move_input, move_neuron};
use crate::views::key::{char, code};
use crate::views::shared_state::SharedState;

const LAYER: &str = "layer before / after";
const SYMBOL: &str = "move over the symbols";
const ROW: &str = "choose the row";
const TEN_ROWS: &str = "ten rows further";
const INPUT: &str = "input j before / after";
const NEURON: &str = "neuron before / after";

/// An action of a key of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EquationAction {
    /// Focus the cursor, so that the arrow keys move it.
    FocusCursor,
    /// Release that focus.
    BlurCursor,
    /// Move the cursor over the symbols of the formula.
    Symbol(ListDirection),
    /// Choose another row of the mini-batch.
    Row(isize),
    /// Choose another input j.
    Input(ListDirection),
    /// Choose another neuron of the layer.
    Neuron(ListDirection),
    /// Choose another layer.
    Layer(ListDirection),
    /// Switch between nudging one weight and every weight of the layer.
    CheckLayer,
    /// Show or hide the derivation.
    Derivation,
    /// Show the next step of the backward path.
    NextBackwardStep,
    /// Show all panels again, else close the derivation, the backward path and the check of the layer.
    CloseOpen,
}

use EquationAction as Act;

pub(super) static KEYS: &[Binding<EquationView, EquationAction>] = &[
    bind(&[code(K::Enter)], View, Act::FocusCursor, "give the cursor the arrows")
        .when(|_, shared| shared.layers() > 0 && !shared.cursor_focused)
        .footer(|_, shared| shared.has_view().then_some((2, "cursor"))),
    bind(&[char(','), char('I')], View, Act::Input(ListDirection::Previous), INPUT)
        .repeating()
        .footer(|_, shared| shared.has_view().then_some((5, "input j")))
        .command("previous-input", "Equation: the input j before"),
    bind(&[char(';'), char('i')], View, Act::Input(ListDirection::Next), INPUT)
        .repeating()
        .footer(|_, shared| shared.has_view().then_some((5, "input j")))
        .command("next-input", "Equation: the input j after"),
    bind(&[char('{'), char('U')], View, Act::Neuron(ListDirection::Previous), NEURON)
        .when(|_, shared| has_neurons(shared))
        .repeating()
        .footer(|_, shared| shared.has_view().then_some((5, "neuron")))
        .command("previous-neuron", "Equation: the neuron before"),
    bind(&[char('}'), char('u')], View, Act::Neuron(ListDirection::Next), NEURON)
        .when(|_, shared| has_neurons(shared))
        .repeating()
        .footer(|_, shared| shared.has_view().then_some((5, "neuron")))
        .command("next-neuron", "Equation: the neuron after"),
    bind(&[char('('), char('P')], View, Act::Layer(ListDirection::Previous), LAYER)
        .when(|_, shared| shared.layers() > 1)
        .footer(|_, shared| shared.has_view().then_some((2, "layer"))),
    bind(&[char(')'), char('p')], View, Act::Layer(ListDirection::Next), LAYER)
        .when(|_, shared| shared.layers() > 1)
        .footer(|_, shared| shared.has_view().then_some((2, "layer"))),
    bind(&[char('d')], View, Act::Derivation, "the derivation, line by line")
        .footer(|_, shared| shared.has_view().then_some((3, "derivation")))
        .command("derivation", "Equation: the derivation with this row's numbers"),
    bind(&[char('b')], View, Act::NextBackwardStep, "backward pass: from C to w_j, next step")
        .footer(|_, shared| shared.has_view().then_some((9, "backward pass")))
        .command("backward-pass", "Equation: the next step from C back to the weight"),
    bind(&[char('n')], View, Act::CheckLayer, "nudge check of the whole layer")
        .footer(|_, shared| shared.has_view().then_some((12, "nudge layer")))
        .command("check-layer", "Equation: nudge every weight of the layer"),
    bind(&[code(K::Esc)], View, Act::CloseOpen, "all panels; close; the mini-batch again")
        .when(|view: &EquationView, shared| view.is_open() || shared.example.is_some())
        .footer(|view: &EquationView, shared| match shared.example {
            _ if view.filling.is_filled() => None,
            _ if view.is_open() => Some((3, "close")),
            example => example.map(|_| (3, "the mini-batch")),
        }),
    bind(&[code(K::PageUp)], View, Act::Row(-10), TEN_ROWS).repeating(),
    bind(&[code(K::PageDown)], View, Act::Row(10), TEN_ROWS).repeating(),
    bind(&[code(K::Left), char('h')], Cursor, Act::Symbol(ListDirection::Previous), SYMBOL)
        .repeating()
        .footer(|_, _| Some((0, "symbol"))),
    bind(&[code(K::Right), char('l')], Cursor, Act::Symbol(ListDirection::Next), SYMBOL)
        .repeating()
        .footer(|_, _| Some((0, "symbol"))),
    bind(&[code(K::Up), char('k')], Cursor, Act::Row(-1), ROW)
        .repeating()
        .footer(|_, _| Some((0, "row"))),
    bind(&[code(K::Down), char('j')], Cursor, Act::Row(1), ROW)
        .repeating()
        .footer(|_, _| Some((0, "row"))),
    bind(&[code(K::Esc)], Cursor, Act::BlurCursor, "give the arrows back")
        .footer(|_, _| Some((1, "leave"))),
];

impl EquationView {
    /// Performs an action.
    pub(super) fn perform(&mut self, action: EquationAction, shared: &mut SharedState) {
        match action {
            Act::FocusCursor => shared.cursor_focused = true,
            Act::BlurCursor => shared.cursor_focused = false,
            Act::Symbol(direction) => self.move_symbol(shared, direction),
            Act::Row(by) => self.move_row(by),
            Act::Input(direction) => move_input(shared, direction),
            Act::Neuron(direction) => move_neuron(shared, direction),
            Act::Layer(direction) => shared.change_layer(direction),
            Act::CheckLayer => self.toggle_layer_check(),
            Act::Derivation => self.toggle_derivation(),
            Act::NextBackwardStep => self.next_backward_step(shared),
            Act::CloseOpen if self.is_open() => self.close_open(),
            Act::CloseOpen => shared.example = None,
        }
    }
}

/// Returns whether the layer has another neuron.
fn has_neurons(shared: &SharedState) -> bool {
    shared.layer_shape().0 > 1
}
