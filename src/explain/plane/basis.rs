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

/// A plane, and the window of it that holds the trajectories.
#[derive(Clone, Debug)]
pub(super) struct PlaneBasis {
    pub(super) through: PlaneChoice,
    pub(super) origin: Vec<f64>,
    /// Two orthogonal directions of length 1.
    pub(super) axes: [Vec<f64>; 2],
    /// The length of 1: the trajectories lie between −1 and 1, both across and up.
    pub(super) unit: f64,
    /// The middle of the trajectories, in units from the origin.
    middle: [f64; 2],
}

pub(super) fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// Returns the distance of a vector from the plane through 0, on which its nearest point is `place`.
pub(super) fn distance(vector: &[f64], place: [f64; 2]) -> f64 {
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
        let basis = match through_ends(trajectories) {
            Some(basis) => basis,
            None => along_directions(trajectories, keep_going)?,
        };
        basis.fitted(trajectories, keep_going)
    }

    /// Returns a point of the plane, given in units from the origin, relative to the middle of the
    /// trajectories.
    pub(super) fn shifted(&self, at: [f64; 2]) -> [f64; 2] {
        [at[0] - self.middle[0], at[1] - self.middle[1]]
    }

    /// Returns the coordinates of a point along the axes, measured from the origin.
    pub(super) fn along(&self, at: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|axis| (at[axis] + self.middle[axis]) * self.unit)
    }

    /// Returns the plane with the window that holds every point of the trajectories.
    fn fitted(
        self,
        trajectories: &[ParameterTrajectory<'_>],
        keep_going: &KeepGoing<'_>,
    ) -> Option<Self> {
        let (mut least, mut most) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for trajectory in trajectories {
            let passed = trajectory.passed.iter().map(KeptPoint::numbers);
            for at in passed.chain([trajectory.start.clone(), trajectory.end.clone()]) {
                if !keep_going() {
                    return None;
                }
                let from: Vec<f64> = difference(&at, &self.origin);
                for axis in 0..2 {
                    let along = dot(&from, &self.axes[axis]);
                    least[axis] = least[axis].min(along);
                    most[axis] = most[axis].max(along);
                }
            }
        }
        let half = [0, 1].map(|axis| (most[axis] - least[axis]) / 2.0);
        let unit = half[0].max(half[1]).max(f64::MIN_POSITIVE);
        let middle = [0, 1].map(|axis| f64::midpoint(most[axis], least[axis]) / unit);
        Some(Self { unit, middle, ..self })
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
        unit: 1.0,
        middle: [0.0; 2],
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
    Some(PlaneBasis {
        through: PlaneChoice::Directions,
        origin,
        axes: [first, second],
        unit: 1.0,
        middle: [0.0; 2],
    })
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
