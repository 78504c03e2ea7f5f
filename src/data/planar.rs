//! Sets of points in the plane, with the geometry of the TensorFlow Playground, so that what is
//! seen here can be seen there: points in [−6, 6]², and noise from 0 to 0.5.

use std::f64::consts::{PI, TAU};

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_distr::{Distribution, StandardNormal};

use crate::data::set::check_count;
use crate::data::table::numbered;
use crate::data::{Chance, Data, DataError, DataSet};

/// A kind of planar set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planar {
    /// A disc within a ring.
    Circle,
    /// Four quarters, alike across the corner.
    Xor,
    /// Two clouds.
    Gauss,
    /// Two arms wound into each other.
    Spiral,
    /// A number that rises to one corner: regression.
    Plane,
}

impl Planar {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Circle, Self::Xor, Self::Gauss, Self::Spiral, Self::Plane];

    /// Its name in scenarios and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Xor => "xor",
            Self::Gauss => "gauss",
            Self::Spiral => "spiral",
            Self::Plane => "plane",
        }
    }
}

/// What a planar set is to be like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanarShape {
    /// How many examples to train on, at least 1.
    pub train: usize,
    /// How many examples to test on; 0 for no test set.
    pub test: usize,
    /// From 0 to 0.5.
    pub noise: f64,
    /// 1 for targets of 0 and 1, 2 for one-hot targets; a plane has 1.
    pub outputs: usize,
}

/// A point, and whether it is of the positive kind (1, −1), or its height on the plane.
type Point = (f64, f64, f64);

/// Draws a planar set and parts it at random into training and test set.
///
/// # Errors
/// If the numbers of examples or outputs, or the noise, are not what the set can have.
pub fn planar(kind: Planar, shape: PlanarShape, chance: &mut Chance) -> Result<Data, DataError> {
    check(kind, shape)?;
    let mut points = draw(kind, shape.train + shape.test, shape.noise, chance);
    points.shuffle(chance);
    let (train, test) = points.split_at(shape.train);
    let classes = if shape.outputs == 2 { numbered(2) } else { Vec::new() };
    Ok(Data {
        train: to_set(kind, train, shape.outputs),
        test: (!test.is_empty()).then(|| to_set(kind, test, shape.outputs)),
        name: kind.name().to_owned(),
        picture: None,
        classes,
    })
}

fn check(kind: Planar, shape: PlanarShape) -> Result<(), DataError> {
    check_count("data.train", shape.train, 1)?;
    check_count("data.test", shape.test, 0)?;
    if !(0.0..=0.5).contains(&shape.noise) {
        return Err(DataError::Noise { found: shape.noise });
    }
    let expected = if kind == Planar::Plane { "1 output" } else { "1 or 2 outputs" };
    let most = if kind == Planar::Plane { 1 } else { 2 };
    if !(1..=most).contains(&shape.outputs) {
        let kind = kind.name().to_owned();
        return Err(DataError::Outputs { kind, found: shape.outputs, expected });
    }
    Ok(())
}

fn to_set(kind: Planar, points: &[Point], outputs: usize) -> DataSet {
    let inputs = points.iter().flat_map(|&(x, y, _)| [x, y]).collect();
    let targets = match (kind, outputs) {
        (Planar::Plane, _) => points.iter().map(|p| p.2).collect(),
        (_, 1) => points.iter().map(|p| f64::from(p.2 > 0.0)).collect(),
        _ => points.iter().flat_map(|p| [f64::from(p.2 <= 0.0), f64::from(p.2 > 0.0)]).collect(),
    };
    DataSet::from_numbers(inputs, targets, (2, outputs))
}

fn draw(kind: Planar, n: usize, noise: f64, chance: &mut Chance) -> Vec<Point> {
    // An odd point is one of the positive kind.
    let halves = [(n.div_ceil(2), 1.0), (n / 2, -1.0)];
    match kind {
        Planar::Circle => {
            halves.iter().flat_map(|&(n, sign)| circle(n, sign, noise, chance)).collect()
        }
        Planar::Xor => (0..n).map(|_| xor(noise, chance)).collect(),
        Planar::Gauss => {
            halves.iter().flat_map(|&(n, sign)| gauss(n, sign, noise, chance)).collect()
        }
        Planar::Spiral => {
            halves.iter().flat_map(|&(n, sign)| spiral(n, sign, noise, chance)).collect()
        }
        Planar::Plane => (0..n).map(|_| plane(noise, chance)).collect(),
    }
}

/// Noise moves a point only while its class is decided, so that classes reach into each other
/// near the border.
fn circle(n: usize, sign: f64, noise: f64, chance: &mut Chance) -> Vec<Point> {
    const RADIUS: f64 = 5.0;
    let radii = if sign > 0.0 { 0.0..RADIUS * 0.5 } else { RADIUS * 0.7..RADIUS };
    let mut point = || {
        let r = chance.random_range(radii.clone());
        let (sin, cos) = chance.random_range(0.0..TAU).sin_cos();
        let (x, y) = (r * sin, r * cos);
        let (u, v) = jolt(RADIUS * noise, chance);
        let is_inside = (x + u).hypot(y + v) < RADIUS * 0.5;
        (x, y, if is_inside { 1.0 } else { -1.0 })
    };
    (0..n).map(|_| point()).collect()
}

fn xor(noise: f64, chance: &mut Chance) -> Point {
    const PADDING: f64 = 0.3;
    let mut coordinate = || {
        let x = chance.random_range(-5.0..5.0_f64);
        if x > 0.0 { x + PADDING } else { x - PADDING }
    };
    let (x, y) = (coordinate(), coordinate());
    let (u, v) = jolt(5.0 * noise, chance);
    (x, y, if (x + u) * (y + v) >= 0.0 { 1.0 } else { -1.0 })
}

/// The variance runs from 0.5 to 4 as the noise runs from 0 to 0.5.
fn gauss(n: usize, sign: f64, noise: f64, chance: &mut Chance) -> Vec<Point> {
    let deviation = (0.5 + 7.0 * noise).sqrt();
    let mut coordinate = || {
        let normal: f64 = StandardNormal.sample(chance);
        2.0 * sign + deviation * normal
    };
    (0..n).map(|_| (coordinate(), coordinate(), sign)).collect()
}

fn spiral(n: usize, sign: f64, noise: f64, chance: &mut Chance) -> Vec<Point> {
    let turned = if sign > 0.0 { 0.0 } else { PI };
    let mut point = |i: usize| {
        let along = i as f64 / n as f64;
        let (sin, cos) = (1.75 * along * TAU + turned).sin_cos();
        let (u, v) = jolt(noise, chance);
        (5.0 * along * sin + u, 5.0 * along * cos + v, sign)
    };
    (0..n).map(&mut point).collect()
}

fn plane(noise: f64, chance: &mut Chance) -> Point {
    const RADIUS: f64 = 6.0;
    let (x, y) = (chance.random_range(-RADIUS..RADIUS), chance.random_range(-RADIUS..RADIUS));
    let (u, v) = jolt(RADIUS * noise, chance);
    (x, y, (x + u + y + v) / 10.0)
}

/// Two numbers evenly from −`by` to `by`; the same draws are spent whatever `by` is.
fn jolt(by: f64, chance: &mut Chance) -> (f64, f64) {
    (by * chance.random_range(-1.0..1.0), by * chance.random_range(-1.0..1.0))
}
