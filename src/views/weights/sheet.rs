//! All neurons of a layer whose inputs are a picture, as small fields side by side: a contact sheet.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::widgets::{Heatmap, ValueGrid};
use crate::views::weights::bias::Bias;
use crate::views::weights::layer_panel::{LayerPanel, WeightsContext};

/// The least cells between two fields.
const GAP: u16 = 1;
/// The most cells between two fields: further apart they are no sheet.
const WIDEST_GAP: u16 = 8;
/// The least pixels along a side of a field.
const LEAST_PIXELS: usize = 4;

/// The division of an area among the fields of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SheetGrid {
    /// The number of pixels along each side that become one.
    pub shrink: usize,
    /// Cells of a field, without its label.
    cells: (u16, u16),
    /// Fields side by side, and one below the other.
    across: u16,
    down: u16,
    /// Cells from one field to the next.
    pitch: u16,
    /// The number of neurons.
    neurons: usize,
}

impl SheetGrid {
    /// Fits all fields of a layer as large as they can be; if not even the smallest ones fit, as many of those
    /// as there is room for.
    pub(super) fn of(area: Rect, (high, wide): (usize, usize), neurons: usize) -> Self {
        let grid = |shrink: usize| {
            let cells = field_cells((high, wide), shrink);
            let across = (area.width.saturating_add(GAP) / (cells.0 + GAP)).max(1);
            let down = (area.height / (cells.1 + 1)).max(1);
            // Rows of fields are equally long where that takes no further row.
            let lines = neurons.div_ceil(usize::from(across)).clamp(1, usize::from(down)) as u16;
            let across = (neurons.div_ceil(usize::from(lines)).clamp(1, 1000) as u16).min(across);
            let pitch = (area.width.saturating_add(GAP) / across).min(cells.0 + WIDEST_GAP);
            Self { shrink, cells, across, down: lines, pitch, neurons }
        };
        let fits = |grid: &Self| grid.cells.0 <= area.width && grid.cells.1 < area.height;
        let most = (high.min(wide) / LEAST_PIXELS).max(1);
        let all = (1..=most).map(grid).find(|grid| fits(grid) && grid.shows_all());
        all.unwrap_or_else(|| grid(most))
    }

    /// Returns the number of visible fields.
    fn room(&self) -> usize {
        usize::from(self.across) * usize::from(self.down)
    }

    /// Returns whether every neuron has a field.
    pub(super) fn shows_all(&self) -> bool {
        self.room() >= self.neurons
    }

    /// Returns the rows that the fields take, including their labels.
    pub(super) fn rows(&self) -> u16 {
        self.down.saturating_mul(self.cells.1 + 1)
    }
}

/// Returns the cells of a field whose pixels are merged, without its label.
pub(super) fn field_cells((high, wide): (usize, usize), shrink: usize) -> (u16, u16) {
    (
        wide.div_ceil(shrink.max(1)).min(1000) as u16,
        high.div_ceil(shrink.max(1)).div_ceil(2).min(1000) as u16,
    )
}

/// Reduces a picture of `wide` columns: of each block of pixels, the value furthest from zero remains.
pub(super) fn shrunk(
    values: impl Iterator<Item = f32>,
    (high, wide): (usize, usize),
    shrink: usize,
) -> Vec<f32> {
    let (rows, columns) = (high.div_ceil(shrink), wide.div_ceil(shrink));
    let mut out = vec![0.0_f32; rows * columns];
    for (place, value) in values.take(high * wide).enumerate() {
        let kept = &mut out[place / wide / shrink * columns + place % wide / shrink];
        if value.abs() > kept.abs() {
            *kept = value;
        }
    }
    out
}

/// The visible fields of one arm.
pub(super) struct Sheet<'s> {
    layer_panel: &'s LayerPanel<'s>,
    area: Rect,
    /// Rows and columns of the picture.
    picture: (usize, usize),
    grid: SheetGrid,
    /// The visible neurons in their order.
    neurons: Vec<usize>,
    /// The number of neurons before them.
    first: usize,
    /// The selected neuron and input.
    cursor: (usize, usize),
    /// Whether the pixel under the cursor is marked.
    marks_pixel: bool,
}

impl<'s> Sheet<'s> {
    /// Lays the fields out in an area. All arms have the same grid, that of the largest layer.
    pub(super) fn new(
        context: WeightsContext<'_>,
        layer_panel: &'s LayerPanel<'s>,
        picture: (usize, usize),
        area: Rect,
    ) -> Self {
        let state = context.state;
        let grid = SheetGrid::of(area, picture, context.neurons);
        let weight = state.shared.weight;
        let count = layer_panel.layer.rows;
        let place = state.view.order.place(weight.neuron, count);
        // The chosen neuron is always in sight.
        let least = (place + 1).saturating_sub(grid.room());
        let first = state.view.scroll.clamp(least, place.max(least));
        let first = first.min(count.saturating_sub(grid.room()));
        let order = state.view.order.neurons(count);
        let neurons = order.into_iter().skip(first).take(grid.room()).collect();
        let cursor = (weight.neuron, weight.input);
        Self { layer_panel, area, picture, grid, neurons, first, cursor, marks_pixel: true }
    }

    /// Leaves the pixel under the cursor unmarked, because a larger field beside the sheet marks it.
    pub(super) fn without_pixel(self) -> Self {
        Self { marks_pixel: false, ..self }
    }

    /// Returns the number of neurons before the visible ones, and the number of those.
    pub(super) fn visible(&self) -> (usize, usize) {
        (self.first, self.neurons.len())
    }

    /// Returns the area of the nth visible field, with its label above it.
    fn place(&self, nth: usize) -> Rect {
        let SheetGrid { cells, across, down, pitch, .. } = self.grid;
        let (column, line) = (nth as u16 % across, nth as u16 / across);
        // Spare room goes between the rows of fields.
        let spare = self.area.height.saturating_sub(self.grid.rows()) / down.max(1);
        let area = Rect {
            x: self.area.x.saturating_add(column.saturating_mul(pitch)),
            y: self.area.y.saturating_add(line.saturating_mul(cells.1 + 1 + spare.min(1))),
            width: cells.0,
            height: cells.1 + 1,
        };
        area.intersection(self.area)
    }

    /// Draws the fields.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) {
        for (nth, neuron) in self.neurons.iter().copied().enumerate() {
            let area = self.place(nth);
            if area.height < 2 {
                continue;
            }
            let label = Rect { height: 1, width: self.grid.pitch.max(2) - 1, ..area };
            self.draw_label(canvas, label.intersection(self.area), neuron);
            self.draw_field(
                canvas,
                Rect { y: area.y + 1, height: area.height - 1, ..area },
                neuron,
            );
        }
    }

    fn draw_field(&self, canvas: &mut Canvas<'_>, area: Rect, neuron: usize) {
        let shrink = self.grid.shrink;
        let wide = self.picture.1;
        let small;
        let field = if shrink == 1 {
            self.layer_panel.picture(neuron, self.picture)
        } else {
            small = shrunk(self.layer_panel.layer.of_neuron(neuron), self.picture, shrink);
            ValueGrid::in_rows(&small, wide.div_ceil(shrink))
        };
        let scale = self.layer_panel.scales.weights;
        let map = Heatmap { field, scale, wide: 1, high: 1, from: (0, 0) };
        let (j, k) = self.cursor;
        let is_here = self.marks_pixel && j == neuron && k < self.layer_panel.layer.columns;
        map.draw(canvas, area, is_here.then(|| (k / wide / shrink, k % wide / shrink)));
    }

    /// Draws the number of a neuron, and its bias on the colour of that.
    fn draw_label(&self, canvas: &mut Canvas<'_>, line: Rect, neuron: usize) {
        let layer = &self.layer_panel.layer;
        let is_here = self.cursor.0 == neuron;
        let quiet = canvas.theme.quiet;
        let style = if is_here { canvas.theme.chosen } else { quiet };
        let name = self.layer_panel.label(neuron);
        let digits = layer.rows.to_string().len();
        let mut writer = canvas.line(line);
        writer.put(&format!("{name:>digits$}"), style);
        if writer.left() >= 10 {
            writer.put(" b ", quiet);
        } else if writer.left() > 2 {
            writer.put(" ", quiet);
        }
        let (x, room) = (writer.column(), writer.left());
        let value = layer.biases.get(neuron).copied().map_or(0.0, f64::from);
        let is_chosen = is_here && self.cursor.1 >= layer.columns;
        let scale = self.layer_panel.scales.biases;
        if room > 0 {
            Bias { value, scale, is_chosen }.draw(canvas, (x, line.y), room);
        }
    }

    /// Returns the neuron and the input at a cell: on a label, the bias; on merged pixels, the first of them.
    pub(super) fn under(&self, (x, y): (u16, u16)) -> Option<(usize, usize)> {
        let place = |nth: &usize| self.place(*nth).contains((x, y).into());
        let nth = (0..self.neurons.len()).find(place)?;
        let (area, neuron) = (self.place(nth), self.neurons[nth]);
        if y == area.y {
            return Some((neuron, self.layer_panel.layer.columns));
        }
        let line = usize::from(y - area.y - 1) * 2 * self.grid.shrink;
        let column = usize::from(x - area.x) * self.grid.shrink;
        let input = line.min(self.picture.0 - 1) * self.picture.1 + column.min(self.picture.1 - 1);
        Some((neuron, input))
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::{SheetGrid, shrunk};

    fn grid(width: u16, height: u16, neurons: usize) -> SheetGrid {
        SheetGrid::of(Rect::new(0, 0, width, height), (28, 28), neurons)
    }

    #[test]
    fn all_neurons_fit_with_the_largest_pixels_that_allow_it() {
        let two = grid(119, 34, 30);
        assert_eq!((two.shrink, two.across, two.down, two.cells), (2, 8, 4, (14, 7)));
        let four = grid(89, 15, 30);
        assert_eq!((four.shrink, four.across, four.down, four.pitch), (4, 10, 3, 9));
        let small = grid(78, 6, 30);
        assert_eq!((small.shrink, small.across, small.down), (7, 15, 2));
        assert!([two, four, small].iter().all(SheetGrid::shows_all));
        assert_eq!(grid(200, 60, 4).shrink, 1);
    }

    #[test]
    fn the_rows_of_fields_are_equally_long() {
        let three = grid(165, 24, 30);
        assert_eq!((three.across, three.down, three.rows()), (10, 3, 24));
        assert_eq!(grid(165, 24, 1).rows(), 15, "one neuron needs one row of fields");
    }

    #[test]
    fn if_not_even_the_smallest_fields_fit_some_of_them_are_shown() {
        let few = grid(20, 6, 300);
        assert_eq!((few.across, few.down, few.shows_all()), (4, 2, false));
        let none = grid(0, 0, 30);
        assert_eq!((none.across, none.down), (1, 1));
    }

    #[test]
    fn of_merged_pixels_the_one_furthest_from_zero_remains() {
        let picture = [0.1, -0.3, 0.0, 0.5, 0.2, 0.0, 0.0, -0.4, 1.0].into_iter();
        assert_eq!(shrunk(picture, (3, 3), 2), [0.5, 0.0, -0.4, 1.0]);
    }
}
