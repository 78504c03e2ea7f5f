//! The styles of what is drawn on a map: readable on every colour under it.

use ratatui::style::{Color, Modifier, Style};

use crate::canvas::Canvas;

/// The styles of a trajectory and its labels. Each cell that they cover has one dark background (a pale one on
/// the light theme), whatever colours the map has there: an arm keeps its colour on every map.
#[derive(Clone, Copy, Debug)]
pub(super) struct MapInk {
    /// The line of the trajectory, and marks along it.
    pub(super) line: Style,
    /// The start, and labels.
    pub(super) label: Style,
    /// The current position: the reverse of the line.
    pub(super) position: Style,
}

impl MapInk {
    /// Returns the styles of an arm.
    pub(super) fn of_arm(canvas: &Canvas<'_>, arm: usize) -> Self {
        let theme = &canvas.theme;
        let bold = Style::new().add_modifier(Modifier::BOLD);
        if !theme.has_colours() {
            let reversed = bold.add_modifier(Modifier::REVERSED);
            return Self { line: bold, label: reversed, position: reversed };
        }
        let (text, background) = match theme.background {
            Some(Style { fg: Some(text), bg: Some(background), .. }) => (text, background),
            _ => (Color::White, Color::Black),
        };
        let colour = theme.arm(arm).fg.unwrap_or(text);
        Self {
            line: bold.fg(colour).bg(background),
            label: bold.fg(text).bg(background),
            position: bold.fg(background).bg(colour),
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::*;
    use crate::canvas::ramps::parts;
    use crate::canvas::{Appearance, ColourDepth, ThemeName};

    /// Returns the contrast of two colours, about as WCAG 2 does: with squares in place of its curve.
    fn contrast(one: Color, other: Color) -> f64 {
        let luminance = |colour: Color| {
            let (r, g, b) = parts(colour);
            let [r, g, b] = [r, g, b].map(|part| (part / 255.0) * (part / 255.0));
            0.05 + 0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (one, other) = (luminance(one), luminance(other));
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_arm_contrasts_with_the_background_of_its_line() {
        for theme in [ThemeName::Dark, ThemeName::Light] {
            for colours in [ColourDepth::Indexed, ColourDepth::True] {
                let mut cells = Buffer::empty(Rect::new(0, 0, 1, 1));
                let appearance = Appearance { theme, colours, ..Appearance::default() };
                let canvas = Canvas::new(&mut cells, appearance);
                for arm in 0..4 {
                    let ink = MapInk::of_arm(&canvas, arm);
                    for style in [ink.line, ink.label, ink.position] {
                        let (fg, bg) = style.fg.zip(style.bg).expect("both are set");
                        assert!(contrast(fg, bg) > 4.0, "{theme:?} {colours:?} {arm}: {style:?}");
                    }
                    assert_eq!(ink.line.bg, ink.label.bg, "a label has the background of the line");
                }
            }
        }
    }
}
