//! The curves of other courses: what comes after a position in the past, and the ghosts.

use ratatui::style::Modifier;

use crate::canvas::Canvas;
use crate::canvas::widgets::{Annotation, ChartTip, Curve, CurveStyle, Pen};
use crate::telemetry::{ChannelReadings, Ghost, RunFacts};
use crate::views::course_name::ghost_names;
use crate::views::duel::charts::channels::{ChartChannel, DuelChart};
use crate::views::duel::charts::curve_reading::ghost_reading;
use crate::views::duel::charts::duel_charts::ChartCurves;
use crate::views::ghosts::{drawn_ghosts, letter, marked_arms};
use crate::views::shared_state::SharedState;

/// The characters of a ghost and of what comes after a position in the past, where there are no dots. Gridlines and
/// means of mini-batches have another.
const PLAIN: [char; 2] = [',', '\''];

/// Adds the curves behind all others, and returns the letters and names at the ends of the ghosts.
pub(super) fn add_ghosts<'a>(
    canvas: &Canvas<'_>,
    shared: &'a SharedState,
    chart: DuelChart,
    curves: &mut ChartCurves<'a>,
) -> Vec<Annotation> {
    let history = &shared.history;
    let Some(facts) = history.facts.as_deref() else { return Vec::new() };
    let mut flags = Vec::new();
    let mut behind = Vec::new();
    let mut bright = Vec::new();
    let names = ghost_names(shared);
    for index in drawn_ghosts(shared) {
        let ghost = &history.ghosts[index];
        let is_chosen = shared.chosen_ghost == Some(index);
        for (arm, readings) in ghost.shown.iter().enumerate() {
            let channel = chart.ghost_channel(shared, facts, (ghost, arm));
            let pen = if is_chosen {
                Pen::solid(canvas.theme.arm(arm), PLAIN[0])
            } else {
                Pen::behind(canvas.theme.shade(arm), PLAIN[0])
            };
            let tip = tip(shared, ghost, (chart, arm), channel);
            let to = if is_chosen { &mut bright } else { &mut behind };
            to.extend(curve(readings, channel, pen).map(|curve| Curve { tip, ..curve }));
        }
        flags.extend(end_marks(canvas, shared, (ghost, chart, facts), &names[index]));
    }
    for (arm, future) in history.future.iter().enumerate() {
        let pen = Pen::behind(canvas.theme.shade(arm), PLAIN[1]);
        behind.extend(curve(&future.readings, chart.channel(shared, facts, arm), pen));
    }
    behind.append(&mut bright);
    behind.append(&mut curves.means);
    curves.means = behind;
    flags
}

/// Returns the marks at the ends of a ghost's curves. The first of them has its name.
fn end_marks(
    canvas: &Canvas<'_>,
    shared: &SharedState,
    (ghost, chart, facts): (&Ghost, DuelChart, &RunFacts),
    name: &str,
) -> Vec<Annotation> {
    let glyph = (letter(ghost), letter(ghost));
    let mark = |(place, arm): (usize, usize)| {
        let channel = chart.ghost_channel(shared, facts, (ghost, arm));
        let last = ghost.shown.get(arm)?.series(channel.channel).buckets().last()?;
        let factor = channel.factor?;
        let tip = tip(shared, ghost, (chart, arm), channel);
        let (step, value) =
            tip.map_or((last.last as f64, last.newest), |tip| (tip.step, tip.value));
        let style = canvas.theme.arm(arm).add_modifier(Modifier::BOLD);
        let mark = Annotation::mark(step, value * factor, glyph, style);
        let name = if place == 0 { name.to_owned() } else { String::new() };
        Some(Annotation { words: canvas.theme.text, brief: name.clone(), label: name, ..mark })
    };
    marked_arms(shared, ghost).into_iter().enumerate().filter_map(mark).collect()
}

/// Returns the reading at the last step of a ghost, if only the step after it would have been given it.
fn tip(
    shared: &SharedState,
    ghost: &Ghost,
    (chart, arm): (DuelChart, usize),
    channel: ChartChannel,
) -> Option<ChartTip> {
    let last = ghost.shown.get(arm)?.series(channel.channel).buckets().last()?;
    let reading = ghost_reading(shared, ghost, (chart, arm), ghost.newest)?;
    let is_beyond = last.last < ghost.newest && reading.as_of.is_none();
    let value = reading.value / channel.factor?;
    is_beyond.then_some(ChartTip { step: ghost.newest as f64, value })
}

fn curve(readings: &ChannelReadings, of: ChartChannel, pen: Pen) -> Option<Curve<'_>> {
    let series = readings.series(of.channel);
    let factor = of.factor.filter(|_| !series.is_empty())?;
    Some(Curve { series, tip: None, factor, pen, form: CurveStyle::Line, mark: None, head: None })
}
