#![no_main]
//! IDX files, packed or not: two bytes for the length of the labels, the labels, the pictures.

#[path = "../../tests/memory/counting.rs"]
mod counting;
#[path = "../../tests/memory/hostile/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;
use xentviz::testing::data::SplitSizes;

fuzz_target!(|bytes: &[u8]| {
    let Some((length, files)) = bytes.split_first_chunk() else { return };
    let length = usize::from(u16::from_le_bytes(*length)).min(files.len());
    let (labels, pictures) = files.split_at(length);
    let _ = readers::idx(pictures, labels, SplitSizes { train: 1, test: 0 });
});
