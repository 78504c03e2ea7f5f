//! The number types that training is generic over.

use std::fmt::{Debug, Display};
use std::iter::Sum;

use num_traits::{Float, NumAssign};

/// The arithmetic of training.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits.
    F32,
    /// 64 bits.
    #[default]
    F64,
}

impl Precision {
    /// Its name in scenarios and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }
}

/// A number that networks can be made of: f32 or f64.
pub trait Real:
    Float + NumAssign + Sum + Into<f64> + Debug + Display + Default + Send + Sync + 'static
{
    /// Which it is.
    const PRECISION: Precision;

    /// How many of them half of the vector registers of any x86-64 hold: 8 of 16 bytes.
    const BLOCK: usize = 128 / size_of::<Self>();

    /// The number of this kind that is nearest to `value`.
    fn of(value: f64) -> Self;

    /// A grey level as an input: byte/256, exactly.
    fn of_byte(byte: u8) -> Self;

    /// The same number, exactly. (On a reference, dereference first: `(*w).to_f64()`.)
    fn to_f64(self) -> f64 {
        self.into()
    }
}

impl Real for f32 {
    const PRECISION: Precision = Precision::F32;

    #[inline]
    fn of(value: f64) -> Self {
        value as Self
    }

    #[inline]
    fn of_byte(byte: u8) -> Self {
        Self::from(byte) * (1.0 / 256.0)
    }
}

impl Real for f64 {
    const PRECISION: Precision = Precision::F64;

    #[inline]
    fn of(value: f64) -> Self {
        value
    }

    #[inline]
    fn of_byte(byte: u8) -> Self {
        Self::from(byte) * (1.0 / 256.0)
    }
}
