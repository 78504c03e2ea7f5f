//! The functions of many numbers against those of one, and lanes of any kind against arrays.

use super::{exp, ln_1p, sigmoids};
use crate::nn::Real;
use crate::nn::lanes::{InLanes, Kernel, Lanes, Plain};

/// What the functions give for each z: e^−|z|, σ(|z|), σ(−|z|), ln(1 + e^−|z|).
struct All<'a, R>(&'a [R]);

impl<R: Real> Kernel<R> for All<'_, R> {
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

/// Weighted inputs of either sign, from next to nothing to where everything has underflowed.
fn weighted_inputs<R: Real>() -> Vec<R> {
    let small = (0..4000).map(|i| f64::from(i) * 0.005);
    let large = (0..2000).map(|i| 20.0 + f64::from(i) * 0.5);
    let tiny = (0..300).map(|i| 10_f64.powi(-i));
    small.chain(large).chain(tiny).flat_map(|z| [R::of(z), R::of(-z)]).collect()
}

/// Checks the functions, which may be wrong by this many units in the last place of a result.
fn they_are_right<R: Real>(results: &[[R; 4]], z: &[R], ulps: f64) {
    for (result, z) in results.iter().zip(z) {
        let e = (-(*z).to_f64().abs()).exp();
        let above = 1.0 / (1.0 + e);
        let wanted = [e, above, e * above, e.ln_1p()];
        for (got, want) in result.iter().zip(wanted) {
            // Below the least normal number a unit is as large as there.
            let unit = R::epsilon().to_f64() * want.max(R::min_positive_value().to_f64());
            let off = ((*got).to_f64() - want).abs() / unit;
            assert!(off <= ulps, "{got} is not {want} at z = {z}: {off} units");
        }
    }
}

#[test]
fn the_functions_are_accurate_to_the_last_places() {
    let (narrow, wide) = (weighted_inputs::<f32>(), weighted_inputs::<f64>());
    they_are_right(&f32::in_lanes(All(&narrow)), &narrow, 3.0);
    they_are_right(&f64::in_lanes(All(&wide)), &wide, 4.0);
    // And without products that are rounded once.
    they_are_right(&All(&narrow).run::<Plain<f32, 8, false>>(always()), &narrow, 4.0);
    they_are_right(&All(&wide).run::<Plain<f64, 4, false>>(always()), &wide, 5.0);
}

#[test]
fn what_is_no_number_stays_none() {
    fn stays_none<R: Real>(results: &[[R; 4]]) {
        let are_none = results.iter().flatten().all(|result| result.is_nan());
        assert!(are_none, "{results:?}");
    }
    stays_none(&f32::in_lanes(All(&[f32::NAN, -f32::NAN])));
    stays_none(&f64::in_lanes(All(&[f64::NAN, -f64::NAN])));
    stays_none(&All(&[f32::NAN, -f32::NAN]).run::<Plain<f32, 8, false>>(always()));
    stays_none(&All(&[f64::NAN, -f64::NAN]).run::<Plain<f64, 4, false>>(always()));
}

fn always() -> <Plain<f32, 1, true> as Lanes>::Proof {
    crate::nn::lanes::Always
}

#[test]
#[cfg(target_arch = "x86_64")]
fn wide_lanes_give_the_bits_of_arrays() {
    // Without these the widest lanes are arrays themselves, whose products are rounded twice.
    if !(is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")) {
        return;
    }
    let (narrow, wide) = (weighted_inputs::<f32>(), weighted_inputs::<f64>());
    let bits = |results: Vec<[f32; 4]>| -> Vec<_> {
        results.iter().map(|r| r.map(f32::to_bits)).collect()
    };
    assert_eq!(
        bits(f32::in_lanes(All(&narrow))),
        bits(All(&narrow).run::<Plain<f32, 16, true>>(always()))
    );
    let bits = |results: Vec<[f64; 4]>| -> Vec<_> {
        results.iter().map(|r| r.map(f64::to_bits)).collect()
    };
    assert_eq!(
        bits(f64::in_lanes(All(&wide))),
        bits(All(&wide).run::<Plain<f64, 8, true>>(always()))
    );
}
