//! The lines under the panels: the marks, the colours, and what is held.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::number::short;
use crate::canvas::widgets::{FieldScale, field_bar, side_bar};
use crate::telemetry::{ArmFields, Fields};
use crate::views::data::plane::layout::{PlaneLayout, line};
use crate::views::data::plane::neurons;
use crate::views::data::plane::panel::{selection, target_scale};
use crate::views::data::plane::received::quantity;
use crate::views::data::state::DataView;
use crate::views::plane_map::{
    DrawnExamples, MapQuantity, Selection, class_mark, mark_of_mistakes, marks_of_classes,
    neuron_scale,
};
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
    let meanings = pieces(canvas, state, fields, layout);
    let left = write_pieces(canvas, rest, &meanings);
    let others = state.example_words().into_iter().chain(held(state, fields));
    let others: Vec<String> = left.iter().cloned().chain(others).collect();
    write_pieces(canvas, line(layout.lines, 1), &others);
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
    let is_output = state.shown_neuron().is_none_or(|(layer, _)| layer + 1 == arm.layers.len());
    let [least, middle, most] = ends(state, scale, is_output);
    if state.view.plane.is_discrete {
        let sides = [format!("a below {middle}"), "above".to_owned()];
        let end = side_bar(canvas, row, [&sides[0], &sides[1]]);
        return if end > row.x { end + 2 } else { row.x };
    }
    let quiet = canvas.theme.quiet;
    let x = canvas.text((row.x, row.y), row.width, name, quiet);
    let rest = Rect { x, width: row.right().saturating_sub(x), ..row };
    let end = field_bar(canvas, rest, [&least, &most]);
    if end > x { end + 2 } else { row.x }
}

/// Returns the least, the middle and the greatest number of a scale: for an output in the unit of the target.
fn ends(state: ViewState<'_, DataView>, scale: FieldScale, is_output: bool) -> [String; 3] {
    let FieldScale { middle, reach } = scale;
    let value = |a: f64| if is_output { state.in_unit(Some(a)) } else { a };
    // Rounding leaves something next to 0 in its place.
    let clean = |end: f64, span: f64| if end.abs() < 1e-9 * span { 0.0 } else { end };
    let ends = [middle - reach, middle, middle + reach].map(value);
    let span = (ends[2] - ends[0]).abs();
    ends.map(|end| short(clean(end, span)))
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
    let selection = selection(state, fields, map.unwrap_or_default());
    let mut out: Vec<String> = Vec::new();
    if drawn == DrawnExamples::None {
        out.push(drawn.name().to_owned());
    } else {
        out.push(marks(canvas, state, fields, arm));
        let has_changed = fields.examples.edited > 0 && drawn != DrawnExamples::Test;
        out.push(format!("{}{}", drawn.name(), one_in(selection, has_changed)));
    }
    out.extend(border(canvas, state, fields, arm));
    out.extend(hidden_scale(state, fields, arm, layout));
    out
}

/// Returns what the marks of the examples mean.
fn marks(
    canvas: &Canvas<'_>,
    state: ViewState<'_, DataView>,
    fields: &Fields,
    arm: &ArmFields,
) -> String {
    let drawn = state.view.plane.drawn;
    let outputs = arm.of_outputs().len();
    let names = |is_training_beside_test: bool| {
        marks_of_classes(canvas, state.shared, arm, is_training_beside_test)
    };
    let has_test = fields.examples.of.1 > 0;
    let words = match drawn {
        DrawnExamples::Both if arm.is_wrong.is_empty() => names(false),
        DrawnExamples::Both if outputs > 2 => {
            format!("{}  capital: training", names(false))
        }
        DrawnExamples::Both => {
            let [zero, one] = [0, 1].map(|class| canvas.letter(class_mark(class, outputs, true)));
            format!("{}  {zero} {one} training", names(false))
        }
        _ => names(has_test && drawn == DrawnExamples::Training),
    };
    let wrong = mark_of_mistakes(canvas, arm).filter(|_| state.shown_neuron().is_none());
    std::iter::once(words).chain(wrong).collect::<Vec<_>>().join("  ")
}

/// Returns what the border means, and between classes the strength of a colour.
fn border(
    canvas: &Canvas<'_>,
    state: ViewState<'_, DataView>,
    fields: &Fields,
    arm: &ArmFields,
) -> Vec<String> {
    let quantity = quantity(state, arm);
    let is_of_classes = quantity == MapQuantity::Regions && !state.view.plane.is_discrete;
    if !canvas.theme.has_colours() || canvas.is_ascii() {
        let dot = canvas.letter(('·', '.'));
        return if is_of_classes {
            vec![format!("{dot} two outputs within 0.2")]
        } else {
            Vec::new()
        };
    }
    match quantity {
        MapQuantity::Regions if is_of_classes => {
            vec!["dim: two outputs within 0.6, darker: 0.2".to_owned(), "line: equal".to_owned()]
        }
        MapQuantity::Regions => vec!["line: two outputs are equal".to_owned()],
        MapQuantity::Neuron(..) if state.shown_neuron().is_some() => {
            vec!["line: the middle of the scale".to_owned()]
        }
        MapQuantity::Neuron(..) => {
            let [_, middle, _] = ends(state, target_scale(state, fields), true);
            vec![format!("line: a = {middle}")]
        }
    }
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
        (true, true) => format!(", about 1 in {one_in}, every wrong and every changed one"),
        (true, false) => format!(", about 1 in {one_in} and every wrong one"),
        (false, true) => format!(", about 1 in {one_in} and every changed one"),
        (false, false) => format!(", about 1 in {one_in}"),
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

/// Writes as many whole pieces as fit, and returns the others.
fn write_pieces<'p>(canvas: &mut Canvas<'_>, row: Rect, pieces: &'p [String]) -> &'p [String] {
    let quiet = canvas.theme.quiet;
    let mut writer = canvas.line(row);
    for (nth, piece) in pieces.iter().enumerate() {
        let text = if nth == 0 { piece.clone() } else { format!("   {piece}") };
        if !writer.put_whole(&text, quiet) {
            return &pieces[nth..];
        }
    }
    &[]
}
