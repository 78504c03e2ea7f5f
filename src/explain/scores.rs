//! The outputs, costs and confusion matrices of the arms over every example of a set.

use std::sync::Arc;

use crate::data::Data;
use crate::explain::answer_stream::KeepGoing;
use crate::explain::set_outputs::{SetOutputs, answer, chosen, class_of, classes, outputs_on};
use crate::explain::{ArmSnapshot, Snapshot};
use crate::math::finite;
use crate::nn::Network;
use crate::telemetry::{
    ArmScore, ExampleFilter, ExampleOrder, ExampleOutputs, ExampleRow, ExampleSet, ExamplesRequest,
    ListedExamples,
};

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
    a: Vec<f64>,
    costs: Vec<f64>,
    score: ArmScore,
}

impl Scores {
    /// Computes the outputs of every arm over a set. Returns `None` once the answer is stale.
    pub fn of(now: &Snapshot, set: ExampleSet, keep_going: &KeepGoing<'_>) -> Option<Self> {
        let arms = now.arms.iter().map(|arm| of_arm(now, arm, set, keep_going));
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

    fn outputs(&self, arm: usize, row: usize) -> &[f64] {
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
                by(&|row| -a(row).unwrap_or(0.0));
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

fn of_arm(
    now: &Snapshot,
    arm: &ArmSnapshot,
    set: ExampleSet,
    keep_going: &KeepGoing<'_>,
) -> Option<ExampleScores> {
    let set = chosen(&now.data, set).0;
    let (outputs, count, classes) = (set.outputs(), set.len(), classes(set));
    let mut scores = ExampleScores {
        a: Vec::with_capacity(count * outputs),
        costs: Vec::with_capacity(count),
        score: ArmScore { confusion: vec![0; classes * classes], classes, mean_error: 0.0 },
    };
    let mut y = vec![0.0; outputs];
    let rows: Vec<u32> = (0..count as u32).collect();
    let found = &mut |SetOutputs { row, a, z }: SetOutputs<'_>| {
        set.write_target(row, &mut y);
        scores.costs.push(finite(arm.cost.of_example(arm.network.output(), z, &y)));
        scores.a.extend_from_slice(a);
        let off = a.iter().zip(&y).map(|(a, y)| (a - y).abs()).sum::<f64>();
        scores.score.mean_error += off / (count * outputs) as f64;
        if let Some(class) = class_of(set, row) {
            scores.score.confusion[class * classes + answer(a)] += 1;
        }
    };
    outputs_on((now, arm), (set, &rows), keep_going, found)?;
    Some(scores)
}

#[cfg(test)]
mod tests;
