//! The colours of each theme at each colour depth.
//!
//! No two arms, and no arm and the strongest colour of a sign, look alike to any of the common kinds of colour
//! sight. For a room that holds in true colours. The sixteen colours are the terminal's own, so nothing is
//! promised of them.

use ratatui::style::Color;

use crate::canvas::{Appearance, ColourDepth, ThemeName};

const fn rgb(hex: u32) -> Color {
    Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// The colours of a theme, before they are assigned to roles. Except for a room, the dark ones leave background and
/// body text to the terminal; the light ones set both, because the terminal may be dark.
#[derive(Clone, Copy)]
pub(super) struct Palette {
    pub(super) background: Option<(Color, Color)>,
    pub(super) bar_text: Color,
    pub(super) quiet: Color,
    pub(super) faint: Color,
    pub(super) bar: Color,
    pub(super) progress: Color,
    pub(super) trough: Color,
    pub(super) selected: (Color, Color),
    pub(super) good: Color,
    pub(super) problem: Color,
    pub(super) chosen: Color,
    pub(super) arms: [Color; 4],
    pub(super) shades: [Color; 4],
}

const DARK_TRUE: Palette = Palette {
    background: None,
    bar_text: rgb(0x00d8_d8de),
    quiet: rgb(0x0080_8490),
    faint: rgb(0x0044_4853),
    bar: rgb(0x0022_242c),
    progress: rgb(0x008a_93a8),
    trough: rgb(0x002a_2f3a),
    selected: (rgb(0x0012_1216), rgb(0x00d8_d8d4)),
    good: rgb(0x006f_d58c),
    problem: rgb(0x00f2_6464),
    chosen: rgb(0x00ff_8ac6),
    arms: [rgb(0x00f0_a63c), rgb(0x004c_c3f0), rgb(0x00cc_ffaa), rgb(0x00c4_ae94)],
    shades: [rgb(0x0070_4f22), rgb(0x0026_5c74), rgb(0x0056_6e48), rgb(0x005a_5044)],
};

const LIGHT_TRUE: Palette = Palette {
    background: Some((rgb(0x001c_1c22), rgb(0x00fa_fafc))),
    bar_text: rgb(0x002a_2a30),
    quiet: rgb(0x006a_6c76),
    faint: rgb(0x00b4_b6be),
    bar: rgb(0x00e4_e5ea),
    progress: rgb(0x0068_7086),
    trough: rgb(0x00d6_d8df),
    selected: (rgb(0x00ff_ffff), rgb(0x003a_3a42)),
    good: rgb(0x001d_7a3e),
    problem: rgb(0x00c4_1e2c),
    chosen: rgb(0x00d0_257f),
    arms: [rgb(0x00a8_6400), rgb(0x0000_75ad), rgb(0x0077_22ee), rgb(0x0042_1236)],
    shades: [rgb(0x00e2_c396), rgb(0x0099_cbe4), rgb(0x00c9_b0f2), rgb(0x00b9_a3b3)],
};

const fn at(index: u8) -> Color {
    Color::Indexed(index)
}

const DARK_256: Palette = Palette {
    background: None,
    bar_text: at(253),
    quiet: at(244),
    faint: at(239),
    bar: at(235),
    progress: at(246),
    trough: at(236),
    selected: (at(233), at(252)),
    good: at(78),
    problem: at(203),
    chosen: at(212),
    arms: [at(215), at(81), at(193), at(144)],
    shades: [at(94), at(24), at(65), at(59)],
};

const LIGHT_256: Palette = Palette {
    background: Some((at(234), at(231))),
    bar_text: at(235),
    quiet: at(242),
    faint: at(249),
    bar: at(254),
    progress: at(243),
    trough: at(252),
    selected: (at(231), at(238)),
    good: at(29),
    problem: at(160),
    chosen: at(162),
    arms: [at(130), at(25), at(93), at(53)],
    shades: [at(180), at(110), at(141), at(139)],
};

const DARK_16: Palette = Palette {
    background: None,
    bar_text: Color::Reset,
    quiet: Color::Gray,
    faint: Color::DarkGray,
    bar: Color::Reset,
    progress: Color::Gray,
    trough: Color::DarkGray,
    selected: (Color::Black, Color::Gray),
    good: Color::LightGreen,
    problem: Color::LightRed,
    chosen: Color::LightMagenta,
    arms: [Color::LightYellow, Color::LightCyan, Color::White, Color::LightBlue],
    shades: [Color::DarkGray; 4],
};

/// Yellow, cyan and green of most palettes are too pale on white to be readable: green is used only
/// for the fourth arm. The chosen element is red like a problem, but reversed.
const LIGHT_16: Palette = Palette {
    background: Some((Color::Black, Color::White)),
    bar_text: Color::Reset,
    quiet: Color::DarkGray,
    faint: Color::Gray,
    bar: Color::Reset,
    progress: Color::DarkGray,
    trough: Color::Gray,
    selected: (Color::White, Color::DarkGray),
    good: Color::Green,
    problem: Color::Red,
    chosen: Color::Red,
    arms: [Color::Magenta, Color::Blue, Color::Black, Color::Green],
    shades: [Color::Gray; 4],
};

/// For a room: on black, words and curves have a contrast of at least 7 : 1.
const DARK_TRUE_ROOM: Palette = Palette {
    background: Some((rgb(0x00ff_ffff), rgb(0x0000_0000))),
    bar_text: rgb(0x00ff_ffff),
    quiet: rgb(0x00e8_e8ee),
    faint: rgb(0x009a_9aa6),
    bar: rgb(0x0016_181e),
    trough: rgb(0x0016_181e),
    problem: rgb(0x00ff_8080),
    arms: [rgb(0x00ff_b444), rgb(0x004c_c3f0), rgb(0x00cc_ffaa), rgb(0x00c4_ae94)],
    ..DARK_TRUE
};

/// The same on white.
const LIGHT_TRUE_ROOM: Palette = Palette {
    background: Some((rgb(0x0000_0000), rgb(0x00ff_ffff))),
    bar_text: rgb(0x0000_0000),
    quiet: rgb(0x0026_262c),
    faint: rgb(0x004c_4e56),
    bar: rgb(0x00f6_f6fa),
    trough: rgb(0x00f6_f6fa),
    good: rgb(0x000b_5a28),
    problem: rgb(0x00a4_101e),
    chosen: rgb(0x009c_0f5c),
    arms: [rgb(0x007a_4600), rgb(0x0000_527c), rgb(0x005a_10c4), rgb(0x0042_1236)],
    ..LIGHT_TRUE
};

const DARK_256_ROOM: Palette = Palette {
    background: Some((at(231), at(16))),
    bar_text: at(231),
    quiet: at(254),
    faint: at(247),
    bar: at(233),
    trough: at(233),
    problem: at(210),
    ..DARK_256
};

/// The first arm has 6.7 : 1: any darker brown among the 256 colours looks red.
const LIGHT_256_ROOM: Palette = Palette {
    background: Some((at(16), at(231))),
    bar_text: at(16),
    quiet: at(235),
    faint: at(242),
    bar: at(255),
    trough: at(255),
    good: at(22),
    problem: at(124),
    chosen: at(125),
    arms: [at(58), at(24), at(56), at(53)],
    ..LIGHT_256
};

/// The sixteen colours are the terminal's own, so that only black, white and the palest have a contrast that
/// can be relied on.
const DARK_16_ROOM: Palette = Palette {
    background: Some((Color::White, Color::Black)),
    bar_text: Color::White,
    faint: Color::Gray,
    ..DARK_16
};

const LIGHT_16_ROOM: Palette =
    Palette { bar_text: Color::Black, quiet: Color::Black, faint: Color::DarkGray, ..LIGHT_16 };

/// Returns the colours for the capabilities of the terminal; none without colours.
pub(super) fn palette(appearance: Appearance) -> Option<&'static Palette> {
    let Appearance { theme, colours, is_presenting, .. } = appearance;
    Some(match (colours, theme, is_presenting) {
        (ColourDepth::None, _, _) => return None,
        (ColourDepth::Sixteen, ThemeName::Dark, false) => &DARK_16,
        (ColourDepth::Sixteen, ThemeName::Dark, true) => &DARK_16_ROOM,
        (ColourDepth::Sixteen, ThemeName::Light, false) => &LIGHT_16,
        (ColourDepth::Sixteen, ThemeName::Light, true) => &LIGHT_16_ROOM,
        (ColourDepth::Indexed, ThemeName::Dark, false) => &DARK_256,
        (ColourDepth::Indexed, ThemeName::Dark, true) => &DARK_256_ROOM,
        (ColourDepth::Indexed, ThemeName::Light, false) => &LIGHT_256,
        (ColourDepth::Indexed, ThemeName::Light, true) => &LIGHT_256_ROOM,
        (ColourDepth::True, ThemeName::Dark, false) => &DARK_TRUE,
        (ColourDepth::True, ThemeName::Dark, true) => &DARK_TRUE_ROOM,
        (ColourDepth::True, ThemeName::Light, false) => &LIGHT_TRUE,
        (ColourDepth::True, ThemeName::Light, true) => &LIGHT_TRUE_ROOM,
    })
}
