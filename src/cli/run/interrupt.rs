//! Ctrl-C and a polite kill: noticed between two steps.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Which signal has asked for the end, if one has.
pub(super) struct Interrupt(Arc<AtomicUsize>);

impl Interrupt {
    /// Listens from now on. The second signal ends the program at once.
    pub(super) fn listen() -> io::Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        let which = Arc::new(AtomicUsize::new(0));
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&asked))?;
            flag::register(signal, Arc::clone(&asked))?;
            flag::register_usize(signal, Arc::clone(&which), signal as usize)?;
        }
        Ok(Self(which))
    }

    /// Whether the end has been asked for.
    pub(super) fn is_asked(&self) -> bool {
        self.status().is_some()
    }

    /// How the program ends if the end has been asked for: as shells say that a signal ended it.
    pub(super) fn status(&self) -> Option<i32> {
        let signal = self.0.load(Ordering::Relaxed);
        i32::try_from(signal).ok().filter(|signal| *signal != 0).map(|signal| 128 + signal)
    }

    /// How the program ends: like that, or with success.
    pub(super) fn exit_code(&self) -> ExitCode {
        self.status().map_or(ExitCode::SUCCESS, |status| ExitCode::from(status as u8))
    }
}
