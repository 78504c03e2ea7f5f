//! The files of the program: opened for reading here, and written whole or not at all.
//!
//! A file is staged under a hidden name in its folder (`staged`), waits until it is on the disk, and gets
//! its name in a single call (`disk`). `register` knows what is staged, for whoever ends the program in the
//! middle of it, and `sweeping` removes what a kill has left behind. A scenario and its networks take their
//! names together (`set`); a folder does so as a whole (`staged_folder`).

mod aside;
mod checks;
mod copy;
mod disk;
#[cfg(test)]
pub(super) mod examples;
mod file_rights;
mod hidden;
mod lock;
mod messages;
mod opening;
mod private;
mod publish_set;
mod register;
mod removal;
mod save;
mod staged;
mod staged_folder;
mod sweep;
mod write_whole;

pub(super) use aside::LONGEST_NAME;
pub(super) use checks::{check_appendable, check_writable, known_as};
pub(super) use copy::copy;
pub(super) use disk::Disk;
pub(super) use file_rights::PRIVATE;
pub(super) use hidden::{is_hidden, new_name};
pub(super) use lock::{Lock, lock};
pub(super) use opening::opener;
pub(super) use private::create_private_folders;
pub(super) use register::{remove_staged, remove_staged_within};
pub(super) use save::save;
pub(super) use staged_folder::StagedFolder;
pub(super) use sweep::sweep;
pub(super) use write_whole::{is_special, write_whole};
