//! Networks and how they learn: plain arithmetic, generic over f32 and f64.

mod activation;
mod backprop;
mod batch;
mod cost;
mod gradients;
mod init;
mod kernel;
mod network;
mod real;
mod sigmoid;

pub use activation::{Activation, Output};
pub use backprop::Backprop;
pub use batch::MiniBatch;
pub use cost::Cost;
pub use gradients::Gradients;
pub use init::{Init, start};
pub use network::{Layer, Network};
pub use real::{Precision, Real};
pub use sigmoid::{sigmoid, sigmoid_prime, softplus};
