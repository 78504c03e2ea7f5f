//! The neuron as wires, from the chosen input and weight to z, σ and a, with the numbers of a row.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::Canvas;
use crate::canvas::glyphs::{BOX, CROSSING, JUNCTION};
use crate::canvas::number::number;
use crate::telemetry::EquationRow;
use crate::views::equation::Symbol;
use crate::views::equation::context::EquationContext;
use crate::views::equation::formula::tone;
use crate::views::equation::lines::line;
use crate::views::equation::number_text::counted;

/// The rows of the drawing.
pub(super) const HEIGHT: u16 = 3;
/// Cells of a piece of wire.
const GAP: u16 = 2;

/// The wires that lead to z: the chosen one, all other inputs together, and the bias.
struct Wires {
    chosen: Option<[String; 2]>,
    others: Option<String>,
    bias: [String; 2],
}

impl Wires {
    fn of(context: &EquationContext<'_>, row: &EquationRow) -> Self {
        let (j, inputs) = context.arm.input;
        let (w, b) = (context.arm.chosen, context.arm.b);
        let bias = ["1".to_owned(), format!("b {}", number(b, 7))];
        let others = inputs - usize::from(j < inputs);
        let own = if context.is_bias() { 0.0 } else { row.x_j * w };
        // What is left by rounding alone is nothing.
        let rest = row.z - own - b;
        let noise = 1e-12 * row.z.abs().max(own.abs()).max(b.abs());
        let rest = if rest.abs() <= noise { 0.0 } else { rest };
        let noun = if context.is_bias() { "input" } else { "other input" };
        Self {
            chosen: (!context.is_bias()).then(|| {
                [
                    format!("{} {}", context.input(), number(row.x_j, 7)),
                    format!("{} {}", context.weight(), number(w, 7)),
                ]
            }),
            others: (others > 0)
                .then(|| format!("{}, weighted: {}", counted(others, noun), number(rest, 7))),
            bias,
        }
    }

    /// Returns the columns at which the weights stand, and at which the wires meet.
    fn columns(&self, canvas: &Canvas<'_>) -> (u16, u16) {
        let ends = [self.chosen.as_ref(), Some(&self.bias)];
        let widest = |which: usize| {
            ends.iter().flatten().map(|end| canvas.width(&end[which])).max().unwrap_or(0)
        };
        let weights = widest(0) + GAP + 2;
        let others = self.others.as_ref().map_or(0, |text| canvas.width(text));
        (weights, (weights + widest(1)).max(others) + GAP + 2)
    }
}

/// Returns the pieces behind the point where the wires meet: z, the function, a, and what becomes of it.
fn outward(context: &EquationContext<'_>, row: &EquationRow) -> Vec<(String, Option<Symbol>)> {
    let function = match () {
        () if context.has_sigmoid() => "σ",
        () if context.is_last() => context.facts.output.name(),
        () => context.facts.hidden.name(),
    };
    let next = match row.y {
        Some(y) => (format!("wanted: y {}", number(y, 7)), Some(Symbol::Target)),
        None => (format!("to layer {}", context.arm.layer.0 + 2), None),
    };
    vec![
        (format!("z {}", number(row.z, 7)), Some(Symbol::WeightedInput)),
        (function.to_owned(), None),
        (format!("a {}", number(row.a, 7)), Some(Symbol::Output)),
        next,
    ]
}

/// Returns whether the chosen row has been received, and its drawing fits in `width` cells.
pub(super) fn fits(canvas: &Canvas<'_>, context: &EquationContext<'_>, width: u16) -> bool {
    context.row().is_some_and(|row| {
        let behind = outward(context, row);
        let behind: u16 = behind.iter().map(|(text, _)| canvas.width(text) + GAP + 2).sum();
        Wires::of(context, row).columns(canvas).1 + 1 + behind <= width
    })
}

/// Draws the neuron for the chosen row.
pub(super) fn draw(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect) {
    let Some(row) = context.row() else { return };
    let (wires, outward) = (Wires::of(context, row), outward(context, row));
    let (weights, meet) = wires.columns(canvas);
    let arm = context.shared.arm;
    let [chosen, text_style, faint] =
        [tone(canvas, Some(Symbol::Weight), arm), canvas.theme.text, canvas.theme.faint];
    let [across, _, _, down, up, _] = BOX;
    let wire = |canvas: &mut Canvas<'_>, (from, to): (u16, u16), y: u16, style: Style| {
        (from..to).for_each(|x| canvas.put((x, y), across, style));
    };
    let end = area.x + meet;
    let (lit, plain) = ([chosen, chosen], [text_style, faint]);
    let input = |canvas: &mut Canvas<'_>, y: u16, texts: &[String; 2], styles: [Style; 2]| {
        let [text, line] = styles;
        let x = canvas.text((area.x, y), area.width, &texts[0], text);
        wire(canvas, (x + 1, area.x + weights - 1), y, line);
        let x = canvas.text((area.x + weights, y), area.width, &texts[1], text);
        wire(canvas, (x + 1, end), y, line);
    };
    let (first, middle, last) = (line(area, 0), line(area, 1), line(area, 2));
    if let Some(texts) = &wires.chosen {
        input(canvas, first.y, texts, lit);
        canvas.put((end, first.y), down, chosen);
    }
    let styles = if context.is_bias() { lit } else { plain };
    input(canvas, last.y, &wires.bias, styles);
    canvas.put((end, last.y), up, styles[1]);
    let mut meeting = if wires.chosen.is_some() { JUNCTION } else { down };
    if let Some(text) = &wires.others {
        let x = canvas.text((area.x, middle.y), area.width, text, text_style);
        wire(canvas, (x + 1, end), middle.y, faint);
        meeting = CROSSING;
    }
    canvas.put((end, middle.y), meeting, faint);
    let mut x = end + 1;
    for (text, symbol) in &outward {
        wire(canvas, (x, x + GAP), middle.y, faint);
        let style = if symbol.is_some() { tone(canvas, *symbol, arm) } else { text_style };
        x = canvas.text((x + GAP + 1, middle.y), area.width, text, style) + 1;
    }
}
