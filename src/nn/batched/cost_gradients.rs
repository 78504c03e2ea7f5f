//! Cost and gradient of a neuron at many parameter values.

use crate::nn::batched::{NeuronExample, NeuronKind, NeuronWeights, SingleNeuron};
use crate::nn::cost::OutputLanes;
use crate::nn::lanes::{InLanes, Kernel, Lanes};
use crate::nn::{Cost, Output};

/// The cost and its gradient at one point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CostGradient {
    /// C: the mean over the examples plus λ/(2n) Σw², as in an evaluation.
    pub cost: f64,
    /// ∂C/∂w with the L2 term; 0 for a second input that the neuron does not have.
    pub w: [f64; 2],
    /// ∂C/∂b.
    pub b: f64,
}

/// The number of points that are laid out for the lanes at a time: a multiple of every width.
pub(super) const BLOCK: usize = 64;

/// Points side by side: w₁, w₂, b.
pub(super) type WeightColumns = [[f64; BLOCK]; 3];

/// Costs and gradients side by side: C, ∂C/∂w₁, ∂C/∂w₂, ∂C/∂b.
pub(super) type GradientColumns = [[f64; BLOCK]; 4];

impl SingleNeuron {
    /// Writes cost and gradient at each of the points; finite if the weighted inputs are, and for
    /// linear outputs their squares.
    ///
    /// # Panics
    /// If `into` and `places` differ in length.
    pub fn cost_gradients(&self, places: &[NeuronWeights], into: &mut [CostGradient]) {
        assert_eq!(places.len(), into.len(), "there is room for the gradient at every point");
        let mut at = [[0.0; BLOCK]; 3];
        let mut cost_gradients = [[0.0; BLOCK]; 4];
        for (places, into) in places.chunks(BLOCK).zip(into.chunks_mut(BLOCK)) {
            for (i, place) in places.iter().enumerate() {
                [at[0][i], at[1][i], at[2][i]] = [place.w[0], place.w[1], place.b];
            }
            let used = places.len();
            f64::in_lanes(GradientKernel {
                neuron: self,
                at: &at,
                used,
                cost_gradients: &mut cost_gradients,
            });
            let [cost, w1, w2, b] = &cost_gradients;
            for (i, slope) in into.iter_mut().enumerate() {
                *slope = CostGradient { cost: cost[i], w: [w1[i], w2[i]], b: b[i] };
            }
        }
    }
}

/// The kernel for C and its gradient in a block of points; only the first `used` count.
pub(super) struct GradientKernel<'a> {
    pub(super) neuron: &'a SingleNeuron,
    pub(super) at: &'a WeightColumns,
    pub(super) used: usize,
    pub(super) cost_gradients: &'a mut GradientColumns,
}

impl Kernel<f64> for GradientKernel<'_> {
    type Output = ();

    /// The kind of neuron is a constant, so that the inner loop has no branch on it.
    #[inline(always)]
    fn run<L: Lanes<Number = f64>>(self, proof: L::Proof) {
        match (self.neuron.kind, self.neuron.inputs) {
            (NeuronKind::SIGMOID_QUADRATIC, 1) => {
                self.cost_and_gradient::<L, 1>(proof, NeuronKind::SIGMOID_QUADRATIC);
            }
            (NeuronKind::SIGMOID_QUADRATIC, _) => {
                self.cost_and_gradient::<L, 2>(proof, NeuronKind::SIGMOID_QUADRATIC);
            }
            (NeuronKind::SIGMOID_CROSS_ENTROPY, 1) => {
                self.cost_and_gradient::<L, 1>(proof, NeuronKind::SIGMOID_CROSS_ENTROPY);
            }
            (NeuronKind::SIGMOID_CROSS_ENTROPY, _) => {
                self.cost_and_gradient::<L, 2>(proof, NeuronKind::SIGMOID_CROSS_ENTROPY);
            }
            (kind, _) => self.cost_and_gradient::<L, 2>(proof, kind),
        }
    }
}

impl GradientKernel<'_> {
    #[inline(always)]
    fn cost_and_gradient<L: Lanes<Number = f64>, const INPUTS: usize>(
        self,
        proof: L::Proof,
        kind: NeuronKind,
    ) {
        let [w1, w2, b] = self.at;
        let [costs, slopes1, slopes2, slopes_b] = self.cost_gradients;
        let zero = L::splat(proof, 0.0);
        let n = L::splat(proof, self.neuron.examples.len() as f64);
        let shrinking = L::splat(proof, self.neuron.shrinking);
        let half = L::splat(proof, 0.5);
        for at in (0..self.used).step_by(L::N) {
            let w = [L::load(proof, &w1[at..]), L::load(proof, &w2[at..])];
            let b = L::load(proof, &b[at..]);
            let (mut cost, mut by_w, mut by_b) = (zero, [zero; 2], zero);
            for example in &self.neuron.examples {
                let x = [L::splat(proof, example.x[0]), L::splat(proof, example.x[1])];
                let mut z = w[0].mul_add(x[0], b);
                if INPUTS > 1 {
                    z = w[1].mul_add(x[1], z);
                }
                let (its_cost, delta) = of_example(proof, kind, z, example);
                cost = cost + its_cost;
                // (BP3), (BP4): ∂C/∂w_j = 1/n Σ x_j δ, ∂C/∂b = 1/n Σ δ.
                by_w[0] = x[0].mul_add(delta, by_w[0]);
                if INPUTS > 1 {
                    by_w[1] = x[1].mul_add(delta, by_w[1]);
                }
                by_b = by_b + delta;
            }
            cost = cost / n + half * shrinking * w[0] * w[0];
            (by_w[0] / n + shrinking * w[0]).store(&mut slopes1[at..]);
            // Without a second input there is no second weight, and its number is ignored.
            if self.neuron.inputs > 1 {
                cost = cost + half * shrinking * w[1] * w[1];
                (by_w[1] / n + shrinking * w[1]).store(&mut slopes2[at..]);
            }
            cost.store(&mut costs[at..]);
            (by_b / n).store(&mut slopes_b[at..]);
        }
    }
}

/// Returns the cost of one example, and δ = ∂C/∂z: (BP1).
#[inline(always)]
fn of_example<L: Lanes<Number = f64>>(
    proof: L::Proof,
    NeuronKind { output, cost }: NeuronKind,
    z: L,
    example: &NeuronExample,
) -> (L, L) {
    let y = L::splat(proof, example.y);
    let zero = L::splat(proof, 0.0);
    if output == Output::Softmax {
        // A single softmax neuron gives 1 for every z.
        let residual = L::splat(proof, 1.0) - y;
        let quadratic = L::splat(proof, 0.5) * residual * residual;
        return (if cost == Cost::Quadratic { quadratic } else { zero }, zero);
    }
    let (a, complement) = output.of_lanes(proof, z);
    cost.of_lanes(proof, output, &OutputLanes { z, a, complement, y })
}
