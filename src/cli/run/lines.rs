//! A file of complete lines, such as CSV or JSON Lines: a line for which there is no room is
//! removed.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

/// A file to which lines are appended, each with one `write_all`. Nothing else writes to it.
pub(super) struct LineFile {
    /// Shared with the thread that syncs it. A second descriptor would not work: closing it would
    /// release the lock of the file.
    file: Arc<File>,
    /// The bytes of the complete lines.
    length: u64,
}

impl LineFile {
    /// Wraps a file that is open for appending and has `length` bytes.
    pub(super) fn new(file: Arc<File>, length: u64) -> Self {
        Self { file, length }
    }
}

impl Write for LineFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = (&*self.file).write(bytes)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self.file).flush()
    }

    fn write_all(&mut self, line: &[u8]) -> io::Result<()> {
        let written = (&*self.file).write_all(line);
        match written {
            Ok(()) => self.length += line.len() as u64,
            // The partial line is removed. If that fails too, the first error is reported.
            Err(_) => drop(self.file.set_len(self.length)),
        }
        written
    }
}
