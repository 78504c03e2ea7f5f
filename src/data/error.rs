//! Errors of loading data.

use std::io;
use std::path::PathBuf;

use crate::text::bytes_in_words;

/// Web addresses from which the four files of MNIST can be downloaded.
pub(crate) const MNIST_SITES: &str =
    "https://github.com/fgnt/mnist or https://ossci-datasets.s3.amazonaws.com/mnist/";

/// An error in loading data: what was found, what was expected, and where.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Loading was cancelled.
    #[error("loading was called off")]
    Cancelled,

    /// Examples that do not fit in memory.
    #[error("{name}: {}", too_many(.of, *.count, *.bytes, *.left))]
    Memory {
        /// The file.
        name: String,
        /// The kind of example that it has too many of: `rows`, `pictures`, `labels`.
        of: &'static str,
        /// The number of examples read.
        count: usize,
        /// The bytes that these examples take.
        bytes: u64,
        /// The bytes that are still available, if known.
        left: Option<u64>,
    },

    /// A file that cannot be opened or read.
    #[error("cannot read {}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },

    /// A missing file of MNIST.
    #[error(
        "no {name} in {}, neither as {name}, {name}.gz, nor with a dot before idx, nor in \
         raw, MNIST/raw, FashionMNIST/raw, KMNIST/raw or EMNIST/raw below it, and no mnist.npz; the \
         four files of MNIST can be had from {MNIST_SITES}",
        folder.display()
    )]
    Missing {
        /// The file's usual name.
        name: String,
        /// The folder that was searched.
        folder: PathBuf,
    },

    /// An invalid IDX file.
    #[error("{}: found {found}, expected {expected}", file.display())]
    Idx {
        /// The file.
        file: PathBuf,
        /// The content found.
        found: String,
        /// The content expected.
        expected: String,
    },

    /// A file of arrays that is not read: the reason, which names the array.
    #[error("{name}: {why}")]
    Arrays {
        /// The file.
        name: String,
        /// The reason.
        why: String,
    },

    /// A table, or a file of arrays, that is invalid as a whole.
    #[error("{name}: found {found}, expected {expected}")]
    Csv {
        /// The file.
        name: String,
        /// The content found.
        found: String,
        /// The content expected.
        expected: String,
    },

    /// An invalid line of a CSV file.
    #[error("{name}, line {line}: found {found}, expected {expected}")]
    Line {
        /// The file.
        name: String,
        /// The line, from 1.
        line: u64,
        /// The content found.
        found: String,
        /// The content expected.
        expected: String,
    },

    /// An invalid cell of a CSV file.
    #[error("{name}, line {line}, column {column}: found {found}, expected {expected}")]
    Cell {
        /// The file.
        name: String,
        /// The line, from 1.
        line: u64,
        /// The column, from 1, and its heading if there is one.
        column: String,
        /// The content found.
        found: String,
        /// The content expected.
        expected: String,
    },
}

/// Formats the message that there are more examples than fit in memory.
fn too_many(of: &str, count: usize, bytes: u64, left: Option<u64>) -> String {
    let bytes_read = bytes_in_words(bytes);
    let left = left.map_or("no more".to_owned(), |left| format!("{} more", bytes_in_words(left)));
    format!(
        "its first {count} {of} take {bytes_read} of memory; {left} can be had beside the networks; \
         fewer {of} would do: data.train, data.test"
    )
}
