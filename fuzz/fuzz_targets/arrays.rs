#![no_main]
//! Examples from arrays: an archive, and an array alone.

#[path = "../../tests/memory/counting.rs"]
mod counting;
#[path = "../../tests/memory/hostile/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = readers::arrays(bytes, "hostile.npz");
    let _ = readers::arrays(bytes, "hostile.npy");
});
