//! How good each arm is over the whole sets, found out in slices so that nobody waits long.

use std::sync::Arc;

use crate::data::{Data, DataSet};
use crate::experiment::arm::Arm;
use crate::nn::{Backprop, Gradients, MiniBatch, Network, Real};
use crate::telemetry::Evaluation;

/// The most examples of the training set over which gradients and saturation are taken.
const LOOKED_AT: usize = 10_000;

/// The most examples of a slice. Sums run over slices, so it may depend on nothing that differs
/// between runs of the same arm.
pub(super) const SLICE: usize = 128;

/// The most inputs of a slice together, so that it stays in the cache.
const SLICE_INPUTS: usize = 1 << 18;

/// Where an evaluation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Idle,
    Training(usize),
    Test(usize),
}

/// Evaluates arms. Its work space is made once.
pub(super) struct Evaluator<R> {
    data: Arc<Data>,
    progress: Progress,
    batch: MiniBatch<R>,
    sums: Vec<Sums<R>>,
}

/// What has been summed up of one arm.
struct Sums<R> {
    backprop: Backprop<R>,
    gradients: Gradients<R>,
    training: Score,
    test: Score,
    saturated: Vec<usize>,
}

/// How one set has been done so far.
#[derive(Clone, Debug, Default)]
struct Score {
    cost: f64,
    right: usize,
    /// For each class its examples, and those of them that are found.
    classes: Vec<(usize, usize)>,
}

impl<R: Real> Evaluator<R> {
    pub(super) fn new(data: Arc<Data>, arms: &[Arm<R>]) -> Self {
        let (inputs, outputs) = (data.train.inputs(), data.train.outputs());
        let longest = data.train.len().max(data.test.as_ref().map_or(0, DataSet::len));
        let rows = SLICE.min(SLICE_INPUTS / inputs).max(1).min(longest);
        let sums = arms.iter().map(|arm| Sums::new(&arm.network, rows)).collect();
        let batch = MiniBatch::new(inputs, outputs, rows);
        Self { data, progress: Progress::Idle, batch, sums }
    }

    /// Whether it is in the middle of an evaluation.
    pub(super) fn is_under_way(&self) -> bool {
        self.progress != Progress::Idle
    }

    /// Begins with the first example.
    pub(super) fn begin(&mut self, arms: &[Arm<R>]) {
        self.progress = Progress::Training(0);
        let classes = if self.data.train.is_one_hot() { self.data.train.outputs() } else { 0 };
        for (sums, arm) in self.sums.iter_mut().zip(arms) {
            sums.clear(&arm.network, classes);
        }
    }

    /// Gives up what is under way.
    pub(super) fn stop(&mut self) {
        self.progress = Progress::Idle;
    }

    /// The examples of a slice.
    pub(super) fn slice_len(&self) -> usize {
        self.batch.capacity()
    }

    /// Does one slice for every arm that has not diverged; returns whether it was the last.
    pub(super) fn slice(&mut self, arms: &[Arm<R>]) -> bool {
        let data = Arc::clone(&self.data);
        match (self.progress, &data.test) {
            (Progress::Idle, _) => return true,
            (Progress::Training(from), _) => {
                // Gradients are taken of whole slices.
                let end = if from < LOOKED_AT { LOOKED_AT } else { usize::MAX };
                let to = self.fill(&data.train, from, end);
                self.visit(arms, &data.train, from < LOOKED_AT);
                self.progress = match (to == data.train.len(), &data.test) {
                    (false, _) => Progress::Training(to),
                    (true, Some(_)) => Progress::Test(0),
                    (true, None) => Progress::Idle,
                };
            }
            (Progress::Test(_), None) => self.progress = Progress::Idle,
            (Progress::Test(from), Some(test)) => {
                let to = self.fill(test, from, usize::MAX);
                self.score_test(arms, test);
                self.progress = if to == test.len() { Progress::Idle } else { Progress::Test(to) };
            }
        }
        !self.is_under_way()
    }

    /// Takes examples into the slice, from `from` and before `end`; returns where it stopped.
    fn fill(&mut self, set: &DataSet, from: usize, end: usize) -> usize {
        let to = (from + self.batch.capacity()).min(end).min(set.len());
        self.batch.clear();
        for row in from..to {
            self.batch.push(|x, y| {
                set.write_input(row, x);
                set.write_target(row, y);
            });
        }
        to
    }

    fn visit(&mut self, arms: &[Arm<R>], set: &DataSet, looks: bool) {
        let share = 1.0 / LOOKED_AT.min(set.len()) as f64;
        for (arm, sums) in arms.iter().zip(&mut self.sums) {
            if arm.divergence.is_some() {
                continue;
            }
            sums.backprop.forward(&arm.network, &self.batch);
            sums.training.add(&sums.backprop, arm, &self.batch, set);
            if looks {
                sums.backprop.backward(&arm.network, arm.cost, &self.batch);
                sums.backprop.add_gradients(&mut sums.gradients, &self.batch, share);
                for (l, saturated) in sums.saturated.iter_mut().enumerate() {
                    *saturated += sums.backprop.saturated(l);
                }
            }
        }
    }

    fn score_test(&mut self, arms: &[Arm<R>], test: &DataSet) {
        for (arm, sums) in arms.iter().zip(&mut self.sums) {
            if arm.divergence.is_none() {
                sums.backprop.forward(&arm.network, &self.batch);
                sums.test.add(&sums.backprop, arm, &self.batch, test);
            }
        }
    }

    /// The evaluation of an arm once the last slice is done; `None` where a number in it is not
    /// finite. `step` and `epoch` are those done.
    pub(super) fn outcome(
        &self,
        index: usize,
        arm: &Arm<R>,
        (step, epoch): (u64, u64),
    ) -> Option<Evaluation> {
        let (sums, train) = (&self.sums[index], &self.data.train);
        let n = train.len();
        let cost_data = sums.training.cost / n as f64;
        let l2 = 0.5 * arm.shrinking * arm.network.sum_of_squared_weights();
        let test = self.data.test.as_ref();
        let looked = LOOKED_AT.min(n) as f64;
        let sizes = arm.network.sizes();
        let saturation = sums.saturated.iter().zip(&sizes[1..]);
        let recalled = if test.is_some() { &sums.test } else { &sums.training };
        let evaluation = Evaluation {
            epoch,
            step,
            cost: cost_data + if arm.shrinking == 0.0 { 0.0 } else { l2 },
            cost_data,
            accuracy: sums.training.accuracy(train),
            test_cost: test.map(|test| sums.test.cost / test.len() as f64),
            test_accuracy: test.and_then(|test| sums.test.accuracy(test)),
            gradient_norm: (0..sizes.len() - 1).map(|l| sums.gradients.norm(l)).collect(),
            saturation: saturation.map(|(s, n)| *s as f64 / (looked * *n as f64)).collect(),
            recall: recalled.recall(),
        };
        let finite = [evaluation.cost, evaluation.test_cost.unwrap_or(0.0)]
            .into_iter()
            .chain(evaluation.gradient_norm.iter().copied())
            .all(f64::is_finite);
        finite.then_some(evaluation)
    }
}

impl<R: Real> Sums<R> {
    fn new(network: &Network<R>, rows: usize) -> Self {
        Self {
            backprop: Backprop::new(network, rows),
            gradients: Gradients::zeros(network),
            training: Score::default(),
            test: Score::default(),
            saturated: vec![0; network.layers().len()],
        }
    }

    fn clear(&mut self, network: &Network<R>, classes: usize) {
        self.gradients = Gradients::zeros(network);
        self.training.clear(classes);
        self.test.clear(classes);
        self.saturated.fill(0);
    }
}

impl Score {
    fn clear(&mut self, classes: usize) {
        (self.cost, self.right) = (0.0, 0);
        self.classes.clear();
        self.classes.resize(classes, (0, 0));
    }

    /// Adds the examples of a slice, after a forward pass.
    fn add<R: Real>(
        &mut self,
        backprop: &Backprop<R>,
        arm: &Arm<R>,
        batch: &MiniBatch<R>,
        set: &DataSet,
    ) {
        self.cost += backprop.cost(arm.cost, batch) * batch.rows() as f64;
        let outputs = backprop.activations(arm.network.layers().len() - 1);
        if set.is_binary() {
            let half = R::of(0.5);
            let right = |row: &usize| (outputs[[*row, 0]] >= half) == (batch.y(*row)[0] >= half);
            self.right += (0..batch.rows()).filter(right).count();
        } else if set.is_one_hot() {
            for (row, a) in outputs.outer_iter().enumerate() {
                let class = largest(batch.y(row).iter());
                let found = largest(a.iter()) == class;
                self.right += usize::from(found);
                if let Some((examples, right)) = self.classes.get_mut(class) {
                    *examples += 1;
                    *right += usize::from(found);
                }
            }
        }
    }

    fn accuracy(&self, set: &DataSet) -> Option<f64> {
        let has_classes = set.is_binary() || set.is_one_hot();
        has_classes.then(|| self.right as f64 / set.len() as f64)
    }

    /// The share of each class that is found; none of a class without examples.
    fn recall(&self) -> Vec<Option<f64>> {
        let share = |&(examples, right): &(usize, usize)| {
            (examples > 0).then(|| right as f64 / examples as f64)
        };
        self.classes.iter().map(share).collect()
    }
}

/// The index of the largest number, the first of several.
fn largest<'n, R: Real>(numbers: impl Iterator<Item = &'n R>) -> usize {
    let mut best = (0, R::neg_infinity());
    for (i, number) in numbers.enumerate() {
        if *number > best.1 {
            best = (i, *number);
        }
    }
    best.0
}
