//! The Surface view: cost surfaces, trajectories and the atlas of starts.

mod arm_panel;
mod atlas;
mod map;
mod scale;
mod sentences;
mod trajectory;

use ratatui::layout::Rect;

use crate::app::{App, Target};
use crate::ui::canvas::{Canvas, below, inset, row, top};
use crate::ui::duel::panels;
use crate::ui::number::brief;
use crate::ui::widgets::{FrameStyle, FramedArea};

pub(crate) use scale::levels;
pub(crate) use sentences::{readout, sentences};

/// Cells of the numbers on the vertical axis.
const GUTTER: u16 = 6;

/// The areas of the view.
struct SurfaceLayout {
    frame: FrameStyle,
    /// One panel per map.
    panels: Vec<Rect>,
    /// The text under the maps.
    lines: Rect,
}

/// The areas of a panel.
struct SurfacePanelParts {
    /// The numbers of the vertical axis; without width if there is no room for them.
    gutter: Rect,
    map: Rect,
    /// The scale of colours.
    scale: Rect,
    /// The numbers of the horizontal axis.
    axis: Rect,
}

fn is_compact(body: Rect) -> bool {
    body.width < 40 || body.height < 8
}

/// Returns how many maps stand side by side: one per arm, and in the atlas a comparison of two
/// arms.
fn maps(app: &App) -> usize {
    let arms = app.arms();
    if app.shows_atlas() && arms > 1 { arms + 1 } else { arms }
}

fn layout(app: &App, body: Rect) -> SurfaceLayout {
    let arms = app.arms() as u16;
    let lines = match body.height {
        34.. if app.shows_atlas() => 5,
        34.. => arms + 4,
        17.. if app.shows_atlas() => 3,
        17.. => arms,
        _ => 1,
    };
    let lines = lines.min(body.height / 3);
    let is_boxed = body.height >= 24 && body.width >= 96;
    SurfaceLayout {
        frame: if is_boxed { FrameStyle::Boxed } else { FrameStyle::Ruled },
        panels: panels(top(body, body.height - lines), maps(app)),
        lines: below(body, body.height - lines),
    }
}

/// Returns the area within the frame of a panel.
fn within(area: Rect, frame: FrameStyle) -> Rect {
    match frame {
        FrameStyle::Boxed if area.height >= 3 => {
            Rect { y: area.y + 1, height: area.height - 2, ..inset(area, 2) }
        }
        _ => inset(below(area, 1), 1),
    }
}

fn parts(inner: Rect) -> SurfacePanelParts {
    let gutter = if inner.width >= 30 { GUTTER } else { 0 };
    let labels = if inner.height >= 6 { 2 } else { 0 };
    let map = Rect {
        x: inner.x + gutter,
        width: inner.width - gutter,
        height: inner.height - labels,
        ..inner
    };
    let under = below(inner, map.height);
    let beside = |row: Rect| Rect { x: map.x, width: map.width, ..row };
    SurfacePanelParts {
        gutter: Rect { width: gutter, height: map.height, ..inner },
        map,
        axis: beside(row(under, 0)),
        scale: row(under, 1),
    }
}

/// Returns how many points across and up every map has.
pub(crate) fn points(app: &App, body: Rect) -> (usize, usize) {
    if app.arms() == 0 || is_compact(body) {
        return (0, 0);
    }
    let layout = layout(app, body);
    let maps = layout.panels.iter().map(|panel| parts(within(*panel, layout.frame)).map);
    let (width, height) = maps.fold((u16::MAX, u16::MAX), |(width, height), map| {
        (width.min(map.width), height.min(map.height))
    });
    let is_none = width < 4 || height < 2 || layout.panels.is_empty();
    if is_none { (0, 0) } else { (usize::from(width), usize::from(height) * 2) }
}

/// Returns the map of a panel, of the same size as all others.
fn map_area(app: &App, parts: &SurfacePanelParts) -> Rect {
    let (width, height) = app.surface.points;
    let map = parts.map;
    Rect {
        width: map.width.min(u16::try_from(width).unwrap_or(u16::MAX)),
        height: map.height.min(u16::try_from(height / 2).unwrap_or(u16::MAX)),
        ..map
    }
}

/// Draws the view.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &App, body: Rect) {
    if is_compact(body) {
        sentences::draw_places(canvas, app, inset(body, 1));
        return;
    }
    let layout = layout(app, body);
    if app.shows_atlas() {
        atlas::draw(canvas, app, &layout);
    } else {
        for (arm, panel) in layout.panels.iter().enumerate() {
            let framed = FramedArea { area: *panel, frame: layout.frame };
            arm_panel::draw(canvas, app, arm, framed);
        }
        sentences::draw_lines(canvas, app, inset(layout.lines, 2));
    }
}

/// Draws the numbers of both axes around a map.
fn draw_axes(canvas: &mut Canvas<'_>, app: &App, parts: &SurfacePanelParts) {
    let window = app.surface_window();
    let map = map_area(app, parts);
    let quiet = canvas.theme.quiet;
    let (across, up) = match app.neuron_inputs() {
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
            "" => "no unit".to_owned(),
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

/// Returns the mouse target under a cell.
pub(crate) fn target_at(app: &App, body: Rect, at: (u16, u16)) -> Option<Target> {
    if is_compact(body) {
        return None;
    }
    let panels = layout(app, body).panels;
    let arm = panels.iter().position(|panel| panel.contains(at.into()))?;
    (arm < app.arms()).then_some(Target::Arm(arm))
}
