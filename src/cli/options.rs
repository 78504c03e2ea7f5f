//! The options of the dashboard from the command line.

use std::sync::Arc;

use crate::cli::settings::Settings;
use crate::file::Opener;
use crate::scenario::Override;

/// All that decides how the dashboard looks and begins, beside the scenario.
#[derive(Clone)]
pub(super) struct Options {
    /// Whether it waits for the first key.
    pub(super) paused: bool,
    /// What was said about the screen.
    pub(super) settings: Settings,
    /// Whether updates are marked as synchronised (DEC mode 2026).
    pub(super) sync: bool,
    /// What was said about the scenario, where it holds for those opened later, too.
    pub(super) overrides: Vec<Override>,
    /// How files are opened for reading.
    pub(super) open: Arc<Opener>,
}
