//! Datasets, their sources, and the order of their examples.

mod array_data;
mod built_in;
mod count_bytes;
mod csv;
mod dataset;
mod digits;
mod error;
mod gather;
mod grey_image;
mod idx;
mod limits;
mod mnist;
mod open;
mod planar;
mod rng;
mod sparse_pixels;
mod table;

pub use array_data::{ArrayNames, read_arrays};
pub(crate) use array_data::{SurveyedArrays, is_array_file, survey_arrays};
pub(crate) use built_in::built_in_table;
pub(crate) use csv::{ColumnName, ColumnSurvey, Survey};
pub use csv::{Csv, Missing, Scale, TableOptions, TestSize, read_csv, survey};
pub(crate) use dataset::NumericTarget;
pub use dataset::{Data, Dataset, SplitSizes};
pub use digits::digits;
pub(crate) use digits::hand_drawn;
pub use error::DataError;
pub(crate) use error::MNIST_SITES;
pub(crate) use limits::MOST_EXAMPLES;
pub use mnist::{MNIST_TEST, MNIST_TRAIN, read_mnist};
pub(crate) use mnist::{MnistCounts, MnistSurvey, is_mnist_file, mnist_files, survey_mnist};
pub(crate) use planar::{Planar, PlanarSpec, planar};
pub(crate) use rng::RunRng;
pub use rng::{RngStream, RowOrder, rng};
pub(crate) use sparse_pixels::SparsePixels;
pub use table::table;
