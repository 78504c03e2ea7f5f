//! Starts an arm from a saved model.

use ndarray::{Array1, Array2};

use crate::nn::{Activation, Cost, LARGEST_WEIGHT, Output};
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

/// Checks that a model from which `arms` start is of the cost and the activation functions of one of them.
/// Others may differ from that one: arms that start from one model are meant to.
///
/// `shown_as` is the flag that requested the model.
///
/// # Errors
/// If each arm contradicts the model.
pub(crate) fn check_functions(
    arms: &[ArmSpec],
    model: &ModelState,
    shown_as: &str,
) -> Result<(), ScenarioError> {
    let contradictions = arms.iter().map(|arm| (arm, contradictions(arm, model)));
    let nearest = contradictions.min_by_key(|(_, differing)| differing.len());
    let Some((arm, differing)) = nearest.filter(|(_, differing)| !differing.is_empty()) else {
        return Ok(());
    };
    let listed = |item: &dyn Fn(&Contradiction) -> String, between: &str| {
        differing.iter().map(item).collect::<Vec<_>>().join(between)
    };
    let here = listed(&|one| format!("{} \"{}\"", one.key, one.here), ", ");
    let there = listed(&|one| format!("{} \"{}\"", one.key, one.there), ", ");
    let set = listed(&|one| format!("--set arm.{}.{}={}", arm.name, one.key, one.there), " ");
    let key_path = KeyPath::default().key("arm").key(&arm.name);
    let found = format!("found {here}, but the model is of {there}");
    let refusal = key_path.refuse(found, format!("{set} would do"));
    Err(refusal.at(Location::Typed(shown_as.to_owned())))
}

/// A key whose value in a scenario differs from that in a model.
struct Contradiction {
    key: &'static str,
    here: &'static str,
    there: &'static str,
}

/// Returns the contradictions between an arm and a model. What the model does not say contradicts nothing.
fn contradictions(arm: &ArmSpec, model: &ModelState) -> Vec<Contradiction> {
    let pairs = [
        ("hidden", arm.hidden.name(), model.hidden.map(Activation::name)),
        ("output", arm.output.name(), model.output.map(Output::name)),
        ("cost", arm.cost.name(), model.cost.map(Cost::name)),
    ];
    let differing = pairs.into_iter().filter_map(|(key, here, there)| {
        // Without a hidden layer, its activation function does not matter.
        let matters = key != "hidden" || arm.layers.len() > 2;
        let there = there.filter(|there| *there != here && matters)?;
        Some(Contradiction { key, here, there })
    });
    differing.collect()
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
            let expected = "numbers from −10³⁰ to 10³⁰ would do";
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
