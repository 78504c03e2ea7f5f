#![no_main]
//! Tables: the first four bytes set the expected shape and how the table is to be read.

#[path = "../../tests/memory/counting.rs"]
mod counting;
#[path = "../../tests/memory/hostile/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;
use xentviz::testing::data::{Csv, Missing, Scale, TableOptions, TestSize};

fuzz_target!(|bytes: &[u8]| {
    let Some((&[inputs, outputs, rows, how], file)) = bytes.split_first_chunk() else { return };
    let options = TableOptions {
        train: (rows % 8 > 0).then_some(usize::from(rows % 8)),
        test: TestSize::Count(usize::from(rows / 8 % 4)),
        shuffle: rows < 128,
        missing: Missing::ALL[usize::from(how % 3)],
        scale: Scale::ALL[usize::from(how / 3 % 3)],
        header: [None, Some(true), Some(false)][usize::from(how / 9 % 3)],
        ..TableOptions::default()
    };
    if inputs == 0 {
        let _ = readers::table(file, &options);
        return;
    }
    let csv = Csv {
        name: "hostile.csv".to_owned(),
        inputs: 1 + usize::from(inputs % 8),
        outputs: [1, 2, 10, 390_000][usize::from(outputs % 4)],
        is_classifier: outputs >= 128,
        options,
    };
    let _ = readers::csv(file, &csv);
});
