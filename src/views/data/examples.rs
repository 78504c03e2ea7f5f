//! The page of the examples: the worst mistakes first, and what is taken for what.

mod confusion;
mod gallery;
mod layout;
mod outputs;
mod recall;
mod sentences;
mod state;
mod table;

pub(super) use confusion::draw as draw_confusion;
pub(super) use layout::layout;
pub(super) use recall::draw as draw_recall;
pub(super) use sentences::{heading, readout, sentences};
pub(super) use state::{ExamplesState, SidePanel};
pub(super) use {gallery::draw as draw_gallery, table::draw as draw_table};
