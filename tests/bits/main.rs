//! The same scenario, seed and changes give the same bits on every machine: those of `table.txt`.
//!
//! `XENTVIZ_WRITE_BITS=1 cargo test --test bits this_machine` rewrites the table. A change of the
//! table changes the numbers of every existing run: the changelog has to say so.

mod course;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rayon::{ThreadPool, ThreadPoolBuilder};
use xentviz::testing::nn::{Instructions, with_instructions};

use crate::course::{BitsCase, COURSES};

/// The table as it is committed.
const TABLE: &str = include_str!("table.txt");

/// Returns a pool of `threads` threads, all of which compute with these instructions.
fn pool(threads: usize, most: Instructions) -> ThreadPool {
    let pool = ThreadPoolBuilder::new().num_threads(threads).spawn_handler(|thread| {
        std::thread::Builder::new().spawn(move || with_instructions(most, || thread.run()))?;
        Ok(())
    });
    pool.build().expect("there are threads")
}

/// Returns the table as computed on this machine with such a pool.
fn made_in(pool: &ThreadPool) -> String {
    let mut table = String::new();
    for course in COURSES {
        for precision in ["f32", "f64"] {
            let lines = pool.install(|| course.run(precision));
            write!(table, "{lines}").expect("a string takes what is written");
        }
    }
    table
}

/// Returns the lines in which two tables differ, with the table that each comes from.
fn difference(made: &str) -> String {
    let mut said = String::new();
    for (is, was) in made.lines().zip(TABLE.lines()).filter(|(is, was)| is != was) {
        writeln!(said, "  here  {is}\n  table {was}").expect("a string takes what is written");
    }
    let lines = [made, TABLE].map(|table| table.lines().count());
    if lines[0] != lines[1] {
        writeln!(said, "  {} lines, not {}", lines[0], lines[1]).expect("a string takes it");
    }
    said
}

#[track_caller]
fn is_the_table(made: &str, how: &str) {
    assert!(
        made == TABLE,
        "{how}, there are other numbers than in table.txt:\n{}",
        difference(made)
    );
}

#[test]
fn this_machine_makes_the_numbers_of_the_table() {
    let best = Instructions::of_this_processor().next().expect("a processor has instructions");
    let made = made_in(&pool(2, best));
    if std::env::var_os("XENTVIZ_WRITE_BITS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bits/table.txt");
        fs::write(path, made).expect("the table can be written");
        return;
    }
    is_the_table(&made, "with two threads");
}

#[test]
fn all_instructions_of_this_processor_make_the_numbers_of_the_table() {
    for instructions in Instructions::of_this_processor() {
        let made = made_in(&pool(1, instructions));
        is_the_table(&made, &format!("with {instructions:?} on one thread"));
    }
}

#[test]
fn every_built_in_scenario_but_that_of_files_is_in_the_table() {
    for built_in in xentviz::testing::scenario::catalogue() {
        let is_there = COURSES.iter().any(|BitsCase { scenario, .. }| *scenario == built_in.name);
        assert_eq!(is_there, built_in.name != "mnist", "{}", built_in.name);
    }
}
