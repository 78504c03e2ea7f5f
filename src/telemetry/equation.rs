//! Where the gradient of one weight comes from: ∂C/∂wⱼ = 1/m Σ xⱼ δ, with every number in it.
//!
//! All numbers are f64, computed from the weights as they are, and finite.

use crate::nn::Precision;

/// The weight to explain, and the row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EquationRequest {
    /// The layer, from 0; beyond the last one it is the last one.
    pub layer: usize,
    /// The neuron of that layer.
    pub neuron: usize,
    /// j: the input of the neuron; as many as there are inputs means the bias.
    pub input: usize,
    /// The row of the mini-batch.
    pub row: usize,
    /// Whether all weights of the layer are to be checked by nudging each of them.
    pub whole_layer: bool,
}

/// The answer: the gradient of one weight of every arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Equation {
    /// What was asked.
    pub request: EquationRequest,
    /// Steps done.
    pub step: u64,
    /// n: the examples of the training set.
    pub examples: usize,
    /// m: the examples of the mini-batch.
    pub rows: usize,
    /// What the naive formulas of cross-entropy make of a neuron that is sure.
    pub saturated: Vec<Saturated>,
    /// For each arm the sum and where it comes from.
    pub arms: Vec<ArmEquation>,
}

/// Cross-entropy of a neuron that is sure, by the formulas as they are written, beside what is
/// computed from z.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saturated {
    /// The arithmetic.
    pub precision: Precision,
    /// The weighted input.
    pub z: f64,
    /// The target.
    pub y: f64,
    /// −[y ln a + (1 − y) ln(1 − a)] with a rounded; `None` where that is infinite.
    pub naive_cost: Option<f64>,
    /// (a − y)/(a(1 − a)) with a rounded; `None` where that is 1/0 or 0/0.
    pub naive_slope: Option<f64>,
    /// The cost from z.
    pub cost: f64,
    /// δ = a − y from z.
    pub delta: f64,
}

/// The gradient of one weight of one arm over one mini-batch.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmEquation {
    /// The layer that is explained, and how many there are.
    pub layer: (usize, usize),
    /// The neuron, and how many the layer has.
    pub neuron: (usize, usize),
    /// j, and k: how many inputs a neuron of the layer has; j = k means the bias.
    pub input: (usize, usize),
    /// The row that is explained.
    pub row: usize,
    /// The weights of the neuron, as far as they are in sight: from [`Self::first_input`] on.
    pub w: Vec<f64>,
    /// The index of the first input sent.
    pub first_input: usize,
    /// wⱼ, or the bias where that was chosen.
    pub chosen: f64,
    /// The bias of the neuron.
    pub b: f64,
    /// The first of the rows that are told.
    pub first_row: usize,
    /// The rows sent, from [`Self::first_row`] on.
    pub visible_rows: Vec<EquationRow>,
    /// The gradient of the chosen weight, data term.
    pub weight: Mean,
    /// The gradient of the bias, data term.
    pub bias: Mean,
    /// ∂C/∂w of the weights that are told, data term.
    pub gradient: Vec<f64>,
    /// The L2 term of ∂C/∂wⱼ, (λ/n) wⱼ; `None` without λ and for the bias.
    pub l2: Option<f64>,
    /// The mean cost over the mini-batch, data term.
    pub cost: f64,
    /// The gradient of the chosen weight by nudging it.
    pub nudge: Nudge,
    /// The same for every weight of the layer, where that was asked.
    pub layer_check: Option<LayerCheck>,
    /// From C back to this weight, on the chosen row.
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

/// One example of the mini-batch as the neuron sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct EquationRow {
    /// The example, from 0, as it stands in the training set.
    pub example: usize,
    /// The inputs of the neuron that are told: of the example itself in the first layer, the
    /// activations of the layer before in the others.
    pub x: Vec<f64>,
    /// xⱼ; 1 for the bias.
    pub x_j: f64,
    /// The weighted input z = w·x + b.
    pub z: f64,
    /// The activation a = f(z).
    pub a: f64,
    /// The target; only the last layer has one.
    pub y: Option<f64>,
    /// a − y from z, in the last layer; what comes back from the layer after, Σₖ wₖⱼ δₖ, in the
    /// others.
    pub error: f64,
    /// f′(z); `None` where δ carries none: it has cancelled.
    pub slope: Option<f64>,
    /// δ = ∂C/∂z.
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
    /// How far it is from the mean.
    pub off: f64,
    /// In how many digits both agree, 0 to 16.
    pub digits: u32,
}

/// The nudge check of a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerCheck {
    /// How many weights and biases were nudged: every so many-th where all would take too long.
    pub checked: usize,
    /// How many there are.
    pub of: usize,
    /// The worst disagreement.
    pub worst: f64,
    /// The weight that has it: neuron, and input (k for the bias).
    pub at: (usize, usize),
    /// The digits that agree there.
    pub digits: u32,
}

/// From the cost of one example back to one weight.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BackwardPath {
    /// The steps, from C on.
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
    /// The number.
    pub value: f64,
    /// Of a sum over the layer after the largest terms: neuron k, wₖⱼ, δₖ.
    pub terms: Vec<(usize, f64, f64)>,
    /// How many terms the sum has.
    pub of: usize,
}

/// A factor on the way from C to a weight.
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
    /// xⱼ δ: what this example adds to the sum.
    Product,
}

/// What one step did, on the mini-batch it learnt from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepEffect {
    /// wⱼ before, or the bias where that was chosen.
    pub chosen: f64,
    /// The bias before.
    pub b: f64,
    /// ∂C/∂wⱼ of the step, data term.
    pub gradient: f64,
    /// C before and after, over the same mini-batch, with the L2 term.
    pub cost: (f64, f64),
    /// −η‖∇C‖²: by how much C would change if it were a plane; biases and L2 term included.
    pub promised: f64,
}
