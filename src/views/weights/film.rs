//! The chosen neuron at a few steps of the run, from its start to now, as a strip of fields.

use std::borrow::Cow;

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::widgets::{Heatmap, ValueGrid};
use crate::telemetry::{FilmFrame, NeuronSnapshot, evenly_chosen};
use crate::views::course_epoch::epoch_name;
use crate::views::shared_state::SharedState;
use crate::views::weights::bias::Bias;
use crate::views::weights::layer_panel::{LayerPanel, WeightSpread, WeightsContext};
use crate::views::weights::scale_rule::common_or_own;
use crate::views::weights::sheet::{field_cells, shrunk};

/// The fewest frames that are worth whole pixels: the start, two states between, and now.
const FEWEST: u16 = 4;
/// The least cells between two frames.
const GAP: u16 = 1;
/// The cells of a label from which it has the bias: then that of every frame has.
const WITH_BIAS: u16 = 22;
/// The least pixels along a side of a frame.
const LEAST_PIXELS: usize = 4;

/// The division of an area among the frames of a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FilmGrid {
    /// The number of pixels along each side that become one.
    shrink: usize,
    /// Cells of a frame, without its label.
    cells: (u16, u16),
    /// Frames side by side, and one below the other.
    across: u16,
    down: u16,
    /// Cells from one frame to the next.
    pitch: u16,
}

impl FilmGrid {
    /// Fits a film into an area, with the largest pixels of which at least [`FEWEST`] frames can be shown.
    pub(super) fn of(area: Rect, picture: (usize, usize)) -> Self {
        let grid = |shrink: usize| {
            let cells = field_cells(picture, shrink);
            let most = FilmFrame::MOST as u16;
            let across = ((area.width.saturating_add(GAP)) / (cells.0 + GAP)).clamp(1, most);
            let down = (area.height / (cells.1 + 1)).clamp(1, most.div_ceil(across));
            let pitch = (area.width.saturating_add(GAP) / across).min(cells.0 * 2);
            Self { shrink, cells, across, down, pitch }
        };
        let is_enough = |grid: &Self| {
            let fits = grid.cells.0 <= area.width && grid.cells.1 < area.height;
            fits && grid.room() >= usize::from(FEWEST)
        };
        let most = (picture.0.min(picture.1) / LEAST_PIXELS).max(1);
        (1..=most).map(grid).find(is_enough).unwrap_or_else(|| grid(most))
    }

    /// Returns the number of frames for which there is room.
    fn room(&self) -> usize {
        usize::from(self.across * self.down)
    }

    /// Returns the rows that the frames take, including their labels.
    pub(super) fn rows(&self) -> u16 {
        self.down.saturating_mul(self.cells.1 + 1)
    }
}

/// The visible frames of one arm.
pub(super) struct FilmStrip<'s> {
    area: Rect,
    picture: (usize, usize),
    grid: FilmGrid,
    /// The frames with their labels, the start first.
    frames: Vec<(String, Option<Cow<'s, NeuronSnapshot>>)>,
    /// The end of the scale of the weights.
    pub scale: f64,
    /// The end of the scale of the biases.
    biases: f64,
    /// The selected neuron and input.
    cursor: (usize, usize),
}

impl<'s> FilmStrip<'s> {
    /// Lays the film of a panel out in an area. The scale is that of the chosen neuron in all frames that were
    /// received; the arms share it, or have their own, as they do those of their layers.
    pub(super) fn new(
        context: WeightsContext<'s>,
        layer_panels: &[LayerPanel<'_>],
        layer_panel: &LayerPanel<'_>,
        area: Rect,
    ) -> Option<Self> {
        let shared = context.state.shared;
        let picture = shared.field()?;
        let grid = FilmGrid::of(area, picture);
        let film = film_of(shared);
        let steps: Vec<u64> = film.iter().map(|frame| frame.step).collect();
        let shown = evenly_chosen(&steps, grid.room());
        let frames = shown.into_iter().filter_map(|index| film.get(index));
        let frames =
            frames.map(|frame| (frame_label(shared, film, frame), neuron(frame, layer_panel)));
        let ends = |of: fn(&NeuronSnapshot) -> f64| -> Vec<f64> {
            let end = |panel: &LayerPanel<'_>| {
                let neurons = film.iter().filter_map(|frame| neuron(frame, panel));
                neurons.map(|neuron| of(&neuron)).fold(0.0, f64::max)
            };
            layer_panels.iter().map(end).collect()
        };
        let nth = layer_panels.iter().position(|panel| panel.arm == layer_panel.arm)?;
        let weights = ends(|neuron| WeightSpread::of(&neuron.weights).end());
        let biases = ends(|neuron| f64::from(neuron.bias.abs()));
        Some(Self {
            area,
            picture,
            grid,
            frames: frames.collect(),
            scale: common_or_own(&weights)[nth],
            biases: common_or_own(&biases)[nth],
            cursor: (shared.weight.neuron, shared.weight.input),
        })
    }

    /// Returns the area of the nth frame, with its label above it.
    fn place(&self, nth: usize) -> Rect {
        let FilmGrid { cells, across, pitch, .. } = self.grid;
        let (column, line) = (nth as u16 % across, nth as u16 / across);
        let area = Rect {
            x: self.area.x.saturating_add(column.saturating_mul(pitch)),
            y: self.area.y.saturating_add(line.saturating_mul(cells.1 + 1)),
            width: cells.0,
            height: cells.1 + 1,
        };
        area.intersection(self.area)
    }

    /// Draws the frames.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) {
        let quiet = canvas.theme.quiet;
        if self.frames.is_empty() {
            let line = Rect { height: self.area.height.min(1), ..self.area };
            canvas.line(line).put_whole("waiting for the past of this neuron", quiet);
        }
        for (nth, (label, neuron)) in self.frames.iter().enumerate() {
            let area = self.place(nth);
            if area.height < 2 {
                continue;
            }
            self.draw_label(canvas, area, label, neuron.as_deref());
            let Some(neuron) = neuron else { continue };
            let (shrink, wide) = (self.grid.shrink, self.picture.1);
            let small;
            let field = if shrink == 1 {
                ValueGrid::in_rows(&neuron.weights, wide)
            } else {
                small = shrunk(neuron.weights.iter().copied(), self.picture, shrink);
                ValueGrid::in_rows(&small, wide.div_ceil(shrink))
            };
            let map = Heatmap { field, scale: self.scale, wide: 1, high: 1, from: (0, 0) };
            let (_, k) = self.cursor;
            let cursor = (k < neuron.weights.len()).then(|| (k / wide / shrink, k % wide / shrink));
            let cells = Rect { y: area.y + 1, height: area.height - 1, ..area };
            map.draw(canvas, cells, cursor.filter(|_| nth + 1 == self.frames.len()));
        }
    }

    /// Draws the epoch of a frame, and the neuron's bias in it if there is room.
    fn draw_label(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        label: &str,
        neuron: Option<&NeuronSnapshot>,
    ) {
        let (text, quiet) = (canvas.theme.text, canvas.theme.quiet);
        let room = self.grid.pitch.saturating_sub(GAP).max(1);
        let line = Rect { height: 1, width: room.min(self.area.right() - area.x), ..area };
        let epoch = format!("epoch {label}");
        let is_number = label.starts_with(|letter: char| letter.is_ascii_digit());
        let mut writer = canvas.line(line);
        let is_long = is_number && writer.put_whole(&epoch, text);
        if !is_long && !writer.put_whole(label, text) {
            writer.put_whole("…", quiet);
        }
        let Some(neuron) = neuron else {
            writer.put_whole("  no such neuron", quiet);
            return;
        };
        if room >= WITH_BIAS && writer.put_whole("  b ", quiet) {
            let (x, room) = (writer.column(), writer.left());
            let bias = Bias {
                value: f64::from(neuron.bias),
                scale: self.biases,
                is_chosen: self.cursor.1 >= neuron.weights.len(),
            };
            bias.draw(canvas, (x, line.y), room);
        }
    }

    /// Returns the neuron and the input at a cell: on a label, the bias; on merged pixels, the first of them.
    pub(super) fn under(&self, (x, y): (u16, u16)) -> Option<(usize, usize)> {
        let place = |nth: &usize| self.place(*nth).contains((x, y).into());
        let area = self.place((0..self.frames.len()).find(place)?);
        if y == area.y {
            return Some((self.cursor.0, self.picture.0 * self.picture.1));
        }
        let line = usize::from(y - area.y - 1) * 2 * self.grid.shrink;
        let column = usize::from(x - area.x) * self.grid.shrink;
        let input = line.min(self.picture.0 - 1) * self.picture.1 + column.min(self.picture.1 - 1);
        Some((self.cursor.0, input))
    }
}

/// Returns the received film, if it is of the selected neuron.
pub(super) fn film_of(shared: &SharedState) -> &[FilmFrame] {
    let weight = shared.weight;
    let snapshot = shared.history.weights.as_deref();
    let is_of_neuron = snapshot
        .and_then(|snapshot| snapshot.request.cursor)
        .is_some_and(|at| (at.0, at.1) == (weight.layer, weight.neuron));
    snapshot.filter(|_| is_of_neuron).map_or(&[][..], |snapshot| &snapshot.film)
}

/// Returns the label of a frame: its epoch, or that it is the start, or now.
pub(super) fn frame_label(shared: &SharedState, film: &[FilmFrame], frame: &FilmFrame) -> String {
    let is_last = film.last().is_some_and(|last| last.step == frame.step);
    match frame.step {
        0 => "start".to_owned(),
        _ if is_last => "now".to_owned(),
        step => epoch_name(shared, step),
    }
}

/// Returns the neuron of a panel in a frame: that of an arm, or its difference from that of the next arm.
fn neuron<'s>(frame: &'s FilmFrame, panel: &LayerPanel<'_>) -> Option<Cow<'s, NeuronSnapshot>> {
    let one = frame.neurons.get(panel.arm)?.as_ref()?;
    if !panel.is_difference {
        return Some(Cow::Borrowed(one));
    }
    let other = frame.neurons.get((panel.arm + 1) % frame.neurons.len())?.as_ref()?;
    let weights = one.weights.iter().zip(&other.weights).map(|(a, b)| a - b).collect();
    Some(Cow::Owned(NeuronSnapshot { weights, bias: one.bias - other.bias }))
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::FilmGrid;

    #[test]
    fn four_frames_in_whole_pixels_are_worth_more_than_seven_small_ones() {
        let film = |width, height| FilmGrid::of(Rect::new(0, 0, width, height), (28, 28));
        let whole = film(118, 15);
        assert_eq!((whole.shrink, whole.across, whole.down, whole.rows()), (1, 4, 1, 15));
        let two_rows = film(118, 34);
        assert_eq!((two_rows.shrink, two_rows.across, two_rows.down), (1, 4, 2));
        let wide = film(240, 15);
        assert_eq!((wide.shrink, wide.room()), (1, 7), "there are no more than seven frames");
        let small = film(78, 6);
        assert_eq!((small.shrink, small.cells, small.across), (3, (10, 5), 7));
        assert_eq!(film(0, 0).room(), 1);
    }
}
