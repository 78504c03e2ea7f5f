//! The events of the main loop, and the flags that signals set for it.

use std::sync::atomic::AtomicBool;
use std::sync::mpsc::SyncSender;

use crate::cli::recording::Reminder;
use crate::terminal::Input;

/// Flags set by signals for the main loop to handle.
#[derive(Default)]
pub(super) struct PendingSignals {
    /// The program was stopped and has resumed.
    pub(super) is_resumed: AtomicBool,
    /// A stop was requested, but no shell could resume the program.
    pub(super) is_unstoppable: AtomicBool,
}

/// An event of the main loop.
pub(super) enum DashboardEvent {
    /// A key, a paste or a mouse event.
    Input(Input),
    /// The result of writing files.
    Written(Result<String, String>),
    /// The session cannot be recorded, for this reason.
    NotRecorded(String),
    /// The last session was cut off.
    CutOffBefore(Reminder),
    /// A signal is ending the program and requests the exit summary to print.
    ExitSummaryRequested(SyncSender<String>),
    /// A wake-up: an update has arrived, the writer is free, or a signal has set a flag.
    Wake,
}
