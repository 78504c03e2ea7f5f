//! MNIST, and data of the same form: four IDX files in a folder, or the file in which Keras keeps them.

mod folder;
mod labels;
mod names;
mod npz;
mod pair;
mod substitute;
mod survey;

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use crate::data::grey_image::SIDE;
use crate::data::mnist::folder::MnistFolder;
use crate::data::mnist::labels::class_names;
use crate::data::mnist::pair::{LabelledPictures, OpenPair};
use crate::data::mnist::substitute::read_substitute;
use crate::data::open::Open;
use crate::data::{Data, DataError, SplitSizes};

pub(crate) use names::has_file_name as is_mnist_file;
pub(crate) use substitute::mnist_files;
pub(crate) use survey::{MnistCounts, MnistSurvey, survey_mnist};

/// The number of the 60,000 pictures that a run trains on by default: the book keeps the other 10,000
/// for validation.
pub const MNIST_TRAIN: usize = 50_000;

/// The number of pictures in the test file.
pub const MNIST_TEST: usize = 10_000;

/// A progress callback: receives the fraction done and can cancel.
type ProgressCallback<'a> = dyn FnMut(f64) -> ControlFlow<()> + 'a;

/// Reads MNIST from a folder: the first pictures of the training files and of the test files, of this many classes.
/// The files may be in a subfolder, as torchvision keeps them, and the path may be that of one of them.
/// `progress` receives the fraction done and can cancel.
///
/// # Errors
/// If a file is missing, cannot be read or is invalid, the memory does not suffice, or `progress`
/// cancels.
///
/// # Panics
/// If `split.train` is 0.
pub fn read_mnist(
    folder: &Path,
    open: &Open<'_>,
    (split, classes): (SplitSizes, usize),
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Data, DataError> {
    assert!(split.train > 0, "a dataset has examples");
    let mnist = MnistFolder { named: folder, open };
    let opened = mnist.open_train();
    let (train, test, name) = match opened {
        Ok(train) => read_both(&mnist, train, (split, classes), progress)?,
        Err(missing @ DataError::Missing { .. }) => {
            return read_substitute(&mnist, missing, (split, classes), progress);
        }
        Err(error) => return Err(error),
    };
    let first = train.first_class;
    if let Some(test) = test.as_ref().filter(|test| test.first_class != first) {
        let found = format!("labels from {}", test.first_class);
        let expected = format!("from {first}, as those to train on");
        return Err(DataError::Idx { file: test.labels.clone(), found, expected });
    }
    Ok(Data {
        train: train.set,
        test: test.map(|test| test.set),
        name: name.to_owned(),
        picture: Some((SIDE, SIDE)),
        pair: None,
        classes: class_names(first, classes),
        inputs: Vec::new(),
        target: None,
        found: None,
        scaling: None,
    })
}

/// Reads the training files in this thread and the test files in a second one; unpacking takes nearly
/// all of the time. Returns the name of the data with them.
fn read_both(
    folder: &MnistFolder<'_>,
    train: OpenPair,
    (split, classes): (SplitSizes, usize),
    progress: &mut ProgressCallback<'_>,
) -> Result<(LabelledPictures, Option<LabelledPictures>, &'static str), DataError> {
    let train_files = train.files();
    let name = train_files.name();
    let is_off = AtomicBool::new(false);
    let is_off = &is_off;
    thread::scope(|scope| {
        let (sender, shares) = channel();
        let test = (split.test > 0).then(|| {
            scope.spawn(move || {
                let test = folder.open_test(&train_files)?;
                test.read((split.test, classes), &mut |share| {
                    let is_received = sender.send(share).is_ok();
                    let is_wanted = is_received && !is_off.load(Ordering::Relaxed);
                    if is_wanted { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                })
            })
        });
        let train = train.read((split.train, classes), progress);
        is_off.store(train.is_err(), Ordering::Relaxed);
        let train = train?;
        if test.is_some() {
            // The loop ends with the thread. Progress of the test files is not reported, since the training
            // files are by far the larger part.
            for _ in shares {
                if progress(1.0).is_break() {
                    is_off.store(true, Ordering::Relaxed);
                }
            }
        }
        let test = test.map(|test| test.join().unwrap_or_else(|panic| resume_unwind(panic)));
        Ok((train, test.transpose()?, name))
    })
}
