//! The table of a single neuron: its current numbers, their gradients, and their values after the
//! next step.

use ratatui::layout::Rect;

use crate::canvas::number::padded;
use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, below, row};
use crate::telemetry::NeuronState;
use crate::views::weights::layer_panel::WeightsContext;

/// Cells of a number, including the gap before it.
const NUMBER: u16 = 11;
/// Cells of the name of a row.
const NAME: u16 = 4;

/// Draws the table of an arm's neuron.
pub(super) fn draw(canvas: &mut Canvas<'_>, context: WeightsContext<'_>, area: Rect, arm: usize) {
    let WeightsContext { state, facts, .. } = context;
    let (Some(of), Some(now)) = (facts.arms.get(arm), state.shared.history.arms.get(arm)) else {
        return;
    };
    let title = [(of.name.as_str(), Tone::Arm(arm)), (": the neuron", Tone::Quiet)];
    let frame = FrameStyle::Ruled;
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &[], chosen: None });
    let Some(neuron) =
        now.gradient_factors.as_ref().and_then(|gradient_factors| gradient_factors.neuron.as_ref())
    else {
        return;
    };
    // With λ the step has another term, which is not shown; another rule does not step by the gradient.
    let is_plain = of.lambda == 0.0 && of.cost.descends_gradient();
    let eta = (is_plain && now.diverged.is_none()).then_some(now.eta);
    let heads = ["now", "gradient", "next step"];
    for (nth, head) in heads.iter().enumerate().take(if eta.is_some() { 3 } else { 2 }) {
        let quiet = canvas.theme.quiet;
        canvas.text_right(cell(row(inner, 0), nth), head, quiet);
    }
    let area = below(inner, 1);
    let room = usize::from(area.height.saturating_sub(3));
    let shown = neuron.w.len().min(room);
    for (k, w) in neuron.w.iter().enumerate().take(shown) {
        let name = if neuron.w.len() == 1 { "w".to_owned() } else { format!("w{}", k + 1) };
        let gradient = neuron.gradient.get(k).copied();
        draw_row(canvas, row(area, k as u16), &NeuronRow { name: &name, value: *w, gradient }, eta);
    }
    let area = below(area, shown as u16);
    let bias = NeuronRow { name: "b", value: neuron.b, gradient: Some(neuron.delta) };
    draw_row(canvas, row(area, 0), &bias, eta);
    draw_rest(canvas, below(area, 1), neuron);
}

/// Draws z and a, with their formulas.
fn draw_rest(canvas: &mut Canvas<'_>, area: Rect, neuron: &NeuronState) {
    for (nth, (name, value, how)) in
        [("z", neuron.z, "= Σ w·x + b"), ("a", neuron.a, "= the output")].into_iter().enumerate()
    {
        let line = row(area, nth as u16);
        draw_row(canvas, line, &NeuronRow { name, value, gradient: None }, None);
        let at = cell(line, 1);
        let rest = Rect { x: at.x + 2, width: line.right().saturating_sub(at.x + 2), ..line };
        let quiet = canvas.theme.quiet;
        canvas.line(rest).put_whole(how, quiet);
    }
}

/// A number of the neuron, with its gradient if it is a parameter.
struct NeuronRow<'n> {
    name: &'n str,
    value: f64,
    gradient: Option<f64>,
}

fn draw_row(canvas: &mut Canvas<'_>, line: Rect, number: &NeuronRow<'_>, eta: Option<f64>) {
    let NeuronRow { name, value, gradient } = *number;
    if line.height == 0 {
        return;
    }
    let (strong, quiet, text) = (canvas.theme.strong, canvas.theme.quiet, canvas.theme.text);
    canvas.text((line.x, line.y), NAME.min(line.width), name, quiet);
    canvas.text_right(cell(line, 0), &padded(value, 9), strong);
    let Some(gradient) = gradient else { return };
    canvas.text_right(cell(line, 1), &padded(gradient, 9), text);
    if let Some(eta) = eta {
        canvas.text_right(cell(line, 2), &padded(-eta * gradient, 9), text);
    }
}

/// Returns the cells of the nth number of a row; without width if it does not fit.
fn cell(line: Rect, nth: usize) -> Rect {
    let x = line.x + NAME + NUMBER * nth as u16;
    if x + NUMBER <= line.right() {
        Rect { x, width: NUMBER, ..line }
    } else {
        Rect { x, width: 0, ..line }
    }
}
