//! The arithmetic alone, on examples dealt as an experiment deals them: training without commands,
//! observers or reproducible orders.

use std::sync::Arc;

use xentviz::testing::data::Data;
use xentviz::testing::nn::{
    Descent, Examples, Hyperparameters, Network, Readings, StepMetric, StepPlan, UpdateRule,
};
use xentviz::testing::scenario::Scenario;

use crate::workloads::start_of;

/// The number of precomputed orders, enough that the processor does not learn one of them.
const ORDERS: u64 = 4;

/// The number of rows prepared for a set of one example.
const REPEATED: usize = 1 << 14;

/// The first arm of a scenario in f32.
pub(crate) struct Bare {
    data: Arc<Data>,
    orders: Vec<Vec<u32>>,
    epoch: usize,
    network: Network<f32>,
    descent: Descent<f32>,
    hand: Examples<f32>,
    readings: Readings,
    batch: usize,
    eta: f64,
}

impl Bare {
    pub(crate) fn new(scenario: &Scenario, data: Arc<Data>) -> Self {
        let (arm, training, train) = (&scenario.arms[0], &scenario.training, &data.train);
        let network = Network::new(arm.hidden, arm.output, start_of(scenario));
        let descent = Descent::new(&network, arm.cost, UpdateRule::Sgd, training.batch);
        let ready = descent.preferred_chunk(training.batch);
        let one_order = |epoch| {
            let mut rows = vec![];
            scenario.row_order().write(epoch, train.len(), &mut rows);
            if train.len() == 1 { vec![0; REPEATED] } else { rows }
        };
        Self {
            orders: (0..ORDERS).map(one_order).collect(),
            epoch: 0,
            hand: Examples::new(train.inputs(), train.outputs(), ready, descent.layout()),
            data,
            network,
            descent,
            readings: Readings::default(),
            batch: training.batch,
            eta: arm.eta,
        }
    }

    /// Trains an epoch; returns the number of examples.
    pub(crate) fn epoch(&mut self) -> f64 {
        let rows = &self.orders[self.epoch % self.orders.len()];
        self.epoch += 1;
        self.readings.clear();
        let ready = self.hand.capacity();
        for first in (0..rows.len()).step_by(ready) {
            let (rows, next) = rows[first..].split_at(ready.min(rows.len() - first));
            if self.data.train.len() > 1 || self.hand.rows() != rows.len() {
                self.hand.clear();
                self.data.train.gather(rows, next, &mut self.hand);
            }
            let plan = StepPlan {
                examples: &self.hand,
                batch: self.batch,
                hyperparameters: Hyperparameters { eta: self.eta, shrinking: 0.0 },
                metric: StepMetric::Nothing,
                cost_limit: f64::INFINITY,
            };
            let outcome = self.descent.take_steps(&mut self.network, &plan, &mut self.readings);
            outcome.expect("a workload does not diverge");
        }
        std::hint::black_box(&self.readings);
        rows.len() as f64
    }
}
