//! The numbers of tensors. Several tensors may be views of one storage, with strides of their own.

use std::collections::HashMap;
use std::io::{self, Read};

use crate::arrays::{Archive, ByteOrder};
use crate::file::make_room;
use crate::report::ModelError;
use crate::report::model_torch::tensor_view::TensorView;

/// The bytes read at a time: a multiple of the size of each number.
const PIECE: usize = 64 << 10;

/// The tensors of a network may have this many numbers together, or one for each two bytes of the file: views can
/// repeat numbers.
const ALWAYS_ALLOWED: usize = 2 << 20;

/// The storages of a file, each read once.
pub(super) struct Storages<'a> {
    archive: &'a mut Archive,
    folder: &'a str,
    order: ByteOrder,
    /// How many tensors are still to be read of each storage.
    uses: HashMap<String, usize>,
    /// The numbers of the storages that are needed again.
    numbers: HashMap<String, Vec<f64>>,
    /// The numbers that tensors may still have.
    left: usize,
    /// The bytes of storages that may still be read. Members of an archive can overlap.
    bytes_left: u64,
}

impl<'a> Storages<'a> {
    /// Prepares to read these views.
    pub(super) fn new<'v>(
        archive: &'a mut Archive,
        (folder, order): (&'a str, ByteOrder),
        views: impl Iterator<Item = &'v TensorView>,
    ) -> Self {
        let mut uses = HashMap::new();
        for view in views {
            *uses.entry(view.key.clone()).or_insert(0) += 1;
        }
        let bytes_left = archive.length();
        let left = (bytes_left as usize / 2).max(ALWAYS_ALLOWED);
        Self { archive, folder, order, uses, numbers: HashMap::new(), left, bytes_left }
    }

    /// Returns the numbers of a tensor, row by row.
    ///
    /// # Errors
    /// If its storage is missing or too short.
    pub(super) fn numbers(
        &mut self,
        name: &str,
        view: &TensorView,
    ) -> Result<Vec<f64>, ModelError> {
        let count = view.count().filter(|count| *count <= self.left).ok_or_else(|| {
            let expected = "no more numbers than the file has";
            ModelError::field(name, format!("of the shape {:?}", view.shape), expected)
        })?;
        if !view.is_within() {
            let found = "a view beyond the end of its storage";
            return Err(ModelError::field(name, found, format!("one of {} numbers", view.stored)));
        }
        self.left -= count;
        let stored = match self.numbers.remove(&view.key) {
            Some(stored) => stored,
            None => self.read(name, view)?,
        };
        let uses = self.uses.get_mut(&view.key).map_or(0, |uses| {
            *uses = uses.saturating_sub(1);
            *uses
        });
        if stored.len() < view.stored {
            let found = format!("a view of {} numbers", view.stored);
            return Err(ModelError::field(name, found, format!("{} of them", stored.len())));
        }
        if uses == 0 && view.is_whole() && stored.len() == count {
            return Ok(stored);
        }
        let numbers = gather(&stored, view, count);
        if uses > 0 {
            self.numbers.insert(view.key.clone(), stored);
        }
        Ok(numbers)
    }

    /// Reads a storage.
    fn read(&mut self, name: &str, view: &TensorView) -> Result<Vec<f64>, ModelError> {
        let width = view.number.width();
        let mut member = self.archive.member(&format!("{}data/{}", self.folder, view.key))?;
        let bytes = (view.stored as u64).saturating_mul(width as u64);
        self.bytes_left =
            self.bytes_left.checked_sub(bytes).filter(|_| bytes <= member.length).ok_or_else(
                || {
                    let found = format!("in a storage of {} bytes", member.length);
                    ModelError::field(name, found, format!("{bytes} bytes within the file"))
                },
            )?;
        let mut numbers = Vec::new();
        let mut piece = vec![0; PIECE.min(bytes as usize)];
        while numbers.len() < view.stored {
            let coming = (view.stored - numbers.len()).min(PIECE / width);
            let bytes = &mut piece[..coming * width];
            member.read_exact(bytes).map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => ModelError::torch(&"it is cut off"),
                _ => error.into(),
            })?;
            make_room(&mut numbers, coming, Some(view.stored));
            view.number.widen(self.order, bytes, &mut numbers);
        }
        Ok(numbers)
    }
}

/// Returns the numbers of a view, row by row. The view is within the storage.
fn gather(stored: &[f64], view: &TensorView, count: usize) -> Vec<f64> {
    let mut index = vec![0; view.shape.len()];
    let mut at = view.offset;
    let mut numbers = Vec::with_capacity(count);
    for _ in 0..count {
        numbers.push(stored[at]);
        for dimension in (0..view.shape.len()).rev() {
            index[dimension] += 1;
            at += view.strides[dimension];
            if index[dimension] < view.shape[dimension] {
                break;
            }
            at -= view.strides[dimension] * view.shape[dimension];
            index[dimension] = 0;
        }
    }
    numbers
}
