//! The mini-batch row by row, its sum and its mean, and the nudge check.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::app::Symbol;
use crate::telemetry::{EquationRow, LayerCheck};
use crate::ui::canvas::{Canvas, inset};
use crate::ui::equation::formula::{lit, slope_name, tone};
use crate::ui::equation::{Shown, line, six, subscript, superscript};
use crate::ui::number::{count, number, short};
use crate::ui::widgets::{Frame, Panel, Tone, panel};

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Column {
    /// Input k of those that are told.
    X(usize),
    Z,
    A,
    Y,
    Error,
    Slope,
    Delta,
    Product,
}

impl Column {
    /// What stands at its head.
    fn head(self, shown: &Shown<'_>) -> String {
        let x = shown.input_letter();
        match self {
            Self::X(k) => {
                let name = format!("{x}{}", subscript(shown.arm.first_input + k + 1));
                let is_chosen = shown.arm.first_input + k == shown.arm.input.0;
                if is_chosen && k < 9 { format!("{name}={x}ⱼ") } else { name }
            }
            Self::Z => "z".to_owned(),
            Self::A if shown.is_last() && slope_name(shown) == "σ′(z)" => "σ(z)".to_owned(),
            Self::A => "a".to_owned(),
            Self::Y => "y".to_owned(),
            Self::Error if shown.is_last() => "a−y".to_owned(),
            Self::Error => "Σwₖⱼδₖ".to_owned(),
            Self::Slope => slope_name(shown).to_owned(),
            Self::Delta => "δ".to_owned(),
            Self::Product => {
                let x = if shown.is_bias() { "1·".to_owned() } else { format!("{x}ⱼ") };
                let is_error = shown.is_last() && !shown.has_own_delta();
                if is_error { format!("{x}(a−y)") } else { format!("{x}δ") }
            }
        }
    }

    /// The cells that it needs.
    fn width(self) -> u16 {
        match self {
            Self::X(_) | Self::Z | Self::Error => 8,
            Self::A | Self::Slope => 7,
            Self::Y => 4,
            Self::Delta | Self::Product => 10,
        }
    }

    /// The number in a row.
    fn of(self, row: &EquationRow) -> Option<f64> {
        match self {
            Self::X(k) => row.x.get(k).copied(),
            Self::Z => Some(row.z),
            Self::A => Some(row.a),
            Self::Y => row.y,
            Self::Error => Some(row.error),
            Self::Slope => row.slope,
            Self::Delta => Some(row.delta),
            Self::Product => Some(row.product),
        }
    }

    /// The symbol whose home it is.
    fn symbol(self, shown: &Shown<'_>) -> Option<Symbol> {
        match self {
            Self::X(k) if shown.arm.first_input + k == shown.arm.input.0 => Some(Symbol::Input),
            Self::X(_) | Self::Delta => None,
            Self::Z => Some(Symbol::WeightedInput),
            Self::A => Some(Symbol::Output),
            Self::Y => Some(Symbol::Target),
            Self::Error if shown.is_last() => None,
            Self::Error => Some(Symbol::Back),
            Self::Slope => Some(Symbol::Slope),
            Self::Product => Some(Symbol::Sum),
        }
    }
}

/// Lines of the table besides its rows: head, weights, rule, sum, mean, nudge.
const BESIDES: u16 = 6;

/// The lines that the table takes with all of its rows.
pub(super) fn height(shown: &Shown<'_>) -> u16 {
    let rows = shown.equation.rows.min(200) as u16;
    rows + BESIDES + extra(shown)
}

/// Lines for the L2 term, the check of the layer, and the step that was taken.
fn extra(shown: &Shown<'_>) -> u16 {
    u16::from(shown.arm.l2.is_some())
        + u16::from(shown.app.equation.whole_layer)
        + 2 * u16::from(shown.arm.taken.is_some())
}

/// The columns that fit, the inputs around the chosen one.
fn columns(shown: &Shown<'_>, width: u16) -> Vec<Column> {
    let (has_slope, has_target) = {
        let row = shown.arm.told.first();
        (row.is_some_and(|row| row.slope.is_some()), row.is_some_and(|row| row.y.is_some()))
    };
    // δ is a − y itself where no slope stands between; with softmax and the quadratic cost it is
    // neither.
    let has_delta = shown.has_own_delta();
    let mut right = vec![Column::Z, Column::A];
    if has_target {
        right.push(Column::Y);
    }
    right.push(Column::Error);
    if has_slope {
        right.push(Column::Slope);
    }
    if has_delta {
        right.push(Column::Delta);
    }
    right.push(Column::Product);
    let taken = |columns: &[Column]| columns.iter().map(|column| column.width()).sum::<u16>();
    // Where room is scarce δ and then z give way before the last input does.
    for spare in [Column::Delta, Column::Z] {
        if NUMBER + taken(&right) + Column::X(0).width() > width {
            right.retain(|column| *column != spare);
        }
    }
    let room = width.saturating_sub(NUMBER + taken(&right)) / Column::X(0).width();
    let told = shown.arm.w.len();
    let count = usize::from(room).min(told).max(1).min(told);
    let chosen =
        shown.arm.input.0.saturating_sub(shown.arm.first_input).min(told.saturating_sub(1));
    let first = chosen.saturating_sub(count / 2).min(told - count);
    (first..first + count).map(Column::X).chain(right).collect()
}

/// Cells of the number of a row.
const NUMBER: u16 = 4;

/// Draws the table with its frame.
pub(super) fn draw(canvas: &mut Canvas<'_>, shown: &Shown<'_>, area: Rect, frame: Frame) {
    let (m, n) = (shown.equation.rows as u64, shown.equation.examples as u64);
    let k = count(shown.arm.input.1 as u64);
    let rows = if m == n {
        format!("n = {} rows · k = {k} inputs", count(n))
    } else {
        format!("m = {} of n = {} · k = {k} inputs", count(m), count(n))
    };
    let what = Panel {
        frame,
        title: &[("row by row: ", Tone::Strong), (&shown.facts.name, Tone::Arm(shown.app.arm))],
        note: &[(&rows, Tone::Quiet)],
        chosen: None,
    };
    let inner = inset(panel(canvas, area, &what), 1);
    if inner.height < 4 {
        return;
    }
    let columns = columns(shown, inner.width);
    let needed: u16 = NUMBER + columns.iter().map(|column| column.width()).sum::<u16>();
    let spare = (inner.width.saturating_sub(needed) / columns.len().max(1) as u16).min(5);
    let table = Table { shown, columns: &columns, area: inner, spare };
    table.draw(canvas);
}

struct Table<'s, 'a> {
    shown: &'s Shown<'a>,
    columns: &'s [Column],
    area: Rect,
    /// Cells that every column has beyond those it needs.
    spare: u16,
}

impl Table<'_, '_> {
    fn draw(&self, canvas: &mut Canvas<'_>) {
        let shown = self.shown;
        self.draw_head(canvas, line(self.area, 0));
        self.draw_weights(canvas, line(self.area, 1));
        let room = self.area.height.saturating_sub(BESIDES + extra(shown)).max(1);
        let told = shown.arm.told.len();
        let rows = usize::from(room).min(told);
        let chosen = shown.arm.row.saturating_sub(shown.arm.first_row);
        let first = chosen.saturating_sub(rows / 2).min(told - rows);
        for (nth, row) in shown.arm.told[first..first + rows].iter().enumerate() {
            let at = shown.arm.first_row + first + nth;
            self.draw_row(canvas, line(self.area, 2 + nth), (at, row));
        }
        let is_whole = rows == shown.equation.rows;
        self.draw_sums(canvas, 2 + rows, is_whole);
        self.draw_checks(canvas, 5 + rows);
    }

    /// Each column with its right edge.
    fn places(&self) -> impl Iterator<Item = (Column, Rect)> + '_ {
        let mut x = self.area.x + NUMBER;
        self.columns.iter().map(move |column| {
            let place = Rect { x, width: column.width() + self.spare, height: 1, y: self.area.y };
            x = place.right();
            (*column, place)
        })
    }

    fn draw_head(&self, canvas: &mut Canvas<'_>, here: Rect) {
        let quiet = canvas.theme.quiet;
        canvas.text((here.x, here.y), NUMBER, "row", quiet);
        for (column, place) in self.places() {
            let symbol = column.symbol(self.shown);
            let mut style = match symbol {
                Some(_) => tone(canvas, symbol, self.shown.app.arm),
                None => quiet,
            };
            if symbol == Some(self.shown.app.equation.symbol) {
                style = lit(canvas);
            }
            let head = column.head(self.shown);
            canvas.text_right(Rect { y: here.y, ..place }, &head, style);
        }
    }

    /// The weights above their inputs, the bias above z.
    fn draw_weights(&self, canvas: &mut Canvas<'_>, here: Rect) {
        if here.height == 0 {
            return;
        }
        let (quiet, shown) = (canvas.theme.quiet, self.shown);
        canvas.text((here.x, here.y), NUMBER, "w,b", quiet);
        for (column, place) in self.places() {
            let (value, symbol) = match column {
                Column::X(k) => {
                    let is_chosen = shown.arm.first_input + k == shown.arm.input.0;
                    (shown.arm.w.get(k).copied(), is_chosen.then_some(Symbol::Weight))
                }
                Column::Z => {
                    let symbol = if shown.is_bias() { Symbol::Weight } else { Symbol::Bias };
                    (Some(shown.arm.b), Some(symbol))
                }
                _ => (None, None),
            };
            let Some(value) = value else { continue };
            let style = match symbol {
                Some(symbol) if symbol == shown.app.equation.symbol => lit(canvas),
                Some(Symbol::Weight) => tone(canvas, symbol, shown.app.arm),
                _ => quiet,
            };
            let sign = if column == Column::Z && value >= 0.0 { "+" } else { "" };
            let text = format!("{sign}{}", number(value, 7));
            canvas.text_right(Rect { y: here.y, ..place }, &text, style);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas<'_>, here: Rect, (at, row): (usize, &EquationRow)) {
        if here.height == 0 {
            return;
        }
        let shown = self.shown;
        let is_chosen = at == shown.arm.row;
        let symbol = shown.app.equation.symbol;
        let name = count(at as u64 + 1);
        let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
        canvas.text((here.x, here.y), NUMBER, &name, if is_chosen { text } else { quiet });
        for (column, place) in self.places() {
            let Some(value) = column.of(row) else { continue };
            let own = column.symbol(shown);
            let mut style = match own {
                Some(Symbol::Sum) if is_chosen => canvas.theme.strong,
                Some(Symbol::Input | Symbol::Output | Symbol::Back | Symbol::Slope) => {
                    tone(canvas, own, shown.app.arm).remove_modifier(Modifier::BOLD)
                }
                _ => text,
            };
            // A sum is at home in its whole column, what is one number per row in the chosen row.
            let is_home = own == Some(symbol) && (is_chosen || symbol == Symbol::Sum);
            let is_counted = symbol == Symbol::Gradient && column == Column::Product;
            if is_home {
                style = lit(canvas);
            } else if is_counted {
                style = canvas.theme.strong;
            } else if matches!(column, Column::X(_)) && own.is_none() {
                style = quiet;
            }
            let text = cell(column, value);
            canvas.text_right(Rect { y: here.y, ..place }, &text, style);
        }
        if is_chosen {
            let ground = Style::new().bg(canvas.theme.trough.fg.unwrap_or_default());
            canvas.lay(here, ground);
        }
    }

    /// The sum and the mean, of the chosen weight and of the bias.
    fn draw_sums(&self, canvas: &mut Canvas<'_>, from: usize, is_whole: bool) {
        let shown = self.shown;
        let symbol = shown.app.equation.symbol;
        let delta =
            if self.columns.contains(&Column::Delta) { Column::Delta } else { Column::Error };
        let (quiet, text, strong, faint) =
            (canvas.theme.quiet, canvas.theme.text, canvas.theme.strong, canvas.theme.faint);
        let [rule, sum, mean] = [0, 1, 2].map(|nth| line(self.area, from + nth));
        let (w, m) = (shown.weight(), count(shown.equation.rows as u64));
        // The bias is told in the column of δ, unless that is the chosen weight itself.
        let has_bias = !shown.is_bias() && (delta == Column::Delta || !shown.has_own_delta());
        for (column, place) in self.places() {
            let (of, is_weight) = match column {
                Column::Product => (shown.arm.weight, true),
                _ if column == delta && has_bias => (shown.arm.bias, false),
                _ => continue,
            };
            for x in place.right().saturating_sub(9)..place.right() {
                if rule.height > 0 {
                    canvas.put((x, rule.y), ('─', '-'), faint);
                }
            }
            let style = |lights: Symbol, plain: Style| {
                if symbol == lights && is_weight { lit(canvas) } else { plain }
            };
            let (sum_style, mean_style) = (
                style(Symbol::Sum, text),
                style(Symbol::Gradient, if is_weight { strong } else { text }),
            );
            let cells = usize::from(place.width) - 1;
            if sum.height > 0 {
                canvas.text_right(Rect { y: sum.y, ..place }, &fit(of.sum, cells), sum_style);
            }
            if mean.height > 0 {
                canvas.text_right(Rect { y: mean.y, ..place }, &fit(of.mean, cells), mean_style);
            }
        }
        if sum.height > 0 {
            let rows =
                if is_whole { "sum Σ".to_owned() } else { format!("sum Σ of all {m} rows") };
            let style = if symbol == Symbol::Sum { lit(canvas) } else { quiet };
            canvas.text((sum.x, sum.y), 22, &rows, style);
        }
        if mean.height > 0 {
            let style = if symbol == Symbol::Average { lit(canvas) } else { quiet };
            let by = format!("÷ {m}");
            let x = canvas.text((mean.x, mean.y), 16, &by, style);
            let style = if symbol == Symbol::Gradient { lit(canvas) } else { text };
            let others = if has_bias { " = ∂C/∂b, " } else { " = " };
            let x = canvas.text((x, mean.y), 12, others, text);
            canvas.text((x, mean.y), 12, &format!("∂C/∂{w}"), style);
        }
    }

    /// The L2 term, the nudge checks, and what the step that was just taken did.
    fn draw_checks(&self, canvas: &mut Canvas<'_>, from: usize) {
        let shown = self.shown;
        let (quiet, text, good, hurt) =
            (canvas.theme.quiet, canvas.theme.text, canvas.theme.good, canvas.theme.hurt);
        let w = shown.weight();
        let mut at = from;
        if let Some(l2) = shown.arm.l2 {
            let mut writer = canvas.line(line(self.area, at));
            writer.put(&format!("+ λ/n {w} = "), quiet).put(&six(l2), text);
            writer.put(&format!("   with it ∂C/∂{w} = "), quiet);
            writer.put(&six(shown.arm.weight.mean + l2), text);
            at += 1;
        }
        let nudge = shown.arm.nudge;
        let mut writer = canvas.line(line(self.area, at));
        writer.put(&format!("nudged by ±{}: ", power(nudge.by)), quiet);
        writer.put(&ten(nudge.quotient), text);
        let style = if nudge.digits >= 4 || nudge.off < 1e-9 { good } else { hurt };
        let said = agreement(nudge.off, nudge.digits);
        writer.gap(2).put(&said, style);
        at += 1;
        if shown.app.equation.whole_layer {
            let mut writer = canvas.line(line(self.area, at));
            writer.put("the whole layer: ", quiet);
            match shown.arm.layer_check {
                Some(check) => {
                    let is_good = check.digits >= 4 || check.worst < 1e-9;
                    writer.put(&worst(&check), if is_good { good } else { hurt });
                }
                None => {
                    writer.put("nudging …", quiet);
                }
            }
            at += 1;
        }
        if let Some(taken) = shown.arm.taken {
            let (before, after) = taken.cost;
            let mut writer = canvas.line(line(self.area, at));
            writer.put("the step moved ", quiet);
            writer.put(
                &format!("{w} {} → {}", number(taken.chosen, 9), number(shown.arm.chosen, 9)),
                text,
            );
            if !shown.is_bias() {
                let b = format!(", b {} → {}", number(taken.b, 8), number(shown.arm.b, 8));
                writer.put_whole(&b, text);
            }
            let mut writer = canvas.line(line(self.area, at + 1));
            writer.put("C on these rows ", quiet).put(&signed(after - before), text);
            let promised = format!(", promised: −η‖∇C‖² = {}", signed(taken.promised));
            writer.put_whole(&promised, quiet);
        }
    }
}

/// A number in a cell: whole ones without decimals where they are given.
fn cell(column: Column, value: f64) -> String {
    let is_given = matches!(column, Column::X(_) | Column::Y);
    if is_given && value.fract() == 0.0 && value.abs() < 1e6 {
        return short(value);
    }
    number(value, usize::from(column.width()) - 1)
}

/// A sum that fits its column.
fn fit(value: f64, cells: usize) -> String {
    let text = six(value);
    if text.chars().count() <= cells { text } else { number(value, cells.max(5)) }
}

/// Ten decimals, for what is to be compared.
fn ten(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && size < 1e-5 {
        return format!("{value:.6e}").replace('-', "−");
    }
    format!("{value:.10}").replace('-', "−")
}

/// ε as m·10ⁿ.
fn power(value: f64) -> String {
    let exponent = value.log10().floor() as i32;
    let mantissa = value / 10f64.powi(exponent);
    let mantissa = format!("{mantissa:.1}").trim_end_matches(".0").to_owned();
    match mantissa.as_str() {
        "1" => format!("10{}", superscript(exponent)),
        _ => format!("{mantissa}·10{}", superscript(exponent)),
    }
}

fn agreement(off: f64, digits: u32) -> String {
    if off == 0.0 {
        return "✓ agrees in every digit".to_owned();
    }
    let mark = if digits >= 4 || off < 1e-9 { "✓" } else { "✗" };
    format!("{mark} agrees in {digits} digits, to {}", power(off))
}

fn worst(check: &LayerCheck) -> String {
    let of = if check.checked == check.of {
        format!("{} numbers", count(check.of as u64))
    } else {
        format!("{} of {} numbers", count(check.checked as u64), count(check.of as u64))
    };
    if check.worst == 0.0 {
        return format!("✓ {of}, all agree in every digit");
    }
    let mark = if check.digits >= 4 || check.worst < 1e-9 { "✓" } else { "✗" };
    let (j, k) = (count(check.at.0 as u64 + 1), count(check.at.1 as u64 + 1));
    format!("{mark} {of}, none off by more than {} (neuron {j}, {k})", power(check.worst))
}

/// A change with its sign.
fn signed(value: f64) -> String {
    let text = number(value, 9);
    if value > 0.0 { format!("+{text}") } else { text }
}
