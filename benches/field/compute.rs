//! The time for the fields of all neurons of one arm.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use xentviz::testing::experiment::Experiment;
use xentviz::testing::explain::{AnswerStream, ArmSnapshot, InputPlane, RefinementDepth, Snapshot};
use xentviz::testing::nn::Precision;
use xentviz::testing::telemetry::{FieldNeurons, FieldRequest, Fields};

use crate::quantiles::Quantiles;
use crate::workloads::WorkloadCache;
use crate::{four_arms, print};

/// The points across and up.
const POINTS: (usize, usize) = (120, 80);
const TIMES: usize = 501;

/// Measures the time until the coarse fields of one arm are reported, and until the finest are.
pub(crate) fn measure() {
    let now = snapshot();
    let request =
        FieldRequest { axes: (0, 1), points: POINTS, neurons: FieldNeurons::All, at: None };
    let plane = InputPlane::of(&now.data, request.axes).expect("the data have two inputs");
    let (mut coarse, mut finest) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let began = Instant::now();
        let mut reported = Vec::new();
        let report = &mut |fields| {
            reported.push(began.elapsed().as_secs_f64() * 1e3);
            black_box::<Fields>(fields);
        };
        let depth = RefinementDepth::Finest;
        plane.fields(&now, &[], &request, AnswerStream { keep_going: &|| true, depth, report });
        coarse.extend(reported.first());
        finest.extend(reported.last());
    }
    for (times, title, goal) in [
        (finest, "17 neurons at 120×80 points, one arm", "2 ms"),
        (coarse, "… until the coarse fields", ""),
    ] {
        let times = Quantiles::of(times);
        let spread = format!("10/90 %: {:.2} .. {:.2}", times.at(0.1), times.at(0.9));
        print(title, &format!("{:.2} ms", times.at(0.5)), &spread, goal);
    }
}

/// Returns the start of a run with the first arm alone.
fn snapshot() -> Snapshot {
    let mut scenario = four_arms();
    scenario.arms.truncate(1);
    let data = WorkloadCache::read(&scenario);
    let experiment = Experiment::new(&scenario, Arc::clone(&data)).expect("it can be run");
    let networks = experiment.networks().into_iter();
    let arms = networks.zip(&scenario.arms).map(|(network, arm)| ArmSnapshot {
        network,
        cost: arm.cost,
        eta: 0.1,
        lambda: 0.0,
    });
    Snapshot { step: 0, arms: arms.collect(), rows: vec![0], data, precision: Precision::F64 }
}
