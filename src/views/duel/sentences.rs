//! The sentences of the Duel view.

mod accuracy;
mod fit;
mod neuron;
mod overfitting;
mod ranked;
mod rates;
mod saturation;
mod slope;
mod start;
#[cfg(test)]
mod tests;

use crate::canvas::number::count;
use crate::canvas::sentence::{Sentence, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::{EtaMode, RunFacts, RunState};
use crate::views::arm_name::capitalised;
use crate::views::calibration::calibration;
use crate::views::duel::crosshair;
use crate::views::duel::kind::compares_starts;
use crate::views::duel::sentences::accuracy::{always_one, dead, leader};
use crate::views::duel::sentences::fit::fit;
use crate::views::duel::sentences::neuron::{least_cost, neuron};
use crate::views::duel::sentences::overfitting::overfitting;
use crate::views::duel::sentences::saturation::saturation;
use crate::views::duel::sentences::slope::{left_out, throttled};
use crate::views::duel::sentences::start::start;
use crate::views::runaway::runaways;
use crate::views::shared_state::SharedState;

/// Returns the sentences, the most important first.
pub(super) fn sentences(shared: &SharedState) -> Vec<Sentence> {
    let Some(facts) = shared.history.facts.as_deref() else { return Vec::new() };
    let arms = &shared.history.arms;
    if facts.arms.is_empty() || arms.len() < facts.arms.len() {
        return Vec::new();
    }
    if shared.crosshair.is_some() {
        return crosshair::sentences(shared, facts);
    }
    let mut out = runaways(shared);
    if shared.history.state == RunState::Stopped {
        out.push(vec![plain("Nothing is left to train: lower η (-, or e), then r.")]);
        return out;
    }
    if shared.history.step == 0 {
        out.extend(summary(shared, facts));
        out.extend(
            facts.model.as_ref().map(|path| vec![plain(format!("The start is that of {path}."))]),
        );
        out.extend(facts.found.as_ref().map(|found| vec![plain(format!("{found}."))]));
        out.extend(least_cost(facts));
        out.extend(start(facts, arms));
        out.extend(always_one(facts, arms));
    } else if facts.single.is_some() {
        let is_done = shared.history.state == RunState::Finished;
        out.extend(least_cost(facts).filter(|_| is_done));
        out.extend(neuron(shared, facts, arms));
        out.extend(least_cost(facts).filter(|_| !is_done));
        out.extend(left_out(facts));
    } else {
        // Where the starts are compared, the hidden layers are the subject.
        if compares_starts(facts) {
            out.extend(saturation(facts, arms));
        }
        out.extend(always_one(facts, arms));
        out.extend(dead(facts, arms));
        out.extend(overfitting(facts, arms));
        out.extend(leader(shared, facts, arms));
        out.extend(fit(shared, facts, arms));
        out.extend(throttled(facts, arms));
        out.extend(left_out(facts));
    }
    if let Some(sentence) = calibration(shared) {
        out.insert(0, sentence);
    }
    let is_live = shared.history.playing.is_none();
    if shared.history.state == RunState::Finished && is_live {
        let epochs = epochs(shared.history.epoch());
        out.push(vec![plain(format!("Finished after {epochs}: space runs on."))]);
    }
    out
}

fn epochs(number: u64) -> String {
    format!("{} {}", count(number), if number == 1 { "epoch" } else { "epochs" })
}

/// Returns the summary of the scenario, part by part, and how to begin.
fn summary(shared: &SharedState, facts: &RunFacts) -> Vec<Sentence> {
    let mut out = Vec::new();
    // A summary may speak of the learning rates of the scenario.
    if !facts.summary.is_empty() && shared.eta_mode() == EtaMode::Own {
        // Each part may be left out if there is no room for it.
        let parts = facts.summary.split("; ");
        out.extend(parts.map(|part| vec![(format!("{}.", capitalised(part)), Tone::Strong)]));
    }
    // While a recording plays, space holds it.
    if shared.history.state == RunState::Paused && shared.history.playing.is_none() {
        out.push(vec![plain("Press space.")]);
    }
    out
}
