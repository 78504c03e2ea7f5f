//! What is minimised.

use crate::nn::Output;

/// What is minimised: the mean over the examples of this, summed over the outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// ½(y − a)².
    Quadratic,
    /// −[y ln a + (1 − y) ln(1 − a)].
    CrossEntropy,
    /// −ln a of the right class.
    LogLikelihood,
}

impl Cost {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Quadratic, Self::CrossEntropy, Self::LogLikelihood];

    /// Its name in scenarios and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quadratic => "quadratic",
            Self::CrossEntropy => "cross-entropy",
            Self::LogLikelihood => "log-likelihood",
        }
    }

    /// Whether it is defined for a last layer of this kind.
    pub fn suits(self, output: Output) -> bool {
        match self {
            Self::Quadratic => true,
            Self::CrossEntropy => output == Output::Sigmoid,
            Self::LogLikelihood => output == Output::Softmax,
        }
    }
}
