//! Blocks the signals with which the system stops a program that uses its terminal from the background.
#![expect(unsafe_code, reason = "signal masks have no safe interface")]

use std::mem::MaybeUninit;
use std::ptr;

/// Runs `work`, which may change the terminal from the background, with SIGTTOU blocked in this
/// thread: otherwise the system would stop the program.
pub(super) fn without_stopping<T>(work: impl FnOnce() -> T) -> T {
    let before = block(libc::SIGTTOU);
    let result = work();
    // SAFETY: the set is the thread's previous one.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, ptr::null_mut()) };
    result
}

/// Makes reads of this thread fail while the program is in the background, instead of stopping it.
pub(super) fn refuse_to_stop_for_input() {
    block(libc::SIGTTIN);
}

/// Blocks a signal in this thread, and returns the previously blocked signals.
fn block(signal: i32) -> libc::sigset_t {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    let mut before = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: `sigemptyset` initialises the set, and the call writes the previously blocked signals
    // to `before`.
    unsafe {
        libc::sigemptyset(before.as_mut_ptr());
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), before.as_mut_ptr());
        before.assume_init()
    }
}
