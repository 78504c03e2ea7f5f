//! The places and names of the files of MNIST and of data of the same form.

use std::io;
use std::path::{Path, PathBuf};

use crate::data::DataError;
use crate::data::idx::{Idx, IdxContent};
use crate::data::mnist::names::{FileNames, PairFiles, candidates, has_file_name, names_at};
use crate::data::mnist::pair::OpenPair;
use crate::data::open::Open;

/// The purposes of two sets, as messages name them.
const TO_TRAIN: &str = "to train on";
const TO_TEST: &str = "to test on";

/// The path that the user named, and the function that opens files.
pub(super) struct MnistFolder<'a> {
    pub(super) named: &'a Path,
    pub(super) open: &'a Open<'a>,
}

impl MnistFolder<'_> {
    /// Opens the training files in the first place that has them.
    pub(super) fn open_train(&self) -> Result<OpenPair, DataError> {
        let places: Vec<PathBuf> = places(self.named).collect();
        let mut first_error = None;
        for names in names_at(self.named) {
            match self.open_pair((names, names.train()), &places, TO_TRAIN) {
                Err(error @ DataError::Missing { .. }) => {
                    first_error.get_or_insert(error);
                }
                opened => return opened,
            }
        }
        Err(first_error.expect("there are names to look for"))
    }

    /// Opens the test files. All four files are from one place and of one set: there may be other data in the next.
    pub(super) fn open_test(&self, train: &PairFiles) -> Result<OpenPair, DataError> {
        let names = train.names;
        self.open_pair((names, names.test()), std::slice::from_ref(&train.place), TO_TEST)
    }

    /// Opens the pictures in the first of these folders that has them, and the labels beside them.
    fn open_pair(
        &self,
        (names, [pictures, labels]): (FileNames, [String; 2]),
        places: &[PathBuf],
        purpose: &'static str,
    ) -> Result<OpenPair, DataError> {
        let pictures = self.open_first(&pictures, places, IdxContent::Pictures)?;
        let place = pictures.file().parent().map(Path::to_owned).unwrap_or_default();
        let labels = self.open_first(&labels, std::slice::from_ref(&place), IdxContent::Labels)?;
        Ok(OpenPair { pictures, labels, purpose, files: PairFiles { place, names } })
    }

    /// Opens a file in the first of these folders, under the first of its names, that exists.
    fn open_first(
        &self,
        name: &str,
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
        Err(DataError::Missing { name: name.to_owned(), folder: folder.to_owned() })
    }
}

/// The subfolders in which torchvision keeps the files of MNIST and of the data of the same form.
const SUBFOLDERS: [&str; 5] = ["raw", "MNIST/raw", "FashionMNIST/raw", "KMNIST/raw", "EMNIST/raw"];

/// Returns the folders that may hold the files: the named one, its known subfolders, and, if the path is that of
/// one of the files, the folder of this file.
pub(super) fn places(named: &Path) -> impl Iterator<Item = PathBuf> {
    let below = SUBFOLDERS.iter().map(|subfolder| named.join(subfolder));
    let is_file = has_file_name(named);
    let beside = named.parent().filter(|_| is_file).map(Path::to_owned);
    std::iter::once(named.to_owned()).chain(below).chain(beside)
}

/// Returns whether there is no file at the path, so that another name is tried: some copies of MNIST
/// keep a file in a folder of its name, and the named folder may be a file.
pub(super) fn is_no_file(error: &io::Error) -> bool {
    use io::ErrorKind::{IsADirectory, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | IsADirectory | NotADirectory)
}
