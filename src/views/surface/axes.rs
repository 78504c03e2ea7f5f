//! The numbers around a map.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::number::brief;
use crate::views::surface::layout::{SurfacePanelParts, map_area};
use crate::views::surface::state::SurfaceView;
use crate::views::view_state::ViewState;

/// Draws the numbers of both axes around a map.
pub(super) fn draw_axes(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    parts: &SurfacePanelParts,
) {
    let window = state.window();
    let map = map_area(state, parts);
    let quiet = canvas.theme.quiet;
    let (across, up) = match state.neuron_inputs() {
        Some(1) => ("w", "b"),
        Some(_) => ("w₁", "w₂"),
        None => ("", ""),
    };
    let middle = |(least, most): (f64, f64)| f64::midpoint(least, most);
    let axis = Rect { width: map.width, ..parts.axis };
    if axis.height > 0 {
        canvas.text((axis.x, axis.y), axis.width, &edge(window.across.0), quiet);
        canvas.text_right(axis, &edge(window.across.1), quiet);
        let named = |name: &str, value: f64| match name {
            "" => "across and up: two directions in weights".to_owned(),
            name => format!("{name} = {}", edge(value)),
        };
        let words = named(across, middle(window.across));
        let width = canvas.width(&words);
        if width + 14 <= axis.width {
            canvas.text((axis.x + (axis.width - width) / 2, axis.y), width, &words, quiet);
        }
    }
    let gutter = Rect { width: parts.gutter.width.saturating_sub(1), ..parts.gutter };
    if gutter.width == 0 || map.height < 5 {
        return;
    }
    for (value, at) in
        [(window.up.1, 0), (middle(window.up), map.height / 2), (window.up.0, map.height - 1)]
    {
        canvas.text_right(Rect { y: map.y + at, height: 1, ..gutter }, &edge(value), quiet);
    }
    if !up.is_empty() {
        canvas.text_right(Rect { y: map.y + map.height / 4, height: 1, ..gutter }, up, quiet);
    }
}

/// Formats a number at the edge of a map.
fn edge(value: f64) -> String {
    let size = value.abs();
    if size < 1e-9 {
        return "0".to_owned();
    }
    if size >= 1e5 {
        return brief(value);
    }
    let decimals = match size {
        s if s >= 1000.0 => 0,
        s if s >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.replace('-', "−")
}
