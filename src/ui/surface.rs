//! The Surface view: cost surfaces, trajectories and the atlas of starts.

mod arm_panel;
mod atlas;
mod axes;
mod layout;
mod map;
mod scale;
mod sentences;
mod trajectory;

use ratatui::layout::Rect;

use crate::app::{App, Target};
use crate::canvas::widgets::FramedArea;
use crate::canvas::{Canvas, inset};
use crate::ui::surface::layout::{is_compact, layout};

pub(crate) use layout::points;
pub(crate) use scale::levels;
pub(crate) use sentences::{readout, sentences};

/// Draws the view.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &App, body: Rect) {
    if is_compact(body) {
        sentences::draw_places(canvas, app, inset(body, 1));
        return;
    }
    let layout = layout(app, body);
    if app.shows_atlas() {
        atlas::draw(canvas, app, &layout);
    } else {
        for (arm, panel) in layout.panels.iter().enumerate() {
            let framed = FramedArea { area: *panel, frame: layout.frame };
            arm_panel::draw(canvas, app, arm, framed);
        }
        sentences::draw_lines(canvas, app, inset(layout.lines, 2));
    }
}

/// Returns the mouse target under a cell.
pub(crate) fn target_at(app: &App, body: Rect, at: (u16, u16)) -> Option<Target> {
    if is_compact(body) {
        return None;
    }
    let panels = layout(app, body).panels;
    let arm = panels.iter().position(|panel| panel.contains(at.into()))?;
    (arm < app.arms()).then_some(Target::Arm(arm))
}
