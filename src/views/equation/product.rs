//! All weights of the neuron at once: the same sums as one matrix product, drawn as heatmaps.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::number::{count, grown, short};
use crate::canvas::ramps::SIGN_LEVELS;
use crate::canvas::widgets::{Heatmap, ValueGrid, sign_bar};
use crate::views::equation::context::EquationContext;
use crate::views::equation::formula;
use crate::views::equation::lines::{line, wrapped};

/// The width in cells of the colours and their ends.
const COLOURS: u16 = SIGN_LEVELS as u16 + 4;
/// The width in cells from which the words are drawn beside the maps.
const BROAD: u16 = 110;
/// The least width in cells in which the words can be read beside the maps.
const STRIP: u16 = 40;
/// The least useful height of the maps: the mark above, four lines of a map, and the label.
pub(super) const LEAST: u16 = 6;

/// Returns the number of lines of the product.
pub(super) fn height(context: &EquationContext<'_>, width: u16) -> u16 {
    let k = context.arm.w.len().min(24) as u16;
    let m = context.arm.visible_rows.len().min(24) as u16;
    let maps = k.max(m).div_ceil(2).max(2) + 2;
    let words = word_lines(context);
    if width < BROAD { maps + 1 + words } else { maps.max(words) }
}

/// Returns the number of lines of text beside or under the maps.
fn word_lines(context: &EquationContext<'_>) -> u16 {
    5 + u16::from(context.arm.neuron.1 > 1)
}

/// Draws as much as fits of Xᵀ · (σ(z) − y) / m = ∂C/∂w.
pub(super) fn draw(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect) {
    if area.height < 4 || context.arm.w.is_empty() || context.arm.visible_rows.is_empty() {
        draw_words(canvas, context, area);
        return;
    }
    // The words are drawn beside the maps, or below them if there is room for both.
    let most = context.arm.w.len().max(context.arm.visible_rows.len()) as u16;
    let needed = most.div_ceil(2).clamp(2, 5) + 2;
    let all = word_lines(context);
    let beside = ProductMaps::new(context, area, area.height.saturating_sub(2)).width_beside();
    let has_room_below = area.height > needed + all;
    let is_broad = area.width >= BROAD && (beside >= STRIP || !has_room_below);
    let words = if is_broad { 0 } else { area.height.saturating_sub(needed).min(all + 1) };
    let maps = ProductMaps::new(context, area, area.height.saturating_sub(2 + words));
    let (right, foot) = maps.draw(canvas);
    // The maps leave more than that free on the right of the mark of a row.
    let end = if is_broad { right.saturating_sub(2) } else { area.right() };
    let x = end.saturating_sub(COLOURS).max(area.x);
    sign_bar(
        canvas,
        Rect { x, width: COLOURS.min(area.right() - x), height: 1, ..area },
        ["−", "+"],
    );
    let words = if is_broad {
        Rect { x: right, width: area.right().saturating_sub(right), ..area }
    } else {
        let y = foot + 1 + u16::from(words > all);
        let height = area.bottom().saturating_sub(y);
        Rect { y, height: if words == 0 { 0 } else { height }, ..area }
    };
    draw_words(canvas, context, words);
}

/// The maps of the matrices: which part of them is drawn, and how large.
struct ProductMaps<'s, 'a> {
    context: &'s EquationContext<'a>,
    area: Rect,
    /// The visible inputs and rows, counted among those received.
    inputs: Range<usize>,
    rows: Range<usize>,
    /// The width in cells and the height in half cells of each number.
    each: (u16, u16),
}

impl<'s, 'a> ProductMaps<'s, 'a> {
    /// Creates maps as large as fits into `lines` lines.
    fn new(context: &'s EquationContext<'a>, area: Rect, lines: u16) -> Self {
        let (k, m) = (context.arm.w.len(), context.arm.visible_rows.len());
        let halves = usize::from(lines) * 2;
        let (few_k, few_m) = (k.min(halves), m.min(halves));
        let high = (halves / few_k.max(few_m).max(1)).clamp(1, 6) as u16;
        let wide = (area.width.saturating_sub(52) / few_m.max(1) as u16).clamp(1, 2 * high);
        let around = |at: usize, few: usize, all: usize| {
            let first = at.min(all - 1).saturating_sub(few / 2).min(all - few);
            first..first + few
        };
        let row = context.arm.row.saturating_sub(context.arm.first_row);
        Self {
            inputs: around(Self::input(context), few_k, k),
            rows: around(row, few_m, m),
            context,
            area,
            each: (wide, high),
        }
    }

    /// Returns about how many cells the maps and their labels leave free beside them.
    fn width_beside(&self) -> u16 {
        let matrix = (self.rows.len() as u16 * self.each.0).max(22);
        self.area.width.saturating_sub(matrix + 56)
    }

    /// Returns the index of j among the received inputs.
    fn input(context: &EquationContext<'_>) -> usize {
        context.arm.input.0.saturating_sub(context.arm.first_input)
    }

    /// Returns the line in the middle of a number's cells.
    fn middle(&self, nth: usize) -> u16 {
        (2 * nth as u16 + 1) * self.each.1 / 4
    }

    /// Draws the product from the left; returns the column after it and the line under it.
    fn draw(&self, canvas: &mut Canvas<'_>) -> (u16, u16) {
        let (context, area, (wide, high)) = (self.context, self.area, self.each);
        let top = area.y + 1;
        let (text, pink) = (canvas.theme.text, canvas.theme.chosen);
        let lines = |count: usize| (count as u16 * high).div_ceil(2);
        let rows = &context.arm.visible_rows[self.rows.clone()];
        let x: Vec<f32> =
            self.inputs.clone().flat_map(|k| rows.iter().map(move |row| row.x[k] as f32)).collect();
        let deltas: Vec<f32> = rows.iter().map(|row| row.delta as f32).collect();
        let gradient = context.arm.gradient[self.inputs.clone()].iter();
        let gradient: Vec<f32> = gradient.map(|g| *g as f32).collect();
        let matrix = Rect {
            x: area.x + 3,
            y: top,
            width: rows.len() as u16 * wide,
            height: lines(self.inputs.len()),
        };
        let scale = map(canvas, ValueGrid::in_rows(&x, rows.len()), matrix, self.each);
        let input = Some(Self::input(context)).filter(|input| self.inputs.contains(input));
        let input = input.map(|input| self.middle(input - self.inputs.start));
        let row = context.arm.row.saturating_sub(context.arm.first_row) - self.rows.start;
        if let Some(line) = input {
            canvas.put((matrix.x - 2, matrix.y + line), ('▸', '>'), pink);
        }
        let column = matrix.x + row as u16 * wide + (wide - 1) / 2;
        canvas.put((column, matrix.y - 1), ('▾', 'v'), pink);
        let name = if context.arm.layer.0 == 0 { "Xᵀ" } else { "Aᵀ" };
        let (k, all) = (count(context.arm.input.1 as u64), count(context.equation.rows as u64));
        let m = formula::average(context).trim_start_matches("1/");
        let label = format!("{name} k×{m} = {k}×{all}, ±{}", end(scale));
        self.write(canvas, (matrix.x, matrix.bottom()), &label);

        let at = matrix.right().max(matrix.x + canvas.width(&label).max(22)) + 1;
        canvas.text((at, top), 1, "·", text);
        let thick = wide.clamp(2, 4);
        let column = Rect { x: at + 3, y: top, width: thick, height: lines(rows.len()) };
        let scale = map(canvas, ValueGrid::in_rows(&deltas, 1), column, (thick, high));
        canvas.put((column.x - 1, column.y + self.middle(row)), ('▸', '>'), pink);
        let label = format!("{} {m}×1, ±{}", error(context), end(scale));
        self.write(canvas, (column.x, column.bottom()), &label);

        let at = canvas.text((column.x + 13, top), 8, &format!("/ {m}   ="), text) + 3;
        let result = Rect { x: at, y: top, width: thick, height: lines(self.inputs.len()) };
        let scale = map(canvas, ValueGrid::in_rows(&gradient, 1), result, (thick, high));
        if let Some(line) = input {
            canvas.put((result.x - 1, result.y + line), ('▸', '>'), pink);
        }
        let label = format!("{} k×1, ±{}", result_name(context), end(scale));
        self.write(canvas, (result.x, result.bottom()), &label);
        (at + canvas.width(&label).max(18) + 4, matrix.bottom().max(column.bottom()))
    }

    fn write(&self, canvas: &mut Canvas<'_>, (x, y): (u16, u16), words: &str) {
        let quiet = canvas.theme.quiet;
        canvas.text((x, y), self.area.right().saturating_sub(x), words, quiet);
    }
}

/// Returns the name of the factor beside Xᵀ.
fn error(context: &EquationContext<'_>) -> &'static str {
    match (context.has_own_delta(), context.has_sigmoid()) {
        _ if context.leaves_slope_out() => "∂C/∂a",
        (true, _) => "δ",
        (false, true) => "σ(z)−y",
        (false, false) => "a−y",
    }
}

/// Returns the name of the product.
fn result_name(context: &EquationContext<'_>) -> &'static str {
    match (context.leaves_slope_out(), context.facts.lambda > 0.0) {
        (true, _) => "rule for w",
        // The table has the line of the L2 term.
        (false, true) => "data ∂C/∂w",
        (false, false) => "∂C/∂w",
    }
}

/// Formats the end of a scale, which is 1, 2 or 5 × 10ⁿ.
fn end(scale: f64) -> String {
    if scale < 1e-4 { format!("{scale:.0e}").replace('-', "−") } else { short(scale) }
}

/// Draws a map; returns the value at which its colours end.
fn map(canvas: &mut Canvas<'_>, field: ValueGrid<'_>, area: Rect, (wide, high): (u16, u16)) -> f64 {
    let most = field.values.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
    let scale = grown(f64::from(most).max(1e-12));
    Heatmap { field, scale, wide, high, from: (0, 0) }.draw(canvas, area, None);
    scale
}

/// Returns the same product for all neurons of the layer, unless the neuron is the only one.
fn whole_layer(context: &EquationContext<'_>) -> Option<String> {
    let (_, neurons) = context.arm.neuron;
    if neurons == 1 {
        return None;
    }
    let [all, k, m] =
        [neurons, context.arm.input.1, context.equation.rows].map(|n| count(n as u64));
    let factor = if context.leaves_slope_out() { "∂C/∂a" } else { "δ" };
    Some(format!("The whole layer, {all} neurons: {k}×{m} · {factor} {m}×{all} = {k}×{all}."))
}

fn draw_words(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect) {
    let (text, quiet) = (canvas.theme.text, canvas.theme.quiet);
    let m = formula::average(context).trim_start_matches("1/");
    let (k, rows) = (count(context.arm.input.1 as u64), count(context.equation.rows as u64));
    let matrix = if context.arm.layer.0 == 0 { "X" } else { "A" };
    let error = match error(context) {
        own @ ("δ" | "∂C/∂a") => own.to_owned(),
        difference => format!("({difference})"),
    };
    let result = result_name(context);
    // If not all of it fits, the shapes are the most useful part.
    let skipped = usize::from(area.height < 4);
    let lines = [
        (format!("{matrix} has a row per example, a column per input."), text),
        (
            format!(
                "z = {matrix}·w + b is {rows}×{k} · {k}×1 + b = {rows}×1: a number per example."
            ),
            text,
        ),
        (format!("{result} = {matrix}ᵀ·{error}/{m} is {k}×{rows} · {rows}×1 = {k}×1:"), text),
        ("its entry j is the mean in the table.".to_owned(), text),
        (whole_layer(context).unwrap_or_default(), text),
        (
            if context.arm.layer.1 == 1 {
                "In a deeper net the last hidden layer’s a replaces x.".to_owned()
            } else if context.arm.layer.0 == 0 {
                "In the layers after, a of the layer before replaces x.".to_owned()
            } else {
                "Here a of the layer before has taken the place of x.".to_owned()
            },
            quiet,
        ),
    ];
    let mut y = 0;
    let said = lines.into_iter().filter(|(words, _)| !words.is_empty());
    for (words, style) in said.skip(skipped) {
        for words in wrapped(canvas, &words, area.width) {
            let here = line(area, y);
            if here.height > 0 {
                canvas.text((here.x, here.y), here.width, &words, style);
            }
            y += 1;
        }
    }
}
