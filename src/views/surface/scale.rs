//! Scales of magnitudes: round ends, sixteen levels, and the bar that shows them.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::Canvas;
use crate::canvas::number::{grown, short};
use crate::canvas::ramps::SIZE_LEVELS;
use crate::math::{decade, ln, pow, power_of_ten};

/// The levels as characters, for terminals without colours.
const LETTERS: [char; SIZE_LEVELS] =
    [' ', '.', '.', ':', ':', '-', '-', '=', '=', '+', '+', '*', '*', '%', '#', '@'];

/// Returns the character of a level, for terminals without colours.
pub(super) fn letter(level: u8) -> (char, char) {
    let letter = LETTERS[usize::from(level).min(SIZE_LEVELS - 1)];
    (letter, letter)
}

/// A mapping of values to levels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SizeScale {
    /// The value at which the first level begins; above 0 on a logarithmic scale.
    pub least: f64,
    /// The value at which the last level ends.
    pub greatest: f64,
    /// Whether levels are equal ratios rather than equal differences.
    pub is_log: bool,
    per_level: f32,
    from: f32,
}

impl SizeScale {
    /// Creates a scale from `least` to `greatest`.
    pub(super) fn new(least: f64, greatest: f64, is_log: bool) -> Self {
        let place = |value: f64| if is_log { ln(value) } else { value };
        let span = place(greatest) - place(least);
        let per_level = if span > 0.0 { SIZE_LEVELS as f64 / span } else { 0.0 };
        Self { least, greatest, is_log, per_level: per_level as f32, from: place(least) as f32 }
    }

    /// Creates a scale with round ends for values that are at least 0. A linear one starts at 0 unless
    /// all values are close to the greatest; a logarithmic one spans at most about six decades.
    pub(super) fn around(values: impl Iterator<Item = f32>, is_log: bool) -> Self {
        let (mut least, mut most) = (f32::INFINITY, 0.0_f32);
        for value in values {
            least = least.min(value);
            most = most.max(value);
        }
        let (least, most) = (f64::from(least), f64::from(most));
        if !(least.is_finite() && most > 0.0) {
            return Self::new(0.0, 1.0, false);
        }
        if is_log {
            // Sixteen levels can distinguish six powers of ten.
            let power = |value: f64| power_of_ten(decade(value));
            let least = power(least.max(most * 1e-6)).max(f64::MIN_POSITIVE);
            return Self::new(least, rounded_up(most), true);
        }
        if least <= 0.4 * most {
            return Self::new(0.0, rounded_up(most), false);
        }
        let step = grown((most - least) / 8.0).max(most * 1e-6);
        let (low, high) = ((least / step).floor() * step, (most / step).ceil() * step);
        if high > low { Self::new(low, high, false) } else { Self::new(low, low + step, false) }
    }

    /// Returns the level of a value, 0 to 15.
    pub(super) fn level(&self, value: f32) -> u8 {
        let place = if self.is_log { ln(value.max(f32::MIN_POSITIVE)) } else { value };
        // A cast saturates at the bounds of its type.
        (((place - self.from) * self.per_level) as u8).min(SIZE_LEVELS as u8 - 1)
    }

    /// Returns the value at which a level begins.
    pub(super) fn value(&self, level: usize) -> f64 {
        let share = level as f64 / SIZE_LEVELS as f64;
        if self.is_log {
            return self.least * pow(self.greatest / self.least, share);
        }
        self.least + share * (self.greatest - self.least)
    }
}

/// Returns the least of some round numbers that is at least `value`, which is above 0.
fn rounded_up(value: f64) -> f64 {
    const ROUND: [f64; 10] = [1.0, 1.25, 1.6, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0];
    let power = power_of_ten(decade(value));
    let round = ROUND.into_iter().map(|m| m * power).find(|r| *r >= value * (1.0 - 1e-9));
    let up = round.unwrap_or(10.0 * power);
    if up.is_finite() && up > 0.0 { up } else { value }
}

/// Formats a number on a scale, as short as possible.
pub(super) fn format_value(value: f64) -> String {
    if value == 0.0 || (1e-3..1e5).contains(&value.abs()) {
        let text = format!("{value:.3}");
        return text.trim_end_matches('0').trim_end_matches('.').replace('-', "−");
    }
    short(format!("{value:.1e}").parse().unwrap_or(value))
}

/// Draws the sixteen levels, each `level` cells wide.
pub(crate) fn levels(canvas: &mut Canvas<'_>, (x, y): (u16, u16), level: u16) {
    for cell in 0..level * SIZE_LEVELS as u16 {
        let which = (cell / level) as u8;
        if canvas.theme.has_colours() {
            let style = Style::new().bg(canvas.theme.sizes[usize::from(which)]);
            canvas.put((x + cell, y), (' ', ' '), style);
        } else {
            let text = canvas.theme.text;
            canvas.put((x + cell, y), letter(which), text);
        }
    }
}

/// The texts at the ends of a scale.
pub(super) struct ScaleTexts<'t> {
    /// The quantity.
    pub name: &'t str,
    /// The note after it, or nothing.
    pub note: &'t str,
}

/// Draws a scale: a name, its least value, its levels, its greatest value; parts that do not fit
/// are left out.
pub(super) fn scale_bar(
    canvas: &mut Canvas<'_>,
    row: Rect,
    scale: &SizeScale,
    texts: &ScaleTexts<'_>,
) {
    let ScaleTexts { name, note } = *texts;
    let quiet = canvas.theme.quiet;
    let (least, to) =
        (format!("{} ", format_value(scale.least)), format!(" {}", format_value(scale.greatest)));
    let named = format!("{name} {least}");
    let has_name = canvas.width(&named) + canvas.width(&to) + SIZE_LEVELS as u16 <= row.width;
    let from = if has_name { named } else { least };
    let ends = canvas.width(&from) + canvas.width(&to);
    let level = (row.width.saturating_sub(ends) / SIZE_LEVELS as u16).min(2);
    if row.height == 0 || level == 0 {
        return;
    }
    let bar = level * SIZE_LEVELS as u16;
    let note_width = canvas.width(note) + 3;
    let has_note = !note.is_empty() && ends + bar + note_width <= row.width;
    let all = ends + bar + if has_note { note_width } else { 0 };
    let x = canvas.text((row.x + (row.width - all) / 2, row.y), row.width, &from, quiet);
    levels(canvas, (x, row.y), level);
    let x = canvas.text((x + bar, row.y), row.width, &to, quiet);
    if has_note {
        canvas.text((x + 3, row.y), note_width, note, quiet);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_has_round_ends_and_sixteen_levels() {
        let scale = SizeScale::around([0.0003, 0.49].into_iter(), false);
        assert_eq!((scale.least, scale.greatest), (0.0, 0.5));
        assert_eq!([0.0, 0.032, 0.49, 9.0].map(|v| scale.level(v)), [0, 1, 15, 15]);
        assert_eq!(scale.value(8), 0.25);
        let narrow = SizeScale::around([0.4812, 0.4971].into_iter(), false);
        assert!((narrow.least - 0.48).abs() < 1e-9 && (narrow.greatest - 0.5).abs() < 0.003);
    }

    #[test]
    fn a_logarithmic_scale_spans_at_most_six_powers_of_ten() {
        let scale = SizeScale::around([0.0, 1e-30, 0.2].into_iter(), true);
        assert!(scale.least >= 1e-8 && scale.is_log);
        assert_eq!([0.0, 1e-30, 0.2].map(|v| scale.level(v)), [0, 0, 15]);
    }

    #[test]
    fn an_empty_set_and_all_zeros_have_a_scale_too() {
        for values in [vec![], vec![0.0, 0.0], vec![f32::MAX, f32::MAX], vec![1e-44]] {
            for is_log in [false, true] {
                let scale = SizeScale::around(values.iter().copied(), is_log);
                assert!(scale.greatest > scale.least, "{values:?} {scale:?}");
            }
        }
    }
}
