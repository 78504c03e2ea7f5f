//! The program from the outside, as its user starts it: on a command line and on a terminal.

mod cli;
#[cfg(unix)]
mod pty;
#[cfg(unix)]
mod terminal;
