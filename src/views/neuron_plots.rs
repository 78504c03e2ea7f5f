//! The panels of a single neuron: its position on the sigmoid, and the gradient of each cost there.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::glyphs::mark;
use crate::canvas::number::{grown, number, short};
use crate::canvas::widgets::{FramedArea, Panel, Pen, Plot, PlotMark, Tangent, Tone, panel};
use crate::telemetry::{ArmFacts, Cost, NeuronState, Output, RunFacts};
use crate::views::shared_state::SharedState;

/// Returns the value of a sampled curve at z, interpolated linearly between its samples and
/// constant beyond its ends.
fn sampled(z: &[f64], values: &[f64], at: f64) -> f64 {
    let (Some(first), Some(last)) = (z.first(), z.last()) else { return f64::NAN };
    let share = ((at - first) / (last - first)).clamp(0.0, 1.0) * (z.len() - 1) as f64;
    let low = share.floor();
    match (values.get(low as usize), values.get(low as usize + 1)) {
        (Some(one), Some(next)) => one + (next - one) * (share - low),
        (Some(one), None) => *one,
        _ => f64::NAN,
    }
}

/// Returns the arms with the state of a single neuron.
fn neurons(shared: &SharedState) -> impl Iterator<Item = (usize, &NeuronState)> {
    shared
        .history
        .arms
        .iter()
        .enumerate()
        .filter_map(|(arm, now)| Some((arm, now.gradient_factors.as_ref()?.neuron.as_ref()?)))
}

/// Returns the greatest |z| of the axis: as far as the curves have been sampled.
fn reach(shared: &SharedState) -> f64 {
    let ends = shared.history.curves.as_ref().and_then(|c| Some((*c.z.first()?, *c.z.last()?)));
    ends.map(|(from, to)| from.abs().max(to.abs())).filter(|r| r.is_normal()).unwrap_or(6.0)
}

/// Draws the sigmoid, each arm's position on it, and the tangent there.
pub(in crate::views) fn draw_sigmoid(
    canvas: &mut Canvas<'_>,
    shared: &SharedState,
    facts: &RunFacts,
    framed: FramedArea,
) {
    let FramedArea { area, frame } = framed;
    let title = [("each neuron on σ(z)", Tone::Strong)];
    let note = [("the tangent is the slope", Tone::Quiet)];
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    let curve = Pen::solid(canvas.theme.quiet, '.');
    let (mut tangents, mut marks) = (Vec::new(), Vec::new());
    let is_on_it = |arm: usize| facts.arms.get(arm).is_some_and(|a| a.output != Output::Linear);
    for (arm, neuron) in neurons(shared).filter(|(arm, _)| is_on_it(*arm)) {
        let style = canvas.theme.arm(arm);
        let pen = Pen::solid(style, '-');
        let label = format!("σ′ {}", number(neuron.slope, 6));
        tangents.push(Tangent { at: (neuron.z, neuron.a), slope: neuron.slope, pen });
        marks.push(PlotMark { at: (neuron.z, neuron.a), mark: mark(arm), style, label });
    }
    let sigma =
        |z: f64| shared.history.curves.as_ref().map_or(f64::NAN, |c| sampled(&c.z, &c.sigma, z));
    let curves: Vec<(Pen, &dyn Fn(f64) -> f64)> = vec![(curve, &sigma)];
    Plot { reach: reach(shared), most: 1.0, curves, tangents, marks }.draw(canvas, inner);
}

/// The greatest output on the axis of a linear neuron.
const MOST_LINEAR: f64 = 5.0;

/// Draws the output of one arm's neuron against z, its position on that curve, and the tangent there.
pub(in crate::views) fn draw_output_of(
    canvas: &mut Canvas<'_>,
    shared: &SharedState,
    facts: &RunFacts,
    (arm, area): (usize, Rect),
) {
    let Some((_, neuron)) = neurons(shared).find(|(of, _)| *of == arm) else { return };
    let is_linear = facts.arms.get(arm).is_some_and(|of| of.output == Output::Linear);
    let style = canvas.theme.arm(arm);
    let at = (neuron.z, neuron.a);
    let tangent = Tangent { at, slope: neuron.slope, pen: Pen::solid(style, '-') };
    let marks = vec![PlotMark { at, mark: mark(arm), style, label: String::new() }];
    let sigma =
        |z: f64| shared.history.curves.as_ref().map_or(f64::NAN, |c| sampled(&c.z, &c.sigma, z));
    let identity = |z: f64| if z < 0.0 { f64::NAN } else { z };
    let curve: &dyn Fn(f64) -> f64 = if is_linear { &identity } else { &sigma };
    let curves = vec![(Pen::solid(canvas.theme.quiet, '.'), curve)];
    let most = if is_linear { MOST_LINEAR } else { 1.0 };
    let tangents = if is_linear { Vec::new() } else { vec![tangent] };
    Plot { reach: reach(shared), most, curves, tangents, marks }.draw(canvas, area);
}

/// The speed |∂C/∂z| under which the cost is called flat, whichever cost it is.
const FLAT: f64 = 0.1;

/// Returns whether an arm is on the wrong side, |a − y| ≥ ½, where its cost is flat.
fn is_on_plateau(error: f64, delta: f64) -> bool {
    error >= 0.5 && delta.abs() < FLAT
}

/// Returns the greatest speed of a sigmoid with the quadratic cost: 4/27 for a target of 0 or 1.
fn peak(shared: &SharedState, facts: &RunFacts) -> Option<String> {
    let is_hill = |arm: &ArmFacts| arm.cost == Cost::Quadratic && arm.output == Output::Sigmoid;
    let arm = facts.arms.iter().position(is_hill)?;
    let y = facts.single.as_ref()?.y;
    if y == 0.0 || y == 1.0 {
        return Some("4/27".to_owned());
    }
    let speed = shared.history.curves.as_ref()?.speed.get(arm)?;
    Some(number(speed.iter().copied().fold(0.0, f64::max), 6))
}

/// Draws |δ| against z for the cost of each arm, and the position of each arm.
pub(in crate::views) fn draw_hill(
    canvas: &mut Canvas<'_>,
    shared: &SharedState,
    facts: &RunFacts,
    framed: FramedArea,
) {
    let FramedArea { area, frame } = framed;
    let is_quadratic = |arm: usize| facts.arms.get(arm).is_some_and(|a| a.cost == Cost::Quadratic);
    let has_hill = (0..facts.arms.len()).any(is_quadratic);
    let limit = format!(", flat below {}", short(FLAT));
    let title = [("speed |∂C/∂z| at each z", Tone::Strong), (limit.as_str(), Tone::Quiet)];
    let peak = has_hill.then(|| peak(shared, facts)).flatten();
    let has_gradient =
        |arm: usize| facts.arms.get(arm).is_some_and(|of| of.cost.descends_gradient());
    let other = facts.arms.iter().find(|of| !of.cost.descends_gradient());
    let note = match (other, peak) {
        (Some(of), _) => format!("without {}: not ∂C/∂z", of.name),
        (None, Some(at)) => format!("quadratic peaks at {at}"),
        (None, None) => "height is speed".to_owned(),
    };
    let note = [(note.as_str(), Tone::Quiet)];
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    let sampled_speed = |arm: usize| {
        move |z: f64| {
            let curves = shared.history.curves.as_ref();
            let speed = curves.and_then(|c| Some((c, c.speed.get(arm)?)));
            speed.map_or(f64::NAN, |(c, speed)| sampled(&c.z, speed, z))
        }
    };
    let speeds: Vec<_> = (0..facts.arms.len()).map(sampled_speed).collect();
    let mut curves: Vec<(Pen, &dyn Fn(f64) -> f64)> = Vec::new();
    let mut marks = Vec::new();
    for (arm, neuron) in neurons(shared).filter(|(arm, _)| has_gradient(*arm)) {
        let style = canvas.theme.arm(arm);
        if let Some(speed) = speeds.get(arm) {
            curves.push((Pen::of_arm(arm, style), speed));
        }
        let factors = shared.history.arms.get(arm).and_then(|now| now.gradient_factors.as_ref());
        let is_flat = factors.is_some_and(|now| is_on_plateau(now.error, neuron.delta));
        let speed = number(neuron.delta.abs(), 6);
        let label = if is_flat { format!("wrong, yet flat: {speed}") } else { speed };
        marks.push(PlotMark { at: (neuron.z, neuron.delta.abs()), mark: mark(arm), style, label });
    }
    Plot { reach: reach(shared), most: 1.0, curves, tangents: Vec::new(), marks }
        .draw(canvas, inner);
}

/// Draws C/C₀ against z for the cost of each arm, and the position of each arm.
pub(in crate::views) fn draw_cost(
    canvas: &mut Canvas<'_>,
    shared: &SharedState,
    facts: &RunFacts,
    framed: FramedArea,
) {
    let FramedArea { area, frame } = framed;
    let title = [("cost C/C₀ at each z", Tone::Strong)];
    let is_bent = |arm: &ArmFacts| arm.cost == Cost::Quadratic && arm.output == Output::Sigmoid;
    let note = if facts.arms.iter().any(is_bent) {
        "quadratic flattens out: not convex"
    } else {
        "each on its own scale"
    };
    let note = [(note, Tone::Quiet)];
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    let first = |arm: usize| shared.history.arms.get(arm).and_then(|now| now.first_cost);
    let relative = |arm: usize| {
        move |z: f64| {
            let curves = shared.history.curves.as_ref();
            let cost = curves.and_then(|c| Some((c, c.cost.get(arm)?))).zip(first(arm));
            cost.map_or(f64::NAN, |((c, cost), first)| sampled(&c.z, cost, z) / first)
        }
    };
    let costs: Vec<_> = (0..facts.arms.len()).map(relative).collect();
    let mut curves: Vec<(Pen, &dyn Fn(f64) -> f64)> = Vec::new();
    let mut marks = Vec::new();
    let mut most = 1.0_f64;
    for (arm, neuron) in neurons(shared) {
        let style = canvas.theme.arm(arm);
        let Some(cost) = costs.get(arm) else { continue };
        curves.push((Pen::of_arm(arm, style), cost));
        let here = cost(neuron.z);
        most = most.max(here);
        let at = (neuron.z, here);
        marks.push(PlotMark { at, mark: mark(arm), style, label: number(here, 6) });
    }
    let most = grown(most * 1.2);
    Plot { reach: reach(shared), most, curves, tangents: Vec::new(), marks }.draw(canvas, inner);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plateau_is_where_an_arm_is_wrong_and_its_cost_flat_whichever_cost_it_is() {
        assert!(is_on_plateau(0.93, 0.058) && is_on_plateau(0.98, -0.0189));
        assert!(!is_on_plateau(0.026, 0.0257), "flat, for it is right");
        assert!(!is_on_plateau(0.98, 0.98), "wrong, and steep");
    }

    #[test]
    fn a_sampled_curve_is_linear_between_its_samples_and_constant_beyond() {
        let (z, values) = ([-2.0, 0.0, 2.0], [1.0, 3.0, 0.0]);
        assert_eq!(sampled(&z, &values, -1.0), 2.0);
        assert_eq!(sampled(&z, &values, 1.0), 1.5);
        assert_eq!(sampled(&z, &values, 9.0), 0.0);
        assert!(sampled(&[], &[], 0.0).is_nan());
    }
}
