//! What the dashboard knows, and how a message changes it. Draws nothing, touches nothing.

mod commands;
mod cursor;
mod equation;
mod eta;
mod keymap;
mod line;
mod look;
mod message;
mod overlays;
mod picker;
mod state;
mod surface;
mod update;
mod words;

pub use equation::{EquationPanel, EquationView, Symbol};
pub use look::{ColourDepth, Glyphs, Look, ThemeName};
pub use message::{CopyTo, Effect, Message, Target};
pub use state::{
    App, Banner, BannerKind, ChartOptions, ChartScale, Overlay, Picker, Prompt, PromptKind, Recall,
    Smoothing, View, WeightsView,
};
pub use surface::{Ghost, GroundLayer, SurfaceView};
pub use words::{HelpSection, Hint, footer, help, view_key};
