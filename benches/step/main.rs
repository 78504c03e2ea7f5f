//! Measures how many examples per second one thread trains on, and comparisons with that.
//!
//!     cargo bench --bench step                   everything
//!     cargo bench --bench step -- W1 W4          only what concerns these workloads
//!     cargo bench --bench step -- --json         the rates alone, as benches/peers/peers.py prints them
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark prints and measures"
)]

#[path = "../measuring/folding.rs"]
mod folding;
#[path = "../measuring/turns.rs"]
mod turns;
#[path = "../measuring/workloads.rs"]
mod workloads;

mod bare;
mod evaluation;
mod naive;
mod peak;
mod rates;
mod ratios;

use std::process::ExitCode;

/// The arguments of the benchmark.
struct BenchArgs {
    names: Vec<String>,
    as_json: bool,
}

impl BenchArgs {
    /// Parses the command line; cargo adds flags of its own.
    fn read(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let known = workloads::names();
        let (flags, names): (Vec<String>, Vec<String>) = words.partition(|w| w.starts_with('-'));
        let names: Vec<String> = names.iter().map(|name| name.to_uppercase()).collect();
        if let Some(name) = names.iter().find(|name| !known.contains(name)) {
            return Err(format!("{name} is no workload; there is {}", known.join(", ")));
        }
        let names = if names.is_empty() { known } else { names };
        Ok(Self { names, as_json: flags.iter().any(|flag| flag == "--json") })
    }
}

fn main() -> ExitCode {
    let arguments = match BenchArgs::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(refusal) => {
            eprintln!("{refusal}");
            return ExitCode::FAILURE;
        }
    };
    let mut workloads = workloads::WorkloadCache::open();
    let measured = rates::measure(&arguments.names, &mut workloads);
    if arguments.as_json {
        measured.print_json();
        return ExitCode::SUCCESS;
    }
    measured.print_table();
    ratios::measure(&arguments.names, &mut workloads);
    evaluation::measure(&arguments.names, &mut workloads);
    ExitCode::SUCCESS
}
