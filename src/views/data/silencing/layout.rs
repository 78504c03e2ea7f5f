//! The layout of the page.

use ratatui::layout::Rect;

use crate::canvas::widgets::FrameStyle;
use crate::canvas::{below, inset, top};
use crate::views::arm_panels::panels;
use crate::views::data::state::{DataPanel, DataView};
use crate::views::view_state::ViewState;

/// The cells across and down of the field of a neuron: small, and large where there is room.
const FIELD: (u16, u16) = (28, 14);
const LARGE_FIELD: (u16, u16) = (56, 28);

/// The fewest cells of the bar of a neuron with its number and the loss.
const ENTRY: u16 = 20;

/// The cells of that beside which a field is large.
const ROOMY_ENTRY: u16 = 32;

/// The most lines of a bar.
const THICKEST: u16 = 3;

/// The areas of the page.
pub(in crate::views::data) struct SilencingLayout {
    /// The style of the frames.
    pub(in crate::views::data) frame: FrameStyle,
    /// One panel for each arm; if one fills the view, the others are empty.
    pub(in crate::views::data) arms: Vec<LossParts>,
    /// The text under the panels.
    pub(super) lines: Rect,
}

/// The areas of the panel of an arm.
#[derive(Clone, Copy, Debug)]
pub(in crate::views::data) struct LossParts {
    /// The panel with its frame.
    pub(in crate::views::data) area: Rect,
    /// The neurons.
    pub(super) list: Rect,
    /// The field of the chosen neuron, with its caption; empty without room.
    pub(super) field: Rect,
}

/// Divides the body of the view.
pub(in crate::views::data) fn silencing_layout(
    state: ViewState<'_, DataView>,
    body: Rect,
) -> SilencingLayout {
    let is_boxed = body.height >= 24 && body.width >= 96;
    let frame = if is_boxed { FrameStyle::Boxed } else { FrameStyle::Ruled };
    let arms = state.shared.arms();
    let lines = u16::from(body.height >= 8);
    let upper = top(body, body.height - lines);
    let areas = if state.filling_panel() == Some(DataPanel::Losses) {
        let area = |arm: usize| if arm == state.shared.arm { upper } else { Rect::ZERO };
        (0..arms).map(area).collect()
    } else {
        panels(upper, arms)
    };
    let has_field = state.silencing_weights().is_some();
    let arms = areas.into_iter().map(|area| parts(area, frame, has_field)).collect();
    SilencingLayout { frame, arms, lines: inset(below(body, body.height - lines), 2) }
}

fn parts(area: Rect, frame: FrameStyle, has_field: bool) -> LossParts {
    let inner = match frame {
        FrameStyle::Boxed if area.height >= 3 => {
            Rect { y: area.y + 1, height: area.height - 2, ..inset(area, 2) }
        }
        _ => inset(below(area, 1), 1),
    };
    let has_large = inner.width >= LARGE_FIELD.0 + 2 + ROOMY_ENTRY && inner.height > LARGE_FIELD.1;
    let (wide, high) = if has_large { LARGE_FIELD } else { FIELD };
    let is_beside = inner.width >= wide + 2 + ENTRY && inner.height > high;
    let is_below = inner.height >= 2 * high && inner.width >= wide;
    let (list, field) = match (has_field, is_beside, is_below) {
        (true, true, _) => (
            Rect { width: inner.width - wide - 2, ..inner },
            Rect { x: inner.right() - wide, width: wide, height: high + 1, ..inner },
        ),
        (true, false, true) => {
            let under = below(inner, inner.height - high - 1);
            (top(inner, inner.height - high - 2), Rect { width: wide, ..under })
        }
        _ => (inner, Rect::ZERO),
    };
    LossParts { area, list, field }
}

/// The division of an area among the neurons of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LossGrid {
    /// The columns.
    pub(super) columns: u16,
    /// The rows of each.
    pub(super) rows: u16,
    /// The lines of a bar: more than one where a short list would leave most of its panel empty.
    pub(super) thick: u16,
}

impl LossGrid {
    /// Returns the fewest columns that hold all neurons, or as many as there is room for. Bars are as thick as the
    /// arm with `most_neurons` has room for.
    pub(super) fn new(area: Rect, neurons: usize, most_neurons: usize) -> Self {
        let most = ((area.width + 2) / (ENTRY + 2)).max(1);
        let lines = usize::from(area.height) / most_neurons.max(1);
        let thick = lines.saturating_sub(1).clamp(1, THICKEST as usize) as u16;
        let rows = area.height / pitch(thick);
        let holds = |columns: &u16| usize::from(columns * rows) >= neurons;
        Self { columns: (1..=most).find(holds).unwrap_or(most), rows, thick }
    }

    /// Returns the neurons that have room.
    pub(super) fn room(self) -> usize {
        usize::from(self.columns) * usize::from(self.rows)
    }

    /// Returns the cells of an entry, by its place among those shown.
    pub(super) fn place(self, area: Rect, nth: usize) -> Rect {
        let rows = usize::from(self.rows).max(1);
        let width = area.width.saturating_sub(2 * (self.columns - 1)) / self.columns;
        let (column, row) = ((nth / rows) as u16, (nth % rows) as u16);
        let (x, y) = (area.x + column * (width + 2), area.y + row * pitch(self.thick));
        let place = Rect { x, y, width, height: self.thick };
        place.intersection(area)
    }
}

/// Returns the lines from one bar to the next: thick ones have a line between them.
fn pitch(thick: u16) -> u16 {
    if thick > 1 { thick + 1 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_neurons_are_listed_where_there_is_room() {
        let grid = |width, height, neurons| {
            LossGrid::new(Rect::new(0, 0, width, height), neurons, neurons)
        };
        assert_eq!(grid(30, 40, 30), LossGrid { columns: 1, rows: 40, thick: 1 });
        assert_eq!(grid(60, 16, 30), LossGrid { columns: 2, rows: 16, thick: 1 });
        assert_eq!(grid(30, 30, 4), LossGrid { columns: 1, rows: 7, thick: 3 });
        assert_eq!(grid(30, 30, 9), LossGrid { columns: 1, rows: 10, thick: 2 });
        assert_eq!(grid(60, 16, 300).columns, 2, "as many as fit");
        assert_eq!(grid(0, 0, 5).room(), 0);
        let area = Rect::new(3, 2, 60, 16);
        let places: Vec<Rect> =
            (0..30).map(|nth| LossGrid::new(area, 30, 30).place(area, nth)).collect();
        assert!(places.iter().all(|place| place.area() >= u32::from(ENTRY)));
        let is_apart = |one: &Rect, other: &Rect| one.intersection(*other).is_empty();
        assert!(places.windows(2).all(|two| is_apart(&two[0], &two[1])));
    }
}
