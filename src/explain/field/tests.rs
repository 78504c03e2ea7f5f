use std::sync::Arc;

use ndarray::{Array1, Array2};

use crate::data::table;
use crate::explain::{AnswerStream, ArmSnapshot, InputPlane, RefinementDepth, Snapshot};
use crate::nn::{Activation, Cost, Network, Output, Precision};
use crate::telemetry::{FieldNeurons, FieldRequest, Fields, PlaneTarget};

/// Returns a network of two hidden neurons over three inputs.
fn network() -> Network<f64> {
    let first = Array2::from_shape_vec((2, 3), vec![1.5, -0.7, 0.4, 0.2, 0.9, -1.1]).unwrap();
    let last = Array2::from_shape_vec((1, 2), vec![2.0, -3.0]).unwrap();
    let layers = [(first, Array1::from(vec![0.3, -0.2])), (last, Array1::from(vec![0.5]))];
    Network::new(Activation::Tanh, Output::Sigmoid, layers)
}

fn snapshot(targets: &[f64]) -> Snapshot {
    let inputs = [[0.0, 2.0, 5.0], [1.0, -1.0, 7.0], [0.5, 0.0, 9.0]].map(Vec::from);
    let targets: Vec<Vec<f64>> = targets.iter().map(|y| vec![*y]).collect();
    let arm = ArmSnapshot { network: network(), cost: Cost::Quadratic, eta: 0.1, lambda: 0.0 };
    Snapshot {
        step: 4,
        arms: vec![arm],
        rows: vec![0],
        data: Arc::new(table(&inputs, &targets)),
        precision: Precision::F64,
    }
}

fn received(now: &Snapshot, request: FieldRequest, depth: RefinementDepth) -> Vec<Fields> {
    let mut received = Vec::new();
    let report = &mut |fields| received.push(fields);
    if let Some(plane) = InputPlane::of(&now.data, request.axes) {
        plane.fields(now, &[], &request, AnswerStream { keep_going: &|| true, depth, report });
    }
    received
}

const REQUEST: FieldRequest = FieldRequest {
    axes: (2, 0),
    points: (5, 3),
    neurons: FieldNeurons::All,
    at: Some([4.0, -0.5]),
};

/// Computes the activations by hand: a₁ = tanh(…), a₂ = 1/(1 + e^−z).
#[expect(clippy::disallowed_methods, reason = "the functions of the platform are another source")]
fn by_hand(x: [f64; 3]) -> [f64; 3] {
    let first = (1.5 * x[0] - 0.7 * x[1] + 0.4 * x[2] + 0.3_f64).tanh();
    let second = (0.2 * x[0] + 0.9 * x[1] - 1.1 * x[2] - 0.2_f64).tanh();
    [first, second, 1.0 / (1.0 + (-(2.0 * first - 3.0 * second + 0.5)).exp())]
}

#[test]
fn the_range_of_an_unbounded_neuron_is_that_of_its_field() {
    let first = Array2::from_shape_vec((2, 3), vec![1.5, -0.7, 0.4, 0.2, 0.9, -1.1]).unwrap();
    let last = Array2::from_shape_vec((1, 2), vec![2.0, -3.0]).unwrap();
    let layers = [(first, Array1::from(vec![0.3, -0.2])), (last, Array1::from(vec![0.5]))];
    let mut now = snapshot(&[0.0, 0.5, 1.0]);
    now.arms[0].network = Network::new(Activation::Relu, Output::Linear, layers);
    let request = FieldRequest { points: (17, 5), ..REQUEST };
    let fields = received(&now, request, RefinementDepth::Finest);
    let arm = &fields[0].arms[0];
    for (fields, ranges) in arm.layers.iter().zip(&arm.ranges) {
        assert_eq!(fields.len(), ranges.len());
        for (field, range) in fields.iter().zip(ranges) {
            let mut sorted = field.clone();
            sorted.sort_by(f32::total_cmp);
            assert_eq!(*range, (sorted[0], sorted[field.len() - 1]));
        }
    }
}

#[test]
fn every_neuron_is_computed_at_the_centres_of_the_parts_of_the_window() {
    let fields = received(&snapshot(&[0.0, 1.0, 1.0]), REQUEST, RefinementDepth::Finest);
    let [fields] = &fields[..] else { panic!("so few points need no coarse field") };
    assert_eq!((fields.step, fields.points, fields.held, fields.is_last), (4, (5, 3), 1, true));
    let (across, up) = (fields.window.across, fields.window.up);
    assert!(across.0 < 5.0 && across.1 > 9.0 && up.0 < 0.0 && up.1 > 1.0);
    for row in 0..3 {
        for column in 0..5 {
            let at = |(from, to): (f64, f64), i: f64, of: f64| from + (to - from) * (i + 0.5) / of;
            let x3 = at(across, f64::from(column), 5.0);
            let x1 = at(up, f64::from(row), 3.0);
            // The mean of the input that is held: (2 − 1 + 0)/3.
            let want = by_hand([x1, 1.0 / 3.0, x3]);
            let layers = &fields.arms[0].layers;
            let got = [&layers[0][0], &layers[0][1], &layers[1][0]];
            for (got, want) in got.iter().zip(want) {
                let got = f64::from(got[(row * 5 + column) as usize]);
                assert!((got - want).abs() < 1e-6, "{got} for {want} at {column}, {row}");
            }
        }
    }
    // The requested place is no point of the field: x₃ = 4, x₁ = −0.5.
    let want = by_hand([-0.5, 1.0 / 3.0, 4.0]);
    for (got, want) in fields.arms[0].at.iter().flatten().zip(want) {
        assert!((got - want).abs() < 1e-14, "{got} for {want}");
    }
    assert_eq!(fields.arms[0].at.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    let weights = &fields.arms[0].weights;
    assert_eq!(fields.arms[0].ranges, [vec![(-1.0, 1.0); 2], vec![(0.0, 1.0)]]);
    assert_eq!((weights.len(), weights[0].value(1, 2), weights[1].biases[0]), (2, Some(-1.1), 0.5));
}

#[test]
fn examples_are_judged_by_their_own_inputs_and_not_by_the_plane() {
    let now = snapshot(&[0.0, 1.0, 1.0]);
    let fields = received(&now, REQUEST, RefinementDepth::Finest).remove(0);
    assert_eq!((fields.examples.training, fields.examples.of), (3, (3, 0)));
    assert_eq!(fields.examples.points[1].at, [7.0, 1.0]);
    assert_eq!(fields.examples.points[1].target, PlaneTarget::Class(1));
    let want = [[0.0, 2.0, 5.0], [1.0, -1.0, 7.0], [0.5, 0.0, 9.0]].map(|x| by_hand(x)[2]);
    let outputs = &fields.arms[0].outputs;
    for (got, want) in outputs.iter().zip(want) {
        assert!((got - want).abs() < 1e-6, "{got} for {want}");
    }
    let wrong: Vec<bool> =
        want.iter().zip([0.0, 1.0, 1.0]).map(|(a, y)| (*a >= 0.5) != (y >= 0.5)).collect();
    assert_eq!(fields.arms[0].is_wrong, wrong);
}

#[test]
fn numbers_have_no_mistakes_and_their_range_is_given() {
    let fields = received(&snapshot(&[0.5, -2.0, 3.0]), REQUEST, RefinementDepth::Finest).remove(0);
    assert_eq!(fields.examples.targets, Some((-2.0, 3.0)));
    assert!(fields.arms[0].is_wrong.is_empty());
}

#[test]
fn a_coarse_field_comes_first_and_alone_if_no_more_is_wanted() {
    let request = FieldRequest { points: (80, 60), neurons: FieldNeurons::Outputs, ..REQUEST };
    let now = snapshot(&[0.0, 1.0, 1.0]);
    let points = |depth| -> Vec<_> {
        received(&now, request, depth).iter().map(|f| (f.points, f.is_last)).collect()
    };
    let both = [((20, 15), false), ((80, 60), true)];
    assert_eq!(points(RefinementDepth::Finest), both);
    assert_eq!(points(RefinementDepth::BesideTraining), both, "so small a network is quick");
    assert_eq!(points(RefinementDepth::Coarsest), [((20, 15), true)]);
    assert_eq!(received(&now, request, RefinementDepth::Finest)[1].arms[0].layers.len(), 1);
}

#[test]
fn a_plane_is_computed_once_for_its_data_and_inputs() {
    let (now, other) = (snapshot(&[0.0, 1.0, 1.0]), snapshot(&[0.0, 1.0, 1.0]));
    let plane = InputPlane::of(&now.data, (2, 0)).unwrap();
    assert!(plane.is_of(&now.data, (2, 0)));
    assert!(!plane.is_of(&now.data, (0, 2)) && !plane.is_of(&other.data, (2, 0)));
}

#[test]
fn the_map_of_targets_holds_that_of_the_nearest_example() {
    let fields = received(&snapshot(&[0.5, -2.0, 3.0]), REQUEST, RefinementDepth::Finest).remove(0);
    let (map, (wide, high)) = (&fields.examples.target_map, fields.examples.target_points);
    assert_eq!(map.len(), wide * high);
    // Inputs 3 and 1: the examples lie at the lower left, at the upper middle and at the right.
    let (across, up) = (fields.window.across, fields.window.up);
    for (at, want) in [((5.0, 0.0), 0.5), ((7.0, 1.0), -2.0), ((9.0, 0.5), 3.0)] {
        let part = |(from, to): (f64, f64), at: f64, of: usize| {
            ((at - from) / (to - from) * of as f64) as usize
        };
        assert_eq!(map[part(up, at.1, high) * wide + part(across, at.0, wide)], want);
    }
    let classes = received(&snapshot(&[0.0, 1.0, 1.0]), REQUEST, RefinementDepth::Finest).remove(0);
    assert!(classes.examples.target_map.is_empty());
}

#[test]
fn there_is_no_field_without_two_inputs_of_the_data() {
    for (axes, points) in [((0, 0), (5, 5)), ((0, 3), (5, 5)), ((0, 1), (1, 5))] {
        let request = FieldRequest { axes, points, ..REQUEST };
        let now = snapshot(&[0.0, 1.0, 1.0]);
        assert!(received(&now, request, RefinementDepth::Finest).is_empty());
    }
}

#[test]
fn a_stale_field_is_not_reported() {
    let mut received = Vec::new();
    let report = &mut |fields: Fields| received.push(fields);
    let depth = RefinementDepth::Finest;
    let now = snapshot(&[0.0, 1.0, 1.0]);
    let plane = InputPlane::of(&now.data, REQUEST.axes).unwrap();
    plane.fields(&now, &[], &REQUEST, AnswerStream { keep_going: &|| false, depth, report });
    assert!(received.is_empty());
}

#[test]
fn no_field_holds_a_number_that_is_not_finite() {
    let mut now = snapshot(&[0.5, -2.0, 3.0]);
    now.arms[0].network.layers_mut()[0].set_weight(0, 0, f64::NAN);
    let fields = received(&now, REQUEST, RefinementDepth::Finest).remove(0);
    let arm = &fields.arms[0];
    assert!(arm.layers.iter().flatten().flatten().all(|a| a.is_finite()));
    assert!(arm.outputs.iter().chain(arm.at.iter().flatten()).all(|a| a.is_finite()));
}

#[test]
fn the_weights_at_the_start_are_those_of_the_first_frame_if_that_is_the_start() {
    use crate::explain::{ParameterSnapshot, flattened};
    let now = snapshot(&[0.0, 1.0, 1.0]);
    let numbers: Vec<f32> = flattened(&now.arms[0].network).map(|w| w as f32 + 1.0).collect();
    let plane = InputPlane::of(&now.data, REQUEST.axes).unwrap();
    let start = |step: u64, numbers: &[f32]| {
        let frame = Arc::new(ParameterSnapshot::new(step, vec![numbers.to_vec()]));
        let mut received = Vec::new();
        let report = &mut |fields: Fields| received.push(fields);
        let depth = RefinementDepth::Finest;
        let stream = AnswerStream { keep_going: &|| true, depth, report };
        plane.fields(&now, &[frame], &REQUEST, stream);
        received.remove(0).arms.remove(0)
    };
    let arm = start(0, &numbers);
    for (layer, weights) in arm.start.iter().zip(&arm.weights) {
        let pairs = layer.values.iter().zip(&weights.values);
        assert!(pairs.clone().all(|(was, is)| (was - is - 1.0).abs() < 1e-6));
        assert!(
            layer.biases.iter().zip(&weights.biases).all(|(was, is)| (was - is - 1.0).abs() < 1e-6)
        );
    }
    assert_eq!(arm.start.len(), 2);
    assert!(start(5, &numbers).start.is_empty(), "a later frame is no start");
    assert!(start(0, &numbers[1..]).start.is_empty(), "another network");
}
