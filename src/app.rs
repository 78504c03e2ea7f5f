//! What the dashboard knows, and how a message changes it. Draws nothing, touches nothing.

mod look;
mod state;

pub use look::{ColourDepth, Glyphs, Look, ThemeName};
pub use state::{
    App, Banner, BannerKind, ChartOptions, ChartScale, Overlay, Picker, Prompt, PromptKind,
    Smoothing, View, WeightsView,
};
