//! How charts are drawn: scale, smoothing and zoom.

/// How the cost axis is scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartScale {
    /// Linear.
    #[default]
    Linear,
    /// Powers of ten.
    Log,
}

impl ChartScale {
    /// Returns the other scale.
    #[must_use]
    pub(crate) fn next(self) -> Self {
        match self {
            Self::Linear => Self::Log,
            Self::Log => Self::Linear,
        }
    }
}

/// How curves are smoothed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Smoothing {
    /// No smoothing: each column spans its smallest and largest reading.
    #[default]
    None,
    /// An exponential moving average of the column means, 0.6 of the past kept.
    Some,
    /// The same with 0.9 kept.
    Strong,
}

impl Smoothing {
    /// Returns the next stronger smoothing; after the strongest comes none.
    #[must_use]
    pub(crate) fn next(self) -> Self {
        match self {
            Self::None => Self::Some,
            Self::Some => Self::Strong,
            Self::Strong => Self::None,
        }
    }
}

/// How the charts of a run are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChartOptions {
    /// The scale that the user has chosen, if any.
    pub scale: Option<ChartScale>,
    /// The smoothing.
    pub smoothing: Smoothing,
    /// The newest 1/2^zoom of the run fills the chart; at most `MAX_ZOOM`.
    pub zoom: u8,
}

impl ChartOptions {
    /// The largest zoom.
    pub(crate) const MAX_ZOOM: u8 = 8;
}
