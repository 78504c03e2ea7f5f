use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use ndarray::{Array1, Array2};

use super::{atlas, surface};
use crate::data::{Data, table};
use crate::explain::{AnswerStream, ArmSnapshot, RefinementDepth, Snapshot, epochs_to_half, kappa};
use crate::math::hypot;
use crate::nn::{Activation, Cost, Network, Output, Precision};
use crate::telemetry::{Atlas, AtlasRequest, Surface, SurfaceKind, SurfaceRequest, Window};

const WINDOW: Window = Window { across: (-3.0, 5.0), up: (-4.0, 2.0) };

fn neuron(w: &[f64], b: f64) -> Network<f64> {
    let weights = Array2::from_shape_vec((1, w.len()), w.to_vec()).expect("a row of weights");
    Network::new(Activation::Sigmoid, Output::Sigmoid, [(weights, Array1::from(vec![b]))])
}

fn data(inputs: &[&[f64]], targets: &[f64]) -> Arc<Data> {
    let inputs: Vec<Vec<f64>> = inputs.iter().map(|x| x.to_vec()).collect();
    let targets: Vec<Vec<f64>> = targets.iter().map(|y| vec![*y]).collect();
    Arc::new(table(&inputs, &targets))
}

fn snapshot(network: &Network<f64>, data: &Arc<Data>, lambda: f64) -> Snapshot {
    let arm = |cost| ArmSnapshot { network: network.clone(), cost, eta: 0.15, lambda };
    Snapshot {
        step: 5,
        arms: [Cost::Quadratic, Cost::CrossEntropy].map(arm).to_vec(),
        rows: vec![0],
        data: Arc::clone(data),
        precision: Precision::F64,
    }
}

fn received(snapshot: &Snapshot, points: (usize, usize)) -> Surface {
    let mut received = None;
    let request = SurfaceRequest { window: WINDOW, points };
    let report = &mut |surface| received = Some(surface);
    let depth = RefinementDepth::Finest;
    surface(snapshot, &[], &request, AnswerStream { keep_going: &|| true, depth, report });
    received.expect("a neuron has a surface")
}

#[test]
fn the_surface_of_a_neuron_is_the_cost_of_its_network() {
    let one = data(&[&[1.0], &[-0.5]], &[0.0, 1.0]);
    let two = data(&[&[0.0, 0.0], &[0.0, 1.0], &[1.0, 0.0], &[1.0, 1.0]], &[0.0, 0.0, 0.0, 1.0]);
    for (network, data) in [(neuron(&[2.0], 2.0), one), (neuron(&[2.0, -1.0], 0.5), two)] {
        let snapshot = snapshot(&network, &data, 0.3);
        let has_two = network.sizes()[0] == 2;
        let surface = received(&snapshot, (9, 7));
        assert_eq!(surface.kind == SurfaceKind::Weights, has_two);
        for (index, arm) in surface.arms.iter().enumerate() {
            assert_eq!(arm.costs.len(), 63);
            for (at, (cost, speed)) in arm.costs.iter().zip(&arm.speeds).enumerate() {
                let across = -3.0 + (at % 9) as f64;
                let up = -4.0 + (at / 9) as f64;
                let place = |across: f64, up: f64| {
                    if has_two { neuron(&[across, up], 0.5) } else { neuron(&[across], up) }
                };
                let expected = snapshot.cost_of(&place(across, up), index);
                assert!((f64::from(*cost) - expected).abs() < 1e-6 * expected.max(1.0), "{at}");
                let slope = |by: [f64; 2]| {
                    let more = snapshot.cost_of(&place(across + by[0], up + by[1]), index);
                    let less = snapshot.cost_of(&place(across - by[0], up - by[1]), index);
                    (more - less) / 2e-5
                };
                let slopes = [slope([1e-5, 0.0]), slope([0.0, 1e-5])];
                let in_window = hypot(slopes[0], slopes[1]);
                assert!(f64::from(*speed) >= in_window - 1e-6);
                if !has_two {
                    assert!((f64::from(*speed) - in_window).abs() < 1e-6, "{at}");
                }
                let downhill = arm.downhill[at].map(f64::from);
                let along = slopes[0] * downhill[0] + slopes[1] * downhill[1];
                assert!((along + in_window).abs() < 1e-6, "{at}: {along} and {in_window}");
            }
        }
    }
}

fn starts(snapshot: &Snapshot, tolerance: f64) -> Vec<Atlas> {
    let mut reports = Vec::new();
    let request = AtlasRequest {
        window: Window { across: (1.0, 4.0), up: (1.0, 4.0) },
        points: (4, 4),
        bias: 0.0,
        etas: [0.15; 4],
        batch: 1,
        tolerance,
        cap: 3000,
    };
    let report = &mut |atlas: &Atlas| reports.push(atlas.clone());
    atlas(snapshot, &request, &AtomicBool::new(false), report);
    reports
}

#[test]
fn the_atlas_grows_row_by_row_and_ends_with_the_escape_times() {
    let network = neuron(&[2.0], 2.0);
    let reports = starts(&snapshot(&network, &data(&[&[1.0]], &[0.0]), 0.0), 0.5);
    assert_eq!(reports[0].done, (0, 32));
    assert!(reports.windows(2).all(|pair| pair[0].done.0 <= pair[1].done.0));
    let last = reports.last().expect("it ends");
    assert_eq!(last.done, (32, 32));
    assert_eq!(last.foreseen, 32, "κ = 0.3: the closed form holds everywhere here");
    for (arm, cost) in [Cost::Quadratic, Cost::CrossEntropy].into_iter().enumerate() {
        for (index, epochs) in last.arms[arm].iter().enumerate() {
            let z = 2.0 + (index % 4 + index / 4) as f64;
            let expected = epochs_to_half(cost, z, 0.0, kappa(0.15, &[1.0])).expect("it holds");
            let expected = if expected > 3000.0 { f64::from(Atlas::NEVER) } else { expected };
            assert!((f64::from(*epochs) - expected).abs() < 1e-3 * expected.abs(), "{index}");
        }
    }
}

#[test]
fn simulated_and_closed_form_epochs_agree() {
    let network = neuron(&[2.0], 2.0);
    let snapshot = snapshot(&network, &data(&[&[1.0]], &[0.0]), 0.0);
    // With a tolerance just below a half, the closed form is not used.
    let (foreseen, simulated) = (starts(&snapshot, 0.5), starts(&snapshot, 0.5 - 1e-9));
    let (foreseen, simulated) = (foreseen.last().unwrap(), simulated.last().unwrap());
    assert_eq!(simulated.foreseen, 0);
    for (one, other) in foreseen.arms.iter().flatten().zip(simulated.arms.iter().flatten()) {
        let allowed = (0.01 * other).max(2.0);
        assert!((one - other).abs() <= allowed, "{one} and {other}");
    }
}

#[test]
fn a_stale_answer_is_not_reported() {
    let network = neuron(&[2.0], 2.0);
    let snapshot = snapshot(&network, &data(&[&[1.0]], &[0.0]), 0.0);
    let request = SurfaceRequest { window: WINDOW, points: (20, 20) };
    let mut count = 0;
    let depth = RefinementDepth::Finest;
    let stream = AnswerStream { keep_going: &|| false, depth, report: &mut |_| count += 1 };
    surface(&snapshot, &[], &request, stream);
    assert_eq!(count, 0);
}
