//! The line above the panels of a layer whose inputs are a picture: the numbers, the layer, the order of the
//! neurons and the scales.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::number::{number, short};
use crate::canvas::ramps::SIGN_LEVELS;
use crate::canvas::widgets::{scale_bar, sign_bar};
use crate::canvas::{Canvas, inset, row};
use crate::views::weights::film::{film_of, frame_label};
use crate::views::weights::info::word;
use crate::views::weights::layer_panel::{LayerPanel, WeightsContext};
use crate::views::weights::scale_rule::are_own;
use crate::views::weights::sorting::order_words;

/// A part of the line.
enum InfoPart {
    Text(String, Style),
    /// The colours between the ends of the scale, and the words after them.
    Scale(f64, &'static str),
    /// The colours of the signs, whose scales stand beside them.
    Signs,
}

impl InfoPart {
    fn width(&self, canvas: &Canvas<'_>) -> u16 {
        match self {
            Self::Text(text, _) => canvas.width(text),
            Self::Signs => SIGN_LEVELS as u16 + 4,
            Self::Scale(scale, after) => {
                2 * canvas.width(&short(*scale)) + SIGN_LEVELS as u16 + 4 + canvas.width(after)
            }
        }
    }
}

/// The parts that are left out one after the other while the line is too long, the least important first.
const LESS: usize = 7;

/// What the panels under the line show.
#[derive(Clone, Copy)]
pub(super) struct ShownPanels<'s> {
    /// The panels.
    pub layer_panels: &'s [LayerPanel<'s>],
    /// Whether they are sheets, which have an order.
    pub has_sheet: bool,
    /// The visible inputs of matrices, if not all of them are.
    pub inputs: Option<&'s Range<usize>>,
}

/// Draws the line.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    context: WeightsContext<'_>,
    shown: ShownPanels<'_>,
    area: Rect,
) {
    let line = row(inset(area, 1), 0);
    if line.height == 0 {
        return;
    }
    let all = (0..=LESS).map(|less| parts(canvas, context, shown, less));
    let width = |parts: &[InfoPart]| {
        let widths = parts.iter().map(|part| part.width(canvas) + GAP);
        widths.fold(0, u16::saturating_add)
    };
    let all: Vec<Vec<InfoPart>> = all.collect();
    let fits = all.iter().find(|parts| width(parts) <= line.width.saturating_add(GAP));
    let mut x = line.x;
    for part in fits.or(all.last()).into_iter().flatten() {
        let rest = Rect { x, width: line.right().saturating_sub(x), ..line };
        x = GAP
            + match part {
                InfoPart::Text(text, style) => canvas.text((x, line.y), rest.width, text, *style),
                InfoPart::Signs => sign_bar(canvas, rest, ["−", "+"]),
                InfoPart::Scale(scale, after) => {
                    let x = scale_bar(canvas, rest, *scale);
                    let (left, quiet) = (line.right().saturating_sub(x), canvas.theme.quiet);
                    canvas.text((x, line.y), left, after, quiet)
                }
            };
    }
}

/// Cells between two parts.
const GAP: u16 = 2;

/// Returns the parts of the line without the `less` least important ones.
fn parts(
    canvas: &Canvas<'_>,
    context: WeightsContext<'_>,
    shown: ShownPanels<'_>,
    less: usize,
) -> Vec<InfoPart> {
    let (strong, quiet, text) = (canvas.theme.strong, canvas.theme.quiet, canvas.theme.text);
    let ShownPanels { layer_panels, has_sheet, .. } = shown;
    let (state, order) = (context.state, order_words(context.state));
    let of = state.shared.history.weights.as_ref().map_or(state.view.of, |now| now.request.of);
    let difference = if state.view.difference { ", difference" } else { "" };
    let (neurons, inputs) = state.shared.layer_shape();
    let layer = state.shared.weight.layer + 1;
    let mut out = vec![InfoPart::Text(format!("{}{difference}", word(of)), strong)];
    out.push(if less < 1 {
        InfoPart::Text(format!("layer {layer} of {}", state.shared.layers()), quiet)
    } else {
        InfoPart::Text(format!("layer {layer}"), quiet)
    });
    if less < 2 {
        out.push(InfoPart::Text(format!("{inputs} → {neurons}"), text));
    }
    if state.view.shows_film {
        out.push(InfoPart::Text(format!("film of {}", state.shared.neuron_label()), text));
    }
    let arm = order.arm.as_ref().filter(|_| less < 4);
    let key = [Some(&order.key), arm, order.moment.as_ref()].into_iter().flatten();
    let key: Vec<&str> = key.map(String::as_str).collect();
    if less < 7 && has_sheet {
        out.push(InfoPart::Text(key.join(" "), text));
    }
    let weights = || layer_panels.iter().map(|panel| panel.scales.weights);
    let is_cut = layer_panels.iter().any(|panel| panel.scales.is_cut);
    let beyond = if is_cut && less < 3 { " and beyond" } else { "" };
    if are_own(weights()) {
        if less < 6 {
            out.push(InfoPart::Signs);
        }
        out.push(InfoPart::Text(format!("own scales: see titles{beyond}"), text));
    } else if less < 6 {
        out.push(InfoPart::Scale(weights().next().unwrap_or(1.0), beyond));
    } else {
        out.push(InfoPart::Text(format!("±{}", short(weights().next().unwrap_or(1.0))), quiet));
    }
    let biases = || layer_panels.iter().map(|panel| panel.scales.biases);
    if less < 5 && !are_own(biases()) {
        let end = short(biases().next().unwrap_or(1.0));
        out.push(InfoPart::Text(format!("biases b ±{end}"), quiet));
    }
    out
}

/// Returns what the line says, as text, and what the panels say of the chosen neuron.
pub(super) fn readout(context: WeightsContext<'_>, layer_panels: &[LayerPanel<'_>]) -> Vec<String> {
    let shared = context.state.shared;
    let neuron = shared.neuron_label();
    let mut lines = vec![format!("neurons: {}", order_words(context.state).joined())];
    for panel in layer_panels {
        let (weights, biases) = (short(panel.scales.weights), short(panel.scales.biases));
        lines.push(format!(
            "{}: scale of the weights ±{weights}, of the biases ±{biases}",
            panel.name
        ));
        if let Some(bias) = panel.layer.biases.get(shared.weight.neuron) {
            lines.push(format!("{}: {neuron}, b {}", panel.name, number(f64::from(*bias), 9)));
        }
    }
    let film = film_of(shared);
    if context.state.view.shows_film && !film.is_empty() {
        let frames: Vec<String> =
            film.iter().map(|frame| frame_label(shared, film, frame)).collect();
        lines.push(format!("film of {neuron}, epochs: {}", frames.join(", ")));
    }
    lines
}
