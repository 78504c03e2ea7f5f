//! How files are opened for reading.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::file::{Opened, Opener};

/// Opens files of the file system.
pub(in crate::cli) fn opener() -> Arc<Opener> {
    Arc::new(|path: &Path| {
        let file = File::open(path)?;
        let about = file.metadata()?;
        if about.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        // What the system makes as it is read says that it is empty.
        let length = (about.is_file() && about.len() > 0).then_some(about.len());
        Ok(Opened::new(file, length))
    })
}
