//! The rule by which the arms share a scale, or have one each.

use crate::canvas::number::grown;

/// The ratio of the arms' ends beyond which each arm has a scale of its own: on a common one, the arm with the
/// smaller numbers would show half of its colours at most.
const APART: f64 = 2.0;

/// Returns the end of the scale of each arm, of the ends that its numbers need: the greatest for all of them,
/// or its own for each if the greatest is more than [`APART`] times the least. All ends are rounded up in
/// steps. An arm whose numbers are all 0 looks alike on every scale, and has the greatest.
pub(super) fn common_or_own(needed: &[f64]) -> Vec<f64> {
    let most = needed.iter().copied().fold(0.0, f64::max);
    let positive = needed.iter().copied().filter(|end| *end > 0.0);
    let least = positive.fold(most, f64::min);
    let is_own = most > APART * least;
    let end = |needed: &f64| if is_own && *needed > 0.0 { grown(*needed) } else { grown(most) };
    needed.iter().map(end).collect()
}

/// Returns whether these scales differ.
pub(super) fn are_own(scales: impl IntoIterator<Item = f64>) -> bool {
    let mut scales = scales.into_iter();
    let first = scales.next();
    scales.any(|scale| Some(scale) != first)
}

#[cfg(test)]
mod tests {
    use super::{are_own, common_or_own};

    #[test]
    fn arms_share_a_scale_unless_their_ends_differ_by_more_than_a_factor_of_two() {
        assert_eq!(common_or_own(&[0.9, 1.7]), [2.0, 2.0]);
        assert_eq!(common_or_own(&[1.0, 2.0]), [2.0, 2.0], "exactly two is not more than two");
        assert_eq!(common_or_own(&[0.99, 2.0]), [1.0, 2.0]);
        assert_eq!(common_or_own(&[2.0, 0.45, 1.1]), [2.0, 0.5, 2.0]);
        assert_eq!(common_or_own(&[3.0]), [5.0]);
        assert_eq!(common_or_own(&[]), [0.0; 0]);
    }

    #[test]
    fn an_arm_without_any_number_but_zero_has_the_scale_of_the_others() {
        assert_eq!(common_or_own(&[0.0, 0.3]), [0.5, 0.5]);
        assert_eq!(common_or_own(&[0.0, 0.0]), [1.0, 1.0]);
        assert_eq!(common_or_own(&[0.0, 0.1, 0.9]), [1.0, 0.1, 1.0]);
    }

    #[test]
    fn scales_are_own_if_two_of_them_differ() {
        assert!(are_own([1.0, 2.0]) && are_own([1.0, 1.0, 2.0]));
        assert!(!are_own([2.0, 2.0]) && !are_own([2.0]) && !are_own([]));
    }
}
