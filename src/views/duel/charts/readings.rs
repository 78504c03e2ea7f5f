//! A chart for each channel of a run of which only the readings are known.

use ratatui::layout::Rect;

use crate::canvas::glyphs::mark;
use crate::canvas::number::padded;
use crate::canvas::widgets::{Chart, Curve, CurveLabel, CurveStyle, Pen, StepWindow};
use crate::canvas::{Canvas, ChartScale};
use crate::telemetry::{Channel, ChannelFacts};
use crate::views::duel::charts::axes::{rounded_up, window};
use crate::views::duel::charts::cost::decades;
use crate::views::duel::charts::curve_label::head;
use crate::views::duel::charts::duel_charts::DuelCharts;
use crate::views::duel::charts::heading::ChartHeading;

/// The least size of a chart with its heading and its axes.
const LEAST: (u16, u16) = (48, 7);

impl DuelCharts<'_> {
    /// Draws the charts of the channels that have readings, as many as fit.
    pub(super) fn draw_readings(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let has_readings = |channel: Channel| {
            self.shared.history.arms.iter().any(|arm| !arm.series(channel).is_empty())
        };
        let channels: Vec<(Channel, &ChannelFacts)> =
            self.facts.all_channels().filter(|(channel, _)| has_readings(*channel)).collect();
        if channels.is_empty() {
            let quiet = canvas.theme.quiet;
            canvas.text((area.x + 1, area.y), area.width, "no readings yet", quiet);
            return;
        }
        let areas = grid(area, channels.len());
        let hidden = channels.len() - areas.len();
        for (nth, (area, (channel, of))) in areas.iter().zip(&channels).enumerate() {
            let more = if nth + 1 == areas.len() { hidden } else { 0 };
            self.draw_channel(canvas, *area, (*channel, of, more));
        }
    }

    /// Draws the chart of a channel. Its note names how many others a larger window would show.
    fn draw_channel(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        (channel, of, more): (Channel, &ChannelFacts, usize),
    ) {
        let history = &self.shared.history;
        let window = window(self.shared);
        let curve = |(index, arm)| Curve {
            series: crate::telemetry::ArmProgress::series(arm, channel),
            tip: None,
            factor: 1.0,
            pen: Pen::of_arm(index, canvas.theme.arm(index)),
            form: CurveStyle::Line,
            mark: Some(mark(index)),
            head: Some(head(canvas, index, arm)),
        };
        let curves: Vec<Curve<'_>> = history.arms.iter().enumerate().map(curve).collect();
        let (low, high) = extent(&curves, window);
        let is_log = self.shared.chart.scale == Some(ChartScale::Log) && low > 0.0;
        let names = self.facts.names().zip(&curves).enumerate();
        let labels = names.filter_map(|(arm, (name, curve))| {
            let value = padded(curve.series.newest()?, 7);
            Some(CurveLabel { arm, name: name.to_owned(), value })
        });
        let chart = Chart {
            labels: labels.collect(),
            curves,
            window,
            clock: &self.facts.clock,
            range: if is_log { decades(low, high) } else { rounded(low, high) },
            scale: if is_log { ChartScale::Log } else { ChartScale::Linear },
            smoothing: self.shared.chart.smoothing,
            target: None,
            now: history.step as f64,
            is_past: false,
            crosshair: None,
            changes: Vec::new(),
            flags: Vec::new(),
        };
        let title =
            if of.unit.is_empty() { of.name.clone() } else { format!("{} {}", of.name, of.unit) };
        let note = match more {
            0 => String::new(),
            more => format!("{more} more: in a larger window"),
        };
        self.draw_titled(canvas, area, &chart, &ChartHeading { title: &title, note });
    }
}

/// Returns the least and the greatest reading in sight.
fn extent(curves: &[Curve<'_>], window: StepWindow) -> (f64, f64) {
    let buckets = curves.iter().flat_map(|curve| curve.series.buckets());
    let in_sight = buckets.filter(|b| b.last as f64 >= window.from && b.first as f64 <= window.to);
    in_sight.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), bucket| {
        (low.min(bucket.min), high.max(bucket.max))
    })
}

/// Returns an axis with 0 that has room for these readings.
fn rounded(low: f64, high: f64) -> (f64, f64) {
    let below = if low < 0.0 { -rounded_up(-low) } else { 0.0 };
    let above = if high > 0.0 { rounded_up(high) } else { 0.0 };
    if above > below { (below, above) } else { (0.0, 1.0) }
}

/// Returns areas for at most so many charts, side by side and one above the other.
fn grid(area: Rect, charts: usize) -> Vec<Rect> {
    let columns = usize::from((area.width / LEAST.0).max(1)).min(charts);
    let rows = usize::from((area.height / LEAST.1).max(1)).min(charts.div_ceil(columns));
    let place = |nth: usize| {
        let (row, column) = (nth / columns, nth % columns);
        let at = |share: usize, of: usize, whole: u16| (usize::from(whole) * share / of) as u16;
        let (x, y) = (at(column, columns, area.width), at(row, rows, area.height));
        Rect {
            x: area.x + x,
            y: area.y + y,
            width: at(column + 1, columns, area.width) - x,
            height: at(row + 1, rows, area.height) - y,
        }
    };
    (0..charts.min(rows * columns)).map(place).collect()
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::{grid, rounded};

    #[test]
    fn the_charts_fill_the_area_and_none_is_too_small() {
        let area = Rect::new(0, 3, 120, 30);
        for charts in 1..20 {
            let areas = grid(area, charts);
            assert!(!areas.is_empty() && areas.len() <= charts);
            for (nth, one) in areas.iter().enumerate() {
                assert!(one.width >= 48 && one.height >= 7, "{one:?}");
                assert_eq!(one.intersection(area), *one);
                assert!(areas[..nth].iter().all(|other| other.intersection(*one).is_empty()));
            }
        }
        assert_eq!(grid(area, 1), [area]);
    }

    #[test]
    fn an_axis_has_0_and_room_for_all_readings() {
        for (low, high) in [(0.2, 0.9), (-3.1, 0.4), (-7.0, -2.0), (0.0, 0.0), (-1e9, 1e9)] {
            let (from, to) = rounded(low, high);
            assert!(from <= low.min(0.0) && to >= high.max(0.0) && from < to, "{low}, {high}");
        }
    }
}
