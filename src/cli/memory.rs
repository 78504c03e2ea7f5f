//! Measures the memory still available to the program, and limits the address space that it
//! reserves.
//!
//! On Linux the smallest of four bounds counts: the memory available on the machine, the rest of
//! the control group (a container, a batch job), and the `ulimit` bounds on address space and on
//! data. If none of them can be read, only the bounds of a scenario itself hold.
#![cfg_attr(
    all(target_os = "linux", target_env = "gnu"),
    expect(
        unsafe_code,
        reason = "the C library has no safe interface to its allocator's settings"
    )
)]

use std::fs;

use rustix::process::{Resource, getrlimit};

/// Reads a file of the system by its path; returns `None` if it cannot be read.
type SystemFiles<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// The versions of control groups and their mount points: version 2, then version 1.
const GROUPS: [CgroupVersion; 2] = [
    CgroupVersion {
        controller: "",
        root: "/sys/fs/cgroup",
        limit: "memory.max",
        used: "memory.current",
        reclaimable: "inactive_file ",
    },
    CgroupVersion {
        controller: "memory",
        root: "/sys/fs/cgroup/memory",
        limit: "memory.limit_in_bytes",
        used: "memory.usage_in_bytes",
        reclaimable: "total_inactive_file ",
    },
];

/// The file and row names of one version of control groups.
struct CgroupVersion {
    /// The controller in `/proc/self/cgroup`.
    controller: &'static str,
    root: &'static str,
    limit: &'static str,
    used: &'static str,
    /// The row of `memory.stat` that counts cached files, which the system can reclaim.
    reclaimable: &'static str,
}

/// The most arenas of the C library's allocator. It reserves 64 MiB of address space for each arena
/// and would create one per thread, although almost nothing is allocated after the start.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const ARENAS: i32 = 2;

/// Keeps the allocator from reserving address space per thread, so that the program runs under a
/// limit (`ulimit -v`) close to what it uses. Must be called before threads start.
pub(super) fn reserve_little() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: the call sets a number of the allocator, under the allocator's own lock.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, ARENAS);
    }
}

/// Returns the bytes still available to the program, if known.
pub(super) fn available() -> Option<u64> {
    let read = |path: &str| fs::read_to_string(path).ok();
    let limits = [Resource::As, Resource::Data].map(|resource| getrlimit(resource).current);
    let page = rustix::param::page_size() as u64;
    [of_machine(&read), of_group(&read), of_limits(&read, limits, page)].into_iter().flatten().min()
}

/// Returns the memory that the machine has available without swapping.
fn of_machine(read: &SystemFiles<'_>) -> Option<u64> {
    let text = read("/proc/meminfo")?;
    let row = text.lines().find_map(|row| row.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = row.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// Returns the memory left in the control group of the process and in the groups above it: the
/// smallest.
fn of_group(read: &SystemFiles<'_>) -> Option<u64> {
    let groups = read("/proc/self/cgroup")?;
    let left = |group: &CgroupVersion, path: &str| -> Option<u64> {
        let folder = format!("{}{path}", group.root);
        let number = |name: &str| read(&format!("{folder}/{name}"))?.trim().parse::<u64>().ok();
        let (limit, used) = (number(group.limit)?, number(group.used)?);
        let statistics = read(&format!("{folder}/memory.stat")).unwrap_or_default();
        let cached = statistics.lines().find_map(|row| row.strip_prefix(group.reclaimable));
        let cached = cached.and_then(|row| row.trim().parse().ok()).unwrap_or(0);
        Some(limit.saturating_sub(used.saturating_sub(cached)))
    };
    let mut least = None;
    for row in groups.lines() {
        let mut parts = row.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
        let is_of =
            |group: &&CgroupVersion| controllers.split(',').any(|name| name == group.controller);
        let Some(group) = GROUPS.iter().find(is_of) else { continue };
        // In a container the mounted root is the container's own group, whatever its path is
        // outside.
        let mut path = path.trim_end_matches('/');
        loop {
            least = least.into_iter().chain(left(group, path)).min();
            let Some((above, _)) = path.rsplit_once('/') else { break };
            path = above;
        }
    }
    least
}

/// Returns the memory left under the limits on address space and data. `page` is in bytes.
fn of_limits(read: &SystemFiles<'_>, limits: [Option<u64>; 2], page: u64) -> Option<u64> {
    let text = read("/proc/self/statm")?;
    let pages: Vec<u64> = text.split_whitespace().map_while(|field| field.parse().ok()).collect();
    let used = [pages.first()?, pages.get(5)?];
    let left = |(limit, used): (Option<u64>, &u64)| Some(limit?.saturating_sub(used * page));
    limits.into_iter().zip(used).filter_map(left).min()
}

#[cfg(test)]
mod tests {
    use super::{of_group, of_limits, of_machine};

    /// Returns a reader of the files in a table.
    fn files<'a>(table: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |path| table.iter().find(|(known, _)| *known == path).map(|(_, text)| (*text).to_owned())
    }

    #[test]
    fn available_memory_of_the_machine_is_read() {
        let read = files(&[("/proc/meminfo", "MemTotal: 9 kB\nMemAvailable:    2048 kB\n")]);
        assert_eq!(of_machine(&read), Some(2 << 20));
        assert_eq!(of_machine(&files(&[("/proc/meminfo", "MemTotal: 9 kB\n")])), None);
        assert_eq!(of_machine(&files(&[])), None);
    }

    #[test]
    fn the_tightest_group_on_the_path_counts_and_cached_files_are_available() {
        let nested = files(&[
            ("/proc/self/cgroup", "0::/a.slice/b.scope\n"),
            ("/sys/fs/cgroup/a.slice/memory.max", "1000\n"),
            ("/sys/fs/cgroup/a.slice/memory.current", "900\n"),
            ("/sys/fs/cgroup/a.slice/memory.stat", "anon 5\ninactive_file 300\n"),
            ("/sys/fs/cgroup/a.slice/b.scope/memory.max", "max\n"),
            ("/sys/fs/cgroup/a.slice/b.scope/memory.current", "900\n"),
        ]);
        assert_eq!(of_group(&nested), Some(400));
        let contained = files(&[
            ("/proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/unseen/id\n0::/\n"),
            ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "5000"),
            ("/sys/fs/cgroup/memory/memory.usage_in_bytes", "5001"),
        ]);
        assert_eq!(of_group(&contained), Some(0));
        assert_eq!(of_group(&files(&[("/proc/self/cgroup", "0::/\n")])), None);
    }

    #[test]
    fn limits_leave_the_memory_that_is_not_used() {
        let read = files(&[("/proc/self/statm", "100 20 5 3 0 40 0\n")]);
        assert_eq!(of_limits(&read, [Some(500_000), None], 4096), Some(500_000 - 409_600));
        assert_eq!(of_limits(&read, [Some(500_000), Some(163_840)], 4096), Some(0));
        assert_eq!(of_limits(&read, [None, None], 4096), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn available_memory_is_known_on_linux() {
        assert!(super::available().is_some_and(|bytes| bytes > 1 << 20));
    }
}
