//! The formula for a room: the factors of one row of the mini-batch in large digits, for each arm.

use ratatui::layout::Rect;

use crate::canvas::number::{count, number};
use crate::canvas::widgets::{NumeralSize, Tone};
use crate::canvas::{Canvas, below, inset, row};
use crate::telemetry::EquationRow;
use crate::views::equation::context::EquationContext;
use crate::views::equation::formula::{
    draw_gradient, facts, has_sigmoid, has_slope, leaves_out, mixes, remarks, slope_name,
};
use crate::views::figures::{Figure, FigureRows, FigureText, FigureWeight};

/// Draws the formula of each arm with its numbers; of the chosen arm alone, if there is no room for all.
pub(super) fn draw(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, body: Rect) {
    let area = inset(body, 1);
    let all: Vec<usize> = (0..context.equation.arms.len()).collect();
    let chosen = [context.shared.arm];
    let fitting = [&all[..], &chosen]
        .into_iter()
        .find_map(|arms| Some((arms, largest(canvas, context, area, arms)?)));
    let Some((arms, products)) = fitting else {
        draw_gradient(canvas, context, row(area, 0), context.shared.arm);
        return;
    };
    let taken: u16 = products.iter().map(|rows| rows.height() + 1).sum();
    // What is left goes between the arms, and half as much above them.
    let spare = (area.height - taken.min(area.height)) / (products.len() as u16 + 1);
    let mut area = below(area, spare / 2);
    for (arm, rows) in arms.iter().zip(&products) {
        let head = row(area, 0);
        let x = draw_gradient(canvas, context, head, *arm) + 3;
        let name = facts(context, *arm).map_or("", |of| of.name.as_str());
        let (style, text) = (Tone::Arm(*arm).style(canvas), canvas.theme.text);
        let x = canvas.text((x, head.y), head.right().saturating_sub(x), name, style);
        let left = head.right().saturating_sub(x);
        let remarks = remarks(context, *arm);
        if let Some(remark) = remarks.into_iter().find(|remark| canvas.width(remark) <= left) {
            canvas.text((x, head.y), left, remark, text);
        }
        rows.draw(canvas, below(area, 1));
        area = below(area, 1 + rows.height() + spare);
    }
}

/// Returns the products of some arms in the largest digits in which all of them fit.
fn largest(
    canvas: &Canvas<'_>,
    context: &EquationContext<'_>,
    area: Rect,
    arms: &[usize],
) -> Option<Vec<FigureRows>> {
    let products: Vec<Vec<Figure>> = arms.iter().map(|arm| product(context, *arm)).collect();
    let of_scale = |scale: u16| {
        let rows = |figures: &Vec<Figure>| FigureRows::wrapped(canvas, figures, area.width, scale);
        let rows: Vec<FigureRows> = products.iter().map(rows).collect::<Option<_>>()?;
        let height: u16 = rows.iter().map(|rows| rows.height() + 1).sum();
        (height <= area.height).then_some(rows)
    };
    (1..=NumeralSize::MOST).rev().find_map(of_scale)
}

/// Returns the factors of the chosen row of an arm, and their product.
fn product(context: &EquationContext<'_>, arm: usize) -> Vec<Figure> {
    let Some(of) = context.equation.arms.get(arm) else { return Vec::new() };
    let Some(values) = of.row_at(of.row) else { return Vec::new() };
    let mut out = factors(context, values, arm);
    out.push(Figure {
        sign: "=",
        labels: vec![
            format!("product of row {}", count(of.row as u64 + 1)),
            format!("row {}", count(of.row as u64 + 1)),
        ],
        tone: Tone::Arm(arm),
        ..figure(values.product)
    });
    out
}

/// Returns the factors of xⱼ δ, as the formula of the arm has them: xⱼ, the error and the slope; or xⱼ and δ,
/// where δ is no such product.
fn factors(context: &EquationContext<'_>, row: &EquationRow, arm: usize) -> Vec<Figure> {
    let x = Figure { labels: vec![input_name(context)], tone: Tone::Chosen, ..figure(row.x_j) };
    let factor = |label: &str, tone, value| Figure {
        sign: "×",
        labels: vec![label.to_owned()],
        tone,
        ..figure(value)
    };
    let own = Tone::Arm(arm);
    if leaves_out(context, arm) {
        return vec![x, factor("∂C/∂a", own, row.delta)];
    }
    if mixes(context, arm) {
        return vec![x, factor("δ", own, row.delta)];
    }
    let mut out = vec![x, factor(error_name(context, arm), own, row.error)];
    let slope = row.slope.filter(|_| has_slope(context, arm));
    out.extend(slope.map(|slope| factor(slope_name(context), Tone::Problem, slope)));
    out
}

fn input_name(context: &EquationContext<'_>) -> String {
    if context.is_bias() { "1".to_owned() } else { format!("{}ⱼ", context.input_letter()) }
}

fn error_name(context: &EquationContext<'_>, arm: usize) -> &'static str {
    match (context.is_last(), has_sigmoid(context, arm)) {
        (true, true) => "σ(z) − y",
        (true, false) => "a − y",
        (false, _) => "Σₖ wₖⱼ δₖ",
    }
}

/// Returns the figure of a value, with three decimals if they fit.
fn figure(value: f64) -> Figure {
    let text = if value.fract() == 0.0 && value.abs() < 1000.0 {
        format!("{value:.0}").replace('-', "−")
    } else {
        number(value, if value < 0.0 { 6 } else { 5 })
    };
    Figure {
        sign: "",
        labels: Vec::new(),
        numbers: vec![FigureText { text, widest: "".into() }],
        tone: Tone::Text,
        weight: FigureWeight::Needed,
    }
}
