//! The Weights view.
//!
//! From top to bottom: a line with the numbers drawn and their scale; the chosen layer of every
//! arm; the weight under the cursor; and the distribution of the weights.
//!
//! A layer whose inputs are a picture is a sheet of small fields, one for each neuron, with the chosen
//! neuron large beside it, or the film of that neuron; the arms stand one above the other. Any other
//! layer is a matrix.

mod bias;
mod chosen_field;
mod compact;
mod drawing;
mod film;
mod info;
mod keys;
mod large_field;
mod layer_panel;
mod layout;
mod matrix;
mod moment;
mod net;
mod neuron;
mod order;
mod picture_grid;
mod picture_info;
mod picture_panel;
mod reading;
mod scale_rule;
mod sentences;
mod sheet;
mod small;
mod sorting;
mod state;
mod view;
mod weight_list;

pub(super) use state::WeightsView;
