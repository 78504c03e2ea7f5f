//! Varies the shape of a digit at random, like handwriting.

use rand::RngExt;

use crate::data::RunRng;
use crate::data::digits::shapes::{self, DigitShape, StrokePoint};

/// The number of straight pieces of a curve between two points.
const PIECES: u8 = 6;

/// A written digit: lines through points, one for each stroke.
pub(super) type Strokes = Vec<Vec<StrokePoint>>;

/// The random variations of one written digit.
struct Handwriting {
    /// The scale of the random shift of a point, in digit heights.
    wobble: f32,
    /// The width relative to that of the shape.
    width: f32,
    /// The lean of the top to the right, in digit heights.
    slant: f32,
    /// The sine of the clockwise rotation.
    turn: f32,
    /// The relative excess of the width at the bottom over that at the top.
    spread: f32,
    /// The downward shift of the waist.
    waist: f32,
    /// The shift of the middle to the right of the ends.
    bow: f32,
}

impl Handwriting {
    /// Draws the variations. The figures are chosen so that slants, widths and heights spread as they
    /// do in MNIST.
    fn new(rng: &mut RunRng) -> Self {
        Self {
            wobble: 0.015 + 0.05 * rng.random::<f32>(),
            width: 1.1 + 0.22 * near_normal(rng),
            slant: 0.06 + 0.22 * near_normal(rng),
            turn: 0.1 * near_normal(rng),
            spread: 0.2 * near_normal(rng),
            waist: 0.22 * near_normal(rng),
            bow: 0.06 * near_normal(rng),
        }
    }

    /// Transforms a point of the shape.
    fn transform(&self, [x, y]: StrokePoint) -> StrokePoint {
        // The shapes are about 0.6 wide and 1 high; every transformation is about their middle.
        let (x, y) = (x - 0.3, y - 0.5);
        let y = y + self.waist * (0.25 - y * y);
        let x = x * self.width * (1.0 + self.spread * y) + self.bow * (1.0 - 4.0 * y * y);
        let x = x - self.slant * y;
        let cosine = (1.0 - self.turn * self.turn).sqrt();
        [x * cosine - y * self.turn, x * self.turn + y * cosine]
    }
}

/// Writes a digit, of arbitrary size and position.
pub(super) fn write(digit: u8, rng: &mut RunRng) -> Strokes {
    let form = choose(shapes::of(digit), rng);
    let manner = Handwriting::new(rng);
    form.strokes
        .iter()
        .map(|stroke| {
            let points = jitter(stroke, manner.wobble, rng);
            let points: Vec<StrokePoint> =
                points.into_iter().map(|p| manner.transform(p)).collect();
            curve(&points)
        })
        .collect()
}

fn choose<'a>(forms: &'a [DigitShape], rng: &mut RunRng) -> &'a DigitShape {
    let all: u32 = forms.iter().map(|form| form.often).sum();
    let mut at = rng.random_range(0..all);
    for form in forms {
        if at < form.often {
            return form;
        }
        at -= form.often;
    }
    unreachable!("one of the forms is chosen")
}

/// Moves every point a little; both points of a corner move by the same amount.
fn jitter(stroke: &[StrokePoint], by: f32, rng: &mut RunRng) -> Vec<StrokePoint> {
    let mut moved: Vec<StrokePoint> = Vec::with_capacity(stroke.len());
    for (i, &[x, y]) in stroke.iter().enumerate() {
        let (u, v) = (by * near_normal(rng), by * near_normal(rng));
        let is_corner = i > 0 && stroke[i - 1] == [x, y];
        moved.push(if is_corner { moved[i - 1] } else { [x + u, y + v] });
    }
    moved
}

/// Returns a smooth line through the points (Catmull–Rom spline).
fn curve(points: &[StrokePoint]) -> Vec<StrokePoint> {
    let at = |i: usize| points[i.min(points.len() - 1)];
    let mut line = vec![at(0)];
    for i in 1..points.len() {
        let (p, q) = (at(i - 1), at(i));
        if p == q {
            continue;
        }
        let (before, after) = (at(i.saturating_sub(2)), at(i + 1));
        for piece in 1..=PIECES {
            let t = f32::from(piece) / f32::from(PIECES);
            line.push([0, 1].map(|k| between(t, [before[k], p[k], q[k], after[k]])));
        }
    }
    line
}

fn between(t: f32, [before, p, q, after]: [f32; 4]) -> f32 {
    let linear = (q - before) * 0.5;
    let square = before - 2.5 * p + 2.0 * q - 0.5 * after;
    let cube = (after - before) * 0.5 + 1.5 * (p - q);
    ((cube * t + square) * t + linear) * t + p
}

/// Draws a nearly normal deviate, never beyond ±3.5, from sums alone, so that every platform draws the
/// same; a logarithm would not guarantee that.
pub(super) fn near_normal(rng: &mut RunRng) -> f32 {
    let sum: f32 = (0..4).map(|_| rng.random::<f32>()).sum();
    // Four uniform draws have the mean 2 and the variance 4/12.
    (sum - 2.0) * 1.732_050_8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{RngStream, rng};

    #[test]
    fn a_curve_passes_through_its_points_and_stops_at_corners() {
        let points = [[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]];
        let line = curve(&points);
        assert_eq!(line.len(), 1 + 2 * usize::from(PIECES));
        for (i, point) in [(0, points[0]), (6, points[1]), (12, points[3])] {
            assert!((0..2).all(|k| (line[i][k] - point[k]).abs() < 1e-6), "{:?}", line[i]);
        }
    }

    #[test]
    fn every_form_is_chosen_sometimes_and_none_is_a_dot() {
        for digit in 0..10 {
            let forms = shapes::of(digit);
            assert!(forms.len() > 1, "{digit} is written in one way only");
            for form in forms {
                assert!(form.often > 0 && !form.strokes.is_empty());
                assert!(form.strokes.iter().all(|s| s.len() > 1 && s.first() != s.get(1)));
            }
        }
    }

    #[test]
    fn nearly_normal_draws_have_the_mean_0_and_the_variance_1() {
        let mut rng = rng(1, RngStream::Data);
        let drawn: Vec<f64> = (0..40_000).map(|_| f64::from(near_normal(&mut rng))).collect();
        let mean = drawn.iter().sum::<f64>() / 40_000.0;
        let variance = drawn.iter().map(|x| x * x).sum::<f64>() / 40_000.0;
        // Four deviations of the mean are 0.02; the variance spreads no more than that.
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
        assert!(drawn.iter().all(|x| x.abs() <= 3.5));
    }
}
