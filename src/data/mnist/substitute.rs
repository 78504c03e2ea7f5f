//! Files that hold MNIST in place of the four IDX files: that of Keras is read, and the book's is refused.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::data::array_data::is_array_file;
use crate::data::mnist::folder::{MnistFolder, is_no_file, places};
use crate::data::mnist::names::{candidates, names_at};
use crate::data::mnist::npz::read_mnist_npz;
use crate::data::{Data, DataError, SplitSizes};

/// The names of files by Keras.
const ARCHIVES: [&str; 3] = ["mnist.npz", "fashion_mnist.npz", "kmnist.npz"];

/// The names of the file of the book's program.
const PICKLES: [&str; 2] = ["mnist.pkl.gz", "mnist.pkl"];

/// Returns the paths at which the files of MNIST are searched, given the path that the user named.
pub(crate) fn mnist_files(named: &Path) -> impl Iterator<Item = PathBuf> {
    let names = || names_at(named).flat_map(|names| names.train().into_iter().chain(names.test()));
    let names: Vec<String> = names().collect();
    let archives = ARCHIVES.iter().map(|name| named.join(name));
    let itself = Some(named.to_owned()).filter(|path| is_array_file(&path.to_string_lossy()));
    let files = places(named).flat_map(move |folder| {
        names.iter().flat_map(|name| candidates(&folder, name)).collect::<Vec<_>>()
    });
    files.chain(archives).chain(itself)
}

/// Returns the file of Keras that a path names or a folder holds.
pub(super) fn archive(folder: &MnistFolder<'_>) -> Option<PathBuf> {
    if is_array_file(&folder.named.to_string_lossy()) {
        return Some(folder.named.to_owned());
    }
    ARCHIVES.iter().map(|name| folder.named.join(name)).find(|path| exists(folder, path))
}

fn exists(folder: &MnistFolder<'_>, path: &Path) -> bool {
    !matches!((folder.open)(path), Err(error) if is_no_file(&error))
}

/// Reads the file of Keras, if there is one.
///
/// # Errors
/// If there is none: with `missing`, or what would do in place of the book's file. If it cannot be read.
pub(super) fn read_substitute(
    folder: &MnistFolder<'_>,
    missing: DataError,
    (split, classes): (SplitSizes, usize),
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Data, DataError> {
    match archive(folder) {
        Some(path) => {
            read_mnist_npz(&path.to_string_lossy(), folder.open, (split, classes), progress)
        }
        None => Err(refusal(folder, missing)),
    }
}

/// Returns the error that there is none of the files.
pub(super) fn refusal(folder: &MnistFolder<'_>, missing: DataError) -> DataError {
    let is_pickle = |path: &Path| PICKLES.iter().any(|name| path.ends_with(name));
    let named = Some(folder.named.to_owned()).filter(|path| is_pickle(path));
    let inside = || PICKLES.iter().map(|name| folder.named.join(name));
    match named.or_else(|| inside().find(|path| exists(folder, path))) {
        None => missing,
        Some(file) => DataError::Idx {
            file,
            found: "a pickle, a program of Python that is not run".to_owned(),
            expected: "arrays; python3 -c \"import gzip,pickle,numpy; \
                       (a,b),v,(c,d)=pickle.load(gzip.open('mnist.pkl.gz'),encoding='latin1'); \
                       numpy.savez('mnist.npz',x_train=a,y_train=b,x_test=c,y_test=d)\" writes them"
                .to_owned(),
        },
    }
}
