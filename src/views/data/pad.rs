//! The page of the pad: a digit is drawn, and every arm answers as it is drawn.

mod drawing;
mod kept;
mod layout;
mod outputs;
mod panel;
mod question;
mod sentences;
mod state;
mod strokes;

pub(super) use drawing::draw_pad;
pub(super) use kept::{draw_kept, kept_at};
pub(super) use layout::pad_layout;
pub(super) use panel::{draw_answer, draw_seen};
pub(super) use sentences::{pad_readout, pad_sentences};
pub(super) use state::{MOST_KEPT, PadMap, PadState};
