//! The layout of the page.

use ratatui::layout::Rect;

use crate::canvas::{below, inset, top};
use crate::views::data::examples::examples_state::SidePanel;
use crate::views::data::examples::outputs::outputs_width;
use crate::views::data::examples::{columns, confusion};
use crate::views::data::state::{DataPanel, DataView};
use crate::views::view_state::ViewState;

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
        None if state.has_side_in(body) => {
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
