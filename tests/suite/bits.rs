//! The same scenario, seed and changes give the same bits on every machine: those of `table.txt`.
//!
//! `XENTVIZ_WRITE_BITS=1 cargo test --test suite this_machine` rewrites the table. A change of the
//! table changes the numbers of every existing run: the changelog must mention it.

mod cases;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rayon::{ThreadPool, ThreadPoolBuilder};
use xentviz::testing::nn::{Instructions, with_instructions};

use crate::bits::cases::{BitsCase, CASES};

/// The table as it is committed.
const TABLE: &str = include_str!("bits/table.txt");

/// Returns a pool of `threads` threads, all of which compute with these instructions.
fn pool(threads: usize, most: Instructions) -> ThreadPool {
    let pool = ThreadPoolBuilder::new().num_threads(threads).spawn_handler(|thread| {
        std::thread::Builder::new().spawn(move || with_instructions(most, || thread.run()))?;
        Ok(())
    });
    pool.build().expect("there are threads")
}

/// Returns the table as computed on this machine with such a pool.
fn table_from(pool: &ThreadPool) -> String {
    let mut table = String::new();
    for case in CASES {
        for precision in ["f32", "f64"] {
            let lines = pool.install(|| case.run(precision));
            write!(table, "{lines}").expect("a string accepts every text");
        }
    }
    table
}

/// Returns the lines in which two tables differ, with the table that each comes from.
fn difference(table: &str) -> String {
    let mut text = String::new();
    for (here, expected) in
        table.lines().zip(TABLE.lines()).filter(|(here, expected)| here != expected)
    {
        writeln!(text, "  here  {here}\n  table {expected}").expect("a string accepts every text");
    }
    let lines = [table, TABLE].map(|table| table.lines().count());
    if lines[0] != lines[1] {
        writeln!(text, "  {} lines, not {}", lines[0], lines[1])
            .expect("a string accepts every text");
    }
    text
}

#[track_caller]
fn assert_table(table: &str, how: &str) {
    assert!(
        table == TABLE,
        "{how}, the numbers differ from those in table.txt:\n{}",
        difference(table)
    );
}

#[test]
fn this_machine_computes_the_numbers_of_the_table() {
    let best = Instructions::of_this_processor().next().expect("a processor has instructions");
    let table = table_from(&pool(2, best));
    if std::env::var_os("XENTVIZ_WRITE_BITS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/bits/table.txt");
        fs::write(path, table).expect("the table can be written");
        return;
    }
    assert_table(&table, "with two threads");
}

#[test]
fn all_instructions_of_this_processor_compute_the_numbers_of_the_table() {
    for instructions in Instructions::of_this_processor() {
        let table = table_from(&pool(1, instructions));
        assert_table(&table, &format!("with {instructions:?} on one thread"));
    }
}

#[test]
fn every_built_in_scenario_that_needs_no_files_is_in_the_table() {
    for built_in in xentviz::testing::scenario::catalogue() {
        let is_there = CASES.iter().any(|BitsCase { scenario, .. }| *scenario == built_in.name);
        assert_eq!(is_there, built_in.name != "mnist", "{}", built_in.name);
    }
}
