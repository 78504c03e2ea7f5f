//! A histogram of values, as vertical bars around zero.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::Canvas;
use crate::canvas::number::short;
use crate::canvas::widgets::rises;

/// A histogram.
pub(crate) struct Histogram<'v> {
    /// The values counted.
    pub values: &'v [f32],
    /// The end of the axis, which reaches as far below zero; values beyond count at the ends.
    pub scale: f64,
    /// The style of the bars.
    pub style: Style,
}

/// Draws the distribution of values around zero.
pub(crate) fn histogram(canvas: &mut Canvas<'_>, area: Rect, what: &Histogram<'_>) {
    let Histogram { values, scale, style } = *what;
    if area.height < 2 || area.width < 9 {
        return;
    }
    // The number of bins is odd, so that zero has one of its own.
    let bins = usize::from(area.width - 1 + area.width % 2);
    let mut counts = vec![0u32; bins];
    let middle = (bins / 2) as f32;
    let per_bin = (f64::from(middle) / scale) as f32;
    for value in values {
        // A cast saturates at the bounds of its type.
        let bin = ((value * per_bin + middle + 0.5) as u32 as usize).min(bins - 1);
        counts[bin] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let bars = Rect { height: area.height - 1, ..area };
    for (bin, count) in counts.iter().enumerate() {
        // The square root keeps rare values visible.
        let share = (f64::from(*count) / f64::from(most)).sqrt();
        rises(canvas, Rect { x: bars.x + bin as u16, width: 1, ..bars }, share, style);
    }
    let (quiet, under) = (canvas.theme.quiet, Rect { y: bars.bottom(), height: 1, ..area });
    canvas.text((under.x, under.y), under.width, &format!("−{}", short(scale)), quiet);
    canvas.text((under.x + (bins / 2) as u16, under.y), 1, "0", quiet);
    let shown = Rect { width: bins as u16, ..under };
    canvas.text_right(shown, &format!("+{}", short(scale)), quiet);
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::{Histogram, histogram};
    use crate::canvas::Appearance;
    use crate::canvas::Canvas;

    /// Returns the columns that have a bar, of 11 bins from −scale to scale.
    fn bars(values: &[f32], scale: f64) -> Vec<u16> {
        let area = Rect::new(0, 0, 11, 4);
        let mut cells = Buffer::empty(area);
        let mut canvas = Canvas::new(&mut cells, Appearance::default());
        let style = Style::default();
        histogram(&mut canvas, area, &Histogram { values, scale, style });
        (0..11).filter(|x| cells[(*x, 2)].symbol() != " ").collect()
    }

    #[test]
    fn values_count_in_their_bins_and_those_beyond_at_the_ends() {
        assert_eq!(bars(&[0.0], 1.0), [5]);
        assert_eq!(bars(&[-1.0, 0.21, 1.0], 1.0), [0, 6, 10]);
        assert_eq!(bars(&[-2.0, 0.0, 40.0], 1.0), [0, 5, 10]);
        assert_eq!(bars(&[-2.0, 0.0, 40.0], 100.0), [5, 7]);
    }
}
