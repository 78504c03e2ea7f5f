//! What the dashboard knows, and how a message changes it. Draws nothing, touches nothing.

mod look;
mod message;
mod picker;
mod state;
mod update;
mod words;

pub use look::{ColourDepth, Glyphs, Look, ThemeName};
pub use message::{Effect, Message, Target};
pub use state::{
    App, Banner, BannerKind, ChartOptions, ChartScale, Overlay, Picker, Prompt, PromptKind, Recall,
    Smoothing, View, WeightsView,
};
pub use words::{HelpSection, footer, help};
