//! A mini-batch: the examples of one step, side by side, made once and shared by every network.

use crate::nn::Real;

/// How many inputs are looked at together: many are next to others that are 0 too.
const RUN: usize = 8;

/// Some examples, ready for [`crate::nn::Backprop`]. Its memory is taken once and used again.
#[derive(Clone, Debug)]
pub struct MiniBatch<R> {
    inputs: usize,
    outputs: usize,
    capacity: usize,
    rows: usize,
    x: Vec<R>,
    y: Vec<R>,
    /// The inputs that are not 0, row after row, each with its number; room for a run more.
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
            lit: vec![(0, R::zero()); capacity * inputs + RUN],
            ends: Vec::with_capacity(capacity),
            largest_input: 0.0,
        }
    }

    /// Takes all examples out.
    pub fn clear(&mut self) {
        self.rows = 0;
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
        let start = self.ends.last().copied().unwrap_or(0);
        let (count, largest) = list(x, &mut self.lit[start..]);
        self.largest_input = self.largest_input.max(largest.to_f64());
        self.ends.push(start + count);
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

    /// The inputs of one example that are not 0, each with its number.
    pub(super) fn lit(&self, row: usize) -> impl Iterator<Item = (usize, R)> + Clone {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        self.lit[start..self.ends[row]].iter().map(|&(k, x)| (k as usize, x))
    }

    /// The largest |x| in it.
    pub(super) fn largest_input(&self) -> f64 {
        self.largest_input
    }
}

/// Writes down which of `x` are not 0; says how many, and how large the largest |x| is.
fn list<R: Real>(x: &[R], into: &mut [(u32, R)]) -> (usize, R) {
    let (runs, rest) = x.as_chunks::<RUN>();
    let mut largest = [R::zero(); RUN];
    let mut count = 0;
    let mut input = 0;
    for run in runs {
        count += list_run(run, input, &mut into[count..], &mut largest);
        input += RUN as u32;
    }
    let mut last = [R::zero(); RUN];
    last[..rest.len()].copy_from_slice(rest);
    count += list_run(&last, input, &mut into[count..], &mut largest);
    (count, largest.into_iter().fold(R::zero(), R::max))
}

/// The same for one run. There is no branch on a single number: it would be guessed wrong at the
/// edge of every stroke of a picture.
#[inline]
fn list_run<R: Real>(
    x: &[R; RUN],
    first: u32,
    into: &mut [(u32, R)],
    largest: &mut [R; RUN],
) -> usize {
    if x.iter().fold(true, |dark, &x| dark & (x == R::zero())) {
        return 0;
    }
    for (largest, x) in largest.iter_mut().zip(x) {
        *largest = if x.abs() > *largest { x.abs() } else { *largest };
    }
    let place: &mut [(u32, R); RUN] = into.first_chunk_mut().expect("there is room for a run more");
    let mut count = 0;
    for (&x, input) in x.iter().zip(first..) {
        place[count % RUN] = (input, x);
        count += usize::from(x != R::zero());
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lit_of(batch: &MiniBatch<f32>, row: usize) -> Vec<(usize, f32)> {
        batch.lit(row).collect()
    }

    #[test]
    fn the_list_of_a_row_holds_every_input_that_is_not_zero() {
        for inputs in [1, 7, 8, 9, 30] {
            let mut batch = MiniBatch::<f32>::new(inputs, 1, 3);
            // Every input lit, then none, then every third.
            for keep in [1, usize::MAX, 3] {
                batch.push(|x, y| {
                    for (k, x) in x.iter_mut().enumerate() {
                        *x = if (k + 1) % keep == 0 { -1.5 - k as f32 } else { 0.0 };
                    }
                    y[0] = keep as f32;
                });
            }
            for row in 0..3 {
                let all = batch.x(row).iter().copied().enumerate();
                let want: Vec<_> = all.filter(|(_, x)| *x != 0.0).collect();
                assert_eq!(lit_of(&batch, row), want, "{inputs} inputs, row {row}");
            }
            assert_eq!(lit_of(&batch, 0).len(), inputs);
            assert_eq!(batch.largest_input(), 0.5 + inputs as f64);
        }
    }

    #[test]
    fn a_batch_that_was_cleared_knows_nothing_of_what_it_held() {
        let mut batch = MiniBatch::<f32>::new(2, 1, 2);
        batch.push(|x, y| {
            x.copy_from_slice(&[5.0, 6.0]);
            y[0] = 1.0;
        });
        batch.clear();
        assert_eq!((batch.rows(), batch.largest_input()), (0, 0.0));
        batch.push(|x, y| {
            x.copy_from_slice(&[0.0, 2.0]);
            y[0] = 3.0;
        });
        assert_eq!((batch.rows(), batch.x(0), batch.y(0)), (1, &[0.0, 2.0][..], &[3.0][..]));
        assert_eq!(lit_of(&batch, 0), [(1, 2.0)]);
        assert_eq!(batch.largest_input(), 2.0);
    }
}
