//! Powers of ten and integer powers, for axes and scales.

use crate::math::log10;

/// Returns the integer n with 10ⁿ ≤ `value` < 10ⁿ⁺¹, for a finite value above 0.
pub(crate) fn decade(value: f64) -> i32 {
    log10(value).floor() as i32
}

/// Returns the f64 nearest to 10ⁿ; infinite or 0 if 10ⁿ is out of range.
pub(crate) fn power_of_ten(n: i32) -> f64 {
    // Parsed, not multiplied: the nearest number is the same everywhere.
    format!("1e{n}").parse().expect("a power of ten is a number")
}

/// Returns `base` to an integer power, by squaring.
pub fn powi(base: f64, power: i32) -> f64 {
    let (mut square, mut rest, mut product) = (base, power.unsigned_abs(), 1.0);
    while rest > 0 {
        if rest % 2 == 1 {
            product *= square;
        }
        square *= square;
        rest /= 2;
    }
    if power < 0 { 1.0 / product } else { product }
}

#[cfg(test)]
mod tests {
    use super::{decade, power_of_ten, powi};

    #[test]
    fn a_decade_begins_at_its_power_of_ten() {
        for n in -307..=307 {
            let power = power_of_ten(n);
            assert_eq!(decade(power), n);
            assert_eq!(decade(power * 5.0 / 4.0), n, "{n}");
            assert_eq!(decade(power * 0.75), n - 1, "{n}");
        }
    }

    #[test]
    fn whole_powers_are_products() {
        assert_eq!([powi(3.0, 0), powi(3.0, 5), powi(2.0, -3)], [1.0, 243.0, 0.125]);
        assert_eq!(
            [powi(0.5, 1074), powi(2.0, i32::MAX), powi(0.0, 2)],
            [5e-324, f64::INFINITY, 0.0]
        );
        assert!((powi(1.5, -7) * powi(1.5, 7) - 1.0).abs() < 1e-15);
    }
}
