//! The state of the Equation view: the selected symbol, row and weight.

mod view;

use crate::app::keymap::{Action, ListDirection};
use crate::app::{App, View};
use crate::telemetry::{EquationRequest, Question, SlopeInDelta};

pub(crate) use view::EquationView;
pub use view::{EquationPanel, Symbol};

impl App {
    /// Returns the question to send while this view is open.
    pub(super) fn question_now(&self) -> Option<Question> {
        let request = EquationRequest {
            layer: self.weights.layer,
            neuron: self.weights.neuron,
            input: self.weights.input,
            row: self.equation.row,
            whole_layer: self.equation.whole_layer,
        };
        let has_question = self.view == View::Equation && self.layers() > 0;
        has_question.then_some(Question::Equation(request)).or_else(|| self.surface_question())
    }

    /// Returns the symbols in the formula of the chosen arm, in the order in which the cursor
    /// visits them.
    pub fn symbols(&self) -> Vec<Symbol> {
        use Symbol::{
            Average, Back, Bias, Gradient, Input, Output as Activation, Slope, Sum, Target, Weight,
            WeightedInput,
        };
        let (is_last, has_slope) = (self.explains_last_layer(), self.explains_slope());
        let middle: &[Symbol] = if is_last { &[Activation, Target] } else { &[Back] };
        let slope: &[Symbol] = if has_slope { &[Slope] } else { &[] };
        let activation: &[Symbol] = if is_last { &[] } else { &[Activation] };
        // If the explained weight is the bias itself, the bias is one symbol and not two.
        let is_bias = self.weights.input >= self.layer_shape().1;
        let bias: &[Symbol] = if is_bias { &[] } else { &[Bias] };
        let start: &[Symbol] = &[Gradient, Average, Sum, Input];
        [start, middle, slope, activation, &[WeightedInput, Weight], bias].concat()
    }

    /// Returns whether the explained weight belongs to the last layer.
    pub fn explains_last_layer(&self) -> bool {
        self.weights.layer + 1 >= self.layers()
    }

    /// Returns whether δ of the explained layer contains the factor σ′(z).
    fn explains_slope(&self) -> bool {
        let facts = self.history.facts.as_ref().and_then(|facts| facts.arms.get(self.arm));
        let is_factor =
            facts.is_some_and(|arm| arm.cost.slope_in_delta(arm.output) == SlopeInDelta::Factor);
        !self.explains_last_layer() || is_factor
    }

    /// Handles an action of the Equation view.
    pub(super) fn act_in_equation(&mut self, action: Action) {
        match action {
            Action::MoveSymbol(direction) => self.move_symbol(direction),
            Action::MoveRow(by) => self.move_row(by),
            Action::MoveInput(direction) => self.move_input(direction),
            Action::MoveNeuron(direction) => self.move_neuron(direction),
            Action::CheckLayer => self.equation.whole_layer = !self.equation.whole_layer,
            Action::Derivation => self.toggle_derivation(),
            Action::NextBackwardStep => self.next_backward_step(),
            _ => {}
        }
    }

    /// Selects the previous or next symbol.
    fn move_symbol(&mut self, direction: ListDirection) {
        let symbols = self.symbols();
        let at = symbols.iter().position(|symbol| *symbol == self.equation.symbol).unwrap_or(0);
        let at = match direction {
            ListDirection::Previous => at.saturating_sub(1),
            ListDirection::Next => (at + 1).min(symbols.len() - 1),
        };
        self.equation.symbol = symbols[at];
    }

    /// Moves the selected row by `by`.
    fn move_row(&mut self, by: isize) {
        self.equation.row = self.equation.row.saturating_add_signed(by);
        self.clamp_to_run();
    }

    /// Selects the previous or next input; the bias follows the last input.
    fn move_input(&mut self, direction: ListDirection) {
        self.weights.input = along(self.weights.input, direction);
        self.clamp_to_run();
    }

    /// Selects the previous or next neuron.
    fn move_neuron(&mut self, direction: ListDirection) {
        self.weights.neuron = along(self.weights.neuron, direction);
        self.clamp_to_run();
    }

    /// Shows or hides the derivation.
    fn toggle_derivation(&mut self) {
        self.equation.panel = match self.equation.panel {
            EquationPanel::Derivation => EquationPanel::Product,
            _ => EquationPanel::Derivation,
        };
    }

    /// Shows the next step of the backward walk; after the last step it closes the panel.
    fn next_backward_step(&mut self) {
        let steps = match &self.answer {
            Some(crate::telemetry::Answer::Equation(equation)) => {
                equation.arms.get(self.arm).map_or(0, |arm| arm.backward.steps.len())
            }
            _ => 0,
        };
        self.equation.panel = match self.equation.panel {
            EquationPanel::Backward(step) if step + 1 < steps => EquationPanel::Backward(step + 1),
            EquationPanel::Backward(_) => EquationPanel::Product,
            _ => EquationPanel::Backward(0),
        };
    }

    /// Clamps the view's selections to the run.
    pub(super) fn clamp_equation_to_run(&mut self) {
        let rows = self.history.facts.as_ref().map_or(1, |facts| facts.batch);
        self.equation.row = self.equation.row.min(rows.saturating_sub(1));
        if !self.symbols().contains(&self.equation.symbol) {
            self.equation.symbol = Symbol::Gradient;
        }
    }
}

fn along(at: usize, direction: ListDirection) -> usize {
    match direction {
        ListDirection::Previous => at.saturating_sub(1),
        ListDirection::Next => at + 1,
    }
}
