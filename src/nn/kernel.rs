//! Products of matrices in blocks that stay in registers, every sum in a fixed order.

use crate::nn::Real;

/// A factor of a product: numbers laid out by rows or by columns.
#[derive(Clone, Copy)]
pub(super) enum Factor<'a, R> {
    /// Number (i, t) is `data[i * stride + t]`.
    Rows(&'a [R], usize),
    /// Number (i, t) is `data[t * stride + i]`.
    Columns(&'a [R], usize),
}

/// Computes the numbers (i, j) of a·b, for `count` rows i and every j under `stride`, in runs of
/// neighbouring j, and hands each run to `write` as (i, first j, numbers). The rows of `b` are
/// `stride` long; there are as many as terms in each sum.
#[inline]
pub(super) fn product<R: Real>(
    count: usize,
    a: Factor<'_, R>,
    (b, stride): (&[R], usize),
    mut write: impl FnMut(usize, usize, &[R]),
) {
    for i in 0..count {
        let mut j = 0;
        while j < stride {
            let left = stride - j;
            j += match left {
                16.. => run::<R, 16>((i, j), a, (b, stride), &mut write),
                8.. => run::<R, 8>((i, j), a, (b, stride), &mut write),
                4.. => run::<R, 4>((i, j), a, (b, stride), &mut write),
                2.. => run::<R, 2>((i, j), a, (b, stride), &mut write),
                _ => run::<R, 1>((i, j), a, (b, stride), &mut write),
            };
        }
    }
}

#[inline]
fn run<R: Real, const J: usize>(
    (i, j): (usize, usize),
    a: Factor<'_, R>,
    (b, stride): (&[R], usize),
    write: &mut impl FnMut(usize, usize, &[R]),
) -> usize {
    let mut sums = [R::zero(); J];
    for (t, b) in b.chunks_exact(stride).enumerate() {
        let a = match a {
            Factor::Rows(data, stride) => data[i * stride + t],
            Factor::Columns(data, stride) => data[t * stride + i],
        };
        for (sum, &b) in sums.iter_mut().zip(&b[j..j + J]) {
            *sum += a * b;
        }
    }
    write(i, j, &sums);
    J
}

/// y += a x.
#[inline]
pub(super) fn add_scaled<R: Real>(y: &mut [R], a: R, x: &[R]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}
