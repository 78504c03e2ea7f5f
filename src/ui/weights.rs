//! The Weights view: what has it learnt?

use ratatui::layout::Rect;

use crate::app::{App, Target};
use crate::ui::canvas::Canvas;

pub(crate) fn draw(_canvas: &mut Canvas<'_>, _app: &App, _body: Rect) {}
pub(crate) fn target_at(_app: &App, _body: Rect, _at: (u16, u16)) -> Option<Target> {
    None
}
