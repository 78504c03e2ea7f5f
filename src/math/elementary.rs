//! Exponentials, logarithms, powers, and trigonometric and hyperbolic functions, in f32 and f64.

/// Declares the functions: one row each, with its visibility and the names in `libm` for f32 and for f64.
macro_rules! elementary {
    ($($(#[$doc:meta])* $vis:vis $name:ident($($x:ident),+) = $narrow:ident, $wide:ident;)*) => {
        /// Numbers with the functions of this file: f32 and f64.
        pub trait Elementary: Sized {
            $(
                $(#[$doc])*
                #[must_use]
                fn $name($($x: Self),+) -> Self;
            )*
        }

        impl Elementary for f32 {
            $(
                #[inline]
                fn $name($($x: Self),+) -> Self {
                    libm::$narrow($($x),+)
                }
            )*
        }

        impl Elementary for f64 {
            $(
                #[inline]
                fn $name($($x: Self),+) -> Self {
                    libm::$wide($($x),+)
                }
            )*
        }

        $(
            $(#[$doc])*
            #[inline]
            $vis fn $name<R: Elementary>($($x: R),+) -> R {
                R::$name($($x),+)
            }
        )*
    };
}

elementary! {
    /// Returns e to the power x.
    pub exp(x) = expf, exp;
    /// Returns the natural logarithm of x.
    pub(crate) ln(x) = logf, log;
    /// Returns the natural logarithm of 1 + x, accurate for x close to 0 as well.
    pub ln_1p(x) = log1pf, log1p;
    /// Returns the logarithm of x to base 10.
    pub(crate) log10(x) = log10f, log10;
    /// Returns x to the power y.
    pub pow(x, y) = powf, pow;
    /// Returns the sine of x, in radians.
    pub sin(x) = sinf, sin;
    /// Returns the cosine of x, in radians.
    pub cos(x) = cosf, cos;
    /// Returns the length of the vector (x, y), without overflow or underflow on the way.
    pub(crate) hypot(x, y) = hypotf, hypot;
    /// Returns the hyperbolic tangent of x.
    pub(crate) tanh(x) = tanhf, tanh;
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "compares with the functions of the standard library"
)]
mod tests {
    use super::*;

    /// Returns numbers of many sizes and either sign.
    fn numbers() -> impl Iterator<Item = f64> {
        let near = (-400..=400).map(|i| f64::from(i) * 0.11);
        let far = (-60..=60).map(|power| 10_f64.powi(power));
        near.chain(far.clone()).chain(far.map(|x| -x)).chain([f64::INFINITY, f64::NEG_INFINITY])
    }

    /// Returns whether two results are the same but for their last digits, or both NaN.
    fn agree(ours: f64, platforms: f64, unit: f64) -> bool {
        let off = (ours - platforms).abs();
        ours == platforms
            || off <= 2.0 * unit * platforms.abs()
            || (ours.is_nan() && platforms.is_nan())
    }

    #[test]
    fn every_function_agrees_with_the_platform_but_for_the_last_digits() {
        type One = (&'static str, fn(f64) -> f64, fn(f64) -> f64, fn(f32) -> f32);
        let ones: [One; 7] = [
            ("exp", f64::exp, exp, exp),
            ("ln", f64::ln, ln, ln),
            ("ln_1p", f64::ln_1p, ln_1p, ln_1p),
            ("log10", f64::log10, log10, log10),
            ("sin", f64::sin, sin, sin),
            ("cos", f64::cos, cos, cos),
            ("tanh", f64::tanh, tanh, tanh),
        ];
        for (name, platforms, ours, narrow) in ones {
            for x in numbers() {
                assert!(agree(ours(x), platforms(x), f64::EPSILON), "{name} of {x}");
                let x = x as f32;
                let want = platforms(f64::from(x)) as f32;
                // In f32 a result below the normal numbers has fewer digits, so it is not compared.
                let is_right =
                    agree(f64::from(narrow(x)), f64::from(want), f64::from(f32::EPSILON))
                        || want.is_subnormal();
                assert!(is_right, "{name} of {x} in f32");
            }
        }
    }

    #[test]
    fn every_function_of_two_numbers_agrees_with_the_platform_but_for_the_last_digits() {
        type Two = (&'static str, fn(f64, f64) -> f64, fn(f64, f64) -> f64);
        let twos: [Two; 2] = [("pow", f64::powf, pow), ("hypot", f64::hypot, hypot)];
        for (name, platforms, ours) in twos {
            for (x, y) in numbers().zip(numbers().skip(17)) {
                let (got, want) = (ours(x, y), platforms(x, y));
                assert!(agree(got, want, f64::EPSILON), "{name} of {x} and {y}: {got}, not {want}");
            }
        }
    }
}
