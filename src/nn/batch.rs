//! A mini-batch: the examples of one step, side by side, made once and shared by every network.

use crate::nn::Real;

/// Some examples, ready for [`crate::nn::Backprop`]. Its memory is taken once and used again.
#[derive(Clone, Debug)]
pub struct MiniBatch<R> {
    inputs: usize,
    outputs: usize,
    capacity: usize,
    rows: usize,
    x: Vec<R>,
    y: Vec<R>,
    /// The inputs that are not 0, row after row, each with the number of its neuron.
    lit: Vec<(u32, R)>,
    /// Where each row of `lit` ends.
    ends: Vec<usize>,
    largest_input: f64,
}

impl<R: Real> MiniBatch<R> {
    /// Room for `capacity` examples of so many inputs and outputs.
    pub fn new(inputs: usize, outputs: usize, capacity: usize) -> Self {
        Self {
            inputs,
            outputs,
            capacity,
            rows: 0,
            x: vec![R::zero(); capacity * inputs],
            y: vec![R::zero(); capacity * outputs],
            lit: Vec::with_capacity(capacity * inputs),
            ends: Vec::with_capacity(capacity),
            largest_input: 0.0,
        }
    }

    /// Takes all examples out.
    pub fn clear(&mut self) {
        self.rows = 0;
        self.lit.clear();
        self.ends.clear();
        self.largest_input = 0.0;
    }

    /// Puts one more example in: `fill` writes all of its inputs and targets, over whatever an
    /// earlier example left there.
    ///
    /// # Panics
    /// If it is full.
    pub fn push(&mut self, fill: impl FnOnce(&mut [R], &mut [R])) {
        assert!(self.rows < self.capacity, "a mini-batch has room for another example");
        let x = &mut self.x[self.rows * self.inputs..][..self.inputs];
        let y = &mut self.y[self.rows * self.outputs..][..self.outputs];
        fill(x, y);
        let mut largest = R::zero();
        for (&x_k, k) in x.iter().zip(0_u32..) {
            if x_k != R::zero() {
                self.lit.push((k, x_k));
                largest = largest.max(x_k.abs());
            }
        }
        self.largest_input = self.largest_input.max(largest.to_f64());
        self.ends.push(self.lit.len());
        self.rows += 1;
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

    /// How many examples it holds: m.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The inputs of one example.
    pub fn x(&self, row: usize) -> &[R] {
        &self.x[..self.rows * self.inputs][row * self.inputs..][..self.inputs]
    }

    /// The targets of one example.
    pub fn y(&self, row: usize) -> &[R] {
        &self.y[..self.rows * self.outputs][row * self.outputs..][..self.outputs]
    }

    /// The inputs of one example that are not 0, each with the number of its neuron.
    pub(super) fn lit(&self, row: usize) -> &[(u32, R)] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.lit[start..self.ends[row]]
    }

    /// The largest |x| in it.
    pub(super) fn largest_input(&self) -> f64 {
        self.largest_input
    }
}
