//! The field of one neuron, as large as its pixels fit a panel as squares.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::number::number;
use crate::canvas::widgets::{FrameStyle, Heatmap, Panel, Tone, panel};
use crate::views::weights::layer_panel::{LayerPanel, WeightsContext};
use crate::views::weights::layout::within;

/// The field of the neuron under the cursor in one panel.
pub(super) struct LargeField<'s> {
    layer_panel: &'s LayerPanel<'s>,
    /// The area of the panel, frame included.
    area: Rect,
    /// Rows and columns of the picture.
    picture: (usize, usize),
    /// The width of a pixel in cells, and its height in half cells; 0 if there is no room.
    pixel: u16,
    neuron: usize,
}

impl<'s> LargeField<'s> {
    /// Lays the field out in the area of a panel; nothing if the neuron has no picture.
    pub(super) fn new(
        context: WeightsContext<'_>,
        layer_panel: &'s LayerPanel<'s>,
        area: Rect,
    ) -> Option<Self> {
        let picture = context.state.shared.field()?;
        let (high, wide) = (picture.0.min(1000) as u16, picture.1.min(1000) as u16);
        let neuron = context.state.shared.weight.neuron;
        let is_of_layer = layer_panel.layer.columns == picture.0 * picture.1;
        let inner = within(area);
        let pixel = (inner.width / wide.max(1)).min(inner.height.saturating_mul(2) / high.max(1));
        (is_of_layer && neuron < layer_panel.layer.rows).then_some(Self {
            layer_panel,
            area,
            picture,
            pixel,
            neuron,
        })
    }

    /// Returns whether every pixel has at least one cell across.
    pub(super) fn has_room(&self) -> bool {
        self.pixel > 0
    }

    /// Returns the area of the pixels, in the middle of the panel.
    fn pixels(&self) -> Rect {
        let inner = within(self.area);
        let width = self.picture.1 as u16 * self.pixel;
        let height = (self.picture.0 as u16 * self.pixel).div_ceil(2);
        let x = inner.x + inner.width.saturating_sub(width) / 2;
        let y = inner.y + inner.height.saturating_sub(height) / 2;
        Rect { x, y, width, height }.intersection(inner)
    }

    /// Draws the field with its frame.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, context: WeightsContext<'_>) {
        let Self { layer_panel, neuron, .. } = *self;
        let mark = canvas.letter(crate::canvas::glyphs::mark(layer_panel.arm));
        let name = format!("{mark} {}", layer_panel.name);
        let of = format!(" neuron {}", layer_panel.label(neuron));
        let bias = layer_panel.layer.biases.get(neuron).map(|bias| f64::from(*bias));
        let bias = bias.map_or(String::new(), |bias| format!("b {}", number(bias, 6)));
        let title = [(name.as_str(), layer_panel.tone()), (of.as_str(), Tone::Strong)];
        let note = [(bias.as_str(), Tone::Text)];
        let frame = FrameStyle::Ruled;
        panel(canvas, self.area, &Panel { frame, title: &title, note: &note, chosen: None });
        let map = Heatmap {
            field: layer_panel.picture(neuron, self.picture),
            scale: context.scales.weights,
            wide: self.pixel,
            high: self.pixel,
            from: (0, 0),
        };
        let input = context.state.shared.weight.input;
        let cursor = (input < layer_panel.layer.columns)
            .then(|| (input / self.picture.1, input % self.picture.1));
        map.draw(canvas, self.pixels(), cursor);
    }

    /// Returns the neuron and the input at a cell.
    pub(super) fn under(&self, at: (u16, u16)) -> Option<(usize, usize)> {
        let pixels = self.pixels();
        if self.pixel == 0 || !pixels.contains(at.into()) {
            return None;
        }
        let column = usize::from((at.0 - pixels.x) / self.pixel).min(self.picture.1 - 1);
        let row = usize::from((at.1 - pixels.y) * 2 / self.pixel).min(self.picture.0 - 1);
        Some((self.neuron, row * self.picture.1 + column))
    }
}
