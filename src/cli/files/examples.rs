//! Example models, checkpoints and listings for the tests of files.

use std::fs;

use tempfile::TempDir;

use crate::nn::{Activation, Cost, Output, Precision};
use crate::telemetry::{Checkpoint, ModelState};

pub(in crate::cli) fn model(arm: &str) -> ModelState {
    ModelState {
        arm: arm.to_owned(),
        sizes: vec![1, 1],
        weights: vec![vec![2.0]],
        biases: vec![vec![2.0]],
        cost: Cost::Quadratic,
        hidden: Activation::Sigmoid,
        output: Output::Sigmoid,
        precision: Precision::F64,
        eta: 0.15,
        lambda: 0.0,
        seed: 1,
        steps: 0,
        epochs: 0,
        training: None,
    }
}

pub(in crate::cli) fn checkpoint(arms: &[&str]) -> Checkpoint {
    let models = arms.iter().map(|arm| model(arm)).collect();
    Checkpoint { scenario: "seed = 1\n".to_owned(), models, ..Checkpoint::default() }
}

pub(in crate::cli) fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
