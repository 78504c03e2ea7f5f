//! The state of the Equation view: the selected symbol and row, and the panel under the rows.

use crate::telemetry::{Answer, ArmFacts, EquationRequest, SlopeInDelta};
use crate::views::direction::ListDirection;
use crate::views::filling::Filling;
use crate::views::shared_state::{SelectedWeight, SharedState};

/// A symbol of ∂C/∂wⱼ = 1/m Σ xⱼ (σ(z) − y) σ′(z), or one of the values behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Symbol {
    /// ∂C/∂wⱼ.
    #[default]
    Gradient,
    /// 1/m.
    Average,
    /// Σ.
    Sum,
    /// xⱼ.
    Input,
    /// σ(z).
    Output,
    /// y.
    Target,
    /// Σₖ wₖⱼ δₖ, which takes the place of σ(z) − y in a hidden layer.
    Back,
    /// σ′(z).
    Slope,
    /// z.
    WeightedInput,
    /// wⱼ.
    Weight,
    /// b.
    Bias,
}

/// The panel under the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EquationPanel {
    /// The same sums as one matrix product.
    #[default]
    Product,
    /// The derivation, line by line.
    Derivation,
    /// The backward path, up to and including this step.
    Backward(usize),
}

/// A panel that can fill the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilledPanel {
    /// The mini-batch row by row.
    Rows,
    /// What each symbol is.
    Symbols,
    /// The derivation, line by line.
    Derivation,
    /// The backward path, as far as it has been followed, else all of it.
    Backward,
    /// The same sums as one matrix product.
    Product,
}

impl FilledPanel {
    /// All panels, in their order.
    pub(super) const ALL: [Self; 5] =
        [Self::Rows, Self::Symbols, Self::Derivation, Self::Backward, Self::Product];
}

/// The state of the Equation view. The weight that it explains is the selected one, which the
/// Weights view marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EquationView {
    /// The selected symbol.
    pub symbol: Symbol,
    /// The selected row of the mini-batch.
    pub row: usize,
    /// The panel under the rows.
    pub panel: EquationPanel,
    /// The panel that fills the view, if one does.
    pub filling: Filling<FilledPanel>,
    /// Whether the check nudges all weights of the layer.
    pub whole_layer: bool,
    /// Whether the view has been open in this run, so that its selections are the user's.
    pub was_open: bool,
    /// Whether the row with the largest error is to be selected when it is known.
    pub seeks_worst_row: bool,
}

impl EquationView {
    /// Returns the request for the explanation of the selected weight.
    pub(super) fn request(&self, shared: &SharedState) -> EquationRequest {
        let SelectedWeight { layer, neuron, input } = shared.weight;
        let Self { row, whole_layer, .. } = *self;
        EquationRequest { layer, neuron, input, row, whole_layer, example: shared.example }
    }

    /// Selects the previous or next symbol.
    pub(super) fn move_symbol(&mut self, shared: &SharedState, direction: ListDirection) {
        let symbols = symbols(shared);
        let at = symbols.iter().position(|symbol| *symbol == self.symbol).unwrap_or(0);
        self.symbol = symbols[along(at, direction).min(symbols.len() - 1)];
    }

    /// Selects a symbol by its place among all.
    pub(super) fn select_symbol(&mut self, shared: &mut SharedState, place: usize) {
        if let Some(symbol) = symbols(shared).get(place) {
            self.symbol = *symbol;
            shared.cursor_focused = true;
        }
    }

    /// Selects a row.
    pub(super) fn select_row(&mut self, row: usize) {
        self.seeks_worst_row = false;
        self.row = row;
    }

    /// Moves the selected row by `by`.
    pub(super) fn move_row(&mut self, by: isize) {
        self.seeks_worst_row = false;
        self.row = self.row.saturating_add_signed(by);
    }

    /// Shows or hides the derivation.
    pub(super) fn toggle_derivation(&mut self) {
        self.panel = match self.panel {
            EquationPanel::Derivation => EquationPanel::Product,
            _ => EquationPanel::Derivation,
        };
        self.fill_with_opened();
    }

    /// Shows the next step of the backward path; after the last step it closes the panel.
    pub(super) fn next_backward_step(&mut self, shared: &SharedState) {
        let steps = match &shared.answer {
            Some(Answer::Equation(equation)) => {
                equation.arms.get(shared.arm).map_or(0, |arm| arm.backward.steps.len())
            }
            _ => 0,
        };
        self.panel = match self.panel {
            EquationPanel::Backward(step) if step + 1 < steps => EquationPanel::Backward(step + 1),
            EquationPanel::Backward(_) => EquationPanel::Product,
            _ => EquationPanel::Backward(0),
        };
        self.fill_with_opened();
    }

    /// Switches between nudging one weight and every weight of the layer, which the table shows.
    pub(super) fn toggle_layer_check(&mut self) {
        self.whole_layer = !self.whole_layer;
        self.filling.replace(FilledPanel::Rows);
    }

    /// Lets the panel that a key has opened fill the view, if one panel does.
    pub(super) fn fill_with_opened(&mut self) {
        self.filling.replace(match self.panel {
            EquationPanel::Product => FilledPanel::Rows,
            EquationPanel::Derivation => FilledPanel::Derivation,
            EquationPanel::Backward(_) => FilledPanel::Backward,
        });
    }

    /// Returns whether something is open that can be closed.
    pub(super) fn is_open(&self) -> bool {
        self.filling.is_filled() || self.whole_layer || self.panel != EquationPanel::Product
    }

    /// Shows all panels again if one fills the view, else closes the derivation, the backward path and the
    /// check of the layer.
    pub(super) fn close_open(&mut self) {
        if self.filling.is_filled() {
            self.filling.show_all();
            return;
        }
        self.panel = EquationPanel::Product;
        self.whole_layer = false;
    }

    /// Selects what shows most when the view is first opened in a run: the last layer, an arm whose cost
    /// cancels the slope, and, once it is known, the row with the largest error.
    pub(super) fn select_most_telling(&mut self, shared: &mut SharedState) {
        // A view that is opened before the run is known is placed once it is.
        if shared.layers() == 0 || std::mem::replace(&mut self.was_open, true) {
            return;
        }
        if shared.layers() > 1 {
            shared.weight = SelectedWeight { layer: shared.layers() - 1, neuron: 0, input: 0 };
        }
        let cancels =
            |arm: &ArmFacts| arm.cost.slope_in_delta(arm.output) == SlopeInDelta::Cancelled;
        let facts = shared.history.facts.as_deref();
        let telling = facts.and_then(|facts| facts.arms.iter().position(cancels));
        shared.arm = telling.unwrap_or(shared.arm);
        self.seeks_worst_row = true;
    }

    /// Selects the row with the largest error of the answer, if that is still to be done.
    pub(super) fn select_worst_row(&mut self, shared: &SharedState) {
        let Some(Answer::Equation(equation)) =
            shared.answer.as_ref().filter(|_| self.seeks_worst_row)
        else {
            return;
        };
        let Some(arm) = equation.arms.get(shared.arm) else { return };
        self.seeks_worst_row = false;
        let errors = arm.visible_rows.iter().map(|row| row.error.abs()).enumerate();
        // The first of equal rows.
        let worst = errors.rev().max_by(|one, other| one.1.total_cmp(&other.1));
        self.row = worst.map_or(self.row, |(row, _)| arm.first_row + row);
    }

    /// Clamps the view's selections to the run.
    pub(super) fn clamp(&mut self, shared: &SharedState) {
        let rows = shared.history.facts.as_ref().map_or(1, |facts| facts.batch);
        self.row = self.row.min(rows.saturating_sub(1));
        if !symbols(shared).contains(&self.symbol) {
            self.symbol = Symbol::Gradient;
        }
    }
}

/// Selects the previous or next input; the bias follows the last input.
pub(super) fn move_input(shared: &mut SharedState, direction: ListDirection) {
    shared.weight.input = along(shared.weight.input, direction);
    shared.fit();
}

/// Selects the previous or next neuron.
pub(super) fn move_neuron(shared: &mut SharedState, direction: ListDirection) {
    shared.weight.neuron = along(shared.weight.neuron, direction);
    shared.fit();
}

/// Returns the symbols in the formula of the chosen arm, in the order in which the cursor
/// visits them.
pub(super) fn symbols(shared: &SharedState) -> Vec<Symbol> {
    use Symbol::{
        Average, Back, Bias, Gradient, Input, Output as Activation, Slope, Sum, Target, Weight,
        WeightedInput,
    };
    let (is_last, has_slope) = (explains_last_layer(shared), explains_slope(shared));
    let middle: &[Symbol] = if is_last { &[Activation, Target] } else { &[Back] };
    let slope: &[Symbol] = if has_slope { &[Slope] } else { &[] };
    let activation: &[Symbol] = if is_last { &[] } else { &[Activation] };
    // If the explained weight is the bias itself, the bias is one symbol and not two.
    let is_bias = shared.weight.input >= shared.layer_shape().1;
    let bias: &[Symbol] = if is_bias { &[] } else { &[Bias] };
    let start: &[Symbol] = &[Gradient, Average, Sum, Input];
    [start, middle, slope, activation, &[WeightedInput, Weight], bias].concat()
}

/// Returns whether the explained weight belongs to the last layer.
fn explains_last_layer(shared: &SharedState) -> bool {
    shared.weight.layer + 1 >= shared.layers()
}

/// Returns whether the formula of δ in the explained layer names the slope σ′(z).
fn explains_slope(shared: &SharedState) -> bool {
    let facts = shared.history.facts.as_ref().and_then(|facts| facts.arms.get(shared.arm));
    let in_delta = facts.map(|arm| arm.cost.slope_in_delta(arm.output));
    let is_named = matches!(in_delta, Some(SlopeInDelta::Factor | SlopeInDelta::LeftOut));
    !explains_last_layer(shared) || is_named
}

fn along(at: usize, direction: ListDirection) -> usize {
    match direction {
        ListDirection::Previous => at.saturating_sub(1),
        ListDirection::Next => at + 1,
    }
}
