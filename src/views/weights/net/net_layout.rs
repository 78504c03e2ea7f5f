//! The places of the boxes and wires of one network.

use ratatui::layout::Rect;

use crate::views::shared_state::SelectedWeight;
use crate::views::weights::net::column::{Column, columns};
use crate::views::weights::net::net_shape::NetShape;

/// A neuron of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NeuronBox {
    /// The layer, from 0.
    pub(super) layer: usize,
    /// The neuron of that layer.
    pub(super) neuron: usize,
    /// Its label.
    pub(super) label: Rect,
    /// Its field, under the label.
    pub(super) field: Rect,
}

/// A weight of a network, drawn as a wire in one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wire {
    /// The weight.
    pub(super) weight: SelectedWeight,
    /// The cells of the name of its input; none if it comes from a neuron.
    pub(super) name: Rect,
    /// Its cells, without those of the name and of a bus.
    pub(super) area: Rect,
    /// Whether it ends at the box of its neuron; else at a bus.
    pub(super) meets_box: bool,
}

/// The column in which the wires into one neuron of a layer run along its side to its box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bus {
    /// The neuron that the wires lead to.
    pub(super) layer: usize,
    pub(super) neuron: usize,
    /// The column.
    pub(super) x: u16,
    /// The rows of the wires, the first one first.
    pub(super) rows: Vec<u16>,
    /// The first and the last row of the box.
    pub(super) target: (u16, u16),
    /// A place above the wires for words on them; it may be empty.
    pub(super) caption: Rect,
}

/// The places of a network in an area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NetLayout {
    pub(super) boxes: Vec<NeuronBox>,
    pub(super) wires: Vec<Wire>,
    pub(super) buses: Vec<Bus>,
}

impl NetLayout {
    /// Lays a network out in an area. Returns `None` without room for all of it.
    pub(super) fn of(area: Rect, shape: &NetShape<'_>) -> Option<Self> {
        let (columns, left) = columns(shape, (area.width, area.height))?;
        let mut layout = Self::default();
        let mut x = area.x + left / 2;
        let mut before: Vec<Rect> = Vec::new();
        for (layer, column) in columns.iter().enumerate() {
            let boxes_x = x + column.name + column.wire;
            let of_layer = |neuron: u16| {
                let slot = neuron_slot(area, column, neuron);
                let label = Rect { x: boxes_x, width: column.width, height: 1, ..slot };
                let (y, height) = (label.y + 1, column.rows);
                let field = Rect { y, height, width: column.field, ..label };
                NeuronBox { layer, neuron: usize::from(neuron), label, field }
            };
            let boxes: Vec<NeuronBox> = (0..column.neurons).map(of_layer).collect();
            let place = LayerPlace { layer, column, x, boxes: &boxes, before: &before, area };
            layout.add_wires(shape, &place);
            before = boxes.iter().map(|of| of.field).collect();
            layout.boxes.extend(boxes);
            x = boxes_x + column.width;
        }
        Some(layout)
    }

    /// Returns the fewest rows of a field.
    pub(super) fn least_field(&self) -> u16 {
        self.boxes.iter().map(|of| of.field.height).min().unwrap_or(0)
    }

    fn add_wires(&mut self, shape: &NetShape<'_>, place: &LayerPlace<'_>) {
        let LayerPlace { layer, column, boxes, .. } = *place;
        let inputs = shape.wires_into(layer);
        if column.has_all_wires {
            for of in boxes {
                // Around the middle of the box, further apart if it is high.
                let apart = ((column.rows + 1) / (2 * inputs.max(1) as u16)).max(1);
                let taken = apart * (inputs as u16 - 1) + 1;
                let first = of.label.y + (column.rows + 2).saturating_sub(taken) / 2;
                let last = of.field.bottom().saturating_sub(taken).max(of.label.y);
                for input in 0..inputs {
                    let y = first.min(last) + apart * input as u16;
                    self.add_wire(place, (of.neuron, input), y, true);
                }
            }
            return;
        }
        let chosen = if shape.chosen.layer == layer { shape.chosen.neuron } else { 0 };
        let Some(to) = boxes.get(chosen.min(boxes.len() - 1)) else { return };
        let rows: Vec<u16> = (0..inputs).map(|input| place.source_row(input, inputs)).collect();
        for (input, y) in rows.iter().enumerate() {
            self.add_wire(place, (to.neuron, input), *y, false);
        }
        // Above the first wire, or above the label of the neuron that it comes from.
        let (left, first) = match place.before.first() {
            Some(field) => (field.right(), field.y.checked_sub(2)),
            None => (place.x, rows.first().and_then(|y| y.checked_sub(1))),
        };
        let above = first.filter(|y| *y >= place.area.y);
        // Over the boxes, too, if their labels begin below it.
        let is_over = above.is_some_and(|y| boxes.iter().all(|of| of.label.y > y));
        let end = if is_over { to.field.right() } else { to.label.x - 1 };
        let width = end.saturating_sub(left);
        let caption = above.map(|y| Rect { x: left, y, width, height: 1 });
        self.buses.push(Bus {
            layer,
            neuron: to.neuron,
            x: to.label.x - 1,
            target: (to.field.y, to.field.bottom() - 1),
            rows,
            caption: caption.unwrap_or(Rect::ZERO),
        });
    }

    /// Adds the wire of an input of a neuron in a row.
    fn add_wire(
        &mut self,
        place: &LayerPlace<'_>,
        (neuron, input): (usize, usize),
        y: u16,
        meets_box: bool,
    ) {
        let LayerPlace { layer, column, x, before, .. } = *place;
        let from = before.get(input).map_or(x + column.name, |field| field.right());
        let to = x + column.name + column.wire - u16::from(!meets_box);
        self.wires.push(Wire {
            weight: SelectedWeight { layer, neuron, input },
            name: Rect { x, y, width: column.name, height: 1 },
            area: Rect { x: from, y, width: to.saturating_sub(from), height: 1 },
            meets_box,
        });
    }
}

/// The place of a layer while its wires are laid out.
#[derive(Clone, Copy)]
struct LayerPlace<'l> {
    layer: usize,
    column: &'l Column,
    /// The column after the labels of the layer before.
    x: u16,
    boxes: &'l [NeuronBox],
    /// The fields of the layer before; none of the inputs.
    before: &'l [Rect],
    area: Rect,
}

impl LayerPlace<'_> {
    /// Returns the row of the wire from a neuron of the layer before; the inputs of the network are spread evenly.
    fn source_row(&self, input: usize, inputs: usize) -> u16 {
        match self.before.get(input) {
            Some(field) => field.y + (field.height - 1) / 2,
            None => self.area.y + (2 * input as u16 + 1) * self.area.height / (2 * inputs as u16),
        }
    }
}

/// Returns the rows of a neuron: all in the middle of the area, one above the other.
fn neuron_slot(area: Rect, column: &Column, neuron: u16) -> Rect {
    let slot = column.slot.min(column.rows + 2);
    let used = slot * (column.neurons - 1) + column.rows + 1;
    // A spare row is above them, where words on the wires stand.
    let first = area.height.saturating_sub(used).div_ceil(2);
    Rect { y: area.y + first + neuron * slot, height: column.rows + 1, ..area }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::NetLayout;
    use crate::views::shared_state::SelectedWeight;
    use crate::views::weights::net::column::WIRE;
    use crate::views::weights::net::net_shape::NetShape;

    fn shape(sizes: &[usize]) -> NetShape<'_> {
        let chosen = SelectedWeight { layer: 1, neuron: 2, input: 0 };
        NetShape { sizes, names: 2, outputs: 1, has_curve: false, chosen }
    }

    fn laid(width: u16, height: u16, sizes: &[usize]) -> Option<NetLayout> {
        NetLayout::of(Rect::new(3, 2, width, height), &shape(sizes))
    }

    #[test]
    fn every_part_lies_in_the_area_and_none_covers_another() {
        let mut count = 0;
        for (width, height) in [(54, 22), (54, 26), (76, 14), (116, 34), (96, 50)] {
            for sizes in
                [&[2, 4, 1][..], &[2, 1], &[2, 8, 8, 1], &[4, 8, 3], &[2, 16, 8, 1], &[3, 3]]
            {
                let Some(layout) = laid(width, height, sizes) else { continue };
                count += 1;
                let area = Rect::new(3, 2, width, height);
                let fields = layout.boxes.iter().map(|of| of.field);
                let wires = layout.wires.iter().flat_map(|wire| [wire.name, wire.area]);
                let captions = layout.buses.iter().map(|bus| bus.caption);
                let bus = |bus: &super::Bus| {
                    let (first, last) = (bus.rows[0], bus.rows[bus.rows.len() - 1]);
                    let (first, last) = (first.min(bus.target.0), last.max(bus.target.0));
                    Rect { x: bus.x, y: first, width: 1, height: last + 1 - first }
                };
                let buses = layout.buses.iter().map(bus);
                let parts: Vec<Rect> = fields.chain(wires).chain(captions).chain(buses).collect();
                let parts: Vec<Rect> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                for (nth, part) in parts.iter().enumerate() {
                    assert_eq!(part.intersection(area), *part, "{sizes:?} in {width}×{height}");
                    let covers = |other: &Rect| part.intersects(*other);
                    assert!(!parts[..nth].iter().any(covers), "{sizes:?} in {width}×{height}");
                }
                let neurons: usize = sizes[1..].iter().sum();
                assert_eq!(layout.boxes.len(), neurons);
            }
        }
        assert!(count > 12, "{count}");
    }

    #[test]
    fn every_wire_meets_a_box_or_a_bus_and_has_room_for_its_number() {
        for sizes in [&[2, 4, 1][..], &[2, 1], &[4, 8, 3], &[2, 16, 8, 1]] {
            let layout = laid(116, 34, sizes).expect("room");
            for wire in &layout.wires {
                let ends = |x: u16| x == wire.area.right();
                let is_at_box = layout.boxes.iter().any(|of| ends(of.field.x));
                assert_eq!(is_at_box, wire.meets_box, "{sizes:?}");
                assert!(wire.meets_box || layout.buses.iter().any(|bus| ends(bus.x)));
                assert!(wire.area.width + u16::from(!wire.meets_box) >= WIRE, "{wire:?}");
                let source = layout
                    .boxes
                    .iter()
                    .find(|of| (of.layer + 1, of.neuron) == (wire.weight.layer, wire.weight.input));
                assert!(source.is_none_or(|of| {
                    of.field.right() == wire.area.x
                        && (of.field.y..of.field.bottom()).contains(&wire.area.y)
                }));
            }
        }
    }

    #[test]
    fn few_inputs_have_a_wire_to_each_neuron_and_many_neurons_one_to_the_chosen_one() {
        let layout = laid(54, 22, &[2, 4, 1]).expect("room");
        let of_layer = |layer| layout.wires.iter().filter(move |wire| wire.weight.layer == layer);
        assert_eq!((of_layer(0).count(), of_layer(1).count()), (8, 4));
        let deep = laid(116, 34, &[2, 8, 8, 1]).expect("room");
        let second: Vec<_> = deep.wires.iter().filter(|wire| wire.weight.layer == 1).collect();
        assert_eq!(second.len(), 8);
        assert!(second.iter().all(|wire| wire.weight.neuron == 2), "the chosen neuron");
        assert_eq!(deep.buses.iter().map(|bus| bus.neuron).collect::<Vec<_>>(), [2, 0]);
    }

    #[test]
    fn a_single_neuron_has_a_wire_for_its_bias_and_its_curve_as_its_box() {
        let single = NetShape { has_curve: true, ..shape(&[1, 1]) };
        let layout = NetLayout::of(Rect::new(0, 0, 56, 20), &single).expect("room");
        let inputs: Vec<usize> = layout.wires.iter().map(|wire| wire.weight.input).collect();
        assert_eq!(inputs, [0, 1]);
        assert!(layout.boxes[0].field.width > 30, "{layout:?}");
        assert_eq!(NetLayout::of(Rect::new(0, 0, 28, 20), &single), None);
    }

    #[test]
    fn a_network_without_room_is_not_drawn_in_part() {
        assert_eq!(laid(54, 12, &[2, 16, 1]), None);
        assert_eq!(laid(30, 40, &[2, 4, 1]), None);
        assert_eq!(laid(0, 0, &[2, 1]), None);
    }
}
