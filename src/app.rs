//! The state of the dashboard and how a message changes it. This room draws nothing and does no I/O.

mod commands;
mod equation;
mod hints;
mod input_line;
mod keymap;
mod message;
mod overlays;
mod pending;
mod picker;
mod state;
mod surface;
mod update;
mod weights;

pub(crate) use equation::EquationView;
pub use equation::{EquationPanel, Symbol};
pub(crate) use hints::{HelpSection, view_key};
pub use hints::{Hint, footer, help};
pub use message::{CopyTo, Effect, Message, Target};
pub use state::{App, BannerKind, Overlay, Prompt, PromptKind, View};
pub(crate) use state::{Banner, CommandHistory, Picker, WeightsView};
pub use surface::SurfaceLayer;
pub(crate) use surface::SurfaceView;
