//! Errors of reading arrays.

use std::io;

use crate::text::{bytes_in_words, excerpt};

/// The most characters that a message shows of a name and of a description.
const NAME_SHOWN: usize = 80;
const DESCRIPTION_SHOWN: usize = 240;

/// The error of reading a file of arrays. Its text continues a sentence that begins with the file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArrayError {
    /// The reader failed.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// The file is larger than is read at once, or than the available memory.
    #[error("is larger than {}, the most that is read at once", bytes_in_words(*.0))]
    TooLarge(u64),
    /// The file is no zip archive.
    #[error("is no zip archive: {0}")]
    Zip(String),
    /// The file has another format.
    #[error("is {found}, expected {expected}")]
    Format {
        /// The content found.
        found: String,
        /// The content expected.
        expected: String,
    },
    /// An array that is not read.
    #[error("`{name}` is {found}, expected {expected}")]
    Array {
        /// The name of the array.
        name: String,
        /// The content found.
        found: String,
        /// The content expected.
        expected: String,
    },
}

impl ArrayError {
    /// Returns the error for a file of another format.
    pub(crate) fn format(found: impl AsRef<str>, expected: impl Into<String>) -> Self {
        let found = excerpt(found.as_ref(), DESCRIPTION_SHOWN);
        Self::Format { found, expected: expected.into() }
    }

    /// Returns the error for an array.
    pub(crate) fn array(
        name: impl AsRef<str>,
        found: impl AsRef<str>,
        expected: impl Into<String>,
    ) -> Self {
        Self::Array {
            name: excerpt(name.as_ref(), NAME_SHOWN),
            found: excerpt(found.as_ref(), DESCRIPTION_SHOWN),
            expected: expected.into(),
        }
    }

    /// Returns the error for a damaged archive.
    pub(super) fn zip(error: &impl std::fmt::Display) -> Self {
        Self::Zip(excerpt(&error.to_string(), DESCRIPTION_SHOWN))
    }
}
