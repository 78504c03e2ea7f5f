//! The signals that end the program, and signal calls without a safe Rust interface.
//!
//! A signal ends the program in order if possible: current work is finished, saved and reported
//! (`shutdown.rs`, `run/interrupt.rs`). A crash (an abort, a fault of the processor)
//! leaves fewer options: the thread that crashed cannot continue, but the others can. The crash
//! handler wakes a thread that ends the program in order, and waits a bounded time for that. If the
//! program still runs, it calls the last resort and lets the signal take its default action.
#![expect(unsafe_code, reason = "signal dispositions have no safe interface")]

use std::io::{self, PipeReader, Read};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;
use std::{mem, ptr};

use rustix::event::{Timespec, poll};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use signal_hook::low_level;

use crate::cli::time_limits::patience;

/// Signals whose default action ends a process, and after which the program can still end in order.
const ENDING: [i32; 11] = [
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGALRM,
    libc::SIGVTALRM,
    libc::SIGPROF,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGXCPU,
    libc::SIGIO,
];

/// Further such signals, which only Linux has.
#[cfg(target_os = "linux")]
const ENDING_ON_LINUX: [i32; 2] = [libc::SIGPWR, libc::SIGSTKFLT];

/// Signals of a thread that cannot continue.
const CRASHES: [i32; 7] = [
    libc::SIGABRT,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGSEGV,
    libc::SIGSYS,
    libc::SIGTRAP,
];

/// The time limits for the thread that ends the program: to begin, and then to end it.
const BEGINS_WITHIN: Duration = Duration::from_secs(1);
const ENDS_WITHIN: Duration = Duration::from_secs(12);

/// The interval at which a crashed thread checks whether it still has to wait.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Returns the signals that end the program in order, except those that were ignored when it was
/// started, such as SIGHUP under `nohup` and SIGINT in the background of a script. Must be called
/// before any of them is registered.
pub(super) fn ending() -> Vec<i32> {
    let mut signals = ENDING.to_vec();
    #[cfg(target_os = "linux")]
    {
        signals.extend(ENDING_ON_LINUX);
        // The C library reserves the first real-time signals; `SIGRTMIN` returns the first free
        // one.
        signals.extend(libc::SIGRTMIN()..=libc::SIGRTMAX());
    }
    signals.retain(|signal| !is_ignored(*signal));
    signals
}

/// Returns whether a signal is ignored now.
fn is_ignored(signal: i32) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: without a new action the call only writes the current one to `action`, which has room
    // for it.
    let found = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) };
    // SAFETY: `action` is initialised if the call succeeded.
    found == 0 && unsafe { action.assume_init() }.sa_sigaction == libc::SIG_IGN
}

/// Ends the program by the default action of this signal, without a core file, since it has ended
/// in order.
pub(super) fn end_by(signal: i32) -> ! {
    let limit = getrlimit(Resource::Core);
    // If the limit cannot be lowered, the system decides about the core file.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), ..limit });
    raise_default(signal)
}

/// Restores the default action of a signal and raises it.
fn raise_default(signal: i32) -> ! {
    // SAFETY: the default action is not a function that would have to stay valid; the sets are
    // initialised by `sigemptyset` before they are read. All calls are async-signal-safe.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        let mut set = MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, set.as_ptr(), ptr::null_mut());
        libc::raise(signal);
    }
    // The default action of the signal does not end a process.
    low_level::exit(128 + signal)
}

/// The state that the crash handler shares with the thread that it wakes.
struct Crash {
    wake_pipe: io::PipeWriter,
    /// Restores the terminal; async-signal-safe.
    last_resort: fn(),
    /// The number of 10 ms pauses that a crashed thread waits for the end to begin. Computed in
    /// advance, since a handler cannot read the environment.
    pauses_to_begin: u128,
    /// The number of pauses that it then waits for the end itself, before the last resort.
    pauses_to_end: u128,
    /// The number of threads that have crashed.
    threads: AtomicU8,
    /// Whether the thread that ends the program has begun.
    has_begun: AtomicBool,
}

static CRASH: OnceLock<Crash> = OnceLock::new();

/// The receiver of crashes.
pub(super) struct CrashWatch(PipeReader);

impl CrashWatch {
    /// Installs the crash handlers. A crash is passed to the thread that waits for it. If that does
    /// not end the program in time, the handler calls `last_resort`, which must be
    /// async-signal-safe.
    ///
    /// # Errors
    /// Returns an error if no pipe can be created, or if the crashes of the process are already
    /// watched.
    pub(super) fn start(last_resort: fn()) -> io::Result<Self> {
        let (reader, wake_pipe) = io::pipe()?;
        let (threads, has_begun) = (AtomicU8::new(0), AtomicBool::new(false));
        let pauses = |limit| patience(limit).as_nanos() / POLL_INTERVAL.as_nanos();
        let (pauses_to_begin, pauses_to_end) = (pauses(BEGINS_WITHIN), pauses(ENDS_WITHIN));
        CRASH
            .set(Crash {
                wake_pipe,
                last_resort,
                pauses_to_begin,
                pauses_to_end,
                threads,
                has_begun,
            })
            .map_err(|_| io::Error::from(io::ErrorKind::AlreadyExists))?;
        for signal in CRASHES {
            let handler: extern "C" fn(i32) = on_crash;
            // SAFETY: an action of zeros is valid; the handler lives as long as the program and
            // calls only async-signal-safe functions.
            unsafe {
                let mut action: libc::sigaction = mem::zeroed();
                action.sa_sigaction = handler as libc::sighandler_t;
                action.sa_flags = libc::SA_ONSTACK;
                libc::sigemptyset(&raw mut action.sa_mask);
                libc::sigaction(signal, &raw const action, ptr::null_mut());
            }
        }
        Ok(Self(reader))
    }

    /// Waits until a thread has crashed. Records that the end has begun, and returns the signal.
    ///
    /// # Errors
    /// Returns an error if the pipe cannot be read.
    pub(super) fn wait(&mut self) -> io::Result<i32> {
        let mut byte = [0];
        self.0.read_exact(&mut byte)?;
        if let Some(crash) = CRASH.get() {
            crash.has_begun.store(true, Ordering::Release);
        }
        Ok(i32::from(byte[0]))
    }
}

/// Returns whether more than one thread has crashed, so that the work of one of them will not be
/// finished.
pub(super) fn has_crashed_again() -> bool {
    CRASH.get().is_some_and(|crash| crash.threads.load(Ordering::Relaxed) > 1)
}

/// Handles a crash of the thread on which it is called. Everything here is async-signal-safe: it
/// allocates nothing, takes no lock, and calls the system directly.
extern "C" fn on_crash(signal: i32) {
    if let Some(crash) = CRASH.get() {
        if crash.threads.fetch_add(1, Ordering::AcqRel) == 0 {
            // If no thread is listening, the wait below ends early.
            let _ = rustix::io::write(crash.wake_pipe.as_fd(), &[signal as u8]);
        }
        let wait = |pauses: u128, is_over: &dyn Fn() -> bool| {
            let pause = Timespec { tv_sec: 0, tv_nsec: POLL_INTERVAL.subsec_nanos().into() };
            for _ in 0..pauses {
                if is_over() {
                    return;
                }
                // An interrupted wait is only shorter.
                let _ = poll(&mut [], Some(&pause));
            }
        };
        let has_begun = || crash.has_begun.load(Ordering::Acquire);
        wait(crash.pauses_to_begin, &has_begun);
        if has_begun() {
            wait(crash.pauses_to_end, &|| false);
        }
        (crash.last_resort)();
    }
    raise_default(signal)
}

#[cfg(test)]
mod tests {
    use super::{CRASHES, ending, is_ignored};

    #[test]
    fn no_signal_is_both_an_ending_and_a_crash() {
        let ending = ending();
        assert!(CRASHES.iter().all(|signal| !ending.contains(signal)));
        for signal in [libc::SIGKILL, libc::SIGSTOP, libc::SIGCONT, libc::SIGTSTP, libc::SIGPIPE] {
            assert!(!ending.contains(&signal), "{signal}");
        }
        assert!(ending.contains(&libc::SIGTERM) && ending.contains(&libc::SIGXCPU));
    }

    #[test]
    fn ignored_signals_are_recognised() {
        // Rust's runtime ignores SIGPIPE in every program.
        assert!(is_ignored(libc::SIGPIPE));
        assert!(!is_ignored(libc::SIGWINCH));
    }
}
