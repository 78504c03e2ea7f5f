//! Grids of fewer points.

/// Returns the number of points across and up, such that the longer side has at most `side`.
pub(in crate::explain) fn coarse(points: (usize, usize), side: usize) -> (usize, usize) {
    let (width, height) = points;
    let longer = width.max(height);
    if longer <= side {
        return (width, height);
    }
    let of = |points: usize| (points * side).div_ceil(longer).max(2);
    (of(width), of(height))
}

#[cfg(test)]
mod tests {
    use super::coarse;

    #[test]
    fn a_coarse_map_has_the_shape_of_the_fine_one() {
        assert_eq!(coarse((60, 30), 16), (16, 8));
        assert_eq!(coarse((30, 60), 32), (16, 32));
        assert_eq!(coarse((10, 12), 16), (10, 12));
    }
}
