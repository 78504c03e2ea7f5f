//! The state of the dashboard and how a message changes it. This room draws nothing and does no I/O.

mod appearance;
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

pub use appearance::{Appearance, ColourDepth, Glyphs, ThemeName};
pub use equation::{EquationPanel, EquationView, Symbol};
pub use hints::{HelpSection, Hint, footer, help, view_key};
pub use message::{CopyTo, Effect, Message, Target};
pub use state::{
    App, Banner, BannerKind, ChartOptions, ChartScale, CommandHistory, Overlay, Picker, Prompt,
    PromptKind, Smoothing, View, WeightsView,
};
pub use surface::{SurfaceLayer, SurfaceView};
