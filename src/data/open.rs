//! The function that opens the files of data.

use std::io;
use std::path::Path;

use crate::file::InputFile;

/// An [`Opener`](crate::file::Opener) that may borrow its environment.
pub(super) type Open<'a> = dyn Fn(&Path) -> io::Result<InputFile<'static>> + Send + Sync + 'a;
