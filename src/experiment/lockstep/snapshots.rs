//! The gradient and the weights at the present step.

use crate::experiment::lockstep::Lockstep;
use crate::experiment::probe;
use crate::nn::Real;
use crate::telemetry::{FilmFrame, GradientFactors, WeightsRequest, WeightsSnapshot};

impl<R: Real> Lockstep<R> {
    /// Returns the factors of the gradient of an arm for the next step.
    pub(in crate::experiment) fn gradient_factors(&mut self, arm: usize) -> GradientFactors {
        let (rows, _) = self.sampler.batch_rows(self.step, 1);
        probe::gradient_factors(&self.arms[arm].probe(&self.data.train, rows), self.is_single)
    }

    /// Returns the rows of the next mini-batch.
    pub(in crate::experiment) fn next_rows(&mut self) -> &[u32] {
        self.sampler.batch_rows(self.step, 1).0
    }

    /// Returns the requested weights of every arm. Of the past it knows the start, and the present step.
    pub(in crate::experiment) fn weights_snapshot(
        &mut self,
        request: WeightsRequest,
    ) -> WeightsSnapshot {
        let step = self.step;
        let (rows, _) = self.sampler.batch_rows(step, 1);
        let mut snapshot = WeightsSnapshot { step, request, ..WeightsSnapshot::default() };
        let mut neurons = Vec::new();
        for arm in &mut self.arms {
            let mut probe = arm.probe(&self.data.train, rows);
            let (layers, reading) = probe::weights(&mut probe, &request);
            snapshot.arms.push(layers);
            snapshot.cursor.push(reading);
            if let Some(at) = request.cursor.filter(|_| request.past) {
                snapshot.changes.push(probe::changes(&probe, at.0));
                let value = probe::narrow_number(&probe, at);
                snapshot.path.push(value.map(|value| (step, value)).into_iter().collect());
                neurons.push(probe::neuron_snapshot(&probe, at));
            }
        }
        snapshot.film.extend((!neurons.is_empty()).then_some(FilmFrame { step, neurons }));
        snapshot
    }
}
