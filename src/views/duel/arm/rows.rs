//! The rows of the panel of an arm, which are drawn and copied as text.

use crate::canvas::ChartScale;
use crate::canvas::number::{brief, count, number, padded, short};
use crate::canvas::widgets::Tone;
use crate::telemetry::{
    Activation, ArmFacts, ArmProgress, GradientFactors, NeuronState, Output, RunFacts,
};
use crate::views::duel::arm::context::ArmContext;
use crate::views::duel::arm::panel_row::{FactorBar, PanelRow, StyledPieces};
use crate::views::duel::arm::product::{network_product, neuron_product};
use crate::views::duel::kind::compares_starts;

pub(super) fn formula(of: &ArmFacts) -> &'static str {
    let texts = of.cost.texts();
    if of.sizes.last().is_some_and(|outputs| *outputs > 1) { texts.short_sum } else { texts.short }
}

/// Returns η and λ for the frame, with the requested η if it is pending.
pub(super) fn note(context: ArmContext<'_>) -> StyledPieces {
    let ArmContext { shared, index: arm, facts: of, progress: now, .. } = context;
    let mut out = Vec::with_capacity(3);
    if of.lambda > 0.0 {
        out.push((format!("λ {}  ", short(of.lambda)), Tone::Quiet));
    }
    out.push((format!("η {}", short(now.eta)), Tone::Text));
    if let Some(eta) = shared.pending.etas.get(arm).copied().flatten() {
        out.push((format!(" → {}…", short(eta)), Tone::Chosen));
    }
    out
}

/// Returns the rows of the panel with their priorities; 0 is kept longest.
pub(super) fn rows(context: ArmContext<'_>) -> Vec<(u8, PanelRow)> {
    let ArmContext { shared, run, facts: of, progress: now, .. } = context;
    let mut rows = Vec::with_capacity(14);
    rows.push((8, PanelRow::Gap));
    if let Some(diverged) = &now.diverged {
        let (step, eta) = (diverged.step, short(diverged.eta));
        let variants = [
            format!("✗ stopped at step {step} with η = {eta}"),
            format!("✗ step {step}, η = {eta}"),
        ];
        rows.push((0, PanelRow::Fit(variants.map(|text| vec![(text, Tone::Problem)]).into())));
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
    let scale = shared.chart.scale.unwrap_or_default();
    let bars = bars(run, of, gradient_factors).into_iter();
    rows.extend(bars.map(|(label, value)| (1, PanelRow::Bar(FactorBar { label, value, scale }))));
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
        let is_of_starts = compares_starts(run) && gradient_factors.hidden_slope.is_some();
        let note = if is_of_starts { hidden_note(run, of) } else { network_note(run, of) };
        rows.push((5, note));
        rows.push((9, PanelRow::Gap));
        rows.push((3, network_numbers(run, now)));
    }
    rows
}

/// Returns the label and the value of each bar.
fn bars(
    run: &RunFacts,
    of: &ArmFacts,
    gradient_factors: &GradientFactors,
) -> Vec<(&'static str, f64)> {
    let error = ("error |a−y|", gradient_factors.error);
    if let Some(neuron) = &gradient_factors.neuron {
        let is_linear = of.output == Output::Linear;
        let slope = if is_linear { "slope f′(z)" } else { "slope σ′(z)" };
        let gradient = neuron.gradient.first().map_or(0.0, |g| g.abs());
        return vec![error, (slope, gradient_factors.slope), ("|∂C/∂w|", gradient)];
    }
    // Where no slope is a factor all of the error passes, but for the rounding of the means.
    let all_passes = !of.cost.slope_in_delta(of.output).is_present();
    let passed = ("passed δ/error", if all_passes { 1.0 } else { gradient_factors.slope });
    let signal = ("signal |δ|", gradient_factors.delta);
    match gradient_factors.hidden_slope.filter(|_| compares_starts(run)) {
        None => vec![error, passed, signal],
        // The subject comes first; a bar that is always full is left out.
        Some(slope) if all_passes => vec![(hidden_label(of), slope), error, signal],
        Some(slope) => vec![(hidden_label(of), slope), error, passed, signal],
    }
}

/// Returns the label of the mean slope of the first hidden layer.
fn hidden_label(of: &ArmFacts) -> &'static str {
    if of.hidden == Activation::Sigmoid { "hidden σ′(z)" } else { "hidden f′(z)" }
}

/// Returns the note under the bars of a run that compares starts.
fn hidden_note(facts: &RunFacts, of: &ArmFacts) -> PanelRow {
    let neurons = count(of.sizes.get(1).copied().unwrap_or(1) as u64);
    let (slope, most) = (hidden_label(of), brief(of.hidden.largest_slope()));
    let m = count(facts.batch as u64);
    let variants = [
        format!("{slope}: mean of {neurons} neurons × {m} examples, {most} at most"),
        format!("{slope}: a mean, {most} at most"),
    ];
    PanelRow::Fit(variants.map(|text| vec![(text, Tone::Quiet)]).into())
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
    let ratio = "passed = their ratio";
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
    if let Some(fit) = evaluation.judged_fit() {
        let (r2, error) = match evaluation.test_fit {
            Some(_) => ("R², test", "error, test"),
            None => ("R²", "error"),
        };
        pairs.extend(fit.r2.map(|value| (r2, padded(value, 7))));
        pairs.push((error, padded(fit.mean_error, 7)));
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
