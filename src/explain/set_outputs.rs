//! The outputs of an arm on the examples of a set, and the classes that they stand for.

use crate::data::{Data, Dataset};
use crate::explain::answer_stream::KeepGoing;
use crate::explain::{ArmSnapshot, Snapshot};
use crate::math::finite;
use crate::nn::{Backprop, BatchLayout, Examples, Network, Precision, Real};
use crate::telemetry::ExampleSet;

/// The examples of one pass.
const AT_ONCE: usize = 100;

/// What an arm makes of one example.
pub(super) struct SetOutputs<'a> {
    /// The row of the example in its set.
    pub(super) row: usize,
    /// The activations of the last layer.
    pub(super) a: &'a [f64],
    /// Its weighted inputs.
    pub(super) z: &'a [f64],
}

/// Calls `found` for each of these rows of a set. Returns `None` once the answer is stale.
///
/// The outputs are computed in the precision of the run, so that every count of mistakes is that of its evaluation,
/// ties between saturated outputs among them.
pub(super) fn outputs_on(
    (now, arm): (&Snapshot, &ArmSnapshot),
    (set, rows): (&Dataset, &[u32]),
    keep_going: &KeepGoing<'_>,
    found: &mut dyn FnMut(SetOutputs<'_>),
) -> Option<()> {
    match now.precision {
        Precision::F64 => in_precision::<f64>(arm, (set, rows), keep_going, found),
        Precision::F32 => in_precision::<f32>(arm, (set, rows), keep_going, found),
    }
}

fn in_precision<R: Real>(
    arm: &ArmSnapshot,
    (set, rows): (&Dataset, &[u32]),
    keep_going: &KeepGoing<'_>,
    found: &mut dyn FnMut(SetOutputs<'_>),
) -> Option<()> {
    let (of_run, outputs) = (&arm.network, set.outputs());
    let network = Network::<R>::new(of_run.hidden(), of_run.output(), of_run.parameters());
    let mut examples = Examples::<R>::new(set.inputs(), outputs, AT_ONCE, BatchLayout::Sparse);
    let mut backprop = Backprop::<R>::new(&network, AT_ONCE);
    let last = network.layers().len() - 1;
    let (mut a, mut z) = (vec![0.0; outputs], vec![0.0; outputs]);
    for rows in rows.chunks(AT_ONCE) {
        if !keep_going() {
            return None;
        }
        examples.clear();
        set.gather(rows, &[], &mut examples);
        backprop.forward(&network, examples.all());
        let (all_a, all_z) = (backprop.last_activations(), backprop.weighted_inputs(last));
        for ((row, a_of_row), z_of_row) in rows.iter().zip(all_a.rows()).zip(all_z.rows()) {
            a.iter_mut().zip(a_of_row).for_each(|(to, a)| *to = finite(Real::to_f64(*a)));
            z.iter_mut().zip(z_of_row).for_each(|(to, z)| *to = Real::to_f64(*z));
            found(SetOutputs { row: *row as usize, a: &a, z: &z });
        }
    }
    Some(())
}

/// Returns the class of the greatest output, the first on a tie, or of the only one by ½.
pub(super) fn answer(a: &[f64]) -> usize {
    if let [a] = a {
        return usize::from(*a >= 0.5);
    }
    let mut top = 0;
    for (k, a_k) in a.iter().enumerate() {
        if *a_k > a[top] {
            top = k;
        }
    }
    top
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

#[cfg(test)]
mod tests;
