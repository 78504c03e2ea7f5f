//! The Duel view: compares how fast the arms learn, and why.
//!
//! It has three bands if they fit, two at 80×24, and one chart or a few lines below that: the
//! curves; a panel for each arm; and panels that explain the difference. Any of them can fill the
//! view.

mod arm;
mod charts;
mod crosshair;
mod drawing;
mod filling;
mod keys;
mod kind;
mod layers;
mod layout;
mod numbers;
mod overfitting;
mod presenting;
mod recall;
mod sentences;
mod state;
mod text;
mod view;

pub(crate) use state::DuelView;
