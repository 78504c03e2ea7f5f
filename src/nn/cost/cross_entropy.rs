//! The cross-entropy cost, C = −[y ln a + (1 − y) ln(1 − a)], made so that the slope cancels in δ.

use crate::nn::cost::formula::{CostFormula, CostTexts, SlopeInDelta};
use crate::nn::cost::output::{OutputLanes, residual};
use crate::nn::exponential::ln_1p;
use crate::nn::lanes::Lanes;
use crate::nn::{Output, Real, softplus};

pub(super) struct CrossEntropy;

impl CostFormula for CrossEntropy {
    const NAME: &'static str = "cross-entropy";
    const BOOK_NAME: &'static str = "CrossEntropyCost";
    const TEXTS: CostTexts = CostTexts {
        short: "C = −y ln a − (1−y) ln(1−a)",
        short_sum: "C = −Σ [y ln a + (1−y) ln(1−a)]",
        one: "−[y ln a + (1 − y) ln(1 − a)]",
        sum: "−Σ [y ln a + (1 − y) ln(1 − a)]",
        by_activation: "(a − y) / (a (1 − a))",
        targets: "targets from 0 to 1 would do, or cost = \"quadratic\"",
    };

    fn suits(output: Output) -> bool {
        output == Output::Sigmoid
    }

    fn accepts(y: &[f64]) -> bool {
        y.iter().all(|y| (0.0..=1.0).contains(y))
    }

    fn slope_in_delta(_output: Output) -> SlopeInDelta {
        SlopeInDelta::Cancelled
    }

    fn of_neuron<R: Real>(output: Output, z: R, y: R) -> (f64, R) {
        let cost = y * softplus(-z) + (R::one() - y) * softplus(z);
        let delta = match output {
            Output::Sigmoid | Output::Linear => residual(output, output.of_neuron(z), y),
            Output::Softmax => R::zero(),
        };
        (cost.to_f64(), delta)
    }

    #[inline(always)]
    fn of_lanes<R: Real, L: Lanes<Number = R>>(
        proof: L::Proof,
        output: Output,
        last: &OutputLanes<L>,
    ) -> (L, L) {
        // −[y ln a + (1 − y) ln(1 − a)] = y ln(1 + e^−z) + (1 − y) ln(1 + e^z).
        let OutputLanes { z, a, complement, y } = *last;
        let (zero, one) = (L::splat(proof, R::zero()), L::splat(proof, R::one()));
        let more = ln_1p(proof, a.min(complement), a.max(complement));
        // In this order a z that is NaN makes a cost that is NaN.
        let steep = zero.max(-z).mul_add(y, (one - y) * zero.max(z));
        // Equation (66): δ = a − y.
        (steep + more, last.residual(proof, output))
    }
}
