//! The page of the examples: the worst mistakes first, and the confusion matrices.

mod arrangement;
mod column;
mod columns;
mod confusion;
mod cost_texts;
mod examples_state;
mod gallery;
mod layout;
mod matrix;
mod outputs;
mod recall;
mod received;
mod sentences;
mod table;
mod verdicts;

pub(super) use confusion::draw as draw_confusion;
pub(super) use examples_state::{ExamplesState, SidePanel};
pub(super) use layout::layout;
pub(super) use matrix::Confusion;
pub(super) use recall::draw as draw_recall;
pub(super) use sentences::{heading, readout};
pub(super) use verdicts::sentences;
pub(super) use {gallery::draw as draw_gallery, table::draw as draw_table, table::inputs_note};
