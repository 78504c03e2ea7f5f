//! The page of the plane: what every arm answers over two inputs, with the examples on it.

mod editing;
mod layout;
mod legend;
mod neurons;
mod panel;
mod plane_state;
mod question;
mod received;
mod sentences;

pub(super) use layout::layout;
pub(super) use legend::draw_lines;
pub(super) use panel::{draw_panel, draw_target};
pub(super) use plane_state::{PlaneState, inputs};
pub(super) use sentences::{readout, sentences};
