//! Maps of a field over the plane: two points or more per cell, up on screen being up in the plane.

use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::pixel::{OCTANTS, SEXTANTS};

use crate::canvas::ramps::{CLASS_STRENGTHS, FIELD_LEVELS, GREY_LEVELS, mark_colours, readable_on};
use crate::canvas::widgets::grey_picture::GREY_LETTERS;
use crate::canvas::{Canvas, Glyphs};

/// The levels as characters, for terminals without colours: `=` below the middle, `#` above it.
const LEVELS: [char; FIELD_LEVELS] =
    ['=', '=', '=', '-', '-', '-', '.', '.', ':', ':', '+', '+', '*', '*', '#', '#'];

/// The levels of the two sides of a border, on a map that shows no more than the sides.
pub(crate) const SIDE_LEVELS: [u8; 2] = [2, 13];

/// The scale of the levels of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FieldScale {
    /// The value between the lower and the upper half of the levels.
    pub middle: f64,
    /// The distance from the middle to either end of the scale; above 0.
    pub reach: f64,
}

impl FieldScale {
    /// The scale of a share, or of a probability.
    pub(crate) const SHARE: Self = Self { middle: 0.5, reach: 0.5 };

    /// Returns the level of a value: half of the levels for values below the middle, and the others for the rest.
    pub(crate) fn level(self, value: f64) -> u8 {
        let half = FIELD_LEVELS as f64 / 2.0;
        let above = ((value - self.middle) / self.reach * half).floor() + half;
        let level = above.clamp(0.0, FIELD_LEVELS as f64 - 1.0) as u8;
        // A value so close to the middle that its distance is rounded away stays on its side.
        let half = half as u8;
        if value < self.middle { level.min(half - 1) } else { level.max(half) }
    }
}

/// The appearance of a point of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldPoint {
    /// Nothing is known here.
    Unknown,
    /// A level of a [`FieldScale`].
    Level(u8),
    /// A class, and how clear it is: from 0, a margin next to nothing, to 2.
    Class(u8, u8),
    /// A point on the border between two sides, or between two classes.
    Border,
    /// A grey of a picture, from no ink, 0, to all of it, 15.
    Grey(u8),
}

/// A place on a map, as fractions of its width and height: from 0 to 1 on the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MapPlace {
    /// The distance from the left edge, as a fraction of the width.
    pub across: f64,
    /// The distance from the lower edge, as a fraction of the height.
    pub up: f64,
}

impl MapPlace {
    /// The centre of a map.
    pub(crate) const CENTRE: Self = Self { across: 0.5, up: 0.5 };

    /// Returns the place of the centre of a cell of an area, if the cell is in it.
    pub(crate) fn of_cell(area: Rect, cell: (u16, u16)) -> Option<Self> {
        let (x, y) = cell;
        area.contains((x, y).into()).then(|| Self {
            across: (f64::from(x - area.x) + 0.5) / f64::from(area.width),
            up: 1.0 - (f64::from(y - area.y) + 0.5) / f64::from(area.height),
        })
    }
}

/// Values over a plane: row by row, the lowest row first, each value at the centre of its part of the plane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldValues<'f> {
    /// The values.
    pub values: &'f [f32],
    /// The number of values across and up.
    pub points: (usize, usize),
}

impl FieldValues<'_> {
    /// Returns the value at a place, interpolated between the points.
    pub(crate) fn at(&self, place: MapPlace) -> Option<f64> {
        let (columns, rows) = self.points;
        if self.values.len() != columns * rows || self.values.is_empty() {
            return None;
        }
        let between = |share: f64, count: usize| {
            let place = (share * count as f64 - 0.5).clamp(0.0, count as f64 - 1.0);
            let first = place.floor() as usize;
            (first, (first + 1).min(count - 1), place - first as f64)
        };
        let (left, right, x) = between(place.across, columns);
        let (below, above, y) = between(place.up, rows);
        let value = |column: usize, row: usize| f64::from(self.values[row * columns + column]);
        let along = |row: usize| value(left, row) * (1.0 - x) + value(right, row) * x;
        Some(along(below) * (1.0 - y) + along(above) * y)
    }
}

/// A map. Its first row of points is the highest on screen.
pub(crate) struct FieldMap {
    area: Rect,
    /// Points across and down a cell.
    per_cell: (usize, usize),
    points: Vec<FieldPoint>,
}

impl FieldMap {
    /// Creates a map of an area. `point` is called for every point, with the place of its centre.
    pub(crate) fn new(
        canvas: &Canvas<'_>,
        area: Rect,
        mut point: impl FnMut(MapPlace) -> FieldPoint,
    ) -> Self {
        let per_cell = match canvas.glyphs {
            _ if !canvas.theme.has_colours() => (1, 1),
            Glyphs::Narrow | Glyphs::Ascii => (1, 1),
            Glyphs::Braille | Glyphs::Block => (1, 2),
            Glyphs::Sextant => (2, 3),
            Glyphs::Octant => (2, 4),
        };
        let mut map = Self { area, per_cell, points: Vec::new() };
        let (columns, rows) = map.size();
        map.points.reserve_exact(columns * rows);
        for y in 0..rows {
            let up = 1.0 - (y as f64 + 0.5) / rows as f64;
            map.points.extend((0..columns).map(|x| {
                let across = (x as f64 + 0.5) / columns as f64;
                point(MapPlace { across, up })
            }));
        }
        map
    }

    fn size(&self) -> (usize, usize) {
        let Self { area, per_cell, .. } = self;
        (usize::from(area.width) * per_cell.0, usize::from(area.height) * per_cell.1)
    }

    /// Draws the border between the two halves of the levels, or between classes, one point wide.
    pub(crate) fn with_border(mut self) -> Self {
        let (columns, rows) = self.size();
        let side = |x: usize, y: usize| match self.points.get(y * columns + x) {
            Some(FieldPoint::Level(level)) if x < columns && y < rows => {
                Some(u8::from(usize::from(*level) >= FIELD_LEVELS / 2))
            }
            Some(FieldPoint::Class(class, _)) if x < columns && y < rows => Some(*class),
            _ => None,
        };
        let differ = |one: (usize, usize), other: (usize, usize)| {
            side(one.0, one.1).zip(side(other.0, other.1)).is_some_and(|(one, other)| one != other)
        };
        let mut border = Vec::new();
        for y in 0..rows {
            for x in 0..columns {
                let is_stepped =
                    |x: usize| differ((x, y), (x, y + 1)) || (y > 0 && differ((x, y), (x, y - 1)));
                let turns = differ((x, y), (x + 1, y)) && !is_stepped(x) && !is_stepped(x + 1);
                if differ((x, y), (x, y + 1)) || turns {
                    border.push(y * columns + x);
                }
            }
        }
        // Without colours a border of letters would hide the levels beside it.
        if self.per_cell != (1, 1) {
            for at in border {
                self.points[at] = FieldPoint::Border;
            }
        }
        self
    }

    fn of_cell(&self, (x, y): (u16, u16)) -> impl Iterator<Item = FieldPoint> {
        let columns = self.size().0;
        let (wide, high) = self.per_cell;
        let (left, top) = (usize::from(x) * wide, usize::from(y) * high);
        let places = (0..wide * high).map(move |i| (top + i / wide) * columns + left + i % wide);
        places.filter_map(|at| self.points.get(at).copied())
    }

    /// Draws the map.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>) {
        for y in 0..self.area.height {
            for x in 0..self.area.width {
                self.draw_cell(canvas, (x, y));
            }
        }
    }

    fn draw_cell(&self, canvas: &mut Canvas<'_>, (x, y): (u16, u16)) {
        let at = (self.area.x + x, self.area.y + y);
        let mut of_cell = self.of_cell((x, y));
        if self.per_cell == (1, 1) {
            let Some(point) = of_cell.next() else { return };
            draw_letter(canvas, at, point);
            return;
        }
        let mut colours = [None; 8];
        let mut count = 0;
        for (colour, point) in colours.iter_mut().zip(of_cell) {
            *colour = colour_of(canvas, point);
            count += 1;
        }
        let colours = &colours[..count];
        let Some(first) = colours.first().copied().flatten() else { return };
        let Some(other) = colours.iter().copied().flatten().find(|colour| *colour != first) else {
            canvas.put(at, (' ', ' '), Style::new().bg(first));
            return;
        };
        // Only two colours stand in a cell: each other one is drawn as the nearer of them.
        let is_other = |colour: Option<Color>| {
            colour.is_some_and(|colour| {
                colour == other
                    || (colour != first && nearness(colour, other) < nearness(colour, first))
            })
        };
        let bits = colours.iter().enumerate().filter(|(_, colour)| is_other(**colour));
        let bits = bits.fold(0_usize, |bits, (i, _)| bits | 1 << i);
        let (glyph, style) = match self.per_cell {
            (1, _) => ('▀', Style::new().fg(first).bg(other)),
            (2, 3) => (SEXTANTS[bits % SEXTANTS.len()], Style::new().fg(other).bg(first)),
            _ => (OCTANTS[bits % OCTANTS.len()], Style::new().fg(other).bg(first)),
        };
        canvas.put(at, (glyph, glyph), style);
    }

    /// Returns the cell at a place, if that is on the map.
    pub(crate) fn cell_at(&self, place: MapPlace) -> Option<(u16, u16)> {
        let MapPlace { across, up } = place;
        let Rect { x, y, width, height } = self.area;
        let is_on = (0.0..=1.0).contains(&across) && (0.0..=1.0).contains(&up);
        let column = ((across * f64::from(width)) as u16).min(width.checked_sub(1)?);
        let line = (((1.0 - up) * f64::from(height)) as u16).min(height.checked_sub(1)?);
        is_on.then_some((x + column, y + line))
    }

    /// Puts a mark on a cell. Its ink is the same on every level of a field; where no ink can be seen on all of them, the
    /// cell is black.
    pub(crate) fn put(&self, canvas: &mut Canvas<'_>, at: (u16, u16), glyph: (char, char)) {
        let style = self.mark_style(canvas, at);
        canvas.put(at, glyph, style);
    }

    /// Puts a mark on a cell with ink and ground exchanged, so that it stands out among the others.
    pub(crate) fn put_reversed(
        &self,
        canvas: &mut Canvas<'_>,
        at: (u16, u16),
        glyph: (char, char),
    ) {
        let style = self.mark_style(canvas, at).add_modifier(Modifier::REVERSED);
        canvas.put(at, glyph, style);
    }

    /// Puts a mark on a cell in the colour of a level, or its letter where there are no colours.
    pub(crate) fn put_level(
        &self,
        canvas: &mut Canvas<'_>,
        at: (u16, u16),
        level: u8,
        glyph: (char, char),
    ) {
        let point = FieldPoint::Level(level);
        if self.per_cell == (1, 1) {
            let letter = LEVELS[usize::from(level).min(FIELD_LEVELS - 1)];
            let strong = canvas.theme.strong;
            canvas.put(at, (letter, letter), strong);
            return;
        }
        let style = colour_of(canvas, point)
            .map_or(canvas.theme.text, |colour| Style::new().fg(readable_on(colour)).bg(colour));
        canvas.put(at, glyph, style.add_modifier(Modifier::BOLD));
    }

    fn mark_style(&self, canvas: &Canvas<'_>, (x, y): (u16, u16)) -> Style {
        let place = (x.saturating_sub(self.area.x), y.saturating_sub(self.area.y));
        let colour = |is_border: bool| {
            let mut points = self.of_cell(place);
            let point = points.find(|point| (*point == FieldPoint::Border) == is_border)?;
            colour_of(canvas, point)
        };
        let style = match colour(false).or_else(|| colour(true)) {
            _ if !canvas.theme.has_colours() => canvas.theme.strong,
            None if canvas.is_ascii() => canvas.theme.strong,
            None => canvas.theme.text,
            Some(ground) => {
                let (ink, ground) = mark_colours(canvas.theme.mark_ink, ground);
                Style::new().fg(ink).bg(ground)
            }
        };
        style.add_modifier(Modifier::BOLD)
    }
}

/// Returns the distance of two colours.
fn nearness(one: Color, other: Color) -> f64 {
    let (one, other) = (crate::canvas::ramps::parts(one), crate::canvas::ramps::parts(other));
    let square = |a: f64, b: f64| (a - b) * (a - b);
    square(one.0, other.0) + square(one.1, other.1) + square(one.2, other.2)
}

pub(super) fn colour_of(canvas: &Canvas<'_>, point: FieldPoint) -> Option<Color> {
    let theme = &canvas.theme;
    match point {
        FieldPoint::Unknown => None,
        FieldPoint::Level(level) => theme.fields.get(usize::from(level)).copied(),
        FieldPoint::Class(class, strength) => {
            let class = usize::from(class) % theme.classes.len();
            Some(theme.classes[class][usize::from(strength).min(CLASS_STRENGTHS - 1)])
        }
        FieldPoint::Border => Some(theme.border),
        FieldPoint::Grey(level) => theme.greys.get(usize::from(level)).copied(),
    }
}

pub(super) fn draw_letter(canvas: &mut Canvas<'_>, at: (u16, u16), point: FieldPoint) {
    let letter = match point {
        FieldPoint::Unknown => return,
        FieldPoint::Level(level) => LEVELS[usize::from(level).min(FIELD_LEVELS - 1)],
        FieldPoint::Class(class, 0) => {
            return canvas.put(at, ('·', '.'), class_style(canvas, class));
        }
        FieldPoint::Class(class, _) => class_letter(class),
        FieldPoint::Border => '|',
        FieldPoint::Grey(level) => GREY_LETTERS[usize::from(level).min(GREY_LEVELS - 1)],
    };
    let style = match point {
        FieldPoint::Class(class, _) => class_style(canvas, class),
        FieldPoint::Grey(_) => canvas.theme.text,
        point => colour_of(canvas, point)
            .filter(|_| canvas.theme.has_colours())
            .map_or(canvas.theme.text, |colour| Style::new().fg(colour)),
    };
    canvas.put(at, (letter, letter), style);
}

fn class_style(canvas: &Canvas<'_>, class: u8) -> Style {
    let colour = colour_of(canvas, FieldPoint::Class(class, 2));
    let colour = colour.filter(|_| canvas.theme.has_colours());
    colour.map_or(canvas.theme.text, |colour| Style::new().fg(colour))
}

/// Returns the letter of a class on a map without colours: a, b, c …
pub(crate) fn class_letter(class: u8) -> char {
    char::from(b'a' + class % 26)
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::canvas::{Appearance, ColourDepth};

    fn place(across: f64, up: f64) -> MapPlace {
        MapPlace { across, up }
    }

    #[test]
    fn the_levels_meet_at_the_middle_and_no_value_changes_its_side() {
        let scale = FieldScale::SHARE;
        assert_eq!([0.0, 0.499, 0.5, 1.0].map(|a| scale.level(a)), [0, 7, 8, 15]);
        assert_eq!(scale.level(0.5 - f64::EPSILON / 4.0), 7, "a is below ½, if only just");
        assert_eq!([-9.0, 9.0].map(|a| scale.level(a)), [0, 15]);
        let wide = FieldScale { middle: 0.0, reach: 4.0 };
        assert_eq!([-4.0, -0.01, 0.0, 3.9].map(|a| wide.level(a)), [0, 7, 8, 15]);
    }

    #[test]
    fn values_are_interpolated_between_the_centres_of_their_parts() {
        let field = FieldValues { values: &[0.0, 1.0, 2.0, 3.0], points: (2, 2) };
        assert_eq!(field.at(place(0.25, 0.25)), Some(0.0));
        assert_eq!(field.at(place(0.75, 0.75)), Some(3.0));
        assert_eq!(field.at(place(0.5, 0.5)), Some(1.5));
        assert_eq!(
            field.at(place(0.0, 1.0)),
            Some(2.0),
            "beyond the outermost centres it is level"
        );
        assert_eq!(FieldValues { values: &[], points: (0, 0) }.at(place(0.5, 0.5)), None);
    }

    /// Draws a field that is high where x₂ is, in every glyph set, and returns the rows from the top.
    fn upper_is_high(appearance: Appearance, area: Rect) -> Vec<String> {
        let mut cells = Buffer::empty(area);
        let mut canvas = Canvas::new(&mut cells, appearance);
        let map = FieldMap::new(&canvas, area, |place| FieldPoint::Level((place.up * 15.99) as u8));
        map.draw(&mut canvas);
        let row = |y| {
            let cell = |x| format!("{}{:?}", cells[(x, y)].symbol(), cells[(x, y)].style().bg);
            (0..area.width).map(cell).collect::<String>()
        };
        (0..area.height).map(row).collect()
    }

    #[test]
    fn up_in_the_plane_is_up_on_the_screen_however_large_the_map_is() {
        let plain = Appearance { colours: ColourDepth::None, ..Appearance::default() };
        for size in [(40, 20), (6, 3)] {
            let rows = upper_is_high(plain, Rect::new(0, 0, size.0, size.1));
            assert!(
                rows[0].contains(['#', '*']) && rows[usize::from(size.1) - 1].contains('='),
                "{rows:?}"
            );
        }
        for glyphs in Glyphs::ALL {
            let look = Appearance { glyphs, ..Appearance::default() };
            let [large, small] =
                [(40, 20), (6, 3)].map(|(w, h)| upper_is_high(look, Rect::new(0, 0, w, h)));
            assert_ne!(large[0], large[19], "{glyphs:?}");
            assert_ne!(small[0], small[2], "{glyphs:?}");
        }
    }

    #[test]
    fn the_border_lies_between_the_sides_one_point_wide() {
        let area = Rect::new(0, 0, 8, 4);
        let mut cells = Buffer::empty(area);
        let canvas = Canvas::new(&mut cells, Appearance::default());
        let sides = |place: MapPlace| FieldPoint::Level(if place.across < 0.5 { 3 } else { 12 });
        let map = FieldMap::new(&canvas, area, sides).with_border();
        let at: Vec<usize> = (0..map.points.len())
            .filter(|i| map.points[*i] == FieldPoint::Border)
            .map(|i| i % 8)
            .collect();
        assert_eq!(at, [3; 8], "one for each row of points, left of the change");
    }

    #[test]
    fn a_cell_and_its_place_belong_together() {
        let area = Rect::new(3, 2, 20, 10);
        let mut cells = Buffer::empty(Rect::new(0, 0, 40, 20));
        let canvas = Canvas::new(&mut cells, Appearance::default());
        let map = FieldMap::new(&canvas, area, |_| FieldPoint::Unknown);
        for at in [(3, 2), (22, 11), (10, 7)] {
            assert_eq!(map.cell_at(MapPlace::of_cell(area, at).unwrap()), Some(at));
        }
        assert_eq!(map.cell_at(place(0.0, 0.0)), Some((3, 11)), "the lower left corner");
        assert_eq!(map.cell_at(place(1.0, 1.0)), Some((22, 2)), "the upper right corner");
        assert_eq!((map.cell_at(place(1.01, 0.5)), MapPlace::of_cell(area, (23, 2))), (None, None));
    }

    #[test]
    fn a_map_without_room_draws_nothing() {
        for area in [Rect::ZERO, Rect::new(0, 0, 1, 0), Rect::new(0, 0, 0, 5)] {
            let mut cells = Buffer::empty(Rect::new(0, 0, 2, 2));
            let mut canvas = Canvas::new(&mut cells, Appearance::default());
            let map = FieldMap::new(&canvas, area, |_| FieldPoint::Level(0)).with_border();
            map.draw(&mut canvas);
            assert_eq!(map.cell_at(place(0.5, 0.5)), None);
        }
    }
}
