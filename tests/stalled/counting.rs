//! Counts the bytes that are held, by standing in for the allocator, and tells them to another process.
#![expect(unsafe_code, reason = "to count bytes one has to stand in for the allocator")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// How often it is told.
const EVERY: Duration = Duration::from_millis(20);

/// Two numbers of twenty digits and what is between and after them.
const LINE: usize = 42;

pub(crate) struct Counting {
    held: AtomicUsize,
}

#[global_allocator]
pub(crate) static ALLOCATOR: Counting = Counting { held: AtomicUsize::new(0) };

// SAFETY: every call is handed on to the system's allocator as it came; the count beside it is a
// plain number that neither allocates nor has a destructor. Growing in place is left to the
// allocator's own `alloc` and `dealloc`, which the default `realloc` calls.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.held.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        self.held.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the memory came from `System` in `alloc`.
        unsafe { System.dealloc(memory, layout) }
    }
}

impl Counting {
    /// Tells in a file what is held, on a thread of its own that takes no memory for it.
    pub(crate) fn tell(&'static self, path: &Path) -> io::Result<()> {
        let file = File::create(path)?;
        thread::Builder::new().name("tells".to_owned()).spawn(move || {
            for told in 1_usize.. {
                let mut line = [0; LINE];
                let held = self.held.load(Ordering::Relaxed);
                let mut rest = &mut line[..];
                if writeln!(rest, "{told:>20} {held:>20}").is_err()
                    || file.write_all_at(&line, 0).is_err()
                {
                    return;
                }
                thread::park_timeout(EVERY);
            }
        })?;
        Ok(())
    }
}

/// What the program held when it last told.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    pub(crate) told: usize,
    pub(crate) bytes: usize,
}

impl Held {
    /// Reads it, unless nothing whole is there.
    pub(crate) fn told(path: &Path) -> Option<Self> {
        let text = fs::read_to_string(path).ok().filter(|text| text.len() == LINE)?;
        let (told, bytes) = text.trim().split_once(' ')?;
        Some(Self { told: told.parse().ok()?, bytes: bytes.trim().parse().ok()? })
    }
}
