//! A map in half blocks: two points per cell, with contour lines, and marks that stay readable on
//! it.

use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::canvas::ramps::readable_on;
use crate::canvas::{Canvas, Glyphs};
use crate::telemetry::Window;
use crate::views::surface::scale::letter;

/// The appearance of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MapPoint {
    /// The value is unknown.
    Unknown,
    /// A magnitude, by its level.
    Level(u8),
    /// A point on the line between two groups of levels; drawn as its level if there is no colour
    /// for lines.
    Line(u8),
    /// A signed value, by its level.
    Sign(u8),
    /// Hatched: there is no value.
    Never,
}

/// The points of a map. It has two rows of points per row of cells; the first row is the highest on
/// screen.
pub(super) struct HalfBlockMap {
    pub(super) area: Rect,
    pub(super) window: Window,
    points: Vec<MapPoint>,
}

/// The letters of signed levels on a terminal without colours, for cells without a mark.
const SIGN_LETTERS: [char; 15] =
    ['=', '=', '=', '-', '-', '-', '.', ' ', '.', '+', '+', '*', '*', '#', '#'];

/// The hatching of starts that never reach the goal.
const HATCH: (char, char) = ('╱', '/');

impl HalfBlockMap {
    /// Creates a map of an area; `point` is called for every point, by column and row from the top
    /// left.
    pub(super) fn new(
        area: Rect,
        window: Window,
        mut point: impl FnMut(usize, usize) -> MapPoint,
    ) -> Self {
        let (width, height) = (usize::from(area.width), usize::from(area.height) * 2);
        let mut points = Vec::with_capacity(width * height);
        for y in 0..height {
            points.extend((0..width).map(|x| point(x, y)));
        }
        Self { area, window, points }
    }

    /// Turns the points between two groups of four levels into lines, one point wide.
    pub(super) fn draw_contours(&mut self) {
        let (width, height) = (usize::from(self.area.width), usize::from(self.area.height) * 2);
        let points = &self.points;
        let group = |x: usize, y: usize| match points.get(y * width + x) {
            Some(MapPoint::Level(level)) if x < width && y < height => Some(level / 4),
            _ => None,
        };
        let differ = |one: (usize, usize), other: (usize, usize)| {
            let groups = group(one.0, one.1).zip(group(other.0, other.1));
            groups.is_some_and(|(one, other)| one != other)
        };
        // A change up or down is enough; one to the side would thicken the line.
        let is_stepped = |x: usize, y: usize| {
            differ((x, y), (x, y + 1)) || (y > 0 && differ((x, y), (x, y - 1)))
        };
        let mut lines = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let is_line = differ((x, y), (x, y + 1))
                    || (differ((x, y), (x + 1, y)) && !is_stepped(x, y) && !is_stepped(x + 1, y));
                if is_line {
                    lines.push(y * width + x);
                }
            }
        }
        for at in lines {
            if let MapPoint::Level(level) = self.points[at] {
                self.points[at] = MapPoint::Line(level);
            }
        }
    }

    fn point(&self, x: u16, y: u16) -> MapPoint {
        let at = usize::from(y) * usize::from(self.area.width) + usize::from(x);
        self.points.get(at).copied().unwrap_or(MapPoint::Unknown)
    }

    /// Draws the points.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) {
        for y in 0..self.area.height {
            for x in 0..self.area.width {
                let (upper, lower) = (self.point(x, y * 2), self.point(x, y * 2 + 1));
                draw_cell(canvas, (self.area.x + x, self.area.y + y), upper, lower);
            }
        }
    }

    /// Returns the cell of a position, if it is visible.
    pub(super) fn cell(&self, [across, up]: [f64; 2]) -> Option<(u16, u16)> {
        let (x, y) = self.dot([across, up])?;
        Some((self.area.x + x, self.area.y + y / 2))
    }

    /// Returns the point of a position, by column and row from the top left.
    fn dot(&self, [across, up]: [f64; 2]) -> Option<(u16, u16)> {
        let (wide, high) = self.window.spans();
        let (columns, rows) = (self.area.width.max(2) - 1, self.area.height.max(1) * 2 - 1);
        let x = ((across - self.window.across.0) / wide * f64::from(columns)).round();
        let y = ((self.window.up.1 - up) / high * f64::from(rows)).round();
        let is_in_sight =
            (0.0..=f64::from(columns)).contains(&x) && (0.0..=f64::from(rows)).contains(&y);
        is_in_sight.then_some((x as u16, y as u16))
    }

    /// Returns the column and row, in dots of a curve from the top left, of a position that may lie far outside.
    pub(super) fn dots_at(&self, [across, up]: [f64; 2], glyphs: Glyphs) -> [f64; 2] {
        let (wide, high) = self.window.spans();
        let (columns, rows) = (self.area.width.max(2) - 1, self.area.height.max(1) * 2 - 1);
        let x = (across - self.window.across.0) / wide * f64::from(columns);
        let y = (self.window.up.1 - up) / high * f64::from(rows);
        // A point of the map is two dots wide and half a cell high, and its middle lies between them.
        let half = glyphs.dot_rows() as f64 / 2.0;
        [x * 2.0 + 0.5, (y + 0.5) * half - 0.5]
    }

    /// Returns the colour under the mark of a cell.
    pub(super) fn background(&self, canvas: &Canvas<'_>, (x, y): (u16, u16)) -> Option<Color> {
        let (x, y) = (x - self.area.x, (y - self.area.y) * 2);
        [self.point(x, y), self.point(x, y + 1)]
            .into_iter()
            .find_map(|point| match point {
                MapPoint::Level(level) => colour(canvas, MapPoint::Level(level)),
                _ => None,
            })
            .or_else(|| match self.point(x, y) {
                MapPoint::Line(level) => colour(canvas, MapPoint::Level(level)),
                point => colour(canvas, point),
            })
    }

    /// Returns the style of a mark on a cell, readable on any colour.
    pub(super) fn on(&self, canvas: &Canvas<'_>, at: (u16, u16)) -> Style {
        match self.background(canvas, at) {
            // The background of the theme has more contrast than any colour of the map.
            Some(_) if canvas.is_presenting => canvas.theme.background.unwrap_or_default(),
            Some(background) => Style::new().fg(readable_on(background)).bg(background),
            None => canvas.theme.strong,
        }
    }

    /// Puts a mark on a position, if it is visible.
    pub(super) fn put(&self, canvas: &mut Canvas<'_>, place: [f64; 2], glyph: (char, char)) {
        if let Some(at) = self.cell(place) {
            let style = self.on(canvas, at).add_modifier(Modifier::BOLD);
            canvas.put(at, glyph, style);
        }
    }
}

fn colour(canvas: &Canvas<'_>, point: MapPoint) -> Option<Color> {
    if !canvas.theme.has_colours() {
        return None;
    }
    match point {
        MapPoint::Unknown | MapPoint::Never => None,
        MapPoint::Level(level) => Some(canvas.theme.sizes[usize::from(level)]),
        MapPoint::Line(level) => Some(canvas.theme.contours[usize::from(level)]),
        MapPoint::Sign(level) => Some(canvas.theme.signs[usize::from(level)]),
    }
}

fn draw_cell(canvas: &mut Canvas<'_>, at: (u16, u16), upper: MapPoint, lower: MapPoint) {
    if upper == MapPoint::Never && lower == MapPoint::Never {
        let faint = canvas.theme.quiet;
        canvas.put(at, HATCH, faint);
        return;
    }
    if !canvas.theme.has_colours() {
        let text = canvas.theme.text;
        let glyph = match if upper == MapPoint::Unknown { lower } else { upper } {
            MapPoint::Unknown => return,
            MapPoint::Level(level) | MapPoint::Line(level) => letter(level),
            MapPoint::Sign(level) => {
                let letter = SIGN_LETTERS[usize::from(level).min(14)];
                (letter, letter)
            }
            MapPoint::Never => HATCH,
        };
        canvas.put(at, glyph, text);
        return;
    }
    // In ASCII a cell shows only one point.
    let lower = if canvas.is_ascii() { upper } else { lower };
    match (colour(canvas, upper), colour(canvas, lower)) {
        (None, None) => {}
        (Some(one), Some(other)) if one == other => {
            canvas.put(at, (' ', ' '), Style::new().bg(one));
        }
        (Some(one), Some(other)) => canvas.put(at, ('▀', ' '), Style::new().fg(one).bg(other)),
        (Some(one), None) => canvas.put(at, ('▀', ' '), Style::new().fg(one)),
        (None, Some(other)) => canvas.put(at, ('▄', ' '), Style::new().fg(other)),
    }
}
