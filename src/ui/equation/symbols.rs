//! What each symbol is, in a line, with its live number.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::Symbol;
use crate::telemetry::Activation;
use crate::ui::canvas::{Canvas, inset};
use crate::ui::equation::formula::{average, lit, slope_name, tone};
use crate::ui::equation::{Shown, line, subscript};
use crate::ui::number::{count, number};
use crate::ui::widgets::{Frame, Panel, Tone, panel};

/// A symbol in words.
struct Told {
    /// The symbol.
    name: String,
    /// What it is.
    is: String,
    /// Its number now.
    now: String,
}

/// Draws all of them beside the rows, the chosen one lit.
pub(super) fn draw_all(canvas: &mut Canvas<'_>, shown: &Shown<'_>, area: Rect, frame: Frame) {
    let what = Panel {
        frame,
        title: &[("what each symbol is", Tone::Strong)],
        note: &[(if shown.app.has_arrows { "arrows move" } else { "enter: cursor" }, Tone::Quiet)],
        chosen: None,
    };
    let inner = inset(panel(canvas, area, &what), 1);
    let symbols = shown.app.symbols();
    let chosen = symbols.iter().position(|s| *s == shown.app.equation.symbol).unwrap_or(0);
    // Two lines each, as long as there is room for all; else one, and the number of the chosen one.
    let has_numbers = usize::from(inner.height) >= 2 * symbols.len();
    let mut y = 0;
    for (nth, symbol) in symbols.iter().enumerate() {
        let told = told(shown, *symbol);
        let here = line(inner, y);
        if here.height == 0 {
            return;
        }
        let is_chosen = nth == chosen;
        let style =
            if is_chosen { lit(canvas) } else { tone(canvas, Some(*symbol), shown.app.arm) };
        canvas.text((here.x, here.y), 8, &told.name, style);
        let (text, quiet) = (canvas.theme.text, canvas.theme.quiet);
        let after = Rect { x: here.x + 9, width: here.width.saturating_sub(9), ..here };
        let words = if is_chosen { text } else { quiet };
        let short = clipped(canvas, &told.is, after.width);
        canvas.text((after.x, after.y), after.width, &short, words);
        y += 1;
        if has_numbers || is_chosen {
            let under = line(inner, y);
            let strong = if is_chosen { canvas.theme.strong } else { text };
            if under.height > 0 {
                canvas.text((after.x, under.y), after.width, &told.now, strong);
            }
            y += 1;
        }
    }
}

/// Draws the chosen one in two lines.
pub(super) fn draw_chosen(canvas: &mut Canvas<'_>, shown: &Shown<'_>, area: Rect) {
    let told = told(shown, shown.app.equation.symbol);
    let (text, strong) = (canvas.theme.text, canvas.theme.strong);
    let style = lit(canvas);
    let first = line(area, 0);
    if first.height == 0 {
        return;
    }
    let x = canvas.text((first.x, first.y), first.width, &told.name, style) + 2;
    let room = first.right().saturating_sub(x);
    let short = clipped(canvas, &told.is, room);
    canvas.text((x, first.y), room, &short, text);
    let second = line(area, 1);
    if second.height > 0 {
        canvas.text((x, second.y), room, &told.now, strong.add_modifier(Modifier::BOLD));
    }
}

/// A line of words that fits: cut at a colon or a comma, so that what is left is still whole.
fn clipped(canvas: &Canvas<'_>, words: &str, width: u16) -> String {
    let mut left = words;
    while canvas.width(left) > width {
        match left.rfind([':', ',', ';']) {
            Some(at) => left = &left[..at],
            None => break,
        }
    }
    left.to_owned()
}

/// Four decimals, or as many digits as say something.
fn value(value: f64) -> String {
    number(value, 10)
}

fn told(shown: &Shown<'_>, symbol: Symbol) -> Told {
    let (arm, row) = (shown.arm, shown.row());
    let (w, x) = (shown.weight(), shown.input());
    let nth = arm.row + 1;
    let of_row = |name: &str, get: fn(&crate::telemetry::EquationRow) -> f64| match row {
        Some(row) => format!("{name} = {}   (row {nth})", value(get(row))),
        None => String::new(),
    };
    let m = count(shown.equation.rows as u64);
    let n = count(shown.equation.examples as u64);
    let is_sigmoid = slope_name(shown) == "σ′(z)" && arm_is_sigmoid(shown);
    let (name, is, now) = match symbol {
        Symbol::Gradient => (
            if shown.is_bias() { "∂C/∂b".to_owned() } else { "∂C/∂wⱼ".to_owned() },
            format!("how fast C grows with {w}: one number"),
            format!("∂C/∂{w} = {}", six(arm.weight.mean)),
        ),
        Symbol::Average => (
            average(shown).to_owned(),
            if shown.equation.rows == shown.equation.examples {
                format!("the mean over the rows: all n = {n} examples")
            } else {
                format!("the mean over the mini-batch, m of n = {n}")
            },
            if shown.equation.rows == shown.equation.examples {
                format!("n = {n}")
            } else {
                format!("m = {m}")
            },
        ),
        Symbol::Sum => (
            "Σ".to_owned(),
            "runs over the examples: a row each; j stays".to_owned(),
            format!("Σ = {}   ({m} rows)", six(arm.weight.sum)),
        ),
        Symbol::Input if shown.is_bias() => (
            "1".to_owned(),
            "the bias has no input: it counts as 1".to_owned(),
            "1 in every row".to_owned(),
        ),
        Symbol::Input => (
            if arm.layer.0 == 0 { "xⱼ".to_owned() } else { "aⱼ".to_owned() },
            if arm.layer.0 == 0 {
                "input j of this example: one number per row".to_owned()
            } else {
                "a of neuron j of the layer before: the xⱼ here".to_owned()
            },
            of_row(&x, |row| row.x_j),
        ),
        Symbol::Output => (
            if is_sigmoid { "σ(z)".to_owned() } else { "a = f(z)".to_owned() },
            "the neuron’s output a: one number per row".to_owned(),
            of_row("a", |row| row.a),
        ),
        Symbol::Target => (
            "y".to_owned(),
            "the output we want: one number per row".to_owned(),
            row.and_then(|row| row.y)
                .map(|y| format!("y = {}   (row {nth})", value(y)))
                .unwrap_or_default(),
        ),
        Symbol::Back => (
            "Σₖ wₖⱼδₖ".to_owned(),
            "what comes back, in place of σ(z) − y".to_owned(),
            of_row("Σ", |row| row.error),
        ),
        Symbol::Slope => (
            slope_name(shown).to_owned(),
            if is_sigmoid {
                "how steep σ is there: a(1−a), at most ¼".to_owned()
            } else {
                "how steep f is there".to_owned()
            },
            of_row(slope_name(shown), |row| row.slope.unwrap_or(0.0)),
        ),
        Symbol::WeightedInput => ("z".to_owned(), weighted_sum(shown), of_row("z", |row| row.z)),
        Symbol::Weight => (
            if shown.is_bias() { "b".to_owned() } else { "wⱼ".to_owned() },
            if shown.is_bias() {
                "one number: what the neuron adds to each row".to_owned()
            } else {
                "one number: the weight on input j, in all rows".to_owned()
            },
            moved(shown, &w, arm.chosen, arm.taken.map(|taken| taken.chosen)),
        ),
        Symbol::Bias => (
            "b".to_owned(),
            "one number: what the neuron adds to each row".to_owned(),
            moved(shown, "b", arm.b, arm.taken.map(|taken| taken.b)),
        ),
    };
    Told { name, is, now }
}

fn arm_is_sigmoid(shown: &Shown<'_>) -> bool {
    use crate::telemetry::Output;
    if shown.is_last() {
        shown.facts.output == Output::Sigmoid
    } else {
        shown.facts.hidden == Activation::Sigmoid
    }
}

/// A number, and where it was before the step that was just taken.
fn moved(shown: &Shown<'_>, name: &str, now: f64, before: Option<f64>) -> String {
    match before {
        Some(before) if shown.arm.taken.is_some() => {
            format!("{name} = {} → {}", value(before), value(now))
        }
        _ => format!("{name} = {}", value(now)),
    }
}

/// z as a sum, as far as it can be written out.
fn weighted_sum(shown: &Shown<'_>) -> String {
    let (x, k) = (shown.input_letter(), shown.arm.input.1);
    let term = |k: usize| format!("w{}{x}{}", subscript(k), subscript(k));
    match k {
        1 => format!("{} + b", term(1)),
        2 | 3 => {
            let terms: Vec<String> = (1..=k).map(term).collect();
            format!("{} + b", terms.join(" + "))
        }
        _ => format!("{} + … + {} + b", term(1), term(k)),
    }
}

/// Six decimals, as sums and means are told.
pub(super) fn six(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e5).contains(&size) {
        return number(value, 10);
    }
    format!("{value:.6}").replace('-', "−")
}
