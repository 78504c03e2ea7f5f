use std::sync::Arc;

use ndarray::{Array1, Array2};

use crate::data::table;
use crate::explain::{
    AnswerStream, ArmSnapshot, InputPlane, RefinementDepth, Scores, Snapshot, on_picture, silencing,
};
use crate::nn::{Activation, Cost, Network, Output, Precision};
use crate::telemetry::{
    ExampleSet, ExamplesRequest, FieldRequest, Fields, PictureRequest, PictureSource,
    SilencingRequest,
};

/// Returns a network whose outputs on the first example, of class 1, are 1 − 2e−9 and 1 − 8e−10: different in 64
/// bits, and both 1 in 32.
fn snapshot(precision: Precision) -> Snapshot {
    let inputs = [[20.0, 21.0], [3.0, -3.0]].map(Vec::from);
    let targets = [[0.0, 1.0], [1.0, 0.0]].map(Vec::from);
    let same = || (Array2::eye(2), Array1::zeros(2));
    let network = Network::new(Activation::Linear, Output::Sigmoid, [same(), same()]);
    let arm = ArmSnapshot { network, cost: Cost::Quadratic, eta: 0.1, lambda: 0.0 };
    let data = Arc::new(table(&inputs, &targets));
    Snapshot { step: 0, arms: vec![arm], rows: vec![0], data, precision }
}

/// Returns the mistakes by each answer that counts them.
fn mistakes(precision: Precision) -> [f64; 4] {
    let now = snapshot(precision);
    let scores = Scores::of(&now, ExampleSet::Training, &|| true).unwrap();
    let listed = scores.list(&ExamplesRequest { count: 2, ..ExamplesRequest::default() });
    let request = FieldRequest { axes: (0, 1), points: (2, 2), ..FieldRequest::default() };
    let mut on_plane = 0;
    let report = &mut |fields: Fields| {
        on_plane = fields.arms[0].is_wrong.iter().filter(|is_wrong| **is_wrong).count();
    };
    let stream = AnswerStream { keep_going: &|| true, depth: RefinementDepth::Finest, report };
    InputPlane::of(&now.data, (0, 1)).unwrap().fields(&now, &[], &request, stream);
    let silenced = silencing(&now, SilencingRequest { layer: 0 }, &|| true).unwrap();
    let picture = PictureSource::Example(ExampleSet::Training, 0);
    let request = PictureRequest { picture, output: None, others: Arc::default() };
    let pictured = on_picture(&now, &request).unwrap();
    let is_wrong = pictured.arms[0].output != 1;
    [
        f64::from(listed.arms[0].mistakes()),
        on_plane as f64,
        silenced.arms[0].error * 2.0,
        f64::from(u8::from(is_wrong)),
    ]
}

#[test]
fn outputs_tie_in_the_precision_of_the_run_and_in_no_other() {
    assert_eq!(mistakes(Precision::F64), [0.0; 4]);
    assert_eq!(mistakes(Precision::F32), [1.0; 4], "the first of equal outputs is the answer");
}
