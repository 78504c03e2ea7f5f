//! What was said about the screen: on the command line, else in the environment, else in the config
//! file. What nobody said is found out.

pub(super) mod config;

use std::fmt::Display;
use std::str::FromStr;

use crate::app::Look;
use crate::cli::args::ScreenArgs;
use crate::cli::choices::{Bandwidth, ColourChoice, Frames, GlyphChoice, Switch, ThemeChoice};
use crate::cli::colours::{self, Environment, Found, var};
use crate::cli::failure::Refused;
use crate::file::Opener;
use crate::text::excerpt;

/// The most characters of a value that a refusal quotes.
const QUOTED: usize = 80;

/// The keys of the config file. Each is an option, `--color`, and a variable, `XENTVIZ_COLOR`, too.
pub(super) const KEYS: [&str; 6] = ["color", "glyphs", "theme", "fps", "bandwidth", "mouse"];

/// The variable of a key.
pub(super) fn variable(key: &str) -> String {
    format!("XENTVIZ_{}", key.to_ascii_uppercase())
}

/// A choice, and where it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said<T> {
    /// What was chosen.
    pub(super) what: T,
    /// Where: `--color`, `XENTVIZ_COLOR`, `color in config.toml`.
    pub(super) by: String,
}

/// What was said about the screen; none where nothing was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    colour: Option<Said<ColourChoice>>,
    glyphs: Option<Said<GlyphChoice>>,
    theme: Option<Said<ThemeChoice>>,
    fps: Option<Said<Frames>>,
    bandwidth: Option<Said<Bandwidth>>,
    mouse: Option<Said<Switch>>,
    /// What is to be said of a config file that could not be read and that nobody has named.
    passed_over: Option<String>,
}

/// A look, and what decided each part of it.
pub(super) type Reasons = (Look, [String; 3]);

impl Settings {
    /// What was said: by the file, over it by the environment, over both on the command line.
    ///
    /// # Errors
    /// For whatever cannot be, wherever it was said.
    pub(super) fn gather(
        args: &ScreenArgs,
        environment: &Environment<'_>,
        open: &Opener,
    ) -> Result<Self, Refused> {
        let mut settings = Self::default();
        config::read(&mut settings, args.config.as_deref(), (environment, open))?;
        settings.take_environment(environment)?;
        settings.take_arguments(args);
        Ok(settings)
    }

    /// Reads the value of a key; the error says what would do.
    fn take(&mut self, key: &str, text: &str, by: &str) -> Result<(), String> {
        match key {
            "color" => read(&mut self.colour, text, by),
            "glyphs" => read(&mut self.glyphs, text, by),
            "theme" => read(&mut self.theme, text, by),
            "fps" => read(&mut self.fps, text, by),
            "bandwidth" => read(&mut self.bandwidth, text, by),
            "mouse" => read(&mut self.mouse, text, by),
            _ => Err(format!("the keys here are {}", KEYS.join(", "))),
        }
    }

    fn take_environment(&mut self, environment: &Environment<'_>) -> Result<(), Refused> {
        for key in KEYS {
            let name = variable(key);
            let Some(text) = var(environment, &name) else { continue };
            self.take(key, &text, &name).map_err(|would_do| {
                let found = excerpt(&text, QUOTED);
                Refused::new(format!("{name}: found \"{found}\"; {would_do}"))
            })?;
        }
        Ok(())
    }

    fn take_arguments(&mut self, args: &ScreenArgs) {
        say(&mut self.colour, args.color, "--color");
        say(&mut self.glyphs, args.glyphs, "--glyphs");
        say(&mut self.glyphs, args.ascii.then_some(GlyphChoice::Ascii), "--ascii");
        say(&mut self.theme, args.theme, "--theme");
        say(&mut self.fps, args.fps, "--fps");
        say(&mut self.bandwidth, args.bandwidth, "--bandwidth");
        say(&mut self.mouse, args.mouse, "--mouse");
    }

    /// How to draw on the terminal that `environment` describes, and what decided: the colours, the
    /// characters, the theme.
    pub(super) fn look(&self, environment: &Environment<'_>) -> Reasons {
        let colours = settle(self.colour.as_ref(), ColourChoice::chosen)
            .unwrap_or_else(|| colours::colours(environment));
        let glyphs = settle(self.glyphs.as_ref(), GlyphChoice::chosen)
            .unwrap_or_else(|| colours::glyphs(environment));
        let theme = settle(self.theme.as_ref(), ThemeChoice::chosen)
            .unwrap_or_else(|| colours::theme(environment));
        let look = Look { theme: theme.what, glyphs: glyphs.what, colours: colours.what };
        (look, [colours.why, glyphs.why, theme.why])
    }

    /// Whether a number of colours was asked for, whatever standard output is.
    pub(super) fn asks_for_colours(&self) -> bool {
        settle(self.colour.as_ref(), ColourChoice::chosen).is_some()
    }

    /// The most frames a second, where a number was said.
    pub(super) fn frames(&self) -> Option<u32> {
        self.fps.as_ref().and_then(|said| match said.what {
            Frames::Auto => None,
            Frames::Of(frames) => Some(frames),
        })
    }

    /// The most bytes a second; `auto` where nothing was said.
    pub(super) fn bandwidth(&self, auto: Option<u32>) -> Option<u32> {
        match self.bandwidth.as_ref().map_or(Bandwidth::Auto, |said| said.what) {
            Bandwidth::Auto => auto,
            Bandwidth::Of(bytes) => Some(bytes),
            Bandwidth::Unlimited => None,
        }
    }

    /// Says which config file was passed over, and why.
    pub(super) fn passed_over(&self) -> Option<&str> {
        self.passed_over.as_deref()
    }

    /// Whether the mouse is taken from the start.
    pub(super) fn takes_mouse(&self) -> bool {
        self.mouse.as_ref().is_some_and(|said| said.what == Switch::On)
    }
}

fn read<T: FromStr>(into: &mut Option<Said<T>>, text: &str, by: &str) -> Result<(), T::Err>
where
    T::Err: Display,
{
    *into = Some(Said { what: text.parse()?, by: by.to_owned() });
    Ok(())
}

fn say<T>(into: &mut Option<Said<T>>, what: Option<T>, by: &str) {
    if let Some(what) = what {
        *into = Some(Said { what, by: by.to_owned() });
    }
}

/// What was chosen, with where; none where it is to be found out.
fn settle<C: Copy, T>(said: Option<&Said<C>>, chosen: impl Fn(C) -> Option<T>) -> Option<Found<T>> {
    said.and_then(|said| Some(Found::new(chosen(said.what)?, said.by.clone())))
}

#[cfg(test)]
mod tests;
