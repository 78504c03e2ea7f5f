//! A dataset in compact storage.

use std::fmt;

use num_traits::Float;

use crate::data::SparsePixels;
use crate::data::grey_image::SIDE;
use crate::data::sparse_pixels::SparseImages;
use crate::nn::{ExampleTable, Targets, prefetch};

/// Examples with their targets, by row.
#[derive(Clone, PartialEq)]
pub struct Dataset {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) rows: usize,
    pub(super) kind: TargetKind,
    pub(super) store: Storage,
    /// What has been changed since the set was loaded.
    pub(super) edits: Edits,
}

/// What has been changed in a set since it was loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Edits {
    /// See [`Dataset::edition`].
    pub(super) edition: u64,
    /// How many examples, the last ones, have been added or moved.
    pub(super) last: usize,
    /// The inputs that examples had which have been removed or moved.
    pub(super) vacated: Vec<[f64; 2]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetKind {
    Binary,
    OneHot,
    Other,
}

#[derive(Clone, PartialEq)]
pub(super) enum Storage {
    /// Plain numbers: inputs of shape (rows, inputs), the targets, and the largest |x| and |y|, which
    /// are computed once.
    Numbers { inputs: Vec<f64>, targets: TargetValues, largest: (f64, f64) },
    /// The pixels of each row that are not 0, and its class.
    Pictures { pictures: SparseImages, labels: Vec<u8> },
}

/// Targets, by row.
#[derive(Clone, PartialEq)]
pub(super) enum TargetValues {
    /// Shape (rows, outputs).
    Numbers(Vec<f64>),
    /// The class of each row.
    Classes(Vec<u32>),
}

impl TargetValues {
    /// Reserves capacity for this many numbers, or for as many classes.
    pub(super) fn reserve_exact(&mut self, numbers: usize) {
        match self {
            Self::Numbers(targets) => targets.reserve_exact(numbers),
            Self::Classes(_) => {}
        }
    }

    pub(super) fn reverse(&mut self) {
        match self {
            Self::Numbers(targets) => targets.reverse(),
            Self::Classes(classes) => classes.reverse(),
        }
    }
}

/// Prints the shape, not the millions of numbers.
impl fmt::Debug for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataSet")
            .field("rows", &self.rows)
            .field("inputs", &self.inputs)
            .field("outputs", &self.outputs)
            .finish_non_exhaustive()
    }
}

impl Dataset {
    /// Returns a set of numbers: `inputs` of shape (rows, width) and `targets` of shape (rows,
    /// outputs), each row by row.
    ///
    /// # Panics
    /// If the shapes do not match, or there is no row; the readers check both.
    pub(super) fn from_numbers(
        inputs: Vec<f64>,
        targets: Vec<f64>,
        (width, outputs): (usize, usize),
    ) -> Self {
        assert!(width > 0 && outputs > 0, "an example has inputs and targets");
        let rows = targets.len() / outputs;
        assert!(rows > 0, "a dataset has examples");
        assert_eq!(inputs.len(), rows * width, "every row has its inputs");
        assert_eq!(targets.len(), rows * outputs, "every row has its targets");
        let kind = if outputs == 1 {
            let is_binary = targets.iter().all(|&y| y == 0.0 || y == 1.0);
            if is_binary { TargetKind::Binary } else { TargetKind::Other }
        } else if targets.chunks_exact(outputs).all(|y| class_of(y).is_some()) {
            TargetKind::OneHot
        } else {
            TargetKind::Other
        };
        let largest = (largest(&inputs), largest(&targets));
        let store = Storage::Numbers { inputs, targets: TargetValues::Numbers(targets), largest };
        Self { inputs: width, outputs, rows, kind, store, edits: Edits::default() }
    }

    /// Returns a set of numbers, each row with its class below `outputs`. It behaves like
    /// [`Self::from_numbers`] with one-hot targets, in less memory.
    ///
    /// # Panics
    /// If the shapes do not match, or there is no row; the readers check both.
    pub(super) fn from_classes(
        inputs: Vec<f64>,
        classes: Vec<u32>,
        (width, outputs): (usize, usize),
    ) -> Self {
        let rows = classes.len();
        assert!(rows > 0 && width > 0, "a dataset has examples, and these have inputs");
        assert_eq!(inputs.len(), rows * width, "every row has its inputs");
        assert!(classes.iter().all(|&k| (k as usize) < outputs), "every class has its output");
        let largest = (largest(&inputs), 1.0);
        let store = Storage::Numbers { inputs, targets: TargetValues::Classes(classes), largest };
        Self {
            inputs: width,
            outputs,
            rows,
            kind: TargetKind::OneHot,
            store,
            edits: Edits::default(),
        }
    }

    /// Returns a set of pictures, each with its class below `classes`.
    ///
    /// # Panics
    /// If there is not one label for each picture, or no picture; the readers check both.
    pub(super) fn from_pictures(
        mut pictures: SparseImages,
        labels: Vec<u8>,
        classes: usize,
    ) -> Self {
        let rows = labels.len();
        assert!(rows > 0, "a dataset has examples");
        assert_eq!(pictures.len(), rows, "every picture has its label");
        assert!(labels.iter().all(|&l| usize::from(l) < classes), "every label is a class");
        pictures.shrink();
        let store = Storage::Pictures { pictures, labels };
        Self {
            inputs: SIDE * SIDE,
            outputs: classes,
            rows,
            kind: TargetKind::OneHot,
            store,
            edits: Edits::default(),
        }
    }

    /// Returns the number of examples, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "a dataset is never empty")]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Returns how many examples, the last ones, have been added or moved since the set was loaded.
    pub fn edited(&self) -> usize {
        self.edits.last
    }

    /// Returns a number that identifies this version of the set: 0 as it was loaded, another one after each change.
    pub fn edition(&self) -> u64 {
        self.edits.edition
    }

    /// Returns the inputs of examples that were loaded and have been removed or moved since.
    pub fn vacated(&self) -> &[[f64; 2]] {
        &self.edits.vacated
    }

    /// Returns the number of inputs of an example.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Returns the number of targets of an example.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Writes the input x of a row, of shape (inputs).
    ///
    /// # Panics
    /// If `row` is out of range, or `x` has another length.
    pub fn write_input<R: Float>(&self, row: usize, x: &mut [R]) {
        assert_eq!(x.len(), self.inputs, "an input is written into a slice of its length");
        match &self.store {
            Storage::Numbers { inputs, .. } => {
                let at = row * self.inputs..(row + 1) * self.inputs;
                for (x, &value) in x.iter_mut().zip(&inputs[at]) {
                    *x = real(value);
                }
            }
            Storage::Pictures { pictures, .. } => {
                let sparse_pixels = pictures.sparse_pixels(row).expect("the row is one of the set");
                let scale: R = real(1.0 / 256.0);
                x.fill(R::zero());
                for (&place, &byte) in sparse_pixels.indices.iter().zip(sparse_pixels.bytes) {
                    let byte: R = R::from(byte).expect("a real number holds a byte");
                    x[usize::from(place)] = byte * scale;
                }
            }
        }
    }

    /// Writes the target y of a row, of shape (outputs).
    ///
    /// # Panics
    /// If `row` is out of range, or `y` has another length.
    pub fn write_target<R: Float>(&self, row: usize, y: &mut [R]) {
        assert_eq!(y.len(), self.outputs, "a target is written into a slice of its length");
        match &self.store {
            Storage::Numbers { targets: TargetValues::Numbers(targets), .. } => {
                let at = row * self.outputs..(row + 1) * self.outputs;
                for (y, &value) in y.iter_mut().zip(&targets[at]) {
                    *y = real(value);
                }
            }
            Storage::Numbers { targets: TargetValues::Classes(classes), .. } => {
                y.fill(R::zero());
                y[classes[row] as usize] = R::one();
            }
            Storage::Pictures { labels, .. } => {
                y.fill(R::zero());
                y[usize::from(labels[row])] = R::one();
            }
        }
    }

    /// Returns all examples as a dense table, if they are stored as numbers.
    pub(super) fn table(&self) -> Option<ExampleTable<'_>> {
        let Storage::Numbers { inputs, targets, largest } = &self.store else { return None };
        let (largest_input, largest_target) = *largest;
        let targets = match targets {
            TargetValues::Numbers(numbers) => Targets::Numbers(numbers),
            TargetValues::Classes(classes) => Targets::Classes(classes),
        };
        Some(ExampleTable { inputs, targets, largest_input, largest_target })
    }

    /// Returns upper bounds on |x| and |y|.
    pub fn largest(&self) -> (f64, f64) {
        match &self.store {
            Storage::Numbers { largest, .. } => *largest,
            Storage::Pictures { .. } => (1.0, 1.0),
        }
    }

    /// Returns Σ(y − ȳ)² of each output, which R² relates the errors to; empty if targets are classes.
    pub fn spread_of_targets(&self) -> Vec<f64> {
        if self.has_classes() {
            return Vec::new();
        }
        let mut y = vec![0.0; self.outputs];
        let mut sum_over_rows = |term: &dyn Fn(usize, f64) -> f64| {
            let mut sums = vec![0.0; self.outputs];
            for row in 0..self.rows {
                self.write_target(row, &mut y);
                for (output, (sum, y)) in sums.iter_mut().zip(&y).enumerate() {
                    *sum += term(output, *y);
                }
            }
            sums
        };
        let sums = sum_over_rows(&|_, y| y);
        let mean = |output: usize| sums[output] / self.rows as f64;
        sum_over_rows(&|output, y| (y - mean(output)) * (y - mean(output)))
    }

    /// Returns whether targets are classes, so that an accuracy is defined.
    pub fn has_classes(&self) -> bool {
        self.is_binary() || self.is_one_hot()
    }

    /// Returns the first row with a number beyond ±`most`, and that number.
    pub fn first_beyond(&self, most: f64) -> Option<(usize, f64)> {
        let Storage::Numbers { inputs, targets, largest } = &self.store else { return None };
        if largest.0.max(largest.1) <= most {
            return None;
        }
        let targets = if let TargetValues::Numbers(targets) = targets { &targets[..] } else { &[] };
        let none = std::iter::repeat(&[][..]);
        let rows =
            inputs.chunks_exact(self.inputs).zip(targets.chunks_exact(self.outputs).chain(none));
        let beyond = |(x, y): (&[f64], &[f64])| x.iter().chain(y).copied().find(|n| n.abs() > most);
        rows.enumerate().find_map(|(row, numbers)| Some((row, beyond(numbers)?)))
    }

    /// Returns the pixels of a row that are not 0, if the inputs are pictures: each of these inputs is
    /// its byte/256, and the others are 0.
    pub fn sparse_pixels(&self, row: usize) -> Option<SparsePixels<'_>> {
        match &self.store {
            Storage::Numbers { .. } => None,
            Storage::Pictures { pictures, .. } => pictures.sparse_pixels(row),
        }
    }

    /// Prefetches a row that will be needed soon, if it is an image.
    pub(super) fn prefetch(&self, row: usize) {
        if let Some(SparsePixels { indices, bytes }) = self.sparse_pixels(row) {
            prefetch(indices);
            prefetch(bytes);
        }
    }

    /// Prefetches the index data that [`Self::prefetch`] reads.
    pub(super) fn prefetch_index(&self, row: usize) {
        if let Storage::Pictures { pictures, labels } = &self.store {
            pictures.prefetch_index(row);
            prefetch(labels.get(row..=row).unwrap_or_default());
        }
    }

    /// Returns the class of a row, if targets are one-hot.
    pub fn class(&self, row: usize) -> Option<usize> {
        match &self.store {
            Storage::Pictures { labels, .. } => labels.get(row).map(|&l| usize::from(l)),
            Storage::Numbers { targets: TargetValues::Classes(classes), .. } => {
                classes.get(row).map(|&k| k as usize)
            }
            Storage::Numbers { targets: TargetValues::Numbers(targets), .. }
                if self.is_one_hot() =>
            {
                class_of(targets.get(row * self.outputs..(row + 1) * self.outputs)?)
            }
            Storage::Numbers { .. } => None,
        }
    }

    /// Returns the mean number of inputs of an example that are not 0, rounded up, if they are
    /// pictures; else the number of inputs.
    pub fn mean_nonzero(&self) -> usize {
        match &self.store {
            Storage::Numbers { .. } => self.inputs,
            Storage::Pictures { pictures, .. } => pictures.nonzero_pixels().div_ceil(self.rows),
        }
    }

    /// Returns whether there is one output and every target is 0 or 1.
    pub fn is_binary(&self) -> bool {
        self.kind == TargetKind::Binary
    }

    /// Returns whether there are several outputs and every target is 1 in one of them and 0 in the
    /// others.
    pub fn is_one_hot(&self) -> bool {
        self.kind == TargetKind::OneHot
    }
}

/// Returns the largest magnitude.
pub(super) fn largest(numbers: &[f64]) -> f64 {
    numbers.iter().map(|n| n.abs()).fold(0.0, f64::max)
}

/// Returns the index of the 1 in a target that is 0 everywhere else.
fn class_of(target: &[f64]) -> Option<usize> {
    let place = target.iter().position(|&y| y == 1.0)?;
    let others_are_cold = target.iter().enumerate().all(|(j, &y)| j == place || y == 0.0);
    others_are_cold.then_some(place)
}

fn real<R: Float>(value: f64) -> R {
    R::from(value).expect("a real number takes a float")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::grey_image::GreyImage;
    use crate::file::ReadProgress;

    fn numbers(targets: &[f64], outputs: usize) -> Dataset {
        let rows = targets.len() / outputs;
        let inputs = (0..rows * 2).map(|i| i as f64).collect();
        Dataset::from_numbers(inputs, targets.to_vec(), (2, outputs))
    }

    #[test]
    fn a_set_is_binary_only_with_one_output_of_zeros_and_ones() {
        assert!(numbers(&[0.0, 1.0, 1.0], 1).is_binary());
        assert!(!numbers(&[0.0, 0.5], 1).is_binary());
        assert!(!numbers(&[0.0, 1.0], 2).is_binary());
    }

    #[test]
    fn a_set_is_one_hot_only_if_every_target_is() {
        let set = numbers(&[0.0, 1.0, 1.0, 0.0], 2);
        assert!(set.is_one_hot());
        assert_eq!((set.class(0), set.class(1), set.class(2)), (Some(1), Some(0), None));
        assert!(!numbers(&[0.0, 1.0, 1.0, 1.0], 2).is_one_hot());
        assert!(!numbers(&[0.0, 0.0], 2).is_one_hot());
        assert_eq!(numbers(&[0.0, 0.5], 2).class(0), None);
        assert_eq!(numbers(&[1.0], 1).class(0), None);
    }

    #[test]
    fn rows_are_written_as_they_were_given() {
        let set = numbers(&[0.25, -1.0], 1);
        let (mut x, mut y) = ([0.0_f64; 2], [0.0_f32; 1]);
        set.write_input(1, &mut x);
        set.write_target(1, &mut y);
        assert_eq!((x, y), ([2.0, 3.0], [-1.0]));
        assert_eq!((set.sparse_pixels(0), set.mean_nonzero()), (None, 2));
        assert_eq!((set.largest(), set.has_classes()), ((3.0, 1.0), false));
    }

    #[test]
    fn a_pixel_is_its_byte_over_256_exactly() {
        let picture: GreyImage = std::array::from_fn(|i| i as u8);
        let mut pictures = SparseImages::new();
        pictures.extend(&[[9; 784], picture], &ReadProgress::default()).unwrap();
        let set = Dataset::from_pictures(pictures, vec![7, 3], 10);
        let (mut narrow, mut wide) = ([0.5_f32; 784], [0.5_f64; 784]);
        set.write_input(1, &mut narrow);
        set.write_input(1, &mut wide);
        for (at, byte) in picture.into_iter().enumerate() {
            assert_eq!(wide[at] * 256.0, f64::from(byte));
            assert_eq!(f64::from(narrow[at]), wide[at]);
        }
        assert_eq!(
            set.sparse_pixels(1).map(|sparse_pixels| sparse_pixels.indices.len()),
            Some(784 - 4),
            "four bytes are 0"
        );
        assert_eq!(set.mean_nonzero(), 784 - 2);
        assert_eq!((set.largest(), set.has_classes()), ((1.0, 1.0), true));
        assert_eq!((set.sparse_pixels(2), set.class(2)), (None, None));
        let mut y = [9.0_f64; 10];
        set.write_target(1, &mut y);
        assert_eq!(y, [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!((set.class(0), set.class(1)), (Some(7), Some(3)));
    }
}
