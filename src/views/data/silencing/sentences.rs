//! The sentences of the page, and its text for the clipboard.

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::{Sentence, listed, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::{SilencedArm, Silencing};
use crate::views::course_epoch::epoch_name;
use crate::views::data::silencing::losses::{ErrorUnit, Loss, by_loss, points};
use crate::views::data::state::DataView;
use crate::views::significance::is_ahead;
use crate::views::view_state::ViewState;

/// Returns the sentences about the neurons, the most important first: one for each arm.
pub(in crate::views::data) fn silencing_sentences(state: ViewState<'_, DataView>) -> Vec<Sentence> {
    let Some(answer) = state.silencing() else { return Vec::new() };
    let has_neurons = |arm: &usize| !answer.arms[*arm].without.is_empty();
    let arms = (0..answer.arms.len()).filter(has_neurons);
    let is_standing =
        |arm: &usize| state.shared.history.arms.get(*arm).is_none_or(|arm| arm.diverged.is_none());
    // What can be told apart from chance comes first, then what is said of the chosen arm.
    let mut arms: Vec<usize> = arms.filter(is_standing).collect();
    arms.sort_by_key(|arm| (!is_clear(answer, *arm), *arm != state.shared.arm));
    arms.into_iter().filter_map(|arm| of_arm(state, answer, arm)).collect()
}

/// Returns a sentence on the neuron that an arm can spare least, and on those that it can spare.
fn of_arm(state: ViewState<'_, DataView>, answer: &Silencing, arm: usize) -> Option<Sentence> {
    let silenced = answer.arms.get(arm)?;
    let name = || (state.shared.arm_name(arm).unwrap_or_default().to_owned(), Tone::Arm(arm));
    let most = *by_loss(silenced).first()?;
    let losses = by_loss(silenced);
    let ties: Vec<String> = losses
        .iter()
        .take_while(|loss| loss.loss == most.loss)
        .map(|loss| (loss.neuron + 1).to_string())
        .collect();
    let neuron = listed(&ties, "or");
    match state.error_unit(answer) {
        ErrorUnit::Distance(unit) => {
            let (with, rise) = (silenced.error * unit, most.loss * unit);
            if most.loss <= 0.0 {
                return None;
            }
            let words =
                format!("'s mean |a − y| rises from {} to {}.", brief(with), brief(with + rise));
            Some(vec![plain(format!("Without neuron {neuron} ")), name(), plain(words)])
        }
        ErrorUnit::Share => {
            let spared = spared(silenced);
            let all = silenced.without.len();
            if is_clear(answer, arm) {
                let lost = points(most.loss, answer.examples);
                let rest = match spared {
                    0 => ".".to_owned(),
                    _ => format!(
                        "; without {} of its {} it makes as many mistakes as now.",
                        spared,
                        counted(all)
                    ),
                };
                let words = format!(" loses {lost} points of accuracy{rest}");
                return Some(vec![
                    plain(format!("Without neuron {neuron} ")),
                    name(),
                    plain(words),
                ]);
            }
            let lost = mistakes(most, answer.examples);
            let words = match lost.as_str() {
                "0" => format!(" makes no more mistakes without any one of its {}.", counted(all)),
                lost => format!(
                    " makes at most {lost} more mistakes in {} without one of its {}.",
                    count(answer.examples as u64),
                    counted(all)
                ),
            };
            Some(vec![name(), plain(words)])
        }
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
