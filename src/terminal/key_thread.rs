//! The thread that reads the keyboard.

use std::io;
use std::thread;
use std::time::Duration;

use crate::terminal::clock;
use crate::terminal::input::{Input, InputParser, LoneEscape};
use crate::terminal::signal_mask::refuse_to_stop_for_input;
use crate::terminal::tty::Keyboard;

/// The number of failed reads in a row after which the input counts as closed.
const FAILURES: u32 = 16;

/// The most bytes that a terminal returns at once.
const AT_ONCE: usize = 4096;

/// The interval at which a program in the background checks whether it is in the foreground again.
const BACKGROUND: Duration = Duration::from_millis(100);

/// Sends keys, pastes and mouse events to `send` from a separate thread, which calls `closed` when the
/// keyboard is closed.
///
/// # Errors
/// Returns an error if the thread cannot be started.
pub(crate) fn forward(
    keyboard: Keyboard,
    lone_escape: LoneEscape,
    send: impl Fn(Input) + Send + 'static,
    closed: impl FnOnce() + Send + 'static,
) -> io::Result<()> {
    thread::Builder::new().name("keys".to_owned()).spawn(move || {
        refuse_to_stop_for_input();
        let mut parser = InputParser::new(lone_escape, clock::now());
        let mut bytes = [0; AT_ONCE];
        let mut failures = 0;
        while failures < FAILURES {
            match read(&keyboard, &mut bytes, wait(&parser)) {
                Ok(Some(0)) => failures += 1,
                Ok(Some(count)) => {
                    failures = 0;
                    parser.take(&bytes[..count], clock::now());
                    if count < bytes.len() {
                        parser.pause();
                    }
                }
                Ok(None) => parser.expire(clock::now()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => failures += 1,
            }
            parser.found().for_each(&send);
        }
        closed();
    })?;
    Ok(())
}

/// Returns the time to wait for the rest of a pending sequence, or `None` if there is none.
fn wait(parser: &InputParser) -> Option<Duration> {
    parser.wake_at().map(|at| at.saturating_duration_since(clock::now()))
}

/// Reads once. Returns `None` if no input arrived in time.
fn read(
    keyboard: &Keyboard,
    bytes: &mut [u8],
    timeout: Option<Duration>,
) -> io::Result<Option<usize>> {
    if !keyboard.wait(timeout)? {
        return Ok(None);
    }
    if !keyboard.is_in_foreground() {
        // The input is for the shell.
        thread::park_timeout(BACKGROUND);
        return Ok(None);
    }
    match keyboard.read(bytes) {
        // Another process read the input first, and reads do not block.
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        other => other.map(Some),
    }
}
