//! The interface of a cost.

use crate::nn::cost::output::{OutputLanes, SoftmaxRow};
use crate::nn::lanes::Lanes;
use crate::nn::{Output, Real};

/// A cost and its δ. The default of a formula is NaN, for layers that the cost does not suit: an arm that
/// gets there stops with a cost that is not finite.
pub(super) trait CostFormula {
    /// Its name in scenarios and on the screen.
    const NAME: &'static str;
    /// The name of its class in the book's own program.
    const BOOK_NAME: &'static str;
    /// Its formulas as text.
    const TEXTS: CostTexts;

    /// Returns whether it is defined for a last layer of this kind.
    fn suits(output: Output) -> bool;

    /// Returns whether it is defined for networks of these layer sizes, input first.
    fn trains(_sizes: &[usize]) -> bool {
        true
    }

    /// Returns what becomes of the slope of the last layer in δ, if it [suits](Self::suits) the layer.
    fn slope_in_delta(output: Output) -> SlopeInDelta;

    /// Returns whether it has a minimum for the targets of one example.
    fn accepts(y: &[f64]) -> bool;

    /// Returns the cost of one example from the weighted inputs of the last layer. The default is the sum over
    /// the outputs, each by itself: not for softmax.
    fn of_example(output: Output, z: &[f64], y: &[f64]) -> f64 {
        z.iter().zip(y).map(|(z, y)| Self::of_neuron(output, *z, *y).0).sum()
    }

    /// Returns the cost of one output neuron and its δ.
    fn of_neuron<R: Real>(output: Output, z: R, y: R) -> (f64, R);

    /// Returns the costs of some output neurons, each by itself, and their δ. Not for softmax.
    #[inline(always)]
    fn of_lanes<R: Real, L: Lanes<Number = R>>(
        proof: L::Proof,
        _output: Output,
        _last: &OutputLanes<L>,
    ) -> (L, L) {
        let undefined = L::splat(proof, R::nan());
        (undefined, undefined)
    }

    /// Returns the cost of one example of a softmax layer.
    fn of_softmax<R: Real>(_last: &SoftmaxRow<'_, R>, _y: &[R]) -> f64 {
        f64::NAN
    }

    /// Writes δ of one example of a softmax layer.
    fn delta_of_softmax<R: Real>(_last: &SoftmaxRow<'_, R>, _y: &[R], deltas: &mut [R]) {
        deltas.fill(R::nan());
    }
}

/// What becomes of the slope of the last layer's activation function in δ = ∂C/∂z.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlopeInDelta {
    /// It is a factor of δ, and stalls a saturated neuron.
    Factor,
    /// Softmax's slopes, one for each pair of outputs, are mixed into δ.
    Mixed,
    /// The cost cancels it.
    Cancelled,
    /// The last layer is linear: there is none.
    Absent,
    /// The rule leaves it out, so that the network steps by ∂C/∂a and not by the gradient.
    LeftOut,
}

impl SlopeInDelta {
    /// Returns whether δ depends on a slope.
    pub fn is_present(self) -> bool {
        matches!(self, Self::Factor | Self::Mixed)
    }
}

/// The formulas of a cost as text.
#[derive(Clone, Copy, Debug)]
pub struct CostTexts {
    /// C of one output, in little room, with `C =` before it.
    pub short: &'static str,
    /// C of several outputs, in little room, with `C =` before it.
    pub short_sum: &'static str,
    /// C of one output.
    pub one: &'static str,
    /// C of several outputs.
    pub sum: &'static str,
    /// ∂C/∂a.
    pub by_activation: &'static str,
    /// The targets that it accepts, as an error offers them.
    pub targets: &'static str,
}
