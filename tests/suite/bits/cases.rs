//! The cases of the table: how far each scenario is run, and the lines written for it.

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use xentviz::testing::experiment::{Advance, Experiment, StepChunk, StepObserver, load};
use xentviz::testing::scenario::{Override, Scenario, find};
use xentviz::testing::telemetry::{Evaluation, ModelState};

/// A built-in scenario, and the changes that shorten its run.
pub(crate) struct BitsCase {
    pub(crate) scenario: &'static str,
    changes: &'static [(&'static str, &'static str)],
}

const fn case(
    scenario: &'static str,
    changes: &'static [(&'static str, &'static str)],
) -> BitsCase {
    BitsCase { scenario, changes }
}

/// A neuron with one or two inputs.
const NEURON: &[(&str, &str)] = &[("epochs", "60"), ("evaluate", "30")];

/// Points in the plane.
const POINTS: &[(&str, &str)] = &[("epochs", "3"), ("data.train", "120"), ("data.test", "50")];

/// A table.
const TABLE: &[(&str, &str)] = &[("epochs", "3")];

/// Digits.
const DIGITS: &[(&str, &str)] = &[("epochs", "2"), ("data.train", "120"), ("data.test", "50")];

/// All cases of the table. Beyond the built-in scenarios as they are, they cover the other
/// functions, regularisation, and mini-batches and layers that fill registers differently.
pub(crate) const CASES: &[BitsCase] = &[
    case("saturated", NEURON),
    case("mild", NEURON),
    case("hopeless", NEURON),
    case("book-animation", NEURON),
    case("linear-output", NEURON),
    case("and", NEURON),
    case("xor", POINTS),
    case("circle", POINTS),
    case(
        "circle",
        &[
            ("epochs", "3"),
            ("data.noise", "0.3"),
            ("network.hidden", "relu"),
            ("network.layers", "[2, 7, 5, 1]"),
            ("batch", "21"),
            ("training.lambda", "0.2"),
        ],
    ),
    case("circle", &[("epochs", "2"), ("data.kind", "gauss"), ("batch", "3")]),
    case("spiral", POINTS),
    case("digits", DIGITS),
    case("dead-digits", DIGITS),
    case("initialisation", DIGITS),
    case("softmax", DIGITS),
    case("overfitting", DIGITS),
    case("ten-percent", DIGITS),
    case("iris", TABLE),
    case(
        "digits",
        &[
            ("epochs", "1"),
            ("data.train", "20"),
            ("data.test", "9"),
            ("network.layers", "[784, 260, 40, 10]"),
            ("network.hidden", "linear"),
            ("training.lambda", "0.5"),
            ("batch", "6"),
        ],
    ),
];

impl BitsCase {
    /// Runs the case; returns a line for each evaluation of each arm, and one for the end of each
    /// arm.
    pub(crate) fn run(&self, precision: &str) -> String {
        let change = |(key, value): &(&str, &str)| Override::new(*key, *value, "the table");
        let mut changes: Vec<Override> = self.changes.iter().map(change).collect();
        changes.push(change(&("precision", precision)));
        let text = find(self.scenario).expect("a built-in scenario").text;
        let scenario = Scenario::read(text, self.scenario, &changes).expect("a scenario");
        let open = |_: &Path| unreachable!("it needs no file");
        let data = load(&scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data");
        let mut experiment = Experiment::new(&scenario, Arc::new(data)).expect("an experiment");
        let arms = scenario.arms.len();
        let mut steps = Steps(vec![Fingerprint::default(); arms]);
        let mut lines = vec![String::new(); arms];
        loop {
            match experiment.advance(u64::MAX, &mut steps) {
                Advance::Finished | Advance::Stopped => break,
                Advance::Evaluated => {
                    for (arm, lines) in lines.iter_mut().enumerate() {
                        let line =
                            experiment.evaluation(arm).map(evaluation_line).unwrap_or_default();
                        lines.push_str(&line);
                    }
                }
                Advance::Stepped | Advance::Evaluating => {}
            }
        }
        let mut table = String::new();
        let changed: Vec<_> =
            self.changes.iter().map(|(key, value)| format!("{key}={value}")).collect();
        writeln!(table, "{} {precision} {}", self.scenario, changed.join(" "))
            .expect("a string accepts every text");
        for (arm, lines) in lines.into_iter().enumerate() {
            let (read, model) = (steps.0[arm].0, weights(&experiment.model(arm)).0);
            let name = &scenario.arms[arm].name;
            writeln!(table, " {name}\n{lines}  steps {read:016x} weights {model:016x}")
                .expect("a string accepts every text");
        }
        table
    }
}

/// Formats an evaluation to 17 digits.
fn evaluation_line(evaluation: &Evaluation) -> String {
    let all = |numbers: &[f64]| {
        let mut text = String::new();
        for number in numbers {
            write!(text, " {number:.16e}").expect("a string accepts every text");
        }
        text
    };
    let some = |number: Option<f64>| all(number.as_slice());
    format!(
        "  epoch {} cost{}{} accuracy{} test{}{} gradient{} saturation{}\n",
        evaluation.epoch,
        all(&[evaluation.cost]),
        all(&[evaluation.cost_data]),
        some(evaluation.accuracy),
        some(evaluation.test_cost),
        some(evaluation.test_accuracy),
        all(&evaluation.gradient_norm),
        all(&evaluation.saturation),
    )
}

/// A hash of the bits of many numbers: FNV-1a.
#[derive(Clone, Copy)]
struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fingerprint {
    fn add(&mut self, numbers: &[f64]) {
        for byte in numbers.iter().flat_map(|number| number.to_bits().to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Returns the hash of all weights and biases.
fn weights(model: &ModelState) -> Fingerprint {
    let mut all = Fingerprint::default();
    for numbers in model.weights.iter().chain(&model.biases) {
        all.add(numbers);
    }
    all
}

/// The hashes of the costs and metrics of all steps, by arm.
struct Steps(Vec<Fingerprint>);

impl StepObserver for Steps {
    fn on_steps(&mut self, arm: usize, chunk: &StepChunk<'_>) {
        self.0[arm].add(chunk.costs);
        self.0[arm].add(chunk.metrics);
    }
}
