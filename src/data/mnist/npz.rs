//! MNIST as Keras keeps it: `mnist.npz`, with the arrays `x_train`, `y_train`, `x_test`, `y_test`.

use std::ops::ControlFlow;

use crate::data::array_data::{ArrayNames, read_arrays};
use crate::data::csv::{Csv, TableOptions, TestSize};
use crate::data::grey_image::SIDE;
use crate::data::open::Open;
use crate::data::{Data, DataError, RngStream, SplitSizes, rng};

/// Reads the first pictures of each set of such a file.
///
/// # Errors
/// If the file cannot be read or has fewer pictures, or `progress` cancels.
pub(super) fn read_mnist_npz(
    path: &str,
    open: &Open<'_>,
    (split, classes): (SplitSizes, usize),
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Data, DataError> {
    let options = TableOptions {
        train: Some(split.train),
        test: TestSize::Count(split.test),
        ..TableOptions::default()
    };
    let csv = Csv {
        name: path.to_owned(),
        inputs: SIDE * SIDE,
        outputs: classes,
        is_classifier: true,
        options,
    };
    let names = ArrayNames { has_test_size: true, ..ArrayNames::default() };
    // Nothing is drawn: the file has a test set of its own.
    let mut rng = rng(0, RngStream::Data);
    read_arrays(open, (&csv, &names), &mut rng, progress)
}
