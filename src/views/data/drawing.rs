//! The drawing of the view, and its mouse targets.

use ratatui::layout::Rect;

use crate::canvas::widgets::place_of;
use crate::canvas::{Canvas, inset, row};
use crate::views::data::page::DataPage;
use crate::views::data::plane;
use crate::views::data::state::DataView;
use crate::views::view::{GridPoint, ViewTarget};
use crate::views::view_state::ViewState;

/// Draws the open page.
pub(super) fn draw(canvas: &mut Canvas<'_>, state: ViewState<'_, DataView>, body: Rect) {
    match state.page() {
        Some(DataPage::Plane) => draw_plane(canvas, state, body),
        None => {
            let quiet = canvas.theme.quiet;
            let line = row(inset(body, 2), body.height / 3);
            canvas.text((line.x, line.y), line.width, "these data have no page", quiet);
        }
    }
}

fn draw_plane(canvas: &mut Canvas<'_>, state: ViewState<'_, DataView>, body: Rect) {
    let layout = plane::layout(state, body);
    let arms = state.shared.arms();
    for (nth, parts) in layout.panels.iter().enumerate() {
        if nth < arms {
            plane::draw_panel(canvas, state, nth, (*parts, layout.frame));
        } else {
            plane::draw_target(canvas, state, (*parts, layout.frame));
        }
    }
    plane::draw_lines(canvas, state, &layout);
}

/// Returns the mouse target under a cell.
pub(super) fn target_at(
    state: ViewState<'_, DataView>,
    body: Rect,
    at: (u16, u16),
) -> Option<ViewTarget> {
    match state.page()? {
        DataPage::Plane => {
            let layout = plane::layout(state, body);
            let under = layout.panels.iter().position(|panel| panel.area.contains(at.into()))?;
            let panel = layout.panels[under];
            if let Some((across, up)) = place_of(panel.map, at) {
                let column = (across * f64::from(panel.map.width)) as usize;
                let row = (up * f64::from(panel.map.height)) as usize;
                return Some(ViewTarget::Point(GridPoint { column, row }));
            }
            let part = Canvas::part_at(state.shared.appearance, body, at, |canvas| {
                draw(canvas, state, body);
            });
            part.map(ViewTarget::Part)
                .or((under < state.shared.arms()).then_some(ViewTarget::Arm(under)))
        }
    }
}
