//! What a folder of MNIST is taken for if nothing but its path is given.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::data::DataError;
use crate::data::csv::{ColumnName, ColumnSurvey, Survey};
use crate::data::grey_image::SIDE;
use crate::data::mnist::folder::MnistFolder;
use crate::data::mnist::labels::read_labels;
use crate::data::mnist::substitute::{archive, refusal};
use crate::data::open::Open;

/// The classes of digits.
const DIGITS: usize = 10;

/// What a folder holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MnistSurvey {
    /// Four IDX files.
    Files(MnistCounts),
    /// A file of arrays.
    Arrays(PathBuf),
}

/// The pictures of four IDX files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MnistCounts {
    /// The name of the data.
    pub(crate) name: &'static str,
    /// The number of pictures to train on.
    pub(crate) train: usize,
    /// The number of pictures to test on.
    pub(crate) test: usize,
    /// The number of classes.
    pub(crate) classes: usize,
}

impl MnistCounts {
    /// Returns the description of the files as that of a table.
    pub(crate) fn survey(&self) -> Survey {
        let set = |name: &str, count: usize, role| ColumnSurvey {
            name: name.to_owned(),
            content: format!("{count} pictures of {SIDE}×{SIDE}, {} classes", self.classes),
            role,
        };
        Survey {
            rows: self.train + self.test,
            inputs: SIDE * SIDE,
            outputs: self.classes,
            has_classes: true,
            target: vec![ColumnName::Number(1)],
            has_holes: false,
            needs_scale: false,
            columns: vec![set("training", self.train, "inputs"), set("test", self.test, "test")],
            remarks: vec!["pixels divided by 256".to_owned()],
        }
    }
}

/// Reads the headers and the labels in a folder.
///
/// # Errors
/// If a file is missing, cannot be read or is invalid.
pub(crate) fn survey_mnist(folder: &Path, open: &Open<'_>) -> Result<MnistSurvey, DataError> {
    let mnist = MnistFolder { named: folder, open };
    let train = match mnist.open_train() {
        Ok(train) => train,
        Err(missing @ DataError::Missing { .. }) => {
            let found = archive(&mnist).map(MnistSurvey::Arrays);
            return found.ok_or_else(|| refusal(&mnist, missing));
        }
        Err(error) => return Err(error),
    };
    let files = train.files();
    let test = mnist.open_test(&files)?;
    let labels = read_labels(train.labels, &mut |_| ControlFlow::Continue(()))?;
    let largest = labels.iter().max().map_or(0, |label| usize::from(*label));
    // The letters of EMNIST are numbered from 1 on.
    let classes = if labels.contains(&0) { largest + 1 } else { largest };
    // A part of the pictures may lack the last class.
    let classes = classes.max(DIGITS);
    Ok(MnistSurvey::Files(MnistCounts {
        name: files.name(),
        train: train.pictures.count() as usize,
        test: test.pictures.count() as usize,
        classes,
    }))
}
