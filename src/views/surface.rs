//! The Surface view: cost surfaces, trajectories and the atlas of starts.

mod arm_panel;
mod atlas;
mod axes;
mod drawing;
mod keys;
mod layout;
mod map;
mod past_trajectory;
mod scale;
mod sentences;
mod state;
mod trajectory;
mod view;

pub(crate) use scale::levels;
pub use state::SurfaceLayer;
pub(super) use state::SurfaceView;
