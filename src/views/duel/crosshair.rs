//! The cross-hair: reads every curve of the charts at a step.

use crate::canvas::number::{count, grown, number, short};
use crate::canvas::sentence::{Sentence, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::{ChannelReadings, Metric, RunFacts};
use crate::views::duel::charts::{ChartChannel, cost_channel, metric_channel};
use crate::views::ghost_name::ghost_label;
use crate::views::shared_state::SharedState;

/// The positions of the cross-hair over a long run; in a shorter one it goes by epochs.
const POSITIONS: f64 = 200.0;

/// Returns the last step of all curves.
fn last(shared: &SharedState) -> u64 {
    let ghosts = shared.history.ghosts.iter().map(|ghost| ghost.newest);
    ghosts.chain([shared.history.newest]).max().unwrap_or(0)
}

/// Returns where the cross-hair is after it has moved so many places.
pub(super) fn moved(shared: &SharedState, by: i64) -> Option<u64> {
    let step = shared.crosshair?;
    let (clock, last) = (shared.history.clock(), last(shared));
    let place = grown(clock.epochs_done(last as f64) / POSITIONS).max(1.0);
    // From between two places, to the next of them.
    let at = clock.epochs_done(step as f64) / place;
    let from = if by < 0 { at.ceil() } else { at.floor() };
    let epochs = ((from + by as f64) * place).max(0.0);
    Some((clock.step_at(epochs).round() as u64).min(last))
}

/// Returns the ends of the curves.
pub(super) fn ends(shared: &SharedState) -> (u64, u64) {
    (0, last(shared))
}

/// Returns what the curves read at the cross-hair; nothing without one.
pub(super) fn sentences(shared: &SharedState, facts: &RunFacts) -> Vec<Sentence> {
    let Some(step) = shared.crosshair else { return Vec::new() };
    let epochs = shared.history.clock().epochs_done(step as f64);
    let epoch = if epochs.fract() == 0.0 { count(epochs as u64) } else { short(epochs) };
    let metric = match facts.metric {
        Metric::Output => "a",
        Metric::Accuracy => "accuracy %",
        Metric::Error => "|a − y|",
    };
    let mut here = vec![plain(format!("Epoch {epoch}, C/C₀ and {metric}: "))];
    for (arm, of) in facts.arms.iter().enumerate() {
        here.push(plain(if arm > 0 { "; " } else { "" }));
        here.push((of.name.clone(), Tone::Arm(arm)));
        here.push(plain(format!(" {}", both(shared, facts, arm, |_| present(shared, arm)))));
    }
    here.push(plain("."));
    let mut out = vec![here];
    for ghost in shared.history.ghosts.iter().rev().filter(|ghost| step >= ghost.from) {
        let arms = 0..facts.arms.len();
        let values: Vec<String> = arms
            .map(|arm| both(shared, facts, arm, |_| ghost.shown.get(arm).into_iter().collect()))
            .collect();
        let name = ghost_label(shared, ghost);
        out.push(vec![plain(format!("Ghost {name}: {}.", values.join("; ")))]);
    }
    out
}

/// Returns the readings of an arm up to the present position, and those after it.
fn present(shared: &SharedState, arm: usize) -> Vec<&ChannelReadings> {
    let now = shared.history.arms.get(arm).map(|arm| &arm.readings);
    let future = shared.history.future.get(arm).map(|future| &future.readings);
    now.into_iter().chain(future).collect()
}

/// Returns the values of both charts.
fn both<'a>(
    shared: &SharedState,
    facts: &RunFacts,
    arm: usize,
    parts: impl Fn(usize) -> Vec<&'a ChannelReadings>,
) -> String {
    let value = |of: ChartChannel| read(shared, &parts(arm), of);
    let values = [cost_channel(shared, facts, arm), metric_channel(shared, facts, arm)].map(value);
    values.join(", ")
}

/// Returns what a channel reads at the cross-hair: the mean of the readings that are kept as one.
fn read(shared: &SharedState, parts: &[&ChannelReadings], of: ChartChannel) -> String {
    let step = shared.crosshair.unwrap_or_default();
    let found = parts.iter().rev().find_map(|part| part.series(of.channel).at(step));
    match found.zip(of.factor) {
        Some((bucket, factor)) => {
            let about = if bucket.count > 1 { "≈ " } else { "" };
            format!("{about}{}", number(bucket.mean() * factor, 5))
        }
        None => "–".to_owned(),
    }
}
