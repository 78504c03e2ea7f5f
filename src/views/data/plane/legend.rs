//! The lines under the panels: the marks, the colours, and what is held.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::number::short;
use crate::canvas::sentence::joined;
use crate::canvas::widgets::{FieldScale, class_letter, field_bar, side_bar};
use crate::telemetry::{ArmFields, Fields};
use crate::views::data::plane::layout::{PlaneLayout, line};
use crate::views::data::plane::neurons;
use crate::views::data::plane::panel::target_scale;
use crate::views::data::plane::received::quantity;
use crate::views::data::plane::sentences::at_cursor;
use crate::views::data::state::DataView;
use crate::views::plane_map::{DrawnExamples, MapQuantity, PAIR, Selection, WRONG, neuron_scale};
use crate::views::view_state::ViewState;

/// Draws the lines.
pub(in crate::views::data) fn draw_lines(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    layout: &PlaneLayout,
) {
    let Some(fields) = state.fields() else { return };
    let first = line(layout.lines, 0);
    if first.height == 0 {
        return;
    }
    let end = draw_scale(canvas, state, fields, first);
    let rest = Rect { x: end, width: first.right().saturating_sub(end), ..first };
    write_pieces(canvas, rest, &pieces(canvas, state, fields, layout));
    let second = line(layout.lines, 1);
    if second.height == 0 {
        return;
    }
    let reading = at_cursor(state, fields).map(|sentence| joined(&sentence));
    let words: Vec<String> = match reading {
        Some(reading) => std::iter::once(reading).chain(state.example_words()).collect(),
        None => held(state, fields),
    };
    write_pieces(canvas, second, &words);
}

/// Draws the colours with the numbers at their ends; returns the column after them.
fn draw_scale(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    fields: &Fields,
    row: Rect,
) -> u16 {
    let Some(arm) = fields.arms.first() else { return row.x };
    let (scale, name) = match quantity(state, arm) {
        MapQuantity::Regions => return row.x,
        MapQuantity::Neuron(layer, neuron) if state.shown_neuron().is_some() => {
            (neuron_scale(state.shared, fields, (layer, neuron)), "a ")
        }
        MapQuantity::Neuron(..) => (target_scale(state, fields), "a "),
    };
    let FieldScale { middle, reach } = scale;
    if state.view.plane.is_discrete {
        let sides = [format!("a below {}", short(middle)), "above".to_owned()];
        let end = side_bar(canvas, row, [&sides[0], &sides[1]]);
        return if end > row.x { end + 2 } else { row.x };
    }
    let quiet = canvas.theme.quiet;
    let x = canvas.text((row.x, row.y), row.width, name, quiet);
    let rest = Rect { x, width: row.right().saturating_sub(x), ..row };
    let end = field_bar(canvas, rest, [&short(middle - reach), &short(middle + reach)]);
    if end > x { end + 2 } else { row.x }
}

/// Returns what the marks and the border mean.
fn pieces(
    canvas: &Canvas<'_>,
    state: ViewState<'_, DataView>,
    fields: &Fields,
    layout: &PlaneLayout,
) -> Vec<String> {
    let Some(arm) = fields.arms.first() else { return Vec::new() };
    let drawn = state.view.plane.drawn;
    let map = layout.panels.iter().map(|panel| panel.map).find(|map| !map.is_empty());
    let selection = Selection::new(fields, drawn, map.unwrap_or_default());
    let mut out: Vec<String> = hidden_scale(state, fields, arm, layout).into_iter().collect();
    if drawn == DrawnExamples::None {
        out.push(drawn.name().to_owned());
    } else {
        let facts = state.shared.history.facts.as_deref();
        let classes = facts.map_or(&[][..], |facts| &facts.classes);
        let mark = |glyph: (char, char)| canvas.letter(glyph);
        if !arm.is_wrong.is_empty() {
            let marks: Vec<String> = match arm.of_outputs().len() {
                1 => (0..2).map(|class| format!("{} {class}", mark(PAIR[class]))).collect(),
                2 => (0..2)
                    .map(|class| {
                        let name =
                            classes.get(class).map_or_else(|| class.to_string(), String::clone);
                        format!("{} {name}", mark(PAIR[class]))
                    })
                    .collect(),
                _ => classes
                    .iter()
                    .enumerate()
                    .map(|(class, name)| format!("{} {name}", class_letter((class % 256) as u8)))
                    .collect(),
            };
            out.push(format!("{}  {} wrong", marks.join("  "), mark(WRONG)));
        }
        let has_changed = fields.examples.edited > 0 && drawn != DrawnExamples::Test;
        out.push(format!("{}{}", drawn.name(), one_in(selection, has_changed)));
    }
    if canvas.theme.has_colours() && !canvas.is_ascii() {
        out.push(match quantity(state, arm) {
            MapQuantity::Regions => "line: where two classes are equal".to_owned(),
            MapQuantity::Neuron(..) if state.shown_neuron().is_some() => {
                "line: the middle of the scale".to_owned()
            }
            MapQuantity::Neuron(..) => {
                format!("line: a = {}", short(target_scale(state, fields).middle))
            }
        });
    }
    out
}

/// Returns the scale of the small fields of hidden neurons, if it is another than that of the large map.
fn hidden_scale(
    state: ViewState<'_, DataView>,
    fields: &Fields,
    arm: &ArmFields,
    layout: &PlaneLayout,
) -> Option<String> {
    let is_drawn = layout.panels.iter().any(|panel| !panel.neurons.is_empty());
    let layer = neurons::layer(state, arm).filter(|_| is_drawn)?;
    let small = neuron_scale(state.shared, fields, (layer, 0));
    let large = match quantity(state, arm) {
        MapQuantity::Regions => None,
        MapQuantity::Neuron(layer, neuron) => {
            Some(neuron_scale(state.shared, fields, (layer, neuron)))
        }
    };
    let FieldScale { middle, reach } = small;
    let ends = format!("{} … {}", short(middle - reach), short(middle + reach));
    (large != Some(small)).then(|| format!("neurons of layer {}: {ends}", layer + 1))
}

/// Returns how many of the examples are drawn, if not all are. Of those that have been added or moved, if there are
/// some, all are.
fn one_in(selection: Selection, has_changed: bool) -> String {
    let Selection { one_in, has_all_mistakes, .. } = selection;
    match (has_all_mistakes, has_changed) {
        _ if one_in == 1 => String::new(),
        (true, true) => format!(", 1 in {one_in}, every wrong and every changed one"),
        (true, false) => format!(", 1 in {one_in} and every wrong one"),
        (false, true) => format!(", 1 in {one_in} and every changed one"),
        (false, false) => format!(", 1 in {one_in}"),
    }
}

/// Returns what is held, where there are more inputs than two.
fn held(state: ViewState<'_, DataView>, fields: &Fields) -> Vec<String> {
    let (across, up) = state.view.plane.axes;
    match fields.held {
        0 => Vec::new(),
        1 => vec![
            format!("{} over {}", state.input_name(up), state.input_name(across)),
            "the other input is held at its mean".to_owned(),
        ],
        held => vec![
            format!("{} over {}", state.input_name(up), state.input_name(across)),
            format!(
                "the other {held} inputs are held at their means; points are judged by their own"
            ),
        ],
    }
}

/// Writes as many whole pieces as fit.
fn write_pieces(canvas: &mut Canvas<'_>, row: Rect, pieces: &[String]) {
    let quiet = canvas.theme.quiet;
    let mut writer = canvas.line(row);
    for (nth, piece) in pieces.iter().enumerate() {
        let text = if nth == 0 { piece.clone() } else { format!("   {piece}") };
        if !writer.put_whole(&text, quiet) {
            break;
        }
    }
}
