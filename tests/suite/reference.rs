//! The networks and costs against numbers that were computed independently, to 17 digits.
//!
//! An excerpt of them lies beside this file; the full set lies in `reference` under the folder that
//! `XENTVIZ_SHARED` names (`../shared` if it is not set) and is also checked if it exists.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use ndarray::{Array1, Array2};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use xentviz::testing::data::table;
use xentviz::testing::explain::{ArmSnapshot, Snapshot, equation};
use xentviz::testing::nn::{
    Activation, Backprop, BatchLayout, Cost, Descent, Examples, Hyperparameters, Network, Output,
    Precision, Readings, Real, StepMetric, StepPlan, UpdateRule, sigmoid, sigmoid_prime,
};
use xentviz::testing::telemetry::EquationRequest;

/// The largest allowed difference of two numbers.
#[derive(Clone, Copy)]
struct Tolerance {
    absolute: f64,
    relative: f64,
}

impl Tolerance {
    const fn absolute(absolute: f64) -> Self {
        Self { absolute, relative: 0.0 }
    }

    fn check(self, what: &str, got: impl Into<f64>, want: f64) {
        let got = got.into();
        let allowed = self.absolute + self.relative * want.abs();
        assert!(
            (got - want).abs() <= allowed,
            "{what}: {got:e} is not {want:e} within {allowed:e}"
        );
    }
}

/// Reads the excerpt and, if it exists, the full set of some files.
#[expect(clippy::print_stderr, reason = "a test that skips a file prints a notice")]
fn read_all<T: DeserializeOwned>(excerpt: &str, whole: &[&str]) -> Vec<T> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("XENTVIZ_SHARED").map_or(root.join("../shared"), PathBuf::from);
    let mut paths = vec![root.join("tests/suite/reference").join(excerpt)];
    for name in whole {
        let path = shared.join("reference").join(name);
        if path.exists() {
            paths.push(path);
        } else {
            eprintln!("skipped: there is no {}", path.display());
        }
    }
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a reference file can be read");
        serde_json::from_str(&text).expect("a reference file has the documented format")
    };
    paths.into_iter().map(read).collect()
}

fn cost_named(name: &str) -> Cost {
    match name {
        "quadratic" => Cost::Quadratic,
        "cross_entropy" => Cost::CrossEntropy,
        "log_likelihood" => Cost::LogLikelihood,
        other => panic!("no cost is called {other}"),
    }
}

fn push<R: Real>(batch: &mut Examples<R>, inputs: &[f64], targets: &[f64]) {
    batch.push(|x, y| {
        x.iter_mut().zip(inputs).for_each(|(x, &value)| *x = R::of(value));
        y.iter_mut().zip(targets).for_each(|(y, &value)| *y = R::of(value));
    });
}

#[derive(Deserialize)]
struct Neurons {
    runs: Vec<NeuronRun>,
}

#[derive(Deserialize)]
struct NeuronRun {
    name: String,
    cost: String,
    x: f64,
    y: f64,
    eta: f64,
    w0: f64,
    b0: f64,
    /// epoch, w, b, z, a, cost, σ′, ∂C/∂w, ∂C/∂b.
    rows: Vec<[f64; 9]>,
}

fn descends_like<R: Real>(run: &NeuronRun, tolerance: Tolerance) {
    let start = (Array2::from_elem((1, 1), run.w0), Array1::from_elem(1, run.b0));
    let mut network = Network::<R>::new(Activation::Sigmoid, Output::Sigmoid, [start]);
    let mut backprop = Backprop::new(&network, 1);
    let cost = cost_named(&run.cost);
    let mut descent = Descent::new(&network, cost, UpdateRule::Sgd, 1);
    let mut example = Examples::new(1, 1, 1, descent.layout());
    push(&mut example, &[run.x], &[run.y]);
    let plan = plan(&example, (run.eta, 0.0));
    let mut readings = Readings::default();
    let mut epoch = 0.0;
    for row in &run.rows {
        while epoch < row[0] {
            descent.take_steps(&mut network, &plan, &mut readings).expect("no weight diverges");
            epoch += 1.0;
        }
        backprop.forward(&network, example.all());
        backprop.backward(&network, cost);
        let gradients = backprop.gradients(&network, example.all());
        let z = backprop.weighted_inputs(0)[[0, 0]];
        let got = [
            network.layers()[0].weights()[[0, 0]].to_f64(),
            network.layers()[0].biases()[0].to_f64(),
            z.to_f64(),
            backprop.activations(0)[[0, 0]].to_f64(),
            backprop.cost(cost),
            sigmoid_prime(z).to_f64(),
            gradients.weights(0)[[0, 0]].to_f64(),
            gradients.biases(0)[0].to_f64(),
        ];
        for (column, (got, &want)) in got.into_iter().zip(&row[1..]).enumerate() {
            tolerance.check(
                &format!("{}, epoch {epoch}, column {}", run.name, column + 1),
                got,
                want,
            );
        }
        // The cost read by the training before the next step is the cost here.
        let mut network = network.clone();
        readings.clear();
        Descent::new(&network, cost, UpdateRule::Sgd, 1)
            .take_steps(&mut network, &plan, &mut readings)
            .expect("a step");
        tolerance.check(&format!("{}, cost read at {epoch}", run.name), readings.costs[0], row[5]);
    }
}

/// Returns a plan for one step with all the examples as one mini-batch, with this η and λ/n.
fn plan<R: Real>(examples: &Examples<R>, (eta, shrinking): (f64, f64)) -> StepPlan<'_, R> {
    let batch = examples.rows();
    let hyperparameters = Hyperparameters { eta, shrinking };
    StepPlan {
        examples,
        batch,
        hyperparameters,
        metric: StepMetric::Nothing,
        cost_limit: f64::INFINITY,
    }
}

#[test]
fn a_neuron_descends_as_the_reference_does() {
    let whole = ["single_neuron.json", "single_neuron_extra.json"];
    for file in read_all::<Neurons>("single_neuron.json", &whole) {
        for run in &file.runs {
            descends_like::<f64>(run, Tolerance { absolute: 1e-12, relative: 1e-9 });
        }
    }
}

#[test]
fn a_neuron_in_f32_stays_with_the_reference_to_four_digits() {
    // Up to 300 steps that each round w and b, of size 2 to 5, to 24 bits: at worst 300 · 2e-7.
    for file in read_all::<Neurons>("single_neuron.json", &[]) {
        for run in &file.runs {
            descends_like::<f32>(run, Tolerance { absolute: 1e-4, relative: 1e-4 });
        }
    }
}

#[derive(Deserialize)]
struct Stable {
    cases: Vec<SigmoidCase>,
    softmax_cases: Vec<SoftmaxCase>,
}

#[derive(Deserialize)]
struct SigmoidCase {
    z: f64,
    y: f64,
    sigma: f64,
    one_minus_sigma: f64,
    sigma_prime: f64,
    quadratic_cost: f64,
    #[serde(rename = "quadratic_dCdz")]
    quadratic_delta: f64,
    cross_entropy_cost: f64,
    #[serde(rename = "cross_entropy_dCdz")]
    cross_entropy_delta: f64,
}

#[derive(Deserialize)]
struct SoftmaxCase {
    z: Vec<f64>,
    y: Vec<f64>,
    a: Vec<f64>,
    log_likelihood_cost: f64,
    #[serde(rename = "dCdz")]
    delta: Vec<f64>,
}

/// Returns a layer with exactly these weighted inputs, on one example with these targets.
fn layer_at<R: Real>(output: Output, z: &[f64], y: &[f64], cost: Cost) -> (Backprop<R>, f64) {
    let start = (Array2::zeros((z.len(), 1)), Array1::from_vec(z.to_vec()));
    let network = Network::<R>::new(Activation::Sigmoid, output, [start]);
    let mut backprop = Backprop::new(&network, 1);
    let mut example = Examples::new(1, y.len(), 1, BatchLayout::Sparse);
    push(&mut example, &[1.0], y);
    backprop.forward(&network, example.all());
    backprop.backward(&network, cost);
    let value = backprop.cost(cost);
    (backprop, value)
}

fn sigmoid_is_as<R: Real>(case: &SigmoidCase, relative: f64, least: f64) {
    let check = |what: &str, got: f64, want: f64| {
        let fraction = case.y != 0.0 && case.y != 1.0;
        let tolerance = match () {
            () if fraction => Tolerance { absolute: 1e-15, relative },
            () if want.abs() > least => Tolerance { absolute: 0.0, relative },
            () => Tolerance::absolute(least),
        };
        tolerance.check(&format!("{what} at z = {}, y = {}", case.z, case.y), got, want);
    };
    let z = R::of(case.z);
    check("σ", sigmoid(z).to_f64(), case.sigma);
    check("1 − σ", sigmoid(-z).to_f64(), case.one_minus_sigma);
    check("σ′", sigmoid_prime(z).to_f64(), case.sigma_prime);
    let costs = [
        (Cost::Quadratic, case.quadratic_cost, case.quadratic_delta),
        (Cost::CrossEntropy, case.cross_entropy_cost, case.cross_entropy_delta),
    ];
    for (cost, want, delta) in costs {
        let (backprop, value) = layer_at::<R>(Output::Sigmoid, &[case.z], &[case.y], cost);
        check(&format!("the {} cost", cost.name()), value, want);
        check(&format!("δ of {}", cost.name()), backprop.deltas(0)[[0, 0]].to_f64(), delta);
        let (value, alone) = cost.of_neuron(Output::Sigmoid, z, R::of(case.y));
        check(&format!("the {} cost alone", cost.name()), value, want);
        check(&format!("δ of {} alone", cost.name()), alone.to_f64(), delta);
    }
}

#[test]
fn sigmoid_neurons_are_right_however_far_they_are_saturated() {
    for file in read_all::<Stable>("stable.json", &["stable.json"]) {
        for case in &file.cases {
            sigmoid_is_as::<f64>(case, 1e-13, 1e-300);
        }
    }
}

#[test]
fn sigmoid_neurons_in_f32_are_right_to_six_digits() {
    // A few roundings of 6e-8 each; below the least normal number there are fewer digits.
    for file in read_all::<Stable>("stable.json", &["stable.json"]) {
        for case in file.cases.iter().filter(|case| f64::from(case.z as f32) == case.z) {
            sigmoid_is_as::<f32>(case, 5e-7, 1e-37);
        }
    }
}

fn softmax_is_as<R: Real>(case: &SoftmaxCase, cost: Tolerance, delta: Tolerance) {
    let (backprop, value) = layer_at::<R>(Output::Softmax, &case.z, &case.y, Cost::LogLikelihood);
    cost.check(&format!("the cost at z = {:?}", case.z), value, case.log_likelihood_cost);
    for j in 0..case.z.len() {
        let place = format!("neuron {j} at z = {:?}", case.z);
        delta.check(&place, backprop.activations(0)[[0, j]].to_f64(), case.a[j]);
        delta.check(&place, backprop.deltas(0)[[0, j]].to_f64(), case.delta[j]);
    }
}

#[test]
fn softmax_neurons_are_right_however_far_they_are_saturated() {
    for file in read_all::<Stable>("stable.json", &["stable.json"]) {
        for case in &file.softmax_cases {
            let cost = Tolerance { absolute: 1e-12, relative: 1e-12 };
            softmax_is_as::<f64>(case, cost, Tolerance::absolute(1e-14));
            let cost = Tolerance { absolute: 1e-6, relative: 1e-6 };
            softmax_is_as::<f32>(case, cost, Tolerance::absolute(2e-7));
        }
    }
}

#[derive(Deserialize)]
struct Problems {
    problems: Vec<Problem>,
}

#[derive(Deserialize)]
struct Problem {
    name: String,
    sizes: Vec<usize>,
    batch_size: usize,
    eta: f64,
    epochs: usize,
    inputs: Vec<Vec<f64>>,
    targets: Vec<Vec<f64>>,
    initial_weights: Vec<Vec<Vec<f64>>>,
    initial_biases: Vec<Vec<f64>>,
    runs: Vec<ProblemRun>,
}

#[derive(Deserialize)]
struct ProblemRun {
    cost: String,
    lambda: f64,
    first_batch_cost: f64,
    first_batch_deltas: Vec<Vec<Vec<f64>>>,
    first_batch_grad_w: Vec<Vec<Vec<f64>>>,
    first_batch_grad_b: Vec<Vec<f64>>,
    after_first_step_weights: Vec<Vec<Vec<f64>>>,
    after_first_step_biases: Vec<Vec<f64>>,
    data_cost_per_epoch: Vec<f64>,
    regularized_cost_per_epoch: Vec<f64>,
    final_weights: Vec<Vec<Vec<f64>>>,
    final_biases: Vec<Vec<f64>>,
    final_outputs: Vec<Vec<f64>>,
}

/// A run of a problem in progress.
struct ReferenceRun<'a, R> {
    problem: &'a Problem,
    run: &'a ProblemRun,
    cost: Cost,
    network: Network<R>,
    backprop: Backprop<R>,
    descent: Descent<R>,
    tolerance: Tolerance,
}

impl<'a, R: Real> ReferenceRun<'a, R> {
    fn new(problem: &'a Problem, run: &'a ProblemRun, tolerance: Tolerance) -> Self {
        let cost = cost_named(&run.cost);
        let output = if cost == Cost::LogLikelihood { Output::Softmax } else { Output::Sigmoid };
        let layers = problem.initial_weights.iter().zip(&problem.initial_biases);
        let layers = layers.map(|(weights, biases)| (matrix(weights), biases.clone().into()));
        let network = Network::new(Activation::Sigmoid, output, layers);
        let backprop = Backprop::new(&network, problem.inputs.len());
        let descent = Descent::new(&network, cost, UpdateRule::Sgd, problem.inputs.len());
        Self { problem, run, cost, network, backprop, descent, tolerance }
    }

    fn batch(&self, rows: std::ops::Range<usize>) -> Examples<R> {
        let (sizes, layout) = (&self.problem.sizes, self.descent.layout());
        let mut batch = Examples::new(sizes[0], sizes[sizes.len() - 1], rows.len(), layout);
        for row in rows {
            push(&mut batch, &self.problem.inputs[row], &self.problem.targets[row]);
        }
        batch
    }

    fn step(&mut self, batch: &Examples<R>) {
        let shrinking = self.run.lambda / self.problem.inputs.len() as f64;
        let plan = plan(batch, (self.problem.eta, shrinking));
        let result = self.descent.take_steps(&mut self.network, &plan, &mut Readings::default());
        result.expect("no weight diverges");
    }

    fn check(&self, what: &str, got: impl Into<f64>, want: f64) {
        let run = self.run;
        let what = format!("{}, {}, λ {}: {what}", self.problem.name, run.cost, run.lambda);
        self.tolerance.check(&what, got, want);
    }

    fn check_parameters(&self, what: &str, weights: &[Vec<Vec<f64>>], biases: &[Vec<f64>]) {
        for ((layer, weights), biases) in self.network.layers().iter().zip(weights).zip(biases) {
            for (&got, want) in layer.weights().iter().zip(weights.iter().flatten()) {
                self.check(what, got, *want);
            }
            for (&got, want) in layer.biases().iter().zip(biases) {
                self.check(what, got, *want);
            }
        }
    }

    fn check_first_batch(&mut self) {
        let batch = self.batch(0..self.problem.batch_size);
        let run = self.run;
        self.backprop.forward(&self.network, batch.all());
        self.backprop.backward(&self.network, self.cost);
        let value = self.backprop.cost(self.cost);
        self.check("cost of the first batch", value, run.first_batch_cost);
        let gradients = self.backprop.gradients(&self.network, batch.all());
        for l in 0..self.network.layers().len() {
            let wanted = run.first_batch_deltas[l].iter().flatten();
            for (&got, want) in self.backprop.deltas(l).iter().zip(wanted) {
                self.check("δ", got, *want);
            }
            let wanted = run.first_batch_grad_w[l].iter().flatten();
            for (&got, want) in gradients.weights(l).iter().zip(wanted) {
                self.check("∂C/∂w", got, *want);
            }
            for (&got, want) in gradients.biases(l).iter().zip(&run.first_batch_grad_b[l]) {
                self.check("∂C/∂b", got, *want);
            }
        }
    }

    /// Checks the first mini-batch again, weight by weight, as the Equation view explains it.
    fn check_equations(&self) {
        let run = self.run;
        let snapshot = Snapshot {
            step: 0,
            arms: vec![ArmSnapshot {
                network: self.network.widened(),
                cost: self.cost,
                eta: self.problem.eta,
                lambda: run.lambda,
            }],
            rows: (0..self.problem.batch_size as u32).collect(),
            data: Arc::new(table(&self.problem.inputs, &self.problem.targets)),
            precision: Precision::F64,
        };
        for (l, layer) in self.network.layers().iter().enumerate() {
            let weights =
                (0..layer.outputs()).flat_map(|j| (0..=layer.inputs()).map(move |k| (j, k)));
            for (neuron, input) in weights {
                let request =
                    EquationRequest { layer: l, neuron, input, ..EquationRequest::default() };
                let equations = equation(&snapshot, None, &request, &AtomicBool::new(false));
                let equation = equations.expect("nothing cancels it").arms.remove(0);
                let want = run.first_batch_grad_w[l][neuron].get(input).copied();
                let want = want.unwrap_or(run.first_batch_grad_b[l][neuron]);
                self.check("∂C/∂w as explained", equation.weight.mean, want);
                self.check(
                    "∂C/∂b as explained",
                    equation.bias.mean,
                    run.first_batch_grad_b[l][neuron],
                );
                self.check("C as explained", equation.cost, run.first_batch_cost);
                for (row, deltas) in equation.visible_rows.iter().zip(&run.first_batch_deltas[l]) {
                    self.check("δ as explained", row.delta, deltas[neuron]);
                }
            }
        }
    }

    fn check_costs(&mut self, epoch: usize) {
        let n = self.problem.inputs.len();
        let batch = self.batch(0..n);
        self.backprop.forward(&self.network, batch.all());
        let data = self.backprop.cost(self.cost);
        let penalty = self.run.lambda / (2.0 * n as f64) * self.network.sum_of_squared_weights();
        self.check("cost of the data", data, self.run.data_cost_per_epoch[epoch]);
        self.check("cost", data + penalty, self.run.regularized_cost_per_epoch[epoch]);
    }

    fn check_all(&mut self) {
        self.check_first_batch();
        self.check_costs(0);
        let n = self.problem.inputs.len();
        for epoch in 1..=self.problem.epochs {
            for first in (0..n).step_by(self.problem.batch_size) {
                let batch = self.batch(first..n.min(first + self.problem.batch_size));
                self.step(&batch);
                if (epoch, first) == (1, 0) {
                    let run = self.run;
                    let (w, b) = (&run.after_first_step_weights, &run.after_first_step_biases);
                    self.check_parameters("after the first step", w, b);
                }
            }
            self.check_costs(epoch);
        }
        self.check_parameters("at the end", &self.run.final_weights, &self.run.final_biases);
        let outputs = self.backprop.activations(self.network.layers().len() - 1);
        for (&got, want) in outputs.iter().zip(self.run.final_outputs.iter().flatten()) {
            self.check("output at the end", got, *want);
        }
    }
}

fn matrix(rows: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(j, k)| rows[j][k])
}

#[test]
fn small_networks_learn_as_the_reference_does() {
    for file in read_all::<Problems>("mlp_small.json", &["mlp_small.json"]) {
        for problem in &file.problems {
            for run in &problem.runs {
                let mut training =
                    ReferenceRun::<f64>::new(problem, run, Tolerance::absolute(1e-10));
                training.check_equations();
                training.check_all();
            }
        }
    }
}

#[test]
fn small_networks_in_f32_stay_with_the_reference_to_four_digits() {
    // Some hundred steps, each rounding to 24 bits; weights of size 30 if they are saturated.
    for file in read_all::<Problems>("mlp_small.json", &[]) {
        for problem in &file.problems {
            for run in &problem.runs {
                let tolerance = Tolerance { absolute: 1e-4, relative: 1e-4 };
                ReferenceRun::<f32>::new(problem, run, tolerance).check_all();
            }
        }
    }
}
