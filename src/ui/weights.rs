//! The Weights view.
//!
//! From top to bottom: a line with the numbers drawn and their scale; the chosen layer of every
//! arm, as a field per neuron if its inputs are a picture, else as a matrix; the weight under the
//! cursor; and the distribution of the weights.

mod compact;
mod fields;
mod info;
mod layer_panel;
mod layout;
mod matrix;
mod neuron;
mod reading;
mod sentences;

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::{App, Target};
use crate::telemetry::RunFacts;
use crate::ui::canvas::{Canvas, below, inset, row, top};
use crate::ui::duel::{draw_hill, draw_sigmoid};
use crate::ui::number::short_name;
use crate::ui::weights::fields::NeuronFields;
use crate::ui::weights::layer_panel::{ColourScales, LayerPanel, scales, sheets};
use crate::ui::weights::layout::{is_compact, parts, within};
use crate::ui::weights::matrix::Matrix;
use crate::ui::widgets::{FrameStyle, FramedArea, Panel, Tone, histogram, panel};

pub(in crate::ui) use reading::readout;
pub(in crate::ui) use sentences::sentences;

/// The way a panel is drawn in its area.
enum PanelBody<'s> {
    Fields(NeuronFields<'s>),
    Matrix(Matrix<'s>),
}

fn drawn<'s>(
    app: &App,
    sheet: &'s LayerPanel<'_>,
    inner: Rect,
    scales: ColourScales,
) -> PanelBody<'s> {
    let picture = app.history.facts.as_ref().and_then(|facts| facts.picture);
    match picture {
        Some((high, wide)) if app.weights.layer == 0 && high * wide == sheet.layer.columns => {
            PanelBody::Fields(NeuronFields::new(app, sheet, (high, wide), (inner, scales)))
        }
        _ => PanelBody::Matrix(Matrix::new(app, sheet, (inner, scales))),
    }
}

/// Draws the view.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &App, body: Rect) {
    let Some(facts) = app.history.facts.as_deref() else { return };
    let sheets = sheets(app, facts);
    if sheets.is_empty() {
        let (text, quiet) = (canvas.theme.text, canvas.theme.quiet);
        let line = row(inset(body, 2), body.height / 3);
        let what = match &app.history.weights {
            None => "waiting for weights",
            Some(_) if app.weights.difference => "these arms have layers of different sizes",
            Some(_) => "no such layer",
        };
        canvas.text((line.x, line.y), line.width, what, if line.width > 0 { text } else { quiet });
        return;
    }
    let scales = scales(&sheets, app.field().is_none());
    if is_compact(body) {
        let line = u16::from(body.height >= 4);
        info::draw(canvas, app, facts, (top(body, line), scales, None));
        compact::draw(canvas, app, (&sheets, scales), below(body, line));
        return;
    }
    let parts = parts(app, body, &sheets);
    let mut inputs = None;
    for (sheet, area) in sheets.iter().zip(&parts.sheets) {
        inputs = inputs.or(draw_sheet(canvas, app, facts, (sheet, scales, *area)));
    }
    info::draw(canvas, app, facts, (parts.info, scales, inputs));
    reading::draw(canvas, app, facts, (parts.reading, scales));
    for (arm, area) in parts.tables.iter().enumerate() {
        neuron::draw(canvas, app, facts, (arm, *area));
    }
    if let [sigmoid, hill] = parts.plots[..] {
        draw_sigmoid(canvas, app, facts, FramedArea { area: sigmoid, frame: FrameStyle::Ruled });
        draw_hill(canvas, app, facts, FramedArea { area: hill, frame: FrameStyle::Ruled });
    }
    for (sheet, area) in sheets.iter().zip(&parts.histograms) {
        let title = [(sheet.name.as_str(), sheet.tone())];
        let note = [("spread", Tone::Quiet)];
        let frame = FrameStyle::Ruled;
        let inner =
            panel(canvas, *area, &Panel { frame, title: &title, note: &note, chosen: None });
        let style = sheet.tone().style(canvas).remove_modifier(Modifier::BOLD);
        histogram(canvas, inner, &sheet.layer.values, (scales.weights, style));
    }
}

/// Returns the activation of the neurons of a panel, with its shape if the arms differ in it.
fn kind(app: &App, facts: &RunFacts, sheet: &LayerPanel<'_>) -> String {
    let Some(arm) = facts.arms.get(sheet.arm) else { return String::new() };
    let is_last = app.weights.layer + 2 == arm.sizes.len();
    let name = if is_last { arm.output.name() } else { arm.hidden.name() };
    let shape = app.layer_shape();
    if shape == (sheet.layer.rows, sheet.layer.columns) {
        format!(" {name}")
    } else {
        format!(" {} → {} {name}", sheet.layer.columns, sheet.layer.rows)
    }
}

/// Draws a panel; returns the first visible input and how many are visible, if not all of them are.
fn draw_sheet(
    canvas: &mut Canvas<'_>,
    app: &App,
    facts: &RunFacts,
    (sheet, scales, area): (&LayerPanel<'_>, ColourScales, Rect),
) -> Option<(usize, usize)> {
    let drawn = drawn(app, sheet, within(area), scales);
    let (first, shown) = match &drawn {
        PanelBody::Fields(fields) => fields.visible(),
        PanelBody::Matrix(matrix) => matrix.visible(),
    };
    let neurons = sheet.layer.rows;
    let note = match shown {
        _ if shown >= neurons => format!("{neurons} neuron{}", if neurons == 1 { "" } else { "s" }),
        1 => format!("{} of {neurons}", first + 1),
        _ => format!("{}–{} of {neurons}", first + 1, first + shown),
    };
    let mark = crate::ui::glyphs::mark(sheet.arm);
    let mark = if canvas.is_ascii() { mark.1 } else { mark.0 };
    let kind = kind(app, facts, sheet);
    let said = (format!("{mark} {}", sheet.name), note);
    let (name, note) = fitting(canvas, sheet, (mark, &kind), (said, area.width));
    let title = [(name.as_str(), sheet.tone()), (kind.as_str(), Tone::Quiet)];
    let note = [(note.as_str(), Tone::Quiet)];
    let is_chosen = app.arm == sheet.arm && app.history.arms.len() > 1 && !sheet.is_difference;
    let frame = FrameStyle::Ruled;
    let chosen = is_chosen.then_some(sheet.arm);
    panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen });
    match &drawn {
        PanelBody::Fields(fields) => {
            fields.draw(canvas);
            None
        }
        PanelBody::Matrix(matrix) => {
            matrix.draw(canvas);
            matrix.visible_inputs()
        }
    }
}

/// Fits the name and the note of a panel into `width` cells; the activation always stays.
fn fitting(
    canvas: &Canvas<'_>,
    sheet: &LayerPanel<'_>,
    (mark, kind): (char, &str),
    ((name, note), width): ((String, String), u16),
) -> (String, String) {
    let room = width.saturating_sub(6);
    let takes = |name: &str, note: &str| {
        let note = canvas.width(note);
        canvas.width(name) + canvas.width(kind) + note + if note > 0 { 3 } else { 0 }
    };
    let short = format!("{mark} {}", short_name(&sheet.name, 8));
    if takes(&name, &note) <= room {
        (name, note)
    } else if takes(&short, &note) <= room {
        (short, note)
    } else if takes(&name, "") <= room {
        (name, String::new())
    } else {
        (short, String::new())
    }
}

/// Returns the mouse target under a cell.
pub(crate) fn target_at(app: &App, body: Rect, at: (u16, u16)) -> Option<Target> {
    let facts = app.history.facts.as_deref()?;
    let sheets = sheets(app, facts);
    if is_compact(body) {
        return None;
    }
    let (parts, scales) = (parts(app, body, &sheets), scales(&sheets, app.field().is_none()));
    let found = sheets.iter().zip(&parts.sheets).find(|(_, area)| area.contains(at.into()));
    let (sheet, area) = found?;
    let under = match drawn(app, sheet, within(*area), scales) {
        PanelBody::Fields(fields) => fields.under(at),
        PanelBody::Matrix(matrix) => matrix.under(at),
    };
    let Some((neuron, input)) = under else { return Some(Target::Arm(sheet.arm)) };
    Some(Target::Weight { neuron, input, layer: app.weights.layer })
}
