//! Neural networks and their training: plain arithmetic, generic over f32 and f64.

mod activation;
mod backprop;
mod batch;
mod batched;
mod bounds;
mod cost;
mod descent;
mod exponential;
mod gradients;
mod init;
mod kernel;
mod lanes;
mod min_max_sum;
mod network;
mod real;
mod sigmoid;
mod sparse_columns;

pub use activation::{Activation, Output};
pub use backprop::Backprop;
pub use batch::{BatchLayout, ExampleTable, Examples, MiniBatch, Targets};
pub use batched::{CostGradient, NeuronBatch, NeuronWeights, SingleNeuron, TrainingSettings};
pub use cost::{Cost, SlopeInDelta};
pub use descent::{
    Descent, DivergenceCause, LARGEST_WEIGHT, LastStep, Readings, StepMetric, StepPlan,
};
pub use gradients::Gradients;
pub use init::{Init, start};
pub use lanes::{Instructions, prefetch, with_instructions};
pub use min_max_sum::{MinMaxSum, min_max_sum};
pub use network::{Layer, Network, PendingScale};
pub use real::{Precision, Real};
pub use sigmoid::{sigmoid, sigmoid_prime, softplus};
