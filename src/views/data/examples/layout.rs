//! The layout of the page.

use ratatui::layout::Rect;

use crate::canvas::{below, inset, top};
use crate::views::arm_panels::split;
use crate::views::data::examples::examples_state::SidePanel;
use crate::views::data::examples::outputs::outputs_width;
use crate::views::data::examples::{columns, confusion};
use crate::views::data::state::{DataPanel, DataView};
use crate::views::view_state::ViewState;

/// The least width of a screen with the side panel beside the list.
const BESIDE: u16 = 100;

/// The least width of the list beside it.
const LIST: u16 = 48;

/// The fewest cells of the recalls over time beside it, and the most.
const RECALL: (u16, u16) = (36, 58);

/// Cells of a picture in the gallery, and its rows.
pub(super) const PICTURE: (u16, u16) = (14, 7);

/// Cells between a picture and the outputs beside it.
pub(super) const GAP: u16 = 1;

/// The areas of the page.
pub(in crate::views::data) struct ExamplesLayout {
    /// The line above the list: what is listed, and in which order.
    pub(in crate::views::data) heading: Rect,
    /// The list of examples.
    pub(in crate::views::data) list: Rect,
    /// The confusion matrices or recalls; empty without room or without classes.
    pub(in crate::views::data) side: Rect,
    /// The places of the examples; in a table each is a line, after that of the heads.
    pub(in crate::views::data) places: Vec<Rect>,
    /// How many stand side by side.
    pub(in crate::views::data) across: usize,
}

/// Divides the body of the view.
pub(in crate::views::data) fn layout(state: ViewState<'_, DataView>, body: Rect) -> ExamplesLayout {
    let (list, side) = match state.filling_panel() {
        Some(DataPanel::Side) => (Rect::ZERO, body),
        None if has_side(state, body) => {
            let side = side_width(state, body.width);
            (
                Rect { width: body.width - side, ..body },
                Rect { x: body.right() - side, width: side, ..body },
            )
        }
        _ => (body, Rect::ZERO),
    };
    let heading = top(list, u16::from(list.height >= 3));
    let list = inset(below(list, heading.height), 1);
    let (places, across) = if state.has_pictures() { gallery(state, list) } else { lines(list) };
    ExamplesLayout { heading, list, side, places, across }
}

/// Returns whether the body has room for the side panel beside the list.
pub(in crate::views::data) fn has_side(state: ViewState<'_, DataView>, body: Rect) -> bool {
    state.has_classes() && body.width >= BESIDE && !state.shared.appearance.is_presenting
}

/// Returns the cells of the side panel: those that the list leaves of what it can use, or as few as it needs.
fn side_width(state: ViewState<'_, DataView>, body: u16) -> u16 {
    let (least, most) = match state.view.examples.side {
        SidePanel::Confusion => (confusion::least_width(state), confusion::whole_width(state)),
        SidePanel::Recall => RECALL,
    };
    let least = least.min(body - LIST);
    let list = if state.has_pictures() {
        let wide = PICTURE.0 + GAP + outputs_width(state) + 1;
        (body - least).saturating_sub(1) / wide * wide + 1
    } else {
        columns::whole_table_width(state) + 2
    };
    body.saturating_sub(list).min(most).max(least)
}

/// Returns the places of panels of this least size: side by side as far as there is room, the others below. Those
/// without room have no place.
pub(super) fn arranged(area: Rect, panels: usize, (wide, high): (u16, u16)) -> Vec<Rect> {
    if panels == 0 {
        return Vec::new();
    }
    let columns = usize::from(area.width / wide.max(1)).clamp(1, panels);
    let rows = panels.div_ceil(columns).min(usize::from(area.height / high.max(1)).max(1));
    // They stand together, with a line between two.
    let height = (area.height / rows as u16).min(high + 1).max(high.min(area.height));
    let bands = (0..rows).map(|row| top(below(area, row as u16 * height), height));
    bands.flat_map(|band| split(band, columns)).take(panels).collect()
}

/// Divides an area among pictures with their outputs beside them.
fn gallery(state: ViewState<'_, DataView>, list: Rect) -> (Vec<Rect>, usize) {
    let width = PICTURE.0 + GAP + outputs_width(state);
    let (wide, high) = (width.min(list.width), PICTURE.1 + 1);
    if list.height < 3 || wide < PICTURE.0 {
        return (Vec::new(), 1);
    }
    let across = ((list.width + 1) / (wide + 1)).max(1);
    let down = (list.height / high).max(1);
    // Wide gaps would part a picture from its neighbours.
    let gap = ((list.width - across * wide) / across).min(4);
    let place = |nth: u16| Rect {
        x: list.x + nth % across * (wide + gap),
        y: list.y + nth / across * high,
        width: wide,
        height: high,
    };
    ((0..across * down).map(|nth| place(nth).intersection(list)).collect(), usize::from(across))
}

/// Divides an area among the lines of a table, after the line of its heads.
fn lines(list: Rect) -> (Vec<Rect>, usize) {
    let lines = below(list, 1);
    let places = (0..lines.height).map(|nth| Rect { y: lines.y + nth, height: 1, ..lines });
    (places.collect(), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_stand_side_by_side_as_far_as_there_is_room() {
        let places =
            |width, height, panels| arranged(Rect::new(0, 0, width, height), panels, (30, 5));
        assert_eq!(
            places(40, 36, 3).iter().map(|p| (p.x, p.y)).collect::<Vec<_>>(),
            [(0, 0), (0, 6), (0, 12)]
        );
        assert_eq!(places(100, 20, 3).iter().map(|p| p.y).collect::<Vec<_>>(), [0, 0, 0]);
        assert_eq!(places(40, 9, 3).len(), 1, "the others have no room");
        assert_eq!(places(65, 12, 5).len(), 4);
        assert!(places(0, 0, 2).iter().all(|place| place.is_empty()));
    }
}
