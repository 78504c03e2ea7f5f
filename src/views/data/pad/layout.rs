//! The layout of the page: the pad at the left, with what is kept under it, and the arms at the right.

use ratatui::layout::Rect;

use crate::canvas::widgets::FrameStyle;
use crate::canvas::{below, inset, top};
use crate::views::arm_panels::panels;
use crate::views::data::pad::outputs::{BarGrid, name_width};
use crate::views::data::state::{DataPanel, DataView};
use crate::views::view_state::ViewState;

/// The cells across and down of the pad: one pixel a half cell, or two by two.
const SMALL: (u16, u16) = (28, 14);
const LARGE: (u16, u16) = (56, 28);

/// The fewest cells across of an arm beside the pad.
const BESIDE: u16 = 22;

/// The cells across of an arm for which the pad is made large.
const ROOMY: u16 = 30;

/// The fewest cells down of a map: with fewer nothing is recognised.
const LEAST_MAP: u16 = 5;

/// The rows that kept drawings have at least, with the line of the answers to them.
const KEPT: u16 = 5;

/// The areas of the page. A part without room is empty.
pub(in crate::views::data) struct PadLayout {
    /// The style of the frames.
    pub(in crate::views::data) frame: FrameStyle,
    /// The panel of the pad.
    pub(in crate::views::data) panel: Rect,
    /// The pad itself.
    pub(in crate::views::data) pad: Rect,
    /// The panel of the picture as the networks see it.
    pub(in crate::views::data) seen: Rect,
    /// The picture in it.
    pub(super) picture: Rect,
    /// The kept drawings.
    pub(in crate::views::data) kept: Rect,
    /// One panel for each arm; if one fills the view, those of the others are empty.
    pub(in crate::views::data) arms: Vec<AnswerParts>,
}

/// The areas of the panel of an arm.
#[derive(Clone, Copy, Debug)]
pub(in crate::views::data) struct AnswerParts {
    /// The panel with its frame.
    pub(in crate::views::data) area: Rect,
    /// The line that says what the picture is taken for.
    pub(super) verdict: Rect,
    /// The outputs.
    pub(super) outputs: Rect,
    /// Their columns.
    pub(super) grid: BarGrid,
    /// The line over the map.
    pub(super) caption: Rect,
    /// The map.
    pub(super) map: Rect,
    /// The line under it, with its colours.
    pub(super) scale: Rect,
}

/// Divides the body of the view.
pub(in crate::views::data) fn pad_layout(state: ViewState<'_, DataView>, body: Rect) -> PadLayout {
    let is_boxed = body.height >= 24 && body.width >= 96;
    let frame = if is_boxed { FrameStyle::Boxed } else { FrameStyle::Ruled };
    let (across, down) = if is_boxed { (4, 2) } else { (2, 1) };
    let arms = state.shared.arms();
    let size = pad_size(body, (across, down), arms);
    let left = Rect { width: (size.0 + across).min(body.width), ..body };
    let left = if size.0 == 0 { Rect { width: 0, ..left } } else { left };
    let right = Rect { x: left.right(), width: body.width - left.width, ..body };
    let panel = top(left, size.1 + down);
    let within = |panel: Rect| {
        let inner = Rect { height: panel.height.saturating_sub(down), ..inset(panel, across / 2) };
        Rect { y: panel.y + 1.min(panel.height), ..inner }
    };
    let under = below(left, panel.height);
    // An example is on the pad as the networks see it.
    let has_seen = under.height >= SMALL.1 + down + KEPT && state.view.pad.has_drawing();
    let seen = if has_seen { top(under, SMALL.1 + down) } else { Rect::ZERO };
    let seen = Rect { width: seen.width.min(SMALL.0 + across), ..seen };
    let picture = if has_seen { within(seen) } else { Rect::ZERO };
    let areas = if state.filling_panel() == Some(DataPanel::Answer) {
        let area = |arm: usize| if arm == state.shared.arm { right } else { Rect::ZERO };
        (0..arms).map(area).collect()
    } else {
        panels(right, arms)
    };
    // All arms have maps of one size, though some panels may be a line higher than others.
    let shown = || areas.iter().filter(|area| !area.is_empty());
    let least = (
        shown().map(|area| area.width).min().unwrap_or(0),
        shown().map(|area| area.height).min().unwrap_or(0),
    );
    let arms = areas.iter().map(|area| parts(state, *area, (frame, least))).collect();
    let kept = inset(below(under, seen.height), across / 2);
    PadLayout { frame, panel, pad: within(panel), seen, picture, kept, arms }
}

/// Returns the cells across and down of the pad: 0 and 0 if there is no room beside the arms.
fn pad_size(body: Rect, (across, down): (u16, u16), arms: usize) -> (u16, u16) {
    // Four arms stand two by two, three side by side.
    let columns = if arms == 3 { 3 } else { arms.clamp(1, 2) as u16 };
    let beside = |size: (u16, u16)| body.width.saturating_sub(size.0 + across);
    if beside(LARGE) >= ROOMY * columns && body.height > LARGE.1 + down {
        return LARGE;
    }
    let high = SMALL.1.min(body.height.saturating_sub(down));
    let wide = SMALL.0.min(body.width.saturating_sub(across + BESIDE));
    let high = high.min(wide.div_ceil(2));
    if high < 3 { (0, 0) } else { (wide.min(high * 2), high) }
}

/// Divides the panel of an arm. `least` is the size of the smallest of these panels.
fn parts(
    state: ViewState<'_, DataView>,
    area: Rect,
    (frame, least): (FrameStyle, (u16, u16)),
) -> AnswerParts {
    let spare = (area.width.saturating_sub(least.0), area.height.saturating_sub(least.1));
    let inner = match frame {
        FrameStyle::Boxed if area.height >= 3 => {
            Rect { y: area.y + 1, height: area.height - 2, ..inset(area, 2) }
        }
        _ => inset(below(area, 1), 1),
    };
    let classes = state.shared.history.facts.as_deref().map_or(0, |facts| facts.classes.len());
    let names = name_width(state.shared, classes);
    let room = below(inner, 1);
    let size = (room.width.saturating_sub(spare.0), room.height.saturating_sub(spare.1));
    let (grid, map) = divided(classes, names, size);
    let verdict = top(inner, 1);
    let mut parts = AnswerParts {
        area,
        verdict,
        outputs: room,
        grid,
        caption: Rect::ZERO,
        map: Rect::ZERO,
        scale: Rect::ZERO,
    };
    if let Some((map, is_below)) = map {
        let width = 2 * map;
        let place = if is_below {
            parts.outputs = top(room, grid.rows);
            let rest = below(room, grid.rows);
            // A line between the bars and the map, if there is room for one.
            below(rest, u16::from(rest.height > map + 2))
        } else {
            parts.outputs = Rect { width: room.width - width - 2, ..room };
            Rect { x: room.right() - width, width, ..room }
        };
        parts.caption = top(place, 1);
        parts.map = Rect { width, ..top(below(place, 1), map) };
        parts.scale = top(below(place, 1 + map), 1);
    }
    parts
}

/// Returns the columns of the bars, and the rows of the map with whether it lies below them. The map is as large
/// as there is room for with all bars.
fn divided(
    classes: usize,
    names: u16,
    (width, height): (u16, u16),
) -> (BarGrid, Option<(u16, bool)>) {
    let whole = |rows: u16| match rows {
        28.. => LARGE.1,
        14.. => SMALL.1,
        rows => rows,
    };
    let mut best: Option<(BarGrid, (u16, bool))> = None;
    let mut only_bars = None;
    for columns in 1..=5 {
        let grid = BarGrid::new(classes, columns);
        let bars = grid.least_width(names);
        if bars > width || grid.rows > height {
            continue;
        }
        only_bars = only_bars.or(Some(grid));
        // The caption and the colours take a line each; a low map does without the colours.
        let lines = |rows: u16| if rows >= 12 { 2 } else { 1 };
        let rest = height - grid.rows;
        let low = rest.saturating_sub(lines(rest)).min(width / 2);
        let beside = height.saturating_sub(lines(height)).min(width.saturating_sub(bars + 2) / 2);
        for (rows, is_below) in [(whole(low), true), (whole(beside), false)] {
            if rows >= LEAST_MAP && best.is_none_or(|(_, (most, _))| rows > most) {
                best = Some((grid, (rows, is_below)));
            }
        }
    }
    match best {
        Some((grid, map)) => (grid, Some(map)),
        None => (only_bars.unwrap_or(BarGrid::new(classes, 1)), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pad_has_whole_pixels_or_as_many_cells_as_there_is_room_for() {
        let size = |width, height, arms| pad_size(Rect::new(0, 0, width, height), (2, 1), arms);
        assert_eq!(size(80, 20, 2), SMALL);
        assert_eq!(size(118, 36, 2), LARGE);
        assert_eq!(size(118, 36, 3), SMALL, "three arms stand beside it");
        assert_eq!(size(118, 36, 4), LARGE);
        assert_eq!(size(118, 20, 2), SMALL, "too low for the large one");
        assert_eq!(size(40, 7, 2), (12, 6));
        assert_eq!(size(10, 4, 2), (0, 0));
        assert_eq!(size(0, 0, 0), (0, 0));
    }

    #[test]
    fn the_map_is_as_large_as_all_bars_leave_room_for() {
        let tall = divided(10, 1, (28, 34));
        assert_eq!(tall, (BarGrid::new(10, 1), Some((14, true))));
        let (grid, map) = divided(10, 1, (47, 9));
        assert_eq!(map, Some((8, false)), "{grid:?}");
        assert!(grid.rows <= 9 && grid.least_width(1) + 2 + 16 <= 47);
        let wide = divided(10, 1, (70, 52));
        assert_eq!(wide.1, Some((28, true)));
        assert_eq!(divided(10, 1, (20, 3)).1, None);
        assert_eq!(divided(0, 1, (0, 0)).1, None);
    }
}
