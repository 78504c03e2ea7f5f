//! Whether somebody is there who could let a stopped program go on.
//!
//! The system's own rule: a process group none of whose members has a parent outside it in the same
//! session, a shell that looks after its jobs, is an orphan, and ctrl-z does nothing to it.

use std::io;

use rustix::io::Errno;
use rustix::process::{Pid, getpgid, getppid, getsid};

/// The group and the session of a process.
type Place = (Pid, Pid);

/// Whether a stop would last for good. What cannot be found out is taken for a shell.
pub(super) fn is_orphaned() -> bool {
    place_of(None).is_ok_and(|own| has_nobody(own, getppid(), place_of, parent_of))
}

/// Whether nobody outside the group is found up from `parent` who is in the same session.
fn has_nobody(
    (group, session): Place,
    mut parent: Option<Pid>,
    place_of: impl Fn(Option<Pid>) -> io::Result<Place>,
    parent_of: impl Fn(Pid) -> io::Result<Option<Pid>>,
) -> bool {
    while let Some(pid) = parent {
        let Ok((its_group, its_session)) = place_of(Some(pid)) else { return false };
        if its_group != group {
            return its_session != session;
        }
        let Ok(next) = parent_of(pid) else { return false };
        parent = next;
    }
    true
}

/// The place of a process; of this one, where none is said.
fn place_of(pid: Option<Pid>) -> io::Result<Place> {
    Ok((getpgid(pid)?, getsid(pid)?))
}

/// The parent of another process; none for the first of all.
#[cfg(target_os = "linux")]
fn parent_of(pid: Pid) -> io::Result<Option<Pid>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name before it is in parentheses, and may hold blanks and parentheses itself.
    let number = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
    let number = number.and_then(|number| number.parse().ok()).ok_or(Errno::INVAL)?;
    Ok(Pid::from_raw(number))
}

/// Only Linux tells it without more ado.
#[cfg(not(target_os = "linux"))]
fn parent_of(_: Pid) -> io::Result<Option<Pid>> {
    Err(Errno::NOSYS.into())
}

#[cfg(test)]
mod tests {
    use std::io;

    use rustix::io::Errno;
    use rustix::process::Pid;

    use super::has_nobody;

    fn pid(number: i32) -> Pid {
        Pid::from_raw(number).expect("a number of a process")
    }

    /// Whether process 9 of group and session has nobody, under these: number, group, session, parent.
    fn is_orphan(own: (i32, i32), parent: i32, others: &[(i32, i32, i32, i32)]) -> bool {
        let find = |sought: Pid| {
            let found = others.iter().find(|(number, ..)| pid(*number) == sought);
            found.copied().ok_or_else(|| io::Error::from(Errno::SRCH))
        };
        has_nobody(
            (pid(own.0), pid(own.1)),
            Pid::from_raw(parent),
            |other| find(other.expect("another")).map(|(_, g, s, _)| (pid(g), pid(s))),
            |other| find(other).map(|(.., parent)| Pid::from_raw(parent)),
        )
    }

    #[test]
    fn a_shell_above_is_in_the_same_session_and_another_group() {
        let shell = (5, 5, 5, 1);
        assert!(!is_orphan((9, 5), 5, &[shell]));
        // Under a program of the same job.
        assert!(!is_orphan((8, 5), 8, &[(8, 8, 5, 5), shell]));
        // `ssh -t box xentviz`: at the head of its session.
        assert!(is_orphan((9, 9), 5, &[shell]));
        // `tmux new-window "xentviz; x"`: a shell that looks after no jobs is in the same group.
        assert!(is_orphan((8, 8), 8, &[(8, 8, 8, 3), (3, 3, 3, 1)]));
        // The first process of a container, and one that was put into it.
        assert!(is_orphan((1, 1), 0, &[]));
        assert!(is_orphan((2, 2), 1, &[(1, 2, 2, 0)]));
    }

    #[test]
    fn what_cannot_be_found_out_is_taken_for_a_shell() {
        assert!(!is_orphan((9, 9), 5, &[]));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_parent_of_a_process_is_read_where_the_system_tells_it() {
        use rustix::process::{getpid, getppid};
        assert_eq!(super::parent_of(getpid()).expect("it is there"), getppid());
        assert_eq!(super::parent_of(pid(1)).expect("it is there"), None);
    }
}
