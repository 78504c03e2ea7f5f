//! The layout of the Weights view.

use ratatui::layout::Rect;

use crate::canvas::{below, inset, top};
use crate::views::arm_panels::panels;
use crate::views::view_state::ViewState;
use crate::views::weights::chosen_field;
use crate::views::weights::layer_panel::LayerPanel;
use crate::views::weights::matrix::Matrix;
use crate::views::weights::picture_grid::{PictureContent, PictureGrid};
use crate::views::weights::state::{WeightsPanel, WeightsView, filling_panel, is_read_one_by_one};

/// The rows of the panels under the weights, if a screen has room for them.
const LOWER: u16 = 4;
/// The most rows of a histogram.
const TALLEST: u16 = 12;
/// The fewest rows of a plot.
const PLOT: u16 = 9;
/// The least width of a histogram in cells.
const SLIMMEST: u16 = 18;
/// The width in cells of all readings of one weight.
const READING: u16 = 62;

/// The areas of the view; a part without room has no height.
#[derive(Debug)]
pub(super) struct WeightsLayout {
    /// The line with the numbers drawn and their scale.
    pub info: Rect,
    /// One per panel; those that another one leaves no room for are empty.
    pub layers: Vec<Rect>,
    /// The fields of one neuron, one per panel, if they fill the view.
    pub fields: Vec<Rect>,
    /// The weight under the cursor.
    pub reading: Rect,
    /// The weight under the cursor over time, under its readings.
    pub course: Rect,
    /// One per panel, as many as fit.
    pub histograms: Vec<Rect>,
    /// The field of the chosen neuron, one per panel, in place of histograms where the panels have no room for it.
    pub chosen: Vec<Rect>,
    /// The numbers of a single neuron, for each arm, in place of histograms of two numbers.
    pub tables: Vec<Rect>,
    /// The sigmoid and the speed hill of a single neuron; empty for other networks.
    pub plots: Vec<Rect>,
}

/// Returns whether there is only room for a line for each arm, or, if one panel fills the view, not even for
/// that panel.
pub(super) fn is_compact(state: ViewState<'_, WeightsView>, body: Rect) -> bool {
    let least = if filling_panel(state).is_some() { (20, 4) } else { (40, 8) };
    body.width < least.0 || body.height < least.1
}

/// Returns the area within the frame of a panel.
pub(super) fn within(area: Rect) -> Rect {
    inset(below(area, 1), 1)
}

/// Returns how many rows of panels `count` panels form.
fn rows_of(area: Rect, count: usize) -> u16 {
    panels(area, count).iter().filter(|panel| panel.x == area.x).count().max(1) as u16
}

/// Returns the rows of `room` that matrices can use.
fn upper_rows(layer_panels: &[LayerPanel<'_>], middle: Rect, room: u16) -> u16 {
    let area = Rect { height: room, ..middle };
    let panels = panels(area, layer_panels.len());
    let lines = rows_of(area, layer_panels.len());
    let Some(first) = panels.first() else { return room };
    let neurons = layer_panels.iter().map(|layer_panel| layer_panel.layer.rows).max().unwrap_or(1);
    let each = Matrix::rows(neurons, first.height.saturating_sub(1));
    (each + 1).saturating_mul(lines).min(room)
}

/// The fewest rows of a panel of pictures: the title, the label of a field, and four rows of pixels.
const PICTURES: u16 = 4;
/// The fewest rows of a histogram beside the readings of a weight, its title included.
const SHALLOWEST: u16 = 3;

/// Divides the body of the view into the parts of a layer whose inputs are a picture. The panels stand one above
/// the other, as high as their parts are, so that the eye compares down; if that is too low, as other panels do.
/// The histograms stand below them if the panels have no room for them.
fn picture_parts(
    state: ViewState<'_, WeightsView>,
    body: Rect,
    layer_panels: &[LayerPanel<'_>],
    picture: (usize, usize),
) -> WeightsLayout {
    let info = top(body, u16::from(body.height >= 4));
    let middle = below(body, info.height);
    let least = if body.height < 14 { 1 } else { 1 + state.shared.arms() as u16 };
    let room = top(middle, middle.height - least.min(middle.height));
    let count = layer_panels.len().clamp(1, 1000) as u16;
    let each = room.height / count;
    let neurons = layer_panels.iter().map(|panel| panel.layer.rows).max().unwrap_or(1);
    let content =
        if state.view.shows_film { PictureContent::Film } else { PictureContent::SheetAndField };
    let inner = within(Rect { height: each, ..room });
    let grid = PictureGrid::of(inner, picture, neurons, content);
    let height = grid.rows + 1;
    let layers = if each < PICTURES {
        panels(room, layer_panels.len())
    } else {
        let area = |nth: u16| Rect { y: room.y + nth * height, height, ..room };
        (0..count).map(area).take(layer_panels.len()).collect()
    };
    let end = layers.iter().map(|area| area.bottom()).max().unwrap_or(middle.y);
    let lower = below(middle, end - middle.y);
    let mut parts = WeightsLayout {
        info,
        layers,
        fields: Vec::new(),
        reading: lower,
        course: Rect::ZERO,
        histograms: Vec::new(),
        chosen: Vec::new(),
        tables: Vec::new(),
        plots: Vec::new(),
    };
    if grid.histogram.is_some() {
        return parts;
    }
    if lower.height >= SHALLOWEST && body.width >= 100 {
        let slim = SLIMMEST * count.min(4);
        parts.reading.width = (body.width / 2).max(READING).min(body.width.saturating_sub(slim));
        let x = lower.x + parts.reading.width;
        let right = Rect { x, width: lower.right() - x, ..lower };
        let least = chosen_field::least_cells(picture);
        let has_room = right.height >= least.1 && right.width / count >= least.0;
        if content == PictureContent::SheetAndField && grid.large.is_none() && has_room {
            parts.chosen = beside(right, layer_panels.len());
        } else {
            parts.histograms = beside(top(right, TALLEST), layer_panels.len());
        }
    } else if lower.height >= least + 5 {
        parts.reading = top(lower, least);
        parts.histograms = beside(top(below(lower, least), TALLEST), layer_panels.len());
    }
    parts
}

/// Gives the body of the view to one panel, and a row to the line above it if that is about it.
fn filled(
    state: ViewState<'_, WeightsView>,
    body: Rect,
    layer_panels: &[LayerPanel<'_>],
    panel: WeightsPanel,
) -> WeightsLayout {
    let is_of_layer =
        matches!(panel, WeightsPanel::Layer | WeightsPanel::Field | WeightsPanel::Spread);
    let info = top(body, u16::from(is_of_layer && body.height >= 6));
    let area = below(body, info.height);
    let only = |chosen: usize, count: usize| -> Vec<Rect> {
        (0..count).map(|nth| if nth == chosen { area } else { Rect::ZERO }).collect()
    };
    let arm = state.shared.arm;
    let chosen = layer_panels.iter().position(|layer_panel| layer_panel.arm == arm).unwrap_or(0);
    let mut parts = WeightsLayout {
        info,
        layers: Vec::new(),
        fields: Vec::new(),
        reading: Rect::ZERO,
        course: Rect::ZERO,
        histograms: Vec::new(),
        chosen: Vec::new(),
        tables: Vec::new(),
        plots: Vec::new(),
    };
    match panel {
        WeightsPanel::Layer => parts.layers = only(chosen, layer_panels.len()),
        WeightsPanel::Field => parts.fields = panels(area, layer_panels.len()),
        WeightsPanel::Spread => parts.histograms = only(chosen, layer_panels.len()),
        WeightsPanel::Table => parts.tables = only(arm, state.shared.arms()),
        WeightsPanel::Sigmoid => parts.plots = only(0, 2),
        WeightsPanel::Hill => parts.plots = only(1, 2),
    }
    parts
}

/// Divides the body of the view into its parts.
pub(super) fn parts(
    state: ViewState<'_, WeightsView>,
    body: Rect,
    layer_panels: &[LayerPanel<'_>],
) -> WeightsLayout {
    if let Some(panel) = filling_panel(state) {
        return filled(state, body, layer_panels, panel);
    }
    if let Some(picture) = state.shared.field() {
        return picture_parts(state, body, layer_panels, picture);
    }
    let info = top(body, u16::from(body.height >= 4));
    let is_neuron = state.shared.history.facts.as_ref().is_some_and(|facts| facts.single.is_some());
    let middle = below(body, info.height);
    let least = if body.height < 14 { 1 } else { 1 + state.shared.arms() as u16 };
    let lower = if body.height >= 26 && !is_neuron { LOWER.max(least + 1) } else { least };
    let upper = upper_rows(layer_panels, middle, middle.height - lower.min(middle.height));
    let mut parts = WeightsLayout {
        info,
        layers: panels(top(middle, upper), layer_panels.len()),
        fields: Vec::new(),
        reading: below(middle, upper),
        course: Rect::ZERO,
        histograms: Vec::new(),
        chosen: Vec::new(),
        tables: Vec::new(),
        plots: Vec::new(),
    };
    let lower = parts.reading;
    if is_neuron {
        parts.reading = top(lower, if lower.height >= least + 10 { least + 2 } else { least });
        let under = below(lower, parts.reading.height);
        // A title, the heads, and b, z and a, besides the weights.
        let inputs =
            layer_panels.iter().map(|layer_panel| layer_panel.layer.columns).max().unwrap_or(1);
        let tall = (inputs.min(50) as u16 + 5).saturating_mul(rows_of(under, state.shared.arms()));
        if under.height >= 4 {
            parts.tables = panels(top(under, tall), state.shared.arms());
        }
        let rest = below(under, tall);
        if rest.height >= PLOT && rest.width >= 80 {
            parts.plots = panels(top(rest, 2 * PLOT), 2);
        }
    } else if is_read_one_by_one(state.shared) {
        // The title, the connection, the heads, and a row for each arm.
        parts.reading = top(lower, least + 2);
        parts.course = below(lower, parts.reading.height);
    } else if lower.height >= 4 && body.width >= 100 {
        let slim = SLIMMEST * layer_panels.len().min(4) as u16;
        let width = (body.width / 2).max(READING).min(body.width.saturating_sub(slim));
        parts.reading.width = width;
        let right = Rect { x: lower.x + width, width: lower.width - width, ..lower };
        parts.histograms = beside(top(right, TALLEST), layer_panels.len());
    } else if lower.height >= least + 5 {
        parts.reading = top(lower, least);
        parts.histograms = beside(top(below(lower, least), TALLEST), layer_panels.len());
    }
    parts
}

/// Returns as many areas side by side as fit, at most `count`.
fn beside(area: Rect, count: usize) -> Vec<Rect> {
    let count = (count as u16).clamp(1, (area.width / SLIMMEST).max(1));
    let edge =
        |nth: u16| area.x + (u32::from(area.width) * u32::from(nth) / u32::from(count)) as u16;
    (0..count).map(|nth| Rect { x: edge(nth), width: edge(nth + 1) - edge(nth), ..area }).collect()
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::beside;

    #[test]
    fn histograms_share_a_row_without_gaps_and_only_as_many_as_fit() {
        let row = Rect::new(5, 0, 61, 4);
        let three = beside(row, 3);
        assert_eq!(three.len(), 3);
        assert!(three.windows(2).all(|two| two[0].right() == two[1].x));
        assert_eq!(three.iter().map(|area| area.width).sum::<u16>(), 61);
        assert_eq!(beside(Rect::new(0, 0, 30, 4), 4).len(), 1);
    }
}
