//! Runs as their sources would report them, computed from formulas alone.
#![allow(dead_code, reason = "each of the crates that share this file uses a part of it")]

#[path = "fixtures/update.rs"]
mod update;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crossterm::event::{KeyCode, KeyEvent};
use xentviz::testing::app::{App, Message};
use xentviz::testing::canvas::Appearance;
use xentviz::testing::experiment::{Experiment, load};
use xentviz::testing::explain::{self, ArmSnapshot, Snapshot};
use xentviz::testing::math::{cos, exp, ln_1p, pow, powi, sin};
use xentviz::testing::scenario::{Scenario, entries, find};
use xentviz::testing::telemetry::{
    Activation, Answer, ArmFacts, ArmProgress, Catalogue, Channel, Clock, Cost, Equation,
    Evaluation, FilmFrame, GradientFactors, HalfForecast, LayerSnapshot, Metric, NeuronCurves,
    NeuronSnapshot, NeuronState, Notice, Output, Pace, Precision, Question, RunFacts, RunState,
    ScenarioEntry, Setting, SingleExample, WeightReading, WeightsRequest, WeightsSnapshot,
};

pub(crate) use update::Update;

/// Returns an arm with sigmoids throughout.
pub(crate) fn arm(name: &str, cost: Cost, sizes: &[usize]) -> ArmFacts {
    ArmFacts {
        name: name.to_owned(),
        cost,
        sizes: sizes.to_vec(),
        hidden: Activation::Sigmoid,
        output: Output::Sigmoid,
        lambda: 0.0,
        start: "scaled".to_owned(),
    }
}

/// Returns the scenarios that can be opened.
pub(crate) fn catalogue() -> Catalogue {
    let scenarios = [
        (
            "saturated",
            "a saturated neuron",
            "w = b = 2, target 0: quadratic stalls, cross-entropy does not",
        ),
        ("mild", "a mild start", "w = 0.6, b = 0.9: both costs learn, one a little sooner"),
        ("hopeless", "a hopeless start", "w = b = 5: quadratic needs ten thousand epochs"),
        ("xor", "exclusive or", "a net of two hidden layers that has to bend its border"),
        ("digits", "digits, built in", "ten digits drawn by the program itself"),
        ("mnist", "MNIST", "handwritten digits, both costs, as fast as the machine can"),
        (
            "dead-digits",
            "dead digits",
            "a large start: whole digits are never learnt under quadratic",
        ),
    ]
    .into_iter()
    .map(|(name, title, summary)| ScenarioEntry {
        name: name.to_owned(),
        title: title.to_owned(),
        summary: summary.to_owned(),
    });
    Catalogue { scenarios: scenarios.collect(), keys: entries().keys }
}

/// Returns a dashboard that has received this update.
pub(crate) fn with_update(update: Update) -> App {
    let mut app = App::new(Appearance::default(), catalogue());
    app.update(Message::Received(update.events()));
    app
}

fn sigmoid(z: f64) -> f64 {
    if z >= 0.0 { 1.0 / (1.0 + exp(-z)) } else { exp(z) / (1.0 + exp(z)) }
}

/// One neuron with x = 1, y = 0, during descent.
struct DescendingArm {
    cost: Cost,
    w: f64,
    b: f64,
}

impl DescendingArm {
    fn z(&self) -> f64 {
        self.w + self.b
    }

    fn delta(&self) -> f64 {
        let a = sigmoid(self.z());
        if self.cost == Cost::Quadratic { a * a * sigmoid(-self.z()) } else { a }
    }

    fn cost(&self) -> f64 {
        let (z, a) = (self.z(), sigmoid(self.z()));
        if self.cost == Cost::Quadratic { a * a / 2.0 } else { z.max(0.0) + ln_1p(exp(-z.abs())) }
    }

    fn step(&mut self, eta: f64) {
        let delta = self.delta();
        self.w -= eta * delta;
        self.b -= eta * delta;
    }

    fn gradient_factors(&self) -> GradientFactors {
        let (z, a, delta) = (self.z(), sigmoid(self.z()), self.delta());
        let slope = a * sigmoid(-z);
        let neuron =
            NeuronState { w: vec![self.w], b: self.b, z, a, slope, delta, gradient: vec![delta] };
        let (cost, neuron) = (self.cost(), Some(neuron));
        GradientFactors { cost, error: a, delta, slope, hidden_slope: None, neuron }
    }
}

fn descend(cost: Cost, start: f64, epochs: u64) -> ArmProgress {
    let eta = 0.15;
    let mut neuron = DescendingArm { cost, w: start, b: start };
    let mut progress =
        ArmProgress { eta, first_cost: Some(neuron.cost()), ..ArmProgress::default() };
    let mut ahead = DescendingArm { cost, w: start, b: start };
    let mut steps = 0;
    while ahead.z() > 0.0 {
        ahead.step(eta);
        steps += 1;
    }
    progress.foreseen = Some(HalfForecast::At(steps));
    for epoch in 0..epochs {
        progress.readings.push(Channel::COST, epoch, neuron.cost());
        progress.readings.push(Channel::METRIC, epoch, sigmoid(neuron.z()));
        progress.readings.push(Channel::FULL_COST, epoch, neuron.cost());
        neuron.step(eta);
        if progress.reached_half.is_none() && neuron.z() <= 0.0 {
            progress.reached_half = Some(epoch + 1);
        }
    }
    let gradient_factors = neuron.gradient_factors();
    progress.evaluation = Some(Evaluation {
        epoch: epochs,
        step: epochs,
        cost: gradient_factors.cost,
        cost_data: gradient_factors.cost,
        gradient_norm: vec![gradient_factors.delta],
        saturation: vec![f64::from(u8::from(gradient_factors.slope < 0.025))],
        saturated_wrong: f64::from(u8::from(
            gradient_factors.slope < 0.025 && gradient_factors.error >= 0.5,
        )),
        ..Evaluation::default()
    });
    progress.gradient_factors = Some(gradient_factors);
    progress
}

fn curves(costs: &[Cost]) -> NeuronCurves {
    let z: Vec<f64> = (-60..=60).map(|n| f64::from(n) / 10.0).collect();
    let speed = |cost: &Cost| {
        let speed = |z: &f64| DescendingArm { cost: *cost, w: *z, b: 0.0 }.delta();
        z.iter().map(speed).collect()
    };
    let cost = |cost: &Cost| {
        let at = |z: &f64| DescendingArm { cost: *cost, w: *z, b: 0.0 }.cost();
        z.iter().map(at).collect()
    };
    NeuronCurves {
        cost: costs.iter().map(cost).collect(),
        sigma: z.iter().map(|z| sigmoid(*z)).collect(),
        speed: costs.iter().map(speed).collect(),
        z,
    }
}

/// Returns the default scenario after `epochs` epochs.
pub(crate) fn saturated(epochs: u64) -> App {
    with_update(saturated_update(epochs))
}

/// Returns the update of the default scenario after `epochs` epochs.
pub(crate) fn saturated_update(epochs: u64) -> Update {
    let facts = RunFacts {
        name: "saturated".to_owned(),
        title: "a saturated neuron".to_owned(),
        summary: "w = b = 2, target 0: quadratic stalls, cross-entropy does not".to_owned(),
        seed: 1,
        data: "table".to_owned(),
        examples: 1,
        batch: 1,
        metric: Metric::Output,
        single: Some(SingleExample { x: vec![1.0], y: 0.0 }),
        clock: Clock::constant(1),
        arms: vec![
            arm("quadratic", Cost::Quadratic, &[1, 1]),
            arm("cross-entropy", Cost::CrossEntropy, &[1, 1]),
        ],
        ..RunFacts::default()
    };
    let costs = [Cost::Quadratic, Cost::CrossEntropy];
    Update {
        begins: Some(Arc::new(facts)),
        state: match epochs {
            0 => RunState::Paused,
            300.. => RunState::Finished,
            _ => RunState::Running,
        },
        step: epochs,
        epochs: 300,
        pace: Pace::Epochs(30.0),
        rate: Some(30.0),
        arms: costs.into_iter().map(|cost| descend(cost, 2.0, epochs)).collect(),
        curves: Some(Arc::new(curves(&costs))),
        ..Update::default()
    }
}

/// Returns a number that looks like noise and is the same every time, in [−1, 1].
pub(crate) fn noise(seed: u64) -> f64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d;
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 32;
    (x % 20_001) as f64 / 10_000.0 - 1.0
}

/// The learning curve of an arm of a made-up run.
pub(crate) struct LearningCurve {
    pub(crate) floor: f64,
    pub(crate) speed: f64,
    pub(crate) slope: f64,
    pub(crate) eta: f64,
    pub(crate) accuracy: f64,
}

/// Returns the progress of an arm with this learning curve after `steps` steps.
pub(crate) fn progress(
    curve: &LearningCurve,
    facts: &RunFacts,
    (arm, steps): (usize, u64),
) -> ArmProgress {
    let first = 2.8 - 0.4 * arm as f64;
    let per = facts.clock.steps_per_epoch(0);
    let at = |epochs: f64| curve.floor + (1.0 - curve.floor) * exp(-curve.speed * epochs);
    let mut progress =
        ArmProgress { eta: curve.eta, first_cost: Some(first), ..ArmProgress::default() };
    for step in 0..steps {
        let here = at(step as f64 / per as f64);
        let bump = 1.0 + 0.45 * noise(step * 7 + arm as u64);
        progress.readings.push(Channel::COST, step, first * here * bump);
        if facts.metric == Metric::Error {
            progress.readings.push(Channel::METRIC, step, 0.4 * here * bump);
        }
    }
    let layers = facts.arms[arm].sizes.len() - 1;
    for epoch in 0..=steps / per {
        let here = at(epoch as f64);
        let accuracy = 0.1 + (curve.accuracy - 0.1) * (1.0 - here) / (1.0 - curve.floor);
        progress.readings.push(Channel::FULL_COST, epoch * per, first * here);
        match facts.metric {
            Metric::Error => progress.readings.push(Channel::FULL_METRIC, epoch * per, 0.4 * here),
            _ => progress.readings.push(Channel::FULL_METRIC, epoch * per, accuracy + 0.01),
        }
        if facts.test_examples > 0 {
            progress.readings.push(Channel::TEST_ACCURACY, epoch * per, accuracy);
        }
        progress.best = (facts.metric == Metric::Accuracy).then_some((accuracy, epoch));
        progress.evaluation = Some(Evaluation {
            epoch,
            step: epoch * per,
            cost: first * here,
            cost_data: first * here,
            accuracy: (facts.metric == Metric::Accuracy).then_some(accuracy + 0.01),
            test_cost: (facts.test_examples > 0).then_some(first * here * 1.1),
            test_accuracy: (facts.test_examples > 0).then_some(accuracy),
            gradient_norm: (0..layers)
                .map(|layer| 0.3 * here * curve.slope / pow(5f64, (layers - 1 - layer) as f64))
                .collect(),
            saturation: (0..layers)
                .map(|layer| 0.62 - 0.2 * layer as f64)
                .map(|s| s.max(0.02))
                .collect(),
            saturated_wrong: 0.02,
            recall: (0..facts.classes.len())
                .map(|class| {
                    Some((accuracy + 0.06 * noise(class as u64 * 31 + arm as u64)).clamp(0.0, 1.0))
                })
                .collect(),
            ..Evaluation::default()
        });
    }
    let error = 0.4 * at(steps as f64 / per as f64);
    progress.gradient_factors = Some(GradientFactors {
        cost: first * at(steps as f64 / per as f64),
        error,
        delta: error * curve.slope,
        slope: curve.slope,
        hidden_slope: (layers > 1).then_some(0.18),
        neuron: None,
    });
    progress
}

/// Returns a run on classes or on points with these arms, after `steps` steps.
pub(crate) fn network(
    facts: RunFacts,
    curves: &[LearningCurve],
    (steps, epochs): (u64, u64),
) -> Update {
    let arms = curves
        .iter()
        .enumerate()
        .map(|(arm, curve)| progress(curve, &facts, (arm, steps)))
        .collect();
    Update {
        begins: Some(Arc::new(facts)),
        state: RunState::Running,
        step: steps,
        epochs,
        pace: Pace::Max,
        rate: Some(312_345.0),
        arms,
        ..Update::default()
    }
}

fn digits_facts(title: &str, arms: Vec<ArmFacts>) -> RunFacts {
    RunFacts {
        name: "mnist".to_owned(),
        title: title.to_owned(),
        summary: "handwritten digits, both costs".to_owned(),
        seed: 1,
        precision: Precision::F32,
        data: "MNIST".to_owned(),
        examples: 50_000,
        test_examples: 10_000,
        batch: 10,
        picture: Some((28, 28)),
        classes: (0..10).map(|d| d.to_string()).collect(),
        metric: Metric::Accuracy,
        clock: Clock::constant(5000),
        arms,
        ..RunFacts::default()
    }
}

/// Returns MNIST with a hidden layer in its eighth epoch.
pub(crate) fn mnist() -> App {
    with_update(mnist_update())
}

/// Returns its update.
pub(crate) fn mnist_update() -> Update {
    let sizes = [784, 30, 10];
    let facts = digits_facts(
        "MNIST",
        vec![
            arm("quadratic", Cost::Quadratic, &sizes),
            arm("cross-entropy", Cost::CrossEntropy, &sizes),
        ],
    );
    let curves = [
        LearningCurve { floor: 0.06, speed: 0.8, slope: 0.094, eta: 3.0, accuracy: 0.948 },
        LearningCurve { floor: 0.03, speed: 1.4, slope: 1.0, eta: 0.5, accuracy: 0.962 },
    ];
    network(facts, &curves, (37_000, 30))
}

/// Returns a large start without a hidden layer: quadratic leaves three digits dead.
pub(crate) fn dead_digits() -> App {
    let sizes = [784, 10];
    let facts = digits_facts(
        "dead digits",
        vec![
            arm("quadratic", Cost::Quadratic, &sizes),
            arm("cross-entropy", Cost::CrossEntropy, &sizes),
        ],
    );
    let curves = [
        LearningCurve { floor: 0.35, speed: 0.5, slope: 0.012, eta: 3.0, accuracy: 0.63 },
        LearningCurve { floor: 0.08, speed: 0.9, slope: 1.0, eta: 0.5, accuracy: 0.9 },
    ];
    let mut update = network(facts, &curves, (21_000, 10));
    if let Some(evaluation) = update.arms[0].evaluation.as_mut() {
        let found = [0.95, 0.97, 0.81, 0.0, 0.88, 0.004, 0.93, 0.86, 0.0, 0.9];
        evaluation.recall = found.map(Some).to_vec();
    }
    with_update(update)
}

/// Returns three arms on ten classes, one of them with a softmax.
pub(crate) fn softmax() -> App {
    let sizes = [784, 30, 10];
    let mut arms = vec![
        arm("quadratic", Cost::Quadratic, &sizes),
        arm("cross-entropy", Cost::CrossEntropy, &sizes),
        arm("log-likelihood", Cost::LogLikelihood, &sizes),
    ];
    arms[2].output = Output::Softmax;
    let curves = [
        LearningCurve { floor: 0.1, speed: 0.5, slope: 0.094, eta: 3.0, accuracy: 0.93 },
        LearningCurve { floor: 0.05, speed: 1.2, slope: 1.0, eta: 0.5, accuracy: 0.95 },
        LearningCurve { floor: 0.04, speed: 1.6, slope: 1.0, eta: 0.2, accuracy: 0.955 },
    ];
    let mut app =
        with_update(network(digits_facts("softmax against sigmoid", arms), &curves, (22_000, 12)));
    app.shared.arm = 2;
    app
}

/// Returns a deep network on points of the plane with one output; η of cross-entropy has been
/// changed during the run.
pub(crate) fn xor() -> App {
    let sizes = [2, 6, 6, 1];
    let facts = RunFacts {
        name: "xor".to_owned(),
        title: "exclusive or".to_owned(),
        data: "xor, 500 points".to_owned(),
        seed: 7,
        examples: 500,
        test_examples: 500,
        batch: 10,
        metric: Metric::Accuracy,
        clock: Clock::constant(50),
        arms: vec![
            arm("quadratic", Cost::Quadratic, &sizes),
            arm("cross-entropy", Cost::CrossEntropy, &sizes),
        ],
        ..RunFacts::default()
    };
    let curves = [
        LearningCurve { floor: 0.5, speed: 0.01, slope: 0.19, eta: 0.5, accuracy: 0.93 },
        LearningCurve { floor: 0.05, speed: 0.05, slope: 1.0, eta: 0.8, accuracy: 0.99 },
    ];
    let mut update = network(facts, &curves, (6_200, 200));
    update.pace = Pace::Epochs(20.0);
    update.notices.push(Notice::Set {
        step: 2_500,
        setting: Setting::Eta { arm: 1, eta: 0.8 },
        etas: vec![0.5, 0.8],
    });
    let mut app = with_update(update);
    app.banner = None;
    app
}

/// Returns four arms of a regression, one of which has diverged.
pub(crate) fn four() -> App {
    let sizes = [2, 8, 1];
    let mut arms: Vec<ArmFacts> = ["sigmoid", "tanh", "relu", "linear"]
        .into_iter()
        .map(|name| arm(name, Cost::Quadratic, &sizes))
        .collect();
    for arm in &mut arms {
        arm.output = Output::Linear;
    }
    let facts = RunFacts {
        name: "plane".to_owned(),
        title: "a plane by four hidden layers".to_owned(),
        data: "plane".to_owned(),
        seed: 1,
        examples: 500,
        batch: 10,
        metric: Metric::Error,
        clock: Clock::constant(50),
        arms,
        ..RunFacts::default()
    };
    let curves = [0.02, 0.05, 0.08, 0.12].map(|speed| LearningCurve {
        floor: 0.02,
        speed,
        slope: 1.0,
        eta: 0.03,
        accuracy: 0.0,
    });
    let mut update = network(facts, &curves, (3_300, 100));
    update.arms[2].diverged = Some(xentviz::testing::telemetry::Divergence {
        step: 812,
        eta: 0.3,
        reason: "a weight beyond 10⁶".to_owned(),
    });
    with_update(update)
}

/// Returns weights that look learnt: a stroke of one sign beside one of the other.
fn layer(rows: usize, columns: usize, seed: u64) -> LayerSnapshot {
    let side = (columns as f64).sqrt();
    let is_picture = side.fract() == 0.0 && columns >= 64;
    let value = |j: usize, k: usize| {
        let n = noise(seed + (j * columns + k) as u64);
        if !is_picture {
            return 1.6 * n;
        }
        let (row, column) = ((k as f64 / side).floor() / side, (k as f64 % side) / side);
        let turn = noise(seed * 3 + j as u64) * 3.0;
        let across = (row - 0.5) * sin(turn) + (column - 0.5) * cos(turn);
        let near = exp(-powi(row - 0.5, 2) * 9.0 - powi(column - 0.5, 2) * 9.0);
        0.9 * near * sin(across * 9.0) + 0.12 * n
    };
    LayerSnapshot {
        rows,
        columns,
        values: (0..rows * columns).map(|i| value(i % rows, i / rows) as f32).collect(),
        biases: (0..rows).map(|j| noise(seed + 977 * j as u64) as f32).collect(),
    }
}

/// Returns how far each neuron has moved: all else equal, neuron j as far as j + 1 others would.
fn changes(layer: &LayerSnapshot) -> Vec<f32> {
    (0..layer.rows).map(|j| 0.25 * ((j * 7) % layer.rows + 1) as f32).collect()
}

/// Returns the chosen neuron after a number of sixths of the steps, as if it had grown evenly.
fn frame(picture: &WeightsSnapshot, sixths: u64) -> FilmFrame {
    let (layer, j, _) = picture.request.cursor.expect("a neuron is chosen");
    let share = sixths as f32 / 6.0;
    let neuron = |layer: &LayerSnapshot| {
        let weights = layer.of_neuron(j).map(|w| w * share).collect();
        Some(NeuronSnapshot { weights, bias: *layer.biases.get(j)? * share })
    };
    let neurons = picture.arms.iter().map(|arm| neuron(&arm[layer])).collect();
    FilmFrame { step: picture.step * sixths / 6, neurons }
}

/// Returns the same dashboard with weights received and the Weights view open.
pub(crate) fn with_weights(mut app: App, request: WeightsRequest) -> App {
    let facts = app.shared.history.facts.clone().expect("a run has begun");
    let arms = facts
        .arms
        .iter()
        .enumerate()
        .map(|(arm, of)| {
            let pairs = of.sizes.windows(2).enumerate();
            pairs.map(|(l, s)| layer(s[1], s[0], (arm * 100 + l) as u64)).collect()
        })
        .collect();
    let reading = WeightReading { value: 0.4213, gradient: -0.0031, start: 0.0517 };
    let cursor = vec![request.cursor.map(|_| reading); facts.arms.len()];
    let step = app.shared.history.step;
    let mut picture = WeightsSnapshot { step, request, arms, cursor, ..WeightsSnapshot::default() };
    if let Some(at) = request.cursor.filter(|_| request.past) {
        picture.changes = picture.arms.iter().map(|arm| changes(&arm[at.0])).collect();
        picture.film = (0..=6).map(|nth| frame(&picture, nth)).collect();
    }
    app.shared.history.weights = Some(Arc::new(picture));
    app.tab = xentviz::testing::views::Tab::Weights;
    if let Some((layer, neuron, input)) = request.cursor {
        (app.shared.weight.layer, app.shared.weight.neuron, app.shared.weight.input) =
            (layer, neuron, input);
        app.shared.cursor_focused = true;
    }
    app.views.weights.of = request.of;
    app
}

/// Returns the Equation view of a built-in scenario after `steps` steps, with these keys typed. The
/// scenario is actually run, and its newest step explained.
pub(crate) fn equation(name: &str, steps: u64, keys: &str) -> App {
    let text = find(name).expect("a built-in scenario").text;
    let scenario = Scenario::read(text, name, &[]).expect("a scenario");
    let open = |_: &Path| unreachable!("it needs no file");
    let data = load(&scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data");
    let mut run = Experiment::new(&scenario, Arc::new(data)).expect("an experiment");
    let mut before = None;
    while run.step() < steps {
        before = Some(snapshot(&mut run));
        run.advance(1, &mut ());
    }
    let now = snapshot(&mut run);
    let eta = |eta: &f64| ArmProgress { eta: *eta, ..ArmProgress::default() };
    let update = Update {
        begins: Some(Arc::new(run.facts())),
        state: RunState::Paused,
        step: steps,
        epochs: run.epochs(),
        pace: scenario.training.pace,
        arms: run.etas().iter().map(eta).collect(),
        ..Update::default()
    };
    let mut app = with_update(update);
    // The tests choose the layer, the arm and the row themselves.
    app.views.equation.was_open = true;
    for key in std::iter::once('2').chain(keys.chars()) {
        let code = if key == '\n' { KeyCode::Enter } else { KeyCode::Char(key) };
        app.update(Message::Key(KeyEvent::from(code)));
        if let Some(Question::Equation(request)) = app.question {
            let equation =
                explain::equation(&now, before.as_ref(), &request, &AtomicBool::new(false));
            let equation = equation.expect("nothing cancels it");
            let equation = Arc::new(without_rounding(equation, &run.facts()));
            app.update(Message::Explained(Answer::Equation(equation)));
        }
    }
    app
}

/// Removes the rounding, which differs between processors: the error of a nudge is rounding in the
/// last digits, and it depends on the order of summation.
fn without_rounding(mut equation: Equation, facts: &RunFacts) -> Equation {
    // The book's rule differs from the nudged gradient by more than rounding.
    let is_gradient = facts.arms.iter().map(|arm| arm.cost != Cost::BookRule);
    for (arm, _) in equation.arms.iter_mut().zip(is_gradient).filter(|(_, is)| *is) {
        assert!(arm.nudge.off < 1e-10, "{:?}", arm.nudge);
        (arm.nudge.off, arm.nudge.digits) = (1e-12, 10);
    }
    equation
}

pub(crate) fn snapshot(run: &mut Experiment) -> Snapshot {
    let facts = run.facts();
    let etas = run.etas().to_vec();
    let arms = run.networks().into_iter().zip(&facts.arms).zip(etas);
    let arm = |((network, facts), eta): ((_, &ArmFacts), f64)| ArmSnapshot {
        network,
        cost: facts.cost,
        eta,
        lambda: facts.lambda,
    };
    Snapshot {
        step: run.step(),
        arms: arms.map(arm).collect(),
        rows: run.next_rows(),
        data: Arc::clone(run.data()),
        precision: facts.precision,
    }
}
