//! The points at which an explanation has been computed, and where the points of a map lie among them.

use ratatui::layout::Rect;

use crate::telemetry::{Atlas, Surface, Window};

/// Evenly spaced points along an axis.
struct AxisPoints {
    /// The position of the first point and of the last.
    ends: (f64, f64),
    count: usize,
}

impl AxisPoints {
    /// Returns where each point lies on another axis: how many of its points lie before it, in parts of a
    /// point; `None` outside.
    fn places_on<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Option<f64>> + 'a {
        let last = |count: usize| count.saturating_sub(1).max(1) as f64;
        let spacing = (other.ends.1 - other.ends.0) / last(other.count);
        let (from, to) = self.ends;
        (0..self.count).map(move |i| {
            let at = from + (to - from) * (i as f64 / last(self.count)) - other.ends.0;
            let place = at / spacing;
            // Half a point beyond the ends still belongs to them.
            let is_there = place >= -0.5 && place < other.count as f64 - 0.5;
            is_there.then(|| place.clamp(0.0, other.count.saturating_sub(1) as f64))
        })
    }
}

/// The points at which an explanation has been computed.
pub(super) struct ComputedGrid {
    window: Window,
    /// The number of points across and up.
    points: (usize, usize),
}

/// For each column and for each row of a map, from the top, its place among the points computed.
pub(super) struct MapPlaces<T> {
    pub(super) columns: Vec<Option<T>>,
    pub(super) rows: Vec<Option<T>>,
}

/// A place between two neighbouring points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Between {
    /// The point before it.
    before: usize,
    /// The point after it, or the same at the end.
    after: usize,
    /// How far it is from the point before to the one after, 0 to 1.
    share: f32,
}

impl Between {
    fn of(place: f64, count: usize) -> Self {
        // An equal grid differs by rounding errors; its points are to be read as they are.
        let is_point = (place - place.round()).abs() < 1e-6;
        let place = if is_point { place.round() } else { place };
        let (before, share) = (place.floor() as usize, place.fract());
        Self { before, after: (before + 1).min(count.saturating_sub(1)), share: share as f32 }
    }
}

/// Interpolates the values of a grid of `width` columns between four neighbouring points.
pub(super) fn interpolated(
    values: &[f32],
    width: usize,
    column: Between,
    row: Between,
) -> Option<f32> {
    let at = |y: usize| {
        let from = *values.get(y * width + column.before)?;
        let to = *values.get(y * width + column.after)?;
        Some(from + (to - from) * column.share)
    };
    let (below, above) = (at(row.before)?, at(row.after)?);
    Some(below + (above - below) * row.share)
}

impl ComputedGrid {
    /// Returns the points of a surface.
    pub(super) fn of_surface(surface: &Surface) -> Self {
        Self { window: surface.request.window, points: surface.points }
    }

    /// Returns the points of an atlas.
    pub(super) fn of_atlas(atlas: &Atlas) -> Self {
        Self { window: atlas.request.window, points: atlas.request.points }
    }

    /// Returns the nearest computed points for the points of a map.
    pub(super) fn nearest(&self, area: Rect, window: Window) -> MapPlaces<usize> {
        self.places(area, window, |place, count| (place.round() as usize).min(count - 1))
    }

    /// Returns the computed points around the points of a map.
    pub(super) fn between(&self, area: Rect, window: Window) -> MapPlaces<Between> {
        self.places(area, window, Between::of)
    }

    fn places<T>(&self, area: Rect, window: Window, of: impl Fn(f64, usize) -> T) -> MapPlaces<T> {
        let columns = AxisPoints { ends: window.across, count: usize::from(area.width) };
        let rows = usize::from(area.height) * 2;
        let rows = AxisPoints { ends: (window.up.1, window.up.0), count: rows };
        let across = AxisPoints { ends: self.window.across, count: self.points.0 };
        let up = AxisPoints { ends: self.window.up, count: self.points.1 };
        let found = |from: &AxisPoints, to: &AxisPoints| {
            from.places_on(to).map(|place| place.map(|place| of(place, to.count))).collect()
        };
        MapPlaces { columns: found(&columns, &across), rows: found(&rows, &up) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window { across: (-1.0, 1.0), up: (0.0, 4.0) };

    fn grid(points: (usize, usize)) -> ComputedGrid {
        ComputedGrid { window: WINDOW, points }
    }

    #[test]
    fn an_equal_grid_is_read_point_by_point() {
        let area = Rect::new(0, 0, 7, 5);
        let MapPlaces { columns, rows } = grid((7, 10)).between(area, WINDOW);
        let values: Vec<f32> = (0..70_u8).map(f32::from).collect();
        for (y, row) in rows.iter().enumerate() {
            for (x, column) in columns.iter().enumerate() {
                let value = interpolated(&values, 7, column.unwrap(), row.unwrap());
                assert_eq!(value, Some(values[(9 - y) * 7 + x]));
            }
        }
    }

    #[test]
    fn a_plane_is_interpolated_exactly() {
        // 2 across + 3 up at 3 × 3 points.
        let values: Vec<f32> =
            (0..9).map(|i| 2.0 * ((i % 3) as f32 - 1.0) + 3.0 * 2.0 * (i / 3) as f32).collect();
        let area = Rect::new(0, 0, 9, 4);
        let MapPlaces { columns, rows } = grid((3, 3)).between(area, WINDOW);
        for (y, row) in rows.iter().enumerate() {
            for (x, column) in columns.iter().enumerate() {
                let (across, up) = (-1.0 + x as f32 / 4.0, 4.0 - 4.0 * y as f32 / 7.0);
                let value = interpolated(&values, 3, column.unwrap(), row.unwrap()).unwrap();
                assert!((value - (2.0 * across + 3.0 * up)).abs() < 1e-5, "{x} {y}: {value}");
            }
        }
    }

    #[test]
    fn nothing_is_known_outside_of_the_computed_window() {
        let area = Rect::new(0, 0, 9, 4);
        let wide = Window { across: (-3.0, 1.0), up: (0.0, 4.0) };
        let nearest = grid((5, 8)).nearest(area, wide);
        let expected = [None, None, None, None, Some(0), Some(1), Some(2), Some(3), Some(4)];
        assert_eq!(nearest.columns, expected);
        assert_eq!(nearest.rows[0], Some(7), "the first row is the highest");
        assert!(grid((0, 0)).between(area, wide).rows.iter().all(Option::is_none));
    }
}
