//! The Data view: what do the networks get right and wrong?
//!
//! It has pages: the plane of two inputs with what every network answers over it, the examples with the mistakes
//! among them, a pad to draw a digit on, and the neurons with the loss without each of them. A run has those pages
//! that its data allow. `w` turns to the next one.

mod action;
mod conditions;
mod drawing;
mod examples;
mod grouped;
mod keys;
mod pad;
mod page;
mod pages;
mod plane;
mod silencing;
mod state;
mod view;

pub(super) use state::DataView;
