//! The screen settings from the command line, the environment and the config file, in that order.
//! Settings that are not given are detected.

pub(super) mod config;
mod values;

use crate::canvas::Appearance;
use crate::cli::args::ScreenArgs;
use crate::cli::environment::{self, Detected, Environment, var};
use crate::cli::error_report::UsageError;
use crate::cli::flag_values::{
    Bandwidth, ColourChoice, FrameRate, GlyphChoice, OnOff, ThemeChoice,
};
use crate::cli::settings::values::{ChosenValue, QUOTED};
use crate::file::Opener;
use crate::text::excerpt;

pub(super) use values::{KEYS, Settings};

/// Returns the environment variable of a key.
pub(super) fn variable(key: &str) -> String {
    format!("XENTVIZ_{}", key.to_ascii_uppercase())
}

/// An appearance, and the reason for each part of it.
pub(super) type ExplainedAppearance = (Appearance, [String; 3]);

impl Settings {
    /// Collects the settings. The environment overrides the config file, and the command line
    /// overrides both.
    ///
    /// # Errors
    /// Returns an error for any invalid value, whatever its source.
    pub(super) fn gather(
        args: &ScreenArgs,
        environment: &Environment<'_>,
        open: &Opener,
    ) -> Result<Self, UsageError> {
        let mut settings = Self::default();
        config::read(&mut settings, args.config.as_deref(), environment, open)?;
        settings.apply_environment(environment)?;
        settings.apply_arguments(args);
        Ok(settings)
    }

    fn apply_environment(&mut self, environment: &Environment<'_>) -> Result<(), UsageError> {
        for key in KEYS {
            let name = variable(key);
            let Some(text) = var(environment, &name) else { continue };
            self.apply(key, &text, &name).map_err(|expected| {
                let found = excerpt(&text, QUOTED);
                UsageError::new(format!("{name}: found \"{found}\"; {expected}"))
            })?;
        }
        Ok(())
    }

    fn apply_arguments(&mut self, args: &ScreenArgs) {
        set(&mut self.colour, args.color, "--color");
        set(&mut self.glyphs, args.glyphs, "--glyphs");
        set(&mut self.glyphs, args.ascii.then_some(GlyphChoice::Ascii), "--ascii");
        set(&mut self.theme, args.theme, "--theme");
        set(&mut self.fps, args.fps, "--fps");
        set(&mut self.bandwidth, args.bandwidth, "--bandwidth");
        set(&mut self.mouse, args.mouse, "--mouse");
    }

    /// Returns the appearance for the terminal that `environment` describes, with the reasons for
    /// the colour depth, the glyphs and the theme.
    pub(super) fn appearance(&self, environment: &Environment<'_>) -> ExplainedAppearance {
        let colours = resolve(self.colour.as_ref(), ColourChoice::chosen)
            .unwrap_or_else(|| environment::colours(environment));
        let glyphs = resolve(self.glyphs.as_ref(), GlyphChoice::chosen)
            .unwrap_or_else(|| environment::glyphs(environment));
        let theme = resolve(self.theme.as_ref(), ThemeChoice::chosen)
            .unwrap_or_else(|| environment::theme(environment));
        let (theme, why_theme) = (theme.choice, theme.why);
        let (glyphs, why_glyphs) = (glyphs.choice, glyphs.why);
        let look = Appearance { theme, glyphs, colours: colours.choice, is_presenting: false };
        (look, [colours.why, why_glyphs, why_theme])
    }

    /// Returns whether a number of colours was chosen, whatever standard output is.
    pub(super) fn has_chosen_colours(&self) -> bool {
        resolve(self.colour.as_ref(), ColourChoice::chosen).is_some()
    }

    /// Returns the most frames per second, if a number was chosen.
    pub(super) fn frames(&self) -> Option<u32> {
        self.fps.as_ref().and_then(|chosen| match chosen.choice {
            FrameRate::Auto => None,
            FrameRate::Of(frames) => Some(frames),
        })
    }

    /// Returns the most bytes per second, or `auto` if none was chosen.
    pub(super) fn bandwidth(&self, auto: Option<u32>) -> Option<u32> {
        match self.bandwidth.as_ref().map_or(Bandwidth::Auto, |chosen| chosen.choice) {
            Bandwidth::Auto => auto,
            Bandwidth::Of(bytes) => Some(bytes),
            Bandwidth::Unlimited => None,
        }
    }

    /// Returns the message about the ignored config file, with the reason.
    pub(super) fn config_warning(&self) -> Option<&str> {
        self.config_warning.as_deref()
    }

    /// Returns whether the mouse is captured from the start.
    pub(super) fn captures_mouse(&self) -> bool {
        self.mouse.as_ref().is_some_and(|chosen| chosen.choice == OnOff::On)
    }
}

fn set<T>(into: &mut Option<ChosenValue<T>>, choice: Option<T>, source: &str) {
    if let Some(choice) = choice {
        *into = Some(ChosenValue { choice, source: source.to_owned() });
    }
}

/// Returns the chosen value with its source, or `None` if it is to be detected.
fn resolve<C: Copy, T>(
    value: Option<&ChosenValue<C>>,
    chosen: impl Fn(C) -> Option<T>,
) -> Option<Detected<T>> {
    value.and_then(|value| Some(Detected::new(chosen(value.choice)?, value.source.clone())))
}

#[cfg(test)]
mod tests;
