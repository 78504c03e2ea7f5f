//! The built-in digits replace MNIST: a network trained on them also recognises the real ones.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use xentviz::testing::data::{Dataset, RngStream, RowOrder, SplitSizes, digits, read_mnist, rng};
use xentviz::testing::file::InputFile;
use xentviz::testing::nn::{
    Activation, Backprop, BatchLayout, Cost, Examples, Hyperparameters, Init, Network, Output, Sgd,
    StepFactors, start,
};

const SEED: u64 = 1;
const ROWS: usize = 10;

/// Returns the real MNIST test set, if it is available.
#[expect(clippy::print_stderr, reason = "a skipped test prints a notice")]
fn real() -> Option<Dataset> {
    let shared = std::env::var_os("XENTVIZ_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = shared.join("mnist");
    if !folder.is_dir() {
        eprintln!("skipped: no MNIST in {}", folder.display());
        return None;
    }
    let open = |path: &Path| Ok(InputFile::new(std::fs::File::open(path)?, None));
    let split = SplitSizes { train: 1, test: 10_000 };
    let data = read_mnist(&folder, &open, (split, 10), &mut |_| ControlFlow::Continue(()));
    data.expect("MNIST can be read").test
}

fn drawn(n: usize) -> Dataset {
    let split = SplitSizes { train: n, test: 0 };
    let mut data = rng(SEED, RngStream::Data);
    digits(split, &mut data, &mut |_| ControlFlow::Continue(())).expect("digits are drawn").train
}

fn trained(set: &Dataset, epochs: u64) -> Network<f32> {
    let weights = start(&[784, 30, 10], Init::Scaled, &mut rng(SEED, RngStream::Start));
    let mut network = Network::new(Activation::Sigmoid, Output::Sigmoid, weights);
    let mut backprop = Backprop::new(&network, ROWS);
    let mut batch = Examples::new(784, 10, ROWS, BatchLayout::Sparse);
    let mut rows = Vec::new();
    for epoch in 0..epochs {
        RowOrder::Shuffled { seed: SEED }.write(epoch, set.len(), &mut rows);
        for chunk in rows.chunks(ROWS) {
            batch.clear();
            set.gather(chunk, &[], &mut batch);
            backprop.forward(&network, batch.all());
            backprop.backward(&network, Cost::CrossEntropy);
            backprop.add_to(network.layers_mut(), batch.all(), factors(chunk.len()));
        }
    }
    network
}

/// Returns the factors of a step on m examples, with η = 0.5 and λ = 0.
fn factors(m: usize) -> StepFactors {
    Sgd::factors(&Hyperparameters { eta: 0.5, shrinking: 0.0 }, m)
}

fn accuracy(network: &Network<f32>, set: &Dataset) -> f64 {
    let mut backprop = Backprop::new(network, 1);
    let mut batch = Examples::new(784, 10, 1, BatchLayout::Sparse);
    let is_right = |row: &usize| {
        batch.clear();
        set.gather(&[*row as u32], &[], &mut batch);
        backprop.forward(network, batch.all());
        let outputs = backprop.activations(1);
        let largest = outputs.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        largest.map(|(class, _)| class) == set.class(*row)
    };
    (0..set.len()).filter(is_right).count() as f64 / set.len() as f64
}

/// Returns the mean grey level, the share of pixels that are not black, and the share that are
/// nearly white.
fn shades(set: &Dataset) -> [f64; 3] {
    let sparse_pixels =
        || (0..set.len()).flat_map(|row| set.sparse_pixels(row).expect("pictures").bytes);
    let all = (set.len() * set.inputs()) as f64;
    [
        sparse_pixels().map(|&byte| f64::from(byte)).sum::<f64>() / all,
        sparse_pixels().count() as f64 / all,
        sparse_pixels().filter(|&&byte| byte >= 224).count() as f64 / all,
    ]
}

/// Returns the mean centre of mass, in pixels from the upper left corner.
fn centre(set: &Dataset) -> [f64; 2] {
    let mut sum = [0.0; 2];
    for row in 0..set.len() {
        let (mut mass, mut moments) = (0.0, [0.0; 2]);
        let sparse_pixels = set.sparse_pixels(row).expect("pictures");
        for (&place, &byte) in sparse_pixels.indices.iter().zip(sparse_pixels.bytes) {
            let byte = f64::from(byte);
            mass += byte;
            moments[0] += byte * (f64::from(place % 28) + 0.5);
            moments[1] += byte * (f64::from(place / 28) + 0.5);
        }
        sum = [sum[0] + moments[0] / mass, sum[1] + moments[1] / mass];
    }
    sum.map(|sum| sum / set.len() as f64)
}

#[test]
fn a_network_trained_on_drawn_digits_recognises_real_ones() {
    let Some(real) = real() else { return };
    let found = accuracy(&trained(&drawn(10_000), 5), &real);
    // 88 % after 5 epochs, with a deviation of 1 % from seed to seed; the goal was 60 %.
    assert!(found > 0.83, "{found} of the real test set are right");
}

#[test]
fn drawn_digits_have_the_shades_and_the_position_of_real_ones() {
    let Some(real) = real() else { return };
    let drawn = drawn(2000);
    for (ours, theirs) in shades(&drawn).into_iter().zip(shades(&real)) {
        assert!((ours / theirs - 1.0).abs() < 0.1, "{ours} for {theirs}");
    }
    for (ours, theirs) in centre(&drawn).into_iter().zip(centre(&real)) {
        assert!((ours - theirs).abs() < 0.05, "{ours} for {theirs}");
    }
}
