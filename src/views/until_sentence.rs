//! The sentence on a condition that a run has trained for: where and how it was met, or that it was not.

use crate::canvas::number::{count, number, percent, short};
use crate::canvas::sentence::{Piece, Sentence, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::{RunFacts, RunState, UntilGoal, UntilMet, UntilState};
use crate::views::shared_state::SharedState;

/// The cells of an output or a cost.
const WIDTH: usize = 7;

/// Returns the sentence, if the run stands where its condition was met or where it ended without that.
pub(crate) fn until_sentence(shared: &SharedState) -> Option<Sentence> {
    let facts = shared.history.facts.as_deref()?;
    match &shared.history.until {
        UntilState::None | UntilState::Pending(_) => None,
        UntilState::Met(until, met) => {
            let mut sentence = vec![("Stopped: ".to_owned(), Tone::Strong)];
            sentence.extend(until_reason(facts, until.goal, *met));
            sentence.push(plain("."));
            Some(sentence)
        }
        UntilState::Missed(until) => {
            let who = match shared.history.state {
                RunState::Stopped => "Every arm ran away",
                _ => "The run ended",
            };
            Some(vec![plain(format!("{who} before {until} was met."))])
        }
    }
}

/// Returns the pieces on how a condition was met.
pub(crate) fn until_reason(facts: &RunFacts, goal: UntilGoal, met: UntilMet) -> Vec<Piece> {
    let named = met.arm.and_then(|arm| Some((facts.arms.get(arm)?.name.clone(), Tone::Arm(arm))));
    let of_arm = |quantity: &str, value: String| {
        let name = named.clone().unwrap_or_else(|| plain("an arm"));
        vec![plain(format!("{quantity} of ")), name, plain(format!(" is {value}"))]
    };
    let epochs = |value: f64| {
        let noun = if value == 1.0 { "epoch" } else { "epochs" };
        format!("been better for {} {noun}, as asked", count(value as u64))
    };
    match goal {
        UntilGoal::Output(goal) => {
            let value = number(met.value, WIDTH);
            // A step leads past the value, hardly ever onto it.
            let name = named.unwrap_or_else(|| plain("an arm"));
            let tells = if value == number(goal, WIDTH) {
                format!(" is {value}, as asked")
            } else {
                format!(" has passed {}: {value}", short(goal))
            };
            vec![plain("a of "), name, plain(tells)]
        }
        // The chart beside it is relative to the start.
        UntilGoal::Cost(..) => {
            let value = format!("{} (not C/C₀), as asked", number(met.value, WIDTH));
            of_arm("the cost C", value)
        }
        UntilGoal::Accuracy(..) => {
            let examples = match facts.test_examples {
                0 => facts.examples,
                examples => examples,
            };
            of_arm("accuracy", format!("{}, as asked", percent(met.value, examples)))
        }
        UntilGoal::Epoch(epoch) => vec![plain(format!("epoch {} is done, as asked", count(epoch)))],
        UntilGoal::Step(step) => vec![plain(format!("step {} is done, as asked", count(step)))],
        UntilGoal::NoBetter(_) => match named {
            Some(name) => vec![name, plain(format!(" has not {}", epochs(met.value)))],
            None => vec![plain(format!("no arm has {}", epochs(met.value)))],
        },
    }
}
