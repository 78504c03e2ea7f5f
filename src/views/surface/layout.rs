//! The layout of the Surface view at every size.

use ratatui::layout::Rect;

use crate::canvas::widgets::FrameStyle;
use crate::canvas::{below, inset, row, top};
use crate::views::arm_panels::panels;
use crate::views::surface::axis::axes;
use crate::views::surface::state::SurfaceView;
use crate::views::view::GridPoint;
use crate::views::view_state::ViewState;

/// Cells of the numbers on the vertical axis, with the gap after them, unless they are longer.
const GUTTER: u16 = 6;

/// The fewest cells across of a map beside the numbers of its vertical axis.
const BESIDE_NUMBERS: u16 = 16;

/// The areas of the view.
pub(super) struct SurfaceLayout {
    pub(super) frame: FrameStyle,
    /// One panel per map; if one fills the view, the others are empty.
    pub(super) panels: Vec<Rect>,
    /// The text under the maps.
    pub(super) lines: Rect,
}

/// The areas of a panel.
pub(super) struct SurfacePanelParts {
    /// The numbers of the vertical axis; without width if there is no room for them.
    pub(super) gutter: Rect,
    pub(super) map: Rect,
    /// The scale of colours.
    pub(super) scale: Rect,
    /// The numbers of the horizontal axis.
    pub(super) axis: Rect,
}

/// Returns whether there is no room for maps, or, if one fills the view, not even for that one.
pub(super) fn is_compact(state: ViewState<'_, SurfaceView>, body: Rect) -> bool {
    let least = if state.view.filled_map(state.shared).is_some() { (20, 5) } else { (40, 8) };
    body.width < least.0 || body.height < least.1
}

pub(super) fn layout(state: ViewState<'_, SurfaceView>, body: Rect) -> SurfaceLayout {
    let is_boxed = body.height >= 24 && body.width >= 96;
    let frame = if is_boxed { FrameStyle::Boxed } else { FrameStyle::Ruled };
    let maps = state.view.maps(state.shared);
    if let Some(filled) = state.view.filled_map(state.shared) {
        let area = |map: usize| if map == filled { body } else { Rect::ZERO };
        return SurfaceLayout { frame, panels: (0..maps).map(area).collect(), lines: Rect::ZERO };
    }
    let arms = state.shared.arms() as u16;
    let lines = match body.height {
        34.. if state.shows_atlas() => 5,
        34.. => arms + 4,
        17.. if state.shows_atlas() => 3,
        17.. => arms + 1,
        _ => 1,
    };
    let lines = lines.min(body.height / 3);
    SurfaceLayout {
        frame,
        panels: panels(top(body, body.height - lines), maps),
        lines: below(body, body.height - lines),
    }
}

/// Returns the area within the frame of a panel.
fn within(area: Rect, frame: FrameStyle) -> Rect {
    match frame {
        FrameStyle::Boxed if area.height >= 3 => {
            Rect { y: area.y + 1, height: area.height - 2, ..inset(area, 2) }
        }
        _ => inset(below(area, 1), 1),
    }
}

pub(super) fn parts(state: ViewState<'_, SurfaceView>, inner: Rect) -> SurfacePanelParts {
    let numbers = axes(state).map_or(0, |axes| axes.up.width());
    let gutter = GUTTER.max(numbers + 1);
    let gutter = if inner.width >= gutter + BESIDE_NUMBERS { gutter } else { 0 };
    let labels = if inner.height >= 6 { 2 } else { 0 };
    let map = Rect {
        x: inner.x + gutter,
        width: inner.width - gutter,
        height: inner.height - labels,
        ..inner
    };
    let under = below(inner, map.height);
    let beside = |row: Rect| Rect { x: map.x, width: map.width, ..row };
    SurfacePanelParts {
        gutter: Rect { width: gutter, height: map.height, ..inner },
        map,
        axis: beside(row(under, 0)),
        scale: row(under, 1),
    }
}

/// Returns how many points across and up every map has.
pub(super) fn points(state: ViewState<'_, SurfaceView>, body: Rect) -> (usize, usize) {
    if state.shared.arms() == 0 || is_compact(state, body) {
        return (0, 0);
    }
    let layout = layout(state, body);
    let drawn = layout.panels.iter().filter(|panel| !panel.is_empty());
    let maps = drawn.map(|panel| parts(state, within(*panel, layout.frame)).map);
    let (width, height) = maps.fold((u16::MAX, u16::MAX), |(width, height), map| {
        (width.min(map.width), height.min(map.height))
    });
    let is_none = width < 4 || height < 2 || layout.panels.is_empty();
    if is_none { (0, 0) } else { (usize::from(width), usize::from(height) * 2) }
}

/// Returns the point of the map under a cell: its column, and its row from the lowest.
pub(super) fn point_at(
    state: ViewState<'_, SurfaceView>,
    body: Rect,
    at: (u16, u16),
) -> Option<GridPoint> {
    let layout = layout(state, body);
    let maps = layout.panels.iter().map(|panel| parts(state, within(*panel, layout.frame)));
    let map = maps.map(|parts| map_area(state, &parts)).find(|map| map.contains(at.into()))?;
    // A cell has two points, and the lowest row of cells the two lowest rows of points.
    let row = 2 * usize::from(map.bottom() - 1 - at.1);
    Some(GridPoint { column: usize::from(at.0 - map.x), row })
}

/// Returns the map of a panel, of the same size as all others.
pub(super) fn map_area(state: ViewState<'_, SurfaceView>, parts: &SurfacePanelParts) -> Rect {
    let (width, height) = state.view.points;
    let map = parts.map;
    Rect {
        width: map.width.min(u16::try_from(width).unwrap_or(u16::MAX)),
        height: map.height.min(u16::try_from(height / 2).unwrap_or(u16::MAX)),
        ..map
    }
}
