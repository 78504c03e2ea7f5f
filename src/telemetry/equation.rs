//! The explanation of the gradient of one weight: ∂C/∂wⱼ = 1/m Σ xⱼ δ, with every number in it.
//!
//! All numbers are finite f64, computed from the current weights.

use crate::nn::Precision;

/// A request to explain one weight, on one row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EquationRequest {
    /// The layer, from 0; a number beyond the last layer selects the last one.
    pub layer: usize,
    /// The neuron of that layer.
    pub neuron: usize,
    /// j, the input of the neuron; the number of inputs selects the bias.
    pub input: usize,
    /// The row of the mini-batch, from 0.
    pub row: usize,
    /// Whether to check all weights of the layer by nudging each of them.
    pub whole_layer: bool,
    /// A row of the training set, from 0, that is explained alone in place of the next mini-batch.
    pub example: Option<usize>,
}

/// The explanation of the gradient of one weight of every arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Equation {
    /// The request that this answers.
    pub request: EquationRequest,
    /// The number of steps done.
    pub step: u64,
    /// n, the number of examples in the training set.
    pub examples: usize,
    /// m, the number of examples in the mini-batch.
    pub rows: usize,
    /// The naive formulas of cross-entropy, evaluated for a saturated neuron.
    pub saturated: Vec<Saturated>,
    /// The explanation for each arm.
    pub arms: Vec<ArmEquation>,
}

/// The cost and slope of cross-entropy for a saturated neuron by the textbook formulas, beside those that
/// are computed from z.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saturated {
    /// The floating-point type.
    pub precision: Precision,
    /// The weighted input.
    pub z: f64,
    /// The target.
    pub y: f64,
    /// −[y ln a + (1 − y) ln(1 − a)] with a rounded; `None` if that is not finite.
    pub naive_cost: Option<f64>,
    /// (a − y)/(a(1 − a)) with a rounded; `None` if that is 1/0 or 0/0.
    pub naive_slope: Option<f64>,
    /// The cost, computed from z.
    pub cost: f64,
    /// δ = a − y, computed from z.
    pub delta: f64,
}

/// The gradient of one weight of one arm over one mini-batch.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmEquation {
    /// The explained layer, from 0, and the number of layers.
    pub layer: (usize, usize),
    /// The explained neuron, from 0, and the number of neurons in the layer.
    pub neuron: (usize, usize),
    /// j, and the number k of inputs of a neuron in the layer; j = k means the bias.
    pub input: (usize, usize),
    /// The explained row.
    pub row: usize,
    /// The visible weights of the neuron, from [`Self::first_input`] on.
    pub w: Vec<f64>,
    /// The index of the first input sent.
    pub first_input: usize,
    /// wⱼ, or the bias if it was chosen.
    pub chosen: f64,
    /// The bias of the neuron.
    pub b: f64,
    /// The index of the first row sent.
    pub first_row: usize,
    /// The rows sent, from [`Self::first_row`] on.
    pub visible_rows: Vec<EquationRow>,
    /// The gradient of the chosen weight, data term.
    pub weight: Mean,
    /// The gradient of the bias, data term.
    pub bias: Mean,
    /// ∂C/∂w of the weights sent, data term.
    pub gradient: Vec<f64>,
    /// The L2 term of ∂C/∂wⱼ, (λ/n) wⱼ; `None` if λ = 0 and for the bias.
    pub l2: Option<f64>,
    /// The mean cost over the mini-batch, data term.
    pub cost: f64,
    /// The gradient of the chosen weight, found by nudging it.
    pub nudge: Nudge,
    /// The nudge check of every weight of the layer, if requested.
    pub layer_check: Option<LayerCheck>,
    /// The chain rule from C back to this weight, on the chosen row.
    pub backward: BackwardPath,
    /// The effect of the last step, if a single step was requested.
    pub step_effect: Option<StepEffect>,
}

/// A sum over the rows and their mean.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mean {
    /// The sum over the rows.
    pub sum: f64,
    /// The sum divided by m.
    pub mean: f64,
}

impl ArmEquation {
    /// Returns a row by its index in the mini-batch, if it has been sent.
    pub fn row_at(&self, index: usize) -> Option<&EquationRow> {
        self.visible_rows.get(index.checked_sub(self.first_row)?)
    }
}

/// One example of the mini-batch, with the numbers of the explained neuron.
#[derive(Clone, Debug, PartialEq)]
pub struct EquationRow {
    /// The row of the example in the training set, from 0.
    pub example: usize,
    /// The visible inputs of the neuron: those of the example in the first layer, the activations of the
    /// previous layer in the others.
    pub x: Vec<f64>,
    /// xⱼ; 1 for the bias.
    pub x_j: f64,
    /// The weighted input z = w·x + b.
    pub z: f64,
    /// The activation a = f(z).
    pub a: f64,
    /// The target; `None` except in the last layer.
    pub y: Option<f64>,
    /// The error: in the last layer a − y, computed from z; in the others Σₖ wₖⱼ δₖ, backpropagated from
    /// the next layer.
    pub error: f64,
    /// f′(z), if it is a factor of δ or was left out of it; `None` if it cancels.
    pub slope: Option<f64>,
    /// δ, the number that the arm steps by: ∂C/∂z, except for the book's rule.
    pub delta: f64,
    /// xⱼ δ.
    pub product: f64,
}

/// ∂C/∂w by central difference: [C(w + ε) − C(w − ε)] / 2ε.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nudge {
    /// ε.
    pub by: f64,
    /// The quotient.
    pub quotient: f64,
    /// The distance from the mean.
    pub off: f64,
    /// The number of digits in which both agree, 0 to 16.
    pub digits: u32,
}

/// The nudge check of a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerCheck {
    /// The number of weights and biases nudged: a regular sample if all would take too long.
    pub checked: usize,
    /// The number of weights and biases in the layer.
    pub of: usize,
    /// The worst disagreement.
    pub worst: f64,
    /// The weight with the worst disagreement: neuron, and input (k for the bias).
    pub at: (usize, usize),
    /// The number of digits that agree there.
    pub digits: u32,
}

/// The chain-rule factors from the cost of one example back to one weight.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BackwardPath {
    /// The steps, starting at C.
    pub steps: Vec<BackwardStep>,
}

/// One step of a [`BackwardPath`].
#[derive(Clone, Debug, PartialEq)]
pub struct BackwardStep {
    /// The factor computed in this step.
    pub what: Factor,
    /// The layer, from 0.
    pub layer: usize,
    /// The neuron of that layer.
    pub neuron: usize,
    /// The value of the factor.
    pub value: f64,
    /// The largest terms of a sum over the next layer: neuron k, wₖⱼ, δₖ.
    pub terms: Vec<(usize, f64, f64)>,
    /// The number of terms of the sum.
    pub of: usize,
}

/// A factor between C and a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// C of this example.
    Cost,
    /// ∂C/∂a of an output.
    CostByActivation,
    /// ∂a/∂z = f′(z).
    Slope,
    /// δ = ∂C/∂z.
    Delta,
    /// Σₖ wₖⱼ δₖ = ∂C/∂a of a hidden neuron.
    Back,
    /// ∂z/∂wⱼ = xⱼ.
    Input,
    /// xⱼ δ, the term of this example in the sum.
    Product,
}

/// The effect of one step on the mini-batch that it used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepEffect {
    /// wⱼ before the step, or the bias if it was chosen.
    pub chosen: f64,
    /// The bias before the step.
    pub b: f64,
    /// ∂C/∂wⱼ of the step, data term.
    pub gradient: f64,
    /// C before and after the step, over the same mini-batch, with the L2 term.
    pub cost: (f64, f64),
    /// −η‖∇C‖², the change that C would have if it were a plane; biases and L2 term included.
    pub promised: f64,
}
