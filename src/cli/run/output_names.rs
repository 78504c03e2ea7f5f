//! The names of outputs on the command line and in errors.

use std::path::Path;

/// The file name that stands for standard output.
pub(super) const STANDARD_OUTPUT: &str = "-";

/// The flag that names the files to load networks from.
pub(super) const LOAD: &str = "--load";

/// The flag that names the files to save networks to.
pub(super) const SAVE: &str = "--save";

/// The flag that names the file of the metrics.
pub(super) const METRICS: &str = "--metrics";

pub(super) fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}
