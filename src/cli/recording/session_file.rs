//! The file of a session, while it is written.
//!
//! The file is whole at every moment: the program can be killed between any two writes. It has its name only once the
//! beginning of the session is in it, and what cannot be written whole is cut off again. The last line may be that of
//! the position, the step that the run has reached; the next write replaces it, so that a long run does not make a
//! long file. Events are on the disk when they are written. Positions are not, since a disk would have to do that five
//! times a second: after a power cut the run may have to train from the last event again.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::clock;
use crate::cli::files::{Disk, create_locked, create_private_folders};
use crate::cli::recording::sessions::{free_names, prune};
use crate::cli::recording::target::RecordTarget;

/// The open file of a session.
pub(super) struct SessionFile {
    disk: Disk,
    file: File,
    path: PathBuf,
    /// The length of the written part.
    end: u64,
    /// The beginning of the last line, if it is that of the position.
    position: Option<u64>,
}

impl SessionFile {
    /// Creates the file with its first lines, which are then on the disk; `name` is that of the scenario. In the folder
    /// of the sessions, old ones are removed.
    ///
    /// # Errors
    /// If it cannot be created, or if it exists.
    pub(super) fn create(
        disk: &Disk,
        target: &RecordTarget,
        (name, lines): (&str, &str),
    ) -> io::Result<Self> {
        let disk = disk.clone();
        match target {
            RecordTarget::File(path) => {
                let file = OpenOptions::new().write(true).create_new(true).open(path)?;
                let mut created = Self { disk, file, path: path.clone(), end: 0, position: None };
                created.write(lines, LineKind::Event)?;
                Ok(created)
            }
            RecordTarget::Folder(folder) => {
                create_private_folders(&disk, folder)?;
                let now = clock::date();
                let (file, path) = create_locked(&disk, folder, (free_names(now, name), lines))?;
                prune(folder, now);
                Ok(Self { disk, file, path, end: lines.len() as u64, position: None })
            }
        }
    }

    /// Returns the path of the file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes whole lines in place of a line of the position, if that is the last one. Events are then on the disk.
    ///
    /// # Errors
    /// If the disk is full, for example. The file is whole, but may lack the last position.
    pub(super) fn write(&mut self, lines: &str, kind: LineKind) -> io::Result<()> {
        let from = self.position.take().unwrap_or(self.end);
        let mut text = lines.to_owned();
        // The rest of a longer line before becomes blanks, which JSON allows.
        let lacking = (self.end - from).saturating_sub(text.len() as u64);
        if lacking > 0 {
            text.truncate(text.trim_end_matches('\n').len());
            text.extend(std::iter::repeat_n(' ', lacking as usize));
            text.push('\n');
        }
        if let Err(error) = self.disk.write_at(&self.file, text.as_bytes(), from) {
            // A shorter file takes no room. If even that fails, the reader ignores a part of a line at the end.
            let _ = self.file.set_len(from);
            self.end = from;
            return Err(error);
        }
        self.end = from + text.len() as u64;
        self.position = (kind == LineKind::Position).then_some(from);
        if kind == LineKind::Event { self.sync() } else { Ok(()) }
    }

    /// Waits until all that is written is on the disk.
    ///
    /// # Errors
    /// If the system cannot write it there.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.disk.sync_file(&self.file)
    }
}

/// The kind of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// The position of the run, which the next line replaces.
    Position,
    /// An event, which stays.
    Event,
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{LineKind, SessionFile};
    use crate::cli::files::{Disk, DiskCall};
    use crate::cli::recording::target::RecordTarget;

    #[test]
    fn a_position_is_replaced_by_what_follows_and_nothing_of_it_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("s.jsonl");
        let target = RecordTarget::File(path.clone());
        let disk = Disk::default();
        let mut file = SessionFile::create(&disk, &target, ("a", "{}\n")).expect("it is new");
        let read = || fs::read_to_string(&path).expect("it is there");
        file.write("{\"step\":10000}\n", LineKind::Position).expect("it is written");
        file.write("{\"step\":5}\n", LineKind::Position).expect("it is written");
        assert_eq!(read(), "{}\n{\"step\":5}    \n");
        file.write("[1]\n[2]\n", LineKind::Event).expect("it is written");
        assert_eq!(read(), "{}\n[1]\n[2]       \n");
        file.write("[3]\n", LineKind::Event).expect("it is written");
        assert_eq!(read(), "{}\n[1]\n[2]       \n[3]\n");
        let again = SessionFile::create(&disk, &target, ("a", "{}\n"));
        assert!(again.is_err(), "it is not overwritten");
    }

    #[test]
    fn a_write_that_fails_leaves_whole_lines_and_the_next_one_follows_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("s.jsonl");
        let target = RecordTarget::File(path.clone());
        let writes = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&writes);
        let disk = Disk::watched(move |call| {
            let is_third = call == DiskCall::Write && count.fetch_add(1, Ordering::Relaxed) == 2;
            if is_third { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        });
        let mut file = SessionFile::create(&disk, &target, ("a", "{}\n")).expect("it is new");
        file.write("{\"step\":10000}\n", LineKind::Position).expect("it is written");
        assert!(file.write("[1]\n", LineKind::Event).is_err());
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "{}\n");
        file.write("[2]\n", LineKind::Event).expect("it is written");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "{}\n[2]\n");
    }
}
