//! Measures the Data view: the time for the fields of a network, what they cost a run, when the first of them is seen
//! over a slow link, and how soon the pad answers to a stroke. Each number has its goal beside it.
//!
//!     cargo bench --bench field
//!
//! `-- compute`, `training`, `link` or `pad` measures that part alone.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark prints and measures"
)]

#[cfg(unix)]
#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../../tests/program/pty.rs"]
mod pty;
#[path = "../measuring/quantiles.rs"]
mod quantiles;
#[path = "../measuring/reader.rs"]
mod reader;
#[path = "../measuring/workloads.rs"]
mod workloads;

mod compute;
mod training;

#[cfg(unix)]
mod coloured_cells;
#[cfg(unix)]
mod link;
#[cfg(unix)]
mod pad;

use xentviz::testing::scenario::Scenario;

fn main() {
    let words: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |part: &str| words.is_empty() || words.iter().any(|word| word == part);
    println!("{:<56} {:>10} {:>22} {:>10}", "", "measured", "", "goal");
    let parts: [(&str, fn()); 2] = [("compute", compute::measure), ("training", training::measure)];
    #[cfg(unix)]
    let terminal: [(&str, fn()); 2] = [("link", link::measure), ("pad", pad::measure)];
    #[cfg(not(unix))]
    let terminal: [(&str, fn()); 0] = [];
    for (part, measure) in parts.into_iter().chain(terminal) {
        if is_wanted(part) {
            measure();
        }
    }
}

/// Prints a row of the table.
fn print(title: &str, measured: &str, spread: &str, goal: &str) {
    println!("{title:<56} {measured:>10} {spread:>22} {goal:>10}");
}

/// Returns a run with four arms of 17 neurons each.
fn four_arms() -> Scenario {
    Scenario::read(include_str!("circle.toml"), "circle", &[]).expect("the scenario reads")
}
