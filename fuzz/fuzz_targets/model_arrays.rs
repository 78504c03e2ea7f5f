#![no_main]
//! Models as arrays of `NumPy`.

#[path = "../../tests/memory/counting.rs"]
mod counting;
#[path = "../../tests/memory/hostile/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = readers::model_arrays(bytes);
});
