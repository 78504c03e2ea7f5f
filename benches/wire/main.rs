//! On the wire: what a dashboard writes to its terminal, what it takes of the processor and of memory,
//! and how soon it is there, through a pseudo-terminal; beside other programs, each measured alike.
//!
//!     cargo bench --bench wire -- htop btop glances
//!
//! At 80×24 and 120×40, in 24-bit colour, over ten seconds that begin after three.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark tells and measures"
)]

#[cfg(unix)]
#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../../tests/terminal/pty.rs"]
mod pty;
#[cfg(unix)]
mod wire;

fn main() {
    #[cfg(unix)]
    wire::measure();
    #[cfg(not(unix))]
    println!("there are no pseudo-terminals here");
}
