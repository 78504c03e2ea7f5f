//! The drawing of one network: its wires with their numbers, and its boxes.

use crate::canvas::number::number;
use crate::canvas::widgets::FieldMap;
use crate::canvas::{Canvas, squeezed};
use crate::telemetry::{ArmFields, Fields, LayerSnapshot, Output, RunFacts};
use crate::views::neuron_plots::draw_output_of;
use crate::views::plane_map::{
    DrawnExamples, MapQuantity, Selection, draw_examples, neuron_scale, point,
};
use crate::views::shared_state::SelectedWeight;
use crate::views::view_state::ViewState;
use crate::views::weights::moment::{fields, layers, neuron, value};
use crate::views::weights::net::column::BIAS;
use crate::views::weights::net::names::{NetNames, shortened};
use crate::views::weights::net::net_layout::{Bus, NetLayout, NeuronBox};
use crate::views::weights::net::wire::{self, DrawnWire, sign};
use crate::views::weights::state::WeightsView;

/// The fewest rows of the field of one of several outputs on which the examples are drawn.
const WITH_EXAMPLES: u16 = 4;

/// The fewest cells of the words on the wires.
const SHORTEST: usize = 6;

/// Draws the network of an arm.
pub(super) fn draw_net(
    canvas: &mut Canvas<'_>,
    (state, facts): (ViewState<'_, WeightsView>, &RunFacts),
    arm: usize,
    layout: &NetLayout,
) {
    let of_arm = layers(state, arm);
    let names = NetNames::of(state, facts);
    let room = layout.wires.iter().map(|wire| wire.name.width).max().unwrap_or(0);
    let inputs = shortened(&names.inputs, usize::from(room));
    for wire in &layout.wires {
        let Some(value) = value(&of_arm, wire.weight) else { continue };
        let is_chosen = wire.weight == state.shared.weight;
        let mut lead = 0;
        if wire.name.width > 0 {
            let style = if is_chosen { canvas.theme.chosen } else { canvas.theme.strong };
            // The input after the last is that of the bias.
            let name = inputs.get(wire.weight.input).map_or("b", String::as_str);
            let end = canvas.text((wire.name.x, wire.name.y), wire.name.width, name, style);
            lead = wire.area.x.saturating_sub(end);
        }
        let drawn = DrawnWire { value, is_chosen, has_head: wire.meets_box, lead };
        wire::draw(canvas, wire.area, &drawn);
    }
    for bus in &layout.buses {
        wire::draw_bus(canvas, bus);
        let inputs = layout.wires.iter().filter(|wire| wire.weight.layer == bus.layer).count();
        draw_caption(canvas, &names, bus, (inputs, &of_arm));
    }
    let received = fields(state).and_then(|fields| Some((fields, fields.arms.get(arm)?)));
    for of in &layout.boxes {
        if neuron(state, arm).is_some() {
            draw_curve(canvas, (state, facts), arm, of);
            continue;
        }
        draw_label(canvas, (state, &names), &of_arm, of);
        if let Some((fields, arm)) = received {
            draw_field(canvas, state, (fields, arm), of);
        }
    }
}

/// Says which neuron the wires of a bus lead to, if there are several, and how many of the layer's weights these are.
fn draw_caption(
    canvas: &mut Canvas<'_>,
    names: &NetNames,
    bus: &Bus,
    (wires, layers): (usize, &[LayerSnapshot]),
) {
    let neurons = layers.get(bus.layer).map_or(1, |layer| layer.rows);
    if neurons < 2 {
        return;
    }
    let name = names.neuron(bus.layer, bus.neuron);
    let all = wires * neurons;
    let room = bus.caption.width.saturating_sub(1);
    let texts = [
        format!("into neuron {name}: {wires} of {all} weights"),
        format!("into {name}: {wires} of {all}"),
        format!("{wires}/{all} into {name}"),
        format!("into {name}"),
    ];
    let from = usize::from(bus.layer + 1 == layers.len());
    let text = texts[from..].iter().find(|text| canvas.width(text) <= room);
    let Some(text) = text.cloned().or_else(|| {
        let name = squeezed(&texts[3], usize::from(room)).into_owned();
        (usize::from(room) > SHORTEST).then_some(name)
    }) else {
        return;
    };
    let quiet = canvas.theme.quiet;
    canvas.text((bus.caption.x + 1, bus.caption.y), room, &text, quiet);
}

/// Draws the box of a single neuron: where it stands on the curve of its output.
fn draw_curve(
    canvas: &mut Canvas<'_>,
    (state, facts): (ViewState<'_, WeightsView>, &RunFacts),
    arm: usize,
    of: &NeuronBox,
) {
    let Some(now) = neuron(state, arm) else { return };
    let is_linear = facts.arms.get(arm).is_some_and(|of| of.output == Output::Linear);
    let curve = if is_linear { "a = z" } else { "a = σ(z)" };
    let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
    let of_arm = canvas.theme.arm(arm);
    let mut writer = canvas.line(of.label);
    writer.put_whole(curve, quiet);
    writer.put_whole(&format!("  z {}", number(now.z, 7)), text);
    writer.put_whole(&format!("  a {}", number(now.a, 7)), text);
    writer.put_whole(&format!("  slope {}", number(now.slope, 6)), of_arm);
    draw_output_of(canvas, state.shared, facts, (arm, of.field));
}

/// Draws the number of a neuron and its bias.
fn draw_label(
    canvas: &mut Canvas<'_>,
    (state, names): (ViewState<'_, WeightsView>, &NetNames),
    layers: &[LayerSnapshot],
    of: &NeuronBox,
) {
    let Some(layer) = layers.get(of.layer) else { return };
    let bias = SelectedWeight { layer: of.layer, neuron: of.neuron, input: layer.columns };
    let (quiet, text, chosen) = (canvas.theme.quiet, canvas.theme.text, canvas.theme.chosen);
    let selected = state.shared.weight;
    let is_selected = (selected.layer, selected.neuron) == (of.layer, of.neuron);
    let room = usize::from(of.label.width.saturating_sub(BIAS)).max(2);
    let classes = shortened(&names.outputs, room);
    let class = classes.get(of.neuron).filter(|_| of.layer + 1 == layers.len());
    let name = class.cloned().unwrap_or_else(|| names.neuron(of.layer, of.neuron));
    let mut writer = canvas.line(of.label);
    writer.put(&name, if is_selected { chosen } else { quiet });
    let value = value(layers, bias)
        .map_or_else(String::new, |b| format!(" b {}{}", sign(b), number(b.abs(), 5)));
    writer.put_whole(&value, if bias == selected { chosen } else { text });
}

/// Draws the field of a neuron; on those of outputs the examples.
fn draw_field(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, WeightsView>,
    (fields, arm): (&Fields, &ArmFields),
    of: &NeuronBox,
) {
    let scale = neuron_scale(state.shared, fields, (of.layer, of.neuron));
    let quantity = MapQuantity::Neuron(of.layer, of.neuron);
    let is_output = of.layer + 1 == arm.layers.len();
    let area = of.field;
    let map = FieldMap::new(canvas, area, |place| point(fields, arm, quantity, scale, place));
    let map = if is_output { map.with_border() } else { map };
    map.draw(canvas);
    if is_output && (arm.of_outputs().len() == 1 || area.height >= WITH_EXAMPLES) {
        let selection = Selection::new(fields, DrawnExamples::judged(fields), area);
        draw_examples(canvas, &map, (fields, arm), scale, selection);
    }
}
