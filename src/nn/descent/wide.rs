//! The way of networks with wide layers: the neurons of a layer lie side by side.

use std::ops::Range;

use crate::nn::descent::{Came, Course, Guard, Measure, Readings};
use crate::nn::{Backprop, Network, Real};

/// Steps of [`Backprop`], one after the other.
pub(super) struct Wide<R> {
    backprop: Backprop<R>,
}

impl<R: Real> Wide<R> {
    pub(super) fn new(network: &Network<R>, batch: usize) -> Self {
        Self { backprop: Backprop::new(network, batch) }
    }

    pub(super) fn walk(
        &mut self,
        network: &mut Network<R>,
        course: &Course<'_, R>,
        (steps, mut guard): (Range<usize>, Guard<'_>),
        readings: &mut Readings,
    ) -> Came {
        let backprop = &mut self.backprop;
        for step in steps {
            let batch = course.examples.batch(course.rows(step));
            backprop.forward(network, batch);
            let cost = backprop.cost(course.cost);
            if !cost.is_finite() {
                return Came::ToEndless;
            }
            backprop.backward(network, course.cost);
            if !guard.allows::<R>(course.shrink, backprop.step_bound(batch, course.eta)) {
                return Came::ToUnsure(step);
            }
            let measure = match course.measure {
                Measure::Nothing => 0.0,
                Measure::Output => backprop.last_activations()[[0, 0]].to_f64(),
                Measure::Error => backprop.mean_error(),
            };
            backprop.descend(network, batch, course.eta, course.shrink);
            readings.push(cost, measure);
        }
        Came::Through
    }
}
