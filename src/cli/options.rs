//! What was asked of the dashboard at the door: how it looks and how it begins.

use std::str::FromStr;
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

/// How many bytes a second the dashboard may write, as said with `--bandwidth`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bandwidth {
    /// So many.
    Of(u32),
    /// As many as it has.
    Unlimited,
}

impl FromStr for Bandwidth {
    type Err = String;

    /// Bytes a second, `k` for thousands of them; `none` for no limit.
    fn from_str(said: &str) -> Result<Self, String> {
        if said == "none" {
            return Ok(Self::Unlimited);
        }
        let (number, times) = match said.strip_suffix(['k', 'K']) {
            Some(number) => (number, 1000),
            None => (said, 1),
        };
        let bytes = number.parse().ok().and_then(|number: u32| number.checked_mul(times));
        bytes.filter(|bytes| *bytes >= LEAST_BANDWIDTH).map(Self::Of).ok_or_else(|| {
            format!("bytes a second, at least {LEAST_BANDWIDTH}, would do: 960, 15k; or none")
        })
    }
}

/// A link of 1,200 baud.
const LEAST_BANDWIDTH: u32 = 120;

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
    /// The most bytes a second, where it was said.
    pub(super) bandwidth: Option<Bandwidth>,
    /// Whether the mouse is taken from the start.
    pub(super) mouse: bool,
    /// Whether updates are marked as synchronised (DEC mode 2026).
    pub(super) sync: bool,
    /// What was said about the scenario, where it holds for those opened later, too.
    pub(super) overrides: Vec<Override>,
    /// How files are opened for reading.
    pub(super) open: Arc<Opener>,
}

#[cfg(test)]
mod tests {
    use super::Bandwidth;

    #[test]
    fn a_bandwidth_is_bytes_a_second_or_none() {
        assert_eq!("960".parse(), Ok(Bandwidth::Of(960)));
        assert_eq!("15k".parse(), Ok(Bandwidth::Of(15_000)));
        assert_eq!("none".parse(), Ok(Bandwidth::Unlimited));
        for wrong in ["", "k", "-1", "0", "119", "1.5k", "5000000k", "15kB"] {
            assert!(wrong.parse::<Bandwidth>().is_err(), "{wrong}");
        }
    }
}
