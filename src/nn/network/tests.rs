use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::nn::{Init, start};

fn layer(inputs: usize, outputs: usize, seed: u64) -> Layer<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (weights, biases) = start(&[inputs, outputs], Init::Large, &mut rng).remove(0);
    Layer::new(&weights, &biases)
}

#[test]
fn columns_are_written_with_the_pending_factor_for_every_shape() {
    for (inputs, outputs) in [(1, 1), (7, 3), (8, 8), (9, 17), (30, 10), (5, 130)] {
        let (mut layer, other) = (layer(inputs, outputs, 1), layer(inputs, outputs, 2));
        for scale in [1.0, 0.75] {
            layer.shrink_later(scale);
            let mut values = vec![f32::NAN; inputs * outputs];
            layer.write_columns(None, &mut values);
            let now: Vec<f32> = layer.weights().t().iter().map(|w| *w as f32).collect();
            assert_eq!(values, now, "{inputs} to {outputs}, times {scale}");
            layer.write_columns(Some(&other), &mut values);
            let change = &layer.weights() - &other.weights();
            let change: Vec<f32> = change.t().iter().map(|w| *w as f32).collect();
            assert_eq!(values, change, "{inputs} to {outputs}, times {scale}");
        }
    }
}

#[test]
fn a_network_is_the_same_in_f64() {
    for sizes in [&[1, 1][..], &[7, 3, 2], &[30, 17, 130]] {
        let layers = start(sizes, Init::Large, &mut ChaCha8Rng::seed_from_u64(3));
        let mut narrow = Network::<f32>::new(Activation::Tanh, Output::Softmax, layers);
        narrow.layers_mut()[0].shrink_later(0.75);
        let wide = narrow.widened();
        assert_eq!(wide.parameters(), narrow.parameters());
        let same = Network::new(Activation::Tanh, Output::Softmax, narrow.parameters());
        assert_eq!(wide, same);
    }
}

#[test]
fn a_weight_can_be_set_while_a_factor_is_pending() {
    let mut layer = layer(3, 2, 1);
    layer.shrink_later(0.75);
    let mut expected = layer.weights();
    expected[[1, 2]] = 5.0;
    layer.set_weight(1, 2, 5.0);
    assert_eq!(layer.weights(), expected);
}

#[test]
fn the_largest_weight_includes_the_pending_factor() {
    let layers = [(Array2::from_elem((1, 1), -4.0), Array1::from_elem(1, 0.5))];
    let mut network = Network::<f64>::new(Activation::Sigmoid, Output::Sigmoid, layers);
    network.layers_mut()[0].shrink_later(0.75);
    assert_eq!(network.largest_weight(), 3.0);
}

#[test]
fn weights_beyond_f32_are_written_as_finite_numbers() {
    let mut layer = layer(3, 1, 1);
    for (k, w) in [f64::NAN, 1e300, f64::NEG_INFINITY].into_iter().enumerate() {
        layer.set_weight(0, k, w);
    }
    let mut values = [9.0; 3];
    layer.write_columns(None, &mut values);
    assert_eq!(values, [0.0, f32::MAX, f32::MIN]);
}

#[test]
fn a_network_of_another_shape_is_not_copied() {
    let network = |sizes: &[usize]| {
        let layers = start(sizes, Init::Large, &mut ChaCha8Rng::seed_from_u64(1));
        Network::<f64>::new(Activation::Sigmoid, Output::Sigmoid, layers)
    };
    let copy = |to: &[usize], from: &[usize]| {
        let (mut to, from) = (network(to), network(from));
        std::panic::catch_unwind(move || to.copy_from(&from)).is_ok()
    };
    assert!(copy(&[2, 3, 1], &[2, 3, 1]));
    // Both layers take the same memory, since columns are padded to whole lanes.
    assert!(!copy(&[2, 3], &[2, 4]));
    assert!(!copy(&[2, 3], &[2, 3, 1]));
    assert!(!copy(&[2, 3, 1], &[2, 3]));
}
