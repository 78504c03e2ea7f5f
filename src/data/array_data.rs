//! Examples from arrays of `NumPy`: a `.npz` file, or `.npy` files.
//!
//! The arrays are found by their names or shapes ([`mod@roles`]). Pictures of 28×28 bytes are stored as those of
//! MNIST are ([`mod@pictures`]); any other arrays become a table ([`mod@columns`]), which is then treated as one
//! that was read from text: classes, scales, holes, and the division for the test are the same.

mod columns;
mod file;
mod names;
mod pictures;
mod roles;
mod survey;

use std::ops::ControlFlow;

use crate::data::array_data::columns::read_columns;
use crate::data::array_data::file::ArrayFile;
use crate::data::array_data::pictures::read_pictures;
use crate::data::array_data::roles::find_roles;
use crate::data::csv::{Csv, data_of_numbers};
use crate::data::open::Open;
use crate::data::{Data, DataError, RunRng};

pub use names::ArrayNames;
pub(crate) use names::is_array_file;
pub(crate) use survey::{SurveyedArrays, survey_arrays};

/// Reads the examples of a network from arrays. `progress` receives the fraction done and can cancel.
///
/// # Errors
/// If a file cannot be read, it is not clear which arrays are meant, they do not suit the network, the memory does
/// not suffice, or `progress` cancels.
pub fn read_arrays(
    open: &Open<'_>,
    (csv, names): (&Csv, &ArrayNames),
    rng: &mut RunRng,
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Data, DataError> {
    let mut file = ArrayFile::open(&csv.name, names, &csv.options, open)?;
    let roles = find_roles(&file, names, &csv.options)?;
    if let Some(data) = read_pictures(&mut file, &roles, (csv, names), progress)? {
        return Ok(data);
    }
    let gauge = file.gauge();
    let columns = read_columns(&mut file, &roles, (&csv.options, names), progress)?;
    let picture = columns.picture;
    let csv = Csv { options: columns.options, ..csv.clone() };
    let data = data_of_numbers(columns.table, &csv, rng, &gauge)?;
    // Numbers of columns are no names.
    Ok(Data { picture, inputs: Vec::new(), ..data })
}

#[cfg(test)]
mod tests;
