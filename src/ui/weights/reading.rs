//! The weight under the cursor, in full.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::App;
use crate::telemetry::{RunFacts, WeightReading};
use crate::ui::canvas::{Canvas, below, inset, row};
use crate::ui::glyphs::mark;
use crate::ui::number::padded;
use crate::ui::widgets::{Frame, Panel, Tone, panel};

/// From where to where the weight leads.
fn from_to(app: &App, facts: &RunFacts) -> (String, String) {
    let view = &app.weights;
    let (neurons, inputs) = app.layer_shape();
    let is_last = view.layer + 1 == app.layers();
    let neuron = match facts.classes.get(view.neuron) {
        Some(class) if is_last && facts.classes.len() == neurons => {
            format!("output {class}")
        }
        _ => format!("neuron {}", view.neuron + 1),
    };
    let from = if view.input >= inputs {
        "the bias".to_owned()
    } else if let Some((_, wide)) = app.field() {
        format!("pixel (row {}, column {})", view.input / wide + 1, view.input % wide + 1)
    } else if view.layer == 0 {
        format!("input {}", view.input + 1)
    } else {
        format!("neuron {} of layer {}", view.input + 1, view.layer)
    };
    (from, neuron)
}

/// What the run has told of the weight under the cursor, for each arm.
fn readings(app: &App) -> Vec<Option<WeightReading>> {
    let here = (app.weights.layer, app.weights.neuron, app.weights.input);
    let told = app.history.weights.as_ref().filter(|told| told.asked.cursor == Some(here));
    told.map_or_else(Vec::new, |told| told.cursor.clone())
}

/// Draws it: a line on where it leads, and one for each arm.
pub(super) fn draw(canvas: &mut Canvas<'_>, app: &App, facts: &RunFacts, area: Rect) {
    if area.height == 0 {
        return;
    }
    let (from, to) = from_to(app, facts);
    let hint = if app.weights.has_arrows { "arrows move, esc leaves" } else { "enter: cursor" };
    let area = if area.height > facts.arms.len() as u16 + 1 {
        let title = [("one weight", Tone::Strong)];
        let note = [(hint, Tone::Quiet)];
        let frame = Frame::Ruled;
        panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None })
    } else {
        inset(area, 1)
    };
    let (quiet, chosen) = (canvas.theme.quiet, canvas.theme.chosen);
    let mut writer = canvas.line(row(area, 0));
    writer.put(&from, chosen).put(" → ", quiet).put(&to, chosen);
    let area = below(area, 1);
    let told = readings(app);
    let pad = facts.arms.iter().map(|of| canvas.width(&of.name)).max().unwrap_or(0).min(20);
    for (arm, of) in facts.arms.iter().enumerate() {
        let line = row(area, arm as u16);
        if line.height == 0 {
            break;
        }
        let style = canvas.theme.arm(arm).add_modifier(Modifier::BOLD);
        let (strong, quiet, text) = (canvas.theme.strong, canvas.theme.quiet, canvas.theme.text);
        canvas.put((line.x, line.y), mark(arm), style);
        canvas.text((line.x + 2, line.y), pad, &of.name, style);
        let left = pad + 3;
        let mut writer =
            canvas.line(Rect { x: line.x + left, width: line.width.saturating_sub(left), ..line });
        match told.get(arm) {
            Some(Some(read)) => {
                writer.put(&padded(read.value, 8), strong);
                let more = [
                    ("  gradient", read.gradient),
                    ("  start", read.start),
                    ("  change", read.value - read.start),
                ];
                for (label, value) in more {
                    if usize::from(writer.left()) < label.len() + 9 {
                        break;
                    }
                    writer.put(label, quiet).put(&padded(value, 9), text);
                }
            }
            Some(None) => {
                writer.put("has no such weight", quiet);
            }
            None => {
                writer.put("…", quiet);
            }
        }
    }
}
