//! The panel of an arm: its field with the examples, and the fields of its hidden neurons.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::number::count;
use crate::canvas::widgets::{
    FieldMap, FieldPoint, FieldScale, FieldValues, FrameStyle, Panel, Tone, panel,
};
use crate::telemetry::{ArmFields, Fields};
use crate::views::arm_panels::marked_name;
use crate::views::course_epoch::panel_epoch;
use crate::views::data::plane::layout::PlanePanel;
use crate::views::data::plane::neurons;
use crate::views::data::plane::received::quantity;
use crate::views::data::state::DataView;
use crate::views::map_axis::Axis;
use crate::views::plane_map::{
    MapQuantity, Selection, discrete, draw_examples, judged_set, mistakes, neuron_scale, point,
};
use crate::views::view_state::ViewState;

/// The words in place of a field that is being computed.
const COMPUTING: &str = "computing …";

/// The mark of the cursor.
const CROSS: (char, char) = ('╋', 'X');

/// Draws the panel of an arm.
pub(in crate::views::data) fn draw_panel(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    arm: usize,
    (parts, frame): (PlanePanel, FrameStyle),
) {
    let title = marked_name(canvas, state.shared, arm);
    let found = state.fields().and_then(|fields| Some((fields, fields.arms.get(arm)?)));
    let what =
        found.map_or(String::new(), |(fields, arm)| shown(state, quantity(state, arm), fields));
    let (note, tone) = note(state, arm, found);
    let chosen = (state.shared.arm == arm && state.shared.arms() > 1).then_some(arm);
    let title = [(title.as_str(), Tone::Arm(arm)), (what.as_str(), Tone::Quiet)];
    panel(canvas, parts.area, &Panel { frame, title: &title, note: &[(&note, tone)], chosen });
    if parts.map.is_empty() {
        return;
    }
    let Some((fields, arm)) = found else {
        let quiet = canvas.theme.quiet;
        canvas.text((parts.map.x, parts.map.y), parts.map.width, COMPUTING, quiet);
        return;
    };
    draw_axes(canvas, state, fields, parts);
    let quantity = quantity(state, arm);
    let scale = match quantity {
        MapQuantity::Neuron(layer, neuron) => neuron_scale(state.shared, fields, (layer, neuron)),
        MapQuantity::Regions => FieldScale::SHARE,
    };
    let is_discrete = state.view.plane.is_discrete;
    let map = FieldMap::new(canvas, parts.map, |place| {
        let point = point(fields, arm, quantity, scale, place);
        if is_discrete { discrete(point) } else { point }
    });
    let map = map.with_border();
    map.draw(canvas);
    let selection = selection(state, fields, parts.map);
    draw_examples(canvas, &map, (fields, arm), target_scale(state, fields), selection);
    if state.shared.cursor_focused
        && let Some(at) = map.cell_at(state.view.plane.cursor)
    {
        let chosen = canvas.theme.chosen;
        canvas.put(at, CROSS, chosen);
    }
    neurons::draw(canvas, state, fields, arm, parts.neurons);
}

/// Returns the examples that are drawn on maps of this size.
pub(super) fn selection(state: ViewState<'_, DataView>, fields: &Fields, map: Rect) -> Selection {
    let selection = Selection::new(fields, state.view.plane.drawn, map);
    if state.shown_neuron().is_some() { selection.without_mistakes() } else { selection }
}

/// Returns what is shown in place of the answer, with a gap before it.
fn shown(state: ViewState<'_, DataView>, quantity: MapQuantity, fields: &Fields) -> String {
    let MapQuantity::Neuron(layer, neuron) = quantity else { return String::new() };
    let layers = fields.arms.iter().map(|arm| arm.layers.len()).max().unwrap_or(0);
    match state.shown_neuron() {
        None => String::new(),
        Some(_) if layer + 1 == layers => format!("  output {}", neuron + 1),
        Some(_) => format!("  layer {}, neuron {}", layer + 1, neuron + 1),
    }
}

/// Returns the note of an arm: its mistakes at the step of its field, or that it has diverged.
fn note(
    state: ViewState<'_, DataView>,
    arm: usize,
    found: Option<(&Fields, &ArmFields)>,
) -> (String, Tone) {
    let progress = state.shared.history.arms.get(arm);
    if let Some(divergence) = progress.and_then(|arm| arm.diverged.as_ref()) {
        return (format!("diverged at step {}", count(divergence.step)), Tone::Problem);
    }
    let Some((fields, of_arm)) = found else { return (String::new(), Tone::Quiet) };
    let clock = state.shared.history.clock();
    let at = format!("{} {}", clock.unit(), panel_epoch(state.shared, fields.step));
    let words = match mistakes(fields, of_arm) {
        // The map of a neuron shows no mistakes.
        _ if state.shown_neuron().is_some() => at,
        Some((wrong, of)) => {
            let set = judged_set(fields);
            format!("{} of {} {set} wrong, {at}", count(wrong as u64), count(of as u64))
        }
        None => at,
    };
    (words, Tone::Quiet)
}

/// Draws the panel of the target of numbers: at each point the target of the nearest training example.
pub(in crate::views::data) fn draw_target(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    (parts, frame): (PlanePanel, FrameStyle),
) {
    let title = [("the target", Tone::Strong)];
    let note = [("of the nearest training example", Tone::Quiet)];
    panel(canvas, parts.area, &Panel { frame, title: &title, note: &note, chosen: None });
    let Some(fields) = state.fields().filter(|_| !parts.map.is_empty()) else { return };
    draw_axes(canvas, state, fields, parts);
    let scale = target_scale(state, fields);
    let is_discrete = state.view.plane.is_discrete;
    let map = FieldMap::new(canvas, parts.map, |place| {
        let values = FieldValues {
            values: &fields.examples.target_map,
            points: fields.examples.target_points,
        };
        let value = values.at(place);
        let point = value.map_or(FieldPoint::Unknown, |y| FieldPoint::Level(scale.level(y)));
        if is_discrete { discrete(point) } else { point }
    });
    map.with_border().draw(canvas);
}

/// Returns the scale of the answers and the targets.
pub(super) fn target_scale(state: ViewState<'_, DataView>, fields: &Fields) -> FieldScale {
    let last = fields.arms.first().map_or(0, |arm| arm.layers.len().saturating_sub(1));
    neuron_scale(state.shared, fields, (last, 0))
}

fn draw_axes(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    fields: &Fields,
    parts: PlanePanel,
) {
    let (across, up) = state.view.plane.axes;
    let window = state.in_units(fields.window);
    let axis = |input: usize, arrow: char, ends: (f64, f64)| {
        let name = state.input_name(input);
        Axis { names: vec![format!("{name} {arrow}"), name], ends }
    };
    if parts.axis.height > 0 {
        axis(across, '→', window.across).draw_across(canvas, parts.axis);
    }
    if parts.gutter.width > 1 && parts.gutter.height >= 3 {
        let gutter = Rect { width: parts.gutter.width - 1, ..parts.gutter };
        axis(up, '↑', window.up).draw_up(canvas, gutter);
    }
}
