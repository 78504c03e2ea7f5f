//! A real pseudo-terminal with the program in it: its output is read all the time and kept as bytes
//! and as a screen. Every wait ends with its condition, or fails after [`PATIENCE`].

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{
    Child, CommandBuilder, ExitStatus, MasterPty, PtyPair, PtySize, native_pty_system,
};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{Action, tcflow};

/// Longer than anything takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The interval between two checks of a process that writes nothing.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// The message of a job's shell when the job has stopped.
const STOPPED: &str = "the-job-has-stopped";

/// The program to start, with its environment.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) program: Vec<String>,
    pub(crate) environment: Vec<(&'static str, &'static str)>,
    pub(crate) size: (u16, u16),
    pub(crate) folder: PathBuf,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            program: vec![env!("CARGO_BIN_EXE_xentviz").to_owned()],
            environment: vec![
                ("TERM", "xterm-256color"),
                ("LANG", "C.UTF-8"),
                // The environment of the user must not change the tests.
                ("XDG_CONFIG_HOME", "/no/such/folder"),
                // The program's time limits are meant for an idle machine: no test may run into one.
                ("XENTVIZ_PATIENCE", "20"),
            ],
            size: (120, 40),
            folder: std::env::temp_dir(),
        }
    }
}

impl Setup {
    /// Returns the program with these arguments.
    pub(crate) fn with_arguments(arguments: &[&str]) -> Self {
        let mut setup = Self::default();
        setup.program.extend(arguments.iter().map(ToString::to_string));
        setup
    }

    /// Returns a shell script in which `{}` is replaced by the program.
    pub(crate) fn with_script(script: &str) -> Self {
        let script = script.replace("{}", env!("CARGO_BIN_EXE_xentviz"));
        let program = ["sh", "-c", &script].map(str::to_owned).to_vec();
        Self { program, ..Self::default() }
    }

    /// Returns the program with these arguments, as a job of a shell. If it is stopped,
    /// [`Pty::resume`] resumes it.
    pub(crate) fn with_job(begin: &str, arguments: &str) -> Self {
        let script = format!("{begin} {{}} {arguments}; echo {STOPPED}; read line; fg");
        let mut setup = Self::with_script(&script);
        setup.program.insert(1, "-m".to_owned());
        setup
    }

    /// Returns the same setup with an environment variable.
    pub(crate) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.environment.retain(|(known, _)| *known != name);
        self.environment.push((name, value));
        self
    }

    /// Returns the same setup with time limits that a test can wait for. They are still longer than
    /// anything takes that the program does within them.
    pub(crate) fn with_short_limits(self) -> Self {
        self.with("XENTVIZ_PATIENCE", "4")
    }

    /// Returns the same setup in a window of another size.
    pub(crate) fn sized(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    /// Returns the same setup in another folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.folder);
        self
    }

    pub(crate) fn start(self) -> Pty {
        Pty::start(&self)
    }
}

/// A program in a terminal.
pub(crate) struct Pty {
    /// The terminal; `None` once it has been hung up.
    pair: Option<PtyPair>,
    keys: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    /// Whether the reading thread must release the terminal.
    must_release: Arc<AtomicBool>,
    parser: vt100::Parser,
    /// All bytes written by the program.
    pub(crate) bytes: Vec<u8>,
    /// The line discipline before the program was started.
    before: LineDiscipline,
}

impl Pty {
    fn start(setup: &Setup) -> Self {
        let (columns, rows) = setup.size;
        let pair = native_pty_system().openpty(size(columns, rows)).expect("a pseudo-terminal");
        let mut command = CommandBuilder::from_argv(setup.program.iter().map(Into::into).collect());
        command.env_clear();
        for name in ["PATH", "XENTVIZ_SHARED"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        for (name, value) in &setup.environment {
            command.env(name, value);
        }
        command.cwd(&setup.folder);
        let before = LineDiscipline::of(&*pair.master);
        let child = pair.slave.spawn_command(command).expect("the program starts");
        let mut reader = pair.master.try_clone_reader().expect("a terminal can be read");
        let keys = pair.master.take_writer().expect("a terminal can be typed on");
        let (read, output) = channel();
        let must_release = Arc::new(AtomicBool::new(false));
        let must_stop = Arc::clone(&must_release);
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while !must_stop.load(Ordering::Acquire)
                && let Ok(count @ 1..) = reader.read(&mut buffer)
                && read.send(buffer[..count].to_vec()).is_ok()
            {}
        });
        Self {
            pair: Some(pair),
            keys: Some(keys),
            child,
            output,
            must_release,
            parser: vt100::Parser::new(some(rows), some(columns), 0),
            bytes: Vec::new(),
            before,
        }
    }

    /// Returns the screen of the terminal.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Returns the screen of the terminal as text.
    pub(crate) fn text(&self) -> String {
        self.screen().contents()
    }

    /// Types keys.
    pub(crate) fn type_keys(&mut self, keys: &str) {
        self.send(keys.as_bytes());
    }

    /// Sends bytes as if they had been typed.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        let writer = self.keys.as_mut().expect("the terminal is there");
        writer.write_all(bytes).expect("the terminal takes keys");
        writer.flush().expect("the terminal takes keys");
    }

    /// Processes the output that arrives within `wait`; returns false if there was none.
    pub(crate) fn read_for(&mut self, wait: Duration) -> bool {
        match self.output.recv_timeout(wait) {
            Ok(bytes) => {
                self.parser.process(&bytes);
                self.bytes.extend(bytes);
                true
            }
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => {
                // The program can write no more, but a condition on its process may still come
                // true.
                thread::park_timeout(wait.min(POLL_INTERVAL));
                false
            }
        }
    }

    /// Reads until the screen satisfies a condition.
    pub(crate) fn wait_for(&mut self, what: &str, is_met: impl Fn(&vt100::Screen) -> bool) {
        let until = now() + PATIENCE;
        while self.is_being_drawn() || !is_met(self.screen()) {
            assert!(now() < until, "{what} did not appear; the screen:\n{}", self.text());
            self.read_for(POLL_INTERVAL);
        }
    }

    /// Returns whether the rest of a frame is still missing.
    fn is_being_drawn(&self) -> bool {
        let last = |mark: &[u8]| self.bytes.windows(mark.len()).rposition(|bytes| bytes == mark);
        last(b"\x1b[?2026h") > last(b"\x1b[?2026l")
    }

    /// Reads until the text is on the screen.
    pub(crate) fn wait_for_text(&mut self, text: &str) {
        self.wait_for(text, |screen| screen.contents().contains(text));
    }

    /// Reads until the text is no longer on the screen.
    pub(crate) fn wait_until_gone(&mut self, text: &str) {
        self.wait_for(&format!("a screen without {text}"), |screen| {
            !screen.contents().contains(text)
        });
    }

    /// Types, and reads until the text is on the screen.
    pub(crate) fn expect(&mut self, keys: &str, text: &str) {
        self.type_keys(keys);
        self.wait_for(&format!("{text:?} after {keys:?}"), |screen| {
            screen.contents().contains(text)
        });
    }

    /// Types, and reads until the screen looks different, colours included.
    pub(crate) fn expect_change(&mut self, keys: &str) {
        self.wait_for_silence(Duration::from_millis(100));
        let before = self.screen().contents_formatted();
        self.type_keys(keys);
        self.wait_for(&format!("a change after {keys:?}"), |screen| {
            screen.contents_formatted() != before
        });
    }

    /// Reads until `what` has been written after the first `from` bytes.
    pub(crate) fn wait_for_bytes(&mut self, what: &str, from: usize) {
        let until = now() + PATIENCE;
        while !String::from_utf8_lossy(&self.bytes[from..]).contains(what) {
            assert!(now() < until, "{what:?} was never written");
            self.read_for(POLL_INTERVAL);
        }
    }

    /// Reads until nothing has been written for `pause`.
    pub(crate) fn wait_for_silence(&mut self, pause: Duration) {
        let until = now() + PATIENCE;
        while self.read_for(pause) {
            assert!(now() < until, "the program never stops writing");
        }
    }

    /// Resizes the window.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.master().resize(size(columns, rows)).expect("a window can be resized");
        self.parser.set_size(some(rows), some(columns));
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the program is there");
    }

    /// Waits until the shell reports that its job is stopped.
    pub(crate) fn wait_until_stopped(&mut self) {
        self.wait_for_text(STOPPED);
    }

    /// Makes the shell resume its job.
    pub(crate) fn resume(&mut self) {
        self.type_keys("\r");
    }

    /// Returns the foreground job of the terminal.
    pub(crate) fn job(&self) -> Pid {
        let group = self.master().process_group_leader().and_then(Pid::from_raw);
        group.expect("a terminal has a job")
    }

    /// Waits for the end; returns the exit status.
    pub(crate) fn wait_for_end(&mut self) -> ExitStatus {
        let start = now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the program can be waited for") {
                self.read_to_end();
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "the program never ends");
            self.read_for(POLL_INTERVAL);
        }
    }

    /// Reads all that the program wrote before its end. The system passes the output on in its own time, so
    /// a byte that no program writes follows it.
    fn read_to_end(&mut self) {
        let is_marked = self.pair.is_some() && self.write_unless_stalled(&[0]);
        let until = now() + PATIENCE;
        while is_marked && self.bytes.last() != Some(&0) {
            assert!(now() < until, "the output never ends");
            self.read_for(POLL_INTERVAL);
        }
        if is_marked {
            self.bytes.pop();
        }
    }

    /// Writes at the program's end of the terminal. Returns false if the output is suspended.
    fn write_unless_stalled(&self, bytes: &[u8]) -> bool {
        let name = self.master().tty_name().expect("a terminal has a name");
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        let tty =
            OpenOptions::new().write(true).custom_flags(flags.bits().cast_signed()).open(name);
        tty.and_then(|mut tty| tty.write_all(bytes)).is_ok()
    }

    /// Suspends all output, as ctrl-s does.
    pub(crate) fn stall(&self) {
        tcflow(self.tty(), Action::OOff).expect("a terminal can be stopped");
    }

    /// Opens the program's end of the terminal.
    fn tty(&self) -> File {
        let name = self.master().tty_name().expect("a terminal has a name");
        OpenOptions::new().write(true).open(name).expect("a terminal can be opened")
    }

    /// Closes the terminal at this end, as closing a window or losing a connection does.
    pub(crate) fn hang_up(&mut self) {
        self.must_release.store(true, Ordering::Release);
        // Wakes the reading thread, which waits in a read.
        self.tty().write_all(b" ").expect("a terminal can be written to");
        let until = now() + PATIENCE;
        while self.output.recv_timeout(POLL_INTERVAL) != Err(RecvTimeoutError::Disconnected) {
            assert!(now() < until, "the terminal is never released");
        }
        self.keys = None;
        self.pair = None;
    }

    /// Returns whether keys arrive one by one, unechoed.
    pub(crate) fn is_raw(&self) -> bool {
        LineDiscipline::of(self.master()) != self.before
    }

    /// Waits until the terminal is in the state that a shell expects.
    pub(crate) fn wait_until_restored(&mut self) {
        assert!(!self.is_raw(), "the line discipline is not what it was");
        self.wait_for("the restored terminal", |screen| {
            !screen.alternate_screen()
                && !screen.hide_cursor()
                && !screen.bracketed_paste()
                && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
        });
    }

    /// Returns the process id, for `/proc`.
    pub(crate) fn pid(&self) -> Pid {
        let pid = self.child.process_id().and_then(|pid| i32::try_from(pid).ok());
        pid.and_then(Pid::from_raw).expect("a process has a number")
    }

    fn master(&self) -> &dyn MasterPty {
        &*self.pair.as_ref().expect("the terminal is there").master
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A program that a failed test leaves behind must not outlive it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the dashboard and waits until it is drawn.
pub(crate) fn dashboard(setup: &Setup) -> Pty {
    let mut pty = Pty::start(setup);
    pty.wait_for("the dashboard", vt100::Screen::alternate_screen);
    pty.wait_for_text("quadratic");
    pty
}

/// Starts the dashboard of a run that waits for a key.
pub(crate) fn paused() -> Pty {
    dashboard(&Setup::with_arguments(&["--paused"]))
}

/// Ends the dashboard as a user does.
pub(crate) fn quit(mut pty: Pty) {
    pty.type_keys("q");
    let status = pty.wait_for_end();
    assert_eq!(status.exit_code(), 0);
    pty.wait_until_restored();
}

/// The visible state of a line discipline, for comparison.
#[derive(PartialEq)]
struct LineDiscipline(String);

impl LineDiscipline {
    fn of(master: &dyn MasterPty) -> Self {
        Self(format!("{:?}", master.get_termios().expect("a terminal has a line discipline")))
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn some(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a window has columns and rows")
}

#[expect(clippy::disallowed_methods, reason = "a test of a live program needs a clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
