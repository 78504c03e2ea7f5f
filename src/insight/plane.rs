//! A plane through the way of a larger net, and the ground on it.
//!
//! With two arms or more it goes through the common start and the places where the first two stand,
//! and is exact there. With one it lies along the two directions in which the way spreads most.

mod basis;
mod costs;

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::insight::plane::basis::{Basis, away, less};
use crate::insight::plane::costs::Costs;
use crate::insight::surface::{GoesOn, Telling, narrow};
use crate::insight::{Frame, Still, dot, flattened};
use crate::math::hypot;
use crate::telemetry::{ArmSurface, Seen, Surface, SurfaceAsked, Terrain, Window};

/// The cost is that over so many of the training examples, at most.
const EXAMPLES: usize = 1000;

/// The longer side of the ground has so many points at first, and then so many more, as far as the map
/// on the screen has.
const FINER: [usize; 4] = [12, 24, 48, 96];

/// Tells the ground on the plane, first coarse, then finer.
pub(super) fn plane(
    now: &Still,
    frames: &[Arc<Frame>],
    asked: &SurfaceAsked,
    (goes_on, tell): Telling<'_, Surface>,
) {
    let Some(ways) = ways(now, frames) else { return };
    let Some(basis) = Basis::of(&ways, goes_on) else { return };
    let examples = EXAMPLES.min(now.data.train.len());
    let arms = now.arms.iter().map(|arm| Costs::new((now, arm), &basis, examples, goes_on));
    let Some(arms) = arms.collect::<Option<Vec<Costs<'_>>>>() else { return };
    let Some(seen) = see(&ways, &basis, (now, &arms), goes_on) else { return };
    for side in FINER {
        let points = coarse(asked.points, side);
        let mut told = Vec::new();
        for (costs, way) in arms.iter().zip(&seen) {
            let Some(ground) = ground(costs, asked.window, points, goes_on) else { return };
            told.push(ArmSurface { way: way.clone(), ..ground });
        }
        tell(Surface {
            asked: *asked,
            step: now.step,
            terrain: Terrain::Plane { through: basis.through, unit: basis.unit, examples },
            points,
            arms: told,
        });
        if points == asked.points {
            return;
        }
    }
}

/// So many points that the longer side has at most `side` of them.
fn coarse((width, height): (usize, usize), side: usize) -> (usize, usize) {
    let longer = width.max(height);
    if longer <= side {
        return (width, height);
    }
    let of = |points: usize| (points * side).div_ceil(longer).max(2);
    (of(width), of(height))
}

/// The way of an arm: where it began, where it passed and where it stands, in all its numbers.
struct Way<'a> {
    start: Vec<f64>,
    passed: Vec<Place<'a>>,
    end: Vec<f64>,
}

/// An arm as it is kept in a [`Frame`].
struct Place<'a> {
    step: u64,
    at: &'a [f32],
    cost: &'a OnceLock<f64>,
}

impl Place<'_> {
    fn numbers(&self) -> Vec<f64> {
        self.at.iter().map(|number| f64::from(*number)).collect()
    }
}

/// The ways of the arms; none where they are not of one shape, so that no plane goes through all.
fn ways<'a>(now: &Still, frames: &'a [Arc<Frame>]) -> Option<Vec<Way<'a>>> {
    let first = frames.first()?;
    let ways = now.arms.iter().enumerate().map(|(index, arm)| {
        let end: Vec<f64> = flattened(&arm.network).collect();
        let start: Vec<f64> = first.arms.get(index)?.iter().map(|n| f64::from(*n)).collect();
        let place = |frame: &'a Arc<Frame>| {
            let (at, cost) = (frame.arms.get(index)?, frame.costs.get(index)?);
            Some(Place { step: frame.step, at, cost })
        };
        let passed = frames.iter().map(place).collect::<Option<Vec<_>>>()?;
        (start.len() == end.len()).then_some(Way { start, passed, end })
    });
    let ways: Vec<Way<'_>> = ways.collect::<Option<_>>()?;
    let length = ways.first()?.end.len();
    ways.iter().all(|way| way.end.len() == length).then_some(ways)
}

/// The ways as they are seen from the plane, with their true costs.
fn see(
    ways: &[Way<'_>],
    basis: &Basis,
    (now, arms): (&Still, &[Costs<'_>]),
    goes_on: &GoesOn<'_>,
) -> Option<Vec<Vec<Seen>>> {
    let seen = |(way, costs): (&Way<'_>, &Costs<'_>)| {
        let seen = |step: u64, at: &[f64], data_cost: f64| {
            let from = less(at, &basis.origin);
            let place = [dot(&from, &basis.axes[0]), dot(&from, &basis.axes[1])];
            Seen {
                step,
                at: basis.shifted(place.map(|along| along / basis.unit)),
                away: away(&from, place) / basis.unit,
                cost: data_cost + costs.l2_term(at),
            }
        };
        let passed = way.passed.par_iter().filter(|place| place.step < now.step).map(|place| {
            // Also where the cost is known: a way has many places, and each many numbers.
            if !goes_on() {
                return None;
            }
            let at = place.numbers();
            let cost = match place.cost.get() {
                Some(cost) => *cost,
                None => costs.data_cost(&at, goes_on)?,
            };
            Some(seen(place.step, &at, *place.cost.get_or_init(|| cost)))
        });
        let mut all = passed.collect::<Option<Vec<_>>>()?;
        all.push(seen(now.step, &way.end, costs.data_cost(&way.end, goes_on)?));
        Some(all)
    };
    ways.iter().zip(arms).map(seen).collect()
}

/// The ground of one arm over a window of the plane.
fn ground(
    costs: &Costs<'_>,
    window: Window,
    (width, height): (usize, usize),
    goes_on: &GoesOn<'_>,
) -> Option<ArmSurface> {
    let at = |(from, to): (f64, f64), i: usize, of: usize| {
        let share = i as f64 / (of - 1) as f64;
        from * (1.0 - share) + to * share
    };
    let rows: Option<Vec<Vec<f64>>> = (0..height)
        .into_par_iter()
        .map_init(
            || costs.memory(),
            |memory, row| {
                let up = at(window.up, row, height);
                (0..width)
                    .map(|column| {
                        let across = at(window.across, column, width);
                        goes_on().then(|| costs.at([across, up], memory))
                    })
                    .collect()
            },
        )
        .collect();
    let rows = rows?;
    let (wide, high) = window.spans();
    let step = (wide / (width - 1) as f64, high / (height - 1) as f64);
    let mut told = ArmSurface::default();
    for row in 0..height {
        for column in 0..width {
            let slope = slope(&rows, (column, row), step);
            let speed = hypot(slope[0], slope[1]);
            told.costs.push(narrow(rows[row][column]));
            told.speeds.push(narrow(speed / costs.unit));
            let is_flat = !(speed.is_normal());
            let downhill = slope.map(|part| if is_flat { 0.0 } else { narrow(-part / speed) });
            told.downhill.push(downhill);
        }
    }
    Some(told)
}

/// The slope across and up, by differences between neighbours.
fn slope(rows: &[Vec<f64>], (column, row): (usize, usize), (across, up): (f64, f64)) -> [f64; 2] {
    let (width, height) = (rows[row].len(), rows.len());
    let (left, right) = (column.saturating_sub(1), (column + 1).min(width - 1));
    let (below, above) = (row.saturating_sub(1), (row + 1).min(height - 1));
    [
        (rows[row][right] - rows[row][left]) / ((right - left) as f64 * across),
        (rows[above][column] - rows[below][column]) / ((above - below) as f64 * up),
    ]
}

#[cfg(test)]
mod tests;
