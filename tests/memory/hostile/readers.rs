//! Every reader of files, called on bytes, with the properties that hold for any bytes: no panic,
//! no more memory than allowed, and an error of one line with a bounded length that names the
//! place. The fuzz targets share this file.
#![allow(dead_code, reason = "each of the crates that share this file uses a part of it")]

use std::cell::Cell;
use std::io::{self, Cursor, Write};
use std::ops::ControlFlow;
use std::path::Path;

use xentviz::testing::data::{
    ArrayNames, Csv, Data, DataError, RngStream, SplitSizes, TableOptions, read_arrays, read_csv,
    read_mnist, rng, survey,
};
use xentviz::testing::file::InputFile;
use xentviz::testing::report::{
    ModelError, ReadModel, read_model_arrays, read_model_json, read_model_tensors,
    read_model_torch, write_model_json, write_model_tensors,
};
use xentviz::testing::scenario::{DataSpec, Override, Scenario, ScenarioError, scenario_of_table};
use xentviz::testing::telemetry::ModelState;
use xentviz::testing::text::visible;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::counting::{Held, most_held, most_held_by_all};

/// The memory that any file may use: four times its bytes, or this.
const ALLOWED: usize = 64 << 20;

/// The memory that a reader may use on top for a large file, for its read-ahead buffer and the
/// current line.
const EXTRA: usize = 128 << 10;

/// The most characters of an error: a few lines on a terminal.
const LONGEST: usize = 700;

fn check_memory(held: Held, file: usize, extra: usize) {
    check_most(held, (ALLOWED.max(file.saturating_mul(4)), file), extra);
}

fn check_most(held: Held, (most, file): (usize, usize), extra: usize) {
    let Held { most_at_once, largest } = held;
    assert!(largest <= most, "{largest} bytes allocated at once for a file of {file}");
    assert!(most_at_once <= most + extra, "{most_at_once} bytes held for a file of {file}");
}

/// Checks that an error is one line without control characters, and contains all of `names`.
fn check_words(error: &str, names: &[&str]) {
    assert_eq!(visible(error), error, "an error has no control characters");
    assert!(!error.trim().is_empty() && error.chars().count() <= LONGEST, "{error}");
    for name in names {
        assert!(error.contains(name), "{name} is not named: {error}");
    }
}

/// Reads a scenario, and reads it again from its own text.
pub(crate) fn scenario(bytes: &[u8]) -> Result<Scenario, ScenarioError> {
    scenario_with(bytes, &[])
}

/// Reads a scenario with overrides.
pub(crate) fn scenario_with(bytes: &[u8], over: &[Override]) -> Result<Scenario, ScenarioError> {
    let (read, held) = most_held(|| Scenario::read_bytes(bytes, "hostile.toml", over));
    check_memory(held, bytes.len(), 0);
    match &read {
        Err(error) => {
            let names_override =
                over.iter().any(|over| error.to_string().starts_with(&over.shown_as));
            check_words(&error.to_string(), if names_override { &[] } else { &["hostile.toml"] });
        }
        Ok(scenario) => {
            let text = scenario.to_toml();
            let again = Scenario::read(&text, "hostile.toml", &[]);
            assert_eq!(again.as_ref(), Ok(scenario), "{text}");
        }
    }
    read
}

/// Reads a csv file.
pub(crate) fn csv(bytes: &[u8], csv: &Csv) -> Result<Data, DataError> {
    let calls = Cell::new(0_usize);
    let on_progress = &mut |_| {
        calls.set(calls.get() + 1);
        ControlFlow::Continue(())
    };
    let (read, held) =
        most_held(|| read_csv(bytes.into(), csv, &mut rng(1, RngStream::Data), on_progress));
    check_memory(held, bytes.len(), EXTRA + 32 * csv.inputs);
    assert!(calls.get() <= bytes.len() + 1, "work is in proportion to the file");
    match &read {
        Err(error) => check_words(&error.to_string(), &[&csv.name]),
        Ok(data) => {
            assert!(data.train.len() < bytes.len());
            let (mut x, mut y) = (vec![0.0; csv.inputs], vec![0.0; csv.outputs]);
            data.train.write_input(data.train.len() - 1, &mut x);
            data.train.write_target(data.train.len() - 1, &mut y);
            assert!(x.iter().chain(&y).all(|number: &f64| number.is_finite()));
        }
    }
    read
}

/// Takes a table for what it seems to be, and reads it by the scenario that is made for it.
pub(crate) fn table(bytes: &[u8], options: &TableOptions) -> Result<Data, DataError> {
    let name = "hostile.csv";
    let (surveyed, held) = most_held(|| survey(bytes.into(), (name, options)));
    check_memory(held, bytes.len(), EXTRA);
    let surveyed = surveyed.inspect_err(|error| check_words(&error.to_string(), &[name]))?;
    let text = scenario_of_table(name, &surveyed);
    let scenario =
        Scenario::read(&text, name, &[]).unwrap_or_else(|error| panic!("{error}: {text}"));
    let layers = &scenario.arms[0].layers;
    let DataSpec::Csv { options, .. } = scenario.data.clone() else { panic!("it is a table") };
    let format = Csv {
        name: name.to_owned(),
        inputs: layers[0],
        outputs: layers[layers.len() - 1],
        is_classifier: surveyed.has_classes,
        options,
    };
    csv(bytes, &format)
}

/// The memory that a small file of arrays may use: [`read_arrays`] lets it unpack to 24 MiB of bytes, each of which
/// becomes a number of 8 bytes; a list that grows is in memory twice.
const UNPACKED: usize = 2 * 9 * (24 << 20);

/// Reads the examples of 2 inputs and 2 classes from arrays.
pub(crate) fn arrays(bytes: &[u8], name: &str) -> Result<Data, DataError> {
    let file = bytes.to_vec();
    let open = move |_: &Path| Ok(whole(file.clone()));
    let csv = Csv {
        name: name.to_owned(),
        inputs: 2,
        outputs: 2,
        is_classifier: true,
        options: TableOptions::default(),
    };
    let mut go_on = |_| ControlFlow::Continue(());
    let (read, held) = most_held(|| {
        let names = ArrayNames::default();
        read_arrays(&open, (&csv, &names), &mut rng(1, RngStream::Data), &mut go_on)
    });
    check_most(held, (UNPACKED, bytes.len()), EXTRA);
    match &read {
        Err(error) => check_words(&error.to_string(), &[name]),
        Ok(data) => {
            let mut x = vec![0.0; 2];
            data.train.write_input(data.train.len() - 1, &mut x);
            assert!(x.iter().all(|number: &f64| number.is_finite()));
        }
    }
    read
}

/// Reads a pair of IDX files, to train and to test on.
pub(crate) fn idx(pictures: &[u8], labels: &[u8], split: SplitSizes) -> Result<Data, DataError> {
    // Serves both files from memory, under one of their names.
    let files = [pictures.to_vec(), labels.to_vec()];
    let open = move |path: &Path| {
        let name = path.to_string_lossy();
        match (name.ends_with("-ubyte"), name.contains("images"), name.contains("-idx")) {
            (true, true, true) => Ok(whole(files[0].clone())),
            (true, false, true) => Ok(whole(files[1].clone())),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    };
    let read =
        || read_mnist(Path::new("hostile"), &open, (split, 10), &mut |_| ControlFlow::Continue(()));
    let (read, held) = most_held_by_all(read);
    // The files themselves are in memory here. Other tests may free some memory meanwhile.
    let files = pictures.len() + labels.len();
    let most_at_once = held.most_at_once.saturating_sub(files);
    check_memory(Held { most_at_once, ..held }, files, 0);
    match &read {
        Err(error) => check_words(&error.to_string(), &["hostile/", "-ubyte"]),
        Ok(data) => assert_eq!(data.train.len(), split.train),
    }
    read
}

/// Returns a file of these bytes.
fn whole(bytes: Vec<u8>) -> InputFile<'static> {
    let length = bytes.len() as u64;
    InputFile::new(Cursor::new(bytes), Some(length))
}

/// Reads a model in the format of the book.
pub(crate) fn model_json(bytes: &[u8]) -> Result<ModelState, ModelError> {
    let (read, held) = most_held(|| read_model_json(bytes.into()));
    check_model(read.as_ref(), held, bytes.len());
    if let Ok(model) = &read {
        let mut file = Vec::new();
        write_model_json(&mut file, model).expect("memory takes all");
        let again = read_model_json(file.as_slice().into()).expect("a written model reads back");
        assert!(is_same(&again, model), "{model:?}");
    }
    read
}

/// Reads a model as tensors.
pub(crate) fn model_tensors(bytes: &[u8]) -> Result<ModelState, ModelError> {
    let (read, held) = most_held(|| read_model_tensors(bytes.into()));
    let read = read.map(|ReadModel { model, remarks }| {
        for remark in &remarks {
            check_words(remark, &[]);
        }
        model
    });
    check_model(read.as_ref(), held, bytes.len());
    if let Ok(model) = &read {
        let mut file = Vec::new();
        write_model_tensors(&mut file, model).expect("memory takes all");
        let again = read_model_tensors(file.as_slice().into()).expect("a written model reads back");
        assert!(is_same(&again.model, model), "{model:?}");
    }
    read
}

/// Reads a model as arrays of `NumPy`.
pub(crate) fn model_arrays(bytes: &[u8]) -> Result<ModelState, ModelError> {
    check_foreign(bytes, &|file| read_model_arrays(file))
}

/// Reads a model as `PyTorch` saves it.
pub(crate) fn model_torch(bytes: &[u8]) -> Result<ModelState, ModelError> {
    check_foreign(bytes, &|file| read_model_torch(file))
}

/// Reads a model of `PyTorch` with this pickle and four storages. An archive has checksums, so that changing its
/// bytes hardly ever reaches the reader of pickles.
pub(crate) fn model_torch_of(pickle: &[u8]) -> Result<ModelState, ModelError> {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: &[u8]| {
        archive.start_file(name, stored).expect("memory takes all");
        archive.write_all(content).expect("memory takes all");
    };
    add("model/data.pkl", pickle);
    for storage in 0..4 {
        add(&format!("model/data/{storage}"), &[0x3e; 24]);
    }
    let file = archive.finish().expect("memory takes all").into_inner();
    model_torch(&file)
}

/// Reads a model whose whole file is held in memory while it is read.
fn check_foreign(
    bytes: &[u8],
    read: &dyn Fn(InputFile<'_>) -> Result<ReadModel, ModelError>,
) -> Result<ModelState, ModelError> {
    let (read, held) = most_held(|| read(bytes.into()));
    let read = read.map(|ReadModel { model, remarks }| {
        for remark in &remarks {
            check_words(remark, &[]);
        }
        model
    });
    check_content(read.as_ref(), held, (bytes.len(), EXTRA + bytes.len()));
    read
}

fn check_model(read: Result<&ModelState, &ModelError>, held: Held, file: usize) {
    check_content(read, held, (file, EXTRA));
}

fn check_content(
    read: Result<&ModelState, &ModelError>,
    held: Held,
    (file, extra): (usize, usize),
) {
    check_memory(held, file, extra);
    match read {
        Err(error) => check_words(&error.to_string(), &[]),
        Ok(model) => {
            assert_eq!(model.weights.len(), model.sizes.len() - 1);
            for (l, pair) in model.sizes.windows(2).enumerate() {
                assert_eq!(model.weights[l].len(), pair[0] * pair[1]);
                assert_eq!(model.biases[l].len(), pair[1]);
            }
            let mut numbers = model.weights.iter().chain(&model.biases).flatten();
            assert!(numbers.all(|number| number.is_finite()));
        }
    }
}

/// Returns whether two models are equal to the last bit, including the sign of 0.
pub(crate) fn is_same(one: &ModelState, other: &ModelState) -> bool {
    let bits = |model: &ModelState| {
        let numbers = model.weights.iter().chain(&model.biases).flatten();
        numbers.chain([&model.eta, &model.lambda]).map(|n| n.to_bits()).collect::<Vec<_>>()
    };
    one == other && bits(one) == bits(other)
}
