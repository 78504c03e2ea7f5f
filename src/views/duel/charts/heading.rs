//! The heading of a chart: its title, its changed settings and its note.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::glyphs::mark;
use crate::canvas::number::short;
use crate::canvas::widgets::{Chart, Panel, Tone, panel};
use crate::canvas::{ChartScale, Smoothing};
use crate::views::duel::charts::duel_charts::DuelCharts;
use crate::views::shared_state::SharedState;

/// Returns the changed settings of a chart for its title: log, smoothed, zoomed, η changed.
fn state(shared: &SharedState, chart: &Chart<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if chart.scale == ChartScale::Log {
        out.push("log".to_owned());
    }
    match chart.smoothing {
        Smoothing::None => {}
        Smoothing::Some => out.push("smoothed".to_owned()),
        Smoothing::Strong => out.push("smoothed more".to_owned()),
    }
    if shared.chart.zoom > 0 {
        let epoch = |step: f64| short((chart.clock.epochs_done(step) * 100.0).round() / 100.0);
        out.push(format!(
            "{}s {}–{}",
            chart.clock.unit(),
            epoch(chart.window.from),
            epoch(chart.window.to)
        ));
    }
    out
}

/// Returns what the marks of changes mean, if there are any in sight.
fn changes(chart: &Chart<'_>) -> Option<String> {
    let is_in_sight = |step: &f64| (chart.window.from..=chart.window.to).contains(step);
    chart.changes.iter().any(is_in_sight).then(|| "▾ η changed".to_owned())
}

/// The title of a chart and its note.
pub(super) struct ChartHeading<'a> {
    pub(super) title: &'a str,
    pub(super) note: String,
}

impl DuelCharts<'_> {
    pub(super) fn draw_titled(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        chart: &Chart<'_>,
        heading: &ChartHeading<'_>,
    ) {
        let ChartHeading { title, note } = heading;
        let after_comma = |word: String| format!(", {word}");
        let mut words: Vec<String> =
            state(self.shared, chart).into_iter().map(after_comma).collect();
        let mut taken = canvas.width(title);
        taken += words.iter().map(|word| canvas.width(word)).sum::<u16>();
        // The changed settings of the chart take precedence over the note, which says how to read it. The help
        // explains the marks, too.
        let fits = |taken: u16| canvas.width(note) + taken + 9 <= area.width;
        let has_room = fits(taken);
        words.extend(changes(chart).map(after_comma).filter(|changes| {
            let taken = taken + canvas.width(changes);
            if has_room { fits(taken) } else { taken + 4 <= area.width }
        }));
        let has_room = has_room || words.is_empty();
        let mut title = vec![(*title, Tone::Strong)];
        title.extend(words.iter().map(|word| (word.as_str(), Tone::Text)));
        let quiet = [(if has_room { note.as_str() } else { "" }, Tone::Quiet)];
        let what = Panel { frame: self.frame, title: &title, note: &quiet, chosen: None };
        let inner = panel(canvas, area, &what);
        if chart.draw(canvas, inner) {
            return;
        }
        // There is no room beside the plot, so that the labels move into the title.
        let names: Vec<(String, Tone)> = chart
            .labels
            .iter()
            .map(|label| {
                let mark = canvas.letter(mark(label.arm));
                (format!("{mark} {} ", label.value.trim_start()), Tone::Arm(label.arm))
            })
            .collect();
        let note: Vec<(&str, Tone)> =
            names.iter().map(|(text, tone)| (text.as_str(), *tone)).collect();
        panel(canvas, Rect { height: 1, ..area }, &Panel { note: &note, ..what });
    }
}
