//! The outputs, costs and confusion matrices of the arms over every example of a set.

use std::sync::Arc;

use crate::data::{Data, Dataset};
use crate::explain::answer_stream::KeepGoing;
use crate::explain::{ArmSnapshot, Snapshot, answer};
use crate::math::{finite, narrow};
use crate::nn::{Backprop, BatchLayout, Examples, Network, Precision, Real};
use crate::telemetry::{
    ArmScore, ExampleFilter, ExampleOrder, ExampleOutputs, ExampleRow, ExampleSet, ExamplesRequest,
    ListedExamples,
};

/// The examples of one pass.
const AT_ONCE: usize = 100;

/// The outputs and costs of every arm on every example of a set, after some step. Any part of the set is listed
/// from it without another pass.
pub struct Scores {
    step: u64,
    data: Arc<Data>,
    set: ExampleSet,
    networks: Vec<Network<f64>>,
    arms: Vec<ExampleScores>,
}

/// The outputs and costs of one arm.
struct ExampleScores {
    /// Shape (examples, outputs).
    a: Vec<f32>,
    costs: Vec<f64>,
    score: ArmScore,
}

impl Scores {
    /// Computes the outputs of every arm over a set. Returns `None` once the answer is stale.
    ///
    /// They are computed in the precision of the run, so that every count is that of its evaluation.
    pub fn of(now: &Snapshot, set: ExampleSet, keep_going: &KeepGoing<'_>) -> Option<Self> {
        let arms = now.arms.iter().map(|arm| match now.precision {
            Precision::F64 => of_arm::<f64>(now, arm, set, keep_going),
            Precision::F32 => of_arm::<f32>(now, arm, set, keep_going),
        });
        let arms = arms.collect::<Option<_>>()?;
        let networks = now.arms.iter().map(|arm| arm.network.clone()).collect();
        Some(Self { step: now.step, data: Arc::clone(&now.data), set, networks, arms })
    }

    /// Returns whether these are the scores of the arms as they are now. Other branches of a run have other networks
    /// at the same step.
    pub fn are_of(&self, now: &Snapshot, set: ExampleSet) -> bool {
        let networks = now.arms.iter().map(|arm| &arm.network);
        self.step == now.step
            && self.set == set
            && Arc::ptr_eq(&self.data, &now.data)
            && self.networks.iter().eq(networks)
    }

    /// Returns the requested part of the list of examples.
    pub fn list(&self, request: &ExamplesRequest) -> ListedExamples {
        let (set, is_test) = chosen(&self.data, self.set);
        let mut rows: Vec<usize> =
            (0..set.len()).filter(|row| self.is_listed(*row, request)).collect();
        self.sort(&mut rows, request);
        let shown = rows.iter().skip(request.first).take(request.count);
        ListedExamples {
            request: *request,
            step: self.step,
            is_test,
            of: set.len(),
            listed: rows.len(),
            rows: shown.map(|row| self.row(*row)).collect(),
            arms: self.arms.iter().map(|arm| arm.score.clone()).collect(),
        }
    }

    fn outputs(&self, arm: usize, row: usize) -> &[f32] {
        let outputs = self.data.train.outputs();
        self.arms.get(arm).map_or(&[], |arm| &arm.a[row * outputs..(row + 1) * outputs])
    }

    fn is_listed(&self, row: usize, request: &ExamplesRequest) -> bool {
        let class = class_of(chosen(&self.data, self.set).0, row);
        let found = class.map(|_| answer(self.outputs(request.arm, row)));
        match request.filter {
            ExampleFilter::All => true,
            ExampleFilter::Mistakes => class != found,
            ExampleFilter::Confused { class: this, answer } => {
                class == Some(this) && found == Some(answer)
            }
        }
    }

    /// Sorts rows. Those that are alike stay in the order of the set.
    fn sort(&self, rows: &mut [usize], request: &ExamplesRequest) {
        let set = chosen(&self.data, self.set).0;
        let mut by = |key: &dyn Fn(usize) -> f64| {
            let mut keyed: Vec<(f64, usize)> = rows.iter().map(|row| (key(*row), *row)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            rows.iter_mut().zip(keyed).for_each(|(row, (_, sorted))| *row = sorted);
        };
        let (mut x, mut y) = (vec![0.0; set.inputs()], vec![0.0; set.outputs()]);
        match request.order {
            ExampleOrder::AsRead => {}
            ExampleOrder::WorstFirst => {
                let costs = self.arms.get(request.arm).map_or(&[][..], |arm| &arm.costs);
                by(&|row| -costs.get(row).copied().unwrap_or(0.0));
            }
            ExampleOrder::ByInput(input) => {
                let values: Vec<f64> = (0..set.len())
                    .map(|row| {
                        set.write_input(row, &mut x);
                        x.get(input).copied().unwrap_or(0.0)
                    })
                    .collect();
                by(&|row| values[row]);
            }
            ExampleOrder::ByTarget => {
                let values: Vec<f64> = (0..set.len())
                    .map(|row| {
                        set.write_target(row, &mut y);
                        set.class(row).map_or(y[0], |class| class as f64)
                    })
                    .collect();
                by(&|row| values[row]);
            }
            ExampleOrder::ByOutput(output) => {
                let a = |row: usize| self.outputs(request.arm, row).get(output).copied();
                by(&|row| -f64::from(a(row).unwrap_or(0.0)));
            }
        }
    }

    fn row(&self, row: usize) -> ExampleRow {
        let set = chosen(&self.data, self.set).0;
        let (mut x, mut y) = (vec![0.0; set.inputs()], vec![0.0; set.outputs()]);
        set.write_input(row, &mut x);
        set.write_target(row, &mut y);
        let class = class_of(set, row);
        let arms = (0..self.arms.len()).map(|arm| {
            let a = self.outputs(arm, row).to_vec();
            ExampleOutputs { cost: self.arms[arm].costs[row], answer: class.map(|_| answer(&a)), a }
        });
        ExampleRow { row, x, y, class, arms: arms.collect() }
    }
}

/// Returns the set of that kind, and whether it is the test set.
pub(super) fn chosen(data: &Data, set: ExampleSet) -> (&Dataset, bool) {
    match (set, &data.test) {
        (ExampleSet::Test, Some(test)) => (test, true),
        _ => (&data.train, false),
    }
}

/// Returns the class of an example: with one output 0 or 1.
pub(super) fn class_of(set: &Dataset, row: usize) -> Option<usize> {
    if set.is_binary() {
        let mut y = [0.0];
        set.write_target(row, &mut y);
        return Some(usize::from(y[0] >= 0.5));
    }
    set.class(row)
}

/// Returns the number of classes of a set; 0 if its targets are numbers.
pub(super) fn classes(set: &Dataset) -> usize {
    match set.outputs() {
        _ if !set.has_classes() => 0,
        1 => 2,
        outputs => outputs,
    }
}

fn of_arm<R: Real>(
    now: &Snapshot,
    arm: &ArmSnapshot,
    set: ExampleSet,
    keep_going: &KeepGoing<'_>,
) -> Option<ExampleScores> {
    let set = chosen(&now.data, set).0;
    let narrow_network =
        Network::<R>::new(arm.network.hidden(), arm.network.output(), arm.network.parameters());
    let (outputs, count, classes) = (set.outputs(), set.len(), classes(set));
    let mut examples = Examples::<R>::new(set.inputs(), outputs, AT_ONCE, BatchLayout::Sparse);
    let mut backprop = Backprop::<R>::new(&narrow_network, AT_ONCE);
    let last = narrow_network.layers().len() - 1;
    let mut scores = ExampleScores {
        a: Vec::with_capacity(count * outputs),
        costs: Vec::with_capacity(count),
        score: ArmScore { confusion: vec![0; classes * classes], classes, mean_error: 0.0 },
    };
    let (mut z, mut y) = (vec![0.0; outputs], vec![0.0; outputs]);
    let rows: Vec<u32> = (0..count as u32).collect();
    for rows in rows.chunks(AT_ONCE) {
        if !keep_going() {
            return None;
        }
        examples.clear();
        set.gather(rows, &[], &mut examples);
        backprop.forward(&narrow_network, examples.all());
        let (all_a, all_z) = (backprop.last_activations(), backprop.weighted_inputs(last));
        for ((row, a), z_of_row) in rows.iter().zip(all_a.rows()).zip(all_z.rows()) {
            let row = *row as usize;
            z.iter_mut().zip(z_of_row).for_each(|(to, z)| *to = Real::to_f64(*z));
            set.write_target(row, &mut y);
            scores.costs.push(finite(arm.cost.of_example(arm.network.output(), &z, &y)));
            let from = scores.a.len();
            scores.a.extend(a.iter().map(|a| narrow(Real::to_f64(*a))));
            let of_row = &scores.a[from..];
            let off = of_row.iter().zip(&y).map(|(a, y)| (f64::from(*a) - y).abs()).sum::<f64>();
            scores.score.mean_error += off / (count * outputs) as f64;
            if let Some(class) = class_of(set, row) {
                scores.score.confusion[class * classes + answer(of_row)] += 1;
            }
        }
    }
    Some(scores)
}

#[cfg(test)]
mod tests;
