//! A row of the panel of an arm, before it is drawn.

use crate::canvas::ChartScale;
use crate::canvas::widgets::Tone;

/// Pieces of a line, each with its tone.
pub(super) type StyledPieces = Vec<(String, Tone)>;

/// A row of the panel.
pub(super) enum PanelRow {
    Gap,
    Bar(FactorBar),
    /// The ends of logarithmic bars.
    Decades,
    /// The formula of the cost, if the frame has no room for it.
    Formula,
    Text(StyledPieces),
    /// The first of these variants that fits whole.
    Fit(Vec<StyledPieces>),
    /// Labels and values; the first pair that does not fit is left out, with all that follow.
    Pairs(Vec<(&'static str, String)>),
    Recall,
    Classes,
}

/// A value drawn as a bar from 0 to 1, or over the decades below 1.
pub(super) struct FactorBar {
    pub(super) label: &'static str,
    pub(super) value: f64,
    pub(super) scale: ChartScale,
}
