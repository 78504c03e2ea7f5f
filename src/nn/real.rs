//! The number types that training is generic over.

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

/// A number that networks can be made of.
pub trait Real: num_traits::Float {
    /// Which it is.
    const PRECISION: Precision;
}
