//! Data sets and the order in which their examples are seen.

mod chance;
mod digits;
mod error;
mod idx;
mod mnist;
mod planar;
mod separated;
mod set;
mod table;

pub use chance::{Chance, Stream, chance, order};
pub use digits::digits;
pub use error::DataError;
pub use mnist::{MNIST_TEST, MNIST_TRAIN, MNIST_TRAIN_DEFAULT, Opener, read_mnist};
pub use planar::{Planar, PlanarShape, planar};
pub use separated::{Csv, read_csv};
pub use set::{Data, DataSet, MOST_EXAMPLES, Split};
pub use table::table;
