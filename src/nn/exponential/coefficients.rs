//! The coefficients of the polynomials, which are minimax polynomials (Remez exchange in 60 digits).
//!
//! Their errors are stated beside them and are smaller than the rounding of the result.

/// The constants of the functions over lanes.
pub trait ExpCoefficients: Sized + 'static {
    /// 2^f for |f| ≤ ½, by ascending powers of f.
    const POWER: &'static [Self];
    /// 2 artanh(s)/s for 0 ≤ s ≤ ⅓, by ascending powers of s².
    const ARTANH: &'static [Self];
    /// log₂ e.
    const LOG2_E: Self;
    /// ln 2 in two parts; the first is so short that its product with an exponent is exact.
    const LN_2: (Self, Self);
    /// The power below which e to that power rounds to 0.
    const LEAST_POWER: Self;
    /// Half the exponent of the smallest normal number; a smaller power of two is computed as two
    /// factors.
    const HALF_LEAST: Self;
    /// The smallest and the largest whole exponent of a normal number.
    const EXPONENTS: (Self, Self);
}

impl ExpCoefficients for f32 {
    // Relative error 1.9e-9.
    const POWER: &'static [Self] = &[
        1.0,
        std::f32::consts::LN_2,
        0.240_226_47,
        0.055_503_29,
        0.009_618_489,
        0.001_339_993,
        0.000_153_458_64,
    ];
    // Error 2.1e-10.
    const ARTANH: &'static [Self] =
        &[2.0, 0.666_666_8, 0.399_986_78, 0.286_210_4, 0.213_899_97, 0.244_247_7];
    const LOG2_E: Self = std::f32::consts::LOG2_E;
    const LN_2: (Self, Self) = (0.693_359_4, -2.121_944_4e-4);
    const LEAST_POWER: Self = -104.0;
    const HALF_LEAST: Self = -63.0;
    const EXPONENTS: (Self, Self) = (-126.0, 127.0);
}

impl ExpCoefficients for f64 {
    // Relative error 3.1e-18.
    const POWER: &'static [Self] = &[
        1.0,
        std::f64::consts::LN_2,
        0.240_226_506_959_101_56,
        0.055_504_108_664_819_92,
        0.009_618_129_107_588_346,
        0.001_333_355_814_678_977_7,
        0.000_154_035_304_625_016_98,
        1.525_273_349_010_893_7e-5,
        1.321_543_309_589_153_2e-6,
        1.017_819_797_695_474_6e-7,
        7.074_104_573_753_809e-9,
        4.435_288_865_067_537e-10,
    ];
    // Error 6.8e-20.
    const ARTANH: &'static [Self] = &[
        2.0,
        0.666_666_666_666_666_8,
        0.399_999_999_999_925_8,
        0.285_714_285_726_632_1,
        0.222_222_221_161_996_77,
        0.181_818_235_445_924_46,
        0.153_844_438_608_302_2,
        0.133_369_306_541_592_8,
        0.117_146_928_101_120_23,
        0.109_805_209_097_711_4,
        0.069_655_872_144_638_82,
        0.165_125_215_253_282_56,
    ];
    const LOG2_E: Self = std::f64::consts::LOG2_E;
    const LN_2: (Self, Self) = (0.693_145_751_953_125, 1.428_606_820_309_417_2e-6);
    const LEAST_POWER: Self = -746.0;
    const HALF_LEAST: Self = -511.0;
    const EXPONENTS: (Self, Self) = (-1022.0, 1023.0);
}
