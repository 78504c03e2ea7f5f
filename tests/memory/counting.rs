//! Counts allocations and the memory in use at once, with a global allocator.
#![allow(unsafe_code, reason = "counting allocations needs a global allocator")]
#![allow(dead_code, reason = "each of the crates that share this file uses a part of it")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

struct Counting;

/// The bytes in use by all threads: now, and at most; and the largest single allocation.
static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);
static LARGEST: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The same for this thread.
    static HELD_HERE: Cell<isize> = const { Cell::new(0) };
    static MOST_HERE: Cell<isize> = const { Cell::new(0) };
    /// The largest single allocation of this thread.
    static LARGEST_HERE: Cell<usize> = const { Cell::new(0) };
    /// The number of allocations of this thread.
    static ALLOCATIONS_HERE: Cell<u64> = const { Cell::new(0) };
}

/// The memory that some work has used, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// The most in use at any time beyond what was in use before.
    pub(crate) most_at_once: usize,
    /// The largest single allocation.
    pub(crate) largest: usize,
}

fn take(bytes: usize) {
    let held = HELD.fetch_add(bytes, Relaxed) + bytes;
    MOST.fetch_max(held, Relaxed);
    HELD_HERE.set(HELD_HERE.get() + bytes.cast_signed());
    MOST_HERE.set(MOST_HERE.get().max(HELD_HERE.get()));
    LARGEST.fetch_max(bytes, Relaxed);
    LARGEST_HERE.set(LARGEST_HERE.get().max(bytes));
    ALLOCATIONS_HERE.set(ALLOCATIONS_HERE.get() + 1);
}

fn give(bytes: usize) {
    HELD.fetch_sub(bytes, Relaxed);
    HELD_HERE.set(HELD_HERE.get() - bytes.cast_signed());
}

// SAFETY: every call is passed on unchanged to the system's allocator; the counts beside it are
// plain numbers that neither allocate nor have a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        give(layout.size());
        // SAFETY: the memory came from `System` with this layout.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Large blocks are moved by remapping their pages, not copied.
        give(layout.size());
        take(size);
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs some work and returns the number of allocations of this thread.
pub(crate) fn allocations_during(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS_HERE.get();
    work();
    ALLOCATIONS_HERE.get() - before
}

/// Runs some work and returns the most bytes that this thread has in use at once, beyond those
/// before it.
pub(crate) fn most_held<T>(work: impl FnOnce() -> T) -> (T, Held) {
    let _turn = (!IS_GUARDED.get()).then(measurement_guard);
    let before = HELD_HERE.get();
    MOST_HERE.set(before);
    LARGEST_HERE.set(0);
    let done = work();
    let most_at_once = usize::try_from(MOST_HERE.get() - before).unwrap_or(0);
    (done, Held { most_at_once, largest: LARGEST_HERE.get() })
}

static LARGE: RwLock<()> = RwLock::new(());

thread_local! {
    /// Whether this thread holds a [`MeasurementGuard`]: waiting for a second one could block for ever.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// A guard that excludes measurements over all threads.
pub(crate) struct MeasurementGuard {
    _guard: RwLockReadGuard<'static, ()>,
}

impl Drop for MeasurementGuard {
    fn drop(&mut self) {
        IS_GUARDED.set(false);
    }
}

/// Runs some work that has threads of its own, and measures over all threads. Other work that needs
/// much memory waits meanwhile: see [`measurement_guard`].
pub(crate) fn most_held_by_all<T>(work: impl FnOnce() -> T) -> (T, Held) {
    let _alone = LARGE.write().unwrap_or_else(PoisonError::into_inner);
    let before = HELD.load(Relaxed);
    MOST.store(before, Relaxed);
    LARGEST.store(0, Relaxed);
    let done = work();
    let most_at_once = MOST.load(Relaxed).saturating_sub(before);
    (done, Held { most_at_once, largest: LARGEST.load(Relaxed) })
}

/// Returns the bytes in use by all threads.
pub(crate) fn held_by_all() -> usize {
    HELD.load(Relaxed)
}

/// Returns a guard for a test that uses much memory, so that it is not counted as another's.
pub(crate) fn measurement_guard() -> MeasurementGuard {
    let guard = LARGE.read().unwrap_or_else(PoisonError::into_inner);
    IS_GUARDED.set(true);
    MeasurementGuard { _guard: guard }
}
