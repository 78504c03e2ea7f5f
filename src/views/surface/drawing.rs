//! The drawing of the view, and its mouse targets.

use ratatui::layout::Rect;

use crate::canvas::widgets::FramedArea;
use crate::canvas::{Canvas, inset};
use crate::views::surface::layout::{is_compact, layout, point_at};
use crate::views::surface::state::SurfaceView;
use crate::views::surface::{arm_panel, atlas, lines};
use crate::views::view::ViewTarget;
use crate::views::view_state::ViewState;

/// Draws the view.
pub(super) fn draw(canvas: &mut Canvas<'_>, state: ViewState<'_, SurfaceView>, body: Rect) {
    if is_compact(state, body) {
        lines::draw_places(canvas, state, inset(body, 1));
        return;
    }
    let layout = layout(state, body);
    if state.shows_atlas() {
        atlas::draw(canvas, state, &layout);
    } else {
        let mut scales = Vec::new();
        for (arm, panel) in layout.panels.iter().enumerate() {
            let framed = FramedArea { area: *panel, frame: layout.frame };
            scales.extend(arm_panel::draw(canvas, state, arm, framed));
        }
        lines::draw_lines(canvas, state, &scales, inset(layout.lines, 2));
    }
}

/// Returns the mouse target under a cell.
pub(super) fn target_at(
    state: ViewState<'_, SurfaceView>,
    body: Rect,
    at: (u16, u16),
) -> Option<ViewTarget> {
    if is_compact(state, body) {
        return None;
    }
    if let Some(point) = point_at(state, body, at).filter(|_| state.can_start_here()) {
        return Some(ViewTarget::Point(point));
    }
    let panels = layout(state, body).panels;
    let arm = panels.iter().position(|panel| panel.contains(at.into()))?;
    (arm < state.shared.arms()).then_some(ViewTarget::Arm(arm))
}
