//! Datasets, their sources, and the order of their examples.

mod count_bytes;
mod csv;
mod dataset;
mod digits;
mod error;
mod gather;
mod idx;
mod mnist;
mod planar;
mod rng;
mod sparse_pixels;
mod table;

pub use csv::{Csv, read_csv};
pub use dataset::{Data, Dataset, MOST_EXAMPLES, SplitSizes};
pub use digits::digits;
pub use error::DataError;
pub use mnist::{MNIST_SITES, MNIST_TEST, MNIST_TRAIN, mnist_files, read_mnist};
pub use planar::{Planar, PlanarSpec, planar};
pub use rng::{RngStream, RowOrder, RunRng, rng};
pub use sparse_pixels::SparsePixels;
pub use table::table;
