//! Products of matrices in blocks that stay in registers, every sum in a fixed order.
//!
//! All matrices lie in rows that are a `stride` long, and a block is a run of neighbouring numbers
//! of a row whose length the compiler knows, so that it is computed with vectors.

use crate::nn::Real;

/// A matrix: its numbers and how far its rows are apart.
pub(super) type Rows<'a, R> = (&'a [R], usize);

/// A factor of a product, laid out by rows or by columns.
#[derive(Clone, Copy)]
pub(super) enum Factor<'a, R> {
    /// Number (i, t) is `data[i * stride + t]`.
    Rows(&'a [R], usize),
    /// Number (i, t) is `data[t * stride + i]`.
    Columns(&'a [R], usize),
}

/// Does `$block` for blocks of `J` numbers from j on that together make `$stride`, the widest first;
/// none is wider than `$widest`.
macro_rules! in_blocks {
    ($stride:expr, $widest:expr, $j:ident, $J:ident => $block:expr) => {{
        let (stride, widest): (usize, usize) = ($stride, $widest);
        let mut $j = 0;
        while $j < stride {
            $j += match widest.min(stride - $j) {
                32.. => in_blocks!(@32, $J => $block),
                16.. => in_blocks!(@16, $J => $block),
                8.. => in_blocks!(@8, $J => $block),
                4.. => in_blocks!(@4, $J => $block),
                2.. => in_blocks!(@2, $J => $block),
                _ => in_blocks!(@1, $J => $block),
            };
        }
    }};
    (@$width:literal, $J:ident => $block:expr) => {{
        const $J: usize = $width;
        $block;
        $width
    }};
}

/// Computes the numbers (i, j) of a·b, for `count` rows i and every j under the stride of `b`, and
/// hands them in runs of neighbouring j to `write` as (i, first j, numbers). `b` has as many rows as
/// each sum has terms.
#[inline]
pub(super) fn product<R: Real>(
    count: usize,
    a: Factor<'_, R>,
    b: Rows<'_, R>,
    mut write: impl FnMut(usize, usize, &[R]),
) {
    let pairs = count / 2 * 2;
    // All rows over one block before the next: so much of `b` stays in the nearest cache.
    in_blocks!(b.1, R::BLOCK / 2, j, J => {
        for i in (0..pairs).step_by(2) {
            let sums: [[R; J]; 2] = tile((i, j), a, b);
            write(i, j, &sums[0]);
            write(i + 1, j, &sums[1]);
        }
        if pairs < count {
            let sums: [[R; J]; 1] = tile((pairs, j), a, b);
            write(pairs, j, &sums[0]);
        }
    });
}

/// The numbers (i .. i + I, j .. j + J) of a·b.
#[inline]
fn tile<R: Real, const I: usize, const J: usize>(
    (i, j): (usize, usize),
    a: Factor<'_, R>,
    (b, stride): Rows<'_, R>,
) -> [[R; J]; I] {
    let terms = b.len() / stride;
    match a {
        Factor::Rows(data, width) => {
            let rows: [&[R]; I] = std::array::from_fn(|n| &data[(i + n) * width..][..terms]);
            sum_up(j, (b, stride), |t| rows.map(|row| row[t]))
        }
        Factor::Columns(data, width) => sum_up(j, (b, stride), |t| {
            let start = t * width + i;
            let run: &[R] = &data[start..start + I];
            std::array::from_fn(|n| run[n])
        }),
    }
}

/// Σ over the rows t of `b` of `a(t)` times the numbers j .. j + J of that row.
#[inline]
fn sum_up<R: Real, const I: usize, const J: usize>(
    j: usize,
    (b, stride): Rows<'_, R>,
    a: impl Fn(usize) -> [R; I],
) -> [[R; J]; I] {
    let mut sums = [[R::zero(); J]; I];
    for (t, row) in b.chunks_exact(stride).enumerate() {
        let (block, factors) = (block::<R, J>(row, j), a(t));
        for (sums, factor) in sums.iter_mut().zip(factors) {
            add_scaled(sums, factor, block);
        }
    }
    sums
}

/// `sums` ← `sums` + Σ x · row k of `b`, over some pairs (k, x).
#[inline]
pub(super) fn gather<R: Real>(
    sums: &mut [R],
    (b, stride): Rows<'_, R>,
    pairs: &(impl Iterator<Item = (usize, R)> + Clone),
) {
    in_blocks!(stride, R::BLOCK, j, J => {
        let mut block_of_sums: [R; J] = *block(sums, j);
        if J == stride {
            // The usual case: the whole row is one block, which is found with one multiplication.
            let rows = b.as_chunks::<J>().0;
            pairs.clone().for_each(|(k, x)| add_scaled(&mut block_of_sums, x, &rows[k]));
        } else {
            let add = |(k, x)| add_scaled(&mut block_of_sums, x, block(b, k * stride + j));
            pairs.clone().for_each(add);
        }
        sums[j..][..J].copy_from_slice(&block_of_sums);
    });
}

/// Row k of `b` ← row k of `b` + x · `numbers`, for some pairs (k, x).
#[inline]
pub(super) fn spread<R: Real>(
    (b, stride): (&mut [R], usize),
    numbers: &[R],
    pairs: &(impl Iterator<Item = (usize, R)> + Clone),
) {
    in_blocks!(stride, R::BLOCK, j, J => {
        let numbers: [R; J] = *block(numbers, j);
        if J == stride {
            let rows = b.as_chunks_mut::<J>().0;
            pairs.clone().for_each(|(k, x)| add_scaled(&mut rows[k], x, &numbers));
        } else {
            for (k, x) in pairs.clone() {
                let row = b[k * stride + j..].first_chunk_mut().expect("a row has its length");
                add_scaled(row, x, &numbers);
            }
        }
    });
}

/// y += a x.
#[inline]
pub(super) fn add_scaled<R: Real, const J: usize>(y: &mut [R; J], a: R, x: &[R; J]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// The `J` numbers from `start` on.
#[inline]
fn block<R, const J: usize>(numbers: &[R], start: usize) -> &[R; J] {
    numbers[start..start + J].first_chunk().expect("a slice of J numbers has J numbers")
}
