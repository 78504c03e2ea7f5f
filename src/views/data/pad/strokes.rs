//! Strokes: what is drawn on the pad, as lines through points.

use std::sync::Arc;

use crate::telemetry::PictureSource;

/// The pixels across and down of the pad.
pub(super) const SIDE: usize = 28;

/// Half the thickness of a stroke on the pad, in pixels, and the width of its edge: about those of the pen with
/// which the run redraws the strokes for the networks.
const RADIUS: f32 = 0.9;
const EDGE: f32 = 0.9;

/// The shortest distance between two points of a stroke, as a share of the pad: half a pixel.
const STEP: f32 = 0.5 / SIDE as f32;

/// The share of the pad that a fitted drawing leaves free on each side.
const MARGIN: f32 = 0.12;

/// The most points of a drawing, far more than a digit has. Further ones are dropped, so that each answer to a
/// drawing that goes on stays as fast as the first.
const MOST_POINTS: usize = 2000;

/// A point of the pad: its shares of the way to the right and down.
pub(super) type PadPoint = [f32; 2];

/// A drawing. Its strokes are shared with the questions about it, so a question costs no copy of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::views) struct Strokes(Arc<Vec<Vec<PadPoint>>>);

impl Strokes {
    /// Returns whether nothing is drawn.
    pub(super) fn is_blank(&self) -> bool {
        self.0.is_empty()
    }

    /// Begins a stroke; by itself its first point is a dot.
    pub(super) fn begin(&mut self, at: PadPoint) {
        if self.has_room() {
            Arc::make_mut(&mut self.0).push(vec![at]);
        }
    }

    /// Continues the last stroke; without one, begins the first.
    pub(super) fn continue_to(&mut self, at: PadPoint) {
        let Some(last) = self.0.last().and_then(|stroke| stroke.last()) else {
            return self.begin(at);
        };
        let is_near = (0..2).all(|k| (last[k] - at[k]).abs() < STEP);
        if !is_near
            && self.has_room()
            && let Some(stroke) = Arc::make_mut(&mut self.0).last_mut()
        {
            stroke.push(at);
        }
    }

    /// Returns whether a picture is this drawing at an earlier time: it begins at the same point.
    pub(super) fn grew_from(&self, picture: &PictureSource) -> bool {
        let first = |strokes: &[Vec<PadPoint>]| strokes.first().and_then(|s| s.first()).copied();
        match picture {
            PictureSource::Drawn(drawn) => !self.is_blank() && first(drawn) == first(&self.0),
            PictureSource::Example(..) => false,
        }
    }

    fn has_room(&self) -> bool {
        self.0.iter().map(Vec::len).sum::<usize>() < MOST_POINTS
    }

    /// Returns the picture that a question is about.
    pub(super) fn source(&self) -> PictureSource {
        PictureSource::Drawn(Arc::clone(&self.0))
    }

    /// Returns the drawing enlarged and moved so that it fills the pad but for a margin. A dot stays as it is.
    pub(super) fn fitted(&self) -> Self {
        let points = || self.0.iter().flatten();
        let ends = [0, 1].map(|k| {
            let range = (f32::INFINITY, f32::NEG_INFINITY);
            points().fold(range, |(low, high), at| (low.min(at[k]), high.max(at[k])))
        });
        let extent = ends.iter().map(|(low, high)| high - low).fold(0.0, f32::max);
        if extent < STEP {
            return self.clone();
        }
        let scale = (1.0 - 2.0 * MARGIN) / extent;
        let fit = |at: &PadPoint| -> PadPoint {
            std::array::from_fn(|k| 0.5 + (at[k] - f32::midpoint(ends[k].0, ends[k].1)) * scale)
        };
        let strokes = self.0.iter().map(|stroke| stroke.iter().map(fit).collect());
        Self(Arc::new(strokes.collect()))
    }

    /// Returns the ink on each point of a grid over the pad, row by row from the top, from 0 to 1.
    pub(super) fn ink(&self, (columns, rows): (usize, usize)) -> Vec<f32> {
        let mut ink = vec![0.0_f32; columns * rows];
        for stroke in self.0.iter() {
            let mut from = stroke.first().copied();
            // On a coarse grid a stroke is as wide as a point, so that none falls between two points.
            let radius = RADIUS.max(0.5 * SIDE as f32 / columns.min(rows).max(1) as f32);
            for to in stroke {
                if let Some(from) = from {
                    lay_ink(&mut ink, (columns, rows), [from, *to], radius);
                }
                from = Some(*to);
            }
        }
        ink
    }
}

/// Lays the ink of a straight piece on the points of a grid that it reaches.
fn lay_ink(
    ink: &mut [f32],
    (columns, rows): (usize, usize),
    [from, to]: [PadPoint; 2],
    radius: f32,
) {
    let side = SIDE as f32;
    let along = [0, 1].map(|k| (to[k] - from[k]) * side);
    let square = along[0] * along[0] + along[1] * along[1];
    let reach = (radius + EDGE) / side;
    let within = |k: usize, count: usize| {
        let at = |share: f32| (share.clamp(0.0, 1.0) * count as f32) as usize;
        at(from[k].min(to[k]) - reach)..(at(from[k].max(to[k]) + reach) + 1).min(count)
    };
    for row in within(1, rows) {
        let down = ((row as f32 + 0.5) / rows as f32 - from[1]) * side;
        for column in within(0, columns) {
            let right = ((column as f32 + 0.5) / columns as f32 - from[0]) * side;
            let share = if square > 0.0 {
                ((right * along[0] + down * along[1]) / square).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let off = [right - share * along[0], down - share * along[1]];
            let distance = (off[0] * off[0] + off[1] * off[1]).sqrt();
            let here = ((radius + EDGE / 2.0 - distance) / EDGE).clamp(0.0, 1.0);
            let point = &mut ink[row * columns + column];
            *point = point.max(here);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stroke_lies_where_it_was_drawn_at_every_resolution() {
        let mut strokes = Strokes::default();
        strokes.begin([0.25, 0.25]);
        strokes.continue_to([0.75, 0.25]);
        for (columns, rows) in [(28, 28), (56, 56), (28, 14), (8, 8)] {
            let ink = strokes.ink((columns, rows));
            let lit: Vec<usize> = (0..ink.len()).filter(|i| ink[*i] > 0.3).collect();
            assert!(!lit.is_empty(), "{columns} × {rows}");
            for at in &lit {
                let (x, y) = ((at % columns) as f64 + 0.5, (at / columns) as f64 + 0.5);
                let (x, y) = (x / columns as f64, y / rows as f64);
                assert!((0.15..=0.85).contains(&x) && (0.1..=0.4).contains(&y), "{x} {y}");
            }
        }
        let ink = strokes.ink((28, 28));
        assert!(ink[7 * 28 + 14] > 0.9, "ink in the middle of the stroke");
        assert_eq!(ink[14 * 28 + 14], 0.0, "none elsewhere");
    }

    #[test]
    fn a_point_by_itself_is_a_dot_and_nothing_is_blank() {
        let mut strokes = Strokes::default();
        assert!(strokes.is_blank() && strokes.ink((28, 28)).iter().all(|ink| *ink == 0.0));
        strokes.continue_to([0.5, 0.5]);
        assert!(!strokes.is_blank());
        let lit = strokes.ink((28, 28)).iter().filter(|ink| **ink > 0.0).count();
        assert!((2..=16).contains(&lit), "{lit}");
        assert!(strokes.ink((0, 0)).is_empty());
    }

    #[test]
    fn points_that_are_hardly_apart_are_one_and_a_drawing_has_an_end() {
        let mut strokes = Strokes::default();
        strokes.begin([0.5, 0.5]);
        strokes.continue_to([0.501, 0.5]);
        assert_eq!(strokes.0[0].len(), 1);
        for nth in 0..2 * MOST_POINTS {
            strokes.continue_to([(nth % 2) as f32, 0.5]);
        }
        assert_eq!(strokes.0[0].len(), MOST_POINTS);
        strokes.begin([0.0, 0.0]);
        assert_eq!(strokes.0.len(), 1);
    }

    #[test]
    fn a_fitted_drawing_fills_the_pad_and_keeps_its_shape() {
        let mut strokes = Strokes::default();
        strokes.begin([0.1, 0.1]);
        strokes.continue_to([0.3, 0.1]);
        strokes.continue_to([0.3, 0.2]);
        let fitted = strokes.fitted();
        let expected = [[0.12_f32, 0.31], [0.88, 0.31], [0.88, 0.69]];
        for (at, expected) in fitted.0[0].iter().zip(expected) {
            assert!((0..2).all(|k| (at[k] - expected[k]).abs() < 1e-5), "{at:?}");
        }
        let mut dot = Strokes::default();
        dot.begin([0.9, 0.9]);
        assert_eq!((dot.fitted(), Strokes::default().fitted()), (dot, Strokes::default()));
    }

    #[test]
    fn points_beyond_the_pad_are_no_trouble() {
        let mut strokes = Strokes::default();
        strokes.begin([-3.0, 9.0]);
        strokes.continue_to([4.0, -9.0]);
        assert_eq!(strokes.ink((28, 28)).len(), 784);
    }
}
