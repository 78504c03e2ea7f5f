//! The hand that writes a digit: no two come out alike.

use rand::RngExt;

use crate::data::Chance;
use crate::data::digits::forms::{self, Form, Point};

/// How many straight pieces a curve between two points is drawn with.
const PIECES: u8 = 6;

/// A digit as it is written: lines through points, one for each stroke.
pub(super) type Lines = Vec<Vec<Point>>;

/// How one digit is written.
struct Manner {
    /// How far a point strays, in digit heights.
    wobble: f32,
    /// Width against that of the form.
    width: f32,
    /// How far the top leans to the right, in digit heights.
    slant: f32,
    /// The sine of the angle by which it is turned clockwise.
    turn: f32,
    /// How much wider the bottom is than the top.
    spread: f32,
    /// How far the waist is below where it should be.
    waist: f32,
    /// How far the middle is to the right of the ends.
    bow: f32,
}

impl Manner {
    fn new(chance: &mut Chance) -> Self {
        Self {
            wobble: 0.015 + 0.05 * chance.random::<f32>(),
            width: 1.1 + 0.22 * bell(chance),
            slant: 0.06 + 0.22 * bell(chance),
            turn: 0.1 * bell(chance),
            spread: 0.2 * bell(chance),
            waist: 0.22 * bell(chance),
            bow: 0.06 * bell(chance),
        }
    }

    /// Where a point of the form comes to lie.
    fn place(&self, [x, y]: Point) -> Point {
        // The forms are about 0.6 wide and 1 high; everything happens about their middle.
        let (x, y) = (x - 0.3, y - 0.5);
        let y = y + self.waist * (0.25 - y * y);
        let x = x * self.width * (1.0 + self.spread * y) + self.bow * (1.0 - 4.0 * y * y);
        let x = x - self.slant * y;
        let cosine = (1.0 - self.turn * self.turn).sqrt();
        [x * cosine - y * self.turn, x * self.turn + y * cosine]
    }
}

/// Writes a digit, of no particular size or place.
pub(super) fn write(digit: u8, chance: &mut Chance) -> Lines {
    let form = choose(forms::of(digit), chance);
    let manner = Manner::new(chance);
    form.strokes
        .iter()
        .map(|stroke| {
            let points = stray(stroke, manner.wobble, chance);
            let points: Vec<Point> = points.into_iter().map(|p| manner.place(p)).collect();
            curve(&points)
        })
        .collect()
}

fn choose<'a>(forms: &'a [Form], chance: &mut Chance) -> &'a Form {
    let all: u32 = forms.iter().map(|form| form.often).sum();
    let mut at = chance.random_range(0..all);
    for form in forms {
        if at < form.often {
            return form;
        }
        at -= form.often;
    }
    unreachable!("one of the forms is chosen")
}

/// Moves every point a little; the two of a corner by the same.
fn stray(stroke: &[Point], by: f32, chance: &mut Chance) -> Vec<Point> {
    let mut moved: Vec<Point> = Vec::with_capacity(stroke.len());
    for (i, &[x, y]) in stroke.iter().enumerate() {
        let (u, v) = (by * bell(chance), by * bell(chance));
        let is_corner = i > 0 && stroke[i - 1] == [x, y];
        moved.push(if is_corner { moved[i - 1] } else { [x + u, y + v] });
    }
    moved
}

/// A smooth line through the points (Catmull and Rom's spline).
fn curve(points: &[Point]) -> Vec<Point> {
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

/// Nearly a normal deviate, never beyond ±3.5, from sums alone: so that every platform draws the
/// same, which a logarithm would not promise.
pub(super) fn bell(chance: &mut Chance) -> f32 {
    let sum: f32 = (0..4).map(|_| chance.random::<f32>()).sum();
    // Four even draws have the mean 2 and the variance 4/12.
    (sum - 2.0) * 1.732_050_8
}
