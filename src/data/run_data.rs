//! The data of a run: its sets, and what their numbers stand for.

use crate::data::dataset::Dataset;
use crate::nn::DataScaling;

/// The sizes of the training set and the test set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitSizes {
    /// The number of training examples, at least 1.
    pub train: usize,
    /// The number of test examples; 0 for no test set.
    pub test: usize,
}

/// The training and test data of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    /// The training set.
    pub train: Dataset,
    /// The test set, if there is one.
    pub test: Option<Dataset>,
    /// The name shown in the header: `circle`, `built-in digits`, `MNIST`, or a file name.
    pub name: String,
    /// Width and height of the inputs, if they are pictures.
    pub picture: Option<(usize, usize)>,
    /// The names of the classes, one for each output, if targets are one-hot; else empty.
    pub classes: Vec<String>,
    /// The names of the classes 0 and 1 of a single output, if they have names of their own.
    pub(crate) pair: Option<[String; 2]>,
    /// The names of the inputs, if they have names of their own; else empty.
    pub inputs: Vec<String>,
    /// What numeric targets stand for, if they are a column with a name; `None` for classes.
    pub(crate) target: Option<NumericTarget>,
    /// What a file was taken for, in one line.
    pub found: Option<String>,
    /// How the inputs were scaled, if they were.
    pub scaling: Option<DataScaling>,
}

/// What the numbers of a single target stand for: y of the examples is (value − `from`)/`by`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NumericTarget {
    /// Its name: that of its column.
    pub name: String,
    /// The value that y = 0 stands for; 0 unless the target is scaled.
    pub from: f64,
    /// The difference of two values whose y differ by 1; 1 unless the target is scaled.
    pub by: f64,
}
