//! Tests on real digits, if the files of MNIST are available.

use std::path::{Path, PathBuf};

use crate::cli::TestDir;

/// Returns the folder of MNIST, if it exists.
#[expect(clippy::print_stderr, reason = "a skipped test prints a notice")]
fn folder() -> Option<PathBuf> {
    let shared = std::env::var_os("XENTVIZ_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = shared.join("mnist");
    if folder.join("train-images-idx3-ubyte.gz").exists() {
        return Some(folder);
    }
    eprintln!("skipped: no MNIST in {}; XENTVIZ_SHARED names the folder", folder.display());
    None
}

fn run(place: &TestDir, scenario: &str, folder: &Path, flags: &[&str]) -> serde_json::Value {
    let folder = folder.to_str().expect("the folder's name is UTF-8");
    let args = ["run", scenario, "--data", folder, "--summary", "s.json"];
    let output = place.command(&[&args, flags].concat()).output().expect("it can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    place.json("s.json")
}

#[test]
fn a_thousand_pictures_give_the_accuracy_of_an_independent_program() {
    let Some(folder) = folder() else { return };
    let flags = ["--set", "data.train=1000", "--epochs", "30", "--evaluate", "0"];
    let summary = run(&TestDir::new(), "mnist", &folder, &flags);
    assert_eq!(summary["data"], "MNIST");
    let arm = &summary["arms"][1];
    assert_eq!(arm["arm"], "cross-entropy");
    // An independent program reached 87.75 % ± 0.21 over three seeds; the bound is three deviations
    // below.
    let accuracy = arm["test_accuracy"].as_f64().unwrap();
    assert!((0.87..0.89).contains(&accuracy), "{accuracy}");
    assert!(arm["accuracy"].as_f64() >= Some(0.995), "{}", arm["accuracy"]);
}

#[test]
fn cross_entropy_learns_the_digits_that_quadratic_never_learns() {
    let Some(folder) = folder() else { return };
    let place = TestDir::new();
    let flags = ["--set", "data.train=5000", "--epochs", "10", "--evaluate", "0", "--seed"];
    let mut dead = [0, 0];
    for seed in ["0", "1", "2"] {
        let summary = run(&place, "dead-digits", &folder, &[&flags[..], &[seed]].concat());
        for (dead, arm) in dead.iter_mut().zip(summary["arms"].as_array().unwrap()) {
            let recall = arm["recall"].as_array().unwrap();
            *dead += recall.iter().filter(|recall| recall.as_f64() < Some(0.01)).count();
        }
    }
    assert!(dead[0] > 0, "quadratic learns every digit");
    assert_eq!(dead[1], 0, "cross-entropy leaves a digit out");
}
