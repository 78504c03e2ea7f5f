//! The fields of the hidden neurons under the map of an arm.

use ratatui::layout::Rect;

use crate::canvas::widgets::{FieldMap, FieldScale};
use crate::canvas::{Canvas, DrawnPart, row};
use crate::telemetry::{ArmFields, Fields};
use crate::views::data::state::DataView;
use crate::views::plane_map::{MapQuantity, discrete, neuron_scale, point};
use crate::views::view_state::ViewState;

/// The least height of a field; with it belongs a label.
const LEAST: u16 = 2;

/// The division of an area among the fields of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Boxes {
    /// Rows of a field; it is twice as wide.
    height: u16,
    across: u16,
    down: u16,
}

impl Boxes {
    /// Returns the largest fields of which all fit, or the smallest.
    fn of(area: Rect, neurons: usize) -> Self {
        let boxes = |height: u16| Self {
            height,
            across: ((area.width + 1) / (2 * height + 1)).max(1),
            down: (area.height / (height + 1)).max(1),
        };
        let tallest = area.height.saturating_sub(1).max(LEAST);
        let all = (LEAST..=tallest).rev().map(boxes);
        all.clone()
            .find(|boxes| usize::from(boxes.across * boxes.down) >= neurons)
            .unwrap_or_else(|| boxes(LEAST))
    }

    fn room(self) -> usize {
        usize::from(self.across * self.down)
    }
}

/// Returns the hidden layer whose neurons are shown: the selected one, or the last before the outputs.
pub(super) fn layer(state: ViewState<'_, DataView>, arm: &ArmFields) -> Option<usize> {
    let last = arm.layers.len().checked_sub(2)?;
    Some(state.shared.weight.layer.min(last))
}

/// Draws the fields of the neurons of a hidden layer.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    fields: &Fields,
    arm: &ArmFields,
    area: Rect,
) {
    let Some(layer) = layer(state, arm).filter(|_| area.height > LEAST) else { return };
    let of_layer = &arm.layers[layer];
    let boxes = Boxes::of(area, of_layer.len());
    let selected = state.shared.weight.neuron.min(of_layer.len().saturating_sub(1));
    let first = (selected + 1).saturating_sub(boxes.room());
    let is_shown = state.shown_neuron().is_some_and(|shown| shown.0 == layer);
    for (nth, neuron) in (first..of_layer.len()).take(boxes.room()).enumerate() {
        let (column, line) = (nth as u16 % boxes.across, nth as u16 / boxes.across);
        let place = Rect {
            x: area.x + column * (2 * boxes.height + 1),
            y: area.y + line * (boxes.height + 1),
            width: 2 * boxes.height,
            height: boxes.height + 1,
        };
        let place = place.intersection(area);
        let is_selected = neuron == selected && is_shown;
        let style = if is_selected { canvas.theme.chosen } else { canvas.theme.quiet };
        canvas.line(row(place, 0)).put_whole(&(neuron + 1).to_string(), style);
        let scale = neuron_scale(state.shared, fields, (layer, neuron));
        draw_box(
            canvas,
            state,
            (fields, arm, scale),
            (layer, neuron),
            crate::canvas::below(place, 1),
        );
        canvas.note_part(place, DrawnPart::Item(neuron));
    }
    if boxes.room() < of_layer.len() {
        let shown = format!("{}–{} of {}", first + 1, first + boxes.room(), of_layer.len());
        let used = boxes.across * (2 * boxes.height + 1);
        let rest =
            Rect { x: area.x + used, width: area.width.saturating_sub(used), ..row(area, 0) };
        let quiet = canvas.theme.quiet;
        canvas.line(rest).put_whole(&shown, quiet);
    }
}

fn draw_box(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    (fields, arm, scale): (&Fields, &ArmFields, FieldScale),
    (layer, neuron): (usize, usize),
    area: Rect,
) {
    let is_discrete = state.view.plane.is_discrete;
    let map = FieldMap::new(canvas, area, |place| {
        let point = point(fields, arm, MapQuantity::Neuron(layer, neuron), scale, place);
        if is_discrete { discrete(point) } else { point }
    });
    map.draw(canvas);
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::Boxes;

    #[test]
    fn boxes_are_as_large_as_all_of_them_fit() {
        let boxes = |width, height, neurons| Boxes::of(Rect::new(0, 0, width, height), neurons);
        assert_eq!(boxes(52, 6, 4), Boxes { height: 5, across: 4, down: 1 });
        let many = boxes(52, 6, 16);
        assert!(many.room() >= 16, "{many:?}");
        let few = boxes(10, 3, 30);
        assert_eq!((few.height, few.across), (2, 2), "the smallest, if not all fit");
        assert!(boxes(0, 0, 5).room() >= 1);
    }
}
