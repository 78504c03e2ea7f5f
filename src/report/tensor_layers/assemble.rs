//! A network from the tensors of its layers.

use crate::nn::Precision;
use crate::report::ModelError;
use crate::report::model::without_metadata;
use crate::report::tensor_layers::find::{FoundLayers, Layout};
use crate::report::tensor_layers::remarks::remarks;
use crate::telemetry::ModelState;

/// A model of a file, with remarks on how the file was understood: phrases for its user, without a full stop.
#[derive(Debug)]
pub struct ReadModel {
    /// The model.
    pub model: ModelState,
    /// The remarks; none on a file of ours.
    pub remarks: Vec<String>,
}

/// Makes a model of the layers found in a file of another program; `read` returns the numbers of the tensor of a
/// name, row by row.
///
/// # Errors
/// If a tensor cannot be read, or a number is not finite.
pub(in crate::report) fn assemble(
    found: &FoundLayers,
    precision: Precision,
    read: &mut dyn FnMut(&str) -> Result<Vec<f64>, ModelError>,
) -> Result<ReadModel, ModelError> {
    let mut numbers = |name: &str| {
        let numbers = read(name)?;
        match numbers.iter().find(|number| !number.is_finite()) {
            Some(number) => {
                Err(ModelError::field(name, format!("partly {number}"), "finite numbers"))
            }
            None => Ok(numbers),
        }
    };
    let mut model = ModelState { sizes: found.sizes.clone(), precision, ..without_metadata() };
    for (layer, neurons) in found.layers.iter().zip(&found.sizes[1..]) {
        let weights = numbers(&layer.weight)?;
        model.weights.push(match found.layout {
            Layout::NeuronsFirst => weights,
            Layout::InputsFirst => transposed(&weights, *neurons),
        });
        model.biases.push(numbers(&layer.bias)?);
    }
    Ok(ReadModel { model, remarks: remarks(found) })
}

/// Returns names for tensors that only have numbers, which are weights and biases by turns.
pub(in crate::report) fn alternating(index: usize) -> String {
    let role = if index.is_multiple_of(2) { "weight" } else { "bias" };
    format!("layers.{}.{role}", index / 2)
}

/// Returns a matrix with its rows as columns; `width` is the length of a row.
pub(in crate::report) fn transposed(numbers: &[f64], width: usize) -> Vec<f64> {
    let column = |k: usize| numbers.iter().skip(k).step_by(width.max(1));
    let mut turned = Vec::with_capacity(numbers.len());
    (0..width).for_each(|k| turned.extend(column(k)));
    turned
}

#[cfg(test)]
mod tests {
    use super::transposed;

    #[test]
    fn rows_become_columns() {
        assert_eq!(transposed(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    }
}
