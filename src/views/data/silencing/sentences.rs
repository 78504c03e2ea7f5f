//! The sentences of the page, and its text for the clipboard.

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::{Sentence, listed, plain};
use crate::telemetry::{SilencedArm, Silencing};
use crate::views::arm_name::{arm_list, arm_name};
use crate::views::course_epoch::epoch_name;
use crate::views::data::grouped::{MANY, grouped};
use crate::views::data::silencing::losses::{ErrorUnit, Loss, by_loss, points};
use crate::views::data::state::DataView;
use crate::views::significance::is_ahead;
use crate::views::view_state::ViewState;

/// Returns the sentences about the neurons, the most important first.
pub(in crate::views::data) fn silencing_sentences(state: ViewState<'_, DataView>) -> Vec<Sentence> {
    let Some(answer) = state.silencing() else { return Vec::new() };
    let has_neurons = |arm: &usize| !answer.arms[*arm].without.is_empty();
    let arms = (0..answer.arms.len()).filter(has_neurons);
    let is_standing =
        |arm: &usize| state.shared.history.arms.get(*arm).is_none_or(|arm| arm.diverged.is_none());
    // What can be told apart from chance comes first, then what is said of the chosen arm.
    let mut arms: Vec<usize> = arms.filter(is_standing).collect();
    arms.sort_by_key(|arm| (!is_clear(answer, *arm), *arm != state.shared.arm));
    let mut out: Vec<Sentence> = all_losses(state, answer, &arms).into_iter().collect();
    // Arms of which the same is true share a sentence.
    let mut told = grouped(&arms, |arm| claims(state, answer, arm));
    // What arms can do without comes after what they cannot.
    told.sort_by_key(|(_, claim)| matches!(claim, Claim::Spares(..)));
    let mut has_unit = false;
    for (arms, claim) in &told {
        let mut sentence = claim.sentence(state, answer, arms);
        // What the points are of is said once.
        if let (Claim::Loses { .. }, Some((words, _))) = (claim, sentence.last_mut()) {
            if has_unit {
                *words = words.replace(" points of accuracy.", " points.");
            }
            has_unit = true;
        }
        out.push(sentence);
    }
    out
}

/// Returns a sentence on the greatest losses of all arms, if there are three or more: the greatest first.
fn all_losses(
    state: ViewState<'_, DataView>,
    answer: &Silencing,
    arms: &[usize],
) -> Option<Sentence> {
    if arms.len() < MANY || state.error_unit(answer) != ErrorUnit::Share {
        return None;
    }
    let loss =
        |arm: usize| by_loss(&answer.arms[arm]).first().map_or(0.0, |loss| loss.loss.max(0.0));
    let mut sorted = arms.to_vec();
    sorted.sort_by(|one, other| loss(*other).total_cmp(&loss(*one)));
    let mut out = vec![plain("Points of accuracy lost without one neuron, at most: ")];
    for (place, arm) in sorted.iter().enumerate() {
        let lost = points(loss(*arm), answer.examples);
        let (name, end) =
            (arm_name(state.shared, *arm), if place + 1 == sorted.len() { "." } else { ", " });
        out.extend([name, plain(format!(" {lost}{end}"))]);
    }
    Some(out)
}

/// What is said of the neurons of an arm. Texts are those that the screen shows, so that equal ones share a sentence.
#[derive(Clone, Debug, PartialEq)]
enum Claim {
    /// Without these neurons, one at a time, the mean distance rises from one value to another.
    Rises { neurons: String, from: String, to: String },
    /// Without these neurons, one at a time, so many points of accuracy are lost.
    Loses { neurons: String, points: String },
    /// So many of so many neurons can be spared.
    Spares(usize, usize),
    /// Without any one of so many neurons there are at most so many more mistakes.
    Hardly { more: String, of: usize },
}

/// Returns what is said of the neuron that an arm can spare least, and of those that it can spare.
fn claims(state: ViewState<'_, DataView>, answer: &Silencing, arm: usize) -> Vec<Claim> {
    let Some(silenced) = answer.arms.get(arm) else { return Vec::new() };
    let losses = by_loss(silenced);
    let Some(most) = losses.first().copied() else { return Vec::new() };
    let ties = losses.iter().take_while(|loss| loss.loss == most.loss);
    let ties: Vec<String> = ties.map(|loss| (loss.neuron + 1).to_string()).collect();
    let (neurons, of) = (listed(&ties, "or"), silenced.without.len());
    match state.error_unit(answer) {
        ErrorUnit::Distance(_) if most.loss <= 0.0 => Vec::new(),
        ErrorUnit::Distance(unit) => {
            let (with, rise) = (silenced.error * unit, most.loss * unit);
            vec![Claim::Rises { neurons, from: brief(with), to: brief(with + rise) }]
        }
        ErrorUnit::Share if is_clear(answer, arm) => {
            let loses = Claim::Loses { neurons, points: points(most.loss, answer.examples) };
            let spared = spared(silenced);
            let spares = (spared > 0).then_some(Claim::Spares(spared, of));
            std::iter::once(loses).chain(spares).collect()
        }
        ErrorUnit::Share => vec![Claim::Hardly { more: mistakes(most, answer.examples), of }],
    }
}

impl Claim {
    /// Returns the sentence that says it of some arms.
    fn sentence(
        &self,
        state: ViewState<'_, DataView>,
        answer: &Silencing,
        arms: &[usize],
    ) -> Sentence {
        let is_many = arms.len() > 1;
        let of_arms = arm_list(state.shared, arms);
        let its = if is_many { "their" } else { "its" };
        let (before, after) = match self {
            Self::Rises { neurons, from, to } => (
                format!("Without neuron {neurons} "),
                format!("'s mean |a − y| rises from {from} to {to}."),
            ),
            Self::Loses { neurons, points } => {
                let lose = if is_many { "each lose" } else { "loses" };
                let words = format!(" {lose} {points} points of accuracy.");
                (format!("Without neuron {neurons} "), words)
            }
            Self::Spares(spared, of) => {
                let make = if is_many { "make" } else { "makes" };
                let (some, neurons) = (format!("{spared} of {its}"), counted(*of));
                let words =
                    format!(" {make} as many mistakes as now without any one of {some} {neurons}.");
                (String::new(), words)
            }
            Self::Hardly { more, of } => {
                let make = if is_many { "make" } else { "makes" };
                let (neurons, examples) = (counted(*of), count(answer.examples as u64));
                let words = match more.as_str() {
                    "0" => format!(" {make} no more mistakes without any one of {its} {neurons}."),
                    more => format!(
                        " {make} at most {more} more mistakes in {examples} without one of {its} {neurons}."
                    ),
                };
                (String::new(), words)
            }
        };
        let before = Some(before).filter(|before| !before.is_empty()).map(plain);
        before.into_iter().chain(of_arms).chain([plain(after)]).collect()
    }
}

/// Returns whether an arm makes more mistakes without some neuron than chance explains.
fn is_clear(answer: &Silencing, arm: usize) -> bool {
    let silenced = &answer.arms[arm];
    let most = silenced.without.iter().copied().fold(silenced.error, f64::max);
    is_ahead(most, silenced.error, answer.examples)
}

fn counted(neurons: usize) -> String {
    if neurons == 1 { "1 neuron".to_owned() } else { format!("{neurons} neurons") }
}

/// Returns how many more examples are wrong without a neuron; 0 if there are fewer.
fn mistakes(loss: Loss, examples: usize) -> String {
    count((loss.loss.max(0.0) * examples as f64).round() as u64)
}

/// Returns how many neurons can be silenced without changing the number of mistakes. The sums of equally many
/// mistakes are equal to the bit.
fn spared(arm: &SilencedArm) -> usize {
    arm.without.iter().filter(|without| **without == arm.error).count()
}

/// Returns the numbers on the page, one fact per line.
pub(in crate::views::data) fn silencing_readout(state: ViewState<'_, DataView>) -> Vec<String> {
    let Some(answer) = state.silencing() else { return Vec::new() };
    let clock = state.shared.history.clock();
    let unit = state.error_unit(answer);
    let at = format!("{} {}", clock.unit(), epoch_name(state.shared, answer.step));
    let mut out = vec![at, format!("layer {}", answer.request.layer + 1)];
    for (arm, silenced) in answer.arms.iter().enumerate() {
        if silenced.without.is_empty() {
            continue;
        }
        let name = state.shared.arm_name(arm).unwrap_or_default();
        let losses = by_loss(silenced)
            .into_iter()
            .map(|loss| format!("{} {}", loss.neuron + 1, unit.loss(loss.loss, answer.examples)));
        let losses = losses.collect::<Vec<_>>().join(", ");
        let error = unit.error(silenced.error, answer.examples);
        out.push(format!("{name}: {error}; without neuron {losses}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neuron_is_spared_if_the_number_of_mistakes_stays() {
        let arm = SilencedArm { error: 0.25, without: vec![0.25, 0.5, 0.125, 0.25] };
        assert_eq!(spared(&arm), 2);
        assert_eq!(spared(&SilencedArm::default()), 0);
    }

    #[test]
    fn lost_answers_are_counted() {
        assert_eq!(mistakes(Loss { neuron: 0, loss: 0.0015 }, 2000), "3");
        assert_eq!(mistakes(Loss { neuron: 0, loss: -0.1 }, 2000), "0");
    }
}
