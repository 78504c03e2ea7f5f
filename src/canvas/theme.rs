//! The roles of screen elements and their colours, chosen by hand for each theme and colour depth.

mod palette;

use ratatui::style::{Color, Modifier, Style};

use crate::canvas::ramps::{
    CLASS_HUES, CLASS_STRENGTHS, ClassColours, FIELD_LEVELS, GREY_LEVELS, SIGN_LEVELS, SIZE_LEVELS,
    border_of_fields, mark_ink, ramp_256, ramp_of_classes, ramp_of_contours, ramp_of_fields,
    ramp_of_greys, ramp_of_sizes, ramp_true,
};
use crate::canvas::theme::palette::{Palette, palette};
use crate::canvas::{Appearance, ColourDepth, ThemeName};

/// The styles of the parts of a screen.
#[derive(Clone, Debug)]
pub(crate) struct Theme {
    /// The number of colours.
    pub depth: ColourDepth,
    /// The background of everything, with the default text colour; the dark theme leaves both to
    /// the terminal, but not for a room.
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
    /// The colours of a field over the plane, from below its middle to above it.
    pub fields: [Color; FIELD_LEVELS],
    /// The ink of marks on a field: the same on all of its levels; `None` if no ink can be seen on all of them.
    pub mark_ink: Option<Color>,
    /// The colours of the regions of classes, each from hardly to clearly told.
    pub classes: ClassColours,
    /// The colour of the borders on fields and between regions.
    pub border: Color,
    /// The greys of a picture, from the background to full ink.
    pub greys: [Color; GREY_LEVELS],
}

const fn fg(colour: Color) -> Style {
    Style::new().fg(colour)
}

impl Theme {
    /// Returns the theme for the capabilities of the terminal.
    pub(crate) fn of(appearance: Appearance) -> Self {
        let is_dark = appearance.theme == ThemeName::Dark;
        let Some(palette) = palette(appearance) else { return Self::without_colours() };
        let signs = match appearance.colours {
            ColourDepth::True => ramp_true(is_dark),
            _ => ramp_256(is_dark, appearance.colours),
        };
        let depth = appearance.colours;
        let fields = ramp_of_fields(is_dark, depth);
        let painted = Self {
            fields,
            mark_ink: mark_ink(&fields),
            classes: ramp_of_classes(is_dark, depth),
            border: border_of_fields(is_dark, depth),
            greys: ramp_of_greys(is_dark, depth),
            ..Self::painted(depth, palette, signs)
        };
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
            ..Self::without_colours()
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
            fields: [Color::Reset; FIELD_LEVELS],
            mark_ink: None,
            classes: [[Color::Reset; CLASS_STRENGTHS]; CLASS_HUES],
            border: Color::Reset,
            greys: [Color::Reset; GREY_LEVELS],
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
