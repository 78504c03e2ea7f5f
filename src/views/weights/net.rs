//! A small network drawn as itself: labelled wires, and each neuron as a box with its own field over the plane, or a
//! single neuron on the curve of its output; below it every weight from the start to now, and the chosen one over
//! time.
//!
//! A wire that a neuron has for each of few inputs stands beside the neuron. Where the layer before has many neurons,
//! there is one wire from each of them, to a single neuron of the next layer: the chosen one.

mod column;
mod drawn_net;
mod dumb_bells;
mod names;
mod net_layout;
mod net_panel;
mod net_plan;
mod net_shape;
mod weight_path;
mod wire;

pub(super) use net_panel::{NetPart, draw, under};
pub(super) use net_plan::{has_both, least_window, net_plan, question};
pub(super) use weight_path::draw as draw_course;
