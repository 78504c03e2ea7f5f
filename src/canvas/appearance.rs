//! The capabilities of the terminal as plain values, detected in `cli`.

/// The number of colours that the terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColourDepth {
    /// No colours: bold and reverse only.
    None,
    /// The sixteen colours of the terminal's own palette.
    Sixteen,
    /// The 256 colours of xterm.
    Indexed,
    /// 24 bits.
    #[default]
    True,
}

/// The set of characters that drawing may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Glyphs {
    /// Braille curves, eighth blocks, box drawing.
    #[default]
    Braille,
    /// The same with curves of half blocks and quadrants, for fonts without Braille.
    Block,
    /// Braille curves, all else in ASCII: nothing that takes two columns under some settings for
    /// Chinese, Japanese or Korean.
    Narrow,
    /// Nothing beyond ASCII.
    Ascii,
    /// Like `Block`, with curves of sextants (2 × 3 a cell), which Unicode has since version 13.
    Sextant,
    /// Like `Block`, with curves of octants (2 × 4 a cell), which Unicode has since version 16.
    Octant,
}

impl Glyphs {
    /// All glyph sets.
    pub const ALL: [Self; 6] =
        [Self::Braille, Self::Block, Self::Narrow, Self::Ascii, Self::Sextant, Self::Octant];
    /// The glyph sets that most fonts have, in the order in which a key cycles through them.
    const CYCLE: [Self; 4] = [Self::Braille, Self::Block, Self::Narrow, Self::Ascii];

    /// Returns the name of the glyph set and its description.
    pub fn name_and_description(self) -> (&'static str, &'static str) {
        match self {
            Self::Braille => ("braille", "Braille curves and frames"),
            Self::Block => ("block", "quarter blocks"),
            Self::Narrow => ("narrow", "Braille and ASCII"),
            Self::Ascii => ("ascii", "ASCII"),
            Self::Sextant => ("sextant", "sixth blocks"),
            Self::Octant => ("octant", "eighth blocks"),
        }
    }

    /// Returns the next glyph set of those that most fonts have; after the last comes the first.
    #[must_use]
    pub(crate) fn next(self) -> Self {
        let at = Self::CYCLE.iter().position(|glyphs| *glyphs == self);
        at.and_then(|at| Self::CYCLE.get(at + 1)).copied().unwrap_or_default()
    }

    /// Returns the rows of dots that a cell of a curve has; it has two columns.
    pub(crate) fn dot_rows(self) -> usize {
        if self == Self::Sextant { 3 } else { 4 }
    }

    /// Returns whether the dots of curves are thin: not blocks, nor letters.
    pub(crate) fn has_thin_dots(self) -> bool {
        matches!(self, Self::Braille | Self::Narrow)
    }

    /// Returns whether everything except curves is drawn in ASCII.
    pub fn is_mostly_ascii(self) -> bool {
        matches!(self, Self::Narrow | Self::Ascii)
    }
}

/// The two themes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// Light on dark.
    #[default]
    Dark,
    /// Dark on light.
    Light,
}

impl ThemeName {
    /// Returns the other theme.
    #[must_use]
    pub(crate) fn next(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::Dark,
        }
    }
}

/// The display options, which affect the rendering but not the content of a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appearance {
    /// The theme, dark or light.
    pub theme: ThemeName,
    /// The characters to draw with.
    pub glyphs: Glyphs,
    /// The number of colours.
    pub colours: ColourDepth,
    /// Whether the screen is drawn for a room: few things, large, and in high contrast.
    pub is_presenting: bool,
}
