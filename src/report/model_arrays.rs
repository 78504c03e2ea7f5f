//! Models as arrays of `NumPy`: a `.npz` file of weights and biases.
//!
//! The arrays are named as the tensors of other programs are. `numpy.savez(FILE, *arrays)` names them `arr_0`,
//! `arr_1`, …; then they are weights and biases by turns, as Keras' `get_weights` returns them.

use std::collections::BTreeMap;

use crate::arrays::{
    Archive, ArrayError, NpyHeader, NumberType, read_npy_header, read_npy_numbers,
};
use crate::file::InputFile;
use crate::nn::Precision;
use crate::report::ModelError;
use crate::report::model::MOST_BYTES;
use crate::report::tensor_layers::{LayerTensors, ReadModel, alternating, assemble, find_layers};

/// The end of the name of an array in the archive.
const ENDING: &str = ".npy";

/// The beginning of the names that `NumPy` gives to arrays without one.
const UNNAMED: &str = "arr_";

/// The network may have this many numbers, or so many for each byte of the file: deflated zeros take little.
const ALWAYS_ALLOWED: usize = 3 << 20;
const PER_BYTE: usize = 4;

/// An array of the file.
struct FoundArray {
    /// The name of the member.
    member: String,
    header: NpyHeader,
}

/// Reads a model from a `.npz` file.
///
/// The headers of all arrays are read first, then the numbers of the layers.
///
/// # Errors
/// If the file cannot be read or its arrays form no network; the error names the array.
pub fn read_model_arrays(file: InputFile<'_>) -> Result<ReadModel, ModelError> {
    let mut archive = Archive::read(file, MOST_BYTES)?;
    let (arrays, unread) = headers(&mut archive)?;
    let is_unnamed = !arrays.is_empty() && arrays.keys().all(|name| unnamed(name).is_some());
    let named: BTreeMap<String, &FoundArray> = arrays
        .iter()
        .map(|(name, array)| match unnamed(name) {
            Some(index) if is_unnamed => (alternating(index), array),
            _ => (name.clone(), array),
        })
        .collect();
    let shapes = named.iter().map(|(name, array)| (name.clone(), &array.header.shape[..]));
    let mut unread = unread.into_iter();
    let mut found = match find_layers(shapes) {
        Ok(found) => found,
        // An array of a type that is not read may be the missing one.
        Err(refusal) => {
            return Err(unread.next().map_or(refusal, |(_, error)| error.into()));
        }
    };
    found.left_out.extend(unread.map(|(name, _)| name));
    let precision = precision(&named, &found.layers);
    let mut left = (archive.length() as usize).saturating_mul(PER_BYTE).max(ALWAYS_ALLOWED);
    let mut read = assemble(&found, precision, &mut |name| {
        let FoundArray { member, header } = named[name];
        let mut reader = archive.member(member)?;
        read_npy_header(name, &mut reader)?;
        let numbers = read_npy_numbers(name, header, left, &mut reader)?;
        left -= numbers.len();
        Ok(numbers)
    })?;
    if is_unnamed {
        let remark = "its arrays have no names and were taken as weights and biases by turns";
        read.remarks.insert(0, remark.to_owned());
    }
    Ok(read)
}

/// The arrays of a file by name, and the names and errors of those that are not read.
type Headers = (BTreeMap<String, FoundArray>, Vec<(String, ArrayError)>);

/// Reads the headers of all arrays.
fn headers(archive: &mut Archive) -> Result<Headers, ModelError> {
    let (mut arrays, mut unread) = (BTreeMap::new(), Vec::new());
    for member in archive.names() {
        let Some(name) = member.strip_suffix(ENDING) else { continue };
        let mut reader = archive.member(&member)?;
        match read_npy_header(name, &mut reader) {
            Ok(header) => {
                drop(reader);
                arrays.insert(name.to_owned(), FoundArray { member, header });
            }
            Err(error @ ArrayError::Array { .. }) => unread.push((name.to_owned(), error)),
            Err(error) => return Err(error.into()),
        }
    }
    if arrays.is_empty() && unread.is_empty() {
        let expected = "the arrays of numpy.savez";
        return Err(ArrayError::format("a zip archive without arrays", expected).into());
    }
    Ok((arrays, unread))
}

/// Returns the number of an array without a name.
fn unnamed(name: &str) -> Option<usize> {
    name.strip_prefix(UNNAMED)?.parse().ok()
}

/// Returns the precision that holds the numbers of all layers.
fn precision(arrays: &BTreeMap<String, &FoundArray>, layers: &[LayerTensors]) -> Precision {
    let is_wide = |name: &String| {
        let number = arrays[name].header.number;
        number == NumberType::F64 || (!number.is_float() && number.width() > 2)
    };
    let mut names = layers.iter().flat_map(|layer| [&layer.weight, &layer.bias]);
    if names.any(is_wide) { Precision::F64 } else { Precision::F32 }
}

#[cfg(test)]
mod tests;
