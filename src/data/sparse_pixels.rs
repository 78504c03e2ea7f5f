//! Sparse images: lists of the pixels that are not 0. Four fifths of the pixels of a digit are 0.

use crate::data::grey_image::{GreyImage, SIDE};
use crate::data::limits::ORDER_BYTES;
use crate::file::{NoRoom, ReadProgress};
use crate::nn::prefetch;

/// The bytes of a stored pixel (index and grey level), and of an image in addition to its pixels.
pub(super) const BYTES_PER_LIT: u64 = (size_of::<u16>() + size_of::<u8>()) as u64;
pub(super) const BYTES_PER_PICTURE: u64 = size_of::<usize>() as u64;

/// The number of pixels that are compared with 0 together: usually all of them are dark.
const TOGETHER: usize = size_of::<u64>();

/// The pixels of a picture that are not 0, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SparsePixels<'a> {
    /// The input index of each pixel, ascending.
    pub indices: &'a [u16],
    /// The byte of each pixel, 1 or more; the grey level is byte/256.
    pub bytes: &'a [u8],
}

/// Pictures, by row. A pixel takes three bytes, or none if it is 0.
#[derive(Clone, PartialEq)]
pub(super) struct SparseImages {
    indices: Vec<u16>,
    bytes: Vec<u8>,
    /// The start of each picture in both, and the end of the last one. The pixels of ten million
    /// pictures are more than `u32` can count.
    starts: Vec<usize>,
}

impl SparseImages {
    /// Returns an empty list of pictures.
    pub(super) fn new() -> Self {
        Self { indices: Vec::new(), bytes: Vec::new(), starts: vec![0] }
    }

    /// Returns the number of pictures.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Returns the number of pixels in all pictures that are not 0.
    pub(super) fn nonzero_pixels(&self) -> usize {
        self.bytes.len()
    }

    /// Returns the pixels of picture `row` that are not 0, or `None` if there is no such picture.
    pub(super) fn sparse_pixels(&self, row: usize) -> Option<SparsePixels<'_>> {
        let at = *self.starts.get(row)?..*self.starts.get(row + 1)?;
        Some(SparsePixels { indices: &self.indices[at.clone()], bytes: &self.bytes[at] })
    }

    /// Prefetches the index entry of an image.
    pub(super) fn prefetch_index(&self, row: usize) {
        prefetch(self.starts.get(row..row + 2).unwrap_or_default());
    }

    /// Returns the number of bytes that the pictures take.
    pub(super) fn bytes(&self) -> u64 {
        self.nonzero_pixels() as u64 * BYTES_PER_LIT + self.len() as u64 * BYTES_PER_PICTURE
    }

    /// Appends pictures. `gauge` knows the available memory.
    ///
    /// # Errors
    /// If the memory does not suffice for a picture; the pictures before it have been added then.
    pub(super) fn extend(
        &mut self,
        pictures: &[GreyImage],
        gauge: &ReadProgress,
    ) -> Result<(), NoRoom> {
        let (mut indices, mut bytes) = ([0_u16; SIDE * SIDE], [0_u8; SIDE * SIDE]);
        for picture in pictures {
            let mut sparse_pixels = 0;
            for (group, pixels) in picture.as_chunks::<TOGETHER>().0.iter().enumerate() {
                if u64::from_ne_bytes(*pixels) == 0 {
                    continue;
                }
                // Without a branch, which would be mispredicted at every edge of a stroke: the next
                // pixel overwrites a dark one.
                for (k, &byte) in pixels.iter().enumerate() {
                    indices[sparse_pixels] = (group * TOGETHER + k) as u16;
                    bytes[sparse_pixels] = byte;
                    sparse_pixels += usize::from(byte != 0);
                }
            }
            self.make_room(sparse_pixels, gauge)?;
            self.indices.extend_from_slice(&indices[..sparse_pixels]);
            self.bytes.extend_from_slice(&bytes[..sparse_pixels]);
            self.starts.push(self.bytes.len());
        }
        Ok(())
    }

    /// Reserves capacity for a picture with `sparse_pixels` pixels that are not 0.
    fn make_room(&mut self, sparse_pixels: usize, gauge: &ReadProgress) -> Result<(), NoRoom> {
        let order_bytes = self.len() as u64 * ORDER_BYTES;
        gauge.make_room(&mut self.indices, (sparse_pixels, None), order_bytes)?;
        // Reserved capacity that is not used yet may still count as available.
        let unused = (self.indices.capacity() - self.indices.len()) * size_of::<u16>();
        gauge.make_room(&mut self.bytes, (sparse_pixels, None), order_bytes + unused as u64)?;
        gauge.make_room(&mut self.starts, (1, None), order_bytes)
    }

    /// Releases spare capacity.
    pub(super) fn shrink(&mut self) {
        self.indices.shrink_to_fit();
        self.bytes.shrink_to_fit();
        self.starts.shrink_to_fit();
    }
}

// Every pixel is in a group, and its index fits in `u16`.
const _: () = assert!((SIDE * SIDE).is_multiple_of(TOGETHER) && SIDE * SIDE <= 1 << 16);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(pictures: &[GreyImage]) -> SparseImages {
        let mut all = SparseImages::new();
        all.extend(pictures, &ReadProgress::default()).unwrap();
        all
    }

    /// Returns the picture with these pixels.
    fn image_of(sparse_pixels: SparsePixels<'_>) -> GreyImage {
        let mut picture = [0; SIDE * SIDE];
        for (&place, &byte) in sparse_pixels.indices.iter().zip(sparse_pixels.bytes) {
            picture[usize::from(place)] = byte;
        }
        picture
    }

    #[test]
    fn only_lit_pixels_are_stored_in_their_order() {
        let mut picture = [0; SIDE * SIDE];
        for (place, byte) in [(0, 1), (7, 2), (8, 255), (300, 9), (783, 128)] {
            picture[place] = byte;
        }
        let pictures = of(&[picture]);
        let sparse_pixels =
            SparsePixels { indices: &[0, 7, 8, 300, 783], bytes: &[1, 2, 255, 9, 128] };
        assert_eq!(pictures.sparse_pixels(0), Some(sparse_pixels));
    }

    #[test]
    fn a_dark_picture_has_empty_lists_and_moves_no_other() {
        let (dark, bright) = ([0; SIDE * SIDE], [255; SIDE * SIDE]);
        let pictures = of(&[dark, bright, dark, dark, bright, dark]);
        assert_eq!(pictures.len(), 6);
        for row in [0, 2, 3, 5] {
            assert_eq!(
                pictures.sparse_pixels(row),
                Some(SparsePixels { indices: &[], bytes: &[] })
            );
        }
        for row in [1, 4] {
            let sparse_pixels = pictures.sparse_pixels(row).unwrap();
            assert_eq!(sparse_pixels.indices, (0..784).collect::<Vec<_>>());
            assert_eq!(sparse_pixels.bytes, bright);
        }
        assert_eq!(
            (pictures.sparse_pixels(6), pictures.sparse_pixels(usize::MAX - 1)),
            (None, None)
        );
    }

    #[test]
    fn no_picture_has_no_lists() {
        assert_eq!((of(&[]).len(), of(&[]).sparse_pixels(0)), (0, None));
    }

    /// Returns pictures in which a random share of the pixels is lit.
    fn picture() -> impl Strategy<Value = GreyImage> {
        (0..=8_u8, proptest::collection::vec((0..8_u8, any::<u8>()), SIDE * SIDE)).prop_map(
            |(share, pixels)| {
                std::array::from_fn(|i| {
                    let (at, byte) = pixels[i];
                    if at < share { byte } else { 0 }
                })
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_lists_restore_the_exact_bytes(
            pictures in proptest::collection::vec(picture(), 1..6),
            cut in 0..6_usize,
        ) {
            let whole = of(&pictures);
            prop_assert_eq!(whole.len(), pictures.len());
            for (row, picture) in pictures.iter().enumerate() {
                let sparse_pixels = whole.sparse_pixels(row).unwrap();
                prop_assert_eq!(sparse_pixels.indices.len(), sparse_pixels.bytes.len());
                prop_assert!(sparse_pixels.indices.is_sorted_by(|a, b| a < b));
                prop_assert!(sparse_pixels.bytes.iter().all(|&byte| byte > 0));
                prop_assert_eq!(&image_of(sparse_pixels), picture);
            }
            let (first, second) = pictures.split_at(cut.min(pictures.len()));
            let mut parts = of(first);
            parts.extend(second, &ReadProgress::default()).unwrap();
            parts.shrink();
            prop_assert!(parts == whole, "extending in two parts gives the same pictures");
        }
    }
}
