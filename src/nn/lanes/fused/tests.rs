//! Checks multiply-adds that are rounded once against another implementation.

use proptest::prelude::*;

use super::FusedMulAdd;

/// Returns whether two numbers have the same bits or are both NaN.
fn are_same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

fn narrow_is_right([a, b, c]: [f32; 3]) -> Result<(), TestCaseError> {
    let ([got], want) = (f32::mul_add_each([a], [b], [c]), libm::fmaf(a, b, c));
    prop_assert!(are_same(got.into(), want.into()), "{a:e} · {b:e} + {c:e}: {got:e}, not {want:e}");
    Ok(())
}

fn wide_is_right([a, b, c]: [f64; 3]) -> Result<(), TestCaseError> {
    let ([got], want) = (f64::mul_add_each([a], [b], [c]), libm::fma(a, b, c));
    prop_assert!(are_same(got, want), "{a:e} · {b:e} + {c:e}: {got:e}, not {want:e}");
    Ok(())
}

/// The extreme numbers of f32 and f64.
const EDGES: [f64; 12] = [
    0.0,
    1.0,
    0.5,
    f64::EPSILON,
    f64::MIN_POSITIVE,
    5e-324,
    f64::MAX,
    f64::INFINITY,
    f64::NAN,
    f32::MIN_POSITIVE as f64,
    1.401_298_464_324_817e-45,
    f32::MAX as f64,
];

/// Returns numbers whose bits are all zeros or all ones but for a few: their products and sums lie
/// close to half way between two numbers.
fn sparse() -> impl Strategy<Value = f64> {
    let bits = prop::collection::vec(0..52_u32, 0..4);
    (bits, -60..60_i64, any::<[bool; 2]>()).prop_map(|(bits, exponent, [is_dense, is_negative])| {
        let few = bits.iter().fold(0_u64, |mantissa, bit| mantissa | 1 << bit);
        let mantissa = if is_dense { !few & ((1 << 52) - 1) } else { few };
        let number = f64::from_bits(((1023 + exponent) as u64) << 52 | mantissa);
        if is_negative { -number } else { number }
    })
}

/// Returns numbers of all sizes, extreme ones included.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => sparse(),
        2 => any::<u64>().prop_map(f64::from_bits),
        1 => (any::<bool>(), prop::sample::select(&EDGES[..]))
            .prop_map(|(is_negative, edge)| if is_negative { -edge } else { edge }),
    ]
}

/// Returns three numbers. The third is close to the negated product of the others, a few units away on
/// either side, or is that number scaled up or down by a power of two.
fn close() -> impl Strategy<Value = [f64; 3]> {
    (any_number(), any_number(), -4..=4_i64, -120..120_i32, any::<bool>()).prop_map(
        |(a, b, units, scale, is_scaled)| {
            let product = f64::from_bits((-(a * b)).to_bits().wrapping_add_signed(units));
            [a, b, if is_scaled { libm::scalbn(product, scale) } else { product }]
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn numbers_of_any_size_are_rounded_once(a in any_number(), b in any_number(), c in any_number()) {
        wide_is_right([a, b, c])?;
        narrow_is_right([a, b, c].map(|n| n as f32))?;
    }

    #[test]
    fn sums_that_nearly_cancel_are_rounded_once(numbers in close()) {
        wide_is_right(numbers)?;
    }

    #[test]
    fn sums_that_nearly_cancel_are_rounded_once_in_f32(
        numbers in any::<[u32; 2]>(), units in -4..=4_i32, scale in -40..40_i32
    ) {
        let [a, b] = numbers.map(f32::from_bits);
        let product = f32::from_bits((-(a * b)).to_bits().wrapping_add_signed(units));
        narrow_is_right([a, b, product])?;
        narrow_is_right([a, b, libm::scalbnf(product, scale)])?;
    }

    #[test]
    fn numbers_do_not_depend_on_those_beside_them(a in any_number(), b in any_number(), c in any_number()) {
        let ordinary = libm::fma(1.1, 1.3, -0.7);
        let both = f64::mul_add_each([a, 1.1], [b, 1.3], [c, -0.7]);
        prop_assert!(are_same(both[0], libm::fma(a, b, c)));
        prop_assert_eq!(both[1].to_bits(), ordinary.to_bits());
    }
}

#[test]
fn all_edges_with_each_other_are_rounded_once() {
    let all: Vec<f64> = EDGES.into_iter().flat_map(|edge| [edge, -edge]).collect();
    for &a in &all {
        for &b in &all {
            for &c in &all {
                wide_is_right([a, b, c]).expect("both results are the same");
                narrow_is_right([a, b, c].map(|n| n as f32)).expect("both results are the same");
            }
        }
    }
}

#[test]
fn the_other_implementation_is_right_for_known_results() {
    let half_an_ulp = f64::EPSILON / 2.0;
    // (1 + ε)² = 1 + 2ε + ε²; a sum rounded twice loses the last term.
    assert_eq!(libm::fma(1.0 + f64::EPSILON, 1.0 + f64::EPSILON, -1.0 - 2.0 * f64::EPSILON), {
        f64::EPSILON * f64::EPSILON
    });
    // Half way between two numbers, and very slightly on either side of that.
    assert_eq!(libm::fma(1.0, half_an_ulp, 1.0), 1.0);
    assert_eq!(libm::fma(1.0 + f64::EPSILON, half_an_ulp, 1.0), 1.0 + f64::EPSILON);
    assert_eq!(libm::fma(1.0 - half_an_ulp, half_an_ulp, 1.0), 1.0);
}

#[test]
fn half_way_between_two_subnormal_numbers_is_recognised() {
    let scale = libm::scalbnf(1.0, -75);
    let (a, b) = (scale * (1.0 + f32::EPSILON), scale * (1.0 - f32::EPSILON));
    // The product lies slightly below 2⁻¹⁵⁰, half the distance of these numbers. An f64 with the bits
    // of the third number cannot hold the small difference, and from half way the even number would be
    // taken.
    let c = libm::scalbnf(513.0, -149);
    assert_eq!(f32::mul_add_each([a], [b], [c]), [c]);
    assert_eq!(f32::mul_add_each([-a], [b], [-c]), [-c]);
}
