//! The content of a chart, and the rows on which its values lie.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::widgets::{ChartTip, Dots, Pen, StepWindow};
use crate::canvas::{ChartScale, Glyphs, Smoothing};
use crate::math::ln;
use crate::telemetry::{Clock, Series};

/// The form in which a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CurveStyle {
    /// A line through the columns, each from its smallest to its largest reading.
    Line,
    /// A thin line through the smoothed means.
    Mean,
    /// Dots through the newest readings, in columns of dots from `first` on, each `gap` after the last.
    Dotted {
        /// The first column of dots.
        first: usize,
        /// The columns from one dot to the next.
        gap: usize,
    },
}

/// One series on a chart.
pub(crate) struct Curve<'a> {
    /// Its readings.
    pub series: &'a Series,
    /// A reading after the last.
    pub tip: Option<ChartTip>,
    /// The factor that multiplies each reading.
    pub factor: f64,
    /// The pen of the curve.
    pub pen: Pen,
    /// The form of the curve.
    pub form: CurveStyle,
    /// The mark of each reading, as long as the marks are far enough apart.
    pub mark: Option<(char, char)>,
    /// The mark of the newest reading.
    pub head: Option<((char, char), Style)>,
}

/// A labelled point on a chart.
pub(crate) struct Annotation {
    /// Its step.
    pub step: f64,
    /// Its value.
    pub value: f64,
    /// Its mark.
    pub mark: (char, char),
    /// The mark's colour.
    pub style: Style,
    /// The colour of its words.
    pub words: Style,
    /// The words beside the mark; empty if there are none.
    pub label: String,
    /// Shorter words, if there is little room.
    pub brief: String,
}

impl Annotation {
    /// Marks a point, its step and its value, without words.
    pub(crate) fn mark(step: f64, value: f64, mark: (char, char), style: Style) -> Self {
        let (label, brief) = (String::new(), String::new());
        Self { step, value, mark, style, words: style, label, brief }
    }
}

/// The label of a curve: the arm, its name and its newest value.
pub(crate) struct CurveLabel {
    /// The arm.
    pub arm: usize,
    /// Its name.
    pub name: String,
    /// Its newest value, of fixed width.
    pub value: String,
}

/// A chart, ready to be drawn.
pub(crate) struct Chart<'a> {
    /// The curves, the most important last.
    pub curves: Vec<Curve<'a>>,
    /// The visible steps.
    pub window: StepWindow,
    /// The clock that counts the epochs of the axis.
    pub clock: &'a Clock,
    /// The least and the greatest value of the axis; for `Log` the least is above 0.
    pub range: (f64, f64),
    /// The scale of the axis.
    pub scale: ChartScale,
    /// The smoothing of the curves.
    pub smoothing: Smoothing,
    /// The target value, drawn as a quiet line.
    pub target: Option<f64>,
    /// The newest step, or the one at which time stands.
    pub now: f64,
    /// Whether time stands before the newest step.
    pub is_past: bool,
    /// The step at which the curves are read, if a cursor reads them.
    pub crosshair: Option<f64>,
    /// Steps at which η changed.
    pub changes: Vec<f64>,
    /// Annotated points.
    pub flags: Vec<Annotation>,
    /// The labels of the curves with a head, in their order.
    pub labels: Vec<CurveLabel>,
}

impl Chart<'_> {
    /// Returns the height of a value, 0 at the bottom and 1 at the top.
    fn height(&self, value: f64) -> f64 {
        let (from, to) = self.range;
        let share = match self.scale {
            ChartScale::Linear => (value - from) / (to - from),
            ChartScale::Log => ln(value.max(1e-300) / from) / ln(to / from),
        };
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }

    pub(super) fn dot_row(&self, value: f64, rows: usize) -> usize {
        Dots::row_of(self.height(value), rows)
    }

    /// Returns the row of cells in which the dot of a value lies.
    pub(super) fn cell_row(&self, value: f64, plot: Rect, glyphs: Glyphs) -> u16 {
        let per_cell = glyphs.dot_rows();
        plot.y + (self.dot_row(value, usize::from(plot.height) * per_cell) / per_cell) as u16
    }

    /// Returns whether a value lies below the axis.
    pub(super) fn is_beneath(&self, value: f64) -> bool {
        value < self.range.0 - (self.range.1 - self.range.0).abs() * 1e-9
    }
}
