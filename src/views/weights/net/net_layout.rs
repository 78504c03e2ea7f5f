//! The places of the boxes and wires of one network.

use ratatui::layout::Rect;

use crate::views::shared_state::SelectedWeight;

/// The fewest cells of a box: the number of a neuron and its bias.
const BOX: u16 = 11;

/// The most rows of the field of a hidden neuron.
const FIELD: u16 = 7;

/// The cells of a wire with its number: `━ −1.17 ━▶`.
const WIRE: u16 = 10;

/// The cells of the number of the neuron that a wire leads to, where it does not end there.
const TARGET: u16 = 3;

/// The most cells of the name of an input, and the gap after it.
const NAME: u16 = 13;

/// The fewest cells of the box of the only output.
const OUTPUT: u16 = 12;

/// A neuron of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NeuronBox {
    /// The layer, from 0.
    pub(super) layer: usize,
    /// The neuron of that layer.
    pub(super) neuron: usize,
    /// Its label.
    pub(super) label: Rect,
    /// Its field, under the label; it may have no height.
    pub(super) field: Rect,
}

/// A weight of a network, drawn as a wire in one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wire {
    /// The weight.
    pub(super) weight: SelectedWeight,
    /// Whether the name of the input stands before it.
    pub(super) is_from_input: bool,
    /// Whether the number of its neuron stands after it, because it does not end at that neuron.
    pub(super) names_neuron: bool,
    /// Its cells, the name included.
    pub(super) area: Rect,
}

/// The places of a network in an area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NetLayout {
    pub(super) boxes: Vec<NeuronBox>,
    pub(super) wires: Vec<Wire>,
}

/// A layer of boxes one above the other.
struct Column {
    neurons: u16,
    /// Rows of a neuron, its label included.
    slot: u16,
    /// Rows of its field.
    rows: u16,
    width: u16,
    /// Whether each neuron has a wire for every one of its inputs, beside it; else there is a wire from each neuron
    /// of the layer before, to one neuron of this layer.
    has_all_wires: bool,
}

impl Column {
    /// Returns whether its wires lead to one of several neurons, beside which they do not all end.
    fn names_neuron(&self) -> bool {
        !self.has_all_wires && self.neurons > 1
    }

    fn of(neurons: usize, inputs: usize, is_first: bool, height: u16) -> Option<Self> {
        let neurons = u16::try_from(neurons).ok().filter(|neurons| *neurons > 0)?;
        let slot = height / neurons;
        if slot < 2 {
            return None;
        }
        let rows = (slot - 1).min(FIELD);
        let has_all_wires = is_first && inputs <= usize::from(slot);
        Some(Self { neurons, slot, rows, width: BOX.max(2 * rows), has_all_wires })
    }
}

impl NetLayout {
    /// Lays a network of these sizes, input first, out in an area. `names` are the cells of the longest name of an
    /// input. The wires between many neurons lead to the neuron of `chosen`. Returns `None` without room for all.
    pub(super) fn of(
        area: Rect,
        sizes: &[usize],
        names: u16,
        chosen: SelectedWeight,
    ) -> Option<Self> {
        let (height, layers) = (area.height, sizes.len().checked_sub(1)?);
        let columns: Option<Vec<Column>> = (0..layers)
            .map(|layer| Column::of(sizes[layer + 1], sizes[layer], layer == 0, height))
            .collect();
        let mut columns = columns?;
        let names = names.min(NAME) + 1;
        let target = |column: &Column| if column.names_neuron() { TARGET } else { 0 };
        let targets: Vec<u16> = columns.iter().map(target).collect();
        let wires = |layer: usize| targets[layer] + if layer == 0 { names + WIRE } else { WIRE };
        let used: u16 = (0..layers).map(|layer| wires(layer) + columns[layer].width).sum();
        // The only output has what is left, for the decision of the network.
        let is_single = sizes[layers] == 1;
        if let Some(last) = columns.last_mut().filter(|_| is_single) {
            let left = (area.width + last.width).checked_sub(used)?;
            let rows = (height - 1).min(left / 2);
            (last.rows, last.width) = (rows, (2 * rows).max(OUTPUT));
        }
        let used: u16 = (0..layers).map(|layer| wires(layer) + columns[layer].width).sum();
        // Inputs that have a wire each need a row each.
        let fits = (0..layers).all(|layer| {
            columns[layer].has_all_wires || layer > 0 || sizes[0] <= usize::from(height)
        });
        if used > area.width || !fits {
            return None;
        }
        let mut layout = Self::default();
        let spare = (area.width - used) / 2;
        let mut x = area.x + spare;
        let mut before: Vec<Rect> = Vec::new();
        for (layer, column) in columns.iter().enumerate() {
            let wire = wires(layer);
            let boxes_x = x + wire;
            let of_layer = |neuron: u16| {
                let slot = neuron_slot(area, column, neuron);
                let label = Rect { x: boxes_x, width: column.width, height: 1, ..slot };
                let field = Rect { y: label.y + 1, height: column.rows, ..label };
                NeuronBox { layer, neuron: usize::from(neuron), label, field }
            };
            let boxes: Vec<NeuronBox> = (0..column.neurons).map(of_layer).collect();
            layout.add_wires(
                layer,
                (column, sizes[layer]),
                (x, wire),
                (&boxes, &before),
                (area, chosen),
            );
            before = boxes.iter().map(|of| Rect { height: column.rows + 1, ..of.label }).collect();
            layout.boxes.extend(boxes);
            x = boxes_x + column.width;
        }
        Some(layout)
    }

    fn add_wires(
        &mut self,
        layer: usize,
        (column, inputs): (&Column, usize),
        (x, width): (u16, u16),
        (boxes, before): (&[NeuronBox], &[Rect]),
        (area, chosen): (Rect, SelectedWeight),
    ) {
        let is_from_input = layer == 0;
        if column.has_all_wires {
            for of in boxes {
                // In the middle of the box.
                let first = (column.rows + 1).saturating_sub(inputs as u16) / 2;
                for input in 0..inputs {
                    let y = of.label.y + first + input as u16;
                    let weight = SelectedWeight { layer, neuron: of.neuron, input };
                    let area = Rect { x, y, width, height: 1 };
                    self.wires.push(Wire { weight, is_from_input, names_neuron: false, area });
                }
            }
            return;
        }
        let neuron = if chosen.layer == layer { chosen.neuron.min(boxes.len() - 1) } else { 0 };
        for input in 0..inputs {
            let y = match before.get(input) {
                Some(source) => source.y + source.height / 2,
                // The inputs of the network, evenly.
                None => area.y + (2 * input as u16 + 1) * area.height / (2 * inputs as u16),
            };
            let weight = SelectedWeight { layer, neuron, input };
            let area = Rect { x, y, width, height: 1 };
            let names_neuron = column.names_neuron();
            self.wires.push(Wire { weight, is_from_input, names_neuron, area });
        }
    }
}

/// Returns the rows of a neuron: all in the middle of the area, one above the other.
fn neuron_slot(area: Rect, column: &Column, neuron: u16) -> Rect {
    let slot = column.slot.min(column.rows + 2);
    let used = slot * (column.neurons - 1) + column.rows + 1;
    let first = area.height.saturating_sub(used) / 2;
    Rect { y: area.y + first + neuron * slot, height: column.rows + 1, ..area }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::NetLayout;
    use crate::views::shared_state::SelectedWeight;

    fn laid(width: u16, height: u16, sizes: &[usize]) -> Option<NetLayout> {
        let chosen = SelectedWeight { layer: 1, neuron: 2, input: 0 };
        NetLayout::of(Rect::new(3, 2, width, height), sizes, 2, chosen)
    }

    #[test]
    fn every_part_lies_in_the_area_and_none_covers_another() {
        for (width, height) in [(54, 22), (54, 26), (76, 14), (116, 34), (96, 50)] {
            for sizes in
                [&[2, 4, 1][..], &[2, 1], &[2, 8, 8, 1], &[4, 8, 3], &[2, 16, 8, 1], &[3, 3]]
            {
                let Some(layout) = laid(width, height, sizes) else { continue };
                let area = Rect::new(3, 2, width, height);
                let boxes = layout.boxes.iter().flat_map(|of| [of.label, of.field]);
                let parts: Vec<Rect> =
                    boxes.chain(layout.wires.iter().map(|wire| wire.area)).collect();
                for (nth, part) in parts.iter().enumerate() {
                    assert_eq!(part.intersection(area), *part, "{sizes:?} in {width}×{height}");
                    let covers = |other: &Rect| part.intersects(*other);
                    assert!(!parts[..nth].iter().any(covers), "{sizes:?} in {width}×{height}");
                }
                let neurons: usize = sizes[1..].iter().sum();
                assert_eq!(layout.boxes.len(), neurons);
            }
        }
    }

    #[test]
    fn few_inputs_have_a_wire_to_each_neuron_and_many_neurons_one_to_the_chosen_one() {
        let layout = laid(54, 22, &[2, 4, 1]).expect("room");
        let of_layer = |layer| layout.wires.iter().filter(move |wire| wire.weight.layer == layer);
        assert_eq!(of_layer(0).count(), 8);
        assert_eq!(of_layer(1).count(), 4);
        let deep = laid(116, 34, &[2, 8, 8, 1]).expect("room");
        let second: Vec<_> = deep.wires.iter().filter(|wire| wire.weight.layer == 1).collect();
        assert_eq!(second.len(), 8);
        assert!(second.iter().all(|wire| wire.weight.neuron == 2), "the chosen neuron");
    }

    #[test]
    fn a_network_without_room_is_not_drawn_in_part() {
        assert_eq!(laid(54, 12, &[2, 16, 1]), None);
        assert_eq!(laid(30, 40, &[2, 4, 1]), None);
        assert_eq!(laid(0, 0, &[2, 1]), None);
    }
}
