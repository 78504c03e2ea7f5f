//! What a program holds, told to another process in a file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::counting::held;

/// How often it is told.
const EVERY: Duration = Duration::from_millis(20);

/// Two numbers of twenty digits and what is between and after them.
const LINE: usize = 42;

/// Tells in a file what is held, on a thread of its own that takes no memory for it.
pub(crate) fn tell(path: &Path) -> io::Result<()> {
    let file = File::create(path)?;
    thread::Builder::new().name("tells".to_owned()).spawn(move || {
        for told in 1_usize.. {
            let mut line = [0; LINE];
            let mut rest = &mut line[..];
            if writeln!(rest, "{told:>20} {:>20}", held()).is_err()
                || file.write_all_at(&line, 0).is_err()
            {
                return;
            }
            thread::park_timeout(EVERY);
        }
    })?;
    Ok(())
}

/// How often it has been told, and what was held when it last was; none if nothing whole is there.
pub(crate) fn told(path: &Path) -> Option<(usize, usize)> {
    let text = fs::read_to_string(path).ok().filter(|text| text.len() == LINE)?;
    let (told, bytes) = text.trim().split_once(' ')?;
    Some((told.parse().ok()?, bytes.trim().parse().ok()?))
}
