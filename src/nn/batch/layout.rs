//! Conversions to the layouts of examples: rows are transposed into columns, pixels are widened, inputs
//! that are not 0 are listed.

use crate::nn::Real;
use crate::nn::lanes::{Kernel, Lanes};
use crate::nn::strided_rows::StridedRowsMut;

/// The number of inputs that are compared with 0 together: inputs that are 0 often lie side by side.
pub(super) const RUN: usize = 8;

/// Writes rows of a table into every column, from its number `first` on. `number` returns the value in a
/// row and a column of the table.
pub(super) fn transpose_rows<R: Real>(
    columns: StridedRowsMut<'_, R>,
    first: usize,
    rows: &[u32],
    number: impl Fn(usize, usize) -> f64,
) {
    let StridedRowsMut { numbers, stride } = columns;
    let at = first..first + rows.len();
    for (k, column) in numbers.chunks_exact_mut(stride).enumerate() {
        for (to, row) in column[at.clone()].iter_mut().zip(rows) {
            *to = R::of(number(*row as usize, k));
        }
    }
}

/// The kernel that widens pixel indices and bytes, 16 at a time if the processor can.
pub(super) struct WidenPixels<'a, R> {
    pub(super) indices: &'a [u16],
    pub(super) bytes: &'a [u8],
    pub(super) to_indices: &'a mut [u32],
    pub(super) to_values: &'a mut [R],
}

impl<R: Real> Kernel<R> for WidenPixels<'_, R> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, _: L::Proof) {
        for (to, place) in self.to_indices.iter_mut().zip(self.indices) {
            *to = u32::from(*place);
        }
        for (to, byte) in self.to_values.iter_mut().zip(self.bytes) {
            *to = R::of_byte(*byte);
        }
    }
}

/// Lists the numbers in `x` that are not 0, and returns how many there are.
pub(super) fn list<R: Real>(x: &[R], indices: &mut [u32], values: &mut [R]) -> usize {
    let (runs, rest) = x.as_chunks::<RUN>();
    let (mut count, mut input) = (0, 0);
    for run in runs {
        count += list_run(run, input, &mut indices[count..], &mut values[count..]);
        input += RUN as u32;
    }
    let mut last = [R::zero(); RUN];
    last[..rest.len()].copy_from_slice(rest);
    count + list_run(&last, input, &mut indices[count..], &mut values[count..])
}

/// Lists the numbers of one run that are not 0. The loop has no branch on a single number, because it
/// would be mispredicted at the edge of every stroke of a picture.
#[inline]
fn list_run<R: Real>(x: &[R; RUN], first: u32, indices: &mut [u32], values: &mut [R]) -> usize {
    if x.iter().fold(true, |dark, &x| dark & (x == R::zero())) {
        return 0;
    }
    let indices: &mut [u32; RUN] = indices.first_chunk_mut().expect("there is room for a run more");
    let values: &mut [R; RUN] = values.first_chunk_mut().expect("there is room for a run more");
    let mut count = 0;
    for (&x, input) in x.iter().zip(first..) {
        indices[count % RUN] = input;
        values[count % RUN] = x;
        count += usize::from(x != R::zero());
    }
    count
}
