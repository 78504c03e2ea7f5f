//! The numbers of a tensor, read a piece at a time and widened to 64 bits.

use std::io::{self, Read};

use safetensors::Dtype;
use safetensors::tensor::TensorInfo;

use crate::file::{InputFile, make_room};
use crate::report::ModelError;

/// The bytes of numbers that are written and read at a time: a multiple of the size of each number, and
/// large enough to make the cost of a call negligible.
pub(super) const PIECE: usize = 64 << 10;

/// Reads the numbers of one tensor. Memory grows with the numbers read: a pipe may hold fewer than
/// claimed.
///
/// # Errors
/// If the file ends early, a number is not finite, or the type of the numbers is another one.
pub(super) fn read_tensor(
    file: &mut InputFile<'_>,
    name: &str,
    tensor: &TensorInfo,
) -> Result<Vec<f64>, ModelError> {
    check_type(name, tensor.dtype)?;
    let width = tensor.dtype.bitsize() / 8;
    let count = tensor.shape.iter().product();
    let mut numbers: Vec<f64> = Vec::new();
    let mut piece = vec![0; PIECE];
    while numbers.len() < count {
        let coming = (count - numbers.len()).min(PIECE / width);
        let bytes = &mut piece[..coming * width];
        read_piece(file, bytes)?;
        make_room(&mut numbers, coming, Some(count));
        widen(tensor.dtype, bytes, &mut numbers);
    }
    match numbers.iter().find(|number| !number.is_finite()) {
        Some(number) => Err(ModelError::field(name, format!("partly {number}"), "finite numbers")),
        None => Ok(numbers),
    }
}

/// Reads past a tensor.
///
/// # Errors
/// If the file ends early.
pub(super) fn skip_tensor(file: &mut InputFile<'_>, tensor: &TensorInfo) -> Result<(), ModelError> {
    let (begin, end) = tensor.data_offsets;
    let mut left = end.saturating_sub(begin);
    let mut piece = vec![0; left.min(PIECE)];
    while left > 0 {
        let coming = left.min(PIECE);
        read_piece(file, &mut piece[..coming])?;
        left -= coming;
    }
    Ok(())
}

/// Refuses a type of numbers that is not read.
///
/// # Errors
/// If the type is not one of the four.
pub(super) fn check_type(name: &str, dtype: Dtype) -> Result<(), ModelError> {
    match dtype {
        Dtype::F16 | Dtype::BF16 | Dtype::F32 | Dtype::F64 => Ok(()),
        other => Err(ModelError::field(name, format!("of type {other}"), "F32, F64, F16 or BF16")),
    }
}

/// Returns a matrix with its rows as columns; `width` is the length of a row.
pub(super) fn transposed(numbers: &[f64], width: usize) -> Vec<f64> {
    let column = |k: usize| numbers.iter().skip(k).step_by(width.max(1));
    let mut turned = Vec::with_capacity(numbers.len());
    (0..width).for_each(|k| turned.extend(column(k)));
    turned
}

fn read_piece(file: &mut InputFile<'_>, bytes: &mut [u8]) -> Result<(), ModelError> {
    file.read_exact(bytes).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => ModelError::tensors(&"it ends before its last tensor does"),
        _ => error.into(),
    })
}

/// Adds the numbers of these bytes. Every number of the four types is a 64-bit number too.
fn widen(dtype: Dtype, bytes: &[u8], numbers: &mut Vec<f64>) {
    match dtype {
        Dtype::F16 => {
            let (read, _) = bytes.as_chunks::<2>();
            numbers.extend(read.iter().map(|n| from_half(u16::from_le_bytes(*n))));
        }
        Dtype::BF16 => {
            // The upper half of a 32-bit number.
            let wide = |n: &[u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(*n)) << 16);
            let (read, _) = bytes.as_chunks::<2>();
            numbers.extend(read.iter().map(|n| f64::from(wide(n))));
        }
        Dtype::F32 => {
            let (read, _) = bytes.as_chunks::<4>();
            numbers.extend(read.iter().map(|n| f64::from(f32::from_le_bytes(*n))));
        }
        _ => {
            let (read, _) = bytes.as_chunks::<8>();
            numbers.extend(read.iter().map(|n| f64::from_le_bytes(*n)));
        }
    }
}

/// Returns the value of the bits of a 16-bit number of IEEE 754: a sign, 5 bits of exponent, 10 of fraction.
fn from_half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (bits >> 10 & 0x1f, f64::from(bits & 0x3ff));
    let magnitude = match exponent {
        // Subnormal numbers are multiples of 2⁻²⁴.
        0 => fraction * f64::from_bits((1023 - 24) << 52),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => {
            let power = f64::from_bits((1023 - 15 + u64::from(exponent)) << 52);
            (1.0 + fraction / 1024.0) * power
        }
    };
    sign * magnitude
}

#[cfg(test)]
mod tests {
    use safetensors::Dtype;

    use super::{from_half, transposed, widen};

    #[test]
    fn numbers_of_16_bits_have_the_published_values() {
        // The table of examples in the article "Half-precision floating-point format".
        for (bits, expected) in [
            (0x0000, 0.0),
            (0x0001, 0.000_000_059_604_644_775_390_63),
            (0x03ff, 0.000_060_975_551_605_224_61),
            (0x0400, 0.000_061_035_156_25),
            (0x3555, 0.333_251_953_125),
            (0x3bff, 0.999_511_718_75),
            (0x3c00, 1.0),
            (0x3c01, 1.000_976_562_5),
            (0x7bff, 65504.0),
            (0x7c00, f64::INFINITY),
            (0xc000, -2.0),
        ] {
            assert_eq!(from_half(bits), expected, "{bits:#x}");
        }
        assert!(from_half(0x8000).is_sign_negative() && from_half(0x7c01).is_nan());
        let mut numbers = Vec::new();
        widen(Dtype::BF16, &[0x80, 0x3f, 0x49, 0xc0, 0x01, 0x00], &mut numbers);
        assert_eq!(numbers, [1.0, -3.140_625, f64::from(f32::from_bits(0x0001_0000))]);
    }

    #[test]
    fn rows_become_columns() {
        assert_eq!(transposed(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }
}
