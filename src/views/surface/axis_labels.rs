//! The numbers and names around a map.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::views::surface::axis::axes;
use crate::views::surface::layout::{SurfacePanelParts, map_area};
use crate::views::surface::state::SurfaceView;
use crate::views::view_state::ViewState;

/// Draws the numbers and names of both axes around a map.
pub(super) fn draw_axes(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    parts: &SurfacePanelParts,
) {
    let Some(axes) = axes(state) else { return };
    let map = map_area(state, parts);
    if parts.axis.height > 0 {
        axes.across.draw_across(canvas, Rect { width: map.width, ..parts.axis });
    }
    let gutter =
        Rect { width: parts.gutter.width.saturating_sub(1), height: map.height, ..parts.gutter };
    if gutter.width > 0 && gutter.height >= 3 {
        axes.up.draw_up(canvas, gutter);
    }
}
