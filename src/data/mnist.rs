//! MNIST, and data of the same form: four IDX files in a folder.

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

/// Reads MNIST from a folder: the first pictures of the training files and of the test files. The files may be
/// in a subfolder, as torchvision keeps them, and the path may be that of one of them. `progress` receives the fraction done and can cancel.
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
    let (train, test, name) = read_both(&MnistFolder { named: folder, open }, split, progress)?;
    Ok(Data {
        train,
        test,
        name: name.to_owned(),
        picture: Some((SIDE, SIDE)),
        classes: numbered(usize::from(CLASSES)),
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
    split: SplitSizes,
    progress: &mut ProgressCallback<'_>,
) -> Result<(Dataset, Option<Dataset>, &'static str), DataError> {
    let train = folder.open_pair(TRAIN, &folder.places())?;
    // All four files are from one place: there may be other data in the next.
    let place = train.place();
    let name = name_at(&place);
    let is_off = AtomicBool::new(false);
    let is_off = &is_off;
    thread::scope(|scope| {
        let (sender, shares) = channel();
        let test = (split.test > 0).then(|| {
            scope.spawn(move || {
                folder.open_pair(TEST, &[place])?.read(split.test, &mut |share| {
                    let is_received = sender.send(share).is_ok();
                    let is_wanted = is_received && !is_off.load(Ordering::Relaxed);
                    if is_wanted { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                })
            })
        });
        let train = train.read(split.train, progress);
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

/// The path that the user named, and the function that opens files.
struct MnistFolder<'a> {
    named: &'a Path,
    open: &'a Open<'a>,
}

impl MnistFolder<'_> {
    /// Returns the folders that may hold the files, the likeliest first.
    fn places(&self) -> Vec<PathBuf> {
        places(self.named).collect()
    }

    /// Opens the pictures in the first of these folders that has them, and the labels beside them.
    fn open_pair(&self, pair: FilePair, places: &[PathBuf]) -> Result<OpenPair, DataError> {
        let pictures = self.open_first(pair.pictures, places, IdxContent::Pictures)?;
        let place = pictures.file().parent().map(Path::to_owned).unwrap_or_default();
        let labels = self.open_first(pair.labels, &[place], IdxContent::Labels)?;
        Ok(OpenPair { pictures, labels, purpose: pair.purpose })
    }

    /// Opens a file in the first of these folders, under the first of its names, that exists.
    fn open_first(
        &self,
        name: &'static str,
        places: &[PathBuf],
        items: IdxContent,
    ) -> Result<Idx, DataError> {
        for file in places.iter().flat_map(|folder| candidates(folder, name)) {
            let opened = match (self.open)(&file) {
                Ok(reader) => Idx::open(file, reader, items),
                Err(source) => Err(DataError::Read { file, source }),
            };
            match opened {
                Err(DataError::Read { source, .. }) if is_no_file(&source) => {}
                opened => return opened,
            }
        }
        let folder = places.first().map_or(self.named, PathBuf::as_path);
        Err(DataError::Missing { name, folder: folder.to_owned() })
    }
}

/// A file of pictures and that of their labels.
struct OpenPair {
    pictures: Idx,
    labels: Idx,
    purpose: &'static str,
}

impl OpenPair {
    /// Returns the folder of the files.
    fn place(&self) -> PathBuf {
        self.pictures.file().parent().map(Path::to_owned).unwrap_or_default()
    }

    /// Reads the first `wanted` pictures and labels.
    fn read(self, wanted: usize, watch: &mut ProgressCallback<'_>) -> Result<Dataset, DataError> {
        let Self { pictures, labels, purpose } = self;
        if labels.count() != pictures.count() {
            let one_each = pictures.file().display();
            let expected = format!("{}, one for each picture of {one_each}", pictures.count());
            return Err(labels.format_error(format!("{} labels", labels.count()), expected));
        }
        if (pictures.count() as usize) < wanted {
            let expected = format!("{wanted} or more {purpose}");
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
}

/// The subfolders in which torchvision keeps the files of MNIST and of the data of the same form, and the name
/// of the data.
const SUBFOLDERS: [(&str, &str); 4] = [
    ("raw", MNIST),
    ("MNIST/raw", MNIST),
    ("FashionMNIST/raw", FASHION),
    ("KMNIST/raw", KUZUSHIJI),
];
const MNIST: &str = "MNIST";
const FASHION: &str = "FashionMNIST";
const KUZUSHIJI: &str = "KMNIST";

/// Returns the folders that may hold the files: the named one, its known subfolders, and, if the path is that of
/// one of the files, the folder of this file.
fn places(named: &Path) -> impl Iterator<Item = PathBuf> {
    let below = SUBFOLDERS.iter().map(|(subfolder, _)| named.join(subfolder));
    let names = || file_names().flat_map(|name| candidates(Path::new(""), name));
    let is_file = names().any(|name| named.file_name() == Some(name.as_os_str()));
    let beside = named.parent().filter(|_| is_file).map(Path::to_owned);
    std::iter::once(named.to_owned()).chain(below).chain(beside)
}

/// Returns the name of the data in a folder: that of the nearest folder above it which is named after data.
fn name_at(folder: &Path) -> &'static str {
    let names = [MNIST, FASHION, KUZUSHIJI];
    let named = |part: &std::ffi::OsStr| names.into_iter().find(|name| part == *name);
    folder.iter().rev().find_map(named).unwrap_or(MNIST)
}

/// Returns the usual names of the four files.
fn file_names() -> impl Iterator<Item = &'static str> {
    [TRAIN, TEST].into_iter().flat_map(|pair| [pair.pictures, pair.labels])
}

/// Returns the paths at which the files of MNIST are searched, given the path that the user named.
pub(crate) fn mnist_files(named: &Path) -> impl Iterator<Item = PathBuf> {
    places(named).flat_map(|folder| file_names().flat_map(move |name| candidates(&folder, name)))
}

/// Returns the paths that a file may have.
fn candidates(folder: &Path, name: &str) -> [PathBuf; 4] {
    let dotted = name.replace("-idx", ".idx");
    let packed = |name: &str| folder.join(format!("{name}.gz"));
    [folder.join(name), packed(name), folder.join(&dotted), packed(&dotted)]
}

/// Returns whether there is no file at the path, so that another name is tried: some copies of MNIST
/// keep a file in a folder of its name, and the named folder may be a file.
fn is_no_file(error: &io::Error) -> bool {
    use io::ErrorKind::{IsADirectory, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | IsADirectory | NotADirectory)
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
