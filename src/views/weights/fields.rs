//! Draws a field of pixels for each neuron of a layer whose inputs are a picture.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::Canvas;
use crate::canvas::number::number;
use crate::canvas::ramps::sign_level;
use crate::canvas::widgets::{Heatmap, ValueGrid};
use crate::views::weights::layer_panel::{ColourScales, LayerPanel, WeightsContext};

/// Cells between two fields.
const GAP: u16 = 2;

/// The division of an area among fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FieldGrid {
    /// The number of pixels along each side that become one.
    shrink: usize,
    /// Cells of a field, without its label.
    cells: (u16, u16),
    /// Fields side by side, and one below the other.
    across: u16,
    down: u16,
}

/// The factor by which smaller fields must fill more of an area to be worth their lost pixels.
const WORTH: f64 = 1.4;

impl FieldGrid {
    /// Fits as many fields as possible; uses smaller ones if whole ones waste much of the area.
    pub(super) fn of(area: Rect, (high, wide): (usize, usize), neurons: usize) -> Self {
        let grid = |shrink: usize| {
            let cells = (
                wide.div_ceil(shrink).min(1000) as u16,
                high.div_ceil(shrink).div_ceil(2).min(1000) as u16,
            );
            let across = (area.width.saturating_add(GAP) / (cells.0 + GAP)).max(1);
            Self { shrink, cells, across, down: (area.height / (cells.1 + 1)).max(1) }
        };
        let fits = |grid: &Self| grid.cells.0 <= area.width && grid.cells.1 < area.height;
        let filled = |grid: &Self| {
            let shown = usize::from(grid.across * grid.down).min(neurons);
            shown as f64 * f64::from(grid.cells.0) * f64::from(grid.cells.1 + 1)
        };
        let Some(first) = (1..=8).find(|shrink| fits(&grid(*shrink))) else { return grid(8) };
        // At most three pixels become one to make room for more fields.
        (first..=first.max(3)).map(grid).fold(grid(first), |best, next| {
            if filled(&next) > WORTH * filled(&best) { next } else { best }
        })
    }

    /// Returns the rows that the fields take, including their labels.
    pub(super) fn rows(&self, neurons: usize) -> u16 {
        let needed = neurons.div_ceil(usize::from(self.across.max(1))).min(1000) as u16;
        self.down.min(needed.max(1)) * (self.cells.1 + 1)
    }
}

/// The visible fields.
pub(super) struct NeuronFields<'s> {
    layer_panel: &'s LayerPanel<'s>,
    scales: ColourScales,
    area: Rect,
    /// Rows and columns of the picture.
    picture: (usize, usize),
    /// The number of pixels along each side that become one.
    shrink: usize,
    /// Cells of a field, without its label.
    cells: (u16, u16),
    /// Fields side by side, and one below the other.
    across: u16,
    down: u16,
    first: usize,
    cursor: Option<(usize, usize)>,
    cursor_focused: bool,
}

impl<'s> NeuronFields<'s> {
    /// Lays the fields out in an area.
    pub(super) fn new(
        context: WeightsContext<'_>,
        layer_panel: &'s LayerPanel<'s>,
        picture: (usize, usize),
        area: Rect,
    ) -> Self {
        let WeightsContext { state, scales, .. } = context;
        let FieldGrid { shrink, cells, across, down } =
            FieldGrid::of(area, picture, layer_panel.layer.rows);
        let room = usize::from(across * down);
        let neurons = layer_panel.layer.rows;
        let mut first = state.view.scroll;
        if state.shared.cursor_focused {
            first = first.max((state.shared.weight.neuron + 1).saturating_sub(room));
        }
        let first = first.min(neurons.saturating_sub(room));
        let cursor = Some((state.shared.weight.neuron, state.shared.weight.input));
        let cursor_focused = state.shared.cursor_focused;
        Self {
            layer_panel,
            scales,
            area,
            picture,
            shrink,
            cells,
            across,
            down,
            first,
            cursor,
            cursor_focused,
        }
    }

    /// Returns the first visible neuron and the number of visible ones.
    pub(super) fn visible(&self) -> (usize, usize) {
        let room = usize::from(self.across * self.down);
        (self.first, room.min(self.layer_panel.layer.rows - self.first))
    }

    /// Returns the area of the nth visible field, with its label above it.
    fn place(&self, nth: usize) -> Rect {
        let (column, line) = (nth as u16 % self.across, nth as u16 / self.across);
        // Spare room goes between the rows of fields.
        let spare =
            (self.area.height.saturating_sub(self.down * (self.cells.1 + 1))) / self.down.max(1);
        let area = Rect {
            x: self.area.x + column * (self.cells.0 + GAP),
            y: self.area.y + line * (self.cells.1 + 1 + spare.min(1)),
            width: self.cells.0,
            height: self.cells.1 + 1,
        };
        area.intersection(self.area)
    }

    /// Draws the fields.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) {
        let (first, count) = self.visible();
        let mut small = Vec::new();
        for nth in 0..count {
            let neuron = first + nth;
            let area = self.place(nth);
            if area.height < 2 {
                continue;
            }
            self.draw_label(canvas, Rect { height: 1, ..area }, neuron);
            let columns = self.layer_panel.layer.columns;
            let field = if self.shrink == 1 {
                self.layer_panel.picture(neuron, self.picture)
            } else {
                self.shrunk(neuron, &mut small)
            };
            let map = Heatmap { field, scale: self.scales.weights, wide: 1, high: 1, from: (0, 0) };
            let cursor = self
                .cursor
                .filter(|(j, k)| *j == neuron && *k < columns)
                .map(|(_, k)| (k / self.picture.1 / self.shrink, k % self.picture.1 / self.shrink));
            map.draw(canvas, Rect { y: area.y + 1, height: area.height - 1, ..area }, cursor);
        }
    }

    /// Reduces each block of a neuron's pixels to the value furthest from zero.
    fn shrunk<'f>(&self, neuron: usize, into: &'f mut Vec<f32>) -> ValueGrid<'f> {
        let (high, wide) =
            (self.picture.0.div_ceil(self.shrink), self.picture.1.div_ceil(self.shrink));
        into.clear();
        into.resize(high * wide, 0.0);
        let mut values = self.layer_panel.layer.of_neuron(neuron);
        for row in 0..self.picture.0 {
            let line = &mut into[row / self.shrink * wide..][..wide];
            for (column, value) in (0..self.picture.1).zip(values.by_ref()) {
                let kept = &mut line[column / self.shrink];
                if value.abs() > kept.abs() {
                    *kept = value;
                }
            }
        }
        ValueGrid::in_rows(into, wide)
    }

    fn draw_label(&self, canvas: &mut Canvas<'_>, line: Rect, neuron: usize) {
        let (quiet, text, chosen) = (canvas.theme.quiet, canvas.theme.text, canvas.theme.chosen);
        let is_here = self.cursor.is_some_and(|(j, _)| j == neuron);
        let is_bias =
            is_here && self.cursor.is_some_and(|(_, k)| k >= self.layer_panel.layer.columns);
        let bias = self.layer_panel.layer.biases.get(neuron).copied().map_or(0.0, f64::from);
        let mut writer = canvas.line(line);
        let name = format!("{} ", self.layer_panel.label(neuron));
        writer.put(&name, if is_here && self.cursor_focused { chosen } else { quiet });
        let x = writer.column();
        if line.width < 14 {
            let rest = Rect { x, width: line.right().saturating_sub(x), ..line };
            let label = format!("b {}", number(bias, 5));
            canvas.line(rest).put_whole(&label, if is_bias { chosen } else { text });
            return;
        }
        if canvas.theme.has_colours() && !canvas.is_ascii() {
            let colour = canvas.theme.signs[sign_level(bias, self.scales.biases)];
            canvas.text((x, line.y), 2, "  ", Style::new().bg(colour));
        }
        let rest = Rect { x: x + 3, width: line.right().saturating_sub(x + 3), ..line };
        let label = format!("b {}", number(bias, 6));
        canvas.line(rest).put_whole(&label, if is_bias { chosen } else { text });
    }

    /// Returns the neuron and the input at a cell.
    pub(super) fn under(&self, (x, y): (u16, u16)) -> Option<(usize, usize)> {
        let (first, count) = self.visible();
        let nth = (0..count).find(|nth| self.place(*nth).contains((x, y).into()))?;
        let area = self.place(nth);
        if y == area.y {
            return Some((first + nth, self.layer_panel.layer.columns));
        }
        let line = usize::from(y - area.y - 1) * 2 * self.shrink;
        let column = usize::from(x - area.x) * self.shrink;
        let input = line.min(self.picture.0 - 1) * self.picture.1 + column.min(self.picture.1 - 1);
        Some((first + nth, input))
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::FieldGrid;

    #[test]
    fn pixels_are_not_merged_unless_much_of_the_area_would_stay_empty() {
        let grid = |width, height| FieldGrid::of(Rect::new(0, 0, width, height), (28, 28), 30);
        let whole = grid(58, 30);
        assert_eq!((whole.shrink, whole.across, whole.down), (1, 2, 2));
        assert_eq!(whole.rows(30), 30);
        let small = grid(24, 13);
        assert!(small.shrink > 1 && small.across * small.down >= 4, "{small:?}");
        assert_eq!(grid(58, 30).rows(1), 15, "one neuron needs one row of fields");
    }

    #[test]
    fn there_is_a_grid_even_if_nothing_fits() {
        let grid = FieldGrid::of(Rect::new(0, 0, 0, 0), (28, 28), 30);
        assert_eq!((grid.across, grid.down), (1, 1));
    }
}
