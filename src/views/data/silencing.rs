//! The page of the neurons: what every arm loses without one neuron of a hidden layer.

mod field;
mod layout;
mod losses;
mod panel;
mod question;
mod sentences;

pub(super) use layout::silencing_layout;
pub(super) use panel::{draw_losses, draw_silencing_lines};
pub(super) use sentences::{silencing_readout, silencing_sentences};
