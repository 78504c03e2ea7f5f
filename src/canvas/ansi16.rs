//! The sixteen named colours of a terminal.

use ratatui::style::Color;

/// Returns the index of a named colour among the sixteen; 0 for any other colour.
pub fn place_in_sixteen(colour: Color) -> u8 {
    match colour {
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Indexed(index) => index.min(15),
        Color::Black | Color::Reset | Color::Rgb(..) => 0,
    }
}
