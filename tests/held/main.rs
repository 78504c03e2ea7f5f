//! The memory that the program holds on to, counted by the allocator of this executable: to the byte,
//! so that nothing else may happen meanwhile. It therefore has no harness.

#![cfg(unix)]

#[path = "../memory/counting.rs"]
mod counting;
mod estimate;
mod hours;
mod memory_report;
#[path = "../program/pty.rs"]
#[expect(dead_code, reason = "this test uses few of the terminal helpers")]
mod pty;
mod stalled;
mod watcher;

use std::path::Path;
use std::process::ExitCode;

use crate::memory_report::{REPORT_FILE, start_reports};

fn main() -> ExitCode {
    if let Some(file) = std::env::var_os(REPORT_FILE) {
        start_reports(Path::new(&file)).expect("a file can be written");
        return xentviz::main();
    }
    hours::eight_million_steps_use_no_more_memory_than_one_million_and_keep_both_ends();
    estimate::no_run_uses_more_memory_than_estimated_nor_much_less();
    estimate::a_run_that_does_not_fit_is_refused_with_the_memory_needed_and_available();
    estimate::examples_from_the_files_of_mnist_count_like_drawn_ones_unless_they_are_loaded();
    stalled::a_terminal_that_takes_no_bytes_costs_no_memory();
    ExitCode::SUCCESS
}
