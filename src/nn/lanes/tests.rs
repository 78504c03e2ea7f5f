//! Checks that lanes in registers give the bits of lanes in arrays, operation by operation and kernel
//! by kernel, and that sums have the same bits for every width.

use proptest::prelude::*;

#[cfg(target_arch = "x86_64")]
use super::dispatch::MOST;
use super::x86;
use super::{ArrayLanes, Instructions, Kernel, Lanes, NoProof, Sums, with_instructions};
use crate::nn::batch::SparseRow;
use crate::nn::kernel::{
    Operand, ScaledRow, Sink, gather, product, spread, spread_sparse, transpose,
};
use crate::nn::sparse_columns::SparseColumns;
use crate::nn::strided_rows::{StridedRows, StridedRowsMut};
use crate::nn::{BatchLayout, Examples, Real};

/// A kernel of every operation on three runs of numbers.
struct AllOperations<'a, R>([&'a [R]; 3]);

impl<R: Real> Kernel<R> for AllOperations<'_, R> {
    type Output = Vec<R>;

    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> Vec<R> {
        let mut results = Vec::new();
        let [a, b, c] = self.0;
        for at in (0..a.len() / L::N).map(|block| block * L::N) {
            let [a, b, c] = [a, b, c].map(|numbers| L::load(proof, &numbers[at..]));
            let whole = a.round().min(L::splat(proof, R::of(100.0)));
            let whole = whole.max(L::splat(proof, R::of(-100.0)));
            let lanes = [
                a + b,
                a - b,
                a * b,
                a / b,
                -a,
                a.mul_add(b, c),
                a.max(b),
                a.min(b),
                a.abs(),
                a.round(),
                whole.power_of_two(),
                a.where_negative(b, c),
            ];
            for lanes in lanes {
                let mut numbers = vec![R::zero(); L::N];
                lanes.store(&mut numbers);
                results.extend(numbers);
                results.extend([lanes.first(), lanes.sum(), lanes.largest()]);
            }
        }
        results
    }
}

/// The kernels of a layer of 20 inputs and `stride` neurons on three examples, one kernel after the
/// other.
struct LayerKernels<'a, R> {
    numbers: &'a [R],
    indices: &'a [u32],
    stride: usize,
}

/// A kernel that sums rows of the widest lanes.
struct RowSum<'a, R>(&'a [R]);

impl<R: Real> Kernel<R> for RowSum<'_, R> {
    type Output = Vec<R>;

    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> Vec<R> {
        let mut sums = Sums::<L>::zeros(proof);
        for row in self.0.chunks_exact(Sums::<L>::NUMBERS) {
            for (at, sum) in sums.registers() {
                *sum = *sum + L::load(proof, &row[at..]);
            }
        }
        vec![sums.total()]
    }
}

/// A sink that stores a product in rows of a stride.
struct WriteProduct<'a, R>(&'a mut [R], usize);

impl<R: Real, L: Lanes<Number = R>> Sink<L> for WriteProduct<'_, R> {
    fn take(&mut self, i: usize, j: usize, numbers: L) {
        numbers.store(&mut self.0[i * self.1 + j..]);
    }
}

impl<R: Real> Kernel<R> for LayerKernels<'_, R> {
    type Output = Vec<R>;

    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> Vec<R> {
        let Self { numbers, indices, stride } = self;
        let mut weights = numbers[..20 * stride].to_vec();
        let values = &numbers[..indices.len()];
        let sparse_row = SparseRow { indices, values };
        let mut z = vec![R::zero(); 3 * stride];
        let rows = StridedRows { numbers: &weights, stride };
        gather::<R, L>(proof, &mut z[..stride], rows, sparse_row);
        let a = StridedRows { numbers: &numbers[..3 * 32], stride: 32 };
        let b = StridedRows { numbers: &numbers[..20 * stride], stride };
        product::<R, L>(proof, 3, Operand::Rows(a), b, WriteProduct(&mut z, stride));
        let scaled = ScaledRow { numbers: &z[..stride], factor: R::of(-0.05) };
        let rows = StridedRowsMut { numbers: &mut weights, stride };
        spread::<R, L>(proof, rows, scaled, sparse_row);
        product::<R, L>(
            proof,
            20,
            Operand::Columns(a),
            StridedRows { numbers: &z, stride },
            WriteProduct(&mut weights, stride),
        );
        let mut examples = Examples::new(20, 1, 3, BatchLayout::Sparse);
        for row in 0..3 {
            examples.push(|x, _| {
                for (place, value) in indices.iter().zip(values).skip(row) {
                    x[*place as usize] = *value;
                }
            });
        }
        let mut turned = SparseColumns::new(20, 3);
        turned.fill(examples.all(), R::of(0.05));
        let rows = StridedRowsMut { numbers: &mut weights, stride };
        spread_sparse::<R, L>(proof, rows, &z, &turned);
        weights.extend(z);
        weights
    }
}

/// Returns numbers of many sizes, some of them 0 and some whole.
fn numbers(count: usize) -> impl Strategy<Value = Vec<f64>> {
    let one = prop_oneof![
        8 => -4.0..4.0_f64,
        2 => -1e30..1e30_f64,
        1 => -1e-30..1e-30_f64,
        1 => Just(0.0),
        1 => Just(-0.0),
        1 => prop::sample::select(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY][..]),
        1 => (-200..200_i32).prop_map(|n| f64::from(n) * 0.5),
        // Up to sizes without room for a fraction, in f32 and in f64.
        1 => (20..54_i32, -4.0..4.0_f64).prop_map(|(power, x)| libm::scalbn(x, power)),
    ];
    prop::collection::vec(one, count)
}

fn narrow(numbers: &[f64]) -> Vec<f32> {
    numbers.iter().map(|n| *n as f32).collect()
}

/// Returns whether two runs have the same bits, or NaN in the same places: processors differ in the
/// bits of NaN.
fn are_same<R: Real>(a: &[R], b: &[R]) -> bool {
    let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same((*a).to_f64(), (*b).to_f64()))
}

/// Runs a kernel with lanes in registers, if this processor has them, and in arrays of the same width,
/// with and without fused instructions. `$each` receives the results.
macro_rules! in_all {
    (f32, $kernel:expr, $each:expr) => {
        in_all!(@f32, $kernel, $each, Avx2 F32x4 4, Avx2 F32x8 8, Avx512 F32x16 16)
    };
    (f64, $kernel:expr, $each:expr) => {
        in_all!(@f64, $kernel, $each, Avx2 F64x2 2, Avx2 F64x4 4, Avx512 F64x8 8)
    };
    (@$real:ty, $kernel:expr, $each:expr, $($proof:ident $lanes:ident $n:literal),*) => {
        $({
            #[allow(unused_mut, reason = "some are passed by reference")]
            let mut each = $each;
            each($n, $kernel.run::<ArrayLanes<$real, $n, true>>(NoProof))?;
            each($n, $kernel.run::<ArrayLanes<$real, $n, false>>(NoProof))?;
            #[cfg(target_arch = "x86_64")]
            if let Some(proof) = x86::$proof::detect() {
                each($n, proof.run::<$real, x86::$lanes, _>($kernel))?;
            }
        })*
    };
}

/// Returns a check that all results of a kernel are the same, for kernels that do not depend on the
/// width.
fn are_all_same<R: Real>() -> impl FnMut(usize, Vec<R>) -> Result<(), TestCaseError> {
    let mut first = None;
    move |width, results| {
        let first = first.get_or_insert_with(|| results.clone());
        prop_assert!(are_same(first, &results), "{width} at once: {results:?}, not {first:?}");
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_operation_gives_the_bits_of_arrays(a in numbers(48), b in numbers(48), c in numbers(48)) {
        in_all!(f64, AllOperations([&a, &b, &c]), are_all_same());
        let [a, b, c] = [a, b, c].map(|numbers| narrow(&numbers));
        in_all!(f32, AllOperations([&a, &b, &c]), are_all_same());
    }

    #[test]
    fn a_sum_has_the_same_bits_for_every_width(numbers in prop::collection::vec(-3.0..3.0_f64, 48)) {
        let mut all = are_all_same();
        in_all!(f64, RowSum(&numbers), &mut all);
        let numbers = narrow(&numbers);
        let mut all = are_all_same();
        in_all!(f32, RowSum(&numbers), &mut all);
    }

    #[test]
    fn every_kernel_gives_the_bits_of_arrays(
        numbers in prop::collection::vec(-3.0..3.0_f64, 20 * 528),
        indices in prop::collection::btree_set(0..20_u32, 0..20),
        // Rows that are indexed as arrays, and longer ones, up to those of 512 neurons.
        stride in prop::sample::select(&[16, 32, 48, 64, 112, 144, 528][..]),
    ) {
        let indices: Vec<u32> = indices.into_iter().collect();
        let mut all = are_all_same();
        in_all!(f64, LayerKernels { numbers: &numbers, indices: &indices, stride }, &mut all);
        let numbers = narrow(&numbers);
        let mut all = are_all_same();
        in_all!(f32, LayerKernels { numbers: &numbers, indices: &indices, stride }, &mut all);
    }
}

#[test]
fn rows_become_columns_for_every_number_and_length() {
    for (rows, columns, stride, width) in
        [(1, 1, 16, 16), (20, 30, 32, 32), (3, 16, 16, 16), (17, 50, 64, 32), (40, 7, 16, 48)]
    {
        let number = |row: usize, column: usize| (row * 1000 + column) as f64;
        let mut a = vec![-1.0; rows * stride];
        for (row, numbers) in a.chunks_exact_mut(stride).enumerate() {
            numbers[..columns].iter_mut().enumerate().for_each(|(k, n)| *n = number(row, k));
        }
        let mut turned = vec![0.0; columns * width];
        transpose(StridedRows { numbers: &a, stride }, &mut turned, width);
        for (column, numbers) in turned.chunks_exact(width).enumerate() {
            let want = (0..width).map(|row| if row < rows { number(row, column) } else { 0.0 });
            assert_eq!(numbers, want.collect::<Vec<_>>(), "{rows} by {columns}");
        }
    }
}

#[test]
fn instructions_are_restored_after_a_panic() {
    let work = || with_instructions(Instructions::Any, || panic!("the work panics"));
    assert!(std::panic::catch_unwind(work).is_err());
    assert_eq!(MOST.get(), Instructions::Avx512);
}
