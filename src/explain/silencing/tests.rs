use std::sync::Arc;

use ndarray::{Array1, Array2};

use super::silencing;
use crate::data::table;
use crate::explain::{ArmSnapshot, Snapshot};
use crate::nn::{Activation, Backprop, BatchLayout, Cost, Examples, Network, Output, Precision};
use crate::telemetry::{Silencing, SilencingRequest};

/// Returns numbers between −1.2 and 1.2 without a pattern, so that outputs neither tie nor saturate: the order of sums
/// would decide between them.
fn numbers(rows: usize, columns: usize, seed: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(j, k)| {
        ((j * j * 37 + k * k * 101 + j * k * 17 + seed * 53) % 997) as f64 / 415.0 - 1.2
    })
}

fn layers() -> Vec<(Array2<f64>, Array1<f64>)> {
    vec![
        (numbers(6, 3, 1), Array1::from_elem(6, 0.1)),
        (numbers(4, 6, 2), Array1::from_elem(4, -0.2)),
        (numbers(3, 4, 3), Array1::from_vec(vec![0.05, 0.02, -0.03])),
    ]
}

fn snapshot(network: Network<f64>, classes: bool) -> Snapshot {
    let inputs: Vec<Vec<f64>> =
        (0..150).map(|i| (0..3).map(|k| numbers(150, 3, 9)[[i, k]]).collect()).collect();
    let target = |i: usize| -> Vec<f64> {
        if classes {
            (0..3).map(|k| f64::from(u8::from(k == i % 3))).collect()
        } else {
            (0..3).map(|k| ((i + k) % 7) as f64 / 3.0).collect()
        }
    };
    let targets: Vec<Vec<f64>> = (0..150).map(target).collect();
    let arm = ArmSnapshot { network, cost: Cost::Quadratic, eta: 0.1, lambda: 0.0 };
    Snapshot {
        step: 2,
        arms: vec![arm],
        rows: vec![0],
        data: Arc::new(table(&inputs, &targets)),
        precision: Precision::F64,
    }
}

/// Returns the error of a network by its own forward pass.
fn error_of(now: &Snapshot, network: &Network<f64>, classes: bool) -> f64 {
    let train = &now.data.train;
    let mut examples = Examples::new(3, 3, 150, BatchLayout::Columns);
    train.gather(&(0..150).collect::<Vec<_>>(), &[], &mut examples);
    let mut backprop = Backprop::new(network, 150);
    backprop.forward(network, examples.all());
    let a = backprop.last_activations();
    if !classes {
        return backprop.mean_error();
    }
    let is_wrong = |row: usize| {
        let a = a.row(row);
        let top = (1..3).fold(0, |top, k| if a[k] > a[top] { k } else { top });
        top != row % 3
    };
    (0..150).filter(|row| is_wrong(*row)).count() as f64 / 150.0
}

fn measured(now: &Snapshot, layer: usize) -> Silencing {
    silencing(now, SilencingRequest { layer }, &|| true).expect("nothing is stale")
}

#[test]
fn a_silenced_neuron_is_one_whose_outgoing_weights_are_0() {
    for output in Output::ALL {
        for classes in [true, false] {
            let network = Network::new(Activation::Relu, output, layers());
            let now = snapshot(network.clone(), classes);
            for layer in 0..2 {
                let found = measured(&now, layer);
                assert_eq!((found.examples, found.step, found.is_test), (150, 2, false));
                let arm = &found.arms[0];
                let whole = error_of(&now, &network, classes);
                assert!((arm.error - whole).abs() < 1e-9, "{} for {whole}", arm.error);
                assert_eq!(arm.without.len(), [6, 4][layer]);
                for (neuron, got) in arm.without.iter().enumerate() {
                    let mut silenced = layers();
                    silenced[layer + 1].0.column_mut(neuron).fill(0.0);
                    let silenced = Network::new(Activation::Relu, output, silenced);
                    let want = error_of(&now, &silenced, classes);
                    assert!((got - want).abs() < 1e-9, "{output:?} {layer} {neuron}: {got} {want}");
                }
            }
        }
    }
}

#[test]
fn the_last_layer_has_no_neurons_to_silence() {
    let network = Network::new(Activation::Sigmoid, Output::Sigmoid, layers());
    let now = snapshot(network, true);
    assert!(measured(&now, 2).arms[0].without.is_empty());
    assert!(measured(&now, 9).arms[0].without.is_empty());
    assert_eq!(silencing(&now, SilencingRequest { layer: 0 }, &|| false), None);
}
