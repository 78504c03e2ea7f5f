//! Evaluates a network over whole datasets in slices, so that no call takes long.

use std::sync::Arc;

use crate::data::{Data, Dataset};
use crate::experiment::arm::Arm;
use crate::experiment::observer::EvaluationScope;
use crate::nn::{Backprop, BatchLayout, Cost, Examples, Gradients, Network, Real};
use crate::scenario::EVALUATED_AT_ONCE;
use crate::telemetry::{Evaluation, Fit};

/// The most training examples over which gradients and saturation are computed.
const GRADIENT_EXAMPLES: usize = 10_000;

/// The most examples of a slice. Sums are accumulated slice by slice, so the size must not depend on
/// anything that differs between runs of the same arm.
pub(super) const SLICE: usize = EVALUATED_AT_ONCE;

/// The most inputs of all examples of a slice, so that the slice stays in the cache.
const SLICE_INPUTS: usize = 1 << 18;

/// The stage of an evaluation, with the first row of its next slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EvalStage {
    Training(usize),
    Test(usize),
    Done,
}

/// The result of evaluating an arm.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum EvalOutcome {
    /// The arm was skipped: it has diverged or waits for the others.
    Skipped,
    /// A cost or a gradient norm is not finite.
    NonFinite,
    /// The complete evaluation.
    Full(Evaluation),
    /// The accuracy and the epochs done, if only the accuracy was requested.
    AccuracyOnly {
        /// The accuracy on the test set if it has classes, else on the training set.
        accuracy: f64,
        epoch: u64,
    },
}

/// The number of steps and epochs done when an evaluation begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct EvalPoint {
    pub(super) step: u64,
    pub(super) epoch: u64,
}

/// An evaluation of a copy of one arm's network. Its buffers are allocated once.
pub(super) struct EvalPass<R> {
    data: Arc<Data>,
    stage: EvalStage,
    scope: EvaluationScope,
    /// Whether the arm is evaluated: an idle arm is not.
    is_present: bool,
    /// The point of the run at which the evaluation began.
    at: EvalPoint,
    buffer: Examples<R>,
    network: Network<R>,
    cost: Cost,
    /// λ/n.
    shrinking: f64,
    backprop: Backprop<R>,
    gradients: Gradients<R>,
    training: SetScore,
    test: SetScore,
    /// Σ(y − ȳ)² of each output over the training and the test set; empty for classes.
    spreads: [Vec<f64>; 2],
    /// The unit of a single target.
    unit: f64,
    saturated: Vec<usize>,
    saturated_wrong: usize,
}

/// The sums over one dataset so far.
#[derive(Clone, Debug, Default)]
struct SetScore {
    cost: f64,
    right: usize,
    /// For each class the number of its examples, and of those classified correctly.
    classes: Vec<(usize, usize)>,
    /// Σ(a − y)² and Σ|a − y| of each output; empty if targets are classes.
    errors: Vec<(f64, f64)>,
}

impl<R: Real> EvalPass<R> {
    pub(super) fn new(data: &Arc<Data>, arm: &Arm<R>) -> Self {
        let (inputs, outputs) = (data.train.inputs(), data.train.outputs());
        let rows = slice_len(data);
        Self {
            data: Arc::clone(data),
            stage: EvalStage::Done,
            scope: EvaluationScope::default(),
            is_present: false,
            at: EvalPoint::default(),
            buffer: Examples::new(inputs, outputs, rows, BatchLayout::Sparse),
            network: arm.network.clone(),
            cost: arm.cost,
            shrinking: arm.shrinking,
            backprop: Backprop::new(&arm.network, rows),
            gradients: Gradients::zeros(&arm.network),
            training: SetScore::default(),
            test: SetScore::default(),
            spreads: [Some(&data.train), data.test.as_ref()]
                .map(|set| set.map_or_else(Vec::new, Dataset::spread_of_targets)),
            unit: data.target.as_ref().map_or(1.0, |target| target.by),
            saturated: vec![0; arm.network.layers().len()],
            saturated_wrong: 0,
        }
    }

    /// Begins at the first example with a copy of the arm at this point of the run.
    pub(super) fn begin(&mut self, arm: &Arm<R>, at: EvalPoint, scope: EvaluationScope) {
        self.at = at;
        self.is_present = !arm.is_idle(at.step) && !arm.is_evaluated_at(at.step);
        self.scope = scope;
        self.stage = EvalStage::Done;
        if self.is_present {
            self.network.copy_from(&arm.network);
            self.stage = self.first_stage();
        }
        let train = &self.data.train;
        let classes = if train.is_one_hot() { train.outputs() } else { 0 };
        self.gradients.clear();
        let numbers = if train.has_classes() { 0 } else { train.outputs() };
        self.training.clear(classes, numbers);
        self.test.clear(classes, numbers);
        self.saturated.fill(0);
        self.saturated_wrong = 0;
    }

    /// Returns the first stage. Widens the scope to everything if a number might not be finite.
    fn first_stage(&mut self) -> EvalStage {
        if self.scope == EvaluationScope::BestAccuracy && self.is_surely_finite() {
            return match (&self.data.train, &self.data.test) {
                (_, Some(test)) if test.has_classes() => EvalStage::Test(0),
                (train, _) if train.has_classes() => EvalStage::Training(0),
                _ => EvalStage::Done,
            };
        }
        self.scope = EvaluationScope::Everything;
        EvalStage::Training(0)
    }

    /// Returns whether every number in an evaluation is sure to be finite.
    fn is_surely_finite(&self) -> bool {
        let sets = [Some(&self.data.train), self.data.test.as_ref()];
        let mut largest = sets.into_iter().flatten().map(Dataset::largest);
        largest.all(|(x, y)| self.network.is_surely_finite(x, y)) && self.l2().is_finite()
    }

    /// Returns the L2 term of the cost: ½ λ/n Σw².
    fn l2(&self) -> f64 {
        if self.shrinking == 0.0 {
            return 0.0;
        }
        0.5 * self.shrinking * self.network.sum_of_squared_weights()
    }

    /// Returns whether no slice is left.
    pub(super) fn is_done(&self) -> bool {
        self.stage == EvalStage::Done
    }

    /// Evaluates at most `slices` slices.
    pub(super) fn advance(&mut self, slices: usize) {
        for _ in 0..slices {
            if self.is_done() {
                return;
            }
            self.slice();
        }
    }

    fn slice(&mut self) {
        let data = Arc::clone(&self.data);
        match (self.stage, &data.test) {
            (EvalStage::Training(from), test) => {
                let is_whole = self.scope == EvaluationScope::Everything;
                let needs_gradients = is_whole && from < GRADIENT_EXAMPLES;
                // Gradients are computed over whole slices.
                let end = if needs_gradients { GRADIENT_EXAMPLES } else { usize::MAX };
                let to = self.fill_buffer(&data.train, from, end);
                let share = 1.0 / GRADIENT_EXAMPLES.min(data.train.len()) as f64;
                self.run_forward(&data.train, needs_gradients.then_some(share));
                self.stage = match (to == data.train.len(), test) {
                    (false, _) => EvalStage::Training(to),
                    (true, Some(_)) if is_whole => EvalStage::Test(0),
                    (true, _) => EvalStage::Done,
                };
            }
            (EvalStage::Test(from), Some(test)) => {
                let to = self.fill_buffer(test, from, usize::MAX);
                self.backprop.forward(&self.network, self.buffer.all());
                self.test.add(&self.backprop, self.cost, test);
                self.stage = if to == test.len() { EvalStage::Done } else { EvalStage::Test(to) };
            }
            (EvalStage::Test(_), None) | (EvalStage::Done, _) => self.stage = EvalStage::Done,
        }
    }

    /// Copies examples into the buffer and returns the row at which it stopped.
    fn fill_buffer(&mut self, set: &Dataset, from: usize, end: usize) -> usize {
        let to = (from + self.buffer.capacity()).min(end).min(set.len());
        self.buffer.clear();
        let mut rows = [0; SLICE];
        let rows = &mut rows[..to - from];
        for (row, number) in rows.iter_mut().zip(from as u32..) {
            *row = number;
        }
        set.gather(rows, &[], &mut self.buffer);
        to
    }

    /// Runs the network on the buffered training examples and adds their gradients with weight `share`, if
    /// given.
    fn run_forward(&mut self, train: &Dataset, share: Option<f64>) {
        let (backprop, batch) = (&mut self.backprop, self.buffer.all());
        backprop.forward(&self.network, batch);
        if let Some(share) = share {
            backprop.backward(&self.network, self.cost.with_gradient());
            backprop.add_gradients(&mut self.gradients, batch, share);
            for (l, saturated) in self.saturated.iter_mut().enumerate() {
                *saturated += backprop.saturated(l);
            }
            self.saturated_wrong += backprop.saturated_wrong();
        }
        self.training.add(backprop, self.cost, train);
    }

    /// Returns the outcome; valid once the last slice is done.
    pub(super) fn outcome(&self) -> EvalOutcome {
        if !self.is_present {
            return EvalOutcome::Skipped;
        }
        if self.scope == EvaluationScope::BestAccuracy {
            return self.accuracy_outcome();
        }
        let EvalPoint { step, epoch } = self.at;
        let (train, test) = (&self.data.train, self.data.test.as_ref());
        let n = train.len();
        let cost_data = self.training.cost / n as f64;
        let examined = GRADIENT_EXAMPLES.min(n) as f64;
        let sizes = self.network.sizes();
        let saturation = self.saturated.iter().zip(&sizes[1..]);
        let outputs = examined * sizes[sizes.len() - 1] as f64;
        let recalled = if test.is_some() { &self.test } else { &self.training };
        let evaluation = Evaluation {
            epoch,
            step,
            cost: cost_data + self.l2(),
            cost_data,
            accuracy: self.training.accuracy(train),
            test_cost: test.map(|test| self.test.cost / test.len() as f64),
            test_accuracy: test.and_then(|test| self.test.accuracy(test)),
            fit: self.training.fit(&self.spreads[0], n, self.unit),
            test_fit: test.and_then(|test| self.test.fit(&self.spreads[1], test.len(), self.unit)),
            gradient_norm: (0..sizes.len() - 1).map(|l| self.gradients.norm(l)).collect(),
            saturation: saturation.map(|(s, n)| *s as f64 / (examined * *n as f64)).collect(),
            saturated_wrong: self.saturated_wrong as f64 / outputs,
            recall: recalled.recall(),
        };
        let is_finite = [evaluation.cost, evaluation.test_cost.unwrap_or(0.0)]
            .into_iter()
            .chain(evaluation.gradient_norm.iter().copied())
            .all(f64::is_finite);
        if is_finite { EvalOutcome::Full(evaluation) } else { EvalOutcome::NonFinite }
    }

    fn accuracy_outcome(&self) -> EvalOutcome {
        let of_test = self.data.test.as_ref().and_then(|test| self.test.accuracy(test));
        let accuracy = of_test.or_else(|| self.training.accuracy(&self.data.train));
        let epoch = self.at.epoch;
        accuracy
            .map_or(EvalOutcome::Skipped, |accuracy| EvalOutcome::AccuracyOnly { accuracy, epoch })
    }
}

/// Returns the most examples of a slice whose inputs stay in the cache.
pub(super) fn slice_len(data: &Data) -> usize {
    let longest = data.train.len().max(data.test.as_ref().map_or(0, Dataset::len));
    SLICE.min(SLICE_INPUTS / data.train.inputs()).max(1).min(longest)
}

impl SetScore {
    fn clear(&mut self, classes: usize, numbers: usize) {
        (self.cost, self.right) = (0.0, 0);
        self.classes.clear();
        self.classes.resize(classes, (0, 0));
        self.errors.clear();
        self.errors.resize(numbers, (0.0, 0.0));
    }

    /// Adds the examples of a slice, after a forward pass.
    fn add<R: Real>(&mut self, backprop: &Backprop<R>, cost: Cost, set: &Dataset) {
        let outputs = backprop.last_activations();
        let targets = backprop.targets();
        self.cost += backprop.cost(cost) * outputs.nrows() as f64;
        if set.is_binary() {
            let half = R::of(0.5);
            let pairs = outputs.iter().zip(targets);
            self.right += pairs.filter(|(a, y)| (**a >= half) == (**y >= half)).count();
        } else if set.is_one_hot() {
            for (a, y) in outputs.outer_iter().zip(targets.outer_iter()) {
                let class = largest(y.iter());
                let found = largest(a.iter()) == class;
                self.right += usize::from(found);
                if let Some((examples, right)) = self.classes.get_mut(class) {
                    *examples += 1;
                    *right += usize::from(found);
                }
            }
        }
        for (a, y) in outputs.outer_iter().zip(targets.outer_iter()) {
            for ((squares, sizes), (a, y)) in self.errors.iter_mut().zip(a.iter().zip(y)) {
                let error = (*a).to_f64() - (*y).to_f64();
                *squares += error * error;
                *sizes += error.abs();
            }
        }
    }

    /// Returns how well numeric targets of `rows` examples are met; `None` if targets are classes.
    fn fit(&self, spreads: &[f64], rows: usize, unit: f64) -> Option<Fit> {
        let outputs = self.errors.len();
        if outputs == 0 || spreads.len() != outputs {
            return None;
        }
        let sizes: f64 = self.errors.iter().map(|(_, sizes)| sizes).sum();
        let shares = self.errors.iter().zip(spreads);
        let r2 = shares.map(|((squares, _), spread)| 1.0 - squares / spread).sum::<f64>();
        let r2 = r2 / outputs as f64;
        Some(Fit {
            r2: Some(r2).filter(|r2| r2.is_finite()),
            mean_error: unit * sizes / (rows * outputs) as f64,
        })
    }

    fn accuracy(&self, set: &Dataset) -> Option<f64> {
        set.has_classes().then(|| self.right as f64 / set.len() as f64)
    }

    /// Returns the share of each class that is classified correctly; `None` for a class without examples.
    fn recall(&self) -> Vec<Option<f64>> {
        let share = |&(examples, right): &(usize, usize)| {
            (examples > 0).then(|| right as f64 / examples as f64)
        };
        self.classes.iter().map(share).collect()
    }
}

/// Returns the index of the largest number, the first of several equal ones.
fn largest<'n, R: Real>(numbers: impl Iterator<Item = &'n R>) -> usize {
    let mut best = (0, R::neg_infinity());
    for (i, number) in numbers.enumerate() {
        if *number > best.1 {
            best = (i, *number);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2};

    use super::*;
    use crate::data::table;
    use crate::experiment::arm::ArmTraining;
    use crate::nn::{Activation, Output};

    /// Returns a training set and, unless it is empty, a test set.
    fn data(train: &[f64], test: &[f64]) -> Arc<Data> {
        let column = |numbers: &[f64]| numbers.iter().map(|y| vec![*y]).collect::<Vec<_>>();
        let set = |y: &[f64]| table(&vec![vec![0.5]; y.len()], &column(y));
        let test = (!test.is_empty()).then(|| set(test).train);
        Arc::new(Data { test, ..set(train) })
    }

    /// Returns the number of evaluated examples, and the outcome of an arm whose output is always 1/2.
    fn examine(data: &Arc<Data>, scope: EvaluationScope, w: f64) -> (usize, EvalOutcome) {
        let layer = (Array2::from_elem((1, 1), w), Array1::from_elem(1, -0.5 * w));
        let network = Network::<f64>::new(Activation::Sigmoid, Output::Sigmoid, [layer]);
        let arm = Arm::new(
            network,
            Cost::Quadratic,
            &ArmTraining { shrinking: 0.0, batch: 1, cost_scale: 1.0 },
        );
        let mut pass = EvalPass::new(data, &arm);
        pass.begin(&arm, EvalPoint { step: 2, epoch: 1 }, scope);
        let mut answered = 0;
        while !pass.is_done() {
            pass.advance(1);
            answered += pass.buffer.rows();
        }
        (answered, pass.outcome())
    }

    #[test]
    fn no_more_examples_are_evaluated_than_the_scope_requires() {
        let ((zeros, ones), halves) = ((vec![0.0; 300], vec![1.0; 200]), vec![0.25; 200]);
        let (all, best) = (EvaluationScope::Everything, EvaluationScope::BestAccuracy);
        let accurate = |accuracy| EvalOutcome::AccuracyOnly { accuracy, epoch: 1 };
        // An output of 1/2 counts as 1.
        for (data, answered, outcome) in [
            (data(&zeros, &ones), 200, accurate(1.0)),
            (data(&zeros, &[]), 300, accurate(0.0)),
            (data(&zeros, &halves), 300, accurate(0.0)),
            (data(&halves, &ones), 200, accurate(1.0)),
            (data(&halves, &[]), 0, EvalOutcome::Skipped),
        ] {
            assert_eq!(examine(&data, best, 0.0), (answered, outcome));
            let total = data.train.len() + data.test.as_ref().map_or(0, Dataset::len);
            let (answered, outcome) = examine(&data, all, 0.0);
            assert!(answered == total && matches!(outcome, EvalOutcome::Full(_)), "{outcome:?}");
        }
    }

    #[test]
    fn everything_is_evaluated_if_a_number_may_not_be_finite() {
        let data = data(&[0.0; 300], &[1.0; 200]);
        assert_eq!(examine(&data, EvaluationScope::BestAccuracy, 1e100).0, 500);
        assert_eq!(examine(&data, EvaluationScope::BestAccuracy, 1e50).0, 200);
    }
}
