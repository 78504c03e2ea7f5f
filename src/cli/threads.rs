//! Starts the program's threads and builds rayon's pool with as many threads as the system grants.

use std::env;
use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle, available_parallelism};

use anyhow::Context;
use rayon::{ThreadBuilder, ThreadPoolBuilder};

/// The stack of a thread that waits and writes files. The backtrace of a panic, its deepest call,
/// takes about half of it.
const SMALL_STACK: usize = 256 << 10;

/// The stack of a thread that trains or evaluates: half of the standard library's, since it
/// reserves address space. The large data of the training is on the heap.
const POOL_STACK: usize = 1 << 20;

/// The environment variable of rayon for the number of threads.
const THREADS_VARIABLE: &str = "RAYON_NUM_THREADS";

/// The fewest threads with which a program can train.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MinThreads {
    /// The thread that builds the pool, which then does all work itself.
    CurrentThread,
    /// One thread in the pool, because the thread that trains is not the one that builds it.
    PoolThread,
}

/// Starts a thread with a small stack.
///
/// # Errors
/// Returns an error if the thread cannot be started.
pub(super) fn start_small<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    thread::Builder::new().name(name.to_owned()).stack_size(SMALL_STACK).spawn(work)
}

/// Builds rayon's pool with a thread for each core, or fewer if `RAYON_NUM_THREADS` is lower or the
/// system grants no more. More threads than cores would wait for each other, since each holds a
/// core while it has work. If the pool would have a single thread and the minimum is the current
/// one, no other thread is started.
///
/// # Errors
/// Returns an error if fewer threads than the minimum can be started.
pub(super) fn build_pool(minimum: MinThreads) -> anyhow::Result<()> {
    let thread_count = thread_count(cores(), env::var(THREADS_VARIABLE).ok().as_deref());
    let is_alone = |threads: usize| threads < 2 && minimum == MinThreads::CurrentThread;
    let thread_count = if is_alone(thread_count) { 0 } else { thread_count };
    let (workers, failure) = start_workers(thread_count, start_worker);
    if is_alone(workers.len()) {
        let built = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
        return built.context("cannot train on this thread");
    }
    if let (true, Some(error)) = (workers.is_empty(), failure) {
        return Err(error).context("cannot start a thread to train on");
    }
    let count = workers.len();
    let mut workers = workers.into_iter();
    let hand_over = move |place| {
        let worker = workers.next().ok_or(io::ErrorKind::NotFound)?;
        worker.send(place).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    };
    let pool = ThreadPoolBuilder::new().num_threads(count).spawn_handler(hand_over);
    let built = pool.build_global();
    built.context("cannot build the pool of threads to train on")
}

fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// Returns the number of threads for a pool on `cores` cores. `variable` is `RAYON_NUM_THREADS`,
/// where 0 means the number of cores.
fn thread_count(cores: usize, variable: Option<&str>) -> usize {
    let limit = variable.and_then(|value| value.parse().ok()).filter(|threads| *threads > 0);
    limit.map_or(cores, |threads: usize| threads.min(cores))
}

/// Starts threads that wait to become workers of a pool. Returns those that could be started, and
/// the error of the first that could not.
///
/// The global pool can be built only once, and fails if one of its threads cannot be started. The
/// threads are therefore started before the pool is built from them.
fn start_workers(
    thread_count: usize,
    start: impl Fn(usize) -> io::Result<WorkerSender>,
) -> (Vec<WorkerSender>, Option<io::Error>) {
    let mut workers = Vec::new();
    for number in 0..thread_count {
        match start(number) {
            Ok(worker) => workers.push(worker),
            Err(error) => return (workers, Some(error)),
        }
    }
    (workers, None)
}

/// Sends a waiting thread its place in the pool.
type WorkerSender = SyncSender<ThreadBuilder>;

fn start_worker(number: usize) -> io::Result<WorkerSender> {
    let (sender, receiver) = sync_channel::<ThreadBuilder>(1);
    let builder = thread::Builder::new().name(format!("worker {number}")).stack_size(POOL_STACK);
    builder.spawn(move || {
        // The thread ends if it gets no place in the pool.
        if let Ok(place) = receiver.recv() {
            place.run();
        }
    })?;
    Ok(sender)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::mpsc::sync_channel;

    use super::{start_workers, thread_count};

    #[test]
    fn a_pool_has_only_the_threads_that_the_system_grants() {
        let start = |number| {
            if number < 3 { Ok(sync_channel(1).0) } else { Err(io::ErrorKind::WouldBlock.into()) }
        };
        let (workers, failure) = start_workers(8, start);
        assert_eq!(workers.len(), 3);
        assert_eq!(failure.map(|error| error.kind()), Some(io::ErrorKind::WouldBlock));
        let (workers, failure) = start_workers(2, start);
        assert!(workers.len() == 2 && failure.is_none());
    }

    #[test]
    fn there_is_a_thread_per_core_or_fewer_on_request() {
        assert_eq!(thread_count(4, None), 4);
        assert_eq!(thread_count(4, Some("2")), 2);
        assert_eq!(thread_count(4, Some("100000")), 4);
        for text in ["0", "", "many", "-1"] {
            assert_eq!(thread_count(4, Some(text)), 4, "{text}");
        }
    }
}
