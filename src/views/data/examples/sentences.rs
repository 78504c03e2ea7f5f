//! The line above the list, the sentences of the page, and its text for the clipboard.

use crate::canvas::number::{count, number};
use crate::canvas::sentence::{Sentence, listed as joined_names, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::{ArmScore, ExampleFilter, ExampleOrder, ListedExamples};
use crate::views::course_epoch::panel_epoch;
use crate::views::data::state::DataView;
use crate::views::significance::is_ahead;
use crate::views::view_state::ViewState;

/// The fewest examples about which something is said.
const FEWEST: u32 = 5;

/// The most pairs of classes that are named as equally frequent.
const MOST_PAIRS: usize = 3;

/// Returns the pieces of the line above the list: the set, the epoch, what is listed, and the order.
pub(in crate::views::data) fn heading(
    state: ViewState<'_, DataView>,
    listed: &ListedExamples,
) -> Vec<String> {
    let set = if listed.is_test { "test set" } else { "training set" };
    let clock = state.shared.history.clock();
    let arm = state.shared.arm_name(listed.request.arm).unwrap_or_default();
    let shown = match (listed.rows.len(), listed.listed) {
        (0, _) => "none".to_owned(),
        (rows, of) => {
            let first = listed.request.first;
            let (from, to) = (count(first as u64 + 1), count((first + rows) as u64));
            format!("{from}–{to} of {}", count(of as u64))
        }
    };
    let filter = match listed.request.filter {
        ExampleFilter::All => "examples".to_owned(),
        ExampleFilter::Mistakes => format!("that {arm} takes for another class"),
        ExampleFilter::Confused { class, answer } => {
            format!(
                "{} that {arm} takes for {}",
                state.shared.class_name(class),
                state.shared.class_name(answer)
            )
        }
    };
    let order = match listed.request.order {
        ExampleOrder::WorstFirst => format!("greatest cost of {arm} first"),
        ExampleOrder::AsRead => "in the order of the set".to_owned(),
        ExampleOrder::ByInput(input) => format!("by {}", state.input_name(input)),
        ExampleOrder::ByTarget => "by target".to_owned(),
        ExampleOrder::ByOutput(_) => format!("by the output of {arm}, greatest first"),
    };
    let epoch = format!("{} {}", clock.unit(), panel_epoch(state.shared, listed.step));
    vec![format!("{set}, {epoch}"), format!("{shown} {filter}"), order]
}

/// Returns the sentences about the examples, the most important first.
pub(in crate::views::data) fn sentences(state: ViewState<'_, DataView>) -> Vec<Sentence> {
    let Some(listed) = state.listed() else { return Vec::new() };
    let is_standing =
        |arm: usize| state.shared.history.arms.get(arm).is_some_and(|arm| arm.diverged.is_none());
    let arms: Vec<usize> = (0..listed.arms.len()).filter(|arm| is_standing(*arm)).collect();
    let mut out = Vec::new();
    if !state.has_classes() {
        out.extend(errors(state, listed, &arms));
        return out;
    }
    // What the arms get wrong comes first, the chosen arm before the others.
    out.extend(arms.iter().filter_map(|arm| never_found(state, listed, *arm)));
    let chosen = arms.iter().filter(|arm| **arm == state.shared.arm);
    let others = arms.iter().filter(|arm| **arm != state.shared.arm);
    out.extend(chosen.chain(others).map(|arm| confusion(state, listed, *arm)));
    out.extend(fewest(state, listed, &arms));
    out
}

fn name(state: ViewState<'_, DataView>, arm: usize) -> (String, Tone) {
    (state.shared.arm_name(arm).unwrap_or_default().to_owned(), Tone::Arm(arm))
}

/// Returns the pairs of class and answer that an arm confuses most often, all that are equally frequent, and how
/// often.
fn most_confused(score: &ArmScore) -> (Vec<(usize, usize)>, u32) {
    let mut pairs = score.confused_pairs();
    let times = pairs.first().map_or(0, |(class, answer)| score.count(*class, *answer));
    pairs.retain(|(class, answer)| score.count(*class, *answer) == times);
    (pairs, times)
}

/// Returns a sentence on the classes of which an arm finds no example, if it finds some of others and there are at
/// least five of each.
fn never_found(
    state: ViewState<'_, DataView>,
    listed: &ListedExamples,
    arm: usize,
) -> Option<Sentence> {
    let score = &listed.arms[arm];
    let of_class = |class: usize| (0..score.classes).map(|a| score.count(class, a)).sum::<u32>();
    let is_lost = |class: &usize| score.count(*class, *class) == 0 && of_class(*class) >= FEWEST;
    let lost: Vec<usize> = (0..score.classes).filter(is_lost).collect();
    if lost.is_empty() || lost.len() > MOST_PAIRS || listed.step == 0 {
        return None;
    }
    let words: Vec<String> = lost
        .iter()
        .map(|class| {
            format!(
                "none of the {} examples of {}",
                count(of_class(*class).into()),
                state.shared.class_name(*class)
            )
        })
        .collect();
    Some(vec![name(state, arm), plain(format!(" finds {}.", joined_names(&words, "and")))])
}

/// Returns a sentence on what an arm takes for what.
fn confusion(state: ViewState<'_, DataView>, listed: &ListedExamples, arm: usize) -> Sentence {
    let score = &listed.arms[arm];
    let (mistakes, of) = (score.mistakes(), listed.of as u64);
    let set = if listed.is_test { "test" } else { "training" };
    let (pairs, times) = most_confused(score);
    let text = match (mistakes, &pairs[..]) {
        (0, _) if of == 1 => " gets its only example right.".to_owned(),
        (_, [(class, answer)]) if of == 1 => format!(
            " answers {} to its only example, whose target is {}.",
            state.shared.class_name(*answer),
            state.shared.class_name(*class)
        ),
        (0, _) => format!(" gets all {} {set} examples right.", count(of)),
        (1, [(class, answer)]) => format!(
            " gets one of {} {set} examples wrong: {} taken for {}.",
            count(of),
            state.shared.class_name(*class),
            state.shared.class_name(*answer)
        ),
        (_, pairs) if times >= FEWEST && pairs.len() <= MOST_PAIRS && score.classes > 2 => {
            let words: Vec<String> = pairs
                .iter()
                .map(|(class, answer)| {
                    format!(
                        "{} taken for {}",
                        state.shared.class_name(*class),
                        state.shared.class_name(*answer)
                    )
                })
                .collect();
            let each = if pairs.len() > 1 { " each" } else { "" };
            format!(
                ": {}{each} of its {} mistakes are {}.",
                count(times.into()),
                count(mistakes.into()),
                joined_names(&words, "and")
            )
        }
        (_, [(class, answer)]) if score.classes == 2 => {
            let back = score.count(*answer, *class);
            let (class, answer) =
                (state.shared.class_name(*class), state.shared.class_name(*answer));
            format!(
                ": of its {} mistakes {} are {class} taken for {answer}, {} {answer} for {class}.",
                count(mistakes.into()),
                count(times.into()),
                count(back.into())
            )
        }
        _ => format!(" gets {} of {} {set} examples wrong.", count(mistakes.into()), count(of)),
    };
    vec![name(state, arm), plain(text)]
}

/// Returns a sentence on the arm with the fewest mistakes, if that is more than chance.
fn fewest(
    state: ViewState<'_, DataView>,
    listed: &ListedExamples,
    arms: &[usize],
) -> Option<Sentence> {
    let mut found: Vec<(u32, usize)> =
        arms.iter().map(|arm| (listed.arms[*arm].mistakes(), *arm)).collect();
    found.sort_unstable();
    let [(least, best), (next, _), ..] = found[..] else { return None };
    let share = |wrong: u32| f64::from(wrong) / listed.of.max(1) as f64;
    if !is_ahead(share(next), share(least), listed.of) {
        return None;
    }
    let rest: Vec<String> = found[1..].iter().map(|(wrong, _)| count((*wrong).into())).collect();
    let text = format!(
        " makes the fewest mistakes, {} against {}.",
        count(least.into()),
        joined_names(&rest, "and")
    );
    Some(vec![name(state, best), plain(text)])
}

/// Returns a sentence on the mean errors of the arms in numbers.
fn errors(
    state: ViewState<'_, DataView>,
    listed: &ListedExamples,
    arms: &[usize],
) -> Option<Sentence> {
    let set = if listed.is_test { "test" } else { "training" };
    let unit = state.shared.history.facts.as_deref()?.unit();
    let words = match listed.of {
        1 => "|a − y| of the only example: ".to_owned(),
        of => format!("Mean |a − y| over {} {set} examples: ", count(of as u64)),
    };
    let mut sentence = vec![plain(words)];
    for (place, arm) in arms.iter().enumerate() {
        let end = if place + 1 == arms.len() { "." } else { ", " };
        let error = listed.arms[*arm].mean_error * unit;
        sentence.extend([name(state, *arm), plain(format!(" {}{end}", number(error, 7)))]);
    }
    (!arms.is_empty()).then_some(sentence)
}

/// Returns the selected example and the mistakes of the arms, one fact per line.
pub(in crate::views::data) fn readout(state: ViewState<'_, DataView>) -> Vec<String> {
    let Some(listed) = state.listed() else { return Vec::new() };
    let mut out = vec![heading(state, listed).join(", ")];
    for (arm, score) in listed.arms.iter().enumerate() {
        let name = state.shared.arm_name(arm).unwrap_or_default();
        out.push(if state.has_classes() {
            format!("{name}: {} of {} wrong", score.mistakes(), listed.of)
        } else {
            format!("{name}: mean |a − y| {}", number(score.mean_error, 8))
        });
    }
    let selected = state.view.examples.selected.checked_sub(listed.request.first);
    if let Some(example) = selected.and_then(|nth| listed.rows.get(nth)) {
        let target = match example.class {
            Some(class) => state.shared.class_name(class),
            None => example.y.iter().map(|y| number(*y, 8)).collect::<Vec<_>>().join(" "),
        };
        out.push(format!("row {}, target {target}", example.row + 1));
        for (arm, outputs) in example.arms.iter().enumerate() {
            let name = state.shared.arm_name(arm).unwrap_or_default();
            let a: Vec<String> = outputs.a.iter().map(|a| number(*a, 8)).collect();
            out.push(format!("  {name}: a {}, C {}", a.join(" "), number(outputs.cost, 8)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::most_confused;
    use crate::telemetry::ArmScore;

    #[test]
    fn the_most_frequent_confusions_are_found_with_all_that_are_as_frequent() {
        let score = |confusion: Vec<u32>| ArmScore { confusion, classes: 3, mean_error: 0.0 };
        let one = score(vec![50, 2, 0, 7, 40, 1, 0, 0, 30]);
        assert_eq!(most_confused(&one), (vec![(1, 0)], 7));
        let two = score(vec![50, 7, 0, 7, 40, 1, 0, 0, 30]);
        assert_eq!(most_confused(&two), (vec![(0, 1), (1, 0)], 7));
        assert_eq!(most_confused(&score(vec![5, 0, 0, 0, 5, 0, 0, 0, 5])), (vec![], 0));
    }
}
