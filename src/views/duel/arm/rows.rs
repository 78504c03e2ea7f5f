//! The rows of the panel of an arm, which are drawn and copied as text.

use crate::canvas::ChartScale;
use crate::canvas::number::{number, padded, short};
use crate::canvas::widgets::Tone;
use crate::telemetry::{ArmFacts, ArmProgress, GradientFactors, NeuronState, Output, RunFacts};
use crate::views::duel::arm::context::ArmContext;
use crate::views::duel::arm::panel_row::{FactorBar, PanelRow, StyledPieces};
use crate::views::duel::arm::product::{network_product, neuron_product};

pub(super) fn formula(of: &ArmFacts) -> &'static str {
    of.cost.texts().short
}

/// Returns η and λ for the frame, with the requested η if it is pending.
pub(super) fn note(context: ArmContext<'_>) -> StyledPieces {
    let ArmContext { shared, index: arm, facts: of, progress: now, .. } = context;
    let mut out = Vec::with_capacity(3);
    if of.lambda > 0.0 {
        out.push((format!("λ {}  ", short(of.lambda)), Tone::Quiet));
    }
    out.push((format!("η {}", short(now.eta)), Tone::Text));
    // The keys change η of the chosen arm.
    if shared.arm == arm {
        out.push((" −+".to_owned(), Tone::Quiet));
    }
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
        None => ("passed δ/error", "signal |δ|", gradient_factors.delta),
    };
    // Where no slope is a factor all of the error passes, but for the rounding of the means.
    let all_passes = !of.cost.slope_in_delta(of.output).is_present();
    let is_network = gradient_factors.neuron.is_none();
    let passed = if all_passes && is_network { 1.0 } else { gradient_factors.slope };
    [("error |a−y|", gradient_factors.error), (slope, passed), (third, size)]
        .into_iter()
        .map(move |(label, value)| PanelRow::Bar(FactorBar { label, value, scale }))
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
