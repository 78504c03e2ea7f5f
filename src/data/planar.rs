//! Sets of points in the plane, with the geometry of the TensorFlow Playground, so that results can be
//! compared: points in [−6, 6]², and noise from 0 to 0.5.

use std::f64::consts::{PI, TAU};
use std::ops::ControlFlow;

use rand::RngExt;
use rand::seq::SliceRandom;

use crate::data::table::numbered;
use crate::data::{Data, DataError, Dataset, RunRng};
use crate::math::{cos, hypot, sin, standard_normal};

/// A kind of planar set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planar {
    /// A disc within a ring.
    Circle,
    /// Four quadrants; opposite ones have the same class.
    Xor,
    /// Two clouds.
    Gauss,
    /// Two interleaved spiral arms.
    Spiral,
    /// A height that rises towards one corner: regression.
    Plane,
}

impl Planar {
    /// All kinds, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Circle, Self::Xor, Self::Gauss, Self::Spiral, Self::Plane];

    /// Returns the name in scenarios and on screen.
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

/// The sizes, noise and outputs of a planar set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PlanarSpec {
    /// The number of training examples, at least 1.
    pub train: usize,
    /// The number of test examples; 0 for no test set.
    pub test: usize,
    /// The noise, from 0 to 0.5.
    pub noise: f64,
    /// 1 for targets of 0 and 1, 2 for one-hot targets; a plane has 1.
    pub outputs: usize,
}

/// A point, with its class (1 or −1) or its height on the plane.
type LabelledPoint = (f64, f64, f64);

/// The number of points drawn between two checks for cancellation.
const POINTS_PER_CHECK: usize = 10_000;

/// Draws a planar set and divides it at random into training set and test set. `progress` receives the
/// fraction done and can cancel.
///
/// # Errors
/// If `progress` cancels.
///
/// # Panics
/// If the number of training examples or of outputs, or the noise, is out of range.
pub(crate) fn planar(
    kind: Planar,
    shape: PlanarSpec,
    rng: &mut RunRng,
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Data, DataError> {
    assert!(shape.train > 0, "a dataset has examples");
    assert!((0.0..=0.5).contains(&shape.noise), "noise is from 0 to 0.5");
    let most = if kind == Planar::Plane { 1 } else { 2 };
    assert!((1..=most).contains(&shape.outputs), "a planar set has 1 output, or 2 for its classes");
    let mut points = draw(kind, shape, rng, progress)?;
    points.shuffle(rng);
    if progress(1.0).is_break() {
        return Err(DataError::Cancelled);
    }
    let (train, test) = points.split_at(shape.train);
    let classes = if shape.outputs == 2 { numbered(2) } else { Vec::new() };
    Ok(Data {
        train: to_set(kind, train, shape.outputs),
        test: (!test.is_empty()).then(|| to_set(kind, test, shape.outputs)),
        name: kind.name().to_owned(),
        picture: None,
        pair: None,
        classes,
        inputs: Vec::new(),
        target: None,
        found: None,
        scaling: None,
    })
}

fn to_set(kind: Planar, points: &[LabelledPoint], outputs: usize) -> Dataset {
    let inputs = points.iter().flat_map(|&(x, y, _)| [x, y]).collect();
    let targets = match (kind, outputs) {
        (Planar::Plane, _) => points.iter().map(|p| p.2).collect(),
        (_, 1) => points.iter().map(|p| f64::from(p.2 > 0.0)).collect(),
        _ => points.iter().flat_map(|p| [f64::from(p.2 <= 0.0), f64::from(p.2 > 0.0)]).collect(),
    };
    Dataset::from_numbers(inputs, targets, (2, outputs))
}

fn draw(
    kind: Planar,
    shape: PlanarSpec,
    rng: &mut RunRng,
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Vec<LabelledPoint>, DataError> {
    let (n, noise) = (shape.train + shape.test, shape.noise);
    // If `n` is odd, the positive class has one point more.
    let halves = [(n.div_ceil(2), 1.0), (n / 2, -1.0)];
    let mut points = Vec::with_capacity(n);
    for (half, sign) in halves {
        for i in 0..half {
            let done = points.len();
            if done.is_multiple_of(POINTS_PER_CHECK) && progress(done as f64 / n as f64).is_break()
            {
                return Err(DataError::Cancelled);
            }
            points.push(match kind {
                Planar::Circle => circle(sign, noise, rng),
                Planar::Xor => xor(noise, rng),
                Planar::Gauss => gauss(sign, noise, rng),
                Planar::Spiral => spiral(i as f64 / half as f64, sign, noise, rng),
                Planar::Plane => plane(noise, rng),
            });
        }
    }
    Ok(points)
}

/// Draws a point of a circle. Noise moves the point only while its class is determined, so that the
/// classes overlap close to the border.
fn circle(sign: f64, noise: f64, rng: &mut RunRng) -> LabelledPoint {
    const RADIUS: f64 = 5.0;
    let radii = if sign > 0.0 { 0.0..RADIUS * 0.5 } else { RADIUS * 0.7..RADIUS };
    let radius = rng.random_range(radii);
    let (x, y) = polar(radius, rng.random_range(0.0..TAU));
    let by = displacement(RADIUS * noise, rng);
    let is_inside = hypot(x + by.0, y + by.1) < RADIUS * 0.5;
    (x, y, if is_inside { 1.0 } else { -1.0 })
}

fn xor(noise: f64, rng: &mut RunRng) -> LabelledPoint {
    const PADDING: f64 = 0.3;
    let mut coordinate = || {
        let x = rng.random_range(-5.0..5.0_f64);
        if x > 0.0 { x + PADDING } else { x - PADDING }
    };
    let (x, y) = (coordinate(), coordinate());
    let (u, v) = displacement(5.0 * noise, rng);
    (x, y, if (x + u) * (y + v) >= 0.0 { 1.0 } else { -1.0 })
}

/// Draws a point of a cloud. The variance grows from 0.5 to 4 as the noise grows from 0 to 0.5.
fn gauss(sign: f64, noise: f64, rng: &mut RunRng) -> LabelledPoint {
    let deviation = (0.5 + 7.0 * noise).sqrt();
    let mut coordinate = || {
        let normal: f64 = standard_normal(rng);
        2.0 * sign + deviation * normal
    };
    (coordinate(), coordinate(), sign)
}

/// Draws the point at the fraction `along` of its arm.
fn spiral(along: f64, sign: f64, noise: f64, rng: &mut RunRng) -> LabelledPoint {
    let turned = if sign > 0.0 { 0.0 } else { PI };
    let (x, y) = polar(5.0 * along, 1.75 * along * TAU + turned);
    let by = displacement(noise, rng);
    (x + by.0, y + by.1, sign)
}

fn plane(noise: f64, rng: &mut RunRng) -> LabelledPoint {
    const RADIUS: f64 = 6.0;
    let (x, y) = (rng.random_range(-RADIUS..RADIUS), rng.random_range(-RADIUS..RADIUS));
    let (u, v) = displacement(RADIUS * noise, rng);
    (x, y, (x + u + y + v) / 10.0)
}

/// Returns the point at a distance and an angle, which is counted clockwise from upright.
fn polar(radius: f64, angle: f64) -> (f64, f64) {
    (radius * sin(angle), radius * cos(angle))
}

/// Returns two uniform random numbers from −`by` to `by`. The same draws are used for every `by`.
fn displacement(by: f64, rng: &mut RunRng) -> (f64, f64) {
    (by * rng.random_range(-1.0..1.0), by * rng.random_range(-1.0..1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{RngStream, rng};
    use crate::math::powi;

    fn on(_: f64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn drawn(kind: Planar, n: usize, noise: f64, seed: u64) -> Vec<LabelledPoint> {
        let shape = PlanarSpec { train: n, test: 0, noise, outputs: 1 };
        draw(kind, shape, &mut rng(seed, RngStream::Data), &mut on)
            .expect("drawing is not cancelled")
    }

    fn made(kind: Planar, n: usize, noise: f64) -> Vec<LabelledPoint> {
        drawn(kind, n, noise, 1)
    }

    fn shape(train: usize, test: usize) -> PlanarSpec {
        PlanarSpec { train, test, noise: 0.1, outputs: 1 }
    }

    fn share_of_ones(points: &[LabelledPoint]) -> f64 {
        points.iter().filter(|p| p.2 > 0.0).count() as f64 / points.len() as f64
    }

    #[test]
    fn a_circle_without_noise_is_a_disc_within_a_ring() {
        let points = made(Planar::Circle, 1000, 0.0);
        for &(x, y, sign) in &points {
            let r = hypot(x, y);
            assert!(if sign > 0.0 { r < 2.5 } else { (3.5..5.0).contains(&r) }, "{r} {sign}");
        }
        assert_eq!(share_of_ones(&points), 0.5);
    }

    #[test]
    fn noise_changes_the_class_near_the_border_of_a_circle_but_moves_no_point() {
        let noisy = made(Planar::Circle, 1000, 0.2);
        for (calm, noisy) in made(Planar::Circle, 1000, 0.0).iter().zip(&noisy) {
            assert_eq!((calm.0, calm.1), (noisy.0, noisy.1));
            // Noise of 0.2 moves a point by 1 at most in each direction.
            let is_far = (hypot(calm.0, calm.1) - 2.5).abs() > 2.0_f64.sqrt();
            assert!(calm.2 == noisy.2 || !is_far);
        }
        let inner = noisy.iter().filter(|p| hypot(p.0, p.1) < 2.5);
        assert!(inner.clone().any(|p| p.2 < 0.0) && inner.clone().any(|p| p.2 > 0.0));
    }

    #[test]
    fn xor_keeps_away_from_the_axes() {
        for (x, y, sign) in made(Planar::Xor, 1000, 0.0) {
            assert!((0.3..5.3).contains(&x.abs()) && (0.3..5.3).contains(&y.abs()));
            assert_eq!(sign, x.signum() * y.signum());
        }
    }

    #[test]
    fn the_noise_of_xor_is_added_to_the_coordinates_before_the_class_is_read() {
        let mut numbers = rng(1, RngStream::Data);
        let mut opposite = 0;
        for (x, y, class) in made(Planar::Xor, 500, 0.4) {
            let [across, up] = [(); 2].map(|()| numbers.random_range(-5.0..5.0_f64));
            assert_eq!((x, y), (across + 0.3 * across.signum(), up + 0.3 * up.signum()));
            let [u, v] = [(); 2].map(|()| numbers.random_range(-2.0..2.0_f64));
            assert_eq!(class, (x + u).signum() * (y + v).signum());
            opposite += u32::from((x - u).signum() * (y - v).signum() != class);
        }
        assert!(opposite > 20, "the sign of the noise matters: {opposite}");
    }

    #[test]
    fn clouds_have_the_variance_that_the_noise_gives_them() {
        for (noise, variance) in [(0.0, 0.5), (0.1, 1.2), (0.5, 4.0)] {
            let n = 20_000;
            let points = made(Planar::Gauss, n, noise);
            let off = |p: &LabelledPoint| powi(p.0 - 2.0 * p.2, 2) + powi(p.1 - 2.0 * p.2, 2);
            let found = points.iter().map(off).sum::<f64>() / (2 * n) as f64;
            // The deviation of this mean is variance·√(2/40,000) = 0.7 % of the variance.
            assert!((found / variance - 1.0).abs() < 0.04, "{found} for {variance}");
        }
    }

    #[test]
    fn a_spiral_without_noise_winds_one_and_three_quarter_times_out_to_five() {
        let points = made(Planar::Spiral, 200, 0.0);
        // Half way out (i = 50 of 100) the first arm has made 0.875 of a turn, which is an eighth of a
        // turn short of upright: (−2.5/√2, 2.5/√2).
        assert!((points[50].0 + 2.5 / 2.0_f64.sqrt()).abs() < 1e-12);
        assert!((points[50].1 - 2.5 / 2.0_f64.sqrt()).abs() < 1e-12);
        for (one, other) in points[..100].iter().zip(&points[100..]) {
            assert!((one.0 + other.0).abs() < 1e-12 && (one.1 + other.1).abs() < 1e-12);
            assert!(one.2 > 0.0 && other.2 < 0.0);
        }
    }

    #[test]
    fn noise_moves_the_points_of_a_spiral_by_at_most_its_amount() {
        let noisy = made(Planar::Spiral, 400, 0.5);
        let moved = made(Planar::Spiral, 400, 0.0)
            .iter()
            .zip(&noisy)
            .map(|(a, b)| (a.0 - b.0).abs().max((a.1 - b.1).abs()))
            .fold(0.0, f64::max);
        assert!((0.45..=0.5).contains(&moved), "{moved}");
    }

    #[test]
    fn a_plane_rises_by_a_tenth() {
        for (x, y, height) in made(Planar::Plane, 100, 0.0) {
            assert!(x.abs() <= 6.0 && y.abs() <= 6.0);
            assert!((height - (x + y) / 10.0).abs() < 1e-12);
        }
        let data =
            planar(Planar::Plane, shape(10, 0), &mut rng(1, RngStream::Data), &mut on).unwrap();
        assert!(!data.train.is_binary());
    }

    #[test]
    fn a_set_is_divided_as_requested_with_both_classes_in_both_parts() {
        for kind in [Planar::Circle, Planar::Xor, Planar::Gauss, Planar::Spiral] {
            let data =
                planar(kind, shape(301, 100), &mut rng(2, RngStream::Data), &mut on).unwrap();
            let test = data.test.expect("a test set was requested");
            assert_eq!((data.train.len(), test.len()), (301, 100));
            assert!(data.train.is_binary() && test.is_binary());
            let mut y = [0.0];
            let mut ones = 0.0;
            for row in 0..100 {
                test.write_target(row, &mut y);
                ones += y[0];
            }
            assert!((30.0..70.0).contains(&ones), "{} has {ones} ones", kind.name());
        }
    }

    #[test]
    fn two_outputs_are_one_hot_over_the_same_points() {
        let two = PlanarSpec { outputs: 2, ..shape(50, 0) };
        let one = planar(Planar::Xor, shape(50, 0), &mut rng(3, RngStream::Data), &mut on).unwrap();
        let two = planar(Planar::Xor, two, &mut rng(3, RngStream::Data), &mut on).unwrap();
        assert!(two.train.is_one_hot() && two.test.is_none());
        assert_eq!(two.classes.len(), 2);
        let (mut y, mut x, mut same) = ([0.0], [0.0; 2], [0.0; 2]);
        for row in 0..50 {
            one.train.write_target(row, &mut y);
            assert_eq!(two.train.class(row), Some(y[0] as usize));
            one.train.write_input(row, &mut x);
            two.train.write_input(row, &mut same);
            assert_eq!(x, same);
        }
    }

    #[test]
    fn one_seed_makes_one_set() {
        for kind in Planar::ALL {
            assert_eq!(made(kind, 60, 0.3), made(kind, 60, 0.3));
            let other = drawn(kind, 60, 0.3, 2);
            assert_ne!(made(kind, 60, 0.3), other);
        }
    }

    #[test]
    fn making_a_set_can_be_cancelled() {
        for checks in [0, 1, 3, 10] {
            let mut shares = Vec::new();
            let mut stop = |share| {
                shares.push(share);
                if shares.len() > checks {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            let shape = shape(90_000, 10_000);
            let made = planar(Planar::Gauss, shape, &mut rng(1, RngStream::Data), &mut stop);
            assert!(matches!(made, Err(DataError::Cancelled)));
            assert_eq!(shares.last(), Some(&(checks as f64 / 10.0)));
        }
    }
}
