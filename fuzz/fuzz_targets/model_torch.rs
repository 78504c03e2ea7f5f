#![no_main]
//! Models as `PyTorch` saves them: whole files, and their pickles alone.

#[path = "../../tests/memory/counting.rs"]
mod counting;
#[path = "../../tests/memory/hostile/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = readers::model_torch(bytes);
    let _ = readers::model_torch_of(bytes);
});
