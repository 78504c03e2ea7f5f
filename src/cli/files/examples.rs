//! Example models, checkpoints and listings for the tests of files.

use std::fs;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::cli::clock;
use crate::cli::files::disk::Disk;
use crate::cli::files::sweep::sweep;
use crate::nn::{Activation, Cost, Output, Precision};
use crate::telemetry::{Checkpoint, ModelState};

pub(in crate::cli) fn model(arm: &str) -> ModelState {
    ModelState {
        arm: arm.to_owned(),
        sizes: vec![1, 1],
        weights: vec![vec![2.0]],
        biases: vec![vec![2.0]],
        cost: Some(Cost::Quadratic),
        hidden: Some(Activation::Sigmoid),
        output: Some(Output::Sigmoid),
        scaling: None,
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

/// Sweeps a folder until these names are left. A test that starts a program beside this one holds a copy of
/// every lock for a moment, until the program runs.
pub(in crate::cli) fn sweep_down_to(folder: &TempDir, left: &[String]) {
    let until = clock::now() + Duration::from_secs(60);
    loop {
        sweep(&Disk::default(), folder.path());
        let names = names(folder);
        if names == left || clock::now() >= until {
            assert_eq!(names, left);
            return;
        }
        thread::park_timeout(Duration::from_millis(1));
    }
}
