//! The layout of the page.

use ratatui::layout::Rect;

use crate::canvas::{below, inset, top};
use crate::views::data::examples::outputs::outputs_width;
use crate::views::data::state::{DataPanel, DataView};
use crate::views::view_state::ViewState;

/// The least width of a screen with the side panel beside the list.
const BESIDE: u16 = 100;

/// The least width of the list beside it.
const LIST: u16 = 48;

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
    let has_classes = state.has_classes();
    let (list, side) = match state.filling_panel() {
        Some(DataPanel::Side) => (Rect::ZERO, body),
        None if has_classes && body.width >= BESIDE => {
            let wanted = if state.shared.appearance.is_presenting { 0 } else { side_width(state) };
            let side = wanted.min(body.width - LIST);
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

/// Returns the width that the confusion matrices need.
fn side_width(state: ViewState<'_, DataView>) -> u16 {
    let classes = state.classes() as u16;
    (classes.min(12) * 4 + 6).clamp(36, 58)
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
