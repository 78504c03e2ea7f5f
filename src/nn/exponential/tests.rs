//! Checks the functions over lanes against the scalar functions, and lanes of every kind against
//! arrays.

use super::{exp, ln_1p, sigmoids};
use crate::math::{self, powi};
use crate::nn::lanes::{InLanes, Kernel, Lanes};
use crate::nn::{Instructions, Real, sigmoid, sigmoid_prime, softplus, with_instructions};

/// A kernel that returns e^−|z|, σ(|z|), σ(−|z|), ln(1 + e^−|z|) for each z.
struct AllFunctions<'a, R>(&'a [R]);

impl<R: Real> Kernel<R> for AllFunctions<'_, R> {
    type Output = Vec<[R; 4]>;

    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> Self::Output {
        let mut out = Vec::new();
        for z in self.0.chunks(L::N) {
            let mut padded = vec![R::zero(); L::N];
            padded[..z.len()].copy_from_slice(z);
            let z_lanes = L::load(proof, &padded);
            let (hi, lo) = sigmoids(proof, z_lanes);
            let functions = [exp(proof, -z_lanes.abs()), hi, lo, ln_1p(proof, lo, hi)];
            let numbers = functions.map(|lanes| {
                let mut numbers = vec![R::zero(); L::N];
                lanes.store(&mut numbers);
                numbers
            });
            out.extend((0..z.len()).map(|i| std::array::from_fn(|f| numbers[f][i])));
        }
        out
    }
}

/// Returns weighted inputs of either sign, from almost 0 to sizes at which everything has underflowed.
fn weighted_inputs<R: Real>() -> Vec<R> {
    let small = (0..4000).map(|i| f64::from(i) * 0.005);
    let large = (0..2000).map(|i| 20.0 + f64::from(i) * 0.5);
    let tiny = (0..300).map(|i| powi(10_f64, -i));
    small.chain(large).chain(tiny).flat_map(|z| [R::of(z), R::of(-z)]).collect()
}

/// Checks the functions, which may be wrong by this many units in the last place of a result.
fn they_are_right<R: Real>(results: &[[R; 4]], z: &[R], ulps: f64) {
    for (result, z) in results.iter().zip(z) {
        let e = math::exp(-(*z).to_f64().abs());
        let above = 1.0 / (1.0 + e);
        let wanted = [e, above, e * above, math::ln_1p(e)];
        for (got, want) in result.iter().zip(wanted) {
            // Below the smallest normal number the unit in the last place stays the same.
            let unit = R::epsilon().to_f64() * want.max(R::min_positive_value().to_f64());
            let off = ((*got).to_f64() - want).abs() / unit;
            assert!(off <= ulps, "{got} is not {want} at z = {z}: {off} units");
        }
    }
}

#[test]
fn the_functions_are_accurate_to_the_last_places() {
    let (narrow, wide) = (weighted_inputs::<f32>(), weighted_inputs::<f64>());
    they_are_right(&f32::in_lanes(AllFunctions(&narrow)), &narrow, 3.0);
    they_are_right(&f64::in_lanes(AllFunctions(&wide)), &wide, 4.0);
}

#[test]
fn nan_stays_nan() {
    fn stays_none<R: Real>(results: &[[R; 4]]) {
        let are_none = results.iter().flatten().all(|result| result.is_nan());
        assert!(are_none, "{results:?}");
    }
    stays_none(&f32::in_lanes(AllFunctions(&[f32::NAN, -f32::NAN])));
    stays_none(&f64::in_lanes(AllFunctions(&[f64::NAN, -f64::NAN])));
}

#[test]
fn all_instructions_and_single_numbers_give_the_same_bits() {
    fn are_the_same<R: Real>() {
        let z = weighted_inputs::<R>();
        let written = |results: &[[R; 4]]| format!("{results:?}");
        let want = written(&with_instructions(Instructions::Any, || R::in_lanes(AllFunctions(&z))));
        for instructions in Instructions::of_this_processor() {
            let got = with_instructions(instructions, || R::in_lanes(AllFunctions(&z)));
            assert_eq!(written(&got), want, "{instructions:?}");
            let one_by_one = |z: &R| {
                let (above, below) = (sigmoid(z.abs()), sigmoid(-z.abs()));
                [above, below, sigmoid_prime(*z), softplus(-z.abs())]
            };
            let alone: Vec<_> =
                with_instructions(instructions, || z.iter().map(one_by_one).collect());
            for ([_, above, below, more], alone) in got.into_iter().zip(alone) {
                assert_eq!([above, below, above * below, more], alone, "{instructions:?}");
            }
        }
    }
    are_the_same::<f32>();
    are_the_same::<f64>();
}
