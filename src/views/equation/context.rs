//! The data that the panels of the Equation view read.

use crate::telemetry::{
    Activation, Answer, ArmEquation, ArmFacts, Equation, EquationRow, Output, SlopeInDelta,
};
use crate::views::equation::state::EquationView;
use crate::views::input_name::subscript;
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;

/// The explanation of the selected arm.
#[derive(Clone, Copy)]
pub(super) struct EquationContext<'a> {
    pub(super) view: &'a EquationView,
    pub(super) shared: &'a SharedState,
    pub(super) equation: &'a Equation,
    pub(super) arm: &'a ArmEquation,
    pub(super) facts: &'a ArmFacts,
}

impl<'a> EquationContext<'a> {
    pub(super) fn of(state: ViewState<'a, EquationView>) -> Option<Self> {
        let Some(Answer::Equation(equation)) = &state.shared.answer else { return None };
        let facts = state.shared.history.facts.as_deref()?.arms.get(state.shared.arm)?;
        let ViewState { view, shared } = state;
        Some(Self { view, shared, equation, arm: equation.arms.get(state.shared.arm)?, facts })
    }

    /// Returns whether the neuron belongs to the last layer.
    pub(super) fn is_last(&self) -> bool {
        self.arm.layer.0 + 1 == self.arm.layer.1
    }

    /// Returns whether the chosen weight is the bias.
    pub(super) fn is_bias(&self) -> bool {
        self.arm.input.0 == self.arm.input.1
    }

    /// Returns the name of wⱼ: `w₂`, `b`.
    pub(super) fn weight(&self) -> String {
        if self.is_bias() {
            "b".to_owned()
        } else {
            format!("w{}", subscript(self.arm.input.0 + 1))
        }
    }

    /// Returns the name of xⱼ: `x₂`, `a₂` of the previous layer, `1` for the bias.
    pub(super) fn input(&self) -> String {
        if self.is_bias() {
            return "1".to_owned();
        }
        format!("{}{}", self.input_letter(), subscript(self.arm.input.0 + 1))
    }

    /// Returns the letter of the inputs: `x` in the first layer, else `a`, the activations of the
    /// previous layer.
    pub(super) fn input_letter(&self) -> &'static str {
        if self.arm.layer.0 == 0 { "x" } else { "a" }
    }

    /// Returns whether δ differs from a − y, because of a slope, of softmax or of another rule.
    pub(super) fn has_own_delta(&self) -> bool {
        !self.is_last() || self.slope_in_delta().is_present() || self.leaves_slope_out()
    }

    /// Returns whether the arm steps by ∂C/∂a, so that its δ is not ∂C/∂z and no sum of it a gradient.
    pub(super) fn leaves_slope_out(&self) -> bool {
        self.is_last() && !self.facts.cost.descends_gradient()
    }

    fn slope_in_delta(&self) -> SlopeInDelta {
        self.facts.cost.slope_in_delta(self.facts.output)
    }

    /// Returns whether the neuron is a sigmoid.
    pub(super) fn has_sigmoid(&self) -> bool {
        if self.is_last() {
            self.facts.output == Output::Sigmoid
        } else {
            self.facts.hidden == Activation::Sigmoid
        }
    }

    /// Returns the name of input j, if it is a column with a heading.
    pub(super) fn input_name(&self) -> Option<&'a str> {
        self.name_of_input(self.arm.input.0)
    }

    /// Returns the name of an input of the layer, if it is a column with a heading.
    pub(super) fn name_of_input(&self, input: usize) -> Option<&'a str> {
        let names = &self.shared.history.facts.as_deref()?.inputs;
        names.get(input).filter(|_| self.arm.layer.0 == 0).map(String::as_str)
    }

    /// Returns an output or a target of the last layer in the unit of the target's column, if that was scaled.
    pub(super) fn in_unit(&self, y: f64) -> Option<f64> {
        let target = self.shared.history.facts.as_deref()?.target.as_ref()?;
        let is_scaled = (target.from, target.by) != (0.0, 1.0);
        (is_scaled && self.is_last()).then_some(target.from + target.by * y)
    }

    /// Returns the L2 term of the gradient at a value of the chosen weight, λ/n·w; biases have none.
    pub(super) fn l2_at(&self, weight: f64) -> f64 {
        let lambda = if self.is_bias() { 0.0 } else { self.facts.lambda };
        lambda / self.equation.examples.max(1) as f64 * weight
    }

    /// Returns the class that the neuron stands for, if it is an output of a classifier.
    pub(super) fn class(&self) -> Option<&'a str> {
        let classes = &self.shared.history.facts.as_deref()?.classes;
        let (neuron, neurons) = self.arm.neuron;
        let is_its = self.is_last() && classes.len() == neurons;
        classes.get(neuron).filter(|_| is_its).map(String::as_str)
    }

    /// Returns the chosen row, if it has been received.
    pub(super) fn row(&self) -> Option<&'a EquationRow> {
        self.arm.row_at(self.arm.row)
    }
}
