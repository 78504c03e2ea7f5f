//! The product of two vectors, with the same bits on every processor.

/// Returns Σ ab of two vectors of equal length. Every eighth product is added to the same sum, so that
/// additions do not wait for each other.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    const SUMS: usize = 8;
    let ((a, rest_of_a), (b, rest_of_b)) = (a.as_chunks::<SUMS>(), b.as_chunks::<SUMS>());
    let mut sums = [0.0; SUMS];
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    let rest = rest_of_a.iter().zip(rest_of_b).map(|(a, b)| a * b);
    sums.into_iter().chain(rest).sum()
}

#[cfg(test)]
mod tests {
    use super::dot;

    #[test]
    fn every_product_counts_once() {
        for length in 0..20_u32 {
            let a: Vec<f64> = (0..length).map(f64::from).collect();
            let b: Vec<f64> = a.iter().map(|a| a + 1.0).collect();
            let want = (0..length).map(|i| i * (i + 1)).sum::<u32>();
            assert_eq!(dot(&a, &b), f64::from(want), "{length}");
        }
    }
}
