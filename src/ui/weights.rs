//! The Weights view: what has it learnt?
//!
//! A line that says what is drawn and on what scale; the chosen layer of every arm, as a field for
//! each neuron where it looks at pictures, else as a matrix; the weight under the cursor; and how
//! the weights are spread.

mod fields;
mod matrix;
mod reading;
mod sheet;

use ratatui::layout::Rect;

use crate::app::{App, Target};
use crate::telemetry::{RunFacts, WeightsOf};
use crate::ui::canvas::{Canvas, below, inset, row, top};
use crate::ui::duel::panels;
use crate::ui::number::short;
use crate::ui::weights::fields::Fields;
use crate::ui::weights::matrix::Matrix;
use crate::ui::weights::sheet::{Scales, Sheet, scales, sheets};
use crate::ui::widgets::{Frame, Panel, Tone, histogram, panel, scale_bar};

/// Where the parts of the view are.
struct Parts {
    info: Rect,
    sheets: Vec<Rect>,
    reading: Rect,
    histograms: Vec<Rect>,
}

/// The rows that whole fields take of so many, the title of their panel with them.
fn whole_fields(app: &App, rows: u16) -> Option<u16> {
    let (high, _) = app.field()?;
    let field = u16::try_from(high.div_ceil(2) + 1).ok()?;
    let fit = rows.saturating_sub(1) / field;
    (fit > 0).then_some(fit * field + 1)
}

fn parts(app: &App, body: Rect, count: usize) -> Parts {
    let info = top(body, u16::from(body.height >= 4));
    let arms = app.history.arms.len() as u16;
    let least = match body.height {
        0..=7 => 0,
        8..=13 => 1,
        _ => 1 + arms,
    };
    let middle = below(body, info.height);
    let room = middle.height - least.min(middle.height);
    let upper = match whole_fields(app, room) {
        _ if body.height < 26 => room,
        Some(rows) => rows,
        None => room.saturating_sub(6),
    };
    let upper = Rect { height: upper, ..middle };
    let mut reading = below(middle, upper.height);
    let mut histograms = Vec::new();
    if reading.height >= 4 && body.width >= 100 {
        let whole = reading;
        reading.width = whole.width / 2;
        let right = Rect { x: reading.right(), width: whole.width - reading.width, ..whole };
        histograms = panels(right, count.min(usize::from(right.width / 26).max(1)));
    } else if reading.height >= least + 5 {
        reading.height = least;
        let under = below(middle, upper.height + least);
        histograms = panels(under, count.min(usize::from(under.width / 26).max(1)));
    }
    Parts { info, sheets: panels(upper, count), reading, histograms }
}

/// How a sheet is drawn in an area.
enum Drawn<'s> {
    Fields(Fields<'s>),
    Matrix(Matrix<'s>),
}

fn drawn<'s>(app: &App, sheet: &'s Sheet<'_>, inner: Rect, scales: Scales) -> Drawn<'s> {
    let picture = app.history.facts.as_ref().and_then(|facts| facts.picture);
    match picture {
        Some((high, wide)) if app.weights.layer == 0 && high * wide == sheet.layer.columns => {
            Drawn::Fields(Fields::new(&app.weights, sheet, (high, wide), (inner, scales)))
        }
        _ => Drawn::Matrix(Matrix::new(&app.weights, sheet, (inner, scales))),
    }
}

/// What lies within the frame of a panel.
fn within(area: Rect) -> Rect {
    inset(below(area, 1), 1)
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
    let parts = parts(app, body, sheets.len());
    let scales = scales(&sheets);
    draw_info(canvas, app, facts, (parts.info, scales));
    for (sheet, area) in sheets.iter().zip(&parts.sheets) {
        draw_sheet(canvas, app, (sheet, scales), *area);
    }
    reading::draw(canvas, app, facts, parts.reading);
    for (sheet, area) in sheets.iter().zip(&parts.histograms) {
        let title = [("spread of ", Tone::Quiet), (sheet.name.as_str(), Tone::Arm(sheet.arm))];
        let frame = Frame::Ruled;
        let inner = panel(canvas, *area, &Panel { frame, title: &title, note: &[], chosen: None });
        let style = canvas.theme.arm(sheet.arm);
        histogram(canvas, inner, &sheet.layer.values, (scales.weights, style));
    }
}

fn draw_sheet(
    canvas: &mut Canvas<'_>,
    app: &App,
    (sheet, scales): (&Sheet<'_>, Scales),
    area: Rect,
) {
    let drawn = drawn(app, sheet, within(area), scales);
    let (first, shown) = match &drawn {
        Drawn::Fields(fields) => fields.seen(),
        Drawn::Matrix(matrix) => matrix.seen(),
    };
    let neurons = sheet.layer.rows;
    let note = if shown >= neurons {
        format!("{neurons} neuron{}", if neurons == 1 { "" } else { "s" })
    } else {
        format!("{}–{} of {neurons}", first + 1, first + shown)
    };
    let mark = crate::ui::glyphs::mark(sheet.arm);
    let mark = if canvas.is_ascii() { mark.1 } else { mark.0 };
    let name = format!("{mark} {}", sheet.name);
    let title = [(name.as_str(), Tone::Arm(sheet.arm))];
    let note = [(note.as_str(), Tone::Quiet)];
    let chosen = (app.arm == sheet.arm && app.history.arms.len() > 1).then_some(sheet.arm);
    let frame = Frame::Ruled;
    panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen });
    match &drawn {
        Drawn::Fields(fields) => fields.draw(canvas),
        Drawn::Matrix(matrix) => matrix.draw(canvas),
    }
}

fn word(of: WeightsOf) -> &'static str {
    match of {
        WeightsOf::Value => "weights",
        WeightsOf::Gradient => "gradient ∂C/∂w",
        WeightsOf::Change => "change since the start",
    }
}

/// The line above: which numbers, which layer, which scales.
fn draw_info(canvas: &mut Canvas<'_>, app: &App, facts: &RunFacts, (area, scales): (Rect, Scales)) {
    let line = row(inset(area, 1), 0);
    if line.height == 0 {
        return;
    }
    let (strong, quiet, text) = (canvas.theme.strong, canvas.theme.quiet, canvas.theme.text);
    let of = app.history.weights.as_ref().map_or(app.weights.of, |picture| picture.asked.of);
    let arm = facts.arms.get(app.arm).or_else(|| facts.arms.first());
    let sizes = arm.map_or(&[][..], |arm| arm.sizes.as_slice());
    let layers = sizes.len().saturating_sub(1);
    let layer = app.weights.layer;
    let mut writer = canvas.line(line);
    writer.put(word(of), strong);
    if app.weights.difference {
        writer.put(", difference", strong);
    }
    writer.put("  layer ", quiet).put(&format!("{}", layer + 1), text);
    writer.put(&format!(" of {layers}"), quiet);
    if let (Some(from), Some(to)) = (sizes.get(layer), sizes.get(layer + 1)) {
        writer.put_whole(&format!("  {from} → {to}"), text);
        let kind = if layer + 1 == layers {
            arm.map_or("", |arm| arm.output.name())
        } else {
            arm.map_or("", |arm| arm.hidden.name())
        };
        writer.put_whole(&format!("  {kind}"), quiet);
    }
    writer.gap(3);
    let x = writer.column();
    let rest = Rect { x, width: line.right().saturating_sub(x), ..line };
    let end = scale_bar(canvas, rest, scales.weights);
    if end > x {
        let bias = format!("   biases ±{}", short(scales.biases));
        canvas.line(Rect { x: end, width: line.right() - end, ..line }).put_whole(&bias, quiet);
    } else {
        canvas.line(rest).put_whole(&format!("±{}", short(scales.weights)), quiet);
    }
}

/// What lies under a cell.
pub(crate) fn target_at(app: &App, body: Rect, at: (u16, u16)) -> Option<Target> {
    let facts = app.history.facts.as_deref()?;
    let sheets = sheets(app, facts);
    let (parts, scales) = (parts(app, body, sheets.len().max(1)), scales(&sheets));
    let found = sheets.iter().zip(&parts.sheets).find(|(_, area)| area.contains(at.into()));
    let (sheet, area) = found?;
    let under = match drawn(app, sheet, within(*area), scales) {
        Drawn::Fields(fields) => fields.under(at),
        Drawn::Matrix(matrix) => matrix.under(at),
    };
    let Some((neuron, input)) = under else { return Some(Target::Arm(sheet.arm)) };
    Some(Target::Weight { neuron, input, layer: app.weights.layer })
}
