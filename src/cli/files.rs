//! The files of the program: opened for reading, and written whole or not at all.
//!
//! A file is staged under a hidden name in its folder (`staged`), synced to the disk, and renamed
//! to its own name in a single call (`disk`). `register` tracks the staged files, so that any
//! thread that ends the program can remove them, and `sweep` removes those that a killed program
//! left behind. A scenario and its networks are published together (`publish_set`). A file that grows
//! while it is open has its name once it has a beginning (`create_locked`).

mod aside;
mod checks;
mod copy;
mod create_locked;
mod disk;
#[cfg(test)]
pub(super) mod examples;
mod file_rights;
mod hidden;
mod home;
mod lock;
mod messages;
mod opening;
mod paths;
mod private;
mod publish_set;
mod register;
mod save;
mod staged;
mod sweep;
mod write_whole;

pub(super) use checks::{canonical_path, check_appendable, check_writable};
pub(super) use copy::copy;
pub(super) use create_locked::create_locked;
pub(super) use disk::Disk;
#[cfg(test)]
pub(super) use disk::DiskCall;
pub(super) use file_rights::PRIVATE;
pub(super) use home::expanded;
pub(super) use lock::{Lock, lock};
pub(super) use opening::opener;
pub(super) use paths::data_beside;
pub(super) use private::create_private_folders;
pub(super) use register::{remove_staged, remove_staged_within};
pub(super) use save::save;
pub(super) use write_whole::{is_special, write_whole};
