//! A small network drawn as itself: labelled wires, and each neuron as a box with its own field over the plane; below
//! it every weight of the layer from the start to now, and the chosen one over time.
//!
//! A wire that a neuron has for each of few inputs stands beside the neuron. Where the layer before has many neurons,
//! there is one wire from each of them, to a single neuron of the next layer: the chosen one.

mod dumb_bells;
mod net_layout;
mod net_panel;
mod net_plan;
mod past;
mod weight_path;
mod wire;

pub(super) use net_panel::{draw, under};
pub(super) use net_plan::{net_plan, question};
