//! The layers of a network among tensors with names, whichever program wrote them.

mod assemble;
mod find;
mod names;
mod remarks;

pub use assemble::ReadModel;
pub(in crate::report) use assemble::{alternating, assemble, transposed};
pub(in crate::report) use find::{FoundLayers, LayerTensors, Layout, find_layers};
pub(in crate::report) use remarks::remarks;
