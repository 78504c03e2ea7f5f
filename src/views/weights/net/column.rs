//! The sizes of the boxes of each layer, and of the wires before them.

use crate::views::weights::net::net_shape::NetShape;

/// The fewest cells of a box: the number of a neuron and its bias.
const BOX: u16 = 11;

/// The most rows of the field of a hidden neuron.
const FIELD: u16 = 7;

/// The fewest cells of a wire with its number: `─ −1.17 ──▶`.
pub(super) const WIRE: u16 = 11;

/// The most cells by which a wire is longer than it needs to be.
const LONGER: u16 = 8;

/// The fewest and the most cells of the box of the only output. A wider one shows no more of the field.
const OUTPUT: u16 = 12;
const LARGEST: u16 = 48;

/// The fewest cells and rows of the curve of a single neuron, and the most cells.
const CURVE: (u16, u16) = (18, 5);
const WIDEST_CURVE: u16 = 80;

/// The most cells of the name of an input.
const NAME: u16 = 16;

/// The cells of the bias in a label.
pub(super) const BIAS: u16 = 9;

/// A layer of boxes one above the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// The number of its neurons.
    pub(super) neurons: u16,
    /// Rows of a neuron, its label included.
    pub(super) slot: u16,
    /// Rows and cells of its field.
    pub(super) rows: u16,
    pub(super) field: u16,
    /// Cells of its label, which may be wider than its field.
    pub(super) width: u16,
    /// Whether each neuron has a wire for every one of its inputs, beside it; else there is a wire from each neuron
    /// of the layer before, to one neuron of this layer.
    pub(super) has_all_wires: bool,
    /// Cells between the labels of the layer before and its boxes: those of the name of an input, and of the wires.
    pub(super) name: u16,
    pub(super) wire: u16,
}

impl Column {
    fn of(shape: &NetShape<'_>, layer: usize, height: u16) -> Option<Self> {
        let inputs = shape.wires_into(layer);
        let neurons = u16::try_from(shape.sizes[layer + 1]).ok().filter(|neurons| *neurons > 0)?;
        let slot = height / neurons;
        if slot < 2 {
            return None;
        }
        let rows = (slot - 1).min(FIELD);
        let has_all_wires = layer == 0 && inputs <= usize::from(slot);
        let (field, width) = (2 * rows, BOX.max(2 * rows));
        Some(Self { neurons, slot, rows, field, width, has_all_wires, name: 0, wire: WIRE })
    }

    /// Returns the cells between the field of a neuron and the end of its label.
    pub(super) fn gap(&self) -> u16 {
        self.width - self.field.min(self.width)
    }
}

/// Returns the layers of a network in an area of `width` × `height` cells, and the cells that they leave; `None`
/// without room for all.
pub(super) fn columns(
    shape: &NetShape<'_>,
    (width, height): (u16, u16),
) -> Option<(Vec<Column>, u16)> {
    let layers = shape.sizes.len().checked_sub(1)?;
    let of_layers: Option<Vec<Column>> =
        (0..layers).map(|layer| Column::of(shape, layer, height)).collect();
    let mut columns = of_layers?;
    let first = columns.first_mut()?;
    first.name = shape.names.min(NAME);
    // Inputs that have a wire each need a row each.
    if !first.has_all_wires && shape.wires_into(0) > usize::from(height) {
        return None;
    }
    for layer in 1..layers {
        // A wire begins at the field of its neuron.
        columns[layer].wire = WIRE.saturating_sub(columns[layer - 1].gap()).max(3);
    }
    if shape.sizes[layers] == 1 {
        widen_output(&mut columns, shape, (width, height))?;
    }
    let mut left = width.checked_sub(used(&columns))?;
    if let Some(last) = columns.last_mut().filter(|column| column.neurons > 1) {
        let more = (shape.outputs + BIAS).saturating_sub(last.width).min(left);
        (last.width, left) = (last.width + more, left - more);
    }
    let longer = (left / layers as u16).min(LONGER);
    for column in &mut columns {
        (column.wire, left) = (column.wire + longer, left - longer);
    }
    Some((columns, left))
}

fn used(columns: &[Column]) -> u16 {
    let cells = columns.iter().map(|column| column.name + column.wire + column.width);
    cells.fold(0, u16::saturating_add)
}

/// Gives the only output the cells that are left, for the decision of the network.
fn widen_output(
    columns: &mut [Column],
    shape: &NetShape<'_>,
    (width, height): (u16, u16),
) -> Option<()> {
    let used = used(columns);
    let last = columns.last_mut()?;
    let left = (width + last.width).checked_sub(used)?;
    if shape.has_curve {
        (last.rows, last.field) = (height - 1, left.min(WIDEST_CURVE));
        last.width = last.field;
        return (last.field >= CURVE.0 && last.rows >= CURVE.1).then_some(());
    }
    last.rows = (height - 1).min(left.min(LARGEST) / 2);
    last.field = 2 * last.rows;
    last.width = last.field.max(OUTPUT);
    (last.width <= left).then_some(())
}
