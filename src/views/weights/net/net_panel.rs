//! The drawing of the networks and of what stands under them, and the weight under a cell.

use ratatui::layout::Rect;

use crate::canvas::number::{grown, number};
use crate::canvas::widgets::{FieldMap, FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, squeezed};
use crate::telemetry::{ArmFields, Fields, LayerSnapshot, RunFacts};
use crate::views::arm_panels::marked_name;
use crate::views::course_epoch::panel_epoch;
use crate::views::input_name::input_name;
use crate::views::plane_map::{
    DrawnExamples, MapQuantity, Selection, draw_examples, judged_set, marks_of_pair, mistakes,
    neuron_scale, point,
};
use crate::views::shared_state::SelectedWeight;
use crate::views::view_state::ViewState;
use crate::views::weights::net::net_layout::{NetLayout, NeuronBox, Wire};
use crate::views::weights::net::net_plan::{NetPlan, fields, layers};
use crate::views::weights::net::wire::{self, DrawnWire, sign};
use crate::views::weights::net::{dumb_bells, weight_path};
use crate::views::weights::state::WeightsView;

/// Draws the networks, and the dumb-bells and the way under them.
pub(in crate::views::weights) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, WeightsView>,
    facts: &RunFacts,
    plan: &NetPlan,
) {
    let scale = largest(state, facts);
    for (arm, area, layout) in &plan.arms {
        draw_frame(canvas, state, facts, (*arm, *area), plan.hides_arms);
        draw_net(canvas, (state, facts), *arm, layout, scale);
    }
    dumb_bells::draw(canvas, state, facts, plan.bells);
    weight_path::draw(canvas, state, plan.path);
}

/// Returns the size of the largest weight of all arms, which the strokes of the wires are relative to.
fn largest(state: ViewState<'_, WeightsView>, facts: &RunFacts) -> f64 {
    let all = (0..facts.arms.len()).flat_map(|arm| layers(state, arm));
    let largest = all.flat_map(|layer| &layer.values).fold(0.0, |most: f32, w| most.max(w.abs()));
    grown(f64::from(largest))
}

fn draw_frame(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, WeightsView>,
    facts: &RunFacts,
    (arm, area): (usize, Rect),
    hides_arms: bool,
) {
    let title = marked_name(canvas, state.shared, arm);
    let others = if hides_arms { "  tab: the other arms" } else { "" };
    let clock = state.shared.history.clock();
    let received = fields(state).and_then(|fields| Some((fields, fields.arms.get(arm)?)));
    let step = received.map(|(fields, _)| fields.step);
    let step = step.or(state.shared.history.weights.as_ref().map(|weights| weights.step));
    let at = step.map(|step| format!("{} {}", clock.unit(), panel_epoch(state.shared, step)));
    let wrong = received.and_then(|(fields, arm)| mistakes(fields, arm));
    let set = received.map_or("", |(fields, _)| judged_set(fields));
    let wrong = wrong.map(|(wrong, of)| format!("{wrong} of {of} {set} wrong, "));
    let note = format!("{}{}", wrong.unwrap_or_default(), at.unwrap_or_default());
    let has_marks =
        received.is_some_and(|(_, arm)| !arm.is_wrong.is_empty() && arm.of_outputs().len() == 1);
    let marks = if has_marks { format!("  {}", marks_of_pair(canvas)) } else { String::new() };
    let title =
        [(title.as_str(), Tone::Arm(arm)), (others, Tone::Quiet), (marks.as_str(), Tone::Quiet)];
    let chosen = (state.shared.arm == arm && facts.arms.len() > 1).then_some(arm);
    let note = [(note.as_str(), Tone::Quiet)];
    panel(canvas, area, &Panel { frame: FrameStyle::Ruled, title: &title, note: &note, chosen });
}

/// Returns the weight or the bias of a network, the bias being the input after the last.
fn value(layers: &[LayerSnapshot], weight: SelectedWeight) -> Option<f64> {
    let layer = layers.get(weight.layer)?;
    layer.parameter(weight.neuron, weight.input).map(f64::from)
}

fn draw_net(
    canvas: &mut Canvas<'_>,
    (state, facts): (ViewState<'_, WeightsView>, &RunFacts),
    arm: usize,
    layout: &NetLayout,
    scale: f64,
) {
    let of_arm = layers(state, arm);
    for wire in &layout.wires {
        let Some(value) = value(of_arm, wire.weight) else { continue };
        let is_chosen = wire.weight == state.shared.weight;
        let area = draw_name(canvas, facts, wire, is_chosen);
        let name = state.neuron_name(arm, wire.weight);
        let area = draw_target(canvas, area, wire, &name);
        wire::draw(canvas, area, &DrawnWire { value, scale, is_chosen });
    }
    let received = fields(state).and_then(|fields| Some((fields, fields.arms.get(arm)?)));
    for of in &layout.boxes {
        draw_label(canvas, (state, arm), of_arm, of);
        if let Some((fields, arm)) = received {
            draw_field(canvas, state, (fields, arm), of);
        }
    }
}

/// Draws the name of the input that a wire comes from; returns the rest of the wire.
fn draw_name(canvas: &mut Canvas<'_>, facts: &RunFacts, wire: &Wire, is_chosen: bool) -> Rect {
    if !wire.is_from_input {
        return wire.area;
    }
    let room = wire.area.width.saturating_sub(if wire.names_neuron { 13 } else { 10 });
    let name = input_name(Some(facts), wire.weight.input);
    let name = squeezed(&name, usize::from(room.saturating_sub(1))).into_owned();
    let style = if is_chosen { canvas.theme.chosen } else { canvas.theme.strong };
    canvas.text((wire.area.x, wire.area.y), room, &name, style);
    Rect { x: wire.area.x + room, width: wire.area.width - room, ..wire.area }
}

/// Draws the number of the neuron that a wire leads to, if it does not end there; returns the rest of the wire.
fn draw_target(canvas: &mut Canvas<'_>, area: Rect, wire: &Wire, name: &str) -> Rect {
    if !wire.names_neuron {
        return area;
    }
    let width = area.width.saturating_sub(3);
    let quiet = canvas.theme.quiet;
    let name: String = name.chars().take(2).collect();
    canvas.text((area.x + width, area.y), 2, &name, quiet);
    Rect { width, ..area }
}

impl ViewState<'_, WeightsView> {
    /// Returns the name of a neuron of an arm: of an output its class, of the only one `a`, else its number.
    fn neuron_name(self, arm: usize, weight: SelectedWeight) -> String {
        let SelectedWeight { layer, neuron, .. } = weight;
        let layers = layers(self, arm);
        let is_output = layer + 1 == layers.len();
        let is_only = layers.last().is_some_and(|last| last.rows == 1);
        match self.shared.class_of_output(neuron).filter(|_| is_output) {
            Some(class) => class,
            None if is_output && is_only => "a".to_owned(),
            None => (neuron + 1).to_string(),
        }
    }
}

/// Draws the number of a neuron and its bias.
fn draw_label(
    canvas: &mut Canvas<'_>,
    (state, arm): (ViewState<'_, WeightsView>, usize),
    layers: &[LayerSnapshot],
    of: &NeuronBox,
) {
    let Some(layer) = layers.get(of.layer) else { return };
    let bias = SelectedWeight { layer: of.layer, neuron: of.neuron, input: layer.columns };
    let (quiet, text, chosen) = (canvas.theme.quiet, canvas.theme.text, canvas.theme.chosen);
    let selected = state.shared.weight;
    let is_selected = (selected.layer, selected.neuron) == (of.layer, of.neuron);
    let name = state.neuron_name(arm, bias);
    // The bias needs nine cells.
    let room = usize::from(of.label.width.saturating_sub(9));
    let name: String = name.chars().take(room.max(2)).collect();
    let mut writer = canvas.line(of.label);
    writer.put(&name, if is_selected { chosen } else { quiet });
    let value = value(layers, bias)
        .map_or_else(String::new, |b| format!(" b {}{}", sign(b), number(b.abs(), 5)));
    writer.put_whole(&value, if bias == selected { chosen } else { text });
}

/// Draws the field of a neuron; on that of the only output the examples.
fn draw_field(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, WeightsView>,
    (fields, arm): (&Fields, &ArmFields),
    of: &NeuronBox,
) {
    let scale = neuron_scale(state.shared, fields, (of.layer, of.neuron));
    let quantity = MapQuantity::Neuron(of.layer, of.neuron);
    let is_output = of.layer + 1 == arm.layers.len();
    // Fields are as wide as they are high; a label may be wider.
    let width = of.field.width.min(2 * of.field.height);
    let area = Rect { width, ..of.field };
    let map = FieldMap::new(canvas, area, |place| point(fields, arm, quantity, scale, place));
    let map = if is_output { map.with_border() } else { map };
    map.draw(canvas);
    if is_output && arm.of_outputs().len() == 1 {
        let selection = Selection::new(fields, DrawnExamples::judged(fields), area);
        draw_examples(canvas, &map, (fields, arm), scale, selection);
    }
}

/// Returns the arm and the weight under a cell: a wire, or the bias of a box.
pub(in crate::views::weights) fn under(
    plan: &NetPlan,
    facts: &RunFacts,
    at: (u16, u16),
) -> Option<(usize, Option<SelectedWeight>)> {
    let (arm, _, layout) = plan.arms.iter().find(|(_, area, _)| area.contains(at.into()))?;
    let wire = layout.wires.iter().find(|wire| wire.area.contains(at.into()));
    let of =
        layout.boxes.iter().find(|of| of.label.contains(at.into()) || of.field.contains(at.into()));
    let bias = of.map(|of| SelectedWeight {
        layer: of.layer,
        neuron: of.neuron,
        input: facts.arms[*arm].sizes[of.layer],
    });
    Some((*arm, wire.map(|wire| wire.weight).or(bias)))
}
