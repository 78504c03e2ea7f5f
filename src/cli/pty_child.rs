//! Test helper that runs a test again in a child process with its own terminal.

use std::fs;
use std::io::Read;
use std::thread;
use std::time::Duration;

use portable_pty::{CommandBuilder, ExitStatus, PtySize, native_pty_system};
use tempfile::TempDir;

use crate::cli::clock;

/// Longer than anything takes on a busy machine, and how often it is looked at.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(5);

/// Marks the child process in which a test may damage the terminal.
const OWN_TERMINAL: &str = "XENTVIZ_PANIC_ON_PURPOSE";

/// Whether this is a terminal that may be spoilt.
pub(super) fn is_own_terminal() -> bool {
    std::env::var_os(OWN_TERMINAL).is_some()
}

/// What a test that ended its process has left.
pub(super) struct ChildOutput {
    pub(super) status: ExitStatus,
    /// All that was written before the screen was left, and after.
    pub(super) up: String,
    pub(super) down: String,
    /// Where the program notes its things.
    pub(super) states: TempDir,
}

/// Runs a test that ends its process with the screen taken; the terminal is handed back as it was.
pub(super) fn run_to_its_end(test: &str) -> ChildOutput {
    let states = tempfile::tempdir().expect("a folder");
    let pair = native_pty_system().openpty(PtySize::default()).expect("a pseudo-terminal");
    let program = std::env::current_exe().expect("the test knows where it is");
    let mut command = CommandBuilder::new(program);
    command.args(["--ignored", "--nocapture", "--exact", test]);
    command.env(OWN_TERMINAL, "1");
    command.env("TERM", "xterm-256color");
    command.env("XDG_STATE_HOME", states.path());
    // Its limits are meant for an idle machine.
    command.env("XENTVIZ_PATIENCE", "4");
    let before = pair.master.get_termios();
    let mut child = pair.slave.spawn_command(command).expect("the test can be started again");
    let mut reader = pair.master.try_clone_reader().expect("a terminal can be read");
    let mut written = Vec::new();
    let mut bytes = [0; 4096];
    // The end of what a terminal holds shows as an error; it comes when its last user has gone.
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
                None if clock::now() < until => thread::park_timeout(LOOK),
                None => child.kill().expect("a test that never ends can be ended"),
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

/// Runs a test that panics "on purpose" with the screen taken: the panic is kept in a file, the
/// terminal is handed back, then the panic is told, and the status is that of a failure. Returns what
/// is written once the screen has been left.
pub(super) fn panic_output(test: &str) -> String {
    let ChildOutput { status, up, down, states } = run_to_its_end(test);
    assert_eq!(status.exit_code(), 1, "{down}");
    assert!(!up.contains("on purpose") && down.contains("on purpose"), "{down}");
    let path = states.path().join("xentviz/panic.log");
    assert!(down.contains(&format!("this is kept in {}\r\n", path.display())), "{down}");
    let kept = fs::read_to_string(path).expect("the panic is kept");
    assert!(kept.contains("on purpose"), "{kept}");
    down
}
