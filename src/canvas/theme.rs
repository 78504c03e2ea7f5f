//! The roles of screen elements and their colours, chosen by hand for each theme and colour depth.

use ratatui::style::{Color, Modifier, Style};

use crate::canvas::ramps::{
    SIGN_LEVELS, SIZE_LEVELS, ramp_256, ramp_of_contours, ramp_of_sizes, ramp_true,
};
use crate::canvas::{Appearance, ColourDepth, ThemeName};

/// The styles of the parts of a screen.
#[derive(Clone, Debug)]
pub(crate) struct Theme {
    /// The number of colours.
    pub depth: ColourDepth,
    /// The background of everything, with the default text colour; the dark theme leaves both to
    /// the terminal.
    pub background: Option<Style>,
    /// Body text.
    pub text: Style,
    /// Emphasised text.
    pub strong: Style,
    /// Labels and remarks.
    pub quiet: Style,
    /// Borders, gridlines, the empty part of a bar.
    pub faint: Style,
    /// The background of the header, with its text.
    pub bar: Style,
    /// The filled part of the header's progress bar.
    pub progress: Style,
    /// Its empty part.
    pub trough: Style,
    /// The open tab, the selected line of a list.
    pub selected: Style,
    /// A good state.
    pub good: Style,
    /// A problem.
    pub problem: Style,
    /// The chosen element.
    pub chosen: Style,
    /// The style of each arm.
    pub arms: [Style; 4],
    /// The same, darker, for the area around a curve.
    pub shades: [Style; 4],
    /// The colours of signed values, from least to greatest with zero in the middle.
    pub signs: [Color; SIGN_LEVELS],
    /// The colours of magnitudes, from zero up.
    pub sizes: [Color; SIZE_LEVELS],
    /// The colours of contour lines on each of them.
    pub contours: [Color; SIZE_LEVELS],
}

const fn rgb(hex: u32) -> Color {
    Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const fn fg(colour: Color) -> Style {
    Style::new().fg(colour)
}

/// The colours of a theme, before they are assigned to roles. The dark ones leave background and
/// body text to the terminal; the light ones set both, because the terminal may be dark.
struct Palette {
    background: Option<(Color, Color)>,
    bar_text: Color,
    quiet: Color,
    faint: Color,
    bar: Color,
    progress: Color,
    trough: Color,
    selected: (Color, Color),
    good: Color,
    problem: Color,
    chosen: Color,
    arms: [Color; 4],
    shades: [Color; 4],
}

/// No two arms, and no arm and the strongest colour of a sign, look alike to any of the common kinds of
/// colour sight; of the sixteen colours of a terminal that cannot be said.
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

impl Theme {
    /// Returns the theme for the capabilities of the terminal.
    pub(crate) fn of(appearance: Appearance) -> Self {
        let is_dark = appearance.theme == ThemeName::Dark;
        let palette = match (appearance.colours, appearance.theme) {
            (ColourDepth::None, _) => return Self::without_colours(),
            (ColourDepth::Sixteen, ThemeName::Dark) => &DARK_16,
            (ColourDepth::Sixteen, ThemeName::Light) => &LIGHT_16,
            (ColourDepth::Indexed, ThemeName::Dark) => &DARK_256,
            (ColourDepth::Indexed, ThemeName::Light) => &LIGHT_256,
            (ColourDepth::True, ThemeName::Dark) => &DARK_TRUE,
            (ColourDepth::True, ThemeName::Light) => &LIGHT_TRUE,
        };
        let signs = match appearance.colours {
            ColourDepth::True => ramp_true(is_dark),
            _ => ramp_256(is_dark, appearance.colours),
        };
        let painted = Self::painted(appearance.colours, palette, signs);
        if palette.chosen == palette.problem {
            return Self { chosen: painted.chosen.add_modifier(Modifier::REVERSED), ..painted };
        }
        painted
    }

    fn painted(depth: ColourDepth, p: &Palette, signs: [Color; SIGN_LEVELS]) -> Self {
        Self {
            depth,
            background: p.background.map(|(text, background)| fg(text).bg(background)),
            text: fg(Color::Reset),
            strong: fg(Color::Reset).add_modifier(Modifier::BOLD),
            quiet: fg(p.quiet),
            faint: fg(p.faint),
            bar: fg(p.bar_text).bg(p.bar),
            progress: Style::new().fg(p.progress).bg(p.trough),
            trough: Style::new().fg(p.trough).bg(p.trough),
            selected: fg(p.selected.0).bg(p.selected.1).add_modifier(Modifier::BOLD),
            good: fg(p.good),
            problem: fg(p.problem),
            chosen: fg(p.chosen),
            arms: p.arms.map(fg),
            shades: p.shades.map(fg),
            signs,
            sizes: ramp_of_sizes(depth),
            contours: ramp_of_contours(depth),
        }
    }

    fn without_colours() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        Self {
            depth: ColourDepth::None,
            background: None,
            text: plain,
            strong: bold,
            quiet: plain,
            faint: plain,
            bar: plain,
            progress: plain,
            trough: plain,
            selected: bold.add_modifier(Modifier::REVERSED),
            good: bold,
            problem: bold.add_modifier(Modifier::UNDERLINED),
            chosen: bold.add_modifier(Modifier::REVERSED),
            arms: [plain; 4],
            shades: [plain; 4],
            signs: [Color::Reset; SIGN_LEVELS],
            sizes: ramp_of_sizes(ColourDepth::None),
            contours: ramp_of_contours(ColourDepth::None),
        }
    }

    /// Returns whether backgrounds may be painted: not on a terminal without colours.
    pub(crate) fn has_colours(&self) -> bool {
        self.depth != ColourDepth::None
    }

    /// Returns the colour of an arm.
    pub(crate) fn arm(&self, arm: usize) -> Style {
        self.arms[arm % self.arms.len()]
    }

    /// Returns the colour of the area around an arm's curve.
    pub(crate) fn shade(&self, arm: usize) -> Style {
        self.shades[arm % self.shades.len()]
    }
}

#[cfg(test)]
mod tests;
