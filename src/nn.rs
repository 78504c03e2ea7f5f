//! Networks and how they learn: plain arithmetic, generic over f32 and f64.

mod activation;
mod backprop;
mod batch;
mod bounds;
mod cost;
mod descent;
mod exponential;
mod extent;
mod gradients;
mod init;
mod kernel;
mod lanes;
mod many;
mod network;
mod real;
mod sigmoid;
mod turned;

pub use activation::{Activation, Output};
pub use backprop::Backprop;
pub use batch::{Examples, Layout, MiniBatch, Table, Targets};
pub use cost::Cost;
pub use descent::{Course, Descent, LARGEST_WEIGHT, LastStep, Measure, Readings, Runaway};
pub use extent::{Extent, extent};
pub use gradients::Gradients;
pub use init::{Init, start};
pub use lanes::{Instructions, as_if, fetch_ahead};
pub use many::{OneNeuron, Place, Slope, Walk, Walkers};
pub use network::{Layer, Network, Unsettled};
pub use real::{Precision, Real};
pub use sigmoid::{sigmoid, sigmoid_prime, softplus};
