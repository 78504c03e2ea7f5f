//! The cross-entropy cost, stepped by ∂C/∂a in place of ∂C/∂z, as the book's animations on the web do.
//!
//! The animations leave out the factor ∂a/∂z = σ′(z): they move w and b by 1/(1 − a) where the gradient is
//! a, for x = 1 and y = 0. The δ of this cost is therefore no gradient. The cost is here so that the
//! animations can be reproduced and compared with the true gradient, and it trains a single neuron only.

use crate::nn::cost::cross_entropy::CrossEntropy;
use crate::nn::cost::formula::{CostFormula, CostTexts, SlopeInDelta};
use crate::nn::cost::output::OutputLanes;
use crate::nn::lanes::Lanes;
use crate::nn::{Output, Real, sigmoid};

pub(super) struct BookRule;

/// The least a and 1 − a that the rule divides by, so that it is finite for every z. A step from there,
/// 10³⁰ times η, leaves the range of weights.
const LEAST: f64 = 1e-30;

impl CostFormula for BookRule {
    const NAME: &'static str = "book-rule";
    const BOOK_NAME: &'static str = "BookRuleCost";
    const TEXTS: CostTexts = CrossEntropy::TEXTS;

    fn suits(output: Output) -> bool {
        CrossEntropy::suits(output)
    }

    fn trains(sizes: &[usize]) -> bool {
        matches!(sizes, [_, 1])
    }

    fn accepts(y: &[f64]) -> bool {
        CrossEntropy::accepts(y)
    }

    fn slope_in_delta(_output: Output) -> SlopeInDelta {
        SlopeInDelta::LeftOut
    }

    fn of_neuron<R: Real>(output: Output, z: R, y: R) -> (f64, R) {
        let (cost, _) = CrossEntropy::of_neuron(output, z, y);
        let least = R::of(LEAST);
        // In this form NaN stays NaN.
        let [a, complement] =
            [sigmoid(z), sigmoid(-z)].map(|share| if share < least { least } else { share });
        (cost, (R::one() - y) / complement - y / a)
    }

    #[inline(always)]
    fn of_lanes<R: Real, L: Lanes<Number = R>>(
        proof: L::Proof,
        output: Output,
        last: &OutputLanes<L>,
    ) -> (L, L) {
        let (cost, _) = CrossEntropy::of_lanes(proof, output, last);
        let OutputLanes { a, complement, y, .. } = *last;
        let least = L::splat(proof, R::of(LEAST));
        // In this order NaN stays NaN.
        let (a, complement) = (least.max(a), least.max(complement));
        // ∂C/∂a = (a − y)/(a (1 − a)) = (1 − y)/(1 − a) − y/a, which does not cancel for y = 0 and 1.
        (cost, (L::splat(proof, R::one()) - y) / complement - y / a)
    }
}
