//! The field of one neuron, as large as its pixels fit an area as squares.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::number::short;
use crate::canvas::row;
use crate::canvas::widgets::Heatmap;
use crate::views::weights::bias::Bias;
use crate::views::weights::layer_panel::{LayerPanel, WeightsContext};
use crate::views::weights::sheet::field_cells;

/// The field of the neuron under the cursor in one panel.
pub(super) struct LargeField<'s> {
    layer_panel: &'s LayerPanel<'s>,
    /// The area, with a row for the label at its top.
    area: Rect,
    /// Rows and columns of the picture.
    picture: (usize, usize),
    /// The width of a pixel in cells, and its height in half cells; 0 if there is no room.
    pixel: u16,
    neuron: usize,
    /// The selected input.
    input: usize,
}

impl<'s> LargeField<'s> {
    /// Lays the field out in an area; nothing if the arm has no such neuron, or if its inputs are no picture.
    pub(super) fn new(
        context: WeightsContext<'_>,
        layer_panel: &'s LayerPanel<'s>,
        area: Rect,
    ) -> Option<Self> {
        let picture = context.state.shared.field()?;
        let (wide, high) = field_cells(picture, 1);
        let (neuron, input) =
            (context.state.shared.weight.neuron, context.state.shared.weight.input);
        let is_of_layer = layer_panel.layer.columns == picture.0 * picture.1;
        let pixel = (area.width / wide.max(1)).min(area.height.saturating_sub(1) / high.max(1));
        (is_of_layer && neuron < layer_panel.layer.rows).then_some(Self {
            layer_panel,
            area,
            picture,
            pixel,
            neuron,
            input,
        })
    }

    /// Returns whether every pixel has at least one cell across.
    pub(super) fn has_room(&self) -> bool {
        self.pixel > 0
    }

    /// Returns the area of the pixels, in the middle of the columns under the label.
    fn pixels(&self) -> Rect {
        let (x, y) = (self.area.x, self.area.y.saturating_add(1));
        let width = (self.picture.1.min(1000) as u16).saturating_mul(self.pixel);
        let height = (self.picture.0.min(1000) as u16).saturating_mul(self.pixel).div_ceil(2);
        let x = x + self.area.width.saturating_sub(width) / 2;
        Rect { x, y, width, height }.intersection(self.area)
    }

    /// Draws the label and the field.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) {
        let (pixels, line) = (self.pixels(), row(self.area, 0));
        let x = pixels.x.max(line.x);
        self.draw_label(canvas, Rect { x, width: line.right().saturating_sub(x), ..line });
        let map = Heatmap {
            field: self.layer_panel.picture(self.neuron, self.picture),
            scale: self.layer_panel.scales.chosen,
            wide: self.pixel,
            high: self.pixel,
            from: (0, 0),
        };
        let is_pixel = self.input < self.layer_panel.layer.columns;
        let cursor = is_pixel.then(|| (self.input / self.picture.1, self.input % self.picture.1));
        map.draw(canvas, pixels, cursor);
    }

    /// Draws the name of the neuron, its bias, and the end of the scale of the field.
    fn draw_label(&self, canvas: &mut Canvas<'_>, line: Rect) {
        let (chosen, quiet) = (canvas.theme.chosen, canvas.theme.quiet);
        let layer = &self.layer_panel.layer;
        let noun = if self.layer_panel.classes.is_empty() { "neuron" } else { "output" };
        let mut writer = canvas.line(line);
        writer.put(&format!("{noun} {}", self.layer_panel.label(self.neuron)), chosen);
        writer.put("  b ", quiet);
        let (x, room) = (writer.column(), writer.left());
        let value = layer.biases.get(self.neuron).copied().map_or(0.0, f64::from);
        let bias = Bias {
            value,
            scale: self.layer_panel.scales.biases,
            is_chosen: self.input >= layer.columns,
        };
        let x = if room > 0 { bias.draw(canvas, (x, line.y), room) } else { x };
        let rest = Rect { x, width: line.right().saturating_sub(x), ..line };
        let scale = format!("  ±{}", short(self.layer_panel.scales.chosen));
        canvas.line(rest).put_whole(&scale, quiet);
    }

    /// Returns the neuron and the input at a cell; the label is that of the bias.
    pub(super) fn under(&self, at: (u16, u16)) -> Option<(usize, usize)> {
        let pixels = self.pixels();
        if row(self.area, 0).contains(at.into()) {
            return Some((self.neuron, self.layer_panel.layer.columns));
        }
        if self.pixel == 0 || !pixels.contains(at.into()) {
            return None;
        }
        let column = usize::from((at.0 - pixels.x) / self.pixel).min(self.picture.1 - 1);
        let row = usize::from((at.1 - pixels.y) * 2 / self.pixel).min(self.picture.0 - 1);
        Some((self.neuron, row * self.picture.1 + column))
    }
}
