//! Ctrl-C and a polite kill: noticed between two steps.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::cli::files;

/// How long a disk that hangs may hold up the end that is to come at once.
const PATIENCE: Duration = Duration::from_millis(500);

/// Which signal has asked for the end; 0 if none has.
#[derive(Clone, Default)]
pub(super) struct Interrupt(Arc<AtomicI32>);

impl Interrupt {
    /// Listens from now on, on a thread of its own. The second signal ends the program at once.
    pub(super) fn listen() -> io::Result<Self> {
        let interrupt = Self::default();
        let theirs = interrupt.clone();
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in &mut signals {
                if theirs.is_asked() {
                    files::abandon_within(PATIENCE);
                    low_level::exit(128 + signal);
                }
                theirs.ask(signal);
            }
        })?;
        Ok(interrupt)
    }

    /// Asks for the end, as this signal does.
    pub(super) fn ask(&self, signal: i32) {
        self.0.store(signal, Ordering::Relaxed);
    }

    /// Whether the end has been asked for.
    pub(super) fn is_asked(&self) -> bool {
        self.status().is_some()
    }

    /// How the program ends if the end has been asked for: as shells say that a signal ended it.
    pub(super) fn status(&self) -> Option<i32> {
        let signal = self.0.load(Ordering::Relaxed);
        (signal != 0).then_some(128 + signal)
    }

    /// How the program ends: like that, or with success.
    pub(super) fn exit_code(&self) -> ExitCode {
        self.status().map_or(ExitCode::SUCCESS, |status| ExitCode::from(status as u8))
    }
}
