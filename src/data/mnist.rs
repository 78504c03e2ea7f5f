//! MNIST: four IDX files in a folder.

use std::io;
use std::mem;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use crate::data::grey_image::SIDE;
use crate::data::idx::{Idx, IdxContent};
use crate::data::sparse_pixels::SparseImages;
use crate::data::table::numbered;
use crate::data::{Data, DataError, Dataset, SplitSizes};
use crate::file::{InputFile, NoRoom};

/// The number of the 60,000 pictures that a run trains on by default: the book keeps the other 10,000
/// for validation.
pub const MNIST_TRAIN: usize = 50_000;

/// The number of pictures in the test file.
pub const MNIST_TEST: usize = 10_000;

/// The number of classes.
const CLASSES: u8 = 10;

/// The number of unpacked pieces of a file that may wait for conversion to sparse images.
const QUEUED_PIECES: usize = 2;

/// An [`Opener`](crate::file::Opener) that may borrow its environment.
type Open<'a> = dyn Fn(&Path) -> io::Result<InputFile<'static>> + Send + Sync + 'a;

/// A progress callback: receives the fraction done and can cancel.
type ProgressCallback<'a> = dyn FnMut(f64) -> ControlFlow<()> + 'a;

/// The names of a file of pictures and the file of their labels.
#[derive(Clone, Copy)]
struct FilePair {
    pictures: &'static str,
    labels: &'static str,
    purpose: &'static str,
}

const TRAIN: FilePair = FilePair {
    pictures: "train-images-idx3-ubyte",
    labels: "train-labels-idx1-ubyte",
    purpose: "to train on",
};

const TEST: FilePair = FilePair {
    pictures: "t10k-images-idx3-ubyte",
    labels: "t10k-labels-idx1-ubyte",
    purpose: "to test on",
};

/// Reads MNIST from a folder: the first pictures of the training files and of the test files.
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
    split: SplitSizes,
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Data, DataError> {
    assert!(split.train > 0, "a dataset has examples");
    let (train, test) = read_both(&MnistFolder { folder, open }, split, progress)?;
    Ok(Data {
        train,
        test,
        name: "MNIST".to_owned(),
        picture: Some((SIDE, SIDE)),
        classes: numbered(usize::from(CLASSES)),
        inputs: Vec::new(),
        found: None,
    })
}

/// Reads the training files in this thread and the test files in a second one; unpacking takes nearly
/// all of the time.
fn read_both(
    folder: &MnistFolder<'_>,
    split: SplitSizes,
    progress: &mut ProgressCallback<'_>,
) -> Result<(Dataset, Option<Dataset>), DataError> {
    let is_off = AtomicBool::new(false);
    let is_off = &is_off;
    thread::scope(|scope| {
        let (sender, shares) = channel();
        let test = (split.test > 0).then(|| {
            scope.spawn(move || {
                folder.read(TEST, split.test, &mut |share| {
                    let is_received = sender.send(share).is_ok();
                    let is_wanted = is_received && !is_off.load(Ordering::Relaxed);
                    if is_wanted { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                })
            })
        });
        let train = folder.read(TRAIN, split.train, progress);
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
        Ok((train, test.transpose()?))
    })
}

/// The folder of the files, and the function that opens them.
struct MnistFolder<'a> {
    folder: &'a Path,
    open: &'a Open<'a>,
}

impl MnistFolder<'_> {
    /// Reads the first `wanted` pictures and labels.
    fn read(
        &self,
        pair: FilePair,
        wanted: usize,
        watch: &mut ProgressCallback<'_>,
    ) -> Result<Dataset, DataError> {
        let pictures = self.open(pair.pictures, IdxContent::Pictures)?;
        let labels = self.open(pair.labels, IdxContent::Labels)?;
        if labels.count() != pictures.count() {
            let one_each = pictures.file().display();
            let expected = format!("{}, one for each picture of {one_each}", pictures.count());
            return Err(labels.format_error(format!("{} labels", labels.count()), expected));
        }
        if (pictures.count() as usize) < wanted {
            let expected = format!("{wanted} or more {}", pair.purpose);
            return Err(pictures.format_error(format!("{} pictures", pictures.count()), expected));
        }
        let file = labels.file().to_owned();
        let mut classes = read_labels(labels, watch)?;
        check_labels(&file, &classes)?;
        classes.truncate(wanted);
        classes.shrink_to_fit();
        let pictures = listed(pictures, wanted, watch)?;
        Ok(Dataset::from_pictures(pictures, classes, usize::from(CLASSES)))
    }

    /// Opens a file under the first of its names that exists.
    fn open(&self, name: &'static str, items: IdxContent) -> Result<Idx, DataError> {
        for file in candidates(self.folder, name) {
            let opened = match (self.open)(&file) {
                Ok(reader) => Idx::open(file, reader, items),
                Err(source) => Err(DataError::Read { file, source }),
            };
            match opened {
                Err(DataError::Read { source, .. }) if is_no_file(&source) => {}
                opened => return opened,
            }
        }
        Err(DataError::Missing { name, folder: self.folder.to_owned() })
    }
}

/// Returns the paths in a folder at which the files of MNIST are searched.
pub(crate) fn mnist_files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let names = [TRAIN, TEST].into_iter().flat_map(|pair| [pair.pictures, pair.labels]);
    names.flat_map(move |name| candidates(folder, name))
}

/// Returns the paths that a file may have.
fn candidates(folder: &Path, name: &str) -> [PathBuf; 4] {
    let dotted = name.replace("-idx", ".idx");
    let packed = |name: &str| folder.join(format!("{name}.gz"));
    [folder.join(name), packed(name), folder.join(&dotted), packed(&dotted)]
}

/// Returns whether there is no file at the path, so that another name is tried: some copies of MNIST
/// keep a file in a folder of its name.
fn is_no_file(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::IsADirectory)
}

/// Reads all labels of a file.
fn read_labels(file: Idx, watch: &mut ProgressCallback<'_>) -> Result<Vec<u8>, DataError> {
    let (gauge, name) = (file.gauge().clone(), file.file().display().to_string());
    let (mut classes, mut full) = (Vec::new(), None);
    let most = Some(file.count() as usize);
    let is_read = file.read(usize::MAX, &mut |_| watch(0.0), &mut |piece| match gauge.make_room(
        &mut classes,
        (piece.len(), most),
        0,
    ) {
        Ok(()) => {
            classes.append(piece);
            ControlFlow::Continue(())
        }
        Err(no_room) => {
            full = Some(no_room);
            ControlFlow::Break(())
        }
    });
    let count = classes.len();
    match full {
        Some(NoRoom { left }) => {
            Err(DataError::Memory { name, of: "labels", count, bytes: count as u64, left })
        }
        None => is_read.map(|()| classes),
    }
}

/// Reads the first `wanted` pictures. A second thread converts them to sparse images, so that unpacking
/// does not wait.
fn listed(
    file: Idx,
    wanted: usize,
    watch: &mut ProgressCallback<'_>,
) -> Result<SparseImages, DataError> {
    let (gauge, name) = (file.gauge().clone(), file.file().display().to_string());
    thread::scope(|scope| {
        // Created inside the scope, so that a panic closes the channels before the thread is joined.
        let (unpacked, pieces) = sync_channel::<Vec<u8>>(QUEUED_PIECES);
        let (done_with, spare) = channel();
        let lists = scope.spawn(move || {
            let mut pictures = SparseImages::new();
            for piece in pieces {
                if let Err(NoRoom { left }) = pictures.extend(piece.as_chunks().0, &gauge) {
                    let (count, bytes) = (pictures.len(), pictures.bytes());
                    return Err(DataError::Memory { name, of: "pictures", count, bytes, left });
                }
                // The buffers of the last pieces are not reused.
                done_with.send(piece).ok();
            }
            Ok(pictures)
        });
        let is_read = file.read(wanted, watch, &mut |piece| {
            let space = spare.try_recv().unwrap_or_default();
            // Sending fails if the thread has ended early; joining it returns the reason.
            let is_taken = unpacked.send(mem::replace(piece, space)).is_ok();
            if is_taken { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        drop(unpacked);
        let pictures = lists.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        is_read.map(|()| pictures)
    })
}

fn check_labels(file: &Path, labels: &[u8]) -> Result<(), DataError> {
    match labels.iter().position(|&label| label >= CLASSES) {
        None => Ok(()),
        Some(at) => Err(DataError::Idx {
            file: file.to_owned(),
            found: format!("label {} as number {}", labels[at], at + 1),
            expected: format!("0 to {}", CLASSES - 1),
        }),
    }
}
