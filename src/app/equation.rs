//! Where the Equation view is: the symbol, the row and the weight that are chosen.

use crate::app::keymap::{Action, Way};
use crate::app::{App, View};
use crate::telemetry::{Cost, EquationAsked, Output, Question};

/// A symbol of ∂C/∂wⱼ = 1/m Σ xⱼ (σ(z) − y) σ′(z), and what stands behind them.
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
    /// Σₖ wₖⱼ δₖ, in a hidden layer in the place of σ(z) − y.
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

/// What is shown under the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EquationPanel {
    /// The same sums as one matrix product.
    #[default]
    Product,
    /// The derivation, line by line.
    Derivation,
    /// The backward walk, up to and with this step.
    Walk(usize),
}

/// Where the Equation view is. The weight it explains is the one under the cursor of the Weights
/// view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EquationView {
    /// The chosen symbol.
    pub symbol: Symbol,
    /// The chosen row of the mini-batch.
    pub row: usize,
    /// What is shown under the rows.
    pub panel: EquationPanel,
    /// Whether all weights of the layer are to be nudged.
    pub whole_layer: bool,
}

impl App {
    /// What is to be explained, as long as this is on screen.
    pub(super) fn question_now(&self) -> Option<Question> {
        let asked = EquationAsked {
            layer: self.weights.layer,
            neuron: self.weights.neuron,
            input: self.weights.input,
            row: self.equation.row,
            whole_layer: self.equation.whole_layer,
        };
        let is_asked = self.view == View::Equation && self.layers() > 0;
        is_asked.then_some(Question::Equation(asked)).or_else(|| self.surface_question())
    }

    /// The symbols in the formula of the chosen arm, as they are walked over.
    pub fn symbols(&self) -> Vec<Symbol> {
        use Symbol::{
            Average, Back, Bias, Gradient, Input, Output as Activation, Slope, Sum, Target, Weight,
            WeightedInput,
        };
        let (is_last, has_slope) = (self.explains_last_layer(), self.explains_slope());
        let middle: &[Symbol] = if is_last { &[Activation, Target] } else { &[Back] };
        let slope: &[Symbol] = if has_slope { &[Slope] } else { &[] };
        let activation: &[Symbol] = if is_last { &[] } else { &[Activation] };
        // Where the bias is the weight that is explained, it is one symbol and not two.
        let is_bias = self.weights.input >= self.layer_shape().1;
        let bias: &[Symbol] = if is_bias { &[] } else { &[Bias] };
        let start: &[Symbol] = &[Gradient, Average, Sum, Input];
        [start, middle, slope, activation, &[WeightedInput, Weight], bias].concat()
    }

    /// Whether the weight that is explained belongs to the last layer.
    pub fn explains_last_layer(&self) -> bool {
        self.weights.layer + 1 >= self.layers()
    }

    /// Whether δ carries the factor σ′(z) there.
    fn explains_slope(&self) -> bool {
        let facts = self.history.facts.as_ref().and_then(|facts| facts.arms.get(self.arm));
        let is_quadratic =
            facts.is_some_and(|arm| arm.cost == Cost::Quadratic && arm.output == Output::Sigmoid);
        !self.explains_last_layer() || is_quadratic
    }

    /// Does what a key of the view means.
    pub(super) fn act_in_equation(&mut self, action: Action) {
        match action {
            Action::MoveSymbol(way) => self.move_symbol(way),
            Action::MoveRow(by) => self.move_row(by),
            Action::MoveInput(way) => self.move_input(way),
            Action::MoveNeuron(way) => self.move_neuron(way),
            Action::CheckLayer => self.equation.whole_layer = !self.equation.whole_layer,
            Action::Derivation => self.toggle_derivation(),
            Action::WalkBack => self.walk_back(),
            _ => {}
        }
    }

    /// Goes to the symbol before or after.
    fn move_symbol(&mut self, way: Way) {
        let symbols = self.symbols();
        let at = symbols.iter().position(|symbol| *symbol == self.equation.symbol).unwrap_or(0);
        let at = match way {
            Way::Back => at.saturating_sub(1),
            Way::On => (at + 1).min(symbols.len() - 1),
        };
        self.equation.symbol = symbols[at];
    }

    /// Goes so many rows up or down.
    fn move_row(&mut self, by: isize) {
        self.equation.row = self.equation.row.saturating_add_signed(by);
        self.keep_within_facts();
    }

    /// Goes to the input before or after; the bias stands after the last.
    fn move_input(&mut self, way: Way) {
        self.weights.input = along(self.weights.input, way);
        self.keep_within_facts();
    }

    /// Goes to the neuron before or after.
    fn move_neuron(&mut self, way: Way) {
        self.weights.neuron = along(self.weights.neuron, way);
        self.keep_within_facts();
    }

    /// Shows the derivation, or hides it.
    fn toggle_derivation(&mut self) {
        self.equation.panel = match self.equation.panel {
            EquationPanel::Derivation => EquationPanel::Product,
            _ => EquationPanel::Derivation,
        };
    }

    /// Shows the next step of the backward walk; after the last one the walk is over.
    fn walk_back(&mut self) {
        let steps = match &self.answer {
            Some(crate::telemetry::Answer::Equation(equation)) => {
                equation.arms.get(self.arm).map_or(0, |arm| arm.walk.steps.len())
            }
            _ => 0,
        };
        self.equation.panel = match self.equation.panel {
            EquationPanel::Walk(step) if step + 1 < steps => EquationPanel::Walk(step + 1),
            EquationPanel::Walk(_) => EquationPanel::Product,
            _ => EquationPanel::Walk(0),
        };
    }

    /// Holds the choices of the view within what the run has.
    pub(super) fn keep_equation_within_facts(&mut self) {
        let rows = self.history.facts.as_ref().map_or(1, |facts| facts.batch);
        self.equation.row = self.equation.row.min(rows.saturating_sub(1));
        if !self.symbols().contains(&self.equation.symbol) {
            self.equation.symbol = Symbol::Gradient;
        }
    }
}

fn along(at: usize, way: Way) -> usize {
    match way {
        Way::Back => at.saturating_sub(1),
        Way::On => at + 1,
    }
}
