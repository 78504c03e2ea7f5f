//! How many examples a second one thread trains on: filling the mini-batch, forward, cost, backward
//! and descent. `cargo bench --bench step`, or only some: `cargo bench --bench step -- W1 W4`.
//!
//! The workloads take turns in short slices and the medians are printed, so that a machine that is
//! now fast and now slow treats all of them alike.

use std::time::{Duration, Instant};

use ndarray::{Array1, Array2, Axis};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use xentviz::nn::{Activation, Backprop, Cost, Init, MiniBatch, Network, Output, Real, start};

/// How often each workload has its turn, and for how long.
const ROUNDS: usize = 25;
const SLICE: Duration = Duration::from_millis(60);

/// How many examples there are: enough that they do not stay in the fastest cache.
const EXAMPLES: usize = 2_000;

struct Shape {
    name: &'static str,
    sizes: &'static [usize],
    batch: usize,
}

const SHAPES: [Shape; 6] = [
    Shape { name: "W1", sizes: &[784, 30, 10], batch: 10 },
    Shape { name: "W2", sizes: &[784, 100, 10], batch: 10 },
    Shape { name: "W3", sizes: &[784, 30, 10], batch: 128 },
    Shape { name: "W4", sizes: &[2, 4, 2, 1], batch: 10 },
    Shape { name: "W5", sizes: &[1, 1], batch: 1 },
    Shape { name: "W6", sizes: &[784, 512, 512, 10], batch: 128 },
];

/// Inputs like those of MNIST: of 784 pixels 150 are lit, in rows of strokes around the middle.
fn picture(rng: &mut impl Rng) -> Vec<u8> {
    let mut pixels = vec![0; 784];
    for row in 4..24 {
        let first = row * 28 + rng.random_range(5..16);
        for pixel in &mut pixels[first..first + rng.random_range(5..11)] {
            *pixel = rng.random_range(1..=255);
        }
    }
    pixels
}

fn examples(inputs: usize) -> Vec<Vec<u8>> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut one = || match inputs {
        784 => picture(&mut rng),
        _ => (0..inputs).map(|_| rng.random_range(1..=255)).collect(),
    };
    (0..EXAMPLES).map(|_| one()).collect()
}

fn fill<R: Real>(row: usize, bytes: &[u8], x: &mut [R], y: &mut [R]) {
    for (x, &byte) in x.iter_mut().zip(bytes) {
        *x = R::of_byte(byte);
    }
    y.fill(R::zero());
    y[row % y.len()] = R::one();
}

/// A training that goes on for a slice at a time.
struct Workload {
    name: String,
    /// Trains on one mini-batch, and says how many examples that were.
    step: Box<dyn FnMut() -> usize>,
    rates: Vec<f64>,
}

impl Workload {
    fn new(name: String, step: impl FnMut() -> usize + 'static) -> Self {
        Self { name, step: Box::new(step), rates: Vec::new() }
    }

    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
    fn run_a_slice(&mut self) {
        let began = Instant::now();
        let (mut done, mut steps) = (0, 1);
        while began.elapsed() < SLICE {
            for _ in 0..steps {
                done += (self.step)();
            }
            // The clock is looked at seldom enough not to matter to the smallest network.
            if began.elapsed() < SLICE / 100 {
                steps *= 2;
            }
        }
        self.rates.push(done as f64 / began.elapsed().as_secs_f64());
    }

    fn median(&self) -> f64 {
        let mut sorted = self.rates.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    }

    fn spread(&self) -> (f64, f64) {
        let least = self.rates.iter().copied().fold(f64::INFINITY, f64::min);
        (least, self.rates.iter().copied().fold(0.0, f64::max))
    }
}

/// What xentviz does; `filled` leaves the same mini-batch in place, to see what filling costs.
fn ours<R: Real>(shape: &Shape, filled: Filled) -> Workload {
    let layers = start(shape.sizes, Init::Scaled, &mut ChaCha8Rng::seed_from_u64(2));
    let mut network = Network::<R>::new(Activation::Sigmoid, Output::Sigmoid, layers);
    let mut backprop = Backprop::new(&network, shape.batch);
    let outputs = shape.sizes[shape.sizes.len() - 1];
    let pictures = examples(shape.sizes[0]);
    let mut dealt = (0..EXAMPLES).cycle();
    let mut deal = move |batch: &mut MiniBatch<R>| {
        batch.clear();
        for row in dealt.by_ref().take(batch.capacity()) {
            batch.push(|x, y| fill(row, &pictures[row], x, y));
        }
    };
    let mut batches: Vec<_> =
        (0..8).map(|_| MiniBatch::new(shape.sizes[0], outputs, shape.batch)).collect();
    batches.iter_mut().for_each(&mut deal);
    let (mut turn, mut total) = (0, 0.0);
    let how = if filled == Filled::Once { " without filling" } else { "" };
    let name = format!("{} {}{how}", shape.name, R::PRECISION.name());
    Workload::new(name, move || {
        turn = (turn + 1) % batches.len();
        let batch = &mut batches[turn];
        if filled == Filled::EveryStep {
            deal(batch);
        }
        backprop.forward(&network, batch);
        total += backprop.cost(Cost::CrossEntropy, batch);
        backprop.backward(&network, Cost::CrossEntropy, batch);
        backprop.descend(&mut network, batch, 0.01, 1.0);
        std::hint::black_box(total);
        batch.rows()
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Filled {
    EveryStep,
    Once,
}

/// The same with dense products of matrices, as one would write it down.
fn naive(shape: &Shape) -> Workload {
    let layers = start(shape.sizes, Init::Scaled, &mut ChaCha8Rng::seed_from_u64(2));
    let narrow = |(w, b): (Array2<f64>, Array1<f64>)| (w.mapv(|w| w as f32), b.mapv(|b| b as f32));
    let mut layers: Vec<_> = layers.into_iter().map(narrow).collect();
    let pictures = examples(shape.sizes[0]);
    let mut dealt = (0..EXAMPLES).cycle();
    let (batch, inputs) = (shape.batch, shape.sizes[0]);
    let outputs = shape.sizes[shape.sizes.len() - 1];
    let mut total = 0.0;
    Workload::new(format!("{} f32 naive", shape.name), move || {
        let (mut x, mut y) = (Array2::zeros((batch, inputs)), Array2::zeros((batch, outputs)));
        for (mut x, mut y) in x.axis_iter_mut(Axis(0)).zip(y.axis_iter_mut(Axis(0))) {
            let row = dealt.next().expect("a cycle goes on");
            let (x, y) = (x.as_slice_mut(), y.as_slice_mut());
            let (x, y) = (x.expect("a row is a slice"), y.expect("a row is a slice"));
            fill(row, &pictures[row], x, y);
        }
        let mut a = vec![x];
        for (w, b) in &layers {
            let z = a[a.len() - 1].dot(&w.t()) + b;
            a.push(z.mapv(|z: f32| 1.0 / (1.0 + (-z).exp())));
        }
        let last = &a[a.len() - 1];
        let costs = ndarray::Zip::from(last)
            .and(&y)
            .fold(0.0, |sum: f32, &a, &y| sum - (y * a.ln() + (1.0 - y) * (1.0 - a).ln()));
        total += costs / batch as f32;
        std::hint::black_box(total);
        let mut delta = last - &y;
        for l in (0..layers.len()).rev() {
            let weights = delta.t().dot(&a[l]);
            let biases = delta.sum_axis(Axis(0));
            if l > 0 {
                delta = delta.dot(&layers[l].0) * a[l].mapv(|a| a * (1.0 - a));
            }
            layers[l].0.scaled_add(-0.01 / batch as f32, &weights);
            layers[l].1.scaled_add(-0.01 / batch as f32, &biases);
        }
        batch
    })
}

#[expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
fn main() {
    let mut workloads = Vec::new();
    for shape in &SHAPES {
        workloads.push(ours::<f32>(shape, Filled::EveryStep));
        workloads.push(ours::<f64>(shape, Filled::EveryStep));
    }
    workloads.push(ours::<f32>(&SHAPES[0], Filled::Once));
    workloads.push(ours::<f64>(&SHAPES[0], Filled::Once));
    workloads.push(naive(&SHAPES[0]));
    workloads.push(naive(&SHAPES[5]));
    let asked: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    workloads.retain(|w| asked.is_empty() || asked.iter().any(|a| w.name.starts_with(a)));
    for _ in 0..ROUNDS {
        workloads.iter_mut().for_each(Workload::run_a_slice);
    }
    println!("{:28} {:>12} {:>25}", "examples a second", "median", "least .. most");
    for workload in &workloads {
        let (least, most) = workload.spread();
        println!("{:28} {:12.0} {least:12.0} .. {most:10.0}", workload.name, workload.median());
    }
    let median =
        |name: &str| workloads.iter().find(|w| w.name == name).map_or(f64::NAN, Workload::median);
    for name in ["W1", "W6"] {
        let ratio = median(&format!("{name} f32")) / median(&format!("{name} f32 naive"));
        if ratio.is_finite() {
            println!("{name} f32: {ratio:.2} times the naive dense implementation");
        }
    }
}
