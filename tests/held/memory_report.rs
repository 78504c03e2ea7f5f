//! Reports the memory of a program to another process through a file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::counting::held_by_all;

/// The variable that names the file in which the program reports its memory.
pub(crate) const REPORT_FILE: &str = "XENTVIZ_MEMORY_REPORT";

/// The interval between two reports.
const EVERY: Duration = Duration::from_millis(20);

/// The length of a report: two numbers of twenty digits, a space and a line break.
const LINE: usize = 42;

/// Writes the memory in use to a file, on a thread of its own that allocates nothing for it.
pub(crate) fn start_reports(path: &Path) -> io::Result<()> {
    let file = File::create(path)?;
    thread::Builder::new().name("memory-report".to_owned()).spawn(move || {
        for number in 1_usize.. {
            let mut line = [0; LINE];
            let mut rest = &mut line[..];
            if writeln!(rest, "{number:>20} {:>20}", held_by_all()).is_err()
                || file.write_all_at(&line, 0).is_err()
            {
                return;
            }
            thread::park_timeout(EVERY);
        }
    })?;
    Ok(())
}

/// Returns the number of reports and the memory in the last one, or `None` if the file holds no
/// whole report.
pub(crate) fn last_report(path: &Path) -> Option<(usize, usize)> {
    let text = fs::read_to_string(path).ok().filter(|text| text.len() == LINE)?;
    let (number, bytes) = text.trim().split_once(' ')?;
    Some((number.parse().ok()?, bytes.trim().parse().ok()?))
}
