//! The file of a session while it is written.
//!
//! The file is whole at every moment: the program can be killed between any two writes. The last line may be that of
//! the position, the step that the run has reached; the next write replaces it, so that a long run does not make a
//! long file.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::cli::clock;
use crate::cli::environment::Environment;
use crate::cli::files::{Disk, Lock, PRIVATE, create_private_folders, lock};
use crate::cli::recording::sessions::{self, free_names, prune};

/// Where a session is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum RecordTarget {
    /// In a new file of this folder, if it is worth keeping.
    Folder(PathBuf),
    /// In this file, which does not exist yet.
    File(PathBuf),
}

/// Returns the folder of the sessions as a target, if the environment names a state folder.
pub(in crate::cli) fn state_target(environment: &Environment<'_>) -> Option<RecordTarget> {
    sessions::folder(environment).map(RecordTarget::Folder)
}

/// The open file of a session.
#[derive(Debug)]
pub(super) struct SessionFile {
    file: File,
    path: PathBuf,
    /// The length of the written part.
    end: u64,
    /// The beginning of the last line, if it is that of the position.
    position: Option<u64>,
}

impl SessionFile {
    /// Creates the file; `name` is that of the scenario. In the folder of the sessions, old ones are removed.
    ///
    /// # Errors
    /// If it cannot be created, or if it exists.
    pub(super) fn create(target: &RecordTarget, name: &str) -> io::Result<Self> {
        let (file, path) = match target {
            RecordTarget::File(path) => {
                (OpenOptions::new().write(true).create_new(true).open(path)?, path.clone())
            }
            RecordTarget::Folder(folder) => {
                create_private_folders(&Disk::default(), folder)?;
                let created = create_in(folder, name)?;
                prune(folder);
                created
            }
        };
        Ok(Self { file, path, end: 0, position: None })
    }

    /// Returns the path of the file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes whole lines in place of a line of the position, if that is the last one.
    ///
    /// # Errors
    /// If the disk is full, for example. The file may then end in a part of a line.
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
        self.file.write_all_at(text.as_bytes(), from)?;
        self.end = from + text.len() as u64;
        self.position = (kind == LineKind::Position).then_some(from);
        Ok(())
    }

    /// Waits until all that is written is on the disk.
    ///
    /// # Errors
    /// If the system cannot read the state of the file.
    pub(super) fn sync(&self) -> io::Result<()> {
        Disk::default().sync_file(&self.file)
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

/// Creates a file in the folder of the sessions, and locks it as long as it is open.
fn create_in(folder: &Path, name: &str) -> io::Result<(File, PathBuf)> {
    for candidate in free_names(clock::date(), name) {
        let path = folder.join(candidate);
        let new = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&path);
        match new {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            // Another program may be removing old sessions, but this is the newest.
            Ok(file) if lock(&file, &path) == Lock::Unavailable => {}
            Ok(file) => return Ok((file, path)),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{LineKind, RecordTarget, SessionFile};

    #[test]
    fn a_position_is_replaced_by_what_follows_and_nothing_of_it_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("s.jsonl");
        let target = RecordTarget::File(path.clone());
        let mut file = SessionFile::create(&target, "a").expect("it is new");
        let read = || fs::read_to_string(&path).expect("it is there");
        file.write("{}\n", LineKind::Event).expect("it is written");
        file.write("{\"step\":10000}\n", LineKind::Position).expect("it is written");
        file.write("{\"step\":5}\n", LineKind::Position).expect("it is written");
        assert_eq!(read(), "{}\n{\"step\":5}    \n");
        file.write("[1]\n[2]\n", LineKind::Event).expect("it is written");
        assert_eq!(read(), "{}\n[1]\n[2]       \n");
        file.write("[3]\n", LineKind::Event).expect("it is written");
        assert_eq!(read(), "{}\n[1]\n[2]       \n[3]\n");
        assert!(SessionFile::create(&target, "a").is_err(), "it is not overwritten");
    }
}
