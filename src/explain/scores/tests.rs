use std::sync::Arc;

use ndarray::{Array1, Array2};

use super::Scores;
use crate::data::table;
use crate::explain::{ArmSnapshot, Snapshot};
use crate::nn::{Activation, Cost, Network, Output, Precision};
use crate::telemetry::{ExampleFilter, ExampleOrder, ExampleSet, ExamplesRequest};

/// Returns a layer of three linear outputs that are the inputs, so that every output is known.
fn snapshot() -> Snapshot {
    let inputs = [[3.0, 1.0, 0.0], [0.0, 2.0, 2.5], [1.0, 0.0, 0.5], [0.2, 0.1, 0.9]];
    let classes = [0, 1, 2, 2];
    let targets: Vec<Vec<f64>> =
        classes.iter().map(|c| (0..3).map(|k| f64::from(u8::from(k == *c))).collect()).collect();
    let layers = [(Array2::eye(3), Array1::zeros(3))];
    let network = Network::new(Activation::Sigmoid, Output::Linear, layers);
    let arm = ArmSnapshot { network, cost: Cost::Quadratic, eta: 0.1, lambda: 0.0 };
    Snapshot {
        step: 9,
        arms: vec![arm],
        rows: vec![0],
        data: Arc::new(table(&inputs.map(Vec::from), &targets)),
        precision: Precision::F64,
    }
}

fn scores(now: &Snapshot) -> Scores {
    Scores::of(now, ExampleSet::Training, &|| true).expect("nothing is stale")
}

const ALL: ExamplesRequest = ExamplesRequest {
    set: ExampleSet::Training,
    arm: 0,
    order: ExampleOrder::AsRead,
    filter: ExampleFilter::All,
    first: 0,
    count: 10,
};

#[test]
fn classes_are_counted_by_what_they_are_and_what_they_are_taken_for() {
    let listed = scores(&snapshot()).list(&ALL);
    assert_eq!((listed.of, listed.listed, listed.is_test, listed.step), (4, 4, false, 9));
    let score = &listed.arms[0];
    // Row 1 is of class 1 and taken for 2, row 2 of class 2 and taken for 0.
    assert_eq!(score.confusion, [1, 0, 0, 0, 0, 1, 1, 0, 1]);
    assert_eq!((score.count(1, 2), score.count(2, 0), score.mistakes()), (1, 1, 2));
    assert_eq!((score.count(3, 0), score.count(0, 3)), (0, 0));
    // |a − y| row by row: 3, 3.5 + …: (2+1+0) + (0+1+2.5) + (1+0+0.5) + (0.2+0.1+0.1), over 12 outputs.
    assert!((score.mean_error - 8.4 / 12.0).abs() < 1e-7, "{}", score.mean_error);
}

#[test]
fn the_list_is_ordered_as_requested() {
    let scores = scores(&snapshot());
    let rows = |order| -> Vec<usize> {
        let listed = scores.list(&ExamplesRequest { order, ..ALL });
        listed.rows.iter().map(|row| row.row).collect()
    };
    assert_eq!(rows(ExampleOrder::AsRead), [0, 1, 2, 3]);
    // ½ Σ(a − y)²: 2.5, 3.625, 0.625, 0.03.
    assert_eq!(rows(ExampleOrder::WorstFirst), [1, 0, 2, 3]);
    assert_eq!(rows(ExampleOrder::ByInput(0)), [1, 3, 2, 0]);
    assert_eq!(rows(ExampleOrder::ByTarget), [0, 1, 2, 3]);
    assert_eq!(rows(ExampleOrder::ByOutput(1)), [1, 0, 3, 2]);
    let worst = &scores.list(&ExamplesRequest { order: ExampleOrder::WorstFirst, ..ALL }).rows[0];
    assert_eq!((worst.class, worst.arms[0].answer), (Some(1), Some(2)));
    assert!((worst.arms[0].cost - 3.625).abs() < 1e-12);
    assert_eq!(worst.arms[0].a, [0.0, 2.0, 2.5]);
}

#[test]
fn the_list_holds_the_examples_that_are_asked_for() {
    let scores = scores(&snapshot());
    let rows = |filter, first, count| {
        let listed = scores.list(&ExamplesRequest { filter, first, count, ..ALL });
        (listed.listed, listed.rows.iter().map(|row| row.row).collect::<Vec<_>>())
    };
    assert_eq!(rows(ExampleFilter::Mistakes, 0, 9), (2, vec![1, 2]));
    assert_eq!(rows(ExampleFilter::Confused { class: 2, answer: 0 }, 0, 9), (1, vec![2]));
    assert_eq!(rows(ExampleFilter::Confused { class: 0, answer: 2 }, 0, 9), (0, vec![]));
    assert_eq!(rows(ExampleFilter::All, 1, 2), (4, vec![1, 2]));
    assert_eq!(rows(ExampleFilter::All, 4, 2), (4, vec![]));
}

#[test]
fn scores_are_known_as_those_of_the_same_networks_only() {
    let now = snapshot();
    let scores = scores(&now);
    assert!(scores.are_of(&now, ExampleSet::Training));
    assert!(!scores.are_of(&now, ExampleSet::Test));
    let later = Snapshot { step: 10, ..now.clone() };
    assert!(!scores.are_of(&later, ExampleSet::Training));
    let mut branch = now.clone();
    branch.arms[0].network.layers_mut()[0].set_weight(0, 1, 0.5);
    assert!(!scores.are_of(&branch, ExampleSet::Training), "the same step of another branch");
}

#[test]
fn stale_scores_are_none() {
    assert!(Scores::of(&snapshot(), ExampleSet::Training, &|| false).is_none());
}
