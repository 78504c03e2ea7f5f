//! The signals that end the program, and signal calls without a safe Rust interface.
//!
//! A signal ends the program in order where that is possible: what it is doing is finished, kept and
//! told (`terminal/ending.rs`, `run/interrupt.rs`). A crash (an abort, a fault of the processor)
//! leaves less room: the thread that crashed cannot go on, but the others can. Its handler wakes a
//! thread that ends the program in order, waits for that in vain for a bounded time, then calls the
//! last resort and lets the signal do what it does.
#![expect(unsafe_code, reason = "signal dispositions and masks have no safe interface")]

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

/// Signals whose default ends a process, and after which the program can still act in its own time.
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

/// The same that only Linux has.
#[cfg(target_os = "linux")]
const ENDING_ON_LINUX: [i32; 2] = [libc::SIGPWR, libc::SIGSTKFLT];

/// Signals of a thread that cannot go on.
const CRASHES: [i32; 7] = [
    libc::SIGABRT,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGSEGV,
    libc::SIGSYS,
    libc::SIGTRAP,
];

/// How long the thread that ends the program may take to begin, and then to end it.
const BEGINS_WITHIN: Duration = Duration::from_secs(1);
const ENDS_WITHIN: Duration = Duration::from_secs(12);

/// How often a crashed thread looks whether it still has to wait.
const LOOK: Duration = Duration::from_millis(10);

/// Returns the signals that end the program in order: not those that were ignored when it was
/// started, as SIGHUP is under `nohup` and SIGINT in the background of a script. To be called before
/// any of them is registered.
pub(super) fn ending() -> Vec<i32> {
    let mut signals = ENDING.to_vec();
    #[cfg(target_os = "linux")]
    {
        signals.extend(ENDING_ON_LINUX);
        // The first of them the C library keeps for itself, and says from which one on they are free.
        signals.extend(libc::SIGRTMIN()..=libc::SIGRTMAX());
    }
    signals.retain(|signal| !is_ignored(*signal));
    signals
}

/// Whether a signal is ignored now.
fn is_ignored(signal: i32) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: without a new action it only writes the present one to `action`, which has room for it.
    let found = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) };
    // SAFETY: it has been written where the call has succeeded.
    found == 0 && unsafe { action.assume_init() }.sa_sigaction == libc::SIG_IGN
}

/// Ends the program as this signal does by default, without a core file: it has ended in order.
pub(super) fn end_by(signal: i32) -> ! {
    let limit = getrlimit(Resource::Core);
    // Where it cannot be lowered the system decides.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), ..limit });
    die_by(signal)
}

/// Gives a signal its default action and raises it.
fn die_by(signal: i32) -> ! {
    // SAFETY: the default action is no function that would have to stay valid; the sets are
    // initialised by `sigemptyset` before they are read. All calls are async-signal-safe.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        let mut set = MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, set.as_ptr(), ptr::null_mut());
        libc::raise(signal);
    }
    // Its default is not to end a process.
    low_level::exit(128 + signal)
}

/// Does some work on this thread that may change the terminal from the background: the system would
/// stop the program for it by SIGTTOU.
pub(super) fn without_stopping<T>(work: impl FnOnce() -> T) -> T {
    let before = block(libc::SIGTTOU);
    let result = work();
    // SAFETY: the set is what the thread had before.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, ptr::null_mut()) };
    result
}

/// Keeps reads of this thread from stopping the program while it is in the background: they fail.
pub(super) fn refuse_to_stop_for_input() {
    block(libc::SIGTTIN);
}

/// Blocks a signal in this thread; returns what was blocked before.
fn block(signal: i32) -> libc::sigset_t {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    let mut before = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: `sigemptyset` initialises the set, and the call writes what was blocked to `before`.
    unsafe {
        libc::sigemptyset(before.as_mut_ptr());
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), before.as_mut_ptr());
        before.assume_init()
    }
}

/// The crash that is being dealt with: what the handler and the thread that it wakes share.
struct Crash {
    bell: io::PipeWriter,
    /// Hands the terminal back; async-signal-safe.
    last_resort: fn(),
    /// How often a crashed thread looks whether the end has begun, and then waits for it, before the last
    /// resort: reckoned beforehand, since the environment cannot be read in a handler.
    looks: (u128, u128),
    /// How many threads have crashed.
    threads: AtomicU8,
    /// Whether the thread that ends the program has begun.
    has_begun: AtomicBool,
}

static CRASH: OnceLock<Crash> = OnceLock::new();

/// Waits for a crash.
pub(super) struct CrashWatch(PipeReader);

impl CrashWatch {
    /// From now on a crash is dealt with by whoever waits for it, and otherwise by `last_resort`,
    /// which must be async-signal-safe.
    ///
    /// # Errors
    /// When the system has no pipe to give, or the crashes of the process are watched already.
    pub(super) fn start(last_resort: fn()) -> io::Result<Self> {
        let (reader, bell) = io::pipe()?;
        let (threads, has_begun) = (AtomicU8::new(0), AtomicBool::new(false));
        let looks = |limit| patience(limit).as_nanos() / LOOK.as_nanos();
        let looks = (looks(BEGINS_WITHIN), looks(ENDS_WITHIN));
        CRASH
            .set(Crash { bell, last_resort, looks, threads, has_begun })
            .map_err(|_| io::Error::from(io::ErrorKind::AlreadyExists))?;
        for signal in CRASHES {
            let handler: extern "C" fn(i32) = on_crash;
            // SAFETY: an action of zeros is a valid one; the handler lives as long as the program and
            // calls only functions that are async-signal-safe.
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

    /// Waits until a thread has crashed; returns the signal, having said that it is dealt with.
    ///
    /// # Errors
    /// When nothing can be waited for.
    pub(super) fn wait(&mut self) -> io::Result<i32> {
        let mut byte = [0];
        self.0.read_exact(&mut byte)?;
        if let Some(crash) = CRASH.get() {
            crash.has_begun.store(true, Ordering::Release);
        }
        Ok(i32::from(byte[0]))
    }
}

/// Whether more threads have crashed than the one whose crash is dealt with, so that what one of them
/// was doing will not be done.
pub(super) fn has_crashed_again() -> bool {
    CRASH.get().is_some_and(|crash| crash.threads.load(Ordering::Relaxed) > 1)
}

/// Deals with a crash of the thread that it is called on. Everything here is async-signal-safe: it
/// allocates nothing, takes no lock, and calls the system directly.
extern "C" fn on_crash(signal: i32) {
    if let Some(crash) = CRASH.get() {
        if crash.threads.fetch_add(1, Ordering::AcqRel) == 0 {
            // If no thread is listening, the wait below ends early.
            let _ = rustix::io::write(crash.bell.as_fd(), &[signal as u8]);
        }
        let wait = |looks: u128, is_over: &dyn Fn() -> bool| {
            let pause = Timespec { tv_sec: 0, tv_nsec: LOOK.subsec_nanos().into() };
            for _ in 0..looks {
                if is_over() {
                    return;
                }
                // A wait that is broken off is a shorter one.
                let _ = poll(&mut [], Some(&pause));
            }
        };
        let has_begun = || crash.has_begun.load(Ordering::Acquire);
        wait(crash.looks.0, &has_begun);
        if has_begun() {
            wait(crash.looks.1, &|| false);
        }
        (crash.last_resort)();
    }
    die_by(signal)
}

#[cfg(test)]
mod tests {
    use super::{CRASHES, ending, is_ignored};

    #[test]
    fn no_signal_both_ends_in_order_and_is_a_crash() {
        let ending = ending();
        assert!(CRASHES.iter().all(|signal| !ending.contains(signal)));
        for signal in [libc::SIGKILL, libc::SIGSTOP, libc::SIGCONT, libc::SIGTSTP, libc::SIGPIPE] {
            assert!(!ending.contains(&signal), "{signal}");
        }
        assert!(ending.contains(&libc::SIGTERM) && ending.contains(&libc::SIGXCPU));
    }

    #[test]
    fn what_is_ignored_is_known() {
        // The runtime of Rust ignores it in every program.
        assert!(is_ignored(libc::SIGPIPE));
        assert!(!is_ignored(libc::SIGWINCH));
    }
}
