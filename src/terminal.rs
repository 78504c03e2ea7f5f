//! The terminal as a device: keys, mouse and pastes in, frames out, and its modes.
//!
//! Of the program it knows nothing but the colour depth. The terminal is never queried: a missing
//! reply would delay the screen, and a late one would be read as keys.

mod cell_encoder;
mod cell_write;
mod clock;
mod driver;
mod input;
mod job_control;
mod key_thread;
mod modes;
mod renderer;
mod rescue;
mod rough_frame;
mod screen_signals;
mod signal_mask;
mod stderr_capture;
#[cfg(test)]
mod test_screen;
mod tty;
mod writer;

pub(crate) use cell_encoder::CellEncoder;
pub(crate) use driver::Terminal;
pub(crate) use input::{Input, LoneEscape};
#[cfg(test)]
pub(crate) use input::{InputParser, noise};
pub(crate) use key_thread::forward;
pub(crate) use modes::{MOUSE_OFF, MOUSE_ON};
pub(crate) use renderer::{FrameOutput, Renderer};
pub(crate) use rescue::restore_now;
pub(crate) use screen_signals::{ScreenSignals, TerminalSignal};
#[cfg(test)]
pub(crate) use test_screen::shown;
pub(crate) use tty::{Keyboard, Tty, poll_one};
pub(crate) use writer::{FrameProgress, FrameWriter};
