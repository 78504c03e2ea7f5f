//! Detects whether a job-control shell could resume the program after a stop.
//!
//! The rule is the system's own. A process group is orphaned if no member has a parent in the same
//! session but outside the group, such as a shell with job control. Ctrl-z does not stop an
//! orphaned group.

use std::io;

use rustix::io::Errno;

/// The parent, group and session of a process.
#[derive(Clone, Copy)]
struct ProcessIds {
    parent: i32,
    group: i32,
    session: i32,
}

/// Returns whether no shell could resume the program after a stop. If that cannot be determined, a
/// shell is assumed.
pub(super) fn is_orphaned() -> bool {
    process_ids(None).is_ok_and(|own| is_group_orphaned(own, |pid| process_ids(Some(pid))))
}

/// Returns whether no ancestor of the process `own` is outside its group but in the same session.
fn is_group_orphaned(own: ProcessIds, process_ids: impl Fn(i32) -> io::Result<ProcessIds>) -> bool {
    // The leader of a session has no parent in it, and neither do the other members of its group.
    if own.group == own.session && own.session != 0 {
        return true;
    }
    let mut parent = own.parent;
    while parent != 0 {
        let Ok(its) = process_ids(parent) else { return false };
        if its.group != own.group {
            return its.session != own.session;
        }
        parent = its.parent;
    }
    // There is no ancestor left, or it is outside the container; it is in this session if the
    // session began there.
    own.session != 0
}

/// Returns the IDs of a process; of this process for `None`.
#[cfg(target_os = "linux")]
fn process_ids(pid: Option<i32>) -> io::Result<ProcessIds> {
    let folder = pid.map_or_else(|| "self".to_owned(), |pid| pid.to_string());
    read_stat(&std::fs::read(format!("/proc/{folder}/stat"))?).ok_or_else(|| Errno::INVAL.into())
}

/// Parses the content of `/proc/PID/stat`: `PID (NAME) STATE PARENT GROUP SESSION …`.
#[cfg(target_os = "linux")]
fn read_stat(stat: &[u8]) -> Option<ProcessIds> {
    // The name may contain blanks and parentheses, and may be cut off at any byte.
    let rest = str::from_utf8(stat.rsplit(|byte| *byte == b')').next()?).ok()?;
    let mut numbers = rest.split_whitespace().skip(1).map(|number| number.parse().ok());
    let mut next = || numbers.next().flatten();
    Some(ProcessIds { parent: next()?, group: next()?, session: next()? })
}

/// Returns the IDs of a process; of this process for `None`. Without `/proc`, only the parent is
/// examined and not its ancestors.
#[cfg(not(target_os = "linux"))]
fn process_ids(pid: Option<i32>) -> io::Result<ProcessIds> {
    use rustix::process::{Pid, getpgid, getppid, getsid};

    let number = |pid: Pid| pid.as_raw_nonzero().get();
    let pid = pid.and_then(Pid::from_raw);
    let (group, session) = (number(getpgid(pid)?), number(getsid(pid)?));
    match pid {
        None => Ok(ProcessIds { parent: getppid().map_or(0, number), group, session }),
        Some(_) if Some(group) == getpgid(None).ok().map(number) => Err(Errno::NOSYS.into()),
        Some(_) => Ok(ProcessIds { parent: 0, group, session }),
    }
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::{ProcessIds, is_group_orphaned};

    /// Another process.
    struct Other {
        number: i32,
        ids: ProcessIds,
    }

    fn other(number: i32, group: i32, session: i32, parent: i32) -> Other {
        Other { number, ids: ProcessIds { parent, group, session } }
    }

    /// Returns whether a process with these IDs is orphaned, given the others.
    fn is_orphan(group: i32, session: i32, parent: i32, others: &[Other]) -> bool {
        is_group_orphaned(ProcessIds { parent, group, session }, |sought| {
            let found = others.iter().find(|other| other.number == sought);
            found.map(|other| other.ids).ok_or_else(|| Errno::SRCH.into())
        })
    }

    #[test]
    fn a_shell_above_is_in_the_same_session_and_another_group() {
        let shell = || other(5, 5, 5, 1);
        assert!(!is_orphan(9, 5, 5, &[shell()]));
        // Below another program of the same job.
        assert!(!is_orphan(8, 5, 8, &[other(8, 8, 5, 5), shell()]));
        // `ssh -t box xentviz`: the leader of its session.
        assert!(is_orphan(9, 9, 5, &[shell()]));
        // `tmux new-window "xentviz; x"`: a shell without job control is in the same group.
        assert!(is_orphan(8, 8, 8, &[other(8, 8, 8, 3), other(3, 3, 3, 1)]));
        // The first process of a container, and one that was started in it from outside.
        assert!(is_orphan(1, 1, 0, &[]));
        assert!(is_orphan(2, 2, 1, &[other(1, 2, 2, 0)]));
    }

    #[test]
    fn a_process_outside_the_container_is_no_shell_unless_the_session_began_there() {
        // A new session, below a program whose session began outside.
        assert!(is_orphan(9, 9, 5, &[other(5, 5, 0, 1)]));
        assert!(is_orphan(9, 9, 5, &[other(5, 0, 0, 1)]));
        // A shell inside, whose terminal belongs to a session outside.
        assert!(!is_orphan(9, 0, 5, &[other(5, 5, 0, 1)]));
        assert!(!is_orphan(9, 0, 5, &[other(5, 0, 0, 1)]));
        // `unshare --pid --fork xentviz`: the shell and everything else is outside.
        assert!(!is_orphan(0, 0, 0, &[]));
        assert!(!is_orphan(0, 0, 5, &[other(5, 0, 0, 0)]));
    }

    #[test]
    fn a_shell_is_assumed_if_the_parent_is_unknown() {
        assert!(!is_orphan(9, 4, 5, &[]));
        // The parent of a session leader need not be known.
        assert!(is_orphan(9, 9, 5, &[]));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_ids_are_read_after_a_name_with_any_characters() {
        let ids = |stat: &str| {
            super::read_stat(stat.as_bytes()).map(|ids| (ids.parent, ids.group, ids.session))
        };
        assert_eq!(ids("7 (sh) S 5 6 0 34816 7 4194304 1"), Some((5, 6, 0)));
        assert_eq!(ids("7 (a) R 1 1 1) (b) S 5 6 4 3"), Some((5, 6, 4)));
        assert_eq!(ids("7 (sh) S 5 6"), None);
        assert!(super::read_stat(b"7 (\xc3) S 5 6 4 3").is_some());
        assert_eq!(ids("7 sh S 5 6 4"), None);
        assert_eq!(ids("7 (sh) S 5 x 4"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_parent_of_a_process_is_read_on_linux() {
        let own = super::process_ids(None).expect("this process exists");
        let same = super::process_ids(i32::try_from(std::process::id()).ok())
            .expect("this process exists");
        let parent = i32::try_from(std::os::unix::process::parent_id()).expect("a number");
        assert_eq!((own.parent, same.parent), (parent, parent));
        assert_eq!((own.group, own.session), (same.group, same.session));
        assert_eq!(super::process_ids(Some(1)).expect("process 1 exists").parent, 0);
    }
}
