//! Detects whether a job-control shell could resume the program after a stop.
//!
//! The system's own rule: a process group none of whose members has a parent outside it in the same
//! session, a shell that looks after its jobs, is an orphan, and ctrl-z does nothing to it.

use std::io;

use rustix::io::Errno;

/// The parent, group and session of a process.
#[derive(Clone, Copy)]
struct ProcessIds {
    parent: i32,
    group: i32,
    session: i32,
}

/// Whether a stop would last for good. What cannot be found out is taken for a shell.
pub(super) fn is_orphaned() -> bool {
    place_of(None).is_ok_and(|own| has_nobody(own, |pid| place_of(Some(pid))))
}

/// Whether nobody outside the group is found up from the process at `own` who is in the same session.
fn has_nobody(own: ProcessIds, place_of: impl Fn(i32) -> io::Result<ProcessIds>) -> bool {
    // The first of a session has nobody above it in there, nor do others with it in its group.
    if own.group == own.session && own.session != 0 {
        return true;
    }
    let mut parent = own.parent;
    while parent != 0 {
        let Ok(its) = place_of(parent) else { return false };
        if its.group != own.group {
            return its.session != own.session;
        }
        parent = its.parent;
    }
    // Nobody above, or somebody outside of the container, who is in this session if that began there.
    own.session != 0
}

/// The place of a process; of this one, where none is said.
#[cfg(target_os = "linux")]
fn place_of(pid: Option<i32>) -> io::Result<ProcessIds> {
    let folder = pid.map_or_else(|| "self".to_owned(), |pid| pid.to_string());
    read_stat(&std::fs::read(format!("/proc/{folder}/stat"))?).ok_or_else(|| Errno::INVAL.into())
}

/// The place in what `/proc/PID/stat` says: `PID (NAME) STATE PARENT GROUP SESSION …`.
#[cfg(target_os = "linux")]
fn read_stat(stat: &[u8]) -> Option<ProcessIds> {
    // The name may hold blanks and parentheses itself, and is cut off at any byte.
    let rest = str::from_utf8(stat.rsplit(|byte| *byte == b')').next()?).ok()?;
    let mut numbers = rest.split_whitespace().skip(1).map(|number| number.parse().ok());
    let mut next = || numbers.next().flatten();
    Some(ProcessIds { parent: next()?, group: next()?, session: next()? })
}

/// Where a parent's parent cannot be told without more ado, the parent is as far as it is looked.
#[cfg(not(target_os = "linux"))]
fn place_of(pid: Option<i32>) -> io::Result<ProcessIds> {
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
    use std::io;

    use rustix::io::Errno;

    use super::{ProcessIds, has_nobody};

    /// Whether a process of this group and session has nobody, under these: number, group, session, parent.
    fn is_orphan(
        (group, session): (i32, i32),
        parent: i32,
        others: &[(i32, i32, i32, i32)],
    ) -> bool {
        has_nobody(ProcessIds { parent, group, session }, |sought| {
            let found = others.iter().find(|(number, ..)| *number == sought);
            let &(_, group, session, parent) = found.ok_or_else(|| io::Error::from(Errno::SRCH))?;
            Ok(ProcessIds { parent, group, session })
        })
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
    fn what_is_outside_of_the_container_is_nobodys_shell_unless_the_session_began_there() {
        // A session of its own, under a program whose session began outside.
        assert!(is_orphan((9, 9), 5, &[(5, 5, 0, 1)]));
        assert!(is_orphan((9, 9), 5, &[(5, 0, 0, 1)]));
        // A shell within, whose terminal came from outside.
        assert!(!is_orphan((9, 0), 5, &[(5, 5, 0, 1)]));
        assert!(!is_orphan((9, 0), 5, &[(5, 0, 0, 1)]));
        // `unshare --pid --fork xentviz`: the shell is outside, as is all the rest.
        assert!(!is_orphan((0, 0), 0, &[]));
        assert!(!is_orphan((0, 0), 5, &[(5, 0, 0, 0)]));
    }

    #[test]
    fn what_cannot_be_found_out_is_taken_for_a_shell() {
        assert!(!is_orphan((9, 4), 5, &[]));
        // Nothing has to be found out about the parent of the first of a session.
        assert!(is_orphan((9, 9), 5, &[]));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_place_is_read_behind_a_name_that_may_be_anything() {
        let place = |stat: &str| {
            super::read_stat(stat.as_bytes())
                .map(|place| (place.parent, place.group, place.session))
        };
        assert_eq!(place("7 (sh) S 5 6 0 34816 7 4194304 1"), Some((5, 6, 0)));
        assert_eq!(place("7 (a) R 1 1 1) (b) S 5 6 4 3"), Some((5, 6, 4)));
        assert_eq!(place("7 (sh) S 5 6"), None);
        assert!(super::read_stat(b"7 (\xc3) S 5 6 4 3").is_some());
        assert_eq!(place("7 sh S 5 6 4"), None);
        assert_eq!(place("7 (sh) S 5 x 4"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_parent_of_a_process_is_read_where_the_system_tells_it() {
        let own = super::place_of(None).expect("it is there");
        let same = super::place_of(i32::try_from(std::process::id()).ok()).expect("it is there");
        let parent = i32::try_from(std::os::unix::process::parent_id()).expect("a number");
        assert_eq!((own.parent, same.parent), (parent, parent));
        assert_eq!((own.group, own.session), (same.group, same.session));
        assert_eq!(super::place_of(Some(1)).expect("it is there").parent, 0);
    }
}
