//! Test helper that runs a test again in a child process with its own terminal.

use std::fs;
use std::io::Read;
use std::thread;
use std::time::Duration;

use portable_pty::{CommandBuilder, ExitStatus, PtySize, native_pty_system};
use tempfile::TempDir;

use crate::cli::clock;

/// The time limit for the child process, longer than it takes on a busy machine; and the polling
/// interval.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Marks the child process in which a test may damage the terminal.
const OWN_TERMINAL: &str = "XENTVIZ_PANIC_ON_PURPOSE";

/// Returns whether this process has its own terminal, which a test may damage.
pub(super) fn is_own_terminal() -> bool {
    std::env::var_os(OWN_TERMINAL).is_some()
}

/// The output of a test that ended its process.
pub(super) struct ChildOutput {
    pub(super) status: ExitStatus,
    /// The output before the screen was left, and after.
    pub(super) up: String,
    pub(super) down: String,
    /// The state folder of the child process.
    pub(super) states: TempDir,
}

/// Runs a test that ends its process while the screen is up. Asserts that the terminal is restored.
pub(super) fn run_to_its_end(test: &str) -> ChildOutput {
    let states = tempfile::tempdir().expect("a folder");
    let pair = native_pty_system().openpty(PtySize::default()).expect("a pseudo-terminal");
    let program = std::env::current_exe().expect("the path of the test program is known");
    let mut command = CommandBuilder::new(program);
    command.args(["--ignored", "--nocapture", "--exact", test]);
    command.env(OWN_TERMINAL, "1");
    command.env("TERM", "xterm-256color");
    command.env("XDG_STATE_HOME", states.path());
    // The time limits of the program are meant for an idle machine.
    command.env("XENTVIZ_PATIENCE", "4");
    let before = pair.master.get_termios();
    let mut child = pair.slave.spawn_command(command).expect("the test can be started again");
    let mut reader = pair.master.try_clone_reader().expect("a terminal can be read");
    let mut written = Vec::new();
    let mut bytes = [0; 4096];
    // A terminal reports its end as an error, once its last user has closed it.
    let terminal = pair.master;
    let (status, written) = thread::scope(|scope| {
        let reading = scope.spawn(move || {
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                written.extend_from_slice(&bytes[..count]);
            }
            written
        });
        let until = clock::now() + PATIENCE;
        let status = loop {
            match child.try_wait().expect("the test can be waited for") {
                Some(status) => break status,
                None if clock::now() < until => thread::park_timeout(POLL_INTERVAL),
                None => child.kill().expect("the child can be killed"),
            }
        };
        assert_eq!(terminal.get_termios(), before);
        drop(pair.slave);
        (status, reading.join().expect("a terminal can be read"))
    });
    let written = String::from_utf8_lossy(&written).into_owned();
    let (up, down) = written.split_once("\x1b[?1049l").expect("the screen is left");
    assert!(up.contains("\x1b[?1049h") && up.contains("\x1b[?25h"), "{written}");
    ChildOutput { status, up: up.to_owned(), down: down.to_owned(), states }
}

/// Runs a test that panics "on purpose" while the screen is up. Asserts that the panic is logged,
/// that it is printed after the terminal is restored, and that the exit status is that of a
/// failure. Returns the output after the screen was left.
pub(super) fn panic_output(test: &str) -> String {
    let ChildOutput { status, up, down, states } = run_to_its_end(test);
    assert_eq!(status.exit_code(), 1, "{down}");
    assert!(!up.contains("on purpose") && down.contains("on purpose"), "{down}");
    let path = states.path().join("xentviz/panic.log");
    assert!(down.contains(&format!("this is kept in {}\r\n", path.display())), "{down}");
    let kept = fs::read_to_string(path).expect("the panic is logged");
    assert!(kept.contains("on purpose"), "{kept}");
    down
}
