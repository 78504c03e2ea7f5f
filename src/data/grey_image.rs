//! A picture of a digit in the size of MNIST.

/// Width and height of a picture.
pub(super) const SIDE: usize = 28;

/// A picture, one byte a pixel, row by row.
pub(super) type GreyImage = [u8; SIDE * SIDE];
