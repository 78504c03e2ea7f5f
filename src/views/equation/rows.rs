//! The mini-batch row by row, its sum and its mean, and the checks of them.

mod checks;
mod columns;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::number::{count, number, short};
use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, ColourDepth, DrawnPart, below, inset};
use crate::views::equation::Symbol;
use crate::views::equation::context::EquationContext;
use crate::views::equation::formula::{highlight, tone};
use crate::views::equation::lines::line;
use crate::views::equation::number_text::{counted, six};
use crate::views::equation::rows::columns::{EquationColumn, NUMBER, columns, page};

/// Lines of the table besides its rows and the checks: head, weights, rule, sum, mean.
const BESIDES: u16 = 5;

/// The title before the name of the arm, and the cells that the frame takes there.
const BY_ROW: &str = "row by row: ";
const EDGES: u16 = 8;

/// The mark of inputs that are not shown.
const MORE: (char, char) = ('…', '~');

/// The least number of rows: to show them, lines around them are left out if room is scarce.
const LEAST: u16 = 4;

/// Returns the number of lines of the table with all its rows.
pub(super) fn height(context: &EquationContext<'_>) -> u16 {
    context.equation.rows.min(200) as u16 + BESIDES + checks::lines(context)
}

/// Returns the least useful number of lines of the table.
pub(super) fn least_height(context: &EquationContext<'_>) -> u16 {
    (context.equation.rows.min(200) as u16).min(LEAST) + BESIDES + checks::lines(context)
}

/// Returns the number of lines that a step adds.
pub(super) fn lines_of_a_step(context: &EquationContext<'_>) -> u16 {
    2 - checks::step_effect_lines(context)
}

/// Draws the table with its frame.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    context: &EquationContext<'_>,
    area: Rect,
    frame: FrameStyle,
) {
    let (m, n) = (context.equation.rows as u64, context.equation.examples as u64);
    let rows = if m == n {
        format!("n = {}", counted(context.equation.rows, "row"))
    } else {
        format!("m = {} of n = {}", count(m), count(n))
    };
    // The name of the arm takes precedence.
    let longer = format!("{rows}, k = {}", counted(context.arm.input.1, "input"));
    let title = canvas.width(BY_ROW) + canvas.width(&context.facts.name);
    let rows = if title + canvas.width(&longer) + EDGES <= area.width { longer } else { rows };
    let what = Panel {
        frame,
        title: &[(BY_ROW, Tone::Strong), (&context.facts.name, Tone::Arm(context.shared.arm))],
        note: &[(&rows, Tone::Quiet)],
        chosen: None,
    };
    // The least useful content is a row between its head and the mean.
    let inner = if area.height < 4 { inset(area, 2) } else { inset(panel(canvas, area, &what), 1) };
    if inner.height < 2 {
        return;
    }
    let columns = columns(context, inner.width);
    let needed: u16 = NUMBER + columns.iter().map(|column| column.width(context)).sum::<u16>();
    let spare = (inner.width.saturating_sub(needed) / columns.len().max(1) as u16).min(5);
    let table = RowTable { context, columns: &columns, area: inner, spare };
    table.draw(canvas);
}

/// Returns the chosen row as text; of its inputs only the chosen one.
pub(super) fn text(context: &EquationContext<'_>) -> Option<String> {
    let row = context.row()?;
    let mut columns = columns(context, u16::MAX);
    columns.retain(|column| {
        !matches!(column, EquationColumn::X(_)) || column.symbol(context).is_some()
    });
    let of_column = |column: &EquationColumn| {
        let cells = usize::from(column.width(context)) - 1;
        Some(format!("{} {}", column.head(context), cell(*column, column.of(row)?, cells)))
    };
    let cells: Vec<String> = columns.iter().filter_map(of_column).collect();
    Some(format!("row {}: {}", count(context.arm.row as u64 + 1), cells.join(", ")))
}

/// Returns the divisor that turns a sum into a mean.
pub(super) fn divided(context: &EquationContext<'_>) -> String {
    format!("÷ {}", count(context.equation.rows as u64))
}

struct RowTable<'s, 'a> {
    context: &'s EquationContext<'a>,
    columns: &'s [EquationColumn],
    area: Rect,
    /// The cells that every column has beyond its need.
    spare: u16,
}

/// The number of lines of each kind that fit.
#[derive(Clone, Copy)]
struct LineBudget {
    weights: u16,
    rows: u16,
    rule: u16,
    sum: u16,
}

impl LineBudget {
    /// Allots the lines. If room is scarce, the rule is left out first, then the checks, then the
    /// weights, and last the sum; the mean stays.
    fn of(context: &EquationContext<'_>, height: u16) -> Self {
        let checks = checks::lines(context);
        let received = context.arm.visible_rows.len() as u16;
        let least = received.min(LEAST);
        let kept = [(1, 1, 1, checks), (1, 0, 1, checks), (1, 0, 1, 0), (0, 0, 1, 0), (0, 0, 0, 0)];
        let lines = kept.map(|(weights, rule, sum, checks)| {
            let rows = height.saturating_sub(2 + weights + rule + sum + checks).min(received);
            Self { weights, rows, rule, sum }
        });
        let enough = lines.into_iter().find(|lines| lines.rows >= least);
        let some = || lines.into_iter().skip(2).find(|lines| lines.rows >= least.min(2));
        enough.or_else(some).unwrap_or(lines[lines.len() - 1])
    }
}

impl RowTable<'_, '_> {
    fn draw(&self, canvas: &mut Canvas<'_>) {
        let context = self.context;
        let lines = LineBudget::of(context, self.area.height);
        self.draw_head(canvas, line(self.area, 0));
        if lines.weights > 0 {
            self.draw_weights(canvas, line(self.area, 1));
        }
        // Rows are paged, so that choosing a row moves nothing else.
        let rows = usize::from(lines.rows);
        let first = page(context.arm.row, rows, context.equation.rows);
        let first =
            first.saturating_sub(context.arm.first_row).min(context.arm.visible_rows.len() - rows);
        let top = 1 + lines.weights;
        for nth in 0..rows {
            let index = context.arm.first_row + first + nth;
            self.draw_row(canvas, line(self.area, usize::from(top) + nth), index);
        }
        let under = below(self.area, top + lines.rows);
        let drawn = context.arm.first_row + first..context.arm.first_row + first + rows;
        if lines.rule > 0 && rows < context.equation.rows {
            let all = count(context.equation.rows as u64);
            let words = format!("rows {}–{} of {all}", drawn.start + 1, drawn.end);
            let quiet = canvas.theme.quiet;
            canvas.text((under.x, under.y), 24, &words, quiet);
        }
        self.draw_sums(canvas, under, lines);
        checks::draw(canvas, context, below(under, lines.rule + lines.sum + 1));
    }

    /// Returns each column with its area.
    fn places(&self) -> impl Iterator<Item = (EquationColumn, Rect)> + '_ {
        let mut x = self.area.x + NUMBER;
        self.columns.iter().map(move |column| {
            let place = Rect {
                x,
                width: column.width(self.context) + self.spare,
                height: 1,
                y: self.area.y,
            };
            x = place.right();
            (*column, place)
        })
    }

    fn draw_head(&self, canvas: &mut Canvas<'_>, here: Rect) {
        let quiet = canvas.theme.quiet;
        canvas.text((here.x, here.y), NUMBER, "x", quiet);
        self.draw_more(canvas, here);
        for (column, place) in self.places() {
            let symbol = column.symbol(self.context);
            let mut style = match symbol {
                Some(_) => tone(canvas, symbol, self.context.shared.arm),
                None => quiet,
            };
            if symbol == Some(self.context.view.symbol) {
                style = highlight(canvas);
            }
            let mut head = column.head(self.context);
            if column == EquationColumn::Error && canvas.width(&head) >= place.width {
                "∂C/∂a".clone_into(&mut head);
            }
            canvas.text_right(Rect { y: here.y, ..place }, &head, style);
        }
    }

    /// Marks the inputs before the first and after the last column of them.
    fn draw_more(&self, canvas: &mut Canvas<'_>, here: Rect) {
        let is_input = |column: &EquationColumn| matches!(column, EquationColumn::X(_));
        let shown = self.columns.iter().filter(|column| is_input(column)).count();
        let Some(EquationColumn::X(first)) = self.columns.first() else { return };
        let first = self.context.arm.first_input + first;
        let quiet = canvas.theme.quiet;
        if first > 0 {
            canvas.put((here.x + 2, here.y), MORE, quiet);
        }
        if let Some((_, place)) = self.places().nth(shown)
            && first + shown < self.context.arm.input.1
        {
            canvas.put((place.x + 1, here.y), MORE, quiet);
        }
    }

    /// Draws the weights above their inputs and the bias above z.
    fn draw_weights(&self, canvas: &mut Canvas<'_>, here: Rect) {
        if here.height == 0 {
            return;
        }
        let (quiet, context) = (canvas.theme.quiet, self.context);
        canvas.text((here.x, here.y), NUMBER, "w,b", quiet);
        for (column, place) in self.places() {
            let (value, symbol) = match column {
                EquationColumn::X(k) => {
                    let is_chosen = context.arm.first_input + k == context.arm.input.0;
                    (context.arm.w.get(k).copied(), is_chosen.then_some(Symbol::Weight))
                }
                EquationColumn::Z => {
                    let symbol = if context.is_bias() { Symbol::Weight } else { Symbol::Bias };
                    (Some(context.arm.b), Some(symbol))
                }
                _ => (None, None),
            };
            let Some(value) = value else { continue };
            let style = match symbol {
                Some(symbol) if symbol == context.view.symbol => highlight(canvas),
                Some(Symbol::Weight) => tone(canvas, symbol, context.shared.arm),
                _ => quiet,
            };
            let sign = if column == EquationColumn::Z && value >= 0.0 { "+" } else { "" };
            let text = format!("{sign}{}", number(value, 7));
            canvas.text_right(Rect { y: here.y, ..place }, &text, style);
        }
    }

    /// Draws the row of one example, by its index in the mini-batch.
    fn draw_row(&self, canvas: &mut Canvas<'_>, here: Rect, index: usize) {
        let context = self.context;
        let Some(row) = context.arm.row_at(index).filter(|_| here.height > 0) else { return };
        canvas.note_part(here, DrawnPart::Row(index));
        let is_chosen = index == context.arm.row;
        let symbol = context.view.symbol;
        let name = count(index as u64 + 1);
        let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
        let number = match symbol {
            Symbol::Average => highlight(canvas),
            _ if is_chosen => text,
            _ => quiet,
        };
        canvas.text((here.x, here.y), NUMBER, &name, number);
        if is_chosen && here.x > 0 {
            canvas.put((here.x - 1, here.y), ('▸', '>'), text);
        }
        for (column, place) in self.places() {
            let Some(value) = column.of(row) else { continue };
            let own = column.symbol(context);
            let mut style = match own {
                Some(Symbol::Sum) if is_chosen => canvas.theme.strong,
                Some(Symbol::Input | Symbol::Output | Symbol::Back | Symbol::Slope) => {
                    tone(canvas, own, context.shared.arm).remove_modifier(Modifier::BOLD)
                }
                _ => text,
            };
            // The sum highlights its whole column, a quantity of one row only its cell in the
            // chosen row.
            let is_home = own == Some(symbol) && (is_chosen || symbol == Symbol::Sum);
            let is_counted = symbol == Symbol::Gradient && column == EquationColumn::Product;
            if is_home {
                style = highlight(canvas);
            } else if is_counted {
                style = canvas.theme.strong;
            } else if matches!(column, EquationColumn::X(_)) && own.is_none() {
                style = quiet;
            }
            let text = cell(column, value, usize::from(column.width(context)) - 1);
            canvas.text_right(Rect { y: here.y, ..place }, &text, style);
        }
        // In sixteen colours, the coloured numbers would hardly be readable on another background.
        if is_chosen && canvas.theme.depth != ColourDepth::Sixteen {
            let background = Style::new().bg(canvas.theme.trough.fg.unwrap_or_default());
            canvas.fill_background(here, background);
        }
    }

    /// Draws the sum and the mean of the chosen weight and of the bias.
    fn draw_sums(&self, canvas: &mut Canvas<'_>, area: Rect, lines: LineBudget) {
        let context = self.context;
        let symbol = context.view.symbol;
        let (text, strong, faint) = (canvas.theme.text, canvas.theme.strong, canvas.theme.faint);
        let sum = line(area, usize::from(lines.rule));
        let mean = line(area, usize::from(lines.rule + lines.sum));
        for (column, place) in self.places() {
            let (of, is_weight) = match column {
                EquationColumn::Product => (context.arm.weight, true),
                _ if Some(column) == self.bias_column() => (context.arm.bias, false),
                _ => continue,
            };
            for x in place.right().saturating_sub(9)..place.right() {
                if lines.rule > 0 {
                    canvas.put((x, area.y), ('─', '-'), faint);
                }
            }
            // The mean of another rule is not the number that ∂C/∂wⱼ stands for.
            let style = |lights: Symbol, plain: Style| {
                let is_its = lights != Symbol::Gradient || !context.leaves_slope_out();
                if symbol == lights && is_weight && is_its { highlight(canvas) } else { plain }
            };
            let (sum_style, mean_style) = (
                style(Symbol::Sum, text),
                style(Symbol::Gradient, if is_weight { strong } else { text }),
            );
            let cells = usize::from(place.width) - 1;
            if lines.sum > 0 && sum.height > 0 {
                canvas.text_right(Rect { y: sum.y, ..place }, &fit(of.sum, cells), sum_style);
            }
            if mean.height > 0 {
                canvas.text_right(Rect { y: mean.y, ..place }, &fit(of.mean, cells), mean_style);
            }
        }
        self.name_sums(canvas, if lines.sum > 0 { sum } else { Rect::default() }, mean);
    }

    /// Returns the column of cells at which the first sum may begin.
    fn first_sum(&self) -> u16 {
        let bias = self.bias_column();
        let is_summed = |column| column == EquationColumn::Product || Some(column) == bias;
        let first = self.places().find(|(column, _)| is_summed(*column));
        first.map_or(u16::MAX, |(_, place)| place.right().saturating_sub(10))
    }

    /// Returns the column of δ, under which the bias is summed, unless the bias is the chosen
    /// weight itself.
    fn bias_column(&self) -> Option<EquationColumn> {
        let delta = if self.context.has_own_delta() {
            EquationColumn::Delta
        } else {
            EquationColumn::Error
        };
        Some(delta).filter(|delta| !self.context.is_bias() && self.columns.contains(delta))
    }

    /// Writes the names of the sum and the mean.
    fn name_sums(&self, canvas: &mut Canvas<'_>, sum: Rect, mean: Rect) {
        let context = self.context;
        let symbol = context.view.symbol;
        let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
        let rows = context.equation.rows;
        let named = |canvas: &Canvas<'_>, lights: Symbol, plain: Style| {
            if symbol == lights { highlight(canvas) } else { plain }
        };
        if sum.height > 0 {
            let style = named(canvas, Symbol::Sum, quiet);
            let x = canvas.text((sum.x, sum.y), 4, "Σₓ", style);
            let words = format!(" over {}", counted(rows, "row"));
            canvas.text((x, sum.y), 24, &words, quiet);
        }
        if mean.height > 0 {
            let style = named(canvas, Symbol::Average, quiet);
            let x = canvas.text((mean.x, mean.y), 16, &divided(context), style);
            let (is_rule, w) = (context.leaves_slope_out(), context.weight());
            let (others, name) = match (is_rule, self.bias_column().is_some()) {
                (true, true) => (" = rule for b, ", w),
                (true, false) => (" = rule for ", w),
                (false, true) => (" = ∂C/∂b, ", format!("∂C/∂{w}")),
                (false, false) => (" = ", format!("∂C/∂{w}")),
            };
            let x = canvas.text((x, mean.y), 15, others, text);
            // Where there is no room before the numbers, the line of the L2 term says it.
            let whole = format!("{name} without L2");
            let is_whole = context.arm.l2.is_some() && x + canvas.width(&whole) < self.first_sum();
            let name = if is_whole { whole } else { name };
            let style = if is_rule { text } else { named(canvas, Symbol::Gradient, text) };
            canvas.text((x, mean.y), 23, &name, style);
        }
    }
}

/// Formats a number for a cell: given integers have no decimals.
fn cell(column: EquationColumn, value: f64, cells: usize) -> String {
    let is_given = matches!(column, EquationColumn::X(_) | EquationColumn::Y);
    if is_given && value.fract() == 0.0 && value.abs() < 1e6 {
        return short(value);
    }
    number(value, cells)
}

/// Formats a sum so that it fits its column.
fn fit(value: f64, cells: usize) -> String {
    let text = six(value);
    if text.chars().count() <= cells { text } else { number(value, cells.max(5)) }
}
