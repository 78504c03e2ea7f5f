//! The layout of the page.

use ratatui::layout::Rect;

use crate::canvas::widgets::FrameStyle;
use crate::canvas::{below, inset, row, top};
use crate::telemetry::{ArmFacts, Fields, Metric};
use crate::views::arm_panels::{panels, panels_in_columns};
use crate::views::data::state::{DataPanel, DataView};
use crate::views::view_state::ViewState;

/// Cells of the numbers on the vertical axis, with the gap after them.
const GUTTER: u16 = 6;

/// The fewest cells across of a map beside the numbers of its vertical axis.
const BESIDE_NUMBERS: u16 = 16;

/// The rows of the fields of hidden neurons, with their labels.
pub(super) const NEURONS: u16 = 6;

/// The fewest columns of these fields beside a map.
const BESIDE: u16 = 18;

/// The fewest rows of a map above them.
const ABOVE_NEURONS: u16 = 11;

/// The areas of the page.
pub(in crate::views::data) struct PlaneLayout {
    /// The style of the frames.
    pub(in crate::views::data) frame: FrameStyle,
    /// One panel for each arm; if one fills the view, the others are empty. Numbers have one more, for the target.
    pub(in crate::views::data) panels: Vec<PlanePanel>,
    /// The text under the panels.
    pub(in crate::views::data) lines: Rect,
}

/// The areas of one panel; a part without room is empty.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::views::data) struct PlanePanel {
    /// The panel with its frame.
    pub(in crate::views::data) area: Rect,
    /// The numbers of the vertical axis.
    pub(super) gutter: Rect,
    /// The field.
    pub(in crate::views::data) map: Rect,
    /// The numbers of the horizontal axis.
    pub(super) axis: Rect,
    /// The fields of hidden neurons.
    pub(in crate::views::data) neurons: Rect,
}

/// Divides the body of the view.
pub(in crate::views::data) fn layout(state: ViewState<'_, DataView>, body: Rect) -> PlaneLayout {
    let is_boxed = body.height >= 24 && body.width >= 96;
    let frame = if is_boxed { FrameStyle::Boxed } else { FrameStyle::Ruled };
    let arms = state.shared.arms();
    let lines = match body.height {
        20.. => 2,
        8.. => 1,
        _ => 0,
    };
    let upper = top(body, body.height - lines);
    let is_filled = state.filling_panel() == Some(DataPanel::Field);
    let count = arms + usize::from(has_target(state));
    let areas = if is_filled {
        let area = |nth: usize| if nth == state.shared.arm { upper } else { Rect::ZERO };
        (0..count).map(area).collect()
    } else {
        largest_maps(state, upper, count, frame)
    };
    let panels = areas.into_iter().map(|area| parts(state, area, frame)).collect();
    PlaneLayout { frame, panels, lines: below(body, body.height - lines) }
}

/// Returns the panels side by side or, if the maps are larger then, in two rows.
fn largest_maps(
    state: ViewState<'_, DataView>,
    area: Rect,
    count: usize,
    frame: FrameStyle,
) -> Vec<Rect> {
    let usual = panels(area, count);
    let in_rows = panels_in_columns(area, count, count.div_ceil(2).max(1) as u16);
    let smallest = |areas: &[Rect]| {
        let maps = areas.iter().map(|area| parts(state, *area, frame).map.area());
        maps.min().unwrap_or(0)
    };
    if smallest(&in_rows) > smallest(&usual) { in_rows } else { usual }
}

/// Returns whether the target has a panel of its own: it is a number.
pub(super) fn has_target(state: ViewState<'_, DataView>) -> bool {
    state.shared.history.facts.as_deref().is_some_and(|facts| facts.metric == Metric::Error)
}

fn parts(state: ViewState<'_, DataView>, area: Rect, frame: FrameStyle) -> PlanePanel {
    if area.is_empty() {
        return PlanePanel::default();
    }
    let inner = match frame {
        FrameStyle::Boxed if area.height >= 3 => {
            Rect { y: area.y + 1, height: area.height - 2, ..inset(area, 2) }
        }
        _ => inset(below(area, 1), 1),
    };
    let gutter = if inner.width >= GUTTER + BESIDE_NUMBERS { GUTTER } else { 0 };
    let axis = u16::from(inner.height >= 6);
    let has_hidden = |arm: &ArmFacts| arm.sizes.len() > 2;
    let facts = state.shared.history.facts.as_deref();
    let wants_neurons = facts.is_some_and(|facts| facts.arms.iter().any(has_hidden));
    let beside = neurons_beside(state, inner, gutter, axis);
    if wants_neurons && !beside.is_empty() {
        let room = Rect {
            x: inner.x + gutter,
            width: inner.width - gutter - beside.width,
            height: inner.height - axis,
            ..inner
        };
        let map = square(state.fields(), room);
        let map = Rect { x: room.x, ..map };
        let x = map.right() + 2;
        let neurons = Rect { x, width: inner.right().saturating_sub(x), ..beside };
        return PlanePanel {
            area,
            gutter: Rect { x: inner.x, width: gutter, ..map },
            map,
            axis: Rect { y: map.bottom(), height: axis, ..map },
            neurons,
        };
    }
    let neurons = if wants_neurons && inner.height >= ABOVE_NEURONS + axis + NEURONS {
        // Tall panels have larger ones.
        NEURONS + (inner.height - ABOVE_NEURONS - axis - NEURONS) / 6
    } else {
        0
    };
    let room = Rect {
        x: inner.x + gutter,
        width: inner.width - gutter,
        height: inner.height - axis - neurons,
        ..inner
    };
    let map = square(state.fields(), room);
    PlanePanel {
        area,
        gutter: Rect { x: map.x - gutter, width: gutter, ..map },
        map,
        axis: Rect { y: map.bottom(), height: axis, ..map },
        neurons: Rect { y: inner.bottom() - neurons, height: neurons, ..inner },
    }
}

/// Returns the area of the fields of hidden neurons beside the map, if the map is as large as the height allows then;
/// else an empty one.
fn neurons_beside(state: ViewState<'_, DataView>, inner: Rect, gutter: u16, axis: u16) -> Rect {
    let whole = Rect { width: inner.width - gutter, height: inner.height - axis, ..inner };
    let map = square(state.fields(), whole);
    let width = whole.width - map.width.min(whole.width);
    let is_wide = width >= BESIDE && map.height == whole.height;
    if is_wide { Rect { width, height: whole.height, ..inner } } else { Rect::ZERO }
}

/// Returns the part of an area in which a length across is drawn as long as the same one up, unless the ranges of the
/// inputs are too different; a cell is twice as high as it is wide.
fn square(fields: Option<&Fields>, room: Rect) -> Rect {
    let ratio = fields.map_or(1.0, |fields| {
        let (wide, high) = fields.window.spans();
        wide / high
    });
    if !(0.6..=1.6).contains(&ratio) {
        return room;
    }
    let across = |height: u16| (f64::from(height) * 2.0 * ratio).round() as u16;
    let up = |width: u16| (f64::from(width) / (2.0 * ratio)).round().max(1.0) as u16;
    let width = room.width.min(across(room.height));
    let height = room.height.min(up(room.width));
    Rect { x: room.x + (room.width - width) / 2, width, height, ..room }
}

/// Returns a line of the text under the panels.
pub(super) fn line(lines: Rect, nth: u16) -> Rect {
    row(inset(lines, 2), nth)
}
