//! Files of arrays: the types of their numbers, the `.npy` files of `NumPy`, and zip archives such as `.npz`.
//!
//! It knows nothing of what the numbers mean: `data` makes examples of them, and `report` networks.

mod archive;
mod error;
mod npy;
mod number;
mod other_format;
#[cfg(test)]
pub(crate) mod testing;

pub(crate) use archive::Archive;
pub(crate) use error::ArrayError;
pub(crate) use npy::{ElementOrder, NpyHeader, read_npy_header, read_npy_numbers};
pub(crate) use number::{ByteOrder, NumberType};
