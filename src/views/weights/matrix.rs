//! A layer as a matrix: a row for each neuron, a column for each input, the biases beside it.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::canvas::number::number;
use crate::canvas::ramps::{readable_on, sign_level};
use crate::canvas::widgets::{Heatmap, ValueGrid};
use crate::canvas::{Canvas, row, squeezed};
use crate::views::weights::layer_panel::{ColourScales, LayerPanel, WeightsContext};
use crate::views::weights::state::filling_panel;

/// The least and the most cells of the neurons' names at the left, including a gap.
const NAME: (u16, u16) = (4, 11);
/// The most cells across and rows of a weight.
const LARGE: (usize, usize) = (14, TALL as usize);
/// The most rows of a weight.
const TALL: u16 = 5;
/// The same if the matrix fills the view.
const LARGEST: (usize, usize) = (40, 12);
/// The cells of a weight that is wide enough for its number.
const NUMBER: u16 = 7;

/// The cells of a weight that is wide enough for brackets.
const BRACKETS: u16 = 4;

/// The visible part of a matrix.
pub(super) struct Matrix<'s> {
    layer_panel: &'s LayerPanel<'s>,
    /// The names of the inputs; empty if they have none.
    input_names: &'s [String],
    scales: ColourScales,
    /// The weights, without names and numbers around them.
    area: Rect,
    /// The cells of the names at its left.
    name: u16,
    /// The width in cells and the height in half cells of one weight.
    size: (u16, u16),
    /// The first visible neuron and the first visible input.
    from: (usize, usize),
    /// The number of visible neurons and inputs.
    shown: (usize, usize),
    cursor: (usize, usize),
}

/// The cells of a column from which it is headed by the name of its input.
const NAMED: u16 = 7;

impl<'s> Matrix<'s> {
    /// Fits as much of a matrix into an area as there is room for.
    pub(super) fn new(
        context: WeightsContext<'s>,
        layer_panel: &'s LayerPanel<'s>,
        inner: Rect,
    ) -> Self {
        let WeightsContext { state, scales, .. } = context;
        let (neurons, inputs) = (layer_panel.layer.rows, layer_panel.layer.columns);
        let longest =
            layer_panel.classes.iter().map(|class| class.chars().count()).max().unwrap_or(0);
        let name =
            (longest.min(99) as u16 + 1).clamp(NAME.0, NAME.1.min(inner.width / 4).max(NAME.0));
        let room = (inner.width.saturating_sub(name + 2), inner.height.saturating_sub(1));
        let most = if filling_panel(state).is_some() { LARGEST } else { LARGE };
        let wide = (usize::from(room.0) / (inputs + 1)).clamp(1, most.0) as u16;
        let high = match usize::from(room.1) / neurons {
            0 => 1,
            fit => 2 * fit.min(most.1) as u16,
        };
        let shown = (
            (usize::from(room.1) * 2 / usize::from(high)).min(neurons),
            (usize::from(room.0.saturating_sub(wide)) / usize::from(wide)).min(inputs),
        );
        let keep = |first: usize, at: usize, shown: usize, all: usize| {
            let first = if at < first { at } else { first.max((at + 1).saturating_sub(shown)) };
            first.min(all.saturating_sub(shown))
        };
        let first = if state.shared.cursor_focused {
            keep(state.view.scroll, state.shared.weight.neuron, shown.0, neurons)
        } else {
            state.view.scroll.min(neurons.saturating_sub(shown.0))
        };
        let from = (first, keep(0, state.shared.weight.input.min(inputs - 1), shown.1, inputs));
        let area = Rect {
            x: inner.x + name.min(inner.width),
            y: inner.y + 1.min(inner.height),
            width: (shown.1 as u16 * wide).min(inner.width.saturating_sub(name)),
            height: (shown.0 as u16 * high).div_ceil(2).min(room.1),
        };
        let cursor = (state.shared.weight.neuron, state.shared.weight.input);
        let facts = state.shared.history.facts.as_deref();
        let names = facts.filter(|_| state.shared.weight.layer == 0);
        let input_names = names.map_or(&[][..], |facts| &facts.inputs[..]);
        let size = (wide, high);
        Self { layer_panel, input_names, scales, area, name, size, from, shown, cursor }
    }

    /// Returns the first visible neuron and the number of visible ones.
    pub(super) fn visible(&self) -> (usize, usize) {
        (self.from.0, self.shown.0)
    }

    /// Returns the visible inputs, if not all of them are.
    pub(super) fn visible_inputs(&self) -> Option<Range<usize>> {
        let inputs = self.from.1..self.from.1 + self.shown.1;
        (inputs.len() < self.layer_panel.layer.columns).then_some(inputs)
    }

    /// Returns the rows that a matrix uses of `room`, including the numbers of its inputs.
    pub(super) fn rows(neurons: usize, room: u16) -> u16 {
        let neurons = neurons.clamp(1, 1000) as u16;
        match room.saturating_sub(1) / neurons {
            0 => neurons.div_ceil(2).saturating_add(1).min(room),
            fit => neurons * fit.min(TALL) + 1,
        }
    }

    /// Returns the area of the biases.
    fn biases(&self) -> Rect {
        Rect { x: self.area.right() + 1, width: self.size.0, ..self.area }
    }

    /// Draws the matrix.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) {
        if self.area.is_empty() {
            return;
        }
        let (inputs, at) = (self.layer_panel.layer.columns, self.cursor);
        let weights = Heatmap {
            field: self.layer_panel.matrix(),
            scale: self.scales.weights,
            wide: self.size.0,
            high: self.size.1,
            from: self.from,
        };
        // On a wide weight the cursor is a pair of brackets, so that its colour stays visible.
        let is_bracketed = self.size.0 >= BRACKETS && canvas.theme.has_colours();
        weights.draw(canvas, self.area, Some(at).filter(|_| !is_bracketed));
        let biases = Heatmap {
            field: ValueGrid::in_rows(&self.layer_panel.layer.biases, 1),
            scale: self.scales.biases,
            from: (self.from.0, 0),
            ..weights
        };
        let cursor = (at.1 >= inputs && !is_bracketed).then_some((at.0, 0));
        biases.draw(canvas, self.biases(), cursor);
        self.draw_heads(canvas);
        self.draw_names(canvas);
        if self.size.0 >= NUMBER && self.size.1 >= 2 {
            self.draw_numbers(canvas);
        }
        if is_bracketed {
            self.draw_brackets(canvas);
        }
    }

    /// Draws the brackets of the weight under the cursor, in the colour of the chosen element.
    fn draw_brackets(&self, canvas: &mut Canvas<'_>) {
        let (neuron, input) = self.cursor;
        if neuron < self.from.0 || neuron >= self.from.0 + self.shown.0 {
            return;
        }
        let x = if input >= self.layer_panel.layer.columns {
            self.biases().x
        } else if input >= self.from.1 && input < self.from.1 + self.shown.1 {
            self.area.x + (input - self.from.1) as u16 * self.size.0
        } else {
            return;
        };
        let y = self.area.y + (neuron - self.from.0) as u16 * self.size.1 / 2;
        let bottom = (y + (self.size.1 / 2).max(1)).min(self.area.bottom());
        let chosen = canvas.theme.chosen.add_modifier(Modifier::BOLD);
        let style = Style { bg: None, ..chosen };
        let ascii = ('[', ']');
        for y in y..bottom {
            let is_whole = self.size.1 >= 2;
            let left = if is_whole { ('▌', ascii.0) } else { ('[', ascii.0) };
            let right = if is_whole { ('▐', ascii.1) } else { (']', ascii.1) };
            canvas.put((x, y), left, style);
            canvas.put((x + self.size.0 - 1, y), right, style);
        }
    }

    /// Draws the numbers of the inputs above, or every fifth if they are narrow.
    fn draw_heads(&self, canvas: &mut Canvas<'_>) {
        let (quiet, y) = (canvas.theme.quiet, self.area.y - 1);
        let wide = self.size.0;
        let every = if wide >= 4 { 1 } else { 5 };
        for nth in 0..self.shown.1 {
            let input = self.from.1 + nth + 1;
            if nth != 0 && !input.is_multiple_of(every) {
                continue;
            }
            let name = self.input_names.get(input - 1).filter(|_| wide >= NAMED);
            let name = name.map_or_else(
                || input.to_string(),
                |name| squeezed(name, usize::from(wide) - 1).into_owned(),
            );
            let width = canvas.width(&name);
            let x = self.area.x + nth as u16 * wide + wide.saturating_sub(width) / 2;
            let fits = x + width <= self.area.right();
            if nth == 0 || (fits && canvas.is_blank((x.saturating_sub(1), y))) {
                canvas.text((x, y), width, &name, quiet);
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
            let names = Rect { x: self.area.x - self.name, width: self.name - 1, ..line };
            if line.height > 0 {
                canvas.text_right(names, &self.layer_panel.label(neuron), style);
            }
        }
    }

    fn draw_numbers(&self, canvas: &mut Canvas<'_>) {
        let layer = &self.layer_panel.layer;
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
                    let value = layer.value(neuron, input);
                    let x = self.area.x + column as u16 * self.size.0;
                    (value, self.scales.weights, x, input)
                };
                let Some(value) = value else { continue };
                let style = self.ink(canvas, sign_level(f64::from(value), scale), (neuron, k));
                // The ends of the cell under the cursor hold its brackets.
                let taken = if (neuron, k) == self.cursor { 2 } else { 1 };
                let text = number(f64::from(value), usize::from(self.size.0) - taken);
                let left = (self.size.0.saturating_sub(canvas.width(&text))).div_ceil(2);
                canvas.text((x + left, y), self.size.0, &text, style);
            }
        }
    }

    /// Returns the style of a number on the colour of its weight, by the level of that colour.
    fn ink(&self, canvas: &Canvas<'_>, level: usize, at: (usize, usize)) -> Style {
        if !canvas.theme.has_colours() || canvas.is_ascii() {
            return if at == self.cursor { canvas.theme.chosen } else { canvas.theme.text };
        }
        let is_solid = at == self.cursor && self.size.0 < BRACKETS;
        let background = if is_solid {
            canvas.theme.chosen.fg.unwrap_or(Color::Reset)
        } else {
            canvas.theme.signs[level]
        };
        match canvas.theme.background {
            // The background of the theme has more contrast than any colour of the matrix.
            Some(of_theme) if canvas.is_presenting && !is_solid => of_theme,
            _ => Style::new().fg(readable_on(background)).bg(background),
        }
    }

    /// Returns the neuron and the input at a cell.
    pub(super) fn under(&self, (x, y): (u16, u16)) -> Option<(usize, usize)> {
        let line = |y: u16| self.from.0 + usize::from((y - self.area.y) * 2 / self.size.1.max(1));
        if self.area.contains((x, y).into()) {
            let column = usize::from((x - self.area.x) / self.size.0.max(1));
            return Some((line(y), self.from.1 + column));
        }
        self.biases().contains((x, y).into()).then(|| (line(y), self.layer_panel.layer.columns))
    }
}
