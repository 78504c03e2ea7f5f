//! The options of the dashboard from the command line.

use std::sync::Arc;

use crate::cli::settings::Settings;
use crate::file::Opener;
use crate::scenario::{ModelStart, Override};

/// The options that decide the appearance and the start of the dashboard, except the scenario.
#[derive(Clone)]
pub(super) struct Options {
    /// Whether the run starts paused.
    pub(super) paused: bool,
    /// Whether the dashboard is drawn for a room at the start.
    pub(super) present: bool,
    /// The settings of the screen.
    pub(super) settings: Settings,
    /// Whether frames are sent as synchronised updates (DEC mode 2026).
    pub(super) sync: bool,
    /// The overrides that also apply to scenarios opened later.
    pub(super) overrides: Vec<Override>,
    /// The models that the arms of the first run start from, if they do.
    pub(super) start: Option<ModelStart>,
    /// The function that opens files for reading.
    pub(super) open: Arc<Opener>,
}
