//! Computes explanations of a run, as pure functions of its numbers.

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

pub use atlas::{AtlasCell, AtlasCells, AtlasRow, AtlasSweep, CellOrigin};
pub use curves::{curves, reach};
use dot::dot;
pub use equation::equation;
pub use grid::{Grid, Plane, single_neuron};
pub use neuron_surface::{NeuronSurface, neuron_surface};
pub use parameter_snapshot::{ParameterSnapshot, flattened, parameters};
pub use snapshot::{ArmSnapshot, Snapshot};
pub use surface::{AnswerStream, atlas, surface};
pub use time_to_half::{epochs_to_half, kappa};
