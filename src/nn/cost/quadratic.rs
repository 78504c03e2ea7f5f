//! The quadratic cost, C = ½(y − a)².

use crate::math::{exp, powi};
use crate::nn::cost::formula::{CostFormula, CostTexts, SlopeInDelta};
use crate::nn::cost::output::{OutputLanes, SoftmaxRow, residual};
use crate::nn::lanes::Lanes;
use crate::nn::{Output, Real};

pub(super) struct Quadratic;

impl CostFormula for Quadratic {
    const NAME: &'static str = "quadratic";
    const BOOK_NAME: &'static str = "QuadraticCost";
    const TEXTS: CostTexts = CostTexts {
        short: "C = ½(y − a)²",
        short_sum: "C = ½ Σ (y − a)²",
        one: "½ (a − y)²",
        sum: "½ Σ (a − y)², all outputs",
        by_activation: "a − y",
        targets: "any numbers would do",
    };

    fn suits(_output: Output) -> bool {
        true
    }

    fn accepts(_y: &[f64]) -> bool {
        true
    }

    fn of_example(output: Output, z: &[f64], y: &[f64]) -> f64 {
        let outputs = z.iter().zip(y);
        if output != Output::Softmax {
            return outputs.map(|(z, y)| Self::of_neuron(output, *z, *y).0).sum();
        }
        let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = z.iter().map(|z| exp(z - top)).sum();
        outputs.map(|(z, y)| 0.5 * powi(exp(z - top) / total - y, 2)).sum()
    }

    fn slope_in_delta(output: Output) -> SlopeInDelta {
        match output {
            Output::Sigmoid => SlopeInDelta::Factor,
            Output::Softmax => SlopeInDelta::Mixed,
            Output::Linear => SlopeInDelta::Absent,
        }
    }

    fn of_neuron<R: Real>(output: Output, z: R, y: R) -> (f64, R) {
        let neuron = output.of_neuron(z);
        let residual = residual(output, neuron, y);
        let cost = 0.5 * residual.to_f64() * residual.to_f64();
        let delta = match output {
            Output::Sigmoid => residual * neuron.a * neuron.complement,
            Output::Linear => residual,
            Output::Softmax => R::zero(),
        };
        (cost, delta)
    }

    #[inline(always)]
    fn of_lanes<R: Real, L: Lanes<Number = R>>(
        proof: L::Proof,
        output: Output,
        last: &OutputLanes<L>,
    ) -> (L, L) {
        let residual = last.residual(proof, output);
        let cost = L::splat(proof, R::of(0.5)) * residual * residual;
        let delta = match output {
            // Equation (65): δ = (a − y) σ′(z).
            Output::Sigmoid => residual * (last.a * last.complement),
            Output::Linear | Output::Softmax => residual,
        };
        (cost, delta)
    }

    fn of_softmax<R: Real>(last: &SoftmaxRow<'_, R>, y: &[R]) -> f64 {
        let squares: f64 = last.residuals(y).map(|r| r.to_f64() * r.to_f64()).sum();
        0.5 * squares
    }

    /// Uses the full Jacobian of softmax: `δ_j = Σ_k r_k ∂a_k/∂z_j`, r = a − y,
    /// `∂a_k/∂z_j = a_k ([j = k] − a_j)`. Since the a sum to 1 it is `a_j Σ_k a_k (r_j − r_k)`, which
    /// does not cancel if one a is close to 1.
    fn delta_of_softmax<R: Real>(last: &SoftmaxRow<'_, R>, y: &[R], deltas: &mut [R]) {
        for ((delta, r_j), &a_j) in deltas.iter_mut().zip(last.residuals(y)).zip(last.a) {
            let pull: R =
                last.a.iter().zip(last.residuals(y)).map(|(&a_k, r_k)| a_k * (r_j - r_k)).sum();
            *delta = a_j * pull;
        }
    }
}
