//! Starts an arm from a saved model.

use ndarray::{Array1, Array2};

use crate::nn::LARGEST_WEIGHT;
use crate::scenario::error::{KeyError, KeyPath, Location, ScenarioError};
use crate::scenario::spec::{ArmSpec, InitialLayers};
use crate::telemetry::ModelState;

impl ArmSpec {
    /// Checks that the arm can start from a model; `shown_as` is the flag that requested the model.
    ///
    /// # Errors
    /// If its sizes differ from the arm's, or a number in it exceeds the bound of a weight.
    pub fn check_model(&self, model: &ModelState, shown_as: &str) -> Result<(), ScenarioError> {
        fits(self, model).map_err(|refusal| refusal.at(Location::Typed(shown_as.to_owned())))
    }
}

fn fits(spec: &ArmSpec, model: &ModelState) -> Result<(), KeyError> {
    let key_path = KeyPath::default().key("arm").key(&spec.name);
    if model.sizes != spec.layers {
        let found = format!("found a model of {:?}", model.sizes);
        return Err(key_path.refuse(found, format!("one of {:?} would do", spec.layers)));
    }
    let pairs = model.sizes.windows(2);
    let lengths = |numbers: &[Vec<f64>]| numbers.iter().map(Vec::len).collect::<Vec<_>>();
    let weights: Vec<usize> = pairs.clone().map(|pair| pair[0] * pair[1]).collect();
    let biases: Vec<usize> = pairs.map(|pair| pair[1]).collect();
    if lengths(&model.weights) != weights || lengths(&model.biases) != biases {
        let found = format!("found weights or biases that are not of {:?}", model.sizes);
        return Err(key_path.refuse(found, "as many as the sizes say would do"));
    }
    let mut numbers = model.weights.iter().chain(&model.biases).flatten();
    match numbers.find(|number| number.is_nan() || number.abs() > LARGEST_WEIGHT) {
        None => Ok(()),
        Some(number) => {
            let expected = "numbers from −10⁶ to 10⁶ would do";
            Err(key_path.refuse(format!("found the number {number:?} in the model"), expected))
        }
    }
}

/// Returns the layers of a model whose weights and biases fit its sizes.
pub(crate) fn layers_of_model(model: &ModelState) -> InitialLayers {
    let pairs = model.sizes.windows(2).zip(model.weights.iter().zip(&model.biases));
    let layer = |(pair, (weights, biases)): (&[usize], (&Vec<f64>, &Vec<f64>))| {
        let weights = Array2::from_shape_vec((pair[1], pair[0]), weights.clone());
        (weights.expect("a model fits its sizes"), Array1::from(biases.clone()))
    };
    pairs.map(layer).collect()
}
