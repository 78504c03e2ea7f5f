//! A tensor as a view of a storage.

use crate::arrays::NumberType;

/// The most dimensions of a tensor. Layers have two, convolutions five; a pickle can name one shape many times.
const MOST_DIMENSIONS: usize = 8;

/// A tensor: numbers of a storage, found by an offset and strides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TensorView {
    /// The name of the storage.
    pub(super) key: String,
    /// The type of its numbers.
    pub(super) number: NumberType,
    /// How many numbers the storage has.
    pub(super) stored: usize,
    /// The index of the first number.
    pub(super) offset: usize,
    /// The sizes of the dimensions.
    pub(super) shape: Vec<usize>,
    /// How far apart the numbers of each dimension are.
    pub(super) strides: Vec<usize>,
}

impl TensorView {
    /// Returns a view of a whole storage.
    pub(super) fn of_storage(key: &str, number: NumberType, stored: usize) -> Self {
        let (shape, strides) = (vec![stored], vec![1]);
        Self { key: key.to_owned(), number, stored, offset: 0, shape, strides }
    }

    /// Returns a part of the same storage, if there is a stride for each of not too many dimensions.
    pub(super) fn part(
        &self,
        offset: usize,
        shape: Vec<usize>,
        strides: Vec<usize>,
    ) -> Option<Self> {
        let is_valid = shape.len() == strides.len() && shape.len() <= MOST_DIMENSIONS;
        is_valid.then(|| Self { offset, shape, strides, ..self.clone() })
    }

    /// Returns how many numbers the tensor has, or `None` if that is more than can be counted.
    pub(super) fn count(&self) -> Option<usize> {
        self.shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size))
    }

    /// Returns whether all numbers are within the storage.
    pub(super) fn is_within(&self) -> bool {
        if self.shape.contains(&0) {
            return true;
        }
        let last =
            self.shape.iter().zip(&self.strides).try_fold(self.offset, |last, (size, stride)| {
                last.checked_add((size - 1).checked_mul(*stride)?)
            });
        last.is_some_and(|last| last < self.stored)
    }

    /// Returns whether the tensor begins with the storage and has its numbers in their order.
    pub(super) fn is_whole(&self) -> bool {
        let mut stride = 1_usize;
        let mut dimensions = self.shape.iter().zip(&self.strides).rev();
        self.offset == 0
            && dimensions.all(|(size, found)| {
                let is_next = *size == 1 || *found == stride;
                stride = stride.saturating_mul(*size);
                is_next
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(offset: usize, shape: &[usize], strides: &[usize]) -> TensorView {
        let storage = TensorView::of_storage("0", NumberType::F32, 6);
        storage.part(offset, shape.to_vec(), strides.to_vec()).expect("a stride for each size")
    }

    #[test]
    fn a_view_is_within_its_storage_if_its_last_number_is() {
        assert!(view(0, &[2, 3], &[3, 1]).is_within());
        assert!(view(0, &[3, 2], &[1, 3]).is_within());
        assert!(!view(1, &[2, 3], &[3, 1]).is_within());
        assert!(!view(0, &[2, 3], &[4, 1]).is_within());
        assert!(view(9, &[0, 3], &[3, 1]).is_within(), "no numbers");
        assert!(view(5, &[9, 9], &[0, 0]).is_within(), "one number in many places");
        assert!(!view(0, &[usize::MAX, 2], &[usize::MAX, 1]).is_within());
        assert_eq!(view(0, &[usize::MAX, 2], &[0, 0]).count(), None);
    }

    #[test]
    fn a_view_is_whole_if_it_is_the_storage_in_its_order() {
        assert!(view(0, &[2, 3], &[3, 1]).is_whole());
        assert!(view(0, &[1, 6], &[99, 1]).is_whole());
        assert!(!view(0, &[3, 2], &[1, 3]).is_whole());
        assert!(!view(1, &[5], &[1]).is_whole());
    }
}
