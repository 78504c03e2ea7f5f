//! Opens files for reading.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

use crate::cli::files::home::expanded;
use crate::cli::memory;
use crate::file::{InputFile, Opener};

/// Returns the function that opens regular files, pipes and devices. Their content may use the
/// memory that is still available to the program.
///
/// A folder is refused. A terminal is refused too, since reading it would take the user's keys.
pub(in crate::cli) fn opener() -> Arc<Opener> {
    Arc::new(|path: &Path| {
        let file = open(&expanded(path))?;
        let about = file.metadata()?;
        if about.is_dir() {
            return Err(Errno::ISDIR.into());
        }
        if file.is_terminal() {
            let found = "it is a terminal; a file, a pipe or another device would do";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, found));
        }
        // Files that the system generates when they are read report a length of 0.
        let length = (about.is_file() && about.len() > 0).then_some(about.len());
        Ok(InputFile::new(file, length).within(Arc::new(memory::available)))
    })
}

/// Opens a file without waiting for a carrier on a serial line, and without making it the
/// controlling terminal of the program.
fn open(path: &Path) -> io::Result<File> {
    let mut flags = OFlags::NOCTTY;
    if fs::metadata(path)?.file_type().is_char_device() {
        flags |= OFlags::NONBLOCK;
    }
    let file = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    if flags.contains(OFlags::NONBLOCK) {
        fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{self, Read};
    use std::os::unix::net::UnixListener;
    use std::path::Path;
    use std::process::Command;
    use std::thread;

    use portable_pty::{PtySize, native_pty_system};
    use tempfile::TempDir;

    use super::opener;

    fn read(path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        opener()(path)?.take(10).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn only_files_pipes_and_devices_are_read() {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "file").unwrap();
        assert_eq!(read(&at("file")).unwrap(), b"file");
        assert_eq!(read(Path::new("/dev/zero")).unwrap(), [0; 10]);
        assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        thread::scope(|scope| {
            scope.spawn(|| fs::write(at("pipe"), "pipe").unwrap());
            assert_eq!(read(&at("pipe")).unwrap(), b"pipe");
        });
        assert_eq!(read(folder.path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        let _socket = UnixListener::bind(at("socket")).unwrap();
        assert!(read(&at("socket")).is_err());
        assert_eq!(read(&at("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_terminal_is_not_read() {
        let terminal = native_pty_system().openpty(PtySize::default()).unwrap();
        let name = terminal.master.tty_name().expect("a terminal has a name");
        let refused = read(&name).unwrap_err().to_string();
        assert!(refused.starts_with("it is a terminal; "), "{refused}");
    }
}
