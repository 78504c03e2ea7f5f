//! Data sets and the order in which their examples are seen.

mod chance;
mod csv;
mod deal;
mod digits;
mod error;
mod idx;
mod lit;
mod mnist;
mod planar;
mod set;
mod table;
mod tally;

pub use chance::{Chance, Stream, chance, order};
pub use csv::{Csv, read_csv};
pub use digits::digits;
pub use error::DataError;
pub use lit::Lit;
pub use mnist::{MNIST_SITES, MNIST_TEST, MNIST_TRAIN, mnist_files, read_mnist};
pub use planar::{Planar, PlanarShape, planar};
pub use set::{Data, DataSet, MOST_EXAMPLES, Split};
pub use table::table;
