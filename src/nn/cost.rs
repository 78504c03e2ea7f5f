//! The cost functions. Each is one file that implements [`CostFormula`] and one row of the table below.
//!
//! The special kernels (`descent::neuron`, `batched`) name the costs that they know; every other cost is
//! trained by the general ones, which use nothing but its formula.

mod book_rule;
mod cross_entropy;
mod formula;
mod log_likelihood;
mod output;
mod quadratic;

use crate::nn::lanes::Lanes;
use crate::nn::{Output, Real};

use book_rule::BookRule;
use cross_entropy::CrossEntropy;
use log_likelihood::LogLikelihood;
use quadratic::Quadratic;

use formula::CostFormula;
pub(super) use formula::CostTexts;
pub(crate) use formula::SlopeInDelta;
pub(super) use output::{OutputLanes, SoftmaxRow};

/// Declares the costs, a row each, and passes every question on to the formula of the cost.
macro_rules! costs {
    ($($(#[$doc:meta])* $cost:ident,)*) => {
        /// The cost of one example. The cost of a run is its mean over the examples, plus the L2 term.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Cost {
            $($(#[$doc])* $cost,)*
        }

        impl Cost {
            /// All costs, in the order in which they are offered.
            pub const ALL: [Self; [$(stringify!($cost)),*].len()] = [$(Self::$cost),*];

            /// Returns its name in scenarios and on the screen.
            pub fn name(self) -> &'static str {
                match self { $(Self::$cost => $cost::NAME,)* }
            }

            /// Returns the name of its class in the book's own program.
            pub fn book_name(self) -> &'static str {
                match self { $(Self::$cost => $cost::BOOK_NAME,)* }
            }

            /// Returns its formulas as text.
            pub fn texts(self) -> &'static CostTexts {
                match self { $(Self::$cost => &$cost::TEXTS,)* }
            }

            /// Returns whether it is defined for a last layer of this kind.
            pub fn suits(self, output: Output) -> bool {
                match self { $(Self::$cost => $cost::suits(output),)* }
            }

            /// Returns whether it is defined for networks of these layer sizes, input first.
            pub fn trains(self, sizes: &[usize]) -> bool {
                match self { $(Self::$cost => $cost::trains(sizes),)* }
            }

            /// Returns what becomes of the slope of the last layer in δ.
            pub fn slope_in_delta(self, output: Output) -> SlopeInDelta {
                match self { $(Self::$cost => $cost::slope_in_delta(output),)* }
            }

            /// Returns whether it has a minimum for the targets of one example.
            pub fn accepts(self, y: &[f64]) -> bool {
                match self { $(Self::$cost => $cost::accepts(y),)* }
            }

            /// Returns the cost of one example from the weighted inputs of the last layer.
            pub fn of_example(self, output: Output, z: &[f64], y: &[f64]) -> f64 {
                match self { $(Self::$cost => $cost::of_example(output, z, y),)* }
            }

            /// Returns the cost of one output neuron and its δ = ∂C/∂z, from its weighted input and its
            /// target. A layer of one softmax neuron always outputs 1.
            pub fn of_neuron<R: Real>(self, output: Output, z: R, y: R) -> (f64, R) {
                match self { $(Self::$cost => $cost::of_neuron(output, z, y),)* }
            }

            /// Returns the costs of some output neurons, each by itself, and their δ = ∂C/∂z: (BP1). Not
            /// for softmax.
            #[inline(always)]
            pub(super) fn of_lanes<R: Real, L: Lanes<Number = R>>(
                self,
                proof: L::Proof,
                output: Output,
                last: &OutputLanes<L>,
            ) -> (L, L) {
                match self { $(Self::$cost => $cost::of_lanes(proof, output, last),)* }
            }

            /// Returns the cost of one example of a softmax layer.
            pub(super) fn of_softmax<R: Real>(self, last: &SoftmaxRow<'_, R>, y: &[R]) -> f64 {
                match self { $(Self::$cost => $cost::of_softmax(last, y),)* }
            }

            /// Writes δ = ∂C/∂z of one example of a softmax layer.
            pub(super) fn delta_of_softmax<R: Real>(
                self,
                last: &SoftmaxRow<'_, R>,
                y: &[R],
                deltas: &mut [R],
            ) {
                match self { $(Self::$cost => $cost::delta_of_softmax(last, y, deltas),)* }
            }
        }
    };
}

costs! {
    /// ½(y − a)².
    Quadratic,
    /// −[y ln a + (1 − y) ln(1 − a)].
    CrossEntropy,
    /// −ln a of the right class.
    LogLikelihood,
    /// The values of cross-entropy, with steps by ∂C/∂a: not its gradient.
    BookRule,
}

impl Cost {
    /// Returns the cost with the same values whose δ is their gradient: itself, except for the book's rule.
    #[must_use]
    pub fn with_gradient(self) -> Self {
        if self == Self::BookRule { Self::CrossEntropy } else { self }
    }

    /// Returns whether its δ is the gradient ∂C/∂z: not that of the book's rule.
    pub fn descends_gradient(self) -> bool {
        self.with_gradient() == self
    }
}

#[cfg(test)]
mod tests;
