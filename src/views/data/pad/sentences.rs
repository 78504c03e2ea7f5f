//! The sentences of the page, and its text for the clipboard.

use crate::canvas::number::number;
use crate::canvas::sentence::{Sentence, plain};
use crate::canvas::widgets::Tone;
use crate::telemetry::{PictureAnswer, PictureSource};
use crate::views::arm_name::{arm_name, capitalised};
use crate::views::course_epoch::epoch_name;
use crate::views::data::pad::outputs::Verdict;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// Returns the sentences about the picture, the most important first.
pub(in crate::views::data) fn pad_sentences(state: ViewState<'_, DataView>) -> Vec<Sentence> {
    let Some(answer) = state.pad_answer() else { return Vec::new() };
    let mut sentence: Sentence = subject(state, answer).map(plain).into_iter().collect();
    sentence.extend(verdicts(state, answer));
    let said = Some(sentence).filter(|sentence| sentence.len() > 1);
    said.into_iter().chain(then(state, answer)).collect()
}

/// Returns what the picture is, unless it is the drawing on the pad.
fn subject(state: ViewState<'_, DataView>, answer: &PictureAnswer) -> Option<String> {
    match (&answer.request.picture, state.view.pad.chosen) {
        (PictureSource::Example(_, row), _) => {
            let (row, set) = (row + 1, state.pad_set());
            let target = answer.class.map(|class| state.shared.class_name(class));
            let target = target.map_or_else(String::new, |target| format!(", target {target}"));
            let set = if set == "test" { "Test" } else { "Training" };
            Some(format!("{set} picture {row}{target}: "))
        }
        (PictureSource::Drawn(_), Some(nth)) => {
            let target = state.view.pad.chosen_drawing().and_then(|kept| kept.target);
            let target = target.map(|class| format!(", target {}", state.shared.class_name(class)));
            Some(format!("Kept drawing {}{}: ", nth + 1, target.unwrap_or_default()))
        }
        (PictureSource::Drawn(_), None) => None,
    }
}

/// Returns the verdicts of the arms that have not diverged, by arm.
fn standing(state: ViewState<'_, DataView>, answer: &PictureAnswer) -> Vec<(usize, Verdict)> {
    let is_standing =
        |arm: &usize| state.shared.history.arms.get(*arm).is_none_or(|arm| arm.diverged.is_none());
    let arms = (0..answer.arms.len()).filter(is_standing);
    arms.filter_map(|arm| Some((arm, Verdict::of(&answer.arms[arm].a)?))).collect()
}

/// Returns the answers of the arms to the picture, and whether they agree.
fn verdicts(state: ViewState<'_, DataView>, answer: &PictureAnswer) -> Sentence {
    let found = standing(state, answer);
    let name = |arm: usize| arm_name(state.shared, arm);
    let class = |class: usize| state.shared.class_name(class);
    let value = |a: f64| number(a, 6);
    let answers: Vec<Option<usize>> = found.iter().map(|(_, verdict)| verdict.answer()).collect();
    let mut sentence = Sentence::new();
    let same =
        answers.first().copied().flatten().filter(|first| {
            answers.len() > 1 && answers.iter().all(|answer| *answer == Some(*first))
        });
    if let Some(same) = same {
        let all = if answers.len() == 2 { "both" } else { "all" };
        sentence.push(plain(format!("{all} take it for {}: ", class(same))));
        for (nth, (arm, verdict)) in found.iter().enumerate() {
            let end = if nth + 1 == found.len() { "." } else { ", " };
            sentence.extend([name(*arm), plain(format!(" {}{end}", value(verdict.a)))]);
        }
    } else {
        for (nth, (arm, verdict)) in found.iter().enumerate() {
            let end = if nth + 1 == found.len() { "." } else { ", " };
            let takes = if nth == 0 { " takes it for" } else { " for" };
            // Three arms with their outputs are too long for a line; the panels have them.
            let of = |outputs: String| if found.len() > 2 { String::new() } else { outputs };
            let words = if let Some(answer) = verdict.answer() {
                let output = of(format!(" ({})", value(verdict.a)));
                format!("{takes} {}{output}{end}", class(answer))
            } else {
                let (one, other) = (class(verdict.class), class(verdict.second));
                let output = of(format!(" (both {})", value(verdict.a)));
                format!("{takes} {one} or {other}{output}{end}")
            };
            sentence.extend([name(*arm), plain(words)]);
        }
    }
    if subject(state, answer).is_none()
        && let Some((first, Tone::Text)) = sentence.first_mut()
    {
        *first = capitalised(first);
    }
    sentence
}

/// Returns the answers of the arms to a kept drawing when it was kept, if they have changed.
fn then(state: ViewState<'_, DataView>, answer: &PictureAnswer) -> Option<Sentence> {
    let kept = state.view.pad.chosen_drawing()?;
    let changed: Vec<(usize, Option<usize>)> = standing(state, answer)
        .into_iter()
        .filter_map(|(arm, verdict)| {
            let then = *kept.answers.get(arm)?;
            (then != verdict.answer()).then_some((arm, then))
        })
        .collect();
    let unit = state.shared.history.clock().unit();
    let (first, _) = changed.first()?;
    let at = format!("When it was kept, at {unit} {}, ", epoch_name(state.shared, kept.step));
    let mut sentence = vec![plain(at)];
    for (arm, class) in &changed {
        let name = state.shared.arm_name(*arm).unwrap_or_default().to_owned();
        let takes = if arm == first { " took it for" } else { ", " };
        let class = class.map_or_else(|| "none".to_owned(), |class| state.shared.class_name(class));
        if arm == first {
            sentence.extend([(name, Tone::Arm(*arm)), plain(format!("{takes} {class}"))]);
        } else {
            let of_arm = (name, Tone::Arm(*arm));
            sentence.extend([plain(takes), of_arm, plain(format!(" for {class}"))]);
        }
    }
    sentence.push(plain("."));
    Some(sentence)
}

/// Returns the numbers on the page, one fact per line.
pub(in crate::views::data) fn pad_readout(state: ViewState<'_, DataView>) -> Vec<String> {
    let Some(answer) = state.pad_answer() else { return Vec::new() };
    let clock = state.shared.history.clock();
    let mut out = vec![format!("{} {}", clock.unit(), epoch_name(state.shared, answer.step))];
    for (arm, of_arm) in answer.arms.iter().enumerate() {
        let name = state.shared.arm_name(arm).unwrap_or_default();
        let outputs = of_arm
            .a
            .iter()
            .enumerate()
            .map(|(class, a)| format!("{} {}", state.shared.class_name(class), number(*a, 6)));
        out.push(format!("{name}: {}", outputs.collect::<Vec<_>>().join(", ")));
    }
    out
}
