//! The Duel view: compares how fast the arms learn, and why.
//!
//! It has three bands if they fit, two at 80×24, and one chart or a few lines below that: the
//! curves; a panel for each arm; and panels that explain the difference.

mod arm;
mod charts;
mod drawing;
mod kind;
mod layers;
mod layout;
mod numbers;
mod recall;
mod sentences;
mod slow;
mod text;
mod view;

pub(crate) use view::DuelView;
