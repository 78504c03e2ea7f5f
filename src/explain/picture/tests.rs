use std::sync::Arc;

use ndarray::{Array1, Array2};

use super::on_picture;
use crate::data::table;
use crate::explain::{ArmSnapshot, Snapshot};
use crate::nn::{Activation, Cost, Network, Output, Precision};
use crate::telemetry::{ExampleSet, PictureRequest, PictureSource};

/// Returns numbers between −1 and 1 that look arbitrary.
fn numbers(rows: usize, columns: usize, seed: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(j, k)| {
        ((j * 37 + k * 101 + seed * 53) % 97) as f64 / 48.5 - 1.0
    })
}

fn network(hidden: Activation, output: Output) -> Network<f64> {
    let layers = [
        (numbers(5, 4, 1), Array1::from_elem(5, 0.1)),
        (numbers(3, 5, 2), Array1::from_elem(3, -0.2)),
        (numbers(3, 3, 3), Array1::from_elem(3, 0.05)),
    ];
    Network::new(hidden, output, layers)
}

const X: [f64; 4] = [0.3, -0.8, 0.55, 0.9];

fn snapshot(network: Network<f64>, x: &[f64]) -> Snapshot {
    let arm = ArmSnapshot { network, cost: Cost::Quadratic, eta: 0.1, lambda: 0.0 };
    Snapshot {
        step: 2,
        arms: vec![arm],
        rows: vec![0],
        data: Arc::new(table(&[x.to_vec()], &[vec![0.0, 1.0, 0.0]])),
        precision: Precision::F64,
    }
}

fn request(output: Option<usize>) -> PictureRequest {
    let picture = PictureSource::Example(ExampleSet::Test, 0);
    PictureRequest { picture, output, others: Arc::default() }
}

#[test]
fn derivatives_by_the_inputs_agree_with_finite_differences() {
    const BY: f64 = 1e-3;
    for hidden in [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Linear] {
        for output in Output::ALL {
            let network = network(hidden, output);
            for k in 0..3 {
                let answer = on_picture(&snapshot(network.clone(), &X), &request(Some(k))).unwrap();
                assert_eq!(answer.arms[0].output, k);
                for (input, got) in answer.arms[0].derivatives.iter().enumerate() {
                    let at = |by: f64| {
                        let mut x = X;
                        x[input] += by;
                        let answer = on_picture(&snapshot(network.clone(), &x), &request(Some(k)));
                        answer.unwrap().arms[0].a[k]
                    };
                    let quotient = (at(BY) - at(-BY)) / (2.0 * BY);
                    // The derivatives are f32, and the quotient is one of a curve.
                    let off = (quotient - f64::from(*got)).abs();
                    assert!(off < 3e-4, "{hidden:?} {output:?} a{k}, x{input}: {got} {quotient}");
                }
            }
        }
    }
}

#[test]
fn without_a_chosen_output_the_greatest_is_explained() {
    let answer =
        on_picture(&snapshot(network(Activation::Tanh, Output::Softmax), &X), &request(None));
    let arm = &answer.unwrap().arms[0];
    let greatest = arm.a.iter().copied().fold(0.0, f64::max);
    assert_eq!(arm.a[arm.output], greatest);
    assert!((arm.a.iter().sum::<f64>() - 1.0).abs() < 1e-6);
}

#[test]
fn a_picture_that_does_not_exist_has_no_answer() {
    let now = snapshot(network(Activation::Tanh, Output::Sigmoid), &X);
    let picture = PictureSource::Example(ExampleSet::Training, 1);
    assert_eq!(on_picture(&now, &PictureRequest { picture, ..request(None) }), None);
    let drawn = PictureSource::Drawn(Arc::new(vec![vec![[0.0, 0.0], [1.0, 1.0]]]));
    assert_eq!(on_picture(&now, &PictureRequest { picture: drawn, ..request(None) }), None);
}

#[test]
fn further_pictures_have_the_outputs_that_each_has_alone() {
    let now = snapshot(network(Activation::Sigmoid, Output::Sigmoid), &X);
    let there = PictureSource::Example(ExampleSet::Test, 0);
    let not_there = PictureSource::Example(ExampleSet::Training, 1);
    let others = Arc::new(vec![not_there, there]);
    let answer = on_picture(&now, &PictureRequest { others, ..request(None) }).unwrap();
    assert_eq!(answer.others[0].arms, Vec::<Vec<f64>>::new());
    assert_eq!(answer.others[1].arms, [answer.arms[0].a.clone()]);
}

#[test]
fn an_example_is_answered_with_its_class() {
    let now = snapshot(network(Activation::Sigmoid, Output::Sigmoid), &X);
    let class = |request| on_picture(&now, &request).unwrap().class;
    assert_eq!(class(request(None)), Some(1), "its targets are 0, 1 and 0");
}
