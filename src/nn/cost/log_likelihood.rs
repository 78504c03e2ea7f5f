//! The log-likelihood cost, C = −ln a of the right class, which belongs to softmax.

use crate::math::{exp, ln};
use crate::nn::activation::log_sum_exp;
use crate::nn::cost::formula::{CostFormula, CostTexts, SlopeInDelta};
use crate::nn::cost::output::SoftmaxRow;
use crate::nn::{Output, Real};

pub(super) struct LogLikelihood;

impl CostFormula for LogLikelihood {
    const NAME: &'static str = "log-likelihood";
    const BOOK_NAME: &'static str = "LogLikelihoodCost";
    const TEXTS: CostTexts = CostTexts {
        short: "C = −ln a of the right class",
        short_sum: "C = −ln a of the right class",
        one: "−ln a of the right class",
        sum: "−ln a of the right class",
        by_activation: "−1/a of the right class",
        targets: "one target 1 of several and the others 0 would do, or cost = \"quadratic\"",
    };

    fn suits(output: Output) -> bool {
        output == Output::Softmax
    }

    fn accepts(y: &[f64]) -> bool {
        y.len() > 1
            && y.iter().all(|y| *y == 0.0 || *y == 1.0)
            && y.iter().filter(|y| **y == 1.0).count() == 1
    }

    fn of_example(_output: Output, z: &[f64], y: &[f64]) -> f64 {
        let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let log_sum = top + ln(z.iter().map(|z| exp(z - top)).sum::<f64>());
        z.iter().zip(y).map(|(z, y)| y * (log_sum - z)).sum()
    }

    fn slope_in_delta(_output: Output) -> SlopeInDelta {
        SlopeInDelta::Cancelled
    }

    fn of_neuron<R: Real>(_output: Output, _z: R, _y: R) -> (f64, R) {
        (0.0, R::zero())
    }

    fn of_softmax<R: Real>(last: &SoftmaxRow<'_, R>, y: &[R]) -> f64 {
        let (top, more) = log_sum_exp(last.z, last.a, last.complements);
        let parts = last.z.iter().zip(y).map(|(&z, &y)| y * ((top - z) + more));
        parts.map(Real::to_f64).sum()
    }

    fn delta_of_softmax<R: Real>(last: &SoftmaxRow<'_, R>, y: &[R], deltas: &mut [R]) {
        // Equation (84), δ = a − y, for targets of any sum: a_j Σ y − y_j.
        let total: R = y.iter().copied().sum();
        let outputs = last.a.iter().zip(last.complements).zip(y);
        for (delta, ((&a, &complement), &y)) in deltas.iter_mut().zip(outputs) {
            *delta = (total - y) * a - y * complement;
        }
    }
}
