//! MNIST as people have it: the places of its files, and, if they are available, the real digits.

use std::fs;
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

/// Writes the four files with these numbers of pictures: each is filled with one brightness.
pub(crate) fn write_files(folder: &Path, train: u8, test: u8) {
    fs::create_dir_all(folder).expect("a folder can be made");
    for (name, count) in [("train", train), ("t10k", test)] {
        let header = |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect();
        let mut pictures: Vec<u8> = header(&[0x803, count.into(), 28, 28]);
        pictures.extend((0..count).flat_map(|picture| [picture; 784]));
        let mut labels: Vec<u8> = header(&[0x801, count.into()]);
        labels.extend((0..count).map(|label| label % 10));
        let write = |kind: &str, bytes| {
            fs::write(folder.join(format!("{name}-{kind}-ubyte")), bytes).expect("it is written");
        };
        write("images-idx3", pictures);
        write("labels-idx1", labels);
    }
}

#[test]
fn the_files_are_found_where_torchvision_puts_them_and_by_the_name_of_one_of_them() {
    let place = TestDir::new();
    write_files(&place.path("in/MNIST/raw"), 40, 20);
    let flags = "--epochs 1 --set data.train=40 --set data.test=20 --batch 10";
    for path in ["in", "in/MNIST/raw", "in/MNIST", "in/MNIST/raw/t10k-labels-idx1-ubyte"] {
        let said = place.succeed(&format!("run mnist --data {path} {flags}"));
        assert!(said.contains("MNIST, 40 examples"), "{path}: {said}");
    }
    let overwrites = format!("run mnist --data in {flags} --set data.path=in --metrics");
    let refusal = place.refused(&format!("{overwrites} in/MNIST/raw/t10k-labels-idx1-ubyte"), 2);
    assert!(refusal.starts_with("MNIST and --metrics both say "), "{refusal}");
    fs::write(place.path("in/MNIST/raw/train-labels-idx1-ubyte"), "<!DOCTYPE html>\n")
        .expect("a file");
    let refusal = place.refused(&format!("run mnist --data in {flags}"), 1);
    assert!(
        refusal.contains(
            "train-labels-idx1-ubyte: found a web page, expected IDX labels; the download"
        )
    );
    let refusal = place.refused(&format!("run mnist --data config {flags}"), 1);
    assert!(refusal.starts_with("no train-images-idx3-ubyte in config, neither as "), "{refusal}");
    let expected =
        " nor in raw, MNIST/raw, FashionMNIST/raw, KMNIST/raw or EMNIST/raw below it, and no";
    assert!(refusal.contains(expected), "{refusal}");
}

#[test]
fn a_folder_alone_is_trained_shown_and_described() {
    let place = TestDir::new();
    write_files(&place.path("in/FashionMNIST/raw"), 40, 20);
    let said = place.succeed("run in --epochs 1");
    assert!(said.contains("FashionMNIST: FashionMNIST, 40 examples and 20 for the test"), "{said}");
    let shown = place.succeed("show in");
    for line in ["path    = \"in\"", "train   = 40", "test    = 20", "layers  = [784, 30, 10]"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let described = place.succeed("data in");
    assert!(described.starts_with("in: 60 rows, 784 inputs, 10 outputs\n"), "{described}");
    assert!(described.contains("  training  inputs           40 pictures of 28×28, 10 classes\n"));
    let file = "run in/FashionMNIST/raw/train-labels-idx1-ubyte --epochs 1";
    assert!(place.succeed(file).contains("FashionMNIST, 40 examples"));
    let refusal = place.refused("run mnist --data in --epochs 1", 1);
    let expected =
        "found 40 pictures, expected 50000 or more to train on; --set data.train=40 takes";
    assert!(refusal.contains(expected), "{refusal}");
    fs::create_dir(place.path("empty")).expect("a folder can be made");
    let refusal = place.refused("run empty", 2);
    assert!(refusal.starts_with("no train-images-idx3-ubyte in empty, neither as "), "{refusal}");
}

#[test]
fn the_letters_of_emnist_have_their_classes() {
    let place = TestDir::new();
    let folder = place.path("in/EMNIST/raw");
    write_files(&folder, 52, 26);
    for (from, to, count) in [("train", "train", 52_u8), ("t10k", "test", 26)] {
        let old = |kind: &str| folder.join(format!("{from}-{kind}-ubyte"));
        let new = |kind: &str| folder.join(format!("emnist-letters-{to}-{kind}-ubyte"));
        fs::rename(old("images-idx3"), new("images-idx3")).expect("it is there");
        let mut labels = fs::read(old("labels-idx1")).expect("it is there");
        labels.truncate(8);
        labels.extend((0..count).map(|letter| letter % 26 + 1));
        fs::write(new("labels-idx1"), labels).expect("a file can be written");
        fs::remove_file(old("labels-idx1")).expect("it is there");
    }
    let said = place.succeed("run in --epochs 1 --summary s.json");
    assert!(said.contains("EMNIST: EMNIST, 52 examples and 26 for the test"), "{said}");
    assert!(place.succeed("show in").contains("layers  = [784, 30, 26]"));
    let recall = place.json("s.json")["arms"][0]["recall"].as_array().map(Vec::len);
    assert_eq!(recall, Some(26));
    let small = "run mnist --data in --set data.train=52 --set data.test=26 --epochs 1";
    let refusal = place.refused(small, 1);
    let expected =
        "found label 10 as number 10, expected 0 to 9; the last of network.layers as 26 would do";
    assert!(refusal.contains(expected), "{refusal}");
}

#[test]
fn the_file_of_the_books_program_is_refused_with_what_would_do() {
    let place = TestDir::new();
    fs::create_dir(place.path("data")).expect("a folder can be made");
    fs::write(place.path("data/mnist.pkl.gz"), b"\x1f\x8b").expect("a file can be written");
    for path in ["data", "data/mnist.pkl.gz"] {
        let refusal = place.refused(&format!("run mnist --data {path}"), 1);
        let expected = "data/mnist.pkl.gz: found a pickle, a program of Python that is not run, \
                        expected arrays; python3 -c \"import gzip,pickle,numpy; ";
        assert!(refusal.starts_with(expected), "{refusal}");
    }
}
