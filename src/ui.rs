//! How the dashboard is drawn: pure functions from state to cells.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::App;

/// Draws the whole screen.
pub fn draw(_app: &App, _area: Rect, _cells: &mut Buffer) {}
