//! What was asked of the dashboard at the door: how it looks and how it begins.

use std::sync::Arc;

use clap::ValueEnum;

use crate::app::ThemeName;
use crate::data::Opener;
use crate::experiment::Override;

/// How many colours were asked for with `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColourChoice {
    /// As many as the environment says the terminal has.
    #[default]
    Auto,
    /// 24 bits.
    True,
    /// The 256 of xterm.
    #[value(name = "256")]
    Indexed,
    /// The terminal's own sixteen.
    #[value(name = "16")]
    Sixteen,
    /// None: bold and reverse only.
    Never,
}

/// All that decides how the dashboard looks and begins, beside the scenario.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that is there or not")]
pub(super) struct Options {
    /// Whether it waits for the first key.
    pub(super) paused: bool,
    /// How many colours.
    pub(super) colour: ColourChoice,
    /// Dark or light, where it was said.
    pub(super) theme: Option<ThemeName>,
    /// Whether nothing beyond ASCII may be drawn.
    pub(super) ascii: bool,
    /// The most frames a second, where it was said.
    pub(super) fps: Option<u32>,
    /// Whether the mouse is taken from the start.
    pub(super) mouse: bool,
    /// Whether updates are marked as synchronised (DEC mode 2026).
    pub(super) sync: bool,
    /// What was said about the scenario, where it holds for those opened later, too.
    pub(super) overrides: Vec<Override>,
    /// How files are opened for reading.
    pub(super) open: Arc<Opener>,
}
