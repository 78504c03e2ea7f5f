//! A buffer of examples in the layout that the network learns from.

mod layout;

use std::ops::Range;

use crate::nn::Real;
use crate::nn::batch::layout::{RUN, WidenPixels, list, transpose_rows};
use crate::nn::network::{AlignedVec, stride, zeros};
use crate::nn::strided_rows::{StridedRows, StridedRowsMut};

/// The memory layout of examples. It suits the kernel that trains the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchLayout {
    /// For each example its inputs that are not 0, and its targets side by side.
    Sparse,
    /// For each input, and each target, its values in all examples side by side.
    Columns,
}

/// A buffer of examples. It is allocated once and reused.
#[derive(Clone, Debug)]
pub struct Examples<R> {
    layout: BatchLayout,
    inputs: usize,
    outputs: usize,
    capacity: usize,
    rows: usize,
    /// In columns `x[k * column + row]`; in sparse rows empty.
    x: AlignedVec<R>,
    /// In columns `y[j * column + row]`; in sparse rows `y[row * stride + j]`, zeros beyond the
    /// outputs.
    y: AlignedVec<R>,
    /// The distance between columns: `capacity` numbers and room for two more of the widest lanes,
    /// rounded up to whole lanes.
    column: usize,
    /// The indices of the inputs that are not 0, row after row; `values` holds the inputs. Both have
    /// room for one run more.
    indices: Vec<u32>,
    values: Vec<R>,
    /// The end of each row in `indices` and `values`.
    ends: Vec<usize>,
    /// The example being added: its inputs, then its targets.
    pushed: Vec<R>,
    largest_input: f64,
    largest_target: f64,
}

/// A table from which examples are copied.
#[derive(Clone, Copy, Debug)]
pub struct ExampleTable<'a> {
    /// Shape (n, inputs).
    pub inputs: &'a [f64],
    /// The targets of the same rows.
    pub targets: Targets<'a>,
    /// The largest |x| in the table.
    pub largest_input: f64,
    /// The largest |y| in the table.
    pub largest_target: f64,
}

/// The targets of the examples of a table.
#[derive(Clone, Copy, Debug)]
pub enum Targets<'a> {
    /// Shape (n, outputs).
    Numbers(&'a [f64]),
    /// The class of each example, shape (n): the target is 1 for its class and 0 for the others.
    Classes(&'a [u32]),
}

/// The inputs of one example that are not 0: their indices and values.
#[derive(Clone, Copy, Debug)]
pub(super) struct SparseRow<'a, R> {
    pub(super) indices: &'a [u32],
    pub(super) values: &'a [R],
}

impl<'a, R: Real> SparseRow<'a, R> {
    /// Returns the inputs in pairs, without the last one if their number is odd.
    #[inline(always)]
    pub(super) fn pairs(self) -> impl Iterator<Item = (&'a [u32; 2], &'a [R; 2])> {
        self.indices.as_chunks().0.iter().zip(self.values.as_chunks().0)
    }

    /// Returns the last input if their number is odd.
    #[inline(always)]
    pub(super) fn odd(self) -> Option<(u32, R)> {
        let place = self.indices.as_chunks::<2>().1.first()?;
        Some((*place, *self.values.last()?))
    }
}

impl<R: Real> Examples<R> {
    /// Returns an empty buffer for `capacity` examples.
    pub fn new(inputs: usize, outputs: usize, capacity: usize, layout: BatchLayout) -> Self {
        let lanes = stride::<R>(1);
        let column = (capacity + 2 * lanes).next_multiple_of(lanes);
        let (x, y, sparse_row) = match layout {
            BatchLayout::Sparse => (0, capacity * stride::<R>(outputs), capacity * inputs + RUN),
            BatchLayout::Columns => (inputs * column, outputs * column, 0),
        };
        Self {
            layout,
            inputs,
            outputs,
            capacity,
            rows: 0,
            x: zeros(x),
            y: zeros(y),
            column,
            indices: vec![0; sparse_row],
            values: vec![R::zero(); sparse_row],
            ends: Vec::with_capacity(capacity),
            pushed: vec![R::zero(); inputs + outputs],
            largest_input: 0.0,
            largest_target: 0.0,
        }
    }

    /// Removes all examples.
    pub fn clear(&mut self) {
        self.rows = 0;
        self.ends.clear();
        self.largest_input = 0.0;
        self.largest_target = 0.0;
    }

    /// Adds an example. `fill` writes all of its inputs and targets over the previous content.
    ///
    /// # Panics
    /// If the buffer is full.
    pub fn push(&mut self, fill: impl FnOnce(&mut [R], &mut [R])) {
        assert!(self.rows < self.capacity, "there is room for another example");
        let mut pushed = std::mem::take(&mut self.pushed);
        let (x, y) = pushed.split_at_mut(self.inputs);
        fill(x, y);
        self.put(x, y);
        self.pushed = pushed;
    }

    /// Adds a picture of a class as an example: the indices of its pixels that are not 0, in ascending
    /// order, and their bytes. The grey level of a pixel is byte/256, and the target of the class is 1.
    ///
    /// # Panics
    /// If the buffer is full, the class or the last pixel is out of range, the numbers of indices and
    /// bytes differ, or the layout is not [`BatchLayout::Sparse`].
    pub fn push_picture(&mut self, indices: &[u16], bytes: &[u8], class: usize) {
        assert!(self.rows < self.capacity, "there is room for another example");
        assert!(
            self.layout == BatchLayout::Sparse && class < self.outputs,
            "a picture has a class"
        );
        assert_eq!(indices.len(), bytes.len(), "there is a grey level for each lit pixel");
        let is_input = |place: &u16| usize::from(*place) < self.inputs;
        assert!(indices.last().is_none_or(is_input), "a lit pixel is one of the inputs");
        let (start, width) = (self.sparse_end(), stride::<R>(self.outputs));
        let end = start + indices.len();
        let expand = WidenPixels {
            indices,
            bytes,
            to_indices: &mut self.indices[start..end],
            to_values: &mut self.values[start..end],
        };
        R::in_lanes(expand);
        self.ends.push(end);
        let y = &mut self.y[self.rows * width..][..width];
        y.fill(R::zero());
        y[class] = R::one();
        self.largest_input = self.largest_input.max(255.0 / 256.0);
        self.largest_target = self.largest_target.max(1.0);
        self.rows += 1;
    }

    /// Adds rows of a table.
    ///
    /// # Panics
    /// If the buffer has no room for the rows, or a row is out of range.
    pub fn push_rows(&mut self, rows: &[u32], table: &ExampleTable<'_>) {
        let end = self.rows + rows.len();
        assert!(end <= self.capacity, "there is room for the examples");
        match self.layout {
            BatchLayout::Sparse => {
                for row in rows {
                    let row = *row as usize;
                    let x = &table.inputs[row * self.inputs..][..self.inputs];
                    self.push(|to_x, to_y| {
                        to_x.iter_mut().zip(x).for_each(|(to, x)| *to = R::of(*x));
                        match table.targets {
                            Targets::Numbers(all) => {
                                let y = &all[row * to_y.len()..];
                                to_y.iter_mut().zip(y).for_each(|(to, y)| *to = R::of(*y));
                            }
                            Targets::Classes(all) => {
                                to_y.fill(R::zero());
                                to_y[all[row] as usize] = R::one();
                            }
                        }
                    });
                }
            }
            BatchLayout::Columns => {
                let (first, stride) = (self.rows, self.column);
                let (inputs, outputs) = (self.inputs, self.outputs);
                let x = StridedRowsMut { numbers: &mut self.x, stride };
                transpose_rows(x, first, rows, |row, k| table.inputs[row * inputs + k]);
                let y = StridedRowsMut { numbers: &mut self.y, stride };
                match table.targets {
                    Targets::Numbers(all) => {
                        transpose_rows(y, first, rows, |row, j| all[row * outputs + j]);
                    }
                    Targets::Classes(all) => {
                        let target = |row: usize, j| f64::from(u8::from(all[row] as usize == j));
                        transpose_rows(y, first, rows, target);
                    }
                }
                self.rows = end;
            }
        }
        self.largest_input = self.largest_input.max(table.largest_input);
        self.largest_target = self.largest_target.max(table.largest_target);
    }

    fn put(&mut self, x: &[R], y: &[R]) {
        match self.layout {
            BatchLayout::Columns => {
                for (column, x) in self.x.chunks_exact_mut(self.column).zip(x) {
                    column[self.rows] = *x;
                }
                for (column, y) in self.y.chunks_exact_mut(self.column).zip(y) {
                    column[self.rows] = *y;
                }
            }
            BatchLayout::Sparse => {
                let (start, width) = (self.sparse_end(), stride::<R>(self.outputs));
                let count = list(x, &mut self.indices[start..], &mut self.values[start..]);
                self.ends.push(start + count);
                self.y[self.rows * width..][..self.outputs].copy_from_slice(y);
            }
        }
        self.largest_input = x.iter().map(|x| x.abs().to_f64()).fold(self.largest_input, f64::max);
        self.largest_target =
            y.iter().map(|y| y.abs().to_f64()).fold(self.largest_target, f64::max);
        self.rows += 1;
    }

    fn sparse_end(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Returns the number of inputs of an example.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Returns the number of targets of an example.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Returns the number of examples that the buffer has room for.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Returns the number of examples in the buffer.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns all examples as one mini-batch.
    pub fn all(&self) -> MiniBatch<'_, R> {
        self.batch(0..self.rows)
    }

    /// Returns the examples in `rows` as a mini-batch.
    ///
    /// # Panics
    /// If the buffer does not hold all of them.
    pub fn batch(&self, rows: Range<usize>) -> MiniBatch<'_, R> {
        assert!(rows.end <= self.rows, "a mini-batch lies within the buffer");
        MiniBatch { examples: self, start: rows.start, rows: rows.len() }
    }

    /// Returns the values of input k in all examples, and the padding beyond them that whole lanes may
    /// load.
    pub(super) fn x_column(&self, k: usize) -> &[R] {
        &self.x[k * self.column..][..self.column]
    }

    /// Returns the values of target j in all examples, and the padding beyond them that whole lanes may
    /// load.
    pub(super) fn y_column(&self, j: usize) -> &[R] {
        &self.y[j * self.column..][..self.column]
    }

    /// Returns the columns of the inputs, one after the other, from example `start` on.
    pub(super) fn x_from(&self, start: usize) -> StridedRows<'_, R> {
        StridedRows { numbers: &self.x[start..], stride: self.column }
    }

    /// Returns the columns of the targets, one after the other, from example `start` on.
    pub(super) fn y_from(&self, start: usize) -> StridedRows<'_, R> {
        StridedRows { numbers: &self.y[start..], stride: self.column }
    }

    /// Returns an upper bound on |x| in the buffer.
    pub(super) fn largest_input(&self) -> f64 {
        self.largest_input
    }

    /// Returns an upper bound on |y| in the buffer.
    pub(super) fn largest_target(&self) -> f64 {
        self.largest_target
    }
}

/// The examples of one step: consecutive examples of a buffer.
#[derive(Clone, Copy, Debug)]
pub struct MiniBatch<'a, R> {
    examples: &'a Examples<R>,
    start: usize,
    rows: usize,
}

impl<'a, R: Real> MiniBatch<'a, R> {
    /// Returns m, the number of examples.
    pub fn rows(self) -> usize {
        self.rows
    }

    /// Returns the inputs of one example.
    pub fn x(self, row: usize) -> Vec<R> {
        let mut x = vec![R::zero(); self.examples.inputs];
        match self.examples.layout {
            BatchLayout::Columns => {
                for (k, x) in x.iter_mut().enumerate() {
                    *x = self.examples.x_column(k)[self.start + row];
                }
            }
            BatchLayout::Sparse => {
                let sparse_row = self.sparse_row(row);
                for (k, value) in sparse_row.indices.iter().zip(sparse_row.values) {
                    x[*k as usize] = *value;
                }
            }
        }
        x
    }

    /// Returns the targets of one example.
    pub fn y(self, row: usize) -> Vec<R> {
        match self.examples.layout {
            BatchLayout::Columns => {
                let of_column = |j| self.examples.y_column(j)[self.start + row];
                (0..self.examples.outputs).map(of_column).collect()
            }
            BatchLayout::Sparse => {
                let width = stride::<R>(self.examples.outputs);
                self.examples.y[(self.start + row) * width..][..self.examples.outputs].to_vec()
            }
        }
    }

    /// Writes the targets of all examples, row after row. The padding after each row stays 0.
    pub(super) fn copy_targets(self, into: &mut [R]) {
        let width = stride::<R>(self.examples.outputs);
        let into = &mut into[..self.rows * width];
        match self.examples.layout {
            BatchLayout::Sparse => {
                into.copy_from_slice(&self.examples.y[self.start * width..][..into.len()]);
            }
            BatchLayout::Columns => {
                for j in 0..self.examples.outputs {
                    let column = &self.examples.y_column(j)[self.start..];
                    for (row, y) in into.chunks_exact_mut(width).zip(column) {
                        row[j] = *y;
                    }
                }
            }
        }
    }

    /// Returns the layout of the examples.
    pub(super) fn layout(self) -> BatchLayout {
        self.examples.layout
    }

    /// Returns the columns of the inputs, one after the other. For [`BatchLayout::Columns`] only.
    pub(super) fn x_columns(self) -> StridedRows<'a, R> {
        self.examples.x_from(self.start)
    }

    /// Returns the inputs of one example that are not 0. For [`BatchLayout::Sparse`] only.
    pub(super) fn sparse_row(self, row: usize) -> SparseRow<'a, R> {
        let row = self.start + row;
        let start = if row == 0 { 0 } else { self.examples.ends[row - 1] };
        let at = start..self.examples.ends[row];
        SparseRow { indices: &self.examples.indices[at.clone()], values: &self.examples.values[at] }
    }

    /// Returns an upper bound on |x| in the buffer.
    pub(super) fn largest_input(self) -> f64 {
        self.examples.largest_input
    }
}

#[cfg(test)]
mod tests;
