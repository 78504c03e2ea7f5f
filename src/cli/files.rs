//! The files of the program: opened for reading here, and written whole or not at all.
//!
//! A file is staged under a hidden name in its folder (`staged`), waits until it is on the disk, and gets
//! its name in a single call (`disk`). `register` knows what is staged, for whoever ends the program in the
//! middle of it, and `sweeping` removes what a kill has left behind. A scenario and its networks take their
//! names together (`set`).

mod answers;
mod aside;
mod checks;
mod copy;
mod disk;
#[cfg(test)]
pub(super) mod examples;
mod hidden;
mod lock;
mod opening;
mod register;
mod rights;
mod save;
mod set;
mod staged;
mod sweeping;
mod whole;

pub(super) use checks::{check_appendable, check_writable, known_as};
pub(super) use copy::copy;
pub(super) use opening::opener;
pub(super) use register::{abandon, abandon_within};
pub(super) use save::{save, save_as};
pub(super) use whole::write_whole;
