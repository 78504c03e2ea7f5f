//! Files made to harm: whatever their bytes are, they are read or refused in one line, with a bound
//! on memory and on work; and nothing in them commands the terminal.

#[path = "hostile/corrupted.rs"]
mod corrupted;
#[path = "hostile/csv.rs"]
mod csv;
#[path = "screens/fixtures.rs"]
mod fixtures;
#[path = "hostile/idx.rs"]
mod idx;
#[path = "hostile/memory.rs"]
mod memory;
#[path = "hostile/models.rs"]
mod models;
#[path = "hostile/readers.rs"]
mod readers;
#[path = "hostile/scenarios.rs"]
mod scenarios;
#[path = "hostile/shown.rs"]
mod shown;

#[test]
fn the_memory_that_is_held_is_counted() {
    // Excludes measurements over all threads meanwhile.
    let guard = memory::measurement_guard();
    let ((), held) = memory::most_held(|| drop(vec![0_u8; 80 << 20]));
    assert_eq!((held.most_at_once, held.largest), (80 << 20, 80 << 20));
    drop(guard);
    let other = || std::thread::spawn(|| drop(vec![0_u8; 80 << 20])).join();
    let (ended, held) = memory::most_held_by_all(other);
    // Memory that other tests free meanwhile is subtracted from the count.
    assert!(ended.is_ok() && held.most_at_once >= 40 << 20, "{held:?}");
}
