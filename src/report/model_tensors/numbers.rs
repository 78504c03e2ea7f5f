//! The numbers of a tensor, read a piece at a time and widened to 64 bits.

use std::io::{self, Read};

use safetensors::Dtype;
use safetensors::tensor::TensorInfo;

use crate::arrays::{ByteOrder, NumberType};
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
    let number = number_type(name, tensor.dtype)?;
    let width = number.width();
    let count = tensor.shape.iter().product();
    let mut numbers: Vec<f64> = Vec::new();
    let mut piece = vec![0; PIECE];
    while numbers.len() < count {
        let coming = (count - numbers.len()).min(PIECE / width);
        let bytes = &mut piece[..coming * width];
        read_piece(file, bytes)?;
        make_room(&mut numbers, coming, Some(count));
        number.widen(ByteOrder::Little, bytes, &mut numbers);
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

/// Returns the type of the numbers of a tensor.
///
/// # Errors
/// If it is none of the four that are read.
pub(super) fn number_type(name: &str, dtype: Dtype) -> Result<NumberType, ModelError> {
    match dtype {
        Dtype::F16 => Ok(NumberType::F16),
        Dtype::BF16 => Ok(NumberType::BF16),
        Dtype::F32 => Ok(NumberType::F32),
        Dtype::F64 => Ok(NumberType::F64),
        other => Err(ModelError::field(name, format!("of type {other}"), "F32, F64, F16 or BF16")),
    }
}

fn read_piece(file: &mut InputFile<'_>, bytes: &mut [u8]) -> Result<(), ModelError> {
    file.read_exact(bytes).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => ModelError::tensors(&"it ends before its last tensor does"),
        _ => error.into(),
    })
}
