//! Every weight of a layer from the start to now, a line each: the length of a dumb-bell is how far it has come.

use ratatui::layout::Rect;

use crate::canvas::number::{grown, short};
use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, below, glyphs, row, squeezed};
use crate::telemetry::{LayerSnapshot, RunFacts};
use crate::views::input_name::input_name;
use crate::views::shared_state::SelectedWeight;
use crate::views::view_state::ViewState;
use crate::views::weights::net::net_plan::layers;
use crate::views::weights::net::past::start;
use crate::views::weights::state::WeightsView;

/// The cells of the name of a weight.
const NAME: u16 = 10;

/// The mark of the start, and the line from there.
const START: (char, char) = ('○', 'O');
/// The mark of several arms in one place.
const SEVERAL: (char, char) = ('◎', '&');
const LINE: (char, char) = ('─', '-');

/// The scale of the dumb-bells: from −`reach` to `reach` over a row.
#[derive(Clone, Copy)]
struct BellScale {
    reach: f64,
    x: u16,
    width: u16,
}

impl BellScale {
    fn column(self, value: f64) -> u16 {
        let share = f64::midpoint(value / self.reach, 1.0);
        let last = f64::from(self.width.saturating_sub(1));
        self.x + (share.clamp(0.0, 1.0) * last).round() as u16
    }
}

/// Draws the dumb-bells of the selected layer: all of them, or those around the selected weight.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, WeightsView>,
    facts: &RunFacts,
    area: Rect,
) {
    if area.height < 3 || area.width < NAME + 12 {
        return;
    }
    let index = state.shared.weight.layer;
    let starts: Vec<_> = (0..facts.arms.len()).map(|arm| start(state, arm)).collect();
    let of_arms: Vec<(&[LayerSnapshot], &[LayerSnapshot])> =
        starts.iter().enumerate().map(|(arm, start)| (&start[..], layers(state, arm))).collect();
    let Some(layer) = of_arms.get(state.shared.arm).and_then(|(_, now)| now.get(index)) else {
        return;
    };
    let weights: Vec<SelectedWeight> = (0..layer.rows)
        .flat_map(|neuron| (0..=layer.columns).map(move |input| (neuron, input)))
        .map(|(neuron, input)| SelectedWeight { layer: index, neuron, input })
        .collect();
    let has_start = of_arms.iter().any(|(start, _)| start.get(index).is_some());
    let (start, several) = (canvas.letter(START), canvas.letter(SEVERAL));
    let what = if has_start { format!("from the start {start} to now") } else { "now".to_owned() };
    let title = format!("layer {} {what}", index + 1);
    let room = usize::from(area.height - 2);
    let at = weights.iter().position(|weight| *weight == state.shared.weight).unwrap_or(0);
    let first = (at + 1).saturating_sub(room).min(weights.len().saturating_sub(room));
    let shown = &weights[first..weights.len().min(first + room)];
    let note = if shown.len() == weights.len() {
        format!("all {}", weights.len())
    } else {
        format!("{}–{} of {}", first + 1, first + shown.len(), weights.len())
    };
    let several = format!(", {several} several arms");
    let title = [(title.as_str(), Tone::Strong), (several.as_str(), Tone::Quiet)];
    let frame = FrameStyle::Ruled;
    let note = [(note.as_str(), Tone::Quiet)];
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    let numbers =
        of_arms.iter().flat_map(|(start, now)| [start.get(index), now.get(index)]).flatten();
    let most = numbers.flat_map(|layer| layer.values.iter().chain(&layer.biases));
    let reach = grown(f64::from(most.fold(1e-6_f32, |most, w| most.max(w.abs()))));
    let scale = BellScale { reach, x: inner.x + NAME, width: inner.width - NAME };
    draw_axis(canvas, scale, row(inner, 0));
    for (nth, weight) in shown.iter().enumerate() {
        let line = row(below(inner, 1), nth as u16);
        let is_chosen = *weight == state.shared.weight;
        let style = if is_chosen { canvas.theme.chosen } else { canvas.theme.quiet };
        let name = squeezed(&name(facts, layer, *weight), usize::from(NAME - 1)).into_owned();
        canvas.text((line.x, line.y), NAME, &name, style);
        canvas.put((scale.column(0.0), line.y), glyphs::NOW, canvas.theme.faint);
        let ends = of_arms
            .iter()
            .map(|(start, now)| (value(start.get(index), *weight), value(now.get(index), *weight)));
        let ends: Vec<_> = ends.collect();
        for (arm, ends) in ends.iter().enumerate() {
            draw_bell(canvas, (arm, *ends), scale, line.y);
        }
        draw_coinciding(canvas, &ends, scale, line.y);
    }
}

fn value(layer: Option<&LayerSnapshot>, weight: SelectedWeight) -> Option<f64> {
    let layer = layer?;
    layer.parameter(weight.neuron, weight.input).map(f64::from)
}

/// Returns the name of a weight: its input and its neuron.
fn name(facts: &RunFacts, layer: &LayerSnapshot, weight: SelectedWeight) -> String {
    let neuron = weight.neuron + 1;
    match weight.input {
        input if input == layer.columns => format!("b {neuron}"),
        input if weight.layer == 0 => format!("{}→{neuron}", input_name(Some(facts), input)),
        input => format!("{}→{neuron}", input + 1),
    }
}

fn draw_axis(canvas: &mut Canvas<'_>, scale: BellScale, line: Rect) {
    let quiet = canvas.theme.quiet;
    let end = short(scale.reach);
    canvas.text((scale.x, line.y), scale.width, &format!("−{end}"), quiet);
    canvas.put((scale.column(0.0), line.y), ('0', '0'), quiet);
    canvas.text_right(line, &end, quiet);
}

/// Marks where several arms stand now, of which only one mark can be seen.
fn draw_coinciding(
    canvas: &mut Canvas<'_>,
    ends: &[(Option<f64>, Option<f64>)],
    scale: BellScale,
    y: u16,
) {
    let columns: Vec<u16> =
        ends.iter().filter_map(|(_, now)| Some(scale.column((*now)?))).collect();
    for (nth, column) in columns.iter().enumerate() {
        if columns[..nth].contains(column) {
            let strong = canvas.theme.strong;
            canvas.put((*column, y), SEVERAL, strong);
        }
    }
}

fn draw_bell(
    canvas: &mut Canvas<'_>,
    (arm, (start, now)): (usize, (Option<f64>, Option<f64>)),
    scale: BellScale,
    y: u16,
) {
    let Some(now) = now.map(|now| scale.column(now)) else { return };
    let (line, mark) = (canvas.theme.shade(arm), canvas.theme.arm(arm));
    if let Some(start) = start.map(|start| scale.column(start)) {
        for x in start.min(now)..=start.max(now) {
            if canvas.is_blank((x, y)) || x == scale.column(0.0) {
                canvas.put((x, y), LINE, line);
            }
        }
        let quiet = canvas.theme.quiet;
        canvas.put((start, y), START, quiet);
    }
    canvas.put((now, y), glyphs::mark(arm), mark);
}

#[cfg(test)]
mod tests {
    use super::BellScale;

    #[test]
    fn both_ends_and_the_middle_of_the_scale_have_columns() {
        let scale = BellScale { reach: 5.0, x: 10, width: 41 };
        assert_eq!([-5.0, 0.0, 5.0, 9.0].map(|value| scale.column(value)), [10, 30, 50, 50]);
    }
}
