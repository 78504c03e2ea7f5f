//! The same training as a first draft would compute it: dense products of matrices, by ndarray.

use std::sync::Arc;

use ndarray::{Array1, Array2, Axis, Zip};
use xentviz::testing::data::Data;
use xentviz::testing::nn::Cost;
use xentviz::testing::scenario::Scenario;

use crate::workloads::start_of;

/// Training with the cross-entropy in f32, with sigmoids throughout.
pub(crate) struct Naive {
    data: Arc<Data>,
    /// Weights, shape (outputs, inputs), and biases of each layer.
    layers: Vec<(Array2<f32>, Array1<f32>)>,
    batch: usize,
    eta: f32,
    rows: Vec<u32>,
    dealt: usize,
    total: f64,
}

impl Naive {
    pub(crate) fn new(scenario: &Scenario, data: Arc<Data>) -> Self {
        let arm = &scenario.arms[0];
        assert_eq!(arm.cost, Cost::CrossEntropy, "the naive training knows one cost");
        let mut rows = Vec::new();
        scenario.row_order().write(0, data.train.len(), &mut rows);
        Self {
            data,
            layers: start_of(scenario)
                .into_iter()
                .map(|(w, b)| (w.mapv(|w| w as f32), b.mapv(|b| b as f32)))
                .collect(),
            batch: scenario.training.batch,
            eta: arm.eta as f32,
            rows,
            dealt: 0,
            total: 0.0,
        }
    }

    /// Returns the next mini-batch: inputs and targets, an example in each row.
    fn deal(&mut self) -> (Array2<f32>, Array2<f32>) {
        let train = &self.data.train;
        let mut x = Array2::zeros((self.batch, train.inputs()));
        let mut y = Array2::zeros((self.batch, train.outputs()));
        for (mut x, mut y) in x.axis_iter_mut(Axis(0)).zip(y.axis_iter_mut(Axis(0))) {
            let row = self.rows[self.dealt % self.rows.len()] as usize;
            self.dealt += 1;
            train.write_input(row, x.as_slice_mut().expect("a row is a slice"));
            train.write_target(row, y.as_slice_mut().expect("a row is a slice"));
        }
        (x, y)
    }

    /// Takes a step; returns the number of examples.
    pub(crate) fn step(&mut self) -> f64 {
        let (x, y) = self.deal();
        let mut a = vec![x];
        for (w, b) in &self.layers {
            let z = a[a.len() - 1].dot(&w.t()) + b;
            a.push(z.mapv(|z| 1.0 / (1.0 + (-z).exp())));
        }
        let last = &a[a.len() - 1];
        let sum = Zip::from(last)
            .and(&y)
            .fold(0.0, |sum, &a, &y| sum - (y * a.ln() + (1.0 - y) * (1.0 - a).ln()));
        self.total += f64::from(sum) / self.batch as f64;
        std::hint::black_box(self.total);
        let mut delta = last - &y;
        let rate = self.eta / self.batch as f32;
        for l in (0..self.layers.len()).rev() {
            let (weights, biases) = (delta.t().dot(&a[l]), delta.sum_axis(Axis(0)));
            if l > 0 {
                delta = delta.dot(&self.layers[l].0) * a[l].mapv(|a| a * (1.0 - a));
            }
            self.layers[l].0.scaled_add(-rate, &weights);
            self.layers[l].1.scaled_add(-rate, &biases);
        }
        self.batch as f64
    }
}
