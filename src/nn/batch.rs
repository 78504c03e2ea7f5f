//! A buffer of examples in the layout that the network learns from.

mod layout;

use std::ops::Range;

use crate::nn::Real;
use crate::nn::batch::layout::{RUN, WidenPixels, list, transpose_rows};
use crate::nn::network::{AlignedVec, stride, zeros};

/// How examples are laid out: as the network that learns from them is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchLayout {
    /// Of each example the inputs that are not 0, and its targets side by side.
    Sparse,
    /// Of each input, and each target, its values in all examples side by side.
    Columns,
}

/// Some examples. Their memory is taken once and used again.
#[derive(Clone, Debug)]
pub struct Examples<R> {
    layout: BatchLayout,
    inputs: usize,
    outputs: usize,
    capacity: usize,
    rows: usize,
    /// In columns: `x[k * column + row]`.
    x: AlignedVec<R>,
    /// In columns: `y[j * column + row]`; else `y[row * stride + j]`, zeros beyond the outputs.
    y: AlignedVec<R>,
    /// How far apart columns are: room for two more of the widest lanes than there are examples.
    column: usize,
    /// The inputs that are not 0, row after row, each with its number; room for a run more.
    indices: Vec<u32>,
    values: Vec<R>,
    /// Where each row of them ends.
    ends: Vec<usize>,
    /// An example as it is pushed: its inputs, then its targets.
    pushed: Vec<R>,
    largest_input: f64,
    largest_target: f64,
}

/// A table of numbers to take examples from.
#[derive(Clone, Copy, Debug)]
pub struct ExampleTable<'a> {
    /// Shape (n, inputs).
    pub inputs: &'a [f64],
    /// Of the same rows.
    pub targets: Targets<'a>,
    /// The largest |x| in it.
    pub largest_input: f64,
    /// The largest |y| in it.
    pub largest_target: f64,
}

/// What the examples of a table are to give.
#[derive(Clone, Copy, Debug)]
pub enum Targets<'a> {
    /// Shape (n, outputs).
    Numbers(&'a [f64]),
    /// The class of each, shape (n): 1 in the output of its class, 0 in the others.
    Classes(&'a [u32]),
}

/// The inputs of one example that are not 0: which they are, and their numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct SparseRow<'a, R> {
    pub(super) indices: &'a [u32],
    pub(super) values: &'a [R],
}

impl<'a, R: Real> SparseRow<'a, R> {
    /// The first of them two by two.
    #[inline(always)]
    pub(super) fn pairs(self) -> impl Iterator<Item = (&'a [u32; 2], &'a [R; 2])> {
        self.indices.as_chunks().0.iter().zip(self.values.as_chunks().0)
    }

    /// The last of them where their number is odd.
    #[inline(always)]
    pub(super) fn odd(self) -> Option<(u32, R)> {
        let place = self.indices.as_chunks::<2>().1.first()?;
        Some((*place, *self.values.last()?))
    }
}

impl<R: Real> Examples<R> {
    /// Room for `capacity` examples of so many inputs and outputs.
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

    /// Takes all examples out.
    pub fn clear(&mut self) {
        self.rows = 0;
        self.ends.clear();
        self.largest_input = 0.0;
        self.largest_target = 0.0;
    }

    /// Adds an example. `fill` writes all of its inputs and targets over the previous content.
    ///
    /// # Panics
    /// If it is full.
    pub fn push(&mut self, fill: impl FnOnce(&mut [R], &mut [R])) {
        assert!(self.rows < self.capacity, "there is room for another example");
        let mut pushed = std::mem::take(&mut self.pushed);
        let (x, y) = pushed.split_at_mut(self.inputs);
        fill(x, y);
        self.put(x, y);
        self.pushed = pushed;
    }

    /// Puts one more example in, a picture of one class: the pixels that are not 0 in their order,
    /// the grey level byte/256 of each, and 1 for the class.
    ///
    /// # Panics
    /// If it is full, there is no such class or last pixel, there is not a grey level for each, or
    /// they are not laid out as lit inputs.
    pub fn push_picture(&mut self, (indices, bytes): (&[u16], &[u8]), class: usize) {
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

    /// Puts in rows of a table.
    ///
    /// # Panics
    /// If it grows too full, or there is no such row.
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
                let at = || (self.rows..end, self.column);
                let (inputs, outputs) = (self.inputs, self.outputs);
                transpose_rows(&mut self.x, at(), rows, |row, k| table.inputs[row * inputs + k]);
                match table.targets {
                    Targets::Numbers(all) => {
                        transpose_rows(&mut self.y, at(), rows, |row, j| all[row * outputs + j]);
                    }
                    Targets::Classes(all) => {
                        let target = |row: usize, j| f64::from(u8::from(all[row] as usize == j));
                        transpose_rows(&mut self.y, at(), rows, target);
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

    /// How many inputs an example has.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// How many targets an example has.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// How many examples there is room for.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// How many examples it holds.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// All of them as one mini-batch.
    pub fn all(&self) -> MiniBatch<'_, R> {
        self.batch(0..self.rows)
    }

    /// Some of them as a mini-batch.
    ///
    /// # Panics
    /// If it does not hold them.
    pub fn batch(&self, rows: Range<usize>) -> MiniBatch<'_, R> {
        assert!(rows.end <= self.rows, "a mini-batch is of examples that are there");
        MiniBatch { examples: self, start: rows.start, rows: rows.len() }
    }

    /// The values of input k in the examples, and in as many lanes beyond as are ever loaded.
    pub(super) fn x_column(&self, k: usize) -> &[R] {
        &self.x[k * self.column..][..self.column]
    }

    /// The values of target j in the examples, and in as many lanes beyond as are ever loaded.
    pub(super) fn y_column(&self, j: usize) -> &[R] {
        &self.y[j * self.column..][..self.column]
    }

    /// The columns of the inputs from example `start` on, and how far they are apart.
    pub(super) fn x_from(&self, start: usize) -> (&[R], usize) {
        (&self.x[start..], self.column)
    }

    /// The columns of the targets from example `start` on, and how far they are apart.
    pub(super) fn y_from(&self, start: usize) -> (&[R], usize) {
        (&self.y[start..], self.column)
    }

    /// The largest |x| in it, or more.
    pub(super) fn largest_input(&self) -> f64 {
        self.largest_input
    }

    /// The largest |y| in it, or more.
    pub(super) fn largest_target(&self) -> f64 {
        self.largest_target
    }
}

/// The examples of one step, side by side: some of those that are ready.
#[derive(Clone, Copy, Debug)]
pub struct MiniBatch<'a, R> {
    examples: &'a Examples<R>,
    start: usize,
    rows: usize,
}

impl<'a, R: Real> MiniBatch<'a, R> {
    /// How many examples it holds: m.
    pub fn rows(self) -> usize {
        self.rows
    }

    /// The inputs of one example.
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

    /// The targets of one example.
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

    /// Writes the targets of all examples, row after row, each with zeros after it.
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

    /// How the examples are laid out.
    pub(super) fn layout(self) -> BatchLayout {
        self.examples.layout
    }

    /// The inputs where they are laid out in columns, and how far those are apart.
    pub(super) fn x_columns(self) -> (&'a [R], usize) {
        self.examples.x_from(self.start)
    }

    /// The inputs of one example that are not 0, where they are listed.
    pub(super) fn sparse_row(self, row: usize) -> SparseRow<'a, R> {
        let row = self.start + row;
        let start = if row == 0 { 0 } else { self.examples.ends[row - 1] };
        let at = start..self.examples.ends[row];
        SparseRow { indices: &self.examples.indices[at.clone()], values: &self.examples.values[at] }
    }

    /// The largest |x| in it, or more.
    pub(super) fn largest_input(self) -> f64 {
        self.examples.largest_input
    }
}

#[cfg(test)]
mod tests;
