//! The values of the screen options. The command line, the environment and the config file use the
//! same words.

use std::str::FromStr;

use clap::ValueEnum;

use crate::canvas::{ColourDepth, Glyphs, ThemeName};

/// The number of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ColourChoice {
    /// What the terminal supports, according to the environment
    Auto,
    /// 24-bit colour
    True,
    /// The 256 colours of xterm
    #[value(name = "256")]
    Indexed,
    /// The 16 colours of the terminal's palette
    #[value(name = "16")]
    Sixteen,
    /// No colours, only bold and reverse
    Never,
}

impl ColourChoice {
    /// Returns the choice, or `None` for `auto`.
    pub(super) fn chosen(self) -> Option<ColourDepth> {
        match self {
            Self::Auto => None,
            Self::True => Some(ColourDepth::True),
            Self::Indexed => Some(ColourDepth::Indexed),
            Self::Sixteen => Some(ColourDepth::Sixteen),
            Self::Never => Some(ColourDepth::None),
        }
    }
}

/// The characters to draw with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum GlyphChoice {
    /// Chosen by locale and terminal
    Auto,
    /// Curves in Braille, box-drawing frames, eighth blocks
    Braille,
    /// Same as braille, but with curves in quarter blocks, for fonts without Braille
    Block,
    /// Braille and ASCII: no characters that Chinese, Japanese or Korean settings draw two columns wide
    Narrow,
    /// ASCII only
    Ascii,
    /// Same as block, but with curves of 2 × 3 blocks, for fonts that have them (Unicode 13)
    Sextant,
    /// Same as block, but with curves of 2 × 4 blocks, for fonts that have them (Unicode 16)
    Octant,
}

impl GlyphChoice {
    /// Returns the choice, or `None` for `auto`.
    pub(super) fn chosen(self) -> Option<Glyphs> {
        match self {
            Self::Auto => None,
            Self::Braille => Some(Glyphs::Braille),
            Self::Block => Some(Glyphs::Block),
            Self::Narrow => Some(Glyphs::Narrow),
            Self::Ascii => Some(Glyphs::Ascii),
            Self::Sextant => Some(Glyphs::Sextant),
            Self::Octant => Some(Glyphs::Octant),
        }
    }
}

/// The theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ThemeChoice {
    /// Chosen by $COLORFGBG, which gives the background of the terminal
    Auto,
    /// Light text on a dark background
    Dark,
    /// Dark text on a light background
    Light,
}

impl ThemeChoice {
    /// Returns the choice, or `None` for `auto`.
    pub(super) fn chosen(self) -> Option<ThemeName> {
        match self {
            Self::Auto => None,
            Self::Dark => Some(ThemeName::Dark),
            Self::Light => Some(ThemeName::Light),
        }
    }
}

/// Whether something is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OnOff {
    /// It is.
    #[value(alias = "true", alias = "1")]
    On,
    /// It is not.
    #[value(alias = "false", alias = "0")]
    Off,
}

/// The language in which a scenario is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ShownLanguage {
    /// As a scenario file
    Toml,
    /// As a Python program
    Pytorch,
}

/// The names of the tensors of saved networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TensorNames {
    /// layers.0.weight, layers.0.bias, layers.1.weight, …
    Own,
    /// 0.weight, 0.bias, 2.weight, …, which nn.Sequential takes with activation functions between
    Torch,
}

/// Parses one of the words of an enum; the error lists them all.
fn one_of<T: ValueEnum>(text: &str) -> Result<T, String> {
    T::from_str(text, false).map_err(|_| {
        let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let mut names: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
        let last = names.pop().unwrap_or_default();
        format!("{} or {last} would do", names.join(", "))
    })
}

macro_rules! read_as_one_of {
    ($($kind:ty),+) => {
        $(impl FromStr for $kind {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                one_of(text)
            }
        })+
    };
}

read_as_one_of!(ColourChoice, GlyphChoice, ThemeChoice, OnOff);

/// The most frames per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameRate {
    /// Chosen by whether the terminal is remote.
    Auto,
    /// This number of frames per second.
    Of(u32),
}

/// No screen shows more frames than this.
const MOST_FRAMES: u32 = 240;

impl FromStr for FrameRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let frames = text.parse().ok().filter(|frames| (1..=MOST_FRAMES).contains(frames));
        frames.map(Self::Of).ok_or_else(|| format!("1 to {MOST_FRAMES} or auto would do"))
    }
}

/// The most bytes per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bandwidth {
    /// Chosen by whether the terminal is remote.
    Auto,
    /// This number of bytes per second.
    Of(u32),
    /// No limit.
    Unlimited,
}

/// The bytes per second of a link of 1,200 baud.
const LEAST_BANDWIDTH: u32 = 120;

impl FromStr for Bandwidth {
    type Err = String;

    /// Parses bytes per second, `k` for thousands of them; `none` means no limit.
    fn from_str(text: &str) -> Result<Self, String> {
        let (number, times) = match (text, text.strip_suffix(['k', 'K'])) {
            ("auto", _) => return Ok(Self::Auto),
            ("none", _) => return Ok(Self::Unlimited),
            (_, Some(number)) => (number, 1000),
            (number, None) => (number, 1),
        };
        let bytes = number.parse().ok().and_then(|number: u32| number.checked_mul(times));
        bytes.filter(|bytes| *bytes >= LEAST_BANDWIDTH).map(Self::Of).ok_or_else(|| {
            let wanted = format!("bytes a second, at least {LEAST_BANDWIDTH}");
            format!("{wanted}, would do: 960, 15k; or none, or auto")
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::{Bandwidth, ColourChoice, FrameRate, GlyphChoice, OnOff};

    #[test]
    fn a_bandwidth_is_bytes_per_second_or_none() {
        assert_eq!("960".parse(), Ok(Bandwidth::Of(960)));
        assert_eq!("15k".parse(), Ok(Bandwidth::Of(15_000)));
        assert_eq!("none".parse(), Ok(Bandwidth::Unlimited));
        assert_eq!("auto".parse(), Ok(Bandwidth::Auto));
        for wrong in ["", "k", "-1", "0", "119", "1.5k", "5000000k", "15kB"] {
            assert!(wrong.parse::<Bandwidth>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_glyph_set_has_the_same_name_in_the_flag_and_on_screen() {
        for choice in GlyphChoice::value_variants() {
            let name = choice.to_possible_value().expect("every choice has a name");
            let within = choice.chosen().map_or("auto", |glyphs| glyphs.name_and_description().0);
            assert_eq!(name.get_name(), within);
        }
    }

    #[test]
    fn frames_are_1_to_240() {
        assert_eq!("240".parse(), Ok(FrameRate::Of(240)));
        for wrong in ["0", "241", "-1", "30.5", ""] {
            assert_eq!(wrong.parse::<FrameRate>(), Err("1 to 240 or auto would do".to_owned()));
        }
    }

    #[test]
    fn an_unknown_word_is_refused_with_the_list_of_valid_ones() {
        assert_eq!("256".parse(), Ok(ColourChoice::Indexed));
        let refused = "mauve".parse::<ColourChoice>();
        assert_eq!(refused, Err("auto, true, 256, 16 or never would do".to_owned()));
        assert_eq!("true".parse(), Ok(OnOff::On));
        assert_eq!("2".parse::<OnOff>(), Err("on or off would do".to_owned()));
    }
}
