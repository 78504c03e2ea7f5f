use std::sync::Arc;

use ndarray::{Array1, Array2};

use crate::data::{Data, table};
use crate::explain::{
    AnswerStream, ArmSnapshot, ParameterSnapshot, RefinementDepth, Snapshot, flattened, surface,
};
use crate::math::hypot;
use crate::nn::{Activation, Cost, Network, Output, Precision};
use crate::telemetry::{PlaneChoice, Surface, SurfaceKind, SurfaceRequest, Window};

/// Returns a small pseudo-random number, the same on every machine.
fn noise(seed: usize) -> f64 {
    ((seed * 7919 + 104_729) % 1009) as f64 / 504.5 - 1.0
}

fn network(sizes: &[usize], output: Output, seed: usize) -> Network<f64> {
    let layers = sizes.windows(2).enumerate().map(|(l, pair)| {
        // The number is exact in f32, as frames require.
        let number =
            |j: usize, k: usize| f64::from((noise(seed + l * 977 + j * 31 + k) * 1.5) as f32);
        (
            Array2::from_shape_fn((pair[1], pair[0]), |(j, k)| number(j, k)),
            Array1::from_shape_fn(pair[1], |j| number(j, 500)),
        )
    });
    Network::new(Activation::Tanh, output, layers)
}

fn data(sizes: &[usize]) -> Arc<Data> {
    let outputs = sizes[sizes.len() - 1];
    let inputs: Vec<Vec<f64>> =
        (0..9).map(|i| (0..sizes[0]).map(|k| 2.0 * noise(i * 53 + k)).collect()).collect();
    let targets: Vec<Vec<f64>> = (0..9)
        .map(|i| (0..outputs).map(|j| f64::from(u8::from(j == i % outputs.max(2)))).collect())
        .collect();
    Arc::new(table(&inputs, &targets))
}

/// Returns a run whose arms have a common start, one recorded point in between and their own ends.
struct TrainedRun {
    snapshot: Snapshot,
    frames: Vec<Arc<ParameterSnapshot>>,
}

fn trained(sizes: &[usize], kind: NetKind, arms: usize) -> TrainedRun {
    let NetKind { cost, output } = kind;
    let (start, middle) = (network(sizes, output, 1), network(sizes, output, 2));
    let ends: Vec<_> = (0..arms).map(|arm| network(sizes, output, 10 + arm)).collect();
    let frame = |step: u64, at: &Network<f64>| {
        let numbers: Vec<f32> = flattened(at).map(|n| n as f32).collect();
        Arc::new(ParameterSnapshot::new(step, vec![numbers; arms]))
    };
    let arm = |network: &Network<f64>| ArmSnapshot {
        network: network.clone(),
        cost,
        eta: 0.1,
        lambda: 0.7,
    };
    let snapshot = Snapshot {
        step: 100,
        arms: ends.iter().map(arm).collect(),
        rows: vec![0],
        data: data(sizes),
        precision: Precision::F64,
    };
    TrainedRun { snapshot, frames: vec![frame(0, &start), frame(40, &middle)] }
}

fn reported(run: &TrainedRun, request: SurfaceRequest, depth: RefinementDepth) -> Vec<Surface> {
    let mut surfaces = Vec::new();
    let report = &mut |surface| surfaces.push(surface);
    let stream = AnswerStream { keep_going: &|| true, depth, report };
    surface(&run.snapshot, &run.frames, &request, stream);
    surfaces
}

/// Returns the refinements of the map, without the trajectories before it.
fn surfaces(run: &TrainedRun, window: Window, points: (usize, usize)) -> Vec<Surface> {
    let mut all = reported(run, SurfaceRequest { window, points }, RefinementDepth::Finest);
    all.retain(Surface::has_map);
    all
}

#[derive(Clone, Copy, Debug)]
struct NetKind {
    cost: Cost,
    output: Output,
}

const KINDS: [NetKind; 3] = [
    NetKind { cost: Cost::Quadratic, output: Output::Sigmoid },
    NetKind { cost: Cost::CrossEntropy, output: Output::Sigmoid },
    NetKind { cost: Cost::LogLikelihood, output: Output::Softmax },
];

#[test]
fn the_plane_is_exact_at_the_start_and_at_both_ends() {
    for kind in KINDS {
        for sizes in [&[3, 4, 2][..], &[3, 5, 4, 2], &[3, 2]] {
            let run = trained(sizes, kind, 2);
            let whole = Window { across: (-1.0, 1.0), up: (-1.0, 1.0) };
            let arms: Vec<_> = surfaces(&run, whole, (5, 5)).remove(0).arms;
            let start = network(sizes, kind.output, 1);
            let cost_of = |network: &Network<f64>, arm: usize| run.snapshot.cost_of(network, arm);
            let ends: Vec<f64> =
                (0..2).map(|arm| cost_of(&run.snapshot.arms[arm].network, arm)).collect();
            let places = [
                (arms[0].trajectory[0], cost_of(&start, 0)),
                (arms[0].trajectory[2], ends[0]),
                (arms[1].trajectory[2], ends[1]),
            ];
            for (projected, expected) in places {
                assert!(projected.distance < 1e-6, "{projected:?}");
                // The middle of this window is that point, so the cost drawn there is its cost.
                let [across, up] = projected.at;
                let window =
                    Window { across: (across - 0.5, across + 0.5), up: (up - 0.5, up + 0.5) };
                let surface = surfaces(&run, window, (3, 3)).remove(0);
                let drawn = f64::from(surface.arms[0].costs[4]);
                assert!((drawn - expected).abs() < 1e-6 * expected, "{drawn} {expected}");
            }
            for (arm, end) in ends.iter().enumerate() {
                let costs = arms[arm].ends.and_then(|ends| ends.costs).expect("there is a map");
                assert!((costs.0 - cost_of(&start, arm)).abs() < 1e-12 * costs.0, "{costs:?}");
                assert!((costs.1 - end).abs() < 1e-12 * end, "{costs:?} {end}");
            }
            assert!(
                arms[0].trajectory[1].distance > 0.01,
                "a position off the plane has a distance from it"
            );
        }
    }
}

/// Returns the length of 1 on the plane, and its middle in units.
fn scale(surface: &Surface) -> (f64, [f64; 2]) {
    let SurfaceKind::Plane { unit, middle, .. } = surface.kind else { panic!("a plane") };
    (unit, middle)
}

#[test]
fn the_trajectories_lie_between_minus_one_and_one_on_a_round_scale() {
    for arms in [1, 2, 3] {
        let run = trained(&[3, 4, 2], KINDS[0], arms);
        let whole = Window { across: (-1.0, 1.0), up: (-1.0, 1.0) };
        let surface = surfaces(&run, whole, (4, 4)).remove(0);
        let SurfaceKind::Plane { through, examples, .. } = surface.kind else { panic!("a plane") };
        assert_eq!(through, if arms == 1 { PlaneChoice::Directions } else { PlaneChoice::Ends });
        assert_eq!(examples, 9);
        let (unit, middle) = scale(&surface);
        assert!([0.8, 2.0, 4.0, 8.0].contains(&unit), "{unit}");
        let start = surface.arms[0].trajectory[0].at;
        for axis in 0..2 {
            assert!((start[axis] + middle[axis]).abs() < 1e-9, "0 is the start");
        }
        let places = surface.arms.iter().flat_map(|arm| &arm.trajectory).flat_map(|place| place.at);
        let far = places.fold(0.0_f64, |far, at| far.max(at.abs()));
        assert!((0.3..1.0).contains(&far), "{far}");
    }
}

#[test]
fn the_ends_are_as_far_apart_as_their_weights_and_the_map_shows_it() {
    let run = trained(&[3, 4, 2], KINDS[0], 2);
    let whole = Window { across: (-1.0, 1.0), up: (-1.0, 1.0) };
    let all =
        reported(&run, SurfaceRequest { window: whole, points: (4, 4) }, RefinementDepth::Finest);
    for surface in &all {
        let (unit, _) = scale(surface);
        for arm in 0..2 {
            let trajectory = &surface.arms[arm].trajectory;
            let [from, to] = [0, 2].map(|point: usize| trajectory[point].at);
            let on_map = unit * hypot(to[0] - from[0], to[1] - from[1]);
            let start = network(&[3, 4, 2], Output::Sigmoid, 1);
            let squares: f64 = flattened(&start)
                .zip(flattened(&run.snapshot.arms[arm].network))
                .map(|(a, b)| (a - b) * (a - b))
                .sum();
            let known = surface.arms[arm].ends.expect("it is known at once").distance;
            assert!((known * known - squares).abs() < 1e-9 * squares, "{known}");
            assert!((known - on_map).abs() < 1e-6 * known, "{known} {on_map}");
        }
    }
}

#[test]
fn the_plane_of_one_arm_with_three_points_contains_all_of_them() {
    let run = trained(&[3, 4, 2], KINDS[1], 1);
    let whole = Window { across: (-1.0, 1.0), up: (-1.0, 1.0) };
    let surface = surfaces(&run, whole, (4, 4)).remove(0);
    let trajectory = &surface.arms[0].trajectory;
    assert!(trajectory.iter().all(|projected| projected.distance < 1e-6), "{trajectory:?}");
    assert!(trajectory[2].at[0] > trajectory[0].at[0], "the end lies to the right of the start");
}

#[test]
fn the_trajectories_come_first_and_then_the_map_coarse_and_finer() {
    let run = trained(&[3, 4, 2], KINDS[0], 2);
    let whole = Window { across: (-1.0, 1.0), up: (-0.5, 0.5) };
    let request = SurfaceRequest { window: whole, points: (60, 30) };
    let all = reported(&run, request, RefinementDepth::Finest);
    let points: Vec<_> = all.iter().map(|surface| surface.points).collect();
    assert_eq!(points, [(0, 0), (16, 8), (32, 16), (60, 30)]);
    let lasts: Vec<_> = all.iter().map(|surface| surface.is_last).collect();
    assert_eq!(lasts, [false, false, false, true]);
    for surface in &all {
        for arm in &surface.arms {
            assert_eq!(arm.costs.len(), surface.points.0 * surface.points.1);
            assert!(arm.costs.iter().chain(&arm.speeds).all(|number| number.is_finite()));
            assert_eq!(arm.trajectory.len(), 3);
            assert_eq!(arm.ends.and_then(|ends| ends.costs).is_some(), surface.has_map());
        }
    }
    // The corners are the same in every refinement.
    let corners =
        |surface: &Surface| (surface.arms[0].costs[0], *surface.arms[0].costs.last().unwrap());
    assert_eq!(corners(&all[1]), corners(&all[3]));
}

#[test]
fn few_examples_make_the_first_map_and_all_of_them_the_last() {
    let mut run = trained(&[3, 4, 2], KINDS[2], 2);
    let inputs: Vec<Vec<f64>> =
        (0..400).map(|i| (0..3).map(|k| 2.0 * noise(i * 53 + k)).collect()).collect();
    let targets: Vec<Vec<f64>> =
        (0..400).map(|i| (0..2).map(|j| f64::from(u8::from(j == i % 2))).collect()).collect();
    run.snapshot.data = Arc::new(table(&inputs, &targets));
    let whole = Window { across: (-1.0, 1.0), up: (-1.0, 1.0) };
    let all = surfaces(&run, whole, (40, 40));
    let examples: Vec<usize> = all
        .iter()
        .map(|surface| match surface.kind {
            SurfaceKind::Plane { examples, .. } => examples,
            _ => 0,
        })
        .collect();
    assert_eq!(examples, [100, 300, 400]);
    let start = network(&[3, 4, 2], Output::Softmax, 1);
    let expected = run.snapshot.cost_of(&start, 0);
    let cost = |surface: &Surface| surface.arms[0].ends.and_then(|ends| ends.costs).unwrap().0;
    assert!((cost(&all[2]) - expected).abs() < 1e-12 * expected, "the last one is exact");
    let first = cost(&all[0]);
    assert!((first - expected).abs() < 0.3 * expected && first != expected, "{first} {expected}");
}

#[test]
fn beside_training_the_map_stops_where_it_would_take_long() {
    let whole = Window { across: (-1.0, 1.0), up: (-1.0, 1.0) };
    let request = SurfaceRequest { window: whole, points: (96, 96) };
    let small = trained(&[3, 4, 2], KINDS[0], 2);
    let points = |run: &TrainedRun| {
        let all = reported(run, request, RefinementDepth::BesideTraining);
        assert!(all.last().expect("there is a map").is_last);
        all.iter().map(|surface| surface.points.0).collect::<Vec<_>>()
    };
    assert_eq!(points(&small), [0, 16, 32, 96], "nine examples take no time");
    let large = trained(&[3, 120, 30, 2], KINDS[0], 2);
    assert_eq!(points(&large), [0, 16, 32]);
    let first = reported(&large, request, RefinementDepth::Coarsest);
    assert_eq!(first.iter().map(|surface| surface.points.0).collect::<Vec<_>>(), [0, 16]);
}

#[test]
fn a_run_that_has_not_moved_has_no_plane() {
    let mut run = trained(&[3, 4, 2], KINDS[0], 2);
    let start = network(&[3, 4, 2], Output::Sigmoid, 1);
    run.snapshot.arms.iter_mut().for_each(|arm| arm.network = start.clone());
    run.frames.truncate(1);
    let whole = Window { across: (-1.0, 1.0), up: (-1.0, 1.0) };
    assert!(surfaces(&run, whole, (8, 8)).is_empty());
}
