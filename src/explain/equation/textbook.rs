//! Evaluates the textbook formulas of cross-entropy for a saturated neuron.

use crate::math::{exp, ln};
use crate::nn::{Cost, Output, Precision, Real};
use crate::telemetry::Saturated;

/// Cases in which a is rounded to 1: beyond z = 17 in f32 and z = 37 in f64.
const CASES: [(Precision, f64, f64); 4] = [
    (Precision::F32, 17.0, 0.0),
    (Precision::F32, 17.0, 1.0),
    (Precision::F64, 40.0, 0.0),
    (Precision::F64, 40.0, 1.0),
];

/// Returns the naive formulas beside the values computed from z.
pub(super) fn saturated() -> Vec<Saturated> {
    CASES
        .into_iter()
        .map(|(precision, z, y)| {
            let ((cost, slope), (from_z, delta)) = match precision {
                Precision::F32 => (naive::<f32>(z, y), from_z::<f32>(z, y)),
                Precision::F64 => (naive::<f64>(z, y), from_z::<f64>(z, y)),
            };
            let finite = |number: f64| number.is_finite().then_some(number);
            Saturated {
                precision,
                z,
                y,
                naive_cost: finite(cost),
                naive_slope: finite(slope),
                cost: from_z,
                delta,
            }
        })
        .collect()
}

/// Returns C and δ as training computes them, in `R`.
fn from_z<R: Real>(z: f64, y: f64) -> (f64, f64) {
    let (cost, delta) = Cost::CrossEntropy.of_neuron(Output::Sigmoid, R::of(z), R::of(y));
    (cost, delta.to_f64())
}

/// Returns −[y ln a + (1 − y) ln(1 − a)] and (a − y)/(a(1 − a)), computed in `R`.
fn naive<R: Real>(z: f64, y: f64) -> (f64, f64) {
    let (one, y) = (R::one(), R::of(y));
    let a = one / (one + exp(-R::of(z)));
    let cost = -(y * ln(a) + (one - y) * ln(one - a));
    let slope = (a - y) / (a * (one - a));
    (cost.to_f64(), slope.to_f64())
}

#[cfg(test)]
mod tests {
    use super::saturated;
    use crate::math::exp;
    use crate::nn::Precision;

    #[test]
    fn the_naive_formulas_fail_where_a_is_rounded_to_one_and_those_from_z_do_not() {
        for case in saturated() {
            assert_eq!(case.naive_slope, None, "1/0 or 0/0");
            if case.y == 0.0 {
                assert_eq!(case.naive_cost, None, "ln 0");
                assert!((case.cost - case.z).abs() < 1e-7 && (case.delta - 1.0).abs() < 1e-7);
            } else {
                assert!(case.cost > 0.0 && (case.cost / exp(-case.z) - 1.0).abs() < 1e-6);
                assert!((case.delta / -exp(-case.z) - 1.0).abs() < 1e-6);
            }
            // What f32 cannot hold is not shown for it.
            if case.precision == Precision::F32 {
                assert_eq!(case.delta, f64::from(case.delta as f32));
            }
        }
    }
}
