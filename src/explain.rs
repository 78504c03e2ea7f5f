//! Computes explanations of a run, as pure functions of its numbers.

mod answer_stream;
mod atlas;
mod curves;
mod dot;
mod equation;
mod grid;
mod neuron_surface;
mod parameter_snapshot;
mod plane;
mod snapshot;
mod surface;
mod time_to_half;

pub use answer_stream::{AnswerStream, RefinementDepth};
pub(crate) use atlas::CellOrigin;
pub use atlas::{AtlasCells, AtlasSweep};
pub(crate) use curves::{curves, reach};
use dot::dot;
pub use equation::equation;
pub(crate) use grid::single_neuron;
pub use grid::{Grid, Plane};
pub(crate) use neuron_surface::NeuronSurface;
pub use neuron_surface::neuron_surface;
pub use parameter_snapshot::ParameterSnapshot;
pub(crate) use parameter_snapshot::{flattened, parameters};
pub use snapshot::{ArmSnapshot, Snapshot};
pub use surface::{atlas, surface};
pub(crate) use time_to_half::{NeuronStart, StepsToHalf, epochs_to_half, kappa, steps_to_half};
