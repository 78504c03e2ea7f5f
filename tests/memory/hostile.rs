//! Files made to harm: whatever their bytes are, they are read or refused in one line, with a bound
//! on memory and on work.

mod archives;
mod corrupted;
mod csv;
mod idx;
mod models;
mod readers;
mod scenarios;

use crate::counting::{measurement_guard, most_held, most_held_by_all};

#[test]
fn the_memory_that_is_held_is_counted() {
    // Excludes measurements over all threads meanwhile.
    let guard = measurement_guard();
    let ((), held) = most_held(|| drop(vec![0_u8; 80 << 20]));
    assert_eq!((held.most_at_once, held.largest), (80 << 20, 80 << 20));
    drop(guard);
    let other = || std::thread::spawn(|| drop(vec![0_u8; 80 << 20])).join();
    let (ended, held) = most_held_by_all(other);
    // Memory that other tests free meanwhile is subtracted from the count.
    assert!(ended.is_ok() && held.most_at_once >= 40 << 20, "{held:?}");
}
