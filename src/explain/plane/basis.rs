//! The position of a plane in the space of all weights and biases.

use crate::explain::answer_stream::KeepGoing;
use crate::explain::dot;
use crate::explain::plane::parameter_trajectory::{KeptPoint, ParameterTrajectory};
use crate::math::{cos, sin};
use crate::telemetry::PlaneChoice;

/// The number of multiplications by the matrix in the search for its main direction. Each one shrinks the
/// other directions by the ratio of their spreads.
const POWER: usize = 200;

/// The relative length below which a direction counts as rounding error: frames hold f32.
const NOTHING: f64 = 1e-6;

/// A plane in the space of all weights and biases.
#[derive(Clone, Debug)]
pub(super) struct PlaneBasis {
    pub(super) through: PlaneChoice,
    /// The start of the first arm, or its projection onto the plane.
    pub(super) origin: Vec<f64>,
    /// Two orthogonal directions of length 1.
    pub(super) axes: [Vec<f64>; 2],
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// Returns the distance of a vector from the plane through 0, on which its nearest point is `place`.
fn distance(vector: &[f64], place: [f64; 2]) -> f64 {
    let on_plane = place[0] * place[0] + place[1] * place[1];
    (dot(vector, vector) - on_plane).max(0.0).sqrt()
}

/// Returns the vector without its part along a direction of length 1.
fn orthogonal_part(mut vector: Vec<f64>, axis: &[f64]) -> Vec<f64> {
    let along = dot(&vector, axis);
    vector.iter_mut().zip(axis).for_each(|(v, a)| *v -= along * a);
    vector
}

/// Returns the vector scaled to length 1, and its length, or `None` if it has no direction.
fn of_length_one(mut vector: Vec<f64>) -> Option<(Vec<f64>, f64)> {
    let length = dot(&vector, &vector).sqrt();
    if !(length.is_normal() && length.is_finite()) {
        return None;
    }
    for part in &mut vector {
        *part /= length;
    }
    Some((vector, length))
}

impl PlaneBasis {
    /// Returns the plane of these trajectories, or `None` if nothing has moved or the request is stale.
    pub(super) fn of(
        trajectories: &[ParameterTrajectory<'_>],
        keep_going: &KeepGoing<'_>,
    ) -> Option<Self> {
        match through_ends(trajectories) {
            Some(basis) => Some(basis),
            None => along_directions(trajectories, keep_going),
        }
    }

    /// Returns the projection of a point, along the axes from the origin, and its distance from the plane.
    pub(super) fn projected(&self, numbers: &[f64]) -> ([f64; 2], f64) {
        let from = difference(numbers, &self.origin);
        let place = [dot(&from, &self.axes[0]), dot(&from, &self.axes[1])];
        (place, distance(&from, place))
    }
}

/// Returns the plane through the start and the ends of the first two arms.
fn through_ends(trajectories: &[ParameterTrajectory<'_>]) -> Option<PlaneBasis> {
    let [one, other, ..] = trajectories else { return None };
    let (first, length) = of_length_one(difference(&one.end, &one.start))?;
    if length <= NOTHING * dot(&one.start, &one.start).sqrt() {
        return None;
    }
    let second = orthogonal_part(difference(&other.end, &one.start), &first);
    // Orthogonalise again to remove the rounding error of the first pass.
    let (second, width) = of_length_one(orthogonal_part(second, &first))?;
    (width > NOTHING * length).then(|| PlaneBasis {
        through: PlaneChoice::Ends,
        origin: one.start.clone(),
        axes: [first, second],
    })
}

/// Returns the plane through the mean of all points, along the two directions in which they spread most.
fn along_directions(
    trajectories: &[ParameterTrajectory<'_>],
    keep_going: &KeepGoing<'_>,
) -> Option<PlaneBasis> {
    let mut places: Vec<Vec<f64>> = Vec::new();
    for trajectory in trajectories {
        places.extend(trajectory.passed.iter().map(KeptPoint::numbers));
        places.push(trajectory.end.clone());
    }
    let count = places.len() as f64;
    let mut origin = vec![0.0; places.first()?.len()];
    for place in &places {
        origin.iter_mut().zip(place).for_each(|(sum, number)| *sum += number / count);
    }
    let spread: Vec<Vec<f64>> = places.iter().map(|place| difference(place, &origin)).collect();
    let (first, length) = main_direction(&spread, keep_going)?;
    if length <= NOTHING * dot(&origin, &origin).sqrt() {
        return None;
    }
    let rest: Vec<Vec<f64>> =
        spread.into_iter().map(|place| orthogonal_part(place, &first)).collect();
    let second = main_direction(&rest, keep_going);
    let (second, _) = match second.filter(|(_, width)| *width > NOTHING * length) {
        Some(second) => second,
        // A straight trajectory lies in many planes. Any of them will do if it is always the same.
        None => of_length_one(orthogonal_part(
            (0..first.len()).map(|i| sin(i as f64 + 1.0)).collect(),
            &first,
        ))?,
    };
    let second = of_length_one(orthogonal_part(second, &first))?.0;
    let through_mean =
        PlaneBasis { through: PlaneChoice::Directions, origin, axes: [first, second] };
    Some(from_start(through_mean, trajectories.first()?))
}

/// Moves the origin of a plane to the projection of the start, and turns its axes such that the end lies to
/// the right and the farthest point above: their signs are otherwise arbitrary, and the map would flip.
fn from_start(mut basis: PlaneBasis, trajectory: &ParameterTrajectory<'_>) -> PlaneBasis {
    let (start, _) = basis.projected(&trajectory.start);
    for (axis, along) in basis.axes.iter().zip(start) {
        basis.origin.iter_mut().zip(axis).for_each(|(origin, part)| *origin += along * part);
    }
    let end = basis.projected(&trajectory.end).0;
    let passed = trajectory.passed.iter().map(|place| basis.projected(&place.numbers()).0[1]);
    let height = passed
        .chain([end[1]])
        .fold(0.0_f64, |most, up| if up.abs() > most.abs() { up } else { most });
    for (axis, along) in basis.axes.iter_mut().zip([end[0], height]) {
        if along < 0.0 {
            for part in axis {
                *part = -*part;
            }
        }
    }
    basis
}

/// Returns the direction in which the vectors are longest altogether, and the length of their weighted
/// sum. It uses power iteration on the matrix of their products, which is small because the vectors are
/// few and long.
fn main_direction(vectors: &[Vec<f64>], keep_going: &KeepGoing<'_>) -> Option<(Vec<f64>, f64)> {
    let products = |a| keep_going().then(|| vectors.iter().map(|b| dot(a, b)).collect());
    let products: Vec<Vec<f64>> =
        vectors.iter().map(|vector| products(vector)).collect::<Option<_>>()?;
    // A start to which no direction is likely to be orthogonal.
    let mut shares: Vec<f64> = (0..vectors.len()).map(|i| 1.0 + 0.1 * cos(i as f64)).collect();
    shares
        .iter_mut()
        .enumerate()
        .for_each(|(i, share)| *share *= if i % 3 == 0 { -1.0 } else { 1.0 });
    for _ in 0..POWER {
        let next: Vec<f64> = products.iter().map(|row| dot(row, &shares)).collect();
        shares = of_length_one(next)?.0;
    }
    let mut sum = vec![0.0; vectors.first()?.len()];
    for (share, vector) in shares.iter().zip(vectors) {
        sum.iter_mut().zip(vector).for_each(|(sum, number)| *sum += share * number);
    }
    of_length_one(sum)
}
