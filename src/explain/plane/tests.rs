use std::sync::Arc;

use ndarray::{Array1, Array2};

use crate::data::{Data, table};
use crate::explain::{AnswerStream, ArmSnapshot, ParameterSnapshot, Snapshot, flattened, surface};
use crate::nn::{Activation, Cost, Network, Output};
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
    };
    TrainedRun { snapshot, frames: vec![frame(0, &start), frame(40, &middle)] }
}

fn surfaces(run: &TrainedRun, window: Window, points: (usize, usize)) -> Vec<Surface> {
    let mut surfaces = Vec::new();
    let request = SurfaceRequest { window, points };
    let report = &mut |surface| surfaces.push(surface);
    surface(&run.snapshot, &run.frames, &request, AnswerStream { keep_going: &|| true, report });
    surfaces
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
            let places = [
                (arms[0].trajectory[0], run.snapshot.cost_of(&start, 0)),
                (arms[0].trajectory[2], run.snapshot.cost_of(&run.snapshot.arms[0].network, 0)),
                (arms[1].trajectory[2], run.snapshot.cost_of(&run.snapshot.arms[1].network, 1)),
            ];
            for (projected, expected) in places {
                assert!(projected.distance < 1e-6, "{projected:?}");
                assert!(
                    (projected.cost - expected).abs() < 1e-12 * expected,
                    "{projected:?} {expected}"
                );
                // The middle of this window is that point, so the cost drawn there is its cost.
                let [across, up] = projected.at;
                let window =
                    Window { across: (across - 0.5, across + 0.5), up: (up - 0.5, up + 0.5) };
                let surface = surfaces(&run, window, (3, 3)).remove(0);
                let drawn = f64::from(surface.arms[0].costs[4]);
                assert!((drawn - expected).abs() < 1e-6 * expected, "{drawn} {expected}");
            }
            assert!(
                arms[0].trajectory[1].distance > 0.01,
                "a position off the plane has a distance from it"
            );
        }
    }
}

#[test]
fn the_trajectories_lie_between_minus_one_and_one() {
    for arms in [1, 2, 3] {
        let run = trained(&[3, 4, 2], KINDS[0], arms);
        let whole = Window { across: (-1.25, 1.25), up: (-1.25, 1.25) };
        let surface = surfaces(&run, whole, (4, 4)).remove(0);
        let SurfaceKind::Plane { through, unit, examples } = surface.kind else {
            panic!("a plane")
        };
        assert_eq!(through, if arms == 1 { PlaneChoice::Directions } else { PlaneChoice::Ends });
        assert!(unit > 0.0 && examples == 9);
        let places =
            surface.arms.iter().flat_map(|arm| &arm.trajectory).flat_map(|projected| projected.at);
        let (least, most) =
            places.fold((0.0_f64, 0.0_f64), |(least, most), at| (least.min(at), most.max(at)));
        assert!((least + 1.0).abs() < 1e-9 && (most - 1.0).abs() < 1e-9, "{least} {most}");
    }
}

#[test]
fn the_plane_of_one_arm_with_three_points_contains_all_of_them() {
    let run = trained(&[3, 4, 2], KINDS[1], 1);
    let whole = Window { across: (-1.0, 1.0), up: (-1.0, 1.0) };
    let surface = surfaces(&run, whole, (4, 4)).remove(0);
    assert!(
        surface.arms[0].trajectory.iter().all(|projected| projected.distance < 1e-6),
        "{:?}",
        surface.arms[0].trajectory
    );
}

#[test]
fn the_surface_is_reported_coarse_and_then_finer() {
    let run = trained(&[3, 4, 2], KINDS[0], 2);
    let whole = Window { across: (-1.0, 1.0), up: (-0.5, 0.5) };
    let refinements = surfaces(&run, whole, (60, 30));
    let points: Vec<_> = refinements.iter().map(|surface| surface.points).collect();
    assert_eq!(points, [(12, 6), (24, 12), (48, 24), (60, 30)]);
    for surface in &refinements {
        for arm in &surface.arms {
            assert_eq!(arm.costs.len(), surface.points.0 * surface.points.1);
            assert!(arm.costs.iter().chain(&arm.speeds).all(|number| number.is_finite()));
        }
    }
    // The corners are the same in every refinement.
    let corners =
        |surface: &Surface| (surface.arms[0].costs[0], *surface.arms[0].costs.last().unwrap());
    assert_eq!(corners(&refinements[0]), corners(&refinements[3]));
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
