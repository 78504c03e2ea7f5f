//! Counts the allocated bytes with a global allocator.
#![expect(unsafe_code, reason = "counting bytes needs a global allocator")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

/// The bytes in use now.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// Returns the bytes in use now.
pub(crate) fn held() -> usize {
    HELD.load(Ordering::Relaxed)
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is passed on unchanged to the system's allocator; the count beside it is a
// plain number that neither allocates nor has a destructor. Growing in place is left to the
// allocator's own `alloc` and `dealloc`, which the default `realloc` calls.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the memory came from `System` in `alloc`.
        unsafe { System.dealloc(memory, layout) }
    }
}
