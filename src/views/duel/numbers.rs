//! The table of numbers, one column per arm.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::canvas::glyphs::mark;
use crate::canvas::number::{count, number, short, short_name};
use crate::canvas::widgets::{FramedArea, Panel, Tone, panel};
use crate::canvas::{Canvas, row};
use crate::telemetry::{ArmFacts, ArmProgress, Evaluation, HalfForecast, Output, RunFacts};
use crate::views::shared_state::SharedState;
use crate::views::shrinking::Shrinking;

/// Cells of the labels.
const LABEL: u16 = 16;

type CellText = fn(&RunFacts, &ArmFacts, &ArmProgress) -> Option<String>;

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

/// The lines of the table, the most informative first; a line for which no arm has a value is left
/// out.
const LINES: [(&str, CellText); 22] = [
    ("accuracy, test", |_, _, now| classified(now)?.test_accuracy.map(percent)),
    ("best, test", |_, _, now| {
        classified(now)?.test_accuracy.and(now.best).map(|(best, _)| percent(best))
    }),
    ("accuracy, train", |_, _, now| classified(now)?.accuracy.map(percent)),
    ("best", |_, _, now| {
        let evaluation = classified(now).filter(|e| e.test_accuracy.is_none())?;
        evaluation.accuracy.and(now.best).map(|(best, _)| percent(best))
    }),
    ("best, at epoch", |_, _, now| {
        classified(now).and(now.best).map(|(_, epoch)| epoch.to_string())
    }),
    ("R², test", |_, _, now| now.evaluation.as_ref()?.test_fit?.r2.map(|r2| number(r2, 8))),
    ("error, test", |_, _, now| {
        now.evaluation.as_ref()?.test_fit.map(|fit| number(fit.mean_error, 8))
    }),
    ("R², train", |_, _, now| now.evaluation.as_ref()?.fit?.r2.map(|r2| number(r2, 8))),
    ("error, train", |_, _, now| {
        let evaluation = now.evaluation.as_ref().filter(|of| of.test_fit.is_some())?;
        evaluation.fit.map(|fit| number(fit.mean_error, 8))
    }),
    ("a = ½ at epoch", |_, _, now| now.reached_half.map(|epoch| epoch.to_string())),
    ("a = ½ foreseen", |_, _, now| match now.foreseen.filter(|_| now.reached_half.is_none())? {
        HalfForecast::At(epoch) => Some(epoch.to_string()),
        HalfForecast::About(epoch) => Some(format!("≈ {epoch}")),
        HalfForecast::After(epoch) => Some(format!("> {epoch}")),
    }),
    ("cost C", |_, _, now| {
        let gradient_factors =
            || now.gradient_factors.as_ref().map(|gradient_factors| gradient_factors.cost);
        let evaluated = now.evaluation.as_ref().map(|e| e.cost_data);
        evaluated.or_else(gradient_factors).map(|c| number(c, 8))
    }),
    ("its L2 term", |_, of, now| {
        let evaluation = now.evaluation.as_ref().filter(|_| of.lambda > 0.0)?;
        Some(number(evaluation.cost - evaluation.cost_data, 8))
    }),
    ("C, test", |_, _, now| now.evaluation.as_ref()?.test_cost.map(|c| number(c, 8))),
    ("C at the start", |_, _, now| now.first_cost.map(|c| number(c, 8))),
    ("saturated right", |_, of, now| outputs(of, now)?.saturated_right().map(percent)),
    ("saturated wrong", |_, of, now| outputs(of, now).map(|e| percent(e.saturated_wrong))),
    ("saturated", |_, of, now| saturated_neuron(of, now).map(str::to_owned)),
    ("δ = ∂C/∂z", |_, _, now| {
        now.gradient_factors.as_ref()?.neuron.as_ref().map(|neuron| number(neuron.delta, 8))
    }),
    ("λ", |_, of, _| (of.lambda > 0.0).then(|| short(of.lambda))),
    ("1 − ηλ/n", |run, of, now| shrinking(run, of, now).map(|by| number(by.step, 8))),
    ("in an epoch", |run, of, now| shrinking(run, of, now).map(|by| number(by.epoch, 8))),
];

/// The lines that follow if there is room: the structure of the arm.
const MADE: [(&str, CellText); 4] = [
    ("layers", |_, of, _| {
        let sizes: Vec<String> = of.sizes.iter().map(ToString::to_string).collect();
        Some(sizes.join("-"))
    }),
    ("hidden", |_, of, _| (of.sizes.len() > 2).then(|| of.hidden.name().to_owned())),
    ("output", |_, of, _| Some(of.output.name().to_owned())),
    ("start", |_, of, _| Some(of.start.clone())),
];

/// Returns the factor by which each step shrinks the weights, if λ > 0.
fn shrinking(run: &RunFacts, of: &ArmFacts, now: &ArmProgress) -> Option<Shrinking> {
    (of.lambda > 0.0).then(|| Shrinking::of(run, of, now))
}

/// Returns the newest evaluation, except for a single neuron, whose accuracy means nothing.
fn classified(now: &ArmProgress) -> Option<&Evaluation> {
    let is_single = now
        .gradient_factors
        .as_ref()
        .is_some_and(|gradient_factors| gradient_factors.neuron.is_some());
    now.evaluation.as_ref().filter(|_| !is_single)
}

/// Returns the newest evaluation of a network whose outputs can saturate.
fn outputs<'a>(of: &ArmFacts, now: &'a ArmProgress) -> Option<&'a Evaluation> {
    classified(now).filter(|_| of.output != Output::Linear)
}

/// Returns whether a single sigmoid neuron is saturated, and on the right side or the wrong one.
fn saturated_neuron(of: &ArmFacts, now: &ArmProgress) -> Option<&'static str> {
    let now = now.gradient_factors.as_ref().filter(|_| of.output == Output::Sigmoid)?;
    let neuron = now.neuron.as_ref()?;
    Some(match neuron.a {
        a if !of.output.is_saturated(a, 1.0 - a) => "no",
        _ if now.error >= 0.5 => "and wrong",
        _ => "and right",
    })
}

/// Returns the lines of the table for one arm.
pub(super) fn text(run: &RunFacts, of: &ArmFacts, now: &ArmProgress) -> Vec<String> {
    LINES
        .iter()
        .filter_map(|(label, cell)| Some(format!("{label} {}", cell(run, of, now)?)))
        .collect()
}

/// Returns the epoch of the newest evaluation, which most numbers belong to.
pub(super) fn as_of(shared: &SharedState) -> Option<String> {
    let evaluated = shared.history.arms.iter().filter_map(|now| now.evaluation.as_ref());
    Some(format!("epoch {}", count(evaluated.map(|evaluation| evaluation.epoch).max()?)))
}

/// Draws the table.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    shared: &SharedState,
    facts: &RunFacts,
    framed: FramedArea,
) {
    let FramedArea { area, frame } = framed;
    let title = [("the numbers", Tone::Strong)];
    let whole = if facts.single.is_some() { "" } else { "C over the training set, " };
    let note = as_of(shared).map(|epoch| format!("{whole}{epoch}")).unwrap_or_default();
    let note = [(note.as_str(), Tone::Quiet)];
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    let arms = facts.arms.len().min(shared.history.arms.len()) as u16;
    if arms == 0 || inner.width < LABEL + arms * 9 {
        return;
    }
    let column = ((inner.width - LABEL) / arms).min(18);
    let place = |arm: usize, line: Rect| Rect {
        x: line.x + LABEL + arm as u16 * column,
        width: column.min(line.width),
        ..line
    };
    let head = row(inner, 0);
    for (arm, of) in facts.arms.iter().enumerate().take(usize::from(arms)) {
        let name = short_name(&of.name, usize::from(column.saturating_sub(3)));
        let name = format!("{} {name}", canvas.letter(mark(arm)));
        let style = canvas.theme.arm(arm).add_modifier(Modifier::BOLD);
        canvas.text_right(place(arm, head), &name, style);
    }
    let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
    let mut y = 1;
    for (label, cell) in LINES.iter().chain(&MADE) {
        let cells: Vec<Option<String>> = facts
            .arms
            .iter()
            .zip(&shared.history.arms)
            .map(|(of, now)| cell(facts, of, now))
            .collect();
        if y >= inner.height || cells.iter().all(Option::is_none) {
            continue;
        }
        let line = row(inner, y);
        canvas.text((line.x, line.y), LABEL - 1, label, quiet);
        for (arm, cell) in cells.iter().enumerate() {
            let cell = cell.as_deref().unwrap_or("–");
            let cut: String = cell.chars().take(usize::from(column - 1)).collect();
            canvas.text_right(place(arm, line), &cut, text);
        }
        y += 1;
    }
}
