//! The drawing of the view, and its mouse targets.

use ratatui::layout::Rect;

use crate::canvas::widgets::MapPlace;
use crate::canvas::{Canvas, inset, row};
use crate::views::data::examples::{self, SidePanel};
use crate::views::data::page::DataPage;
use crate::views::data::state::DataView;
use crate::views::data::{pad, plane, silencing};
use crate::views::view::{GridPoint, ViewTarget};
use crate::views::view_state::ViewState;

/// Draws the open page.
pub(super) fn draw(canvas: &mut Canvas<'_>, state: ViewState<'_, DataView>, body: Rect) {
    match state.page() {
        Some(DataPage::Plane) => draw_plane(canvas, state, body),
        Some(DataPage::Examples) => draw_examples(canvas, state, body),
        Some(DataPage::Pad) => draw_pad(canvas, state, body),
        Some(DataPage::Neurons) => draw_neurons(canvas, state, body),
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

fn draw_examples(canvas: &mut Canvas<'_>, state: ViewState<'_, DataView>, body: Rect) {
    let layout = examples::layout(state, body);
    match state.listed() {
        None => {
            let quiet = canvas.theme.quiet;
            canvas.line(inset(row(body, 0), 1)).put("the examples are being computed …", quiet);
        }
        Some(listed) => {
            let quiet = canvas.theme.quiet;
            let mut writer = canvas.line(inset(layout.heading, 1));
            let mut pieces = examples::heading(state, listed);
            if !state.has_pictures() {
                // The order has a mark over its column, too.
                let note = examples::inputs_note(state, &layout);
                let place = pieces.len().saturating_sub(1);
                pieces.splice(place..place, note);
            }
            for (nth, piece) in pieces.iter().enumerate() {
                let gap = if nth > 0 { "   " } else { "" };
                if !writer.put_whole(&format!("{gap}{piece}"), quiet) {
                    break;
                }
            }
        }
    }
    if state.has_pictures() {
        examples::draw_gallery(canvas, state, &layout);
    } else {
        examples::draw_table(canvas, state, &layout);
    }
    match state.view.examples.side {
        SidePanel::Confusion => examples::draw_confusion(canvas, state, layout.side),
        SidePanel::Recall => examples::draw_recall(canvas, state, layout.side),
    }
}

fn draw_pad(canvas: &mut Canvas<'_>, state: ViewState<'_, DataView>, body: Rect) {
    let layout = pad::pad_layout(state, body);
    pad::draw_pad(canvas, state, &layout);
    pad::draw_seen(canvas, state, &layout);
    pad::draw_kept(canvas, state, layout.kept);
    for (arm, parts) in layout.arms.iter().enumerate() {
        pad::draw_answer(canvas, state, arm, (*parts, layout.frame));
    }
}

fn draw_neurons(canvas: &mut Canvas<'_>, state: ViewState<'_, DataView>, body: Rect) {
    let layout = silencing::silencing_layout(state, body);
    for (arm, parts) in layout.arms.iter().enumerate() {
        silencing::draw_losses(canvas, state, arm, (*parts, layout.frame));
    }
    silencing::draw_silencing_lines(canvas, state, &layout);
}

/// Returns the cell of an area under the mouse, from its lower left corner.
fn cell_of(area: Rect, at: (u16, u16)) -> Option<GridPoint> {
    area.contains(at.into()).then(|| GridPoint {
        column: usize::from(at.0 - area.x),
        row: usize::from(area.bottom() - 1 - at.1),
    })
}

/// Returns the mouse target under a cell.
pub(super) fn target_at(
    state: ViewState<'_, DataView>,
    body: Rect,
    at: (u16, u16),
) -> Option<ViewTarget> {
    let part = || {
        let draw = |canvas: &mut Canvas<'_>| draw(canvas, state, body);
        Canvas::part_at(state.shared.appearance, body, at, draw).map(ViewTarget::Part)
    };
    match state.page()? {
        DataPage::Examples => part(),
        DataPage::Plane => {
            let layout = plane::layout(state, body);
            let under = layout.panels.iter().position(|panel| panel.area.contains(at.into()))?;
            let panel = layout.panels[under];
            if let Some(place) = MapPlace::of_cell(panel.map, at) {
                let column = (place.across * f64::from(panel.map.width)) as usize;
                let row = (place.up * f64::from(panel.map.height)) as usize;
                return Some(ViewTarget::Point(GridPoint { column, row }));
            }
            part().or((under < state.shared.arms()).then_some(ViewTarget::Arm(under)))
        }
        DataPage::Pad => {
            let layout = pad::pad_layout(state, body);
            let kept = || pad::kept_at(state, layout.kept, at).map(ViewTarget::Part);
            let arm = || layout.arms.iter().position(|parts| parts.area.contains(at.into()));
            let point = cell_of(layout.pad, at).map(ViewTarget::Point);
            point.or_else(kept).or_else(|| arm().map(ViewTarget::Arm))
        }
        DataPage::Neurons => {
            let layout = silencing::silencing_layout(state, body);
            let part = Canvas::part_at(state.shared.appearance, body, at, |canvas| {
                draw(canvas, state, body);
            });
            let arm = || layout.arms.iter().position(|parts| parts.area.contains(at.into()));
            part.map(ViewTarget::Part).or_else(|| arm().map(ViewTarget::Arm))
        }
    }
}
