//! The curves of other courses: what comes after a position in the past, and the ghosts.

use crate::canvas::Canvas;
use crate::canvas::widgets::{Annotation, Curve, CurveStyle, Pen};
use crate::telemetry::ChannelReadings;
use crate::views::duel::charts::channels::ChartChannel;
use crate::views::duel::charts::duel_charts::ChartCurves;
use crate::views::ghost_name::{ghost_label, ghost_name};
use crate::views::shared_state::SharedState;

/// The columns of a screen below which fewer ghosts are drawn; the list of branches has them all.
const NARROW: u16 = 100;

/// Adds the curves behind all others, and returns the names at the ends of the ghosts.
pub(super) fn add_ghosts<'a>(
    canvas: &Canvas<'_>,
    shared: &'a SharedState,
    of: &dyn Fn(usize) -> ChartChannel,
    curves: &mut ChartCurves<'a>,
) -> Vec<Annotation> {
    let history = &shared.history;
    let most = if shared.body.width < NARROW { 2 } else { 4 };
    let mut flags = Vec::new();
    let mut behind = Vec::new();
    for ghost in history.ghosts.iter().rev().take(most).rev() {
        for (arm, readings) in ghost.shown.iter().enumerate() {
            behind.extend(curve(canvas, arm, readings, of(arm)));
        }
        let named = ghost.shown.get(shared.arm).zip(Some(of(shared.arm)));
        flags.extend(named.and_then(|(readings, ChartChannel { channel, factor })| {
            let last = readings.series(channel).buckets().last()?;
            let brief = ghost_label(shared, ghost);
            Some(Annotation {
                step: last.last as f64,
                value: last.newest * factor?,
                mark: ('◌', 'o'),
                style: canvas.theme.shade(shared.arm),
                label: ghost_name(shared, ghost),
                brief,
            })
        }));
    }
    for (arm, future) in history.future.iter().enumerate() {
        behind.extend(curve(canvas, arm, &future.readings, of(arm)));
    }
    behind.append(&mut curves.means);
    curves.means = behind;
    flags
}

fn curve<'a>(
    canvas: &Canvas<'_>,
    arm: usize,
    readings: &'a ChannelReadings,
    of: ChartChannel,
) -> Option<Curve<'a>> {
    let series = readings.series(of.channel);
    let factor = of.factor.filter(|_| !series.is_empty())?;
    let pen = Pen::behind(canvas.theme.shade(arm), '.');
    Some(Curve { series, tip: None, factor, pen, form: CurveStyle::Line, mark: None, head: None })
}
