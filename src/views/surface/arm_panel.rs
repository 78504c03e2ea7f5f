//! The panel of one arm: map, overlays, axes and scale.

use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::canvas::Canvas;
use crate::canvas::ChartScale;
use crate::canvas::ramps::readable_on;
use crate::canvas::widgets::{FramedArea, Panel, Tone, panel};
use crate::telemetry::{ArmSurface, Surface};
use crate::views::surface::SurfaceLayer;
use crate::views::surface::axis_labels::draw_axes;
use crate::views::surface::computed_grid::{ComputedGrid, MapPlaces, interpolated};
use crate::views::surface::layout::{SurfacePanelParts, map_area, parts};
use crate::views::surface::map::{HalfBlockMap, MapPoint};
use crate::views::surface::panel_title::{PanelPlace, PanelWords, marked_name, words};
use crate::views::surface::scale::{ScaleTexts, SizeScale, format_value, scale_bar};
use crate::views::surface::state::SurfaceView;
use crate::views::surface::trajectory::{MapTrajectory, draw_past_trajectories};
use crate::views::view_state::ViewState;

/// The signs of the eight directions, counterclockwise from the right.
const ARROWS: [(char, char); 8] = [
    ('→', '>'),
    ('↗', '/'),
    ('↑', '^'),
    ('↖', '\\'),
    ('←', '<'),
    ('↙', '/'),
    ('↓', 'v'),
    ('↘', '\\'),
];

/// The share of the greatest visible speed below which an arrow would be misleading.
const STANDING: f32 = 0.01;

/// The mark of the cursor.
const CROSS: (char, char) = ('╋', 'X');

/// The words in place of a map that is being computed.
const COMPUTING: &str = "computing the map …";

/// Draws the panel of an arm; returns the scale of its colours, if there is a map.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    arm: usize,
    framed: FramedArea,
) -> Option<SizeScale> {
    let FramedArea { area, frame } = framed;
    let facts = state.shared.history.facts.as_deref()?;
    let name = marked_name(arm, &facts.arms.get(arm)?.name);
    let PanelWords { title, note } = words(canvas, state, &PanelPlace { arm, width: area.width });
    let inner = panel(
        canvas,
        area,
        &Panel {
            frame,
            title: &[(&name, Tone::Arm(arm)), (&title, Tone::Strong)],
            note: &[(&note, Tone::Quiet)],
            chosen: (state.shared.arm == arm && state.shared.arms() > 1).then_some(arm),
        },
    );
    let parts = parts(state, inner);
    let map = map_area(state, &parts);
    if map.width < 4 || map.height < 2 {
        return None;
    }
    let received = state.surface().and_then(|surface| Some((surface, surface.arms.get(arm)?)));
    let Some(trajectory) = trajectory(state, arm, received) else {
        draw_waiting(canvas, state, map);
        return None;
    };
    draw_axes(canvas, state, &parts);
    let received = received.filter(|(surface, _)| surface.has_map());
    let (drawn, scale) = draw_map_or_notice(canvas, state, &parts, received);
    if state.neuron_inputs().is_some() {
        draw_past_trajectories(canvas, state, arm, &drawn);
    }
    trajectory.draw(canvas, &drawn);
    draw_cursor(canvas, state, &drawn);
    scale
}

/// Draws the map with its scale, or the words that it is being computed; returns the map and its scale.
fn draw_map_or_notice(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    parts: &SurfacePanelParts,
    received: Option<(&Surface, &ArmSurface)>,
) -> (HalfBlockMap, Option<SizeScale>) {
    let map = map_area(state, parts);
    let Some((surface, arm_surface)) = received else {
        let row = Rect { x: parts.map.x, width: parts.map.width, ..parts.scale };
        let quiet = canvas.theme.quiet;
        canvas.line(row).put_whole(COMPUTING, quiet);
        return (HalfBlockMap::new(map, state.window(), |_, _| MapPoint::Unknown), None);
    };
    let scale = scale(state, arm_surface);
    let what = DrawnSurface { surface, values: values(state, arm_surface), scale: &scale };
    let drawn = draw_map(canvas, state, map, &what);
    if state.view.layer == SurfaceLayer::Downhill {
        draw_arrows(canvas, &drawn, surface, arm_surface);
    }
    draw_scale(canvas, state, parts, &scale);
    (drawn, Some(scale))
}

/// Returns the trajectory of an arm: that of a larger network is known once its plane is.
fn trajectory<'a>(
    state: ViewState<'a, SurfaceView>,
    arm: usize,
    received: Option<(&Surface, &ArmSurface)>,
) -> Option<MapTrajectory<'a>> {
    if state.neuron_inputs().is_some() {
        return MapTrajectory::of_neuron(state, arm);
    }
    Some(MapTrajectory::on_plane(state, arm, received?.1))
}

/// Returns the numbers of the layer.
fn values<'s>(state: ViewState<'_, SurfaceView>, arm_surface: &'s ArmSurface) -> &'s [f32] {
    match state.view.layer {
        SurfaceLayer::Speed => &arm_surface.speeds,
        SurfaceLayer::Cost | SurfaceLayer::Downhill => &arm_surface.costs,
    }
}

/// Returns the scale of the colours.
fn scale(state: ViewState<'_, SurfaceView>, arm_surface: &ArmSurface) -> SizeScale {
    let is_log = state.shared.chart.scale == Some(ChartScale::Log);
    SizeScale::around(values(state, arm_surface).iter().copied(), is_log)
}

/// Draws the reason why there is no map yet, in the middle of its area.
fn draw_waiting(canvas: &mut Canvas<'_>, state: ViewState<'_, SurfaceView>, map: Rect) {
    let quiet = canvas.theme.quiet;
    let words: &[&str] = match state.shared.history.step {
        0 => &["press space: the map follows the run", "press space"],
        _ => &[COMPUTING, "computing"],
    };
    if let Some(words) = words.iter().find(|words| canvas.width(words) <= map.width) {
        let x = map.x + (map.width - canvas.width(words)) / 2;
        canvas.text((x, map.y + map.height / 2), map.width, words, quiet);
    }
}

fn draw_scale(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    parts: &SurfacePanelParts,
    scale: &SizeScale,
) {
    let contours = [4, 8, 12].map(|level| format_value(scale.value(level)));
    let note = if canvas.theme.has_colours() {
        format!("lines at {}", contours.join(", "))
    } else {
        String::new()
    };
    let row = Rect { x: parts.map.x, width: parts.map.width, ..parts.scale };
    let name = if state.view.layer == SurfaceLayer::Speed { "‖∇C‖" } else { "C" };
    scale_bar(canvas, row, scale, &ScaleTexts { name, note: &note });
}

/// The values of a surface that a map shows.
struct DrawnSurface<'s> {
    surface: &'s Surface,
    values: &'s [f32],
    scale: &'s SizeScale,
}

fn draw_map(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    area: Rect,
    drawn: &DrawnSurface<'_>,
) -> HalfBlockMap {
    let DrawnSurface { surface, values, scale } = *drawn;
    let window = state.window();
    let MapPlaces { columns, rows } = ComputedGrid::of_surface(surface).between(area, window);
    let width = surface.points.0;
    let mut map = HalfBlockMap::new(area, window, |x, y| {
        let around = columns[x].zip(rows[y]);
        let value = around.and_then(|(column, row)| interpolated(values, width, column, row));
        value.map_or(MapPoint::Unknown, |value| MapPoint::Level(scale.level(value)))
    });
    map.draw_contours();
    map.draw(canvas);
    map
}

/// Draws the downhill direction every few cells.
fn draw_arrows(
    canvas: &mut Canvas<'_>,
    map: &HalfBlockMap,
    surface: &Surface,
    arm_surface: &ArmSurface,
) {
    let MapPlaces { columns, rows } =
        ComputedGrid::of_surface(surface).nearest(map.area, map.window);
    // The map may be stretched; the arrows follow the slope that is seen.
    let (across, up) = map.window.spans();
    let wide = (f64::from(map.area.width) / across) as f32;
    let tall = (f64::from(map.area.height) * 2.0 / up) as f32;
    let fastest = greatest(&arm_surface.speeds);
    // What is readable on a colour takes long to find, and a map has few colours.
    let mut styles: Vec<(Option<Color>, Style)> = Vec::new();
    for y in (1..map.area.height).step_by(3) {
        for x in (2..map.area.width).step_by(6) {
            let place = columns[usize::from(x)].zip(rows[usize::from(y) * 2]);
            let Some(index) = place.map(|(x, y)| y * surface.points.0 + x) else { continue };
            let (Some(downhill), Some(speed)) =
                (arm_surface.downhill.get(index), arm_surface.speeds.get(index))
            else {
                continue;
            };
            let at = (map.area.x + x, map.area.y + y);
            let is_flat = *speed <= STANDING * fastest || *downhill == [0.0; 2];
            let glyph =
                if is_flat { ('·', '.') } else { arrow([downhill[0] * wide, downhill[1] * tall]) };
            let background = map.background(canvas, at);
            let known = styles.iter().find(|(of, _)| *of == background).map(|(_, style)| *style);
            let style = known.unwrap_or_else(|| map.on(canvas, at));
            if known.is_none() {
                styles.push((background, style));
            }
            canvas.put(at, glyph, style);
        }
    }
}

/// Returns the greatest number, or 0 if none is above it. Several are compared at once: in every frame the map has
/// thousands of points.
fn greatest(numbers: &[f32]) -> f32 {
    let mut best = [0.0_f32; 16];
    for some in numbers.chunks(best.len()) {
        for (best, number) in best.iter_mut().zip(some) {
            *best = if *number > *best { *number } else { *best };
        }
    }
    best.into_iter().fold(0.0, f32::max)
}

/// Returns the arrow nearest to a direction that is not 0.
fn arrow([across, up]: [f32; 2]) -> (char, char) {
    /// The tangent of half the angle between two arrows.
    const HALF: f32 = std::f32::consts::SQRT_2 - 1.0;
    let (is_level, is_steep) = (up.abs() < across.abs() * HALF, across.abs() < up.abs() * HALF);
    let eighth = match (is_level, is_steep, across > 0.0, up > 0.0) {
        (true, _, true, _) => 0,
        (true, _, false, _) => 4,
        (_, true, _, true) => 2,
        (_, true, _, false) => 6,
        (_, _, true, true) => 1,
        (_, _, false, true) => 3,
        (_, _, false, false) => 5,
        (_, _, true, false) => 7,
    };
    ARROWS[eighth]
}

/// Draws the cursor if it has the focus.
pub(super) fn draw_cursor(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    map: &HalfBlockMap,
) {
    if !state.shared.cursor_focused {
        return;
    }
    let Some(at) = map.cell(state.view.cursor) else { return };
    let style = match canvas.theme.chosen.fg {
        Some(pink) => Style::new().fg(readable_on(pink)).bg(pink).add_modifier(Modifier::BOLD),
        None => canvas.theme.chosen,
    };
    canvas.put(at, CROSS, style);
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::{ARROWS, arrow, greatest};
    use crate::math::{cos, sin};

    #[test]
    fn the_greatest_number_is_found_wherever_it_stands() {
        for at in 0..37 {
            let mut numbers = [0.5; 37];
            numbers[at] = 2.0;
            numbers[(at + 1) % 37] = f32::NAN;
            assert_eq!(greatest(&numbers), 2.0, "{at}");
        }
        assert_eq!((greatest(&[]), greatest(&[-1.0])), (0.0, 0.0));
    }

    #[test]
    fn an_arrow_is_the_nearest_to_its_direction() {
        for tenth in 0..3600_i32 {
            // Never on the border between two arrows.
            let angle = (f64::from(tenth) + 0.5) / 1800.0 * PI;
            let nearest = (angle / (PI / 4.0)).round() as usize % 8;
            for length in [1e-9, 1.0, 1e9] {
                let direction = [cos(angle), sin(angle)].map(|part: f64| (length * part) as f32);
                assert_eq!(arrow(direction), ARROWS[nearest], "{angle}");
            }
        }
    }
}
