//! A file that holds whole lines only, even when there is no room for the last.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

/// A file that is written to a line at a time, each with one `write_all`.
pub(super) struct Lines(File);

impl Lines {
    /// A file that is open, from where it stands.
    pub(super) fn new(file: File) -> Self {
        Self(file)
    }

    /// Takes back what has been written of a line.
    fn withdraw(&mut self, start: u64) {
        // A device takes nothing back, and a disk that fails is told of already.
        let _ = self.0.set_len(start).and_then(|()| self.0.seek(SeekFrom::Start(start)));
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    fn write_all(&mut self, line: &[u8]) -> io::Result<()> {
        // Only what has a place can be shortened: no pipe.
        let start = self.0.stream_position().ok();
        self.0.write_all(line).inspect_err(|_| {
            if let Some(start) = start {
                self.withdraw(start);
            }
        })
    }
}
