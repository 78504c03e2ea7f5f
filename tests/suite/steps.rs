//! Compares everything from the text of a scenario to weights and evaluations with a plain program
//! that shares no code: one example at a time, loops over f64, and derivatives by the chain rule
//! through each activation, while the networks use the δ in which σ′(z) has cancelled.

#![expect(
    clippy::disallowed_methods,
    reason = "the plain program shares no code, and no tolerance here depends on the last digits"
)]

use std::fmt::Write as _;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use xentviz::testing::data::Data;
use xentviz::testing::experiment::{Advance, Experiment, load};
use xentviz::testing::file::InputFile;
use xentviz::testing::scenario::{Override, Scenario};
use xentviz::testing::telemetry::Evaluation;

/// Seven rows to train on, then four to test on, of three classes with different frequencies.
const CLASSES: &str = "0.1,0.9,0\n-0.5,0.3,1\n0.8,-0.2,1\n0.4,0.4,2\n-0.9,-0.6,0\n0.2,-0.7,1\n0.6,0.1,1\n\
    0.3,0.8,0\n-0.1,-0.4,1\n0.7,0.6,2\n0.5,-0.5,2\n";

/// The same with a target from 0 to 1.
const TARGETS: &str = "0.1,0.9,0\n-0.5,0.3,1\n0.8,-0.2,1\n0.4,0.4,0\n-0.9,-0.6,0\n0.2,-0.7,1\n0.6,0.1,1\n\
    0.3,0.8,0\n-0.1,-0.4,1\n0.7,0.6,0\n0.5,-0.5,1\n";

const TRAIN: usize = 7;

/// A scenario, with the facts that the plain program needs.
struct Case {
    hidden: &'static str,
    arms: [CaseArm; 2],
    layers: &'static [usize],
    batch: usize,
}

#[derive(Clone, Copy)]
struct CaseArm {
    cost: &'static str,
    output: &'static str,
    eta: f64,
    lambda: f64,
}

const fn arm(cost: &'static str, output: &'static str, eta: f64, lambda: f64) -> CaseArm {
    CaseArm { cost, output, eta, lambda }
}

const CASES: [Case; 6] = [
    Case {
        hidden: "sigmoid",
        arms: [arm("quadratic", "sigmoid", 0.7, 0.3), arm("cross-entropy", "sigmoid", 0.2, 0.3)],
        layers: &[2, 4, 3],
        batch: 3,
    },
    Case {
        hidden: "tanh",
        arms: [arm("quadratic", "softmax", 0.5, 0.1), arm("log-likelihood", "softmax", 0.3, 0.9)],
        layers: &[2, 5, 4, 3],
        batch: 2,
    },
    Case {
        hidden: "relu",
        arms: [arm("cross-entropy", "sigmoid", 0.1, 0.0), arm("quadratic", "linear", 0.05, 2.0)],
        layers: &[2, 9, 3],
        batch: 5,
    },
    Case {
        hidden: "linear",
        arms: [
            arm("cross-entropy", "sigmoid", 0.4, 0.5),
            arm("cross-entropy", "sigmoid", 0.4, 0.0),
        ],
        layers: &[2, 3, 1],
        batch: 4,
    },
    Case {
        hidden: "sigmoid",
        arms: [arm("quadratic", "sigmoid", 1.5, 0.2), arm("cross-entropy", "sigmoid", 0.3, 0.2)],
        layers: &[2, 1],
        batch: 1,
    },
    Case {
        hidden: "sigmoid",
        arms: [arm("quadratic", "sigmoid", 0.9, 0.4), arm("quadratic", "linear", 0.2, 0.1)],
        layers: &[2, 2, 1],
        batch: 7,
    },
];

/// Returns a weight or bias without a pattern: neither small nor large, of both signs.
fn parameter(layer: usize, j: usize, k: usize) -> f64 {
    let number = 37 * layer + 17 * j + 29 * k + 5;
    ((number * number) % 41) as f64 / 20.0 - 1.0
}

impl Case {
    fn text(&self) -> String {
        let neurons = |l: usize| 0..self.layers[l + 1];
        let row =
            |l: usize, j| -> Vec<f64> { (0..self.layers[l]).map(|k| parameter(l, j, k)).collect() };
        let layers = 0..self.layers.len() - 1;
        let rows = |l| -> Vec<Vec<f64>> { neurons(l).map(|j| row(l, j)).collect() };
        let weights: Vec<_> = layers.clone().map(rows).collect();
        let biases: Vec<Vec<f64>> =
            layers.map(|l| neurons(l).map(|j| parameter(l, j, 90)).collect()).collect();
        let mut text = format!(
            "data = {{ kind = \"csv\", path = \"points.csv\", test = 4, shuffle = false }}\n\
             network = {{ layers = {:?}, hidden = \"{}\", weights = {weights:?}, biases = {biases:?} }}\n\
             training = {{ epochs = 3, batch = {}, eta = 1 }}\n",
            self.layers, self.hidden, self.batch
        );
        for (i, arm) in self.arms.iter().enumerate() {
            writeln!(
                text,
                "[[arm]]\nname = \"{i}\"\ncost = \"{}\"\noutput = \"{}\"\neta = {}\nlambda = {}",
                arm.cost, arm.output, arm.eta, arm.lambda
            )
            .expect("a string takes every text");
        }
        text
    }

    fn file(&self) -> &'static str {
        if self.layers.last() == Some(&1) { TARGETS } else { CLASSES }
    }

    /// Returns all rows of the file: inputs, targets, and the class.
    fn examples(&self) -> Vec<Example> {
        let outputs = self.layers[self.layers.len() - 1];
        let example = |line: &str| {
            let cells: Vec<f64> =
                line.split(',').map(|cell| cell.parse().expect("a number")).collect();
            let class = cells[2] as usize;
            let one_hot = |j| if j == class { 1.0 } else { 0.0 };
            let y = if outputs == 1 { vec![cells[2]] } else { (0..outputs).map(one_hot).collect() };
            Example { x: cells[..2].to_vec(), y, class }
        };
        self.file().lines().map(example).collect()
    }
}

struct Example {
    x: Vec<f64>,
    y: Vec<f64>,
    class: usize,
}

/// A network of plain lists: `w[l][j][k]` connects neuron k of layer l to neuron j of the next.
struct PlainNetwork {
    w: Vec<Vec<Vec<f64>>>,
    b: Vec<Vec<f64>>,
    hidden: &'static str,
    arm: CaseArm,
}

/// The derivatives of the cost, summed over some examples.
struct LayerSlopes {
    w: Vec<Vec<Vec<f64>>>,
    b: Vec<Vec<f64>>,
}

fn sigma(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// Returns the value of an activation function and its derivative.
fn activate(name: &str, z: f64) -> (f64, f64) {
    match name {
        "sigmoid" => (sigma(z), sigma(z) * (1.0 - sigma(z))),
        "tanh" => (z.tanh(), 1.0 - z.tanh().powi(2)),
        "relu" => (z.max(0.0), if z > 0.0 { 1.0 } else { 0.0 }),
        "linear" => (z, 1.0),
        other => panic!("no activation function is called {other}"),
    }
}

impl PlainNetwork {
    fn new(case: &Case, arm: CaseArm) -> Self {
        let layers = 0..case.layers.len() - 1;
        let row = |l: usize, j| (0..case.layers[l]).map(|k| parameter(l, j, k)).collect();
        let w = layers.clone().map(|l| (0..case.layers[l + 1]).map(|j| row(l, j)).collect());
        let b = layers.map(|l| (0..case.layers[l + 1]).map(|j| parameter(l, j, 90)).collect());
        Self { w: w.collect(), b: b.collect(), hidden: case.hidden, arm }
    }

    /// Returns the activations of each layer, the input first, and the derivatives of the hidden
    /// ones.
    fn forward(&self, x: &[f64]) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
        let (mut a, mut slopes) = (vec![x.to_vec()], Vec::new());
        for (l, (w, b)) in self.w.iter().zip(&self.b).enumerate() {
            let z: Vec<f64> = w
                .iter()
                .zip(b)
                .map(|(row, b)| row.iter().zip(&a[l]).map(|(w, a)| w * a).sum::<f64>() + b)
                .collect();
            let name = if l + 1 < self.w.len() { self.hidden } else { self.arm.output };
            if name == "softmax" {
                let sum: f64 = z.iter().map(|z| z.exp()).sum();
                a.push(z.iter().map(|z| z.exp() / sum).collect());
            } else {
                let (values, derivatives) = z.iter().map(|z| activate(name, *z)).unzip();
                a.push(values);
                slopes.push(derivatives);
            }
        }
        (a, slopes)
    }

    fn cost(&self, a: &[f64], y: &[f64]) -> f64 {
        let each = a.iter().zip(y).map(|(a, y)| match self.arm.cost {
            "quadratic" => (a - y).powi(2) / 2.0,
            "cross-entropy" => -(y * a.ln() + (1.0 - y) * (1.0 - a).ln()),
            "log-likelihood" => -y * a.ln(),
            other => panic!("no cost is called {other}"),
        });
        each.sum()
    }

    /// Returns ∂C/∂z of the output: ∂C/∂a, then through the activation.
    fn last_delta(&self, a: &[f64], slopes: &[Vec<f64>], y: &[f64]) -> Vec<f64> {
        let by_a: Vec<f64> = a
            .iter()
            .zip(y)
            .map(|(a, y)| match self.arm.cost {
                "quadratic" => a - y,
                "cross-entropy" => (1.0 - y) / (1.0 - a) - y / a,
                _ => -y / a,
            })
            .collect();
        if self.arm.output != "softmax" {
            let slopes = &slopes[slopes.len() - 1];
            return by_a.iter().zip(slopes).map(|(by_a, slope)| by_a * slope).collect();
        }
        let through = |j: usize| {
            let each = a.iter().enumerate().zip(&by_a).map(|((k, a_k), by_a)| {
                let same = if j == k { 1.0 } else { 0.0 };
                by_a * a_k * (same - a[j])
            });
            each.sum()
        };
        (0..a.len()).map(through).collect()
    }

    fn slopes<'a>(&self, examples: impl Iterator<Item = &'a Example>) -> LayerSlopes {
        let zero = |row: &Vec<f64>| vec![0.0; row.len()];
        let mut sums = LayerSlopes {
            w: self.w.iter().map(|rows| rows.iter().map(zero).collect()).collect(),
            b: self.b.iter().map(zero).collect(),
        };
        for Example { x, y, .. } in examples {
            let (a, slopes) = self.forward(x);
            let mut delta = self.last_delta(&a[a.len() - 1], &slopes, y);
            for l in (0..self.w.len()).rev() {
                for (j, delta) in delta.iter().enumerate() {
                    sums.b[l][j] += delta;
                    for (k, a) in a[l].iter().enumerate() {
                        sums.w[l][j][k] += delta * a;
                    }
                }
                if l > 0 {
                    let back = |k: usize| {
                        let sum: f64 =
                            delta.iter().zip(&self.w[l]).map(|(d, row)| d * row[k]).sum();
                        sum * slopes[l - 1][k]
                    };
                    delta = (0..a[l].len()).map(back).collect();
                }
            }
        }
        sums
    }

    /// Takes one step of gradient descent: the gradient is a mean over the mini-batch, while the L2
    /// term λ/2n Σ w² of the cost counts over the whole training set (Nielsen, chapter 3).
    fn step<'a>(&mut self, examples: impl Iterator<Item = &'a Example> + Clone) {
        let m = examples.clone().count() as f64;
        let slopes = self.slopes(examples);
        let CaseArm { eta, lambda, .. } = self.arm;
        for (l, rows) in self.w.iter_mut().enumerate() {
            for (j, row) in rows.iter_mut().enumerate() {
                for (k, w) in row.iter_mut().enumerate() {
                    *w -= eta * (slopes.w[l][j][k] / m + lambda / TRAIN as f64 * *w);
                }
                self.b[l][j] -= eta * slopes.b[l][j] / m;
            }
        }
    }

    fn decides(&self, example: &Example) -> bool {
        let (a, _) = self.forward(&example.x);
        let a = &a[a.len() - 1];
        if a.len() == 1 {
            // A linear output and a sigmoid both mean 1 above a half.
            return (a[0] > 0.5) == (example.y[0] > 0.5);
        }
        (0..a.len()).all(|j| j == example.class || a[j] < a[example.class])
    }

    fn evaluate(&self, examples: &[Example], epoch: u64, step: u64) -> Evaluation {
        let (train, test) = examples.split_at(TRAIN);
        let mean_cost = |set: &[Example]| {
            let cost = |e: &Example| {
                let (a, _) = self.forward(&e.x);
                self.cost(&a[a.len() - 1], &e.y)
            };
            set.iter().map(cost).sum::<f64>() / set.len() as f64
        };
        let share = |set: &[Example]| {
            set.iter().filter(|e| self.decides(e)).count() as f64 / set.len() as f64
        };
        let squares: f64 = self.w.iter().flatten().flatten().map(|w| w * w).sum();
        let gradient = self.slopes(train.iter());
        let norm = |rows: &Vec<Vec<f64>>| {
            let squares: f64 = rows.iter().flatten().map(|sum| (sum / TRAIN as f64).powi(2)).sum();
            squares.sqrt()
        };
        let cost_data = mean_cost(train);
        let outputs = self.b[self.b.len() - 1].len();
        let recall = |class: usize| {
            let of_class: Vec<_> = test.iter().filter(|e| e.class == class).collect();
            let found = of_class.iter().filter(|e| self.decides(e)).count();
            (!of_class.is_empty()).then(|| found as f64 / of_class.len() as f64)
        };
        Evaluation {
            epoch,
            step,
            cost: cost_data + self.arm.lambda / (2.0 * TRAIN as f64) * squares,
            cost_data,
            accuracy: Some(share(train)),
            test_cost: Some(mean_cost(test)),
            test_accuracy: Some(share(test)),
            fit: None,
            test_fit: None,
            gradient_norm: gradient.w.iter().map(norm).collect(),
            saturation: Vec::new(),
            saturated_wrong: 0.0,
            recall: if outputs == 1 { Vec::new() } else { (0..outputs).map(recall).collect() },
        }
    }
}

fn close(what: &str, got: f64, want: f64) {
    assert!((got - want).abs() <= 1e-12 * want.abs().max(1.0), "{what}: {got:e} is not {want:e}");
}

fn compare(what: &str, got: &Evaluation, want: &Evaluation) {
    assert_eq!((got.epoch, got.step), (want.epoch, want.step), "{what}");
    close(&format!("{what}, cost"), got.cost, want.cost);
    close(&format!("{what}, cost without the L2 term"), got.cost_data, want.cost_data);
    close(
        &format!("{what}, test cost"),
        got.test_cost.expect("a test set"),
        want.test_cost.expect("one"),
    );
    assert_eq!(got.accuracy, want.accuracy, "{what}, accuracy");
    assert_eq!(got.test_accuracy, want.test_accuracy, "{what}, test accuracy");
    assert_eq!(got.recall, want.recall, "{what}, recall");
    assert_eq!(got.gradient_norm.len(), want.gradient_norm.len());
    for (got, want) in got.gradient_norm.iter().zip(&want.gradient_norm) {
        close(&format!("{what}, norm of the gradient"), *got, *want);
    }
}

fn experiment(text: &str, file: &'static str, shuffle: &str) -> Experiment {
    let over = [Override::new("training.shuffle", shuffle, "a test")];
    let scenario = Scenario::read(text, "a test", &over).expect(text);
    let open = |path: &Path| -> io::Result<_> {
        assert_eq!(path, Path::new("points.csv"));
        Ok(InputFile::from(file.as_bytes()))
    };
    let data: Data = load(&scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data");
    Experiment::new(&scenario, Arc::new(data)).expect("an experiment")
}

#[test]
fn every_step_and_evaluation_agrees_with_a_plain_program() {
    for (shuffle, case) in
        ["true", "false"].into_iter().flat_map(|s| CASES.iter().map(move |c| (s, c)))
    {
        let text = case.text();
        let mut experiment = experiment(&text, case.file(), shuffle);
        let examples = case.examples();
        let mut plain = case.arms.map(|arm| PlainNetwork::new(case, arm));
        let per_epoch = TRAIN.div_ceil(case.batch) as u64;
        for step in 1..=3 * per_epoch {
            let rows = experiment.next_rows();
            let left = TRAIN - (step - 1) as usize % per_epoch as usize * case.batch;
            assert_eq!(rows.len(), case.batch.min(left), "{text}");
            for plain in &mut plain {
                plain.step(rows.iter().map(|row| &examples[*row as usize]));
            }
            while experiment.step() < step || experiment.awaits_evaluation() {
                if experiment.advance(step - experiment.step(), &mut ()) == Advance::Finished {
                    break;
                }
            }
            for (arm, (network, plain)) in experiment.networks().iter().zip(&plain).enumerate() {
                let what = format!("arm {arm} after step {step} of\n{text}");
                for ((weights, biases), (w, b)) in
                    network.parameters().iter().zip(plain.w.iter().zip(&plain.b))
                {
                    weights
                        .iter()
                        .zip(w.iter().flatten())
                        .for_each(|(got, want)| close(&what, *got, *want));
                    biases.iter().zip(b).for_each(|(got, want)| close(&what, *got, *want));
                }
                if step % per_epoch == 0 {
                    let want = plain.evaluate(&examples, step / per_epoch, step);
                    compare(&what, experiment.evaluation(arm).expect(&what), &want);
                }
            }
        }
    }
}

#[test]
fn each_epoch_has_every_example_once_in_its_own_order() {
    let case = &CASES[0];
    let orders = |shuffle| {
        let mut experiment = experiment(&case.text(), case.file(), shuffle);
        let mut orders = vec![Vec::new(); 3];
        for step in 0..9 {
            orders[step / 3].extend(experiment.next_rows());
            while experiment.step() == step as u64 {
                experiment.advance(1, &mut ());
            }
        }
        orders
    };
    let shuffled = orders("true");
    for order in &shuffled {
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6]);
    }
    assert!(shuffled[0] != shuffled[1] && shuffled[1] != shuffled[2] && shuffled[0] != shuffled[2]);
    assert_eq!(orders("false"), vec![vec![0, 1, 2, 3, 4, 5, 6]; 3]);
}
