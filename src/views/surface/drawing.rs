//! The drawing of the view, and what is under the mouse.

use ratatui::layout::Rect;

use crate::canvas::widgets::FramedArea;
use crate::canvas::{Canvas, inset};
use crate::views::seen::Seen;
use crate::views::surface::layout::{is_compact, layout};
use crate::views::surface::state::SurfaceView;
use crate::views::surface::{arm_panel, atlas, sentences};
use crate::views::view::ViewTarget;

/// Draws the view.
pub(crate) fn draw(canvas: &mut Canvas<'_>, seen: Seen<'_, SurfaceView>, body: Rect) {
    if is_compact(body) {
        sentences::draw_places(canvas, seen, inset(body, 1));
        return;
    }
    let layout = layout(seen, body);
    if seen.shows_atlas() {
        atlas::draw(canvas, seen, &layout);
    } else {
        for (arm, panel) in layout.panels.iter().enumerate() {
            let framed = FramedArea { area: *panel, frame: layout.frame };
            arm_panel::draw(canvas, seen, arm, framed);
        }
        sentences::draw_lines(canvas, seen, inset(layout.lines, 2));
    }
}

/// Returns the mouse target under a cell.
pub(crate) fn target_at(
    seen: Seen<'_, SurfaceView>,
    body: Rect,
    at: (u16, u16),
) -> Option<ViewTarget> {
    if is_compact(body) {
        return None;
    }
    let panels = layout(seen, body).panels;
    let arm = panels.iter().position(|panel| panel.contains(at.into()))?;
    (arm < seen.shared.arms()).then_some(ViewTarget::Arm(arm))
}
