//! The coordinates of a plane: its limits on the map are round and rarely change while a run trains.

use crate::math::{decade, power_of_ten};

/// The lengths of 1, times a power of ten. The limits of the map are then multiples of ½, 1 or 2.
const UNITS: [f64; 3] = [2.0, 4.0, 8.0];

/// The possible middles of the map, in units from the start, the preferred one first: the start lies in the
/// lower left corner, unless the trajectories lead elsewhere.
const MIDDLES: [f64; 5] = [0.75, 0.5, 0.0, -0.5, -0.75];

/// The share of the map, from its middle, in which the trajectories lie. The rest is a margin.
const FILLED: f64 = 0.95;

/// The scale and the middle of the coordinates in which the map lies between −1 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PlaneScale {
    /// The length of 1.
    pub(super) unit: f64,
    /// The middle, in units from the origin of the plane.
    pub(super) middle: [f64; 2],
}

impl PlaneScale {
    /// Returns the least scale in which these points, given along the axes, lie on the map.
    pub(super) fn around(points: &[[f64; 2]]) -> Self {
        let ends = [0, 1].map(|axis| {
            let along = points.iter().map(|at| at[axis]);
            along.fold((0.0_f64, 0.0_f64), |(least, most), at| (least.min(at), most.max(at)))
        });
        let span = ends.iter().map(|(least, most)| most - least).fold(1e-300, f64::max);
        let power = power_of_ten(decade(span) - 2);
        let scales =
            [1.0, 10.0, 100.0, 1000.0].into_iter().flat_map(|more| UNITS.map(|unit| unit * more));
        for unit in scales.map(|unit| unit * power) {
            let middle_of = |(least, most): (f64, f64)| {
                MIDDLES.into_iter().find(|middle| {
                    let fits = |at: f64| (at / unit - middle).abs() <= FILLED;
                    fits(least) && fits(most)
                })
            };
            if let Some((across, up)) = middle_of(ends[0]).zip(middle_of(ends[1])) {
                return Self { unit, middle: [across, up] };
            }
        }
        Self { unit: span, middle: [0.0; 2] }
    }

    /// Returns the coordinates of a point given along the axes.
    pub(super) fn coordinates(&self, along: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|axis| along[axis] / self.unit - self.middle[axis])
    }

    /// Returns the point along the axes with these coordinates.
    pub(super) fn along(&self, at: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|axis| (at[axis] + self.middle[axis]) * self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::PlaneScale;

    /// Returns the limits of the map: left, right, bottom, top.
    fn limits(points: &[[f64; 2]]) -> [f64; 4] {
        let scale = PlaneScale::around(points);
        let [left, bottom] = scale.along([-1.0, -1.0]);
        let [right, top] = scale.along([1.0, 1.0]);
        [left, right, bottom, top]
    }

    #[test]
    fn the_limits_are_round_and_hold_every_point() {
        assert_eq!(limits(&[[0.0, 0.0], [5.0, 0.0], [3.0, 4.0]]), [-1.0, 7.0, -1.0, 7.0]);
        assert_eq!(limits(&[[0.0, 0.0], [6.9, -0.9]]), [-2.0, 14.0, -2.0, 14.0]);
        assert_eq!(limits(&[[0.0, 0.0], [3.0, 0.0], [-3.0, 2.0]]), [-4.0, 4.0, -1.0, 7.0]);
        assert_eq!(limits(&[[0.0, 0.0], [13.0, -11.0]]), [-2.0, 14.0, -12.0, 4.0]);
        assert_eq!(limits(&[[0.0, 0.0], [31.0, 12.0], [9.0, -2.0]]), [-5.0, 35.0, -5.0, 35.0]);
        for reach in [1e-200, 0.004, 0.7, 1.0, 1.4, 9.9, 10.1, 45.0, 7e5, 1e200] {
            let [left, right, bottom, top] = limits(&[[0.0, 0.0], [reach, -reach / 3.0]]);
            assert!(left < 0.0 && right > reach && bottom < -reach / 3.0 && top > 0.0, "{reach}");
            assert!(right - left < 6.0 * reach, "{reach} fills a sixth of {left} .. {right}");
        }
    }

    #[test]
    fn a_trajectory_that_grows_moves_the_limits_seldom() {
        let mut seen: Vec<[f64; 4]> = (1..1000)
            .map(|step| f64::from(step) / 100.0)
            .map(|end| limits(&[[0.0, 0.0], [end, 0.0], [end / 2.0, end]]))
            .collect();
        seen.dedup();
        assert!(seen.len() <= 10, "{seen:?}");
        let widths = seen.windows(2).all(|two| two[1][1] > two[0][1]);
        assert!(widths, "they only grow: {seen:?}");
    }

    #[test]
    fn coordinates_and_lengths_along_the_axes_are_inverse() {
        let scale = PlaneScale { unit: 4.0, middle: [0.5, -0.5] };
        assert_eq!(scale.along([0.5, 0.5]), [4.0, 0.0]);
        assert_eq!(scale.coordinates([4.0, 0.0]), [0.5, 0.5]);
    }
}
