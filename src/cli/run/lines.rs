//! A file that holds whole lines only, even when there is no room for the last: a CSV file or JSON Lines.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

/// A file that lines are appended to, each with one `write_all`. Nobody else writes to it.
pub(super) struct LineFile {
    /// Shared with the thread that syncs it. A second descriptor would not do: closing it would release
    /// the lock of the file.
    file: Arc<File>,
    /// The bytes of the whole lines.
    length: u64,
}

impl LineFile {
    /// Takes a file that is open for appending and has so many bytes.
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
            // The part of the line is removed. If the disk fails at that, too, its first error is reported.
            Err(_) => drop(self.file.set_len(self.length)),
        }
        written
    }
}
