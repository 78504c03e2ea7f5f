//! The cross-hair: reads every curve of the charts at a step.

use crate::canvas::number::{grown, number};
use crate::canvas::sentence::{Sentence, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::{Metric, RunFacts};
use crate::views::course_epoch::epoch_name;
use crate::views::course_name::ghost_names;
use crate::views::duel::charts::{CurveReading, DuelChart, arm_reading, ghost_reading};
use crate::views::ghosts::letter;
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
    let arms = || facts.arms.iter().enumerate();
    let mut here = vec![plain(format!("Epoch {}: ", epoch_name(shared, step)))];
    for (arm, of) in arms() {
        let values = values(shared, facts, |chart| arm_reading(shared, (chart, arm), step));
        here.push(plain(if arm > 0 { "; " } else { "" }));
        here.push((of.name.clone(), Tone::Arm(arm)));
        here.push(plain(format!(" {values}")));
    }
    here.push(plain("."));
    let mut out = vec![here];
    let names = ghost_names(shared);
    let ghosts = shared.history.ghosts.iter().zip(names).rev();
    for (ghost, name) in ghosts.filter(|(ghost, _)| (ghost.from..=ghost.newest).contains(&step)) {
        let mut there = vec![plain(format!("Ghost {}, {name}: ", letter(ghost)))];
        for (arm, of) in arms() {
            let reading = |chart| ghost_reading(shared, ghost, (chart, arm), step);
            there.push(plain(if arm > 0 { "; " } else { "" }));
            there.push((of.name.clone(), Tone::Arm(arm)));
            there.push(plain(format!(" {}", values(shared, facts, reading))));
        }
        there.push(plain("."));
        out.push(there);
    }
    out
}

/// Returns the values of both charts, each after its name.
fn values(
    shared: &SharedState,
    facts: &RunFacts,
    read: impl Fn(DuelChart) -> Option<CurveReading>,
) -> String {
    let words = DuelChart::ALL.map(|chart| {
        let value = read(chart).map_or_else(|| "–".to_owned(), |reading| value(shared, reading));
        match (chart, facts.metric) {
            (DuelChart::Cost, _) => format!("C/C₀ {value}"),
            (DuelChart::Metric, Metric::Output) => format!("a {value}"),
            (DuelChart::Metric, Metric::Accuracy) => format!("accuracy {value} %"),
            (DuelChart::Metric, Metric::Error) => format!("|a − y| {value}"),
        }
    });
    words.join(", ")
}

/// Returns the value of a curve, with the epoch of the evaluation that it is from if that is an earlier one.
fn value(shared: &SharedState, reading: CurveReading) -> String {
    let about = if reading.is_mean { "≈ " } else { "" };
    let as_of = reading.as_of.map(|step| format!(" (epoch {})", epoch_name(shared, step)));
    format!("{about}{}{}", number(reading.value, 5), as_of.unwrap_or_default())
}
