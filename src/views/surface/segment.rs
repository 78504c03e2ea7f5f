//! Straight segments on a field of dots.

use crate::canvas::widgets::Dots;

/// Draws the part of a segment that lies on the field, from dot to dot. Its ends are columns and rows from
/// the top left, and may lie far outside.
pub(super) fn draw_segment(dots: &mut Dots, ends: [[f64; 2]; 2], pen: u8) {
    let size = [dots.columns() as f64, dots.rows() as f64];
    let Some([from, to]) = clipped(ends, size) else { return };
    let steps = (to[0] - from[0]).abs().max((to[1] - from[1]).abs()).ceil().max(1.0);
    for step in 0..=steps as u32 {
        let share = f64::from(step) / steps;
        let at = [0, 1].map(|axis| (from[axis] + (to[axis] - from[axis]) * share).round());
        dots.set(at[0] as usize, at[1] as usize, pen);
    }
}

/// Returns the part of a segment within a field of this size, by the algorithm of Liang and Barsky.
fn clipped(ends: [[f64; 2]; 2], size: [f64; 2]) -> Option<[[f64; 2]; 2]> {
    if !ends.iter().flatten().all(|number| number.is_finite()) {
        return None;
    }
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    for axis in 0..2 {
        let (from, by) = (ends[0][axis], ends[1][axis] - ends[0][axis]);
        // The dots are half a dot wide on either side; the last one must not round to one beyond.
        let (least, most) = (-0.5, size[axis] - 0.51);
        if by == 0.0 {
            if !(least..=most).contains(&from) {
                return None;
            }
            continue;
        }
        let (one, other) = ((least - from) / by, (most - from) / by);
        enters = enters.max(one.min(other));
        leaves = leaves.min(one.max(other));
    }
    let at =
        |share: f64| [0, 1].map(|axis| ends[0][axis] + (ends[1][axis] - ends[0][axis]) * share);
    (enters <= leaves).then(|| [at(enters), at(leaves)])
}

#[cfg(test)]
mod tests {
    use super::{clipped, draw_segment};
    use crate::canvas::Glyphs;
    use crate::canvas::widgets::{Dots, Pen};
    use ratatui::style::Style;

    /// Draws a segment on a field of 2 × 1 cells, and returns which cells have dots.
    fn cells(ends: [[f64; 2]; 2]) -> [bool; 2] {
        let mut dots = Dots::new(2, 1, Glyphs::Braille);
        let pen = dots.pen(Pen::solid(Style::new(), '.'));
        draw_segment(&mut dots, ends, pen);
        [0, 1].map(|x| !dots.is_free(x, 0))
    }

    #[test]
    fn only_the_part_on_the_field_is_drawn() {
        assert_eq!(cells([[0.0, 0.0], [3.0, 3.0]]), [true, true]);
        assert_eq!(cells([[-1e9, 1.0], [1.0, 1.0]]), [true, false]);
        assert_eq!(cells([[-5.0, -5.0], [-1.0, 2.0]]), [false, false]);
        assert_eq!(cells([[2.0, -1e300], [2.0, 1e300]]), [false, true]);
        assert_eq!(cells([[f64::NAN, 0.0], [1.0, 1.0]]), [false, false]);
        assert_eq!(cells([[1.0, 2.0], [1.0, 2.0]]), [true, false], "a segment without length");
    }

    #[test]
    fn a_clipped_segment_lies_on_the_original_one() {
        let [from, to] = clipped([[-10.0, -5.0], [10.0, 5.0]], [4.0, 4.0]).expect("it crosses");
        for at in [from, to] {
            assert!((at[0] - 2.0 * at[1]).abs() < 1e-12, "{at:?}");
            assert!((-0.5..4.0).contains(&at[0]) && (-0.5..4.0).contains(&at[1]), "{at:?}");
        }
    }
}
