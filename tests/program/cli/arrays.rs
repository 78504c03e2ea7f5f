//! Arrays of `NumPy` as people have them: what is taken for what, and what is refused. The files are written by
//! `tests/arrays/make.py`.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::cli::{TestDir, errors};

const IRIS: &[u8] = include_bytes!("../../arrays/iris.npz");
const PICTURES: &[u8] = include_bytes!("../../arrays/pictures.npz");

fn put(place: &TestDir, name: &str, bytes: &[u8]) {
    fs::write(place.path(name), bytes).expect("a file can be written");
}

/// Returns the metrics of a run, and what was printed on standard output.
#[track_caller]
fn trained(place: &TestDir, line: &str) -> (String, String) {
    let output = place.run(&format!("run {line} --epochs 3 --metrics m.jsonl"));
    assert_eq!(output.status.code(), Some(0), "{line}: {}", errors(&output));
    (place.read("m.jsonl"), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn arrays_train_as_the_same_numbers_in_a_table_do() {
    let place = TestDir::new();
    put(&place, "iris.csv", include_bytes!("../../arrays/iris.csv"));
    put(&place, "iris.npz", IRIS);
    put(&place, "iris.npy", include_bytes!("../../arrays/iris.npy"));
    put(&place, "one-hot.npz", include_bytes!("../../arrays/one-hot.npz"));
    let (table, said) = trained(&place, "iris.csv");
    assert!(
        said.contains("150 rows, 4 inputs, target y (3 classes, 0: 50, 1: 50, 2: 50)"),
        "{said}"
    );
    for (name, expected) in [
        (
            "iris.npz",
            "150 rows, 4 inputs, target y (3 classes, 0: 50, 1: 50, 2: 50), inputs scaled to mean 0, \
             deviation 1, test: 30 rows",
        ),
        ("iris.npy", "150 rows, 4 inputs, target column 5 (3 classes, 0: 50, 1: 50, 2: 50)"),
        ("one-hot.npz", "target target (3 classes, 0: 50, 1: 50, 2: 50), targets one-hot"),
    ] {
        let (metrics, said) = trained(&place, name);
        assert_eq!(metrics, table, "{name}");
        assert!(said.contains(expected), "{name}: {said}");
    }
}

#[test]
fn a_second_file_or_a_column_holds_the_targets() {
    let place = TestDir::new();
    fs::create_dir(place.path("in")).expect("a folder can be made");
    put(&place, "in/iris-x.npy", include_bytes!("../../arrays/iris-x.npy"));
    put(&place, "in/iris-y.npy", include_bytes!("../../arrays/iris-y.npy"));
    let (typed, said) = trained(&place, "in/iris-x.npy --target in/iris-y.npy");
    assert!(said.contains("150 rows, 4 inputs, target iris-y (3 classes"), "{said}");
    let (beside, _) = trained(&place, "in/iris-x.npy --target iris-y.npy");
    assert_eq!(beside, typed);
    let (_, said) = trained(&place, "in/iris-x.npy --target 4");
    assert!(said.contains("150 rows, 3 inputs, target column 4 (a number)"), "{said}");
}

#[test]
fn arrays_alone_are_shown_and_described() {
    let place = TestDir::new();
    put(&place, "iris.npz", IRIS);
    let shown = place.succeed("show iris.npz");
    for line in
        ["kind    = \"arrays\"", "inputs  = \"X\"", "targets = \"y\"", "layers  = [4, 8, 3]"]
    {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let (metrics, _) = trained(&place, "iris.npz");
    place.write("mine.toml", &shown);
    assert_eq!(trained(&place, "mine.toml").0, metrics);
    let described = place.succeed("data iris.npz");
    assert!(described.starts_with("iris.npz: 150 rows, 4 inputs, 3 outputs\n"), "{described}");
    assert!(described.contains("  X  inputs           float64 [150, 4]\n"), "{described}");
    assert!(described.contains("  y  targets"), "{described}");
}

#[test]
fn pictures_of_bytes_train_as_those_of_mnist_do() {
    let place = TestDir::new();
    put(&place, "mnist.npz", PICTURES);
    write_idx(&place);
    let flags = "--set data.train=40 --set data.test=20 --batch 10 --data";
    let (idx, _) = trained(&place, &format!("mnist {flags} idx"));
    for path in ["mnist.npz", "."] {
        assert_eq!(trained(&place, &format!("mnist {flags} {path}")).0, idx, "{path}");
    }
    let (_, said) = trained(&place, "mnist.npz");
    let expected = "60 rows, 784 inputs, target y_train (10 classes, 0: 6, 1: 6, 2: 6, 3: 6, 4: 6, 5: 6, \
                    …), pixels divided by 256, test: 20 rows";
    assert!(said.contains(expected), "{said}");
    // The same pixels as a table: the columns are divided by 256 as well.
    let shown = place.succeed("show mnist.npz");
    place.write("pictures.toml", &shown);
    place.write(
        "table.toml",
        &shown.replace("targets =", "scale = \"none\"\ndrop = [1]\ntargets ="),
    );
    let refusal = place.refused("run table.toml", 1);
    assert!(refusal.contains("found 783 inputs (column 2, column 3, "), "{refusal}");
    put(&place, "small.npz", include_bytes!("../../arrays/small-pictures.npz"));
    let (_, said) = trained(&place, "small.npz");
    assert!(said.contains("60 rows, 196 inputs, target labels (10 classes"), "{said}");
    assert!(said.contains("pixels divided by 256, test: 12 rows"), "{said}");
}

/// Writes the pictures as IDX files in the folder `idx`, the training files packed.
fn write_idx(place: &TestDir) {
    fs::create_dir(place.path("idx")).expect("a folder can be made");
    let header =
        |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    for (set, rows) in [("train", 0..40_u32), ("t10k", 40..60)] {
        let count = rows.len() as u32;
        let mut pictures = header(&[0x803, count, 28, 28]);
        let mut labels = header(&[0x801, count]);
        for row in rows {
            let label = row % 10;
            labels.push(label as u8);
            for pixel in 0..784 {
                let (y, x) = (pixel / 28, pixel % 28);
                let is_lit = (2 + 2 * label..5 + 2 * label).contains(&y) && (4..24).contains(&x);
                pictures.push(if is_lit { 100 + row as u8 } else { 0 });
            }
        }
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(&pictures).expect("memory takes all");
        put(
            place,
            &format!("idx/{set}-images-idx3-ubyte.gz"),
            &packed.finish().expect("it is packed"),
        );
        put(place, &format!("idx/{set}-labels-idx1-ubyte"), &labels);
    }
}

#[test]
fn what_is_not_clear_or_not_read_is_refused_with_what_would_do() {
    let place = TestDir::new();
    put(&place, "unclear.npz", include_bytes!("../../arrays/unclear.npz"));
    put(&place, "words.npz", include_bytes!("../../arrays/words.npz"));
    put(&place, "objects.npz", include_bytes!("../../arrays/objects.npz"));
    put(&place, "iris.npz", IRIS);
    put(&place, "cut.npz", &IRIS[..IRIS.len() / 2]);
    put(&place, "page.npz", b"<!DOCTYPE html>");
    put(&place, "x.npy", include_bytes!("../../arrays/iris-x.npy"));
    for (line, expected) in [
        (
            "unclear.npz",
            "unclear.npz: found the arrays a (150, 4), b (150, 4), c (3,), expected inputs and targets \
             that are sure; --set data.inputs=NAME --target NAME would do",
        ),
        (
            "unclear.npz --set data.inputs=a --target c",
            "unclear.npz: found the targets c (3,), expected 150 rows, as a (150, 4) has",
        ),
        (
            "unclear.npz --set data.inputs=d",
            "unclear.npz: found no array \"d\", expected one of a (150, 4), b (150, 4), c (3,)",
        ),
        (
            "words.npz",
            "words.npz: `y` is an array of text, expected numbers: numpy.unique(ARRAY, \
             return_inverse=True)[1] numbers the classes",
        ),
        (
            "objects.npz",
            "objects.npz: `y` is an array of Python objects (a pickle, which is not run), expected an \
             array of numbers: numpy.stack(ARRAY) makes one of rows of equal length",
        ),
        ("page.npz", "page.npz: is a web page, expected an archive: the download has failed"),
        (
            "x.npy --target missing.npy",
            "cannot read missing.npy: No such file or directory (os error 2)",
        ),
    ] {
        assert_eq!(place.refused(&format!("run {line}"), 2), format!("{expected}\n"));
    }
    let cut = place.refused("run cut.npz", 2);
    assert!(cut.starts_with("cut.npz: is no zip archive: "), "{cut}");
    let csv = place.succeed("show iris.npz").replace("kind    = \"arrays\"", "kind    = \"csv\"");
    place.write("csv.toml", &csv.replace("inputs  = \"X\"\n", "").replace("targets = \"y\"\n", ""));
    let refusal = place.refused("run csv.toml", 2);
    assert!(
        refusal.contains("found \"csv\" for a file of arrays; kind = \"arrays\" would do"),
        "{refusal}"
    );
}

#[test]
fn targets_of_two_widths_are_refused() {
    let place = TestDir::new();
    put(&place, "d.npz", include_bytes!("../../arrays/widths.npz"));
    for line in ["data d.npz", "run d.npz"] {
        let said = errors(&place.run(line));
        assert!(
            said.contains("y_train (12, 3) beside y_test (6,), expected targets of one size"),
            "{said}"
        );
    }
}

#[test]
fn a_test_set_with_holes_keeps_to_its_own_rows() {
    let place = TestDir::new();
    put(&place, "d.npz", include_bytes!("../../arrays/holes.npz"));
    let said = place.succeed("run d.npz --epochs 1");
    assert!(
        said.contains("12 examples and 2 for the test")
            && said.contains("4 rows with holes left out"),
        "{said}"
    );
}

#[test]
fn a_model_of_scaled_arrays_scales_others_by_its_own_numbers() {
    let place = TestDir::new();
    put(&place, "a.npz", include_bytes!("../../arrays/unscaled.npz"));
    put(&place, "b.npz", include_bytes!("../../arrays/moved.npz"));
    place.succeed("run a.npz --epochs 9 --set data.scale=standard --save m-{arm}.json");
    let cost = |name: &str| {
        let line =
            format!("run {name} --load m-{{arm}}.json --epochs 1 --eta 1e-9 --summary s.json");
        let said = place.succeed(&line);
        assert!(said.contains("inputs scaled as the model's were"), "{said}");
        place.json("s.json")["arms"][0]["cost"].as_f64().expect("a number")
    };
    let (own, other) = (cost("a.npz"), cost("b.npz"));
    assert!((own - other).abs() > 0.01, "{own} {other}");
    // A table of the same numbers has names, and the model has none to contradict them.
    let rows = (0..12).map(|i| format!("{}.5,{}.25,{}\n", i % 4, i % 5, i % 3));
    place.write("c.csv", &format!("u,v,y\n{}", rows.collect::<Vec<_>>().concat()));
    place.succeed("run m-quadratic.json --data c.csv --epochs 1");
}

#[test]
fn a_file_of_targets_is_looked_for_beside_the_inputs_first() {
    let place = TestDir::new();
    fs::create_dir(place.path("p")).expect("a folder can be made");
    put(&place, "p/iris-x.npy", include_bytes!("../../arrays/iris-x.npy"));
    put(&place, "p/iris-y.npy", include_bytes!("../../arrays/iris-y.npy"));
    put(&place, "iris-y.npy", include_bytes!("../../arrays/six.npy"));
    let (_, said) = trained(&place, "p/iris-x.npy --target iris-y.npy");
    assert!(said.contains("150 rows, 4 inputs, target iris-y (3 classes"), "{said}");
}

#[test]
fn an_archive_beside_a_file_of_targets_has_to_say_its_inputs() {
    let place = TestDir::new();
    put(&place, "three.npz", include_bytes!("../../arrays/three.npz"));
    put(&place, "six.npy", include_bytes!("../../arrays/six.npy"));
    let said = errors(&place.run("run three.npz --target six.npy"));
    assert!(said.contains("--set data.inputs=NAME"), "{said}");
    let named = "three.npz --target six.npy --set data.inputs=b";
    let (_, said) = trained(&place, named);
    assert!(said.contains("6 rows, 2 inputs, target six (2 classes, 0: 3, 1: 3)"), "{said}");
}
