//! The panel of one arm: map, overlays, axes and scale.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::Canvas;
use crate::canvas::ChartScale;
use crate::canvas::number::{brief, count, short};
use crate::canvas::ramps::readable_on;
use crate::canvas::widgets::{FramedArea, Panel, Tone, panel};
use crate::math::atan2;
use crate::telemetry::{ArmSurface, Atlas, RunFacts, Surface, SurfaceKind, Window};
use crate::views::surface::SurfaceLayer;
use crate::views::surface::axes::draw_axes;
use crate::views::surface::layout::{SurfacePanelParts, map_area, parts};
use crate::views::surface::map::{HalfBlockMap, MapPoint};
use crate::views::surface::scale::{ScaleTexts, SizeScale, format_value, scale_bar};
use crate::views::surface::state::SurfaceView;
use crate::views::surface::trajectory::{
    PlaneTrajectory, draw_neuron_trajectory, draw_past_trajectories,
};
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

/// Draws the panel of an arm.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    arm: usize,
    framed: FramedArea,
) {
    let FramedArea { area, frame } = framed;
    let Some(facts) = state.shared.history.facts.as_deref() else { return };
    let Some(of) = facts.arms.get(arm) else { return };
    let (title, note) = (title(state), note(state, facts, arm, area.width));
    let name = format!("{}  ", of.name);
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
    let parts = parts(inner);
    let map = map_area(state, &parts);
    if map.width < 4 || map.height < 2 {
        return;
    }
    draw_axes(canvas, state, &parts);
    let received = state.surface().and_then(|surface| Some((surface, surface.arms.get(arm)?)));
    let Some((surface, arm_surface)) = received else { return draw_waiting(canvas, state, map) };
    let values = if state.view.layer == SurfaceLayer::Speed {
        &arm_surface.speeds
    } else {
        &arm_surface.costs
    };
    let scale = SizeScale::around(
        values.iter().copied(),
        state.shared.chart.scale == Some(ChartScale::Log),
    );
    let drawn = draw_map(canvas, state, map, &DrawnSurface { surface, values, scale: &scale });
    if state.view.layer == SurfaceLayer::Downhill {
        draw_arrows(canvas, &drawn, surface, arm_surface);
    }
    if state.neuron_inputs().is_some() {
        draw_past_trajectories(canvas, state, arm, &drawn);
        draw_neuron_trajectory(canvas, state, arm, &drawn);
    } else {
        let has_costs = state.view.layer != SurfaceLayer::Speed;
        let trajectory = PlaneTrajectory {
            arm,
            points: &arm_surface.trajectory,
            scale: has_costs.then_some(&scale),
        };
        trajectory.draw(canvas, &drawn);
    }
    draw_cursor(canvas, state, &drawn);
    let name = if state.view.layer == SurfaceLayer::Speed { "‖∇C‖" } else { "C" };
    draw_scale(canvas, &parts, name, &scale);
}

/// Draws the reason why there is no map yet.
fn draw_waiting(canvas: &mut Canvas<'_>, state: ViewState<'_, SurfaceView>, map: Rect) {
    let quiet = canvas.theme.quiet;
    let words = match state.neuron_inputs() {
        None if state.shared.history.step == 0 => "press space: the plane follows the trajectory",
        _ => "computing the map …",
    };
    canvas.text((map.x, map.y + map.height / 2), map.width, words, quiet);
}

fn draw_scale(canvas: &mut Canvas<'_>, parts: &SurfacePanelParts, name: &str, scale: &SizeScale) {
    let contours = [4, 8, 12].map(|level| format_value(scale.value(level)));
    let note = if canvas.theme.has_colours() {
        format!("lines at {}", contours.join(", "))
    } else {
        String::new()
    };
    let row = Rect { x: parts.map.x, width: parts.map.width, ..parts.scale };
    scale_bar(canvas, row, scale, &ScaleTexts { name, note: &note });
}

/// Returns the quantity of the map.
fn title(state: ViewState<'_, SurfaceView>) -> String {
    let of = match state.neuron_inputs() {
        Some(1) => "(w, b)",
        Some(_) => "(w₁, w₂)",
        None => " on a plane",
    };
    match state.view.layer {
        SurfaceLayer::Cost => format!("C{of}"),
        SurfaceLayer::Speed => format!("speed{of}"),
        SurfaceLayer::Downhill => format!("C{of}, downhill"),
    }
}

/// Returns the conditions of the map, in at most `width` cells.
fn note(state: ViewState<'_, SurfaceView>, facts: &RunFacts, arm: usize, width: u16) -> String {
    if let Some(Surface { kind: SurfaceKind::Plane { unit, .. }, .. }) = state.surface() {
        return format!("a distance of 1 is {} in weights", brief(*unit));
    }
    let examples = match &facts.single {
        Some(single) => {
            let x: Vec<String> = single.x.iter().map(|x| short(*x)).collect();
            match &x[..] {
                [x] => format!("x = {x}, y = {}", short(single.y)),
                x => format!("x = ({}), y = {}", x.join(", "), short(single.y)),
            }
        }
        None => format!("{} examples", count(facts.examples as u64)),
    };
    let newest = state.shared.history.arms.get(arm).and_then(|arm| arm.trajectory.newest());
    let bias = match (state.neuron_inputs(), newest) {
        (Some(2), Some(newest)) => format!("b = {:.2}", newest.at[2]).replace('-', "−"),
        _ => return examples,
    };
    if width < 50 { bias } else { format!("{bias}, {examples}") }
}

/// Evenly spaced points along an axis.
struct AxisPoints {
    /// The position of the first point and of the last.
    ends: (f64, f64),
    count: usize,
}

impl AxisPoints {
    /// Returns the distance between neighbours.
    fn spacing(&self) -> f64 {
        (self.ends.1 - self.ends.0) / self.count.saturating_sub(1).max(1) as f64
    }

    /// Returns for each point the nearest point of another axis.
    fn nearest_of(&self, other: &Self) -> Vec<Option<usize>> {
        let (from, to) = self.ends;
        (0..self.count)
            .map(|i| {
                let share = i as f64 / self.count.saturating_sub(1).max(1) as f64;
                let at = from + (to - from) * share - other.ends.0;
                let at = (at / other.spacing()).round();
                (at >= 0.0 && at < other.count as f64).then_some(at as usize)
            })
            .collect()
    }
}

/// The points at which an explanation has been computed.
pub(super) struct ComputedGrid {
    window: Window,
    /// The number of points across and up.
    points: (usize, usize),
}

impl ComputedGrid {
    /// Returns the points of a surface.
    fn of_surface(surface: &Surface) -> Self {
        Self { window: surface.request.window, points: surface.points }
    }

    /// Returns the points of an atlas.
    pub(super) fn of_atlas(atlas: &Atlas) -> Self {
        Self { window: atlas.request.window, points: atlas.request.points }
    }

    /// Returns the nearest computed points for the points of a map: columns, then rows from the
    /// top.
    pub(super) fn nearest(
        &self,
        area: Rect,
        window: Window,
    ) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
        let columns = AxisPoints { ends: window.across, count: usize::from(area.width) };
        let rows = usize::from(area.height) * 2;
        let rows = AxisPoints { ends: (window.up.1, window.up.0), count: rows };
        let across = AxisPoints { ends: self.window.across, count: self.points.0 };
        let up = AxisPoints { ends: self.window.up, count: self.points.1 };
        (columns.nearest_of(&across), rows.nearest_of(&up))
    }
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
    let (columns, rows) = ComputedGrid::of_surface(surface).nearest(area, window);
    let width = surface.points.0;
    let mut map = HalfBlockMap::new(area, window, |x, y| {
        let value = columns[x].zip(rows[y]).and_then(|(x, y)| values.get(y * width + x));
        value.map_or(MapPoint::Unknown, |value| MapPoint::Level(scale.level(*value)))
    });
    // On a coarse map contour lines would follow its cells.
    if surface.points == surface.request.points {
        map.draw_contours();
    }
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
    let (columns, rows) = ComputedGrid::of_surface(surface).nearest(map.area, map.window);
    let fastest = arm_surface.speeds.iter().copied().fold(0.0, f32::max);
    for y in (1..map.area.height).step_by(3) {
        for x in (2..map.area.width).step_by(6) {
            let place = columns[usize::from(x)].zip(rows[usize::from(y) * 2]);
            let Some(index) = place.map(|(x, y)| y * surface.points.0 + x) else { continue };
            let (Some(trajectory), Some(speed)) =
                (arm_surface.downhill.get(index), arm_surface.speeds.get(index))
            else {
                continue;
            };
            let at = (map.area.x + x, map.area.y + y);
            let eighth =
                (atan2(trajectory[1], trajectory[0]) / std::f32::consts::FRAC_PI_4).round() as i32;
            let is_flat = *speed <= STANDING * fastest || *trajectory == [0.0; 2];
            let glyph = if is_flat { ('·', '.') } else { ARROWS[eighth.rem_euclid(8) as usize] };
            let style = map.on(canvas, at);
            canvas.put(at, glyph, style);
        }
    }
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
