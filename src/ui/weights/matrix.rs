//! A layer as a matrix: a row for each neuron, a column for each input, the biases beside it.

use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use crate::app::WeightsView;
use crate::ui::canvas::{Canvas, row};
use crate::ui::number::number;
use crate::ui::ramps::sign_level;
use crate::ui::weights::sheet::{Scales, Sheet};
use crate::ui::widgets::Heatmap;

/// Cells of the neurons' numbers at the left.
const NAME: u16 = 4;
/// Cells of a weight that can hold its number.
const NUMBER: u16 = 7;

/// The part of a matrix that is in sight.
pub(super) struct Matrix<'s> {
    sheet: &'s Sheet<'s>,
    scales: Scales,
    /// The weights, without names and numbers around them.
    area: Rect,
    /// Cells across and half cells down of one weight.
    size: (u16, u16),
    /// The first neuron and the first input in sight.
    from: (usize, usize),
    /// How many of each are.
    shown: (usize, usize),
    cursor: (usize, usize),
}

impl<'s> Matrix<'s> {
    /// Fits as much as there is room for.
    pub(super) fn new(
        view: &WeightsView,
        sheet: &'s Sheet<'s>,
        (inner, scales): (Rect, Scales),
    ) -> Self {
        let (neurons, inputs) = (sheet.layer.rows, sheet.layer.columns);
        let room = (inner.width.saturating_sub(NAME + 2), inner.height.saturating_sub(1));
        let wide = (usize::from(room.0) / (inputs + 1)).clamp(1, 14) as u16;
        let high = match usize::from(room.1) / neurons {
            0 => 1,
            fit => 2 * fit.min(5) as u16,
        };
        let shown = (
            (usize::from(room.1) * 2 / usize::from(high)).min(neurons),
            (usize::from(room.0.saturating_sub(wide)) / usize::from(wide)).min(inputs),
        );
        let keep = |first: usize, at: usize, shown: usize, all: usize| {
            let first = if at < first { at } else { first.max((at + 1).saturating_sub(shown)) };
            first.min(all.saturating_sub(shown))
        };
        let first = if view.has_arrows {
            keep(view.scroll, view.neuron, shown.0, neurons)
        } else {
            view.scroll.min(neurons.saturating_sub(shown.0))
        };
        let from = (first, keep(0, view.input.min(inputs - 1), shown.1, inputs));
        let area = Rect {
            x: inner.x + NAME.min(inner.width),
            y: inner.y + 1.min(inner.height),
            width: (shown.1 as u16 * wide).min(inner.width.saturating_sub(NAME)),
            height: (shown.0 as u16 * high).div_ceil(2).min(room.1),
        };
        let cursor = (view.neuron, view.input);
        Self { sheet, scales, area, size: (wide, high), from, shown, cursor }
    }

    /// The first neuron in sight, and how many are.
    pub(super) fn seen(&self) -> (usize, usize) {
        (self.from.0, self.shown.0)
    }

    /// Where the biases are.
    fn biases(&self) -> Rect {
        Rect { x: self.area.right() + 1, width: self.size.0, ..self.area }
    }

    /// Draws it.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) {
        if self.area.is_empty() {
            return;
        }
        let (inputs, at) = (self.sheet.layer.columns, self.cursor);
        let weights = Heatmap {
            values: &self.sheet.layer.values,
            columns: inputs,
            scale: self.scales.weights,
            wide: self.size.0,
            high: self.size.1,
            from: self.from,
        };
        weights.draw(canvas, self.area, Some(at));
        let biases = Heatmap {
            values: &self.sheet.layer.biases,
            columns: 1,
            scale: self.scales.biases,
            from: (self.from.0, 0),
            ..weights
        };
        let cursor = (at.1 >= inputs).then_some((at.0, 0));
        biases.draw(canvas, self.biases(), cursor);
        self.draw_heads(canvas);
        self.draw_names(canvas);
        if self.size.0 >= NUMBER && self.size.1 >= 2 {
            self.draw_numbers(canvas);
        }
    }

    /// The numbers of the inputs above, or those of the first and the last.
    fn draw_heads(&self, canvas: &mut Canvas<'_>) {
        let (quiet, y) = (canvas.theme.quiet, self.area.y - 1);
        let wide = self.size.0;
        let every = if wide >= 4 { 1 } else { 5 };
        for nth in 0..self.shown.1 {
            let input = self.from.1 + nth + 1;
            if nth != 0 && !input.is_multiple_of(every) {
                continue;
            }
            let name = input.to_string();
            let x = self.area.x + nth as u16 * wide + wide.saturating_sub(name.len() as u16) / 2;
            let fits = x + name.len() as u16 <= self.area.right();
            if nth == 0 || (fits && canvas.is_blank((x.saturating_sub(1), y))) {
                canvas.text((x, y), name.len() as u16, &name, quiet);
            }
        }
        let bias = self.biases();
        canvas.text((bias.x + (wide - 1) / 2, y), 1, "b", quiet);
    }

    fn draw_names(&self, canvas: &mut Canvas<'_>) {
        let (quiet, chosen) = (canvas.theme.quiet, canvas.theme.chosen);
        for nth in 0..self.shown.0 {
            let half = nth as u16 * self.size.1;
            if half % 2 == 1 {
                continue;
            }
            let neuron = self.from.0 + nth;
            let style = if neuron == self.cursor.0 { chosen } else { quiet };
            let line = row(self.area, half / 2 + (self.size.1 / 2).saturating_sub(1) / 2);
            let names = Rect { x: self.area.x - NAME, width: NAME - 1, ..line };
            if line.height > 0 {
                canvas.text_right(names, &(neuron + 1).to_string(), style);
            }
        }
    }

    fn draw_numbers(&self, canvas: &mut Canvas<'_>) {
        let layer = &self.sheet.layer;
        for nth in 0..self.shown.0 {
            let neuron = self.from.0 + nth;
            let y = self.area.y
                + (nth as u16 * self.size.1) / 2
                + (self.size.1 / 2).saturating_sub(1) / 2;
            if y >= self.area.bottom() {
                break;
            }
            for column in 0..=self.shown.1 {
                let input = self.from.1 + column;
                let is_bias = column == self.shown.1;
                let (value, scale, x, k) = if is_bias {
                    let bias = layer.biases.get(neuron).copied();
                    (bias, self.scales.biases, self.biases().x, layer.columns)
                } else {
                    let value = layer.values.get(neuron * layer.columns + input).copied();
                    let x = self.area.x + column as u16 * self.size.0;
                    (value, self.scales.weights, x, input)
                };
                let Some(value) = value else { continue };
                let style = self.ink(canvas, (f64::from(value), scale), (neuron, k));
                let text = number(f64::from(value), usize::from(self.size.0) - 1);
                let left = (self.size.0.saturating_sub(text.len() as u16)) / 2;
                canvas.text((x + left, y), self.size.0, &text, style);
            }
        }
    }

    /// The colour of a number on the colour of its weight.
    fn ink(&self, canvas: &Canvas<'_>, (value, scale): (f64, f64), at: (usize, usize)) -> Style {
        if !canvas.theme.has_colours() || canvas.is_ascii() {
            return if at == self.cursor { canvas.theme.chosen } else { canvas.theme.text };
        }
        let level = sign_level(value, scale);
        let is_far = level.abs_diff(7) >= 4 || at == self.cursor;
        let ground = if at == self.cursor {
            canvas.theme.chosen.fg.unwrap_or(Color::Reset)
        } else {
            canvas.theme.signs[level]
        };
        let is_light = canvas.theme.is_light();
        let ink = match (is_far, is_light) {
            (true, false) | (false, true) => Color::Black,
            (true, true) | (false, false) => Color::White,
        };
        Style::new().fg(ink).bg(ground)
    }

    /// The neuron and the input under a cell.
    pub(super) fn under(&self, (x, y): (u16, u16)) -> Option<(usize, usize)> {
        let line = |y: u16| self.from.0 + usize::from((y - self.area.y) * 2 / self.size.1.max(1));
        if self.area.contains((x, y).into()) {
            let column = usize::from((x - self.area.x) / self.size.0.max(1));
            return Some((line(y), self.from.1 + column));
        }
        self.biases().contains((x, y).into()).then(|| (line(y), self.sheet.layer.columns))
    }
}
