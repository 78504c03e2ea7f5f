//! Counts the allocated bytes with a global allocator.
#![allow(unsafe_code, reason = "counting bytes needs a global allocator")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

/// The bytes allocated now, and the most since the last reset.
static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on unchanged to the system's allocator; the counts beside it are
// plain numbers that neither allocate nor have a destructor. Growing in place is left to the
// allocator's own `alloc` and `dealloc`, which the default `realloc` calls.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the memory came from `System` in `alloc`.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The bytes that a value holds, and the most allocated while it was created.
#[derive(Clone, Copy)]
pub(crate) struct MemoryUse {
    pub(crate) live: f64,
    pub(crate) most: f64,
}

/// Creates a value and measures its memory. Nothing else may run meanwhile.
pub(crate) fn held_by<T>(make: impl FnOnce() -> T) -> (T, MemoryUse) {
    let before = HELD.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let made = make();
    let held = |bytes: usize| bytes.saturating_sub(before) as f64;
    let live = held(HELD.load(Ordering::Relaxed));
    (made, MemoryUse { live, most: held(MOST.load(Ordering::Relaxed)) })
}
