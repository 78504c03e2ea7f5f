//! The settings of the screen, each with its source.

use std::fmt::Display;
use std::str::FromStr;

use crate::cli::flag_values::{
    Bandwidth, ColourChoice, FrameRate, GlyphChoice, OnOff, ThemeChoice,
};

/// The most characters of a value that an error quotes.
pub(super) const QUOTED: usize = 80;

/// The keys of the config file. Each is also a flag, `--color`, and a variable, `XENTVIZ_COLOR`.
pub(in crate::cli) const KEYS: [&str; 6] =
    ["color", "glyphs", "theme", "fps", "bandwidth", "mouse"];

/// A chosen value and its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChosenValue<T> {
    /// The chosen value.
    pub(super) choice: T,
    /// The source: `--color`, `XENTVIZ_COLOR`, `color in config.toml`.
    pub(super) source: String,
}

/// The settings of the screen; `None` for those that were not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::cli) struct Settings {
    pub(super) colour: Option<ChosenValue<ColourChoice>>,
    pub(super) glyphs: Option<ChosenValue<GlyphChoice>>,
    pub(super) theme: Option<ChosenValue<ThemeChoice>>,
    pub(super) fps: Option<ChosenValue<FrameRate>>,
    pub(super) bandwidth: Option<ChosenValue<Bandwidth>>,
    pub(super) mouse: Option<ChosenValue<OnOff>>,
    /// The warning about an unreadable default config file.
    pub(super) config_warning: Option<String>,
}

impl Settings {
    /// Parses the value of a key; the error lists what is valid.
    pub(super) fn apply(&mut self, key: &str, text: &str, source: &str) -> Result<(), String> {
        match key {
            "color" => read(&mut self.colour, text, source),
            "glyphs" => read(&mut self.glyphs, text, source),
            "theme" => read(&mut self.theme, text, source),
            "fps" => read(&mut self.fps, text, source),
            "bandwidth" => read(&mut self.bandwidth, text, source),
            "mouse" => read(&mut self.mouse, text, source),
            _ => Err(format!("the keys here are {}", KEYS.join(", "))),
        }
    }
}

fn read<T: FromStr>(
    into: &mut Option<ChosenValue<T>>,
    text: &str,
    source: &str,
) -> Result<(), T::Err>
where
    T::Err: Display,
{
    *into = Some(ChosenValue { choice: text.parse()?, source: source.to_owned() });
    Ok(())
}
