//! The files of the program: opened for reading here, and written whole or not at all.

mod answers;
mod checks;
mod copy;
#[cfg(test)]
pub(super) mod examples;
mod opening;
mod save;
mod unfinished;
mod whole;

pub(super) use checks::{check_appendable, check_writable, known_as};
pub(super) use copy::copy;
pub(super) use opening::opener;
pub(super) use save::{save, save_as};
pub(super) use unfinished::{abandon, abandon_within};
pub(super) use whole::write_whole;
