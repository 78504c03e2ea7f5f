//! The Weights view.
//!
//! From top to bottom: a line with the numbers drawn and their scale; the chosen layer of every
//! arm, as a field per neuron if its inputs are a picture, else as a matrix; the weight under the
//! cursor; and the distribution of the weights.

mod compact;
mod drawing;
mod fields;
mod info;
mod keys;
mod large_field;
mod layer_panel;
mod layout;
mod matrix;
mod neuron;
mod reading;
mod sentences;
mod state;
mod view;

pub(super) use state::WeightsView;
