//! An axis of a map: its names, its ends, and the numbers beside it.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::math::decade;

/// The cells kept free between two texts on the horizontal axis.
const GAP: u16 = 2;

/// An axis of a map.
pub(in crate::views) struct Axis {
    /// The names of its quantity, the longest first.
    pub(in crate::views) names: Vec<String>,
    /// The value at its start and at its end.
    pub(in crate::views) ends: (f64, f64),
}

impl Axis {
    /// Formats a value, with the digits that distinguish a hundredth of the axis.
    pub(in crate::views) fn number(&self, value: f64) -> String {
        let span = (self.ends.1 - self.ends.0).abs().max(f64::MIN_POSITIVE);
        if value.abs() < span * 1e-6 {
            return "0".to_owned();
        }
        let decimals = (2 - decade(span / 2.0)).clamp(0, 9) as usize;
        let text = format!("{value:.decimals$}");
        let digits = if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.')
        } else {
            &text
        };
        digits.replace('-', "−")
    }

    /// Returns the value in the middle.
    pub(in crate::views) fn middle(&self) -> f64 {
        f64::midpoint(self.ends.0, self.ends.1)
    }

    /// Returns the cells of its longest number.
    pub(in crate::views) fn width(&self) -> u16 {
        let numbers = [self.ends.0, self.middle(), self.ends.1].map(|value| self.number(value));
        numbers.iter().map(|number| number.chars().count()).max().unwrap_or(0) as u16
    }

    /// Draws the numbers under both ends and the middle of a map, and the name between them.
    pub(in crate::views) fn draw_across(&self, canvas: &mut Canvas<'_>, row: Rect) {
        let quiet = canvas.theme.quiet;
        let (from, middle, to) =
            (self.number(self.ends.0), self.number(self.middle()), self.number(self.ends.1));
        let after = canvas.text((row.x, row.y), row.width, &from, quiet);
        let last = canvas.text_right(row, &to, quiet);
        let room = |(from, to): (u16, u16)| (from + GAP, to.saturating_sub(from + 2 * GAP));
        let width = canvas.width(&middle);
        let x = row.x + (row.width - width.min(row.width)) / 2;
        let beside = room((x + width, last));
        let whole = room((after, last));
        let fits = |name: &&String, room: (u16, u16)| canvas.width(name) <= room.1;
        // A name is more informative than the number in the middle.
        let name = self.names.iter().find(|name| fits(name, whole));
        let is_beside = name.is_none_or(|name| fits(&name, beside));
        if is_beside && after + GAP <= x && x + width + GAP <= last {
            canvas.text((x, row.y), width, &middle, quiet);
        }
        if let Some(name) = name {
            let (from, room) = if is_beside { beside } else { whole };
            let width = canvas.width(name);
            canvas.text((from + (room - width) / 2, row.y), width, name, quiet);
        }
    }

    /// Draws the numbers beside the top, the middle and the bottom of a map, and the name between them.
    pub(in crate::views) fn draw_up(&self, canvas: &mut Canvas<'_>, gutter: Rect) {
        let quiet = canvas.theme.quiet;
        let (least, most) = self.ends;
        let last = gutter.height - 1;
        let middle = gutter.height / 2;
        for (value, at) in [(most, 0), (self.middle(), middle), (least, last)] {
            // An even number of rows has no middle one; its neighbour belongs to a nearby value.
            canvas.text_right(
                Rect { y: gutter.y + at, height: 1, ..gutter },
                &self.number(value),
                quiet,
            );
        }
        let name = self.names.iter().find(|name| canvas.width(name) <= gutter.width);
        if let Some(name) = name.filter(|_| middle >= 2) {
            canvas.text_right(Rect { y: gutter.y + middle / 2, height: 1, ..gutter }, name, quiet);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Axis;

    #[test]
    fn numbers_have_the_digits_that_the_axis_needs() {
        let text = |ends: (f64, f64)| {
            let axis = Axis { names: Vec::new(), ends };
            [ends.0, axis.middle(), ends.1].map(|value| axis.number(value)).join(" ")
        };
        assert_eq!(text((-4.0, 4.0)), "−4 0 4");
        assert_eq!(text((-0.5, 1.5)), "−0.5 0.5 1.5");
        assert_eq!(text((1.95, 2.15)), "1.95 2.05 2.15");
        assert_eq!(text((-5000.0, 15_000.0)), "−5000 5000 15000");
        assert_eq!(text((1.9996, 2.0004)), "1.9996 2 2.0004");
    }
}
