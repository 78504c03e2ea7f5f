//! The Equation view: explains wⱼ, xⱼ and σ(z), and derives ∂C/∂wⱼ number by number.

mod backward;
mod context;
mod derivation;
mod drawing;
mod filling;
mod formula;
mod keys;
mod lines;
mod lower_panel;
mod number_text;
mod place;
mod presenting;
mod product;
mod readout;
mod rows;
mod sentences;
mod state;
mod symbols;
mod view;
mod wire;

pub(super) use state::EquationView;
pub use state::{EquationPanel, Symbol};
