//! Matrix products in blocks that stay in registers, with every sum in a fixed order.
//!
//! All matrices are stored in rows. The distance between rows, `stride`, is a whole number of the
//! widest lanes, so every row consists of whole lanes.

use crate::nn::Real;
use crate::nn::batch::SparseRow;
use crate::nn::lanes::Lanes;
use crate::nn::sparse_columns::SparseColumns;
use crate::nn::strided_rows::{StridedRows, StridedRowsMut};

/// A factor of a product, laid out by rows or by columns.
#[derive(Clone, Copy)]
pub(super) enum Operand<'a, R> {
    /// Number (i, t) is number t of row i.
    Rows(StridedRows<'a, R>),
    /// Number (i, t) is number i of row t.
    Columns(StridedRows<'a, R>),
}

/// The most lanes in rows that are indexed as arrays.
const SHORT: usize = 8;

/// Runs `$block` for blocks of `C` lanes from j on that together make `$stride`, the widest first and
/// none wider than `$widest`.
macro_rules! in_blocks {
    ($lanes:ty, $stride:expr, $widest:expr, $j:ident, $C:ident => $block:expr) => {{
        let mut $j = 0;
        while $j < $stride {
            let left = ($stride - $j) / <$lanes>::N;
            $j += <$lanes>::N
                * match left.min($widest) {
                    8.. => in_blocks!(@8, $C => $block),
                    4.. => in_blocks!(@4, $C => $block),
                    2.. => in_blocks!(@2, $C => $block),
                    _ => in_blocks!(@1, $C => $block),
                };
        }
    }};
    (@$width:literal, $C:ident => $block:expr) => {{
        const $C: usize = $width;
        $block;
        $width
    }};
}

/// Loads the `C` lanes from `numbers[start]` on. (Closures would not be compiled for the instructions.)
#[inline(always)]
fn block<R: Real, L: Lanes<Number = R>, const C: usize>(
    proof: L::Proof,
    numbers: &[R],
    start: usize,
) -> [L; C] {
    let numbers = &numbers[start..start + C * L::N];
    let mut lanes = [L::splat(proof, R::zero()); C];
    for (c, lane) in lanes.iter_mut().enumerate() {
        *lane = L::load(proof, &numbers[c * L::N..]);
    }
    lanes
}

/// Adds x · `row` to `sums`.
#[inline(always)]
fn add_scaled<R: Real, L: Lanes<Number = R>, const C: usize>(
    proof: L::Proof,
    sums: &mut [L; C],
    row: &[L; C],
    x: R,
) {
    let x = L::splat(proof, x);
    for (sum, row) in sums.iter_mut().zip(row) {
        *sum = row.mul_add(x, *sum);
    }
}

/// Adds Σ x · row k of `b` to `sums`, over the inputs k that are not 0.
///
/// For 30 neurons a row takes two multiply-adds of the widest lanes; most of the time goes into loading
/// it. Two sums alternate, so that an addition need not wait for the one before.
#[inline(always)]
pub(super) fn gather<R: Real, L: Lanes<Number = R>>(
    proof: L::Proof,
    sums: &mut [R],
    b: StridedRows<'_, R>,
    lit: SparseRow<'_, R>,
) {
    let StridedRows { numbers: b, stride } = b;
    // Rows of a known length need a single bounds check.
    match stride {
        16 if 16 <= SHORT * L::N => return gather_short::<R, L, 16>(proof, sums, b, lit),
        32 if 32 <= SHORT * L::N => return gather_short::<R, L, 32>(proof, sums, b, lit),
        _ => {}
    }
    in_blocks!(L, stride, 8, j, C => {
        let mut turns = [block::<R, L, C>(proof, sums, j), [L::splat(proof, R::zero()); C]];
        for (k, x) in lit.pairs() {
            for ((sums, k), x) in turns.iter_mut().zip(k).zip(x) {
                let row = block::<R, L, C>(proof, b, *k as usize * stride + j);
                add_scaled(proof, sums, &row, *x);
            }
        }
        if let Some((k, x)) = lit.odd() {
            let row = block::<R, L, C>(proof, b, k as usize * stride + j);
            add_scaled(proof, &mut turns[0], &row, x);
        }
        for (c, (even, odd)) in turns[0].into_iter().zip(turns[1]).enumerate() {
            (even + odd).store(&mut sums[j + c * L::N..]);
        }
    });
}

/// Does the same as [`gather`] for rows of `W` numbers, at most [`SHORT`] lanes.
#[inline(always)]
fn gather_short<R: Real, L: Lanes<Number = R>, const W: usize>(
    proof: L::Proof,
    sums: &mut [R],
    b: &[R],
    lit: SparseRow<'_, R>,
) {
    let rows = b.as_chunks::<W>().0;
    let mut turns = [[L::splat(proof, R::zero()); SHORT]; 2];
    for (sum, start) in turns[0].iter_mut().zip((0..W).step_by(L::N)) {
        *sum = L::load(proof, &sums[start..]);
    }
    for (k, x) in lit.pairs() {
        for ((sums, k), x) in turns.iter_mut().zip(k).zip(x) {
            add_row::<R, L, W>(proof, sums, &rows[*k as usize], *x);
        }
    }
    if let Some((k, x)) = lit.odd() {
        add_row::<R, L, W>(proof, &mut turns[0], &rows[k as usize], x);
    }
    for (c, start) in (0..W).step_by(L::N).enumerate() {
        (turns[0][c] + turns[1][c]).store(&mut sums[start..]);
    }
}

/// Adds x · `row` to `sums`.
#[inline(always)]
fn add_row<R: Real, L: Lanes<Number = R>, const W: usize>(
    proof: L::Proof,
    sums: &mut [L; SHORT],
    row: &[R; W],
    x: R,
) {
    let x = L::splat(proof, x);
    for (sum, start) in sums.iter_mut().zip((0..W).step_by(L::N)) {
        *sum = L::load(proof, &row[start..]).mul_add(x, *sum);
    }
}

/// A row that is to be multiplied by a factor.
#[derive(Clone, Copy)]
pub(super) struct ScaledRow<'a, R> {
    pub(super) numbers: &'a [R],
    pub(super) factor: R,
}

/// Adds x · `scaled` to row k of `b`, for the inputs k that are not 0.
#[inline(always)]
pub(super) fn spread<R: Real, L: Lanes<Number = R>>(
    proof: L::Proof,
    b: StridedRowsMut<'_, R>,
    scaled: ScaledRow<'_, R>,
    lit: SparseRow<'_, R>,
) {
    let StridedRowsMut { numbers: b, stride } = b;
    match stride {
        16 if 16 <= SHORT * L::N => return spread_short::<R, L, 16>(proof, b, scaled, lit),
        32 if 32 <= SHORT * L::N => return spread_short::<R, L, 32>(proof, b, scaled, lit),
        _ => {}
    }
    let factor = L::splat(proof, scaled.factor);
    in_blocks!(L, stride, 8, j, C => {
        let mut numbers = block::<R, L, C>(proof, scaled.numbers, j);
        for number in &mut numbers {
            *number = *number * factor;
        }
        for (k, x) in lit.indices.iter().zip(lit.values) {
            let x = L::splat(proof, *x);
            let row = &mut b[*k as usize * stride + j..][..C * L::N];
            for (c, number) in numbers.iter().enumerate() {
                let row = &mut row[c * L::N..];
                number.mul_add(x, L::load(proof, row)).store(row);
            }
        }
    });
}

/// Does the same as [`spread`] for rows of `W` numbers, at most [`SHORT`] lanes.
#[inline(always)]
fn spread_short<R: Real, L: Lanes<Number = R>, const W: usize>(
    proof: L::Proof,
    b: &mut [R],
    ScaledRow { numbers, factor }: ScaledRow<'_, R>,
    lit: SparseRow<'_, R>,
) {
    let rows = b.as_chunks_mut::<W>().0;
    let factor = L::splat(proof, factor);
    let mut scaled = [factor; SHORT];
    for (scaled, start) in scaled.iter_mut().zip((0..W).step_by(L::N)) {
        *scaled = L::load(proof, &numbers[start..]) * factor;
    }
    for (k, x) in lit.indices.iter().zip(lit.values) {
        let x = L::splat(proof, *x);
        let row = &mut rows[*k as usize];
        for (scaled, start) in scaled.iter().zip((0..W).step_by(L::N)) {
            let row = &mut row[start..];
            scaled.mul_add(x, L::load(proof, row)).store(row);
        }
    }
}

/// Adds Σ x · row e of `numbers` to row k of `b`, over the examples e whose input k is not 0.
#[inline(always)]
pub(super) fn spread_sparse<R: Real, L: Lanes<Number = R>>(
    proof: L::Proof,
    b: StridedRowsMut<'_, R>,
    numbers: &[R],
    sparse_columns: &SparseColumns<R>,
) {
    let StridedRowsMut { numbers: b, stride } = b;
    // Blocks are so narrow that those of all examples stay in the nearest cache.
    in_blocks!(L, stride, 4, j, C => {
        for (row, (examples, values)) in b.chunks_exact_mut(stride).zip(sparse_columns.inputs()) {
            if examples.is_empty() {
                continue;
            }
            let mut sums = block::<R, L, C>(proof, row, j);
            for (e, x) in examples.iter().zip(values) {
                let numbers = block::<R, L, C>(proof, numbers, *e as usize * stride + j);
                add_scaled(proof, &mut sums, &numbers, *x);
            }
            for (c, sum) in sums.into_iter().enumerate() {
                sum.store(&mut row[j + c * L::N..]);
            }
        }
    });
}

/// A receiver of the numbers of a product. (A closure would not be compiled for the instructions of the
/// lanes.)
pub(super) trait Sink<L> {
    /// Receives the lanes of row i that begin at column j.
    fn take(&mut self, i: usize, j: usize, numbers: L);
}

/// Computes the numbers (i, j) of a·b, for `count` rows i and every j under the stride of `b`. `b` has
/// as many rows as each sum has terms.
#[inline(always)]
pub(super) fn product<R: Real, L: Lanes<Number = R>>(
    proof: L::Proof,
    count: usize,
    a: Operand<'_, R>,
    b: StridedRows<'_, R>,
    mut sink: impl Sink<L>,
) {
    // Eight sums are computed at a time: enough that none waits for its own last addition.
    in_blocks!(L, b.stride, 2, j, C => {
        let mut i = 0;
        while i < count {
            i += match count - i {
                8.. if C == 1 => tile::<R, L, 8, C>(proof, (i, j), a, b, &mut sink),
                4.. => tile::<R, L, 4, C>(proof, (i, j), a, b, &mut sink),
                2.. => tile::<R, L, 2, C>(proof, (i, j), a, b, &mut sink),
                _ => tile::<R, L, 1, C>(proof, (i, j), a, b, &mut sink),
            };
        }
    });
}

/// Computes the numbers (i .. i + I, j .. j + C lanes) of a·b; returns I.
#[inline(always)]
fn tile<R: Real, L: Lanes<Number = R>, const I: usize, const C: usize>(
    proof: L::Proof,
    (i, j): (usize, usize),
    a: Operand<'_, R>,
    b: StridedRows<'_, R>,
    sink: &mut impl Sink<L>,
) -> usize {
    let mut sums = [[L::splat(proof, R::zero()); C]; I];
    let (start, step, next) = match a {
        Operand::Rows(StridedRows { stride, .. }) => (i * stride, 1, stride),
        Operand::Columns(StridedRows { stride, .. }) => (i, stride, 1),
    };
    let (Operand::Rows(a) | Operand::Columns(a)) = a;
    for (t, row) in b.numbers.chunks_exact(b.stride).enumerate() {
        let row = block::<R, L, C>(proof, row, j);
        let factors = &a.numbers[start + t * step..][..=(I - 1) * next];
        for (n, sums) in sums.iter_mut().enumerate() {
            add_scaled(proof, sums, &row, factors[n * next]);
        }
    }
    for (n, sums) in sums.into_iter().enumerate() {
        for (c, sum) in sums.into_iter().enumerate() {
            sink.take(i + n, j + c * L::N, sum);
        }
    }
    I
}

/// Writes the rows of `a` as columns of `into`, whose rows are `width` apart.
#[inline(always)]
pub(super) fn transpose<R: Real>(a: StridedRows<'_, R>, into: &mut [R], width: usize) {
    // The number of columns written at once: the rows that they become stay in the nearest cache.
    const COLUMNS: usize = 16;
    for (part, into) in into.chunks_mut(COLUMNS * width).enumerate() {
        for (k, row) in a.numbers.chunks_exact(a.stride).enumerate() {
            let row = &row[part * COLUMNS..];
            for (sparse_columns, number) in into.chunks_exact_mut(width).zip(row) {
                sparse_columns[k] = *number;
            }
        }
    }
}
