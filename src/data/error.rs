//! Errors of loading data.

use std::io;
use std::path::PathBuf;

use crate::data::MNIST_SITES;
use crate::text::bytes_in_words;

/// Why data cannot be had: what was found, what was expected, and where.
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
        /// What it has too many of: `rows`, `pictures`.
        of: &'static str,
        /// How many of them were read.
        count: usize,
        /// The bytes that these take.
        bytes: u64,
        /// How many bytes more can be had, where that is known.
        left: Option<u64>,
    },

    /// A file that cannot be opened or read.
    #[error("cannot read {}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// One of the files of MNIST that is not there.
    #[error(
        "no {name} in {}, neither as {name}, {name}.gz, nor with a dot before idx; the four files \
         of MNIST can be had from {MNIST_SITES}",
        folder.display()
    )]
    Missing {
        /// The file's usual name.
        name: &'static str,
        /// The folder that was looked in.
        folder: PathBuf,
    },

    /// An IDX file that is not what it should be.
    #[error("{}: found {found}, expected {expected}", file.display())]
    Idx {
        /// The file.
        file: PathBuf,
        /// What it holds.
        found: String,
        /// What it should hold.
        expected: String,
    },

    /// A CSV file that is not what it should be, as a whole.
    #[error("{name}: found {found}, expected {expected}")]
    Csv {
        /// The file.
        name: String,
        /// What it holds.
        found: String,
        /// What it should hold.
        expected: String,
    },

    /// A line of a CSV file that is not what it should be.
    #[error("{name}, line {line}: found {found}, expected {expected}")]
    Line {
        /// The file.
        name: String,
        /// The line, from 1.
        line: u64,
        /// What it holds.
        found: String,
        /// What it should hold.
        expected: String,
    },

    /// A cell of a CSV file that is not what it should be.
    #[error("{name}, line {line}, column {column}: found {found}, expected {expected}")]
    Cell {
        /// The file.
        name: String,
        /// The line, from 1.
        line: u64,
        /// The column, from 1, and its heading where there is one.
        column: String,
        /// What it holds.
        found: String,
        /// What it should hold.
        expected: String,
    },
}

/// Says that there are more examples than fit in memory.
fn too_many(of: &str, count: usize, bytes: u64, left: Option<u64>) -> String {
    let bytes_read = bytes_in_words(bytes);
    let left = left.map_or("no more".to_owned(), |left| format!("{} more", bytes_in_words(left)));
    format!(
        "its first {count} {of} take {bytes_read} of memory; {left} can be had beside the networks; \
         fewer {of} would do: data.train, data.test"
    )
}
