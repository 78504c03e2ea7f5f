//! The Surface view: cost surfaces, trajectories and the atlas of starts.

mod arm_panel;
mod atlas;
mod axis;
mod axis_labels;
mod computed_grid;
mod drawing;
mod ink;
mod keys;
mod layout;
mod legend;
mod lines;
mod map;
mod panel_title;
mod past_trajectory;
mod remark;
mod scale;
mod segment;
mod sentences;
mod state;
mod trajectory;
mod view;

pub(crate) use scale::levels;
pub use state::SurfaceLayer;
pub(super) use state::SurfaceView;
