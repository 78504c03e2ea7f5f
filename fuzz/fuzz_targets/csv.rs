#![no_main]
//! Files of comma-separated values; the first four bytes set the expected shape.

#[path = "../../tests/memory/counting.rs"]
mod counting;
#[path = "../../tests/memory/hostile/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;
use xentviz::testing::data::{Csv, TableOptions, TestSize};

fuzz_target!(|bytes: &[u8]| {
    let Some((&[inputs, outputs, train, test], file)) = bytes.split_first_chunk() else { return };
    let outputs = [1, 2, 10, 390_000][usize::from(outputs % 4)];
    let csv = Csv {
        name: "hostile.csv".to_owned(),
        inputs: 1 + usize::from(inputs % 8),
        outputs,
        is_classifier: true,
        options: TableOptions {
            train: (train > 0).then_some(usize::from(train % 8)).filter(|train| *train > 0),
            test: TestSize::Count(usize::from(test % 4)),
            ..TableOptions::default()
        },
    };
    let _ = readers::csv(file, &csv);
});
