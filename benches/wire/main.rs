//! Measures through a pseudo-terminal what a dashboard writes to its terminal, its processor time
//! and memory, and the time to its first frame; other programs are measured alike.
//!
//!     cargo bench --bench wire -- htop btop glances
//!
//! At 80×24 and 120×40, in 24-bit colour, over ten seconds that start after three seconds.
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
#[cfg(unix)]
mod wire;

fn main() {
    #[cfg(unix)]
    wire::measure();
    #[cfg(not(unix))]
    println!("there are no pseudo-terminals here");
}
