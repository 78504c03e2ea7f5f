//! The panel of an arm: the factors of its gradient, as bars and as a product.

mod product;
mod text;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::app::{App, ChartScale};
use crate::math::log10;
use crate::telemetry::{ArmFacts, ArmProgress, GradientFactors, NeuronState, Output, RunFacts};
use crate::ui::canvas::{Canvas, row};
use crate::ui::duel::arm::product::{network_product, neuron_product};
use crate::ui::duel::{DuelKind, kind, recall};
use crate::ui::glyphs::mark;
use crate::ui::number::{brief, number, padded, short, short_name};
use crate::ui::widgets::{Bar, FramedArea, Panel, Tone, bar, panel};

pub(super) use text::text;

/// The decades that a logarithmic bar spans, below 1.
const DECADES: f64 = 4.0;

/// Pieces of a line, each with its tone.
type StyledPieces = Vec<(String, Tone)>;

/// A row of the panel.
enum PanelRow {
    Gap,
    Bar(FactorBar),
    /// The ends of logarithmic bars.
    Decades,
    /// The formula of the cost, if the frame has no room for it.
    Formula,
    Text(StyledPieces),
    /// The first of these variants that fits whole.
    Fit(Vec<StyledPieces>),
    /// Labels and values; the first pair that does not fit is left out, with all that follow.
    Pairs(Vec<(&'static str, String)>),
    Recall,
    Classes,
}

/// A value drawn as a bar from 0 to 1, or over the decades below 1.
struct FactorBar {
    label: &'static str,
    value: f64,
    scale: ChartScale,
}

/// The place of the formula of the cost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FormulaPlace {
    /// In the title, if it fits there in the panels of all arms.
    Title,
    /// In a row of its own.
    Row,
}

/// The place of the recall of each class.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RecallPlace {
    /// In the panel of its arm.
    ArmPanel,
    /// In a panel of its own.
    OwnPanel,
}

/// An arm with its run.
#[derive(Clone, Copy)]
pub(super) struct ArmContext<'a> {
    app: &'a App,
    run: &'a RunFacts,
    index: usize,
    /// What is fixed from the start.
    pub facts: &'a ArmFacts,
    /// What the run has reported.
    pub progress: &'a ArmProgress,
}

impl<'a> ArmContext<'a> {
    /// Returns the arms of a run that are known so far.
    pub(super) fn all(app: &'a App, run: &'a RunFacts) -> impl Iterator<Item = Self> {
        let arms = run.arms.iter().zip(&app.history.arms).enumerate();
        arms.map(move |(index, (facts, progress))| Self { app, run, index, facts, progress })
    }
}

/// Draws the panel of one arm.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    context: ArmContext<'_>,
    framed: FramedArea,
    recall: RecallPlace,
) {
    let ArmContext { app, run, index: arm, facts: of, .. } = context;
    let fits_title = |context: ArmContext<'_>| {
        let name = canvas.width(&context.facts.name) + 2;
        let title = name + 2 + canvas.width(formula(context.facts));
        title <= title_room(canvas, context, framed.area)
    };
    let formula_place = if ArmContext::all(app, run).all(fits_title) {
        FormulaPlace::Title
    } else {
        FormulaPlace::Row
    };
    let inner = draw_frame(canvas, context, framed, formula_place);
    let mut rows = rows(context);
    let widest = run.arms.iter().map(|of| canvas.width(formula(of)) + 6).max().unwrap_or(0);
    if formula_place == FormulaPlace::Title || widest > inner.width {
        rows.retain(|(_, row)| !matches!(row, PanelRow::Formula));
    }
    if recall == RecallPlace::ArmPanel && kind(run) == DuelKind::Classes {
        rows.push((2, PanelRow::Recall));
        rows.push((2, PanelRow::Classes));
    }
    fit(&mut rows, usize::from(inner.height));
    for (index, (_, what)) in rows.iter().enumerate() {
        let line = row(inner, index as u16);
        match what {
            PanelRow::Gap => {}
            PanelRow::Bar(bar) => draw_bar(canvas, line, arm, bar),
            PanelRow::Decades => draw_decades(canvas, line),
            PanelRow::Formula => {
                let indent = if run.single.is_some() { 4 } else { 2 };
                let quiet = canvas.theme.quiet;
                canvas.line(line).gap(indent).put(formula(of), quiet);
            }
            PanelRow::Text(pieces) => draw_pieces(canvas, line, pieces),
            PanelRow::Fit(variants) => draw_fitting(canvas, line, variants),
            PanelRow::Pairs(pairs) => draw_pairs(canvas, line, pairs),
            PanelRow::Recall => recall::draw_line(canvas, app, line, arm),
            PanelRow::Classes => recall::draw_names(canvas, run, line),
        }
    }
}

/// Removes the least important rows until the rest fits.
fn fit(rows: &mut Vec<(u8, PanelRow)>, height: usize) {
    while rows.len() > height {
        let Some(worst) = rows.iter().map(|(priority, _)| *priority).max() else { return };
        if worst >= 3 {
            // Rows of one priority belong together and are removed together.
            rows.retain(|(priority, _)| *priority != worst);
        } else if let Some(last) = rows.iter().rposition(|(priority, _)| *priority == worst) {
            rows.remove(last);
        }
    }
}

fn formula(of: &ArmFacts) -> &'static str {
    of.cost.texts().short
}

/// Returns η and λ for the frame, with the requested η if it is pending.
fn note(context: ArmContext<'_>) -> StyledPieces {
    let ArmContext { app, index: arm, facts: of, progress: now, .. } = context;
    let mut out = Vec::with_capacity(3);
    if of.lambda > 0.0 {
        out.push((format!("λ {}  ", short(of.lambda)), Tone::Quiet));
    }
    out.push((format!("η {}", short(now.eta)), Tone::Text));
    if let Some(eta) = app.pending_etas.get(arm).copied().flatten() {
        out.push((format!(" → {}…", short(eta)), Tone::Chosen));
    }
    out
}

/// Returns the cells that the note leaves for the title.
fn title_room(canvas: &Canvas<'_>, context: ArmContext<'_>, area: Rect) -> u16 {
    let note: u16 = note(context).iter().map(|(text, _)| canvas.width(text)).sum();
    area.width.saturating_sub(note + 9)
}

fn draw_frame(
    canvas: &mut Canvas<'_>,
    context: ArmContext<'_>,
    framed: FramedArea,
    formula_place: FormulaPlace,
) -> Rect {
    let ArmContext { app, index: arm, facts: of, .. } = context;
    let FramedArea { area, frame } = framed;
    let (glyph, ascii) = mark(arm);
    let is_chosen = app.arm == arm && app.history.arms.len() > 1;
    let chosen = if is_chosen && !canvas.theme.has_colours() { "▸ " } else { "" };
    let room = title_room(canvas, context, area);
    let width = usize::from(room.saturating_sub(2 + canvas.width(chosen)));
    let name = short_name(&of.name, width.max(6));
    let name = format!("{chosen}{} {name}", if canvas.is_ascii() { ascii } else { glyph });
    let mut title = vec![(name.as_str(), Tone::Arm(arm))];
    let formula = format!("  {}", formula(of));
    if formula_place == FormulaPlace::Title {
        title.push((&formula, Tone::Quiet));
    }
    let note = note(context);
    let note: Vec<(&str, Tone)> = note.iter().map(|(text, tone)| (text.as_str(), *tone)).collect();
    let chosen = is_chosen.then_some(arm);
    panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen })
}

/// Returns the rows of the panel with their priorities; 0 is kept longest.
fn rows(context: ArmContext<'_>) -> Vec<(u8, PanelRow)> {
    let ArmContext { app, run, facts: of, progress: now, .. } = context;
    let mut rows = Vec::with_capacity(14);
    rows.push((8, PanelRow::Gap));
    if let Some(diverged) = &now.diverged {
        let (step, eta) = (diverged.step, short(diverged.eta));
        let variants = [
            format!("✗ stopped at step {step} with η = {eta}"),
            format!("✗ step {step}, η = {eta}"),
        ];
        rows.push((0, PanelRow::Fit(variants.map(|text| vec![(text, Tone::Hurt)]).into())));
        rows.push((0, PanelRow::Text(vec![(diverged.reason.clone(), Tone::Quiet)])));
        rows.push((7, PanelRow::Gap));
    }
    let Some(gradient_factors) = &now.gradient_factors else {
        rows.push((
            1,
            PanelRow::Text(vec![("waiting for its first mini-batch".into(), Tone::Quiet)]),
        ));
        return rows;
    };
    let scale = if run.single.is_none() { ChartScale::Log } else { app.chart.scale };
    rows.extend(bars(of, gradient_factors, scale).map(|bar| (1, bar)));
    rows.push(match scale {
        ChartScale::Log => (4, PanelRow::Decades),
        ChartScale::Linear => (7, PanelRow::Gap),
    });
    rows.push((6, PanelRow::Formula));
    if let Some(neuron) = &gradient_factors.neuron {
        neuron_product(&mut rows, context, gradient_factors, neuron);
        rows.push((9, PanelRow::Gap));
        rows.push((5, neuron_numbers(neuron)));
    } else {
        network_product(&mut rows, context, gradient_factors);
        rows.push((5, network_note(run, of)));
        rows.push((9, PanelRow::Gap));
        rows.push((3, network_numbers(run, now)));
    }
    rows
}

fn bars(
    of: &ArmFacts,
    gradient_factors: &GradientFactors,
    scale: ChartScale,
) -> impl Iterator<Item = PanelRow> {
    let (slope, third, size) = match &gradient_factors.neuron {
        Some(neuron) => {
            let slope =
                if of.output == Output::Linear { "slope f′(z)" } else { "slope σ′(z)" };
            (slope, "|∂C/∂w|", neuron.gradient.first().map_or(0.0, |g| g.abs()))
        }
        None => ("slope δ/error", "signal |δ|", gradient_factors.delta),
    };
    [("error |a−y|", gradient_factors.error), (slope, gradient_factors.slope), (third, size)]
        .into_iter()
        .map(move |(label, value)| PanelRow::Bar(FactorBar { label, value, scale }))
}

/// Returns whether the slope is a factor of the gradient in the last layer.
fn has_slope(of: &ArmFacts) -> bool {
    of.cost.slope_in_delta(of.output).is_present()
}

/// Returns the reason why the slope is not a factor of the gradient in the last layer.
fn why_no_slope(of: &ArmFacts) -> &'static str {
    if of.output == Output::Linear {
        "no σ′: the output is linear"
    } else {
        "σ′(z) cancelled"
    }
}

fn network_note(facts: &RunFacts, of: &ArmFacts) -> PanelRow {
    let outputs = of.sizes.last().copied().unwrap_or(1);
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let text = format!(
        "means of {outputs} output{} × {} example{}",
        plural(outputs),
        facts.batch,
        plural(facts.batch),
    );
    let ratio = "slope = their ratio";
    let variants = [format!("{text}; {ratio}"), format!("means; {ratio}"), text];
    PanelRow::Fit(variants.map(|text| vec![(text, Tone::Quiet)]).into())
}

fn network_numbers(facts: &RunFacts, now: &ArmProgress) -> PanelRow {
    let Some(evaluation) = &now.evaluation else {
        return PanelRow::Text(vec![("not evaluated yet".into(), Tone::Quiet)]);
    };
    let mut pairs = Vec::new();
    if let Some(accuracy) = evaluation.test_accuracy {
        pairs.push(("accuracy, test", format!("{:>6.2} %", accuracy * 100.0)));
    } else if let Some(accuracy) = evaluation.accuracy {
        pairs.push(("accuracy", format!("{:>6.2} %", accuracy * 100.0)));
    }
    if let Some((best, epoch)) = now.best {
        pairs.push(("best", format!("{:.2} % at epoch {epoch}", best * 100.0)));
    }
    if facts.classes.is_empty() || evaluation.accuracy.is_none() {
        pairs.push(("C", padded(evaluation.cost_data, 7)));
    }
    PanelRow::Pairs(pairs)
}

fn neuron_numbers(neuron: &NeuronState) -> PanelRow {
    let weight = neuron.w.first().copied().unwrap_or(0.0);
    let name = if neuron.w.len() > 1 { "w₁" } else { "w" };
    let values = [("a", neuron.a), ("z", neuron.z), (name, weight), ("b", neuron.b)];
    PanelRow::Pairs(values.map(|(label, v)| (label, format!("{:<6}", number(v, 6)))).into())
}

/// Returns the cells of a bar's label and of its value.
fn margins(width: u16) -> (u16, u16) {
    (if width >= 36 { 14 } else { 12 }, 8)
}

fn draw_bar(canvas: &mut Canvas<'_>, line: Rect, arm: usize, factor: &FactorBar) {
    let FactorBar { label, value, scale } = *factor;
    let (before, after) = margins(line.width);
    let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
    let has_room = canvas.width(label) < before;
    let label = if has_room { label } else { label.split(' ').next().unwrap_or(label) };
    canvas.text((line.x, line.y), before.min(line.width), label, quiet);
    if line.width < before + after {
        return;
    }
    let share = match scale {
        ChartScale::Log => 1.0 + log10(value) / DECADES,
        ChartScale::Linear => value,
    };
    let style = canvas.theme.arm(arm);
    let what = Bar { share: share.clamp(0.0, 1.0), style, trough: canvas.theme.trough };
    let area = Rect { x: line.x + before, width: line.width - before - after, ..line };
    bar(canvas, area, &what);
    // Values beyond an end of the scale are marked.
    if area.width > 1 && value > 0.0 && share <= 0.0 {
        canvas.put((area.x, area.y), ('◂', '<'), style);
    } else if area.width > 1 && share > 1.0 + 1e-9 {
        canvas.put((area.right(), area.y), ('▸', '>'), style);
    }
    canvas.text_right(line, &padded(value, 7), text);
}

fn draw_decades(canvas: &mut Canvas<'_>, line: Rect) {
    let (before, after) = margins(line.width);
    if line.width < before + after + 6 {
        return;
    }
    let quiet = canvas.theme.quiet;
    let area = Rect { x: line.x + before, width: line.width - before - after, ..line };
    canvas.text((line.x, line.y), before - 1, "log scale", quiet);
    canvas.text((area.x, area.y), area.width - 2, "1e−4", quiet);
    canvas.text_right(area, "1", quiet);
}

fn draw_fitting(canvas: &mut Canvas<'_>, line: Rect, variants: &[StyledPieces]) {
    let width =
        |pieces: &StyledPieces| pieces.iter().map(|(text, _)| canvas.width(text)).sum::<u16>();
    if let Some(pieces) = variants.iter().find(|pieces| width(pieces) <= line.width) {
        draw_pieces(canvas, line, pieces);
    }
}

fn draw_pairs(canvas: &mut Canvas<'_>, line: Rect, pairs: &[(&str, String)]) {
    let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
    let mut x = line.x;
    for (label, value) in pairs {
        let width = canvas.width(label) + 1 + canvas.width(value.trim_end());
        if x.saturating_add(width) > line.right() {
            return;
        }
        let end = canvas.text((x, line.y), line.width, label, quiet) + 1;
        let end = canvas.text((end, line.y), line.right() - end, value, text);
        x = end + 2;
    }
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
        // The first piece is cut if necessary; a later one that does not fit is left out, with all
        // that follow.
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

/// Returns the error and the slope of an arm in a word each, for a line of text.
pub(super) fn words(gradient_factors: &GradientFactors) -> String {
    format!("error {} slope {}", brief(gradient_factors.error), brief(gradient_factors.slope))
}
