//! The state of the dashboard and how a message changes it. This room draws nothing and does no I/O.

mod branches;
mod charts;
mod commands;
mod hints;
mod input_line;
mod keymap;
mod message;
mod mouse;
mod overlays;
mod pending;
mod picker;
mod played;
mod state;
mod update;

pub(crate) use hints::{HelpSection, tab_name};
pub use hints::{Hint, footer, help};
pub use message::{CopyTo, Effect, Message, Target};
pub(crate) use played::played_key;
pub use state::{App, BannerKind, Overlay, Prompt, PromptKind};
pub(crate) use state::{Banner, CommandHistory, Picker};
