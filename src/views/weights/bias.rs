//! The bias of a neuron as a number on the colour of its value.

use ratatui::style::{Color, Style};

use crate::canvas::Canvas;
use crate::canvas::number::number;
use crate::canvas::ramps::{readable_on, sign_level};

/// A bias to draw.
#[derive(Clone, Copy)]
pub(super) struct Bias {
    /// Its value.
    pub value: f64,
    /// The end of the scale of its colour.
    pub scale: f64,
    /// Whether the cursor is on it.
    pub is_chosen: bool,
}

/// The least cells of the number of a bias; fewer show its sign alone.
const NUMBER: usize = 4;
/// The most cells of the number.
const WIDEST: u16 = 6;

impl Bias {
    /// Draws the bias in at most `room` cells: its number, or its sign if that is too wide. Returns the column
    /// after it.
    pub(super) fn draw(self, canvas: &mut Canvas<'_>, at: (u16, u16), room: u16) -> u16 {
        let text = self.text(usize::from(room.min(WIDEST)));
        canvas.text(at, room, &text, self.style(canvas))
    }

    /// Returns the value in `width` cells, or its sign if it does not fit. What is not 0 is not written as 0:
    /// −4e−3 instead of −0.00.
    fn text(self, width: usize) -> String {
        let size = format!("{:.2}", self.value.abs());
        if width == NUMBER
            && let Some(hundredths) = size.strip_prefix("0.").filter(|text| *text != "00")
        {
            // As on an axis, without the 0 before the point, so that two decimals have room beside a sign.
            let sign = if self.value < 0.0 { "−" } else { "" };
            return format!("{:>width$}", format!("{sign}.{hundredths}"));
        }
        let short = number(self.value, width);
        let is_zero = self.value != 0.0 && !short.contains(|letter| matches!(letter, '1'..='9'));
        let whole = if is_zero { format!("{:.0e}", self.value).replace('-', "−") } else { short };
        if width >= NUMBER && whole.chars().count() <= width {
            return format!("{whole:>width$}");
        }
        let sign = if self.value < 0.0 { "−" } else { "+" };
        format!("{sign:^width$}", width = width.min(3))
    }

    /// Returns black or white on the colour of the value.
    fn style(self, canvas: &Canvas<'_>) -> Style {
        let theme = &canvas.theme;
        // For a room the background of the theme has more contrast than any colour of a sign.
        let is_plain = canvas.is_presenting && theme.background.is_some();
        if !theme.has_colours() || canvas.is_ascii() || is_plain {
            return if self.is_chosen { theme.chosen } else { theme.text };
        }
        let background = if self.is_chosen {
            theme.chosen.fg.unwrap_or(Color::Reset)
        } else {
            theme.signs[sign_level(self.value, self.scale)]
        };
        Style::new().fg(readable_on(background)).bg(background)
    }
}

#[cfg(test)]
mod tests {
    use super::Bias;

    #[test]
    fn no_bias_but_zero_is_written_as_zero_and_each_fits() {
        let text = |value, width| Bias { value, scale: 1.0, is_chosen: false }.text(width);
        assert_eq!(text(-0.004, 5), "−4e−3");
        assert_eq!(text(-0.004, 6), "−0.004");
        assert_eq!((text(-0.32, 4), text(0.32, 4)), ("−.32".to_owned(), " .32".to_owned()));
        assert_eq!((text(-0.004, 4), text(-0.999, 4)), (" − ".to_owned(), "−1.0".to_owned()));
        assert_eq!((text(0.0, 5), text(7.0, 2)), ("    0".to_owned(), "+ ".to_owned()));
        for value in [-0.000_04, 0.03, -12.345, 123_456.0, -9.99e-12, -123_456_789.0] {
            for width in 0..9 {
                let text = text(value, width);
                assert!(text.chars().count() <= width.max(1), "{text} in {width}");
            }
        }
    }
}
