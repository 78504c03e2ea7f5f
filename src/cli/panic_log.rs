//! Logs panics to a file, so that they survive a terminal that is closed or scrolled.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fs::{OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::panic::{self, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use crate::cli::environment::{self, Environment, states};
use crate::cli::files::{Disk, PRIVATE, create_private_folders};
use crate::cli::time_limits::patience;
use crate::text::{visible, visible_lines};

/// The time limit for writing the log.
const PATIENCE: Duration = Duration::from_millis(200);

/// A log above this many bytes starts over: it holds hundreds of panics, and is small on a disk.
const LARGEST: u64 = 1 << 20;

/// Installs the hook that logs a panic in any thread before it is printed.
pub(super) fn log_all_panics() {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let kept = keep(panic);
        previous(panic);
        report(kept.as_deref());
    }));
}

/// Appends a panic to the log and returns the log's path. Never panics; returns `None` if the log
/// cannot be written in time.
pub(super) fn keep(panic: &PanicHookInfo<'_>) -> Option<PathBuf> {
    let path = log_path(&environment::environment)?;
    let text = describe(panic, &Backtrace::capture());
    let (sender, receiver) = sync_channel(1);
    // A home folder that hangs must not keep the terminal from being restored.
    let write = move || {
        let kept = append(&path, &text).ok().map(|()| path);
        let _ = sender.send(kept);
    };
    thread::Builder::new().name("panic log".to_owned()).spawn(write).ok()?;
    receiver.recv_timeout(patience(PATIENCE)).ok()?
}

/// Prints where a panic is logged, after the panic itself.
pub(super) fn report(kept: Option<&Path>) {
    if let Some(path) = kept {
        // A failure to write to standard error cannot be reported anywhere.
        let _ = writeln!(
            io::stderr(),
            "xentviz: this is kept in {}",
            visible(&path.display().to_string())
        );
    }
}

/// Returns the path of the log, or `None` if the environment names no state folder.
fn log_path(environment: &Environment<'_>) -> Option<PathBuf> {
    Some(states(environment)?.join("panic.log"))
}

/// Formats the log entry: program, location, message, and the backtrace if `RUST_BACKTRACE` requests it.
fn describe(panic: &PanicHookInfo<'_>, backtrace: &Backtrace) -> String {
    let thread = thread::current();
    let name = thread.name().unwrap_or("without a name");
    let mut text = format!("xentviz {}, thread {name}: {panic}\n", env!("CARGO_PKG_VERSION"));
    if backtrace.status() == BacktraceStatus::Captured {
        text.push_str(&backtrace.to_string());
    }
    // The text may quote a file, and is read on a terminal.
    visible_lines(&text)
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_private_folders(&Disk::default(), folder)?;
    }
    let mut file = OpenOptions::new().append(true).create(true).mode(PRIVATE).open(path)?;
    match file.metadata()?.len() {
        // A new file, with the mode that the umask left.
        0 => file.set_permissions(Permissions::from_mode(PRIVATE))?,
        length if length > LARGEST => file.set_len(0)?,
        _ => {}
    }
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fs;
    use std::os::unix::fs::MetadataExt;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::thread;

    use super::{LARGEST, append, log_all_panics, log_path};

    #[test]
    fn the_log_is_in_the_state_folder() {
        let at = |pairs: &[(&str, &str)]| {
            log_path(&|name: &str| {
                pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
            })
        };
        let home = ("HOME", "/anyone");
        let in_home = Some(PathBuf::from("/anyone/.local/state/xentviz/panic.log"));
        assert_eq!(at(&[home]), in_home);
        assert_eq!(at(&[home, ("XDG_STATE_HOME", "s")]), in_home);
        let expected = Some(PathBuf::from("/s/xentviz/panic.log"));
        assert_eq!(at(&[home, ("XDG_STATE_HOME", "/s")]), expected);
        assert_eq!(at(&[("HOME", "anyone")]), None);
    }

    #[test]
    fn the_log_grows_to_its_bound_and_starts_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("made/when/needed/panic.log");
        let whole = "x".repeat(LARGEST as usize);
        for (text, length) in [("one\n", 4), (&whole, LARGEST + 4), ("two\n", 4), ("three\n", 10)] {
            append(&path, text).expect("the log can be written");
            assert_eq!(fs::metadata(&path).expect("the log exists").len(), length);
        }
        assert_eq!(fs::read_to_string(&path).expect("the log is UTF-8"), "two\nthree\n");
        let mode = |path: &Path| fs::metadata(path).expect("the path exists").mode() & 0o777;
        assert_eq!((mode(&path), mode(&folder.path().join("made"))), (0o600, 0o700));
    }

    /// Marks the child process in which the test below may panic.
    const ON_PURPOSE: &str = "XENTVIZ_PANIC_ON_PURPOSE";

    #[test]
    #[ignore = "installs a panic hook: run by the test below, in its own process"]
    fn panics_without_a_screen() {
        if std::env::var_os(ON_PURPOSE).is_none() {
            return;
        }
        log_all_panics();
        assert!(thread::spawn(|| panic!("on\npurpose \u{1b}[2J")).join().is_err());
    }

    /// Returns the standard error of a child process that panics, with `states` as its state
    /// folder.
    fn panicked(states: &Path, backtrace: &str) -> String {
        let program = std::env::current_exe().expect("the path of the test program is known");
        let test = "cli::panic_log::tests::panics_without_a_screen";
        let output = Command::new(program)
            .args(["--ignored", "--nocapture", "--exact", test])
            .env(ON_PURPOSE, "1")
            .env("XDG_STATE_HOME", states)
            .env("RUST_BACKTRACE", backtrace)
            .env_remove("RUST_LIB_BACKTRACE")
            .output()
            .expect("the test can be started again");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    #[test]
    fn a_panic_without_a_screen_is_logged_and_then_printed_with_the_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("xentviz/panic.log");
        let output = panicked(folder.path(), "0");
        let named = format!("xentviz: this is kept in {}\n", path.display());
        assert!(output.contains("on\npurpose") && output.ends_with(&named), "{output}");
        let kept = fs::read_to_string(&path).expect("the panic is logged");
        let head = format!("xentviz {}, thread ", env!("CARGO_PKG_VERSION"));
        assert!(kept.starts_with(&head) && kept.contains("src/cli/panic_log.rs:"), "{kept}");
        assert!(kept.ends_with("\non\npurpose \\u{1b}[2J\n"), "{kept}");
        panicked(folder.path(), "1");
        let kept = fs::read_to_string(&path).expect("the panic is logged");
        assert_eq!(kept.matches(&head).count(), 2);
        assert!(kept.contains("panics_without_a_screen"), "the backtrace: {kept}");
    }

    #[test]
    fn a_panic_that_cannot_be_logged_is_still_printed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a file and no folder");
        fs::write(&path, "").expect("a file");
        // And a log that would block for ever: no process reads from the pipe.
        fs::create_dir(folder.path().join("xentviz")).expect("a folder");
        let pipe = folder.path().join("xentviz/panic.log");
        assert!(Command::new("mkfifo").arg(pipe).status().expect("a pipe is made").success());
        for states in [&path, folder.path()] {
            let output = panicked(states, "0");
            assert!(output.contains("on\npurpose") && !output.contains("kept in"), "{output}");
        }
    }
}
