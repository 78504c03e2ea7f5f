//! The panel of an arm: the factors of its gradient, as bars and as a product.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::app::{App, ChartScale};
use crate::telemetry::{ArmDigest, ArmFacts, Cost, Moment, NeuronMoment, Output, RunFacts};
use crate::ui::canvas::{Canvas, row};
use crate::ui::duel::{Kind, kind, recall};
use crate::ui::glyphs::mark;
use crate::ui::number::{brief, number, padded, short};
use crate::ui::widgets::{Bar, Frame, Panel, Tone, bar, panel};

/// The decades that a logarithmic bar spans, below 1.
const DECADES: f64 = 4.0;
/// The greatest slope of σ.
const STEEPEST: f64 = 0.25;

/// A row of the panel.
enum Row {
    Gap,
    Bar { label: &'static str, share: f64, value: f64 },
    Text(Vec<(String, Tone)>),
    Recall,
    Classes,
}

/// Draws the panel of one arm.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    app: &App,
    facts: &RunFacts,
    (arm, area, frame, is_explained): (usize, Rect, Frame, bool),
) {
    let (Some(of), Some(now)) = (facts.arms.get(arm), app.history.arms.get(arm)) else { return };
    let inner = draw_frame(canvas, app, (arm, of, now), (area, frame));
    let mut rows = rows(app, facts, (arm, of, now));
    if !is_explained && kind(facts) == Kind::Classes {
        rows.push((2, Row::Recall));
        rows.push((2, Row::Classes));
    }
    fit(&mut rows, usize::from(inner.height));
    for (index, (_, what)) in rows.iter().enumerate() {
        let line = row(inner, index as u16);
        match what {
            Row::Gap => {}
            Row::Bar { label, share, value } => {
                draw_bar(canvas, line, arm, (label, *share, *value));
            }
            Row::Text(pieces) => draw_pieces(canvas, line, pieces),
            Row::Recall => recall::draw_line(canvas, app, line, arm),
            Row::Classes => recall::draw_names(canvas, facts, line),
        }
    }
}

/// Leaves out what matters least until the rest fits.
fn fit(rows: &mut Vec<(u8, Row)>, height: usize) {
    while rows.len() > height {
        let Some(worst) = rows.iter().map(|(priority, _)| *priority).max() else { return };
        if worst >= 3 {
            // What belongs together goes together.
            rows.retain(|(priority, _)| *priority != worst);
        } else if let Some(last) = rows.iter().rposition(|(priority, _)| *priority == worst) {
            rows.remove(last);
        }
    }
}

fn formula(of: &ArmFacts) -> &'static str {
    match of.cost {
        Cost::Quadratic => "C = ½(y − a)²",
        Cost::CrossEntropy => "C = −[y ln a + (1−y) ln(1−a)]",
        Cost::LogLikelihood => "C = −ln a of the right class",
    }
}

fn draw_frame(
    canvas: &mut Canvas<'_>,
    app: &App,
    (arm, of, now): (usize, &ArmFacts, &ArmDigest),
    (area, frame): (Rect, Frame),
) -> Rect {
    let (glyph, ascii) = mark(arm);
    let name = format!("{} {}", if canvas.is_ascii() { ascii } else { glyph }, of.name);
    let is_chosen = app.arm == arm && app.history.arms.len() > 1;
    let name = if is_chosen && !canvas.theme.has_colours() { format!("▸ {name}") } else { name };
    let mut title = vec![(name.as_str(), Tone::Arm(arm))];
    let formula = format!("  {}", formula(of));
    title.push((&formula, Tone::Quiet));
    let eta = format!("η {}", short(now.eta));
    let pending =
        app.pending_etas.get(arm).copied().flatten().map(|eta| format!(" → {}…", short(eta)));
    let lambda = if of.lambda > 0.0 { format!("λ {}  ", short(of.lambda)) } else { String::new() };
    let mut note = vec![(lambda.as_str(), Tone::Quiet), (eta.as_str(), Tone::Text)];
    if let Some(pending) = &pending {
        note.push((pending, Tone::Chosen));
    }
    let chosen = is_chosen.then_some(arm);
    panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen })
}

/// What stands in the panel, with how soon it is left out: 0 is kept longest.
fn rows(
    app: &App,
    facts: &RunFacts,
    (arm, of, now): (usize, &ArmFacts, &ArmDigest),
) -> Vec<(u8, Row)> {
    let mut rows = Vec::with_capacity(12);
    rows.push((7, Row::Gap));
    if let Some(diverged) = &now.diverged {
        let text = format!("stopped at step {} with η = {}", diverged.step, short(diverged.eta));
        rows.push((0, Row::Text(vec![(text, Tone::Hurt)])));
        rows.push((0, Row::Text(vec![(diverged.reason.clone(), Tone::Quiet)])));
        rows.push((6, Row::Gap));
    }
    let Some(moment) = &now.moment else {
        rows.push((1, Row::Text(vec![("waiting for its first mini-batch".into(), Tone::Quiet)])));
        return rows;
    };
    let is_log = facts.single.is_none() || app.chart.scale == ChartScale::Log;
    rows.extend(bars(moment, is_log).map(|bar| (1, bar)));
    rows.push((6, Row::Gap));
    if let Some(neuron) = &moment.neuron {
        neuron_product(&mut rows, facts, (arm, of), (moment, neuron));
        rows.push((9, Row::Gap));
        rows.push((5, neuron_numbers(neuron)));
    } else {
        network_product(&mut rows, (arm, of), moment);
        rows.push((5, network_note(facts, of)));
        rows.push((9, Row::Gap));
        rows.push((3, network_numbers(facts, now)));
    }
    rows
}

fn bars(moment: &Moment, is_log: bool) -> impl Iterator<Item = Row> {
    let share = move |value: f64, most: f64| {
        if is_log { (1.0 + (value / most).log10() / DECADES).clamp(0.0, 1.0) } else { value / most }
    };
    let (third, size, steepest, labels) = match &moment.neuron {
        Some(neuron) => (
            neuron.gradient.first().map_or(0.0, |g| g.abs()),
            neuron.gradient.first().map_or(0.0, |g| g.abs()),
            STEEPEST,
            ["error |a−y|", "slope σ′(z)", "|∂C/∂w|"],
        ),
        None => (moment.delta, moment.delta, 1.0, ["error |a−y|", "slope", "signal |δ|"]),
    };
    [
        Row::Bar { label: labels[0], share: share(moment.error, 1.0), value: moment.error },
        Row::Bar { label: labels[1], share: share(moment.slope, steepest), value: moment.slope },
        Row::Bar { label: labels[2], share: share(third, 1.0), value: size },
    ]
    .into_iter()
}

/// Whether the slope stands in the gradient of the last layer.
fn has_slope(of: &ArmFacts) -> bool {
    of.cost == Cost::Quadratic && of.output != Output::Linear
}

/// Why the slope does not stand in the gradient of the last layer.
fn why_no_slope(of: &ArmFacts) -> &'static str {
    if of.output == Output::Linear {
        "no σ′: the output is linear"
    } else {
        "σ′(z) cancelled"
    }
}

fn neuron_product(
    rows: &mut Vec<(u8, Row)>,
    facts: &RunFacts,
    (arm, of): (usize, &ArmFacts),
    (moment, neuron): (&Moment, &NeuronMoment),
) {
    let x = facts.single.as_ref().and_then(|s| s.x.first()).copied().unwrap_or(1.0);
    let y = facts.single.as_ref().map_or(0.0, |s| s.y);
    let several = neuron.w.len() > 1;
    let (w, x_name) = if several { ("∂C/∂w₁ = ", "x₁") } else { ("∂C/∂w = ", "x") };
    let indent = " ".repeat(if several { 7 } else { 6 });
    let slope = if hurts(moment.error, moment.slope) { Tone::Hurt } else { Tone::Arm(arm) };
    let mut words = vec![
        (w.to_owned(), Tone::Quiet),
        (format!("{x_name} · "), Tone::Text),
        ("(a − y)".to_owned(), Tone::Arm(arm)),
    ];
    let mut values = vec![
        (format!("{indent}= "), Tone::Quiet),
        (format!("{} · {}", number(x, 5), number(neuron.a - y, 6)), Tone::Text),
    ];
    if has_slope(of) {
        words.extend([(" · ".to_owned(), Tone::Quiet), ("σ′(z)".to_owned(), slope)]);
        values.push((" · ".to_owned(), Tone::Quiet));
        values.push((number(neuron.slope, 6), slope));
    } else {
        words.push((format!("  {}", why_no_slope(of)), Tone::Quiet));
    }
    let result = neuron.gradient.first().copied().unwrap_or(0.0);
    rows.push((2, Row::Text(words)));
    rows.push((2, Row::Text(values)));
    rows.push((
        3,
        Row::Text(vec![(format!("{indent}= "), Tone::Quiet), (number(result, 7), Tone::Strong)]),
    ));
}

/// Whether a slope makes a wrong neuron slow.
fn hurts(error: f64, slope: f64) -> bool {
    error >= 0.5 && slope < 0.1
}

fn network_product(rows: &mut Vec<(u8, Row)>, (arm, of): (usize, &ArmFacts), moment: &Moment) {
    let mut words =
        vec![("|δ| = ".to_owned(), Tone::Quiet), ("|a − y|".to_owned(), Tone::Arm(arm))];
    let mut values =
        vec![("    = ".to_owned(), Tone::Quiet), (number(moment.error, 6), Tone::Text)];
    if has_slope(of) {
        let slope = if moment.slope < 0.05 { Tone::Hurt } else { Tone::Arm(arm) };
        words.extend([(" · ".to_owned(), Tone::Quiet), ("slope".to_owned(), slope)]);
        values.push((" · ".to_owned(), Tone::Quiet));
        values.push((number(moment.slope, 6), slope));
    } else {
        words.push((format!("  {}", why_no_slope(of)), Tone::Quiet));
    }
    values.push((format!(" = {}", number(moment.delta, 7)), Tone::Strong));
    rows.push((4, Row::Text(words)));
    rows.push((4, Row::Text(values)));
}

fn network_note(facts: &RunFacts, of: &ArmFacts) -> Row {
    let outputs = of.sizes.last().copied().unwrap_or(1);
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let text = format!(
        "means of {outputs} output{} × {} example{}",
        plural(outputs),
        facts.batch,
        plural(facts.batch),
    );
    let more = ["; log bars", "; slope = their ratio"].map(|text| (text.to_owned(), Tone::Quiet));
    Row::Text(std::iter::once((text, Tone::Quiet)).chain(more).collect())
}

fn network_numbers(facts: &RunFacts, now: &ArmDigest) -> Row {
    let mut pieces = Vec::new();
    let mut put = |label: &str, value: String| {
        pieces.push((format!("{label} {value}  "), Tone::Text));
    };
    let Some(evaluation) = &now.evaluation else {
        return Row::Text(vec![("not evaluated yet".into(), Tone::Quiet)]);
    };
    if let Some(accuracy) = evaluation.test_accuracy.or(evaluation.accuracy) {
        put("accuracy", format!("{:>6.2} %", accuracy * 100.0));
    }
    if let Some((best, epoch)) = now.best {
        put("best", format!("{:.2} % at {epoch}", best * 100.0));
    }
    if facts.classes.is_empty() || evaluation.accuracy.is_none() {
        put("C", padded(evaluation.cost_data, 7));
    }
    Row::Text(pieces)
}

fn neuron_numbers(neuron: &NeuronMoment) -> Row {
    let mut pieces = Vec::new();
    let weight = neuron.w.first().copied().unwrap_or(0.0);
    for (label, value) in [("w", weight), ("b", neuron.b), ("z", neuron.z), ("a", neuron.a)] {
        pieces.push((format!("{label} "), Tone::Quiet));
        pieces.push((format!("{:<7} ", number(value, 6)), Tone::Text));
    }
    Row::Text(pieces)
}

fn draw_bar(
    canvas: &mut Canvas<'_>,
    line: Rect,
    arm: usize,
    (label, share, value): (&str, f64, f64),
) {
    const LABEL: u16 = 12;
    const VALUE: u16 = 8;
    let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
    canvas.text((line.x, line.y), LABEL.min(line.width), label, quiet);
    if line.width < LABEL + VALUE {
        return;
    }
    let what = Bar { share, style: canvas.theme.arm(arm), trough: canvas.theme.trough };
    let area = Rect { x: line.x + LABEL, width: line.width - LABEL - VALUE, ..line };
    bar(canvas, area, &what);
    canvas.text_right(line, &padded(value, 7), text);
}

fn draw_pieces(canvas: &mut Canvas<'_>, line: Rect, pieces: &[(String, Tone)]) {
    let styles: Vec<Style> = pieces
        .iter()
        .map(|(_, tone)| {
            let style = tone.style(canvas);
            if *tone == Tone::Hurt { style.add_modifier(Modifier::BOLD) } else { style }
        })
        .collect();
    let mut writer = canvas.line(line);
    let mut whole = true;
    for (index, ((text, _), style)) in pieces.iter().zip(styles).enumerate() {
        // The first is cut if it must be; one after it is left out, and all that follow.
        if index == 0 {
            writer.put(text, style);
        } else {
            whole = whole && writer.put_whole(text.trim_end(), style);
            if whole {
                writer.put(&text[text.trim_end().len()..], style);
            }
        }
    }
}

/// The error and the slope of an arm in a word each, for a line of text.
pub(super) fn words(moment: &Moment) -> String {
    format!("error {} slope {}", brief(moment.error), brief(moment.slope))
}
