//! Reserves the files that are written at the end of a run, so that no other run writes them meanwhile.
//!
//! Such a file cannot be locked itself: it may not exist yet, and each write replaces it. A lock file beside it
//! would stay behind if the run is killed. On Linux, a run instead listens on an abstract socket whose name follows
//! from the folder and the name of the file; it is gone with the process, however that ends. Nobody connects but a
//! second run that asks the system for the process at the other end.
//!
//! Limitation: elsewhere, and between machines or containers that share a folder, two runs are not kept apart.

use std::path::Path;

use rustix::process::Pid;

/// The result of reserving a file.
#[derive(Debug)]
pub(super) enum ReserveOutcome {
    /// This process holds the reservation.
    Ours(Reservation),
    /// Another process does, if known.
    Theirs(Option<Pid>),
    /// The system has no such reservations.
    Unsupported,
}

/// A reserved file. Dropping it ends the reservation.
#[derive(Debug)]
pub(super) struct Reservation {
    #[cfg(target_os = "linux")]
    _listener: std::os::unix::net::UnixListener,
}

/// Reserves the file at a path, existing or not.
#[cfg(target_os = "linux")]
pub(super) fn reserve(path: &Path) -> ReserveOutcome {
    use std::io::ErrorKind;
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};

    use rustix::net::sockopt::socket_peercred;

    let Some(name) = socket_name(path) else { return ReserveOutcome::Unsupported };
    let Ok(address) = SocketAddr::from_abstract_name(name) else {
        return ReserveOutcome::Unsupported;
    };
    match UnixListener::bind_addr(&address) {
        Ok(listener) => ReserveOutcome::Ours(Reservation { _listener: listener }),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let other = UnixStream::connect_addr(&address).ok();
            let holder = other.and_then(|other| socket_peercred(other).ok());
            ReserveOutcome::Theirs(holder.map(|holder| holder.pid))
        }
        Err(_) => ReserveOutcome::Unsupported,
    }
}

/// Returns the name of the socket of a file: the device and the number of its folder, and its name with links
/// followed. It is bound to the longest name of a socket by a hash.
#[cfg(target_os = "linux")]
fn socket_name(path: &Path) -> Option<String> {
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::MetadataExt;

    use crate::cli::files::canonical_path;

    let path = canonical_path(path);
    let folder = fs::metadata(path.parent()?).ok()?;
    // The hash FNV-1a, with the constants of its authors.
    let hash = path.file_name()?.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Some(format!("xentviz-output-{:x}-{:x}-{hash:x}", folder.dev(), folder.ino()))
}

/// Reserves nothing.
#[cfg(not(target_os = "linux"))]
pub(super) fn reserve(_: &Path) -> ReserveOutcome {
    ReserveOutcome::Unsupported
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use rustix::process::getpid;
    use tempfile::TempDir;

    use super::{ReserveOutcome, reserve};

    #[test]
    fn a_file_is_reserved_once_however_it_is_spelt_and_free_again_afterwards() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("s.json");
        let ReserveOutcome::Ours(reservation) = reserve(&path) else { panic!("it is free") };
        let is_theirs = |name: &str| {
            let outcome = reserve(&folder.path().join(name));
            matches!(outcome, ReserveOutcome::Theirs(pid) if pid == Some(getpid()))
        };
        assert!(is_theirs("s.json") && is_theirs("./s.json"));
        // A checkpoint replaces the file.
        fs::write(&path, "one").unwrap();
        symlink("s.json", folder.path().join("link")).unwrap();
        assert!(is_theirs("s.json") && is_theirs("link"));
        assert!(matches!(reserve(&folder.path().join("t.json")), ReserveOutcome::Ours(_)));
        drop(reservation);
        assert!(matches!(reserve(&path), ReserveOutcome::Ours(_)));
    }
}
