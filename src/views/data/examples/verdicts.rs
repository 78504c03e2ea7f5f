//! The sentences of the page: what the arms get right and wrong. Arms of which the same is true share a sentence.

use crate::canvas::number::{count, number};
use crate::canvas::sentence::{Sentence, listed as joined_names, plain};
use crate::telemetry::{ArmScore, ListedExamples};
use crate::views::arm_name::arm_list;
use crate::views::data::grouped::{MANY, grouped};
use crate::views::data::state::DataView;
use crate::views::significance::is_ahead;
use crate::views::view_state::ViewState;

/// The fewest examples about which something is said.
const FEWEST: u32 = 5;

/// The most pairs of classes that are named as equally frequent.
const MOST_PAIRS: usize = 3;

/// Returns the sentences about the examples, the most important first.
pub(in crate::views::data) fn sentences(state: ViewState<'_, DataView>) -> Vec<Sentence> {
    let Some(listed) = state.listed() else { return Vec::new() };
    let is_standing =
        |arm: usize| state.shared.history.arms.get(arm).is_some_and(|arm| arm.diverged.is_none());
    let arms: Vec<usize> = (0..listed.arms.len()).filter(|arm| is_standing(*arm)).collect();
    if !state.has_classes() {
        return errors(state, listed, &arms).into_iter().collect();
    }
    // What the arms get wrong comes first, the chosen arm before the others.
    let chosen = arms.iter().filter(|arm| **arm == state.shared.arm);
    let others = arms.iter().filter(|arm| **arm != state.shared.arm);
    let sorted: Vec<usize> = chosen.chain(others).copied().collect();
    let mut out = never_found(state, listed, &arms);
    let has_many = arms.len() >= MANY;
    out.extend(has_many.then(|| all_counts(state, listed, &arms)));
    for (of_claim, claim) in grouped(&sorted, |arm| Some(Claim::of(listed, arm))) {
        if !(has_many && claim.is_count()) {
            out.push(of_arms(state, &of_claim, claim.words(state, listed, of_claim.len() > 1)));
        }
    }
    out.extend(fewest(state, listed, &arms).filter(|_| !has_many));
    out
}

fn of_arms(state: ViewState<'_, DataView>, arms: &[usize], words: String) -> Sentence {
    let mut out = arm_list(state.shared, arms);
    out.push(plain(words));
    out
}

/// Returns the pairs of class and answer that an arm confuses most often, all that are equally frequent, and how
/// often.
fn most_confused(score: &ArmScore) -> (Vec<(usize, usize)>, u32) {
    let mut pairs = score.confused_pairs();
    let times = pairs.first().map_or(0, |(class, answer)| score.count(*class, *answer));
    pairs.retain(|(class, answer)| score.count(*class, *answer) == times);
    (pairs, times)
}

/// Returns sentences on the classes of which arms find no example, if there are at least five of each.
fn never_found(
    state: ViewState<'_, DataView>,
    listed: &ListedExamples,
    arms: &[usize],
) -> Vec<Sentence> {
    let lost_of = |arm: usize| {
        let score = &listed.arms[arm];
        let of_class =
            |class: usize| (0..score.classes).map(|a| score.count(class, a)).sum::<u32>();
        let is_lost =
            |class: &usize| score.count(*class, *class) == 0 && of_class(*class) >= FEWEST;
        let lost: Vec<usize> = (0..score.classes).filter(is_lost).collect();
        let is_told = !lost.is_empty() && lost.len() <= MOST_PAIRS && listed.step > 0;
        is_told.then(|| lost.into_iter().map(|class| (class, of_class(class))).collect::<Vec<_>>())
    };
    let told = grouped(arms, lost_of).into_iter().map(|(arms, lost)| {
        let words = lost.iter().map(|(class, of)| {
            let (of, class) = (count((*of).into()), state.shared.class_name(*class));
            format!("none of the {of} examples of {class}")
        });
        let words: Vec<String> = words.collect();
        let find = if arms.len() > 1 { "find" } else { "finds" };
        of_arms(state, &arms, format!(" {find} {}.", joined_names(&words, "and")))
    });
    told.collect()
}

/// Returns a sentence on the mistakes of all arms, the fewest first.
fn all_counts(state: ViewState<'_, DataView>, listed: &ListedExamples, arms: &[usize]) -> Sentence {
    let mut sorted = arms.to_vec();
    sorted.sort_by_key(|arm| listed.arms[*arm].mistakes());
    let set = set_name(listed);
    let of = count(listed.of as u64);
    let mut out = Sentence::new();
    let groups = grouped(&sorted, |arm| Some(listed.arms[arm].mistakes()));
    for (place, (arms, mistakes)) in groups.iter().enumerate() {
        let wrong = count((*mistakes).into());
        let is_many = arms.len() > 1;
        if place > 0 {
            out.push(plain(", "));
        }
        out.extend(arm_list(state.shared, arms));
        let each = if is_many && *mistakes > 0 { " each" } else { "" };
        out.push(plain(match (place, is_many) {
            (0, true) => format!("{each} get {wrong} of {of} {set} examples wrong"),
            (0, false) => format!(" gets {wrong} of {of} {set} examples wrong"),
            _ => format!(" {wrong}{each}"),
        }));
    }
    out.push(plain("."));
    out
}

fn set_name(listed: &ListedExamples) -> &'static str {
    if listed.is_test { "test" } else { "training" }
}

/// What is said of the mistakes of an arm.
#[derive(Clone, Debug, PartialEq)]
enum Claim {
    /// The only example is answered with its class.
    OnlyRight,
    /// The only example, of a class, is answered with another.
    OnlyWrong((usize, usize)),
    /// All examples are right.
    AllRight,
    /// One example is wrong.
    OneWrong((usize, usize)),
    /// Of several classes some pairs are confused most often: so many times each, of all mistakes.
    Pairs(Vec<(usize, usize)>, u32, u32),
    /// Of two classes the first is taken for the second so many times, of all mistakes.
    Split((usize, usize), u32, u32),
    /// The number of mistakes.
    Count(u32),
}

impl Claim {
    fn of(listed: &ListedExamples, arm: usize) -> Self {
        let score = &listed.arms[arm];
        let mistakes = score.mistakes();
        let (pairs, times) = most_confused(score);
        match (mistakes, &pairs[..]) {
            (0, _) if listed.of == 1 => Self::OnlyRight,
            (_, [pair]) if listed.of == 1 => Self::OnlyWrong(*pair),
            (0, _) => Self::AllRight,
            (1, [pair]) => Self::OneWrong(*pair),
            (_, [pair, ..]) if score.classes == 2 => Self::Split(*pair, times, mistakes),
            (_, pairs) if times >= FEWEST && pairs.len() <= MOST_PAIRS => {
                Self::Pairs(pairs.to_vec(), times, mistakes)
            }
            _ => Self::Count(mistakes),
        }
    }

    /// Returns whether it is a number of mistakes and no more.
    fn is_count(&self) -> bool {
        matches!(self, Self::AllRight | Self::Count(_))
    }

    /// Returns what follows the name of the arm, or those of several.
    fn words(
        &self,
        state: ViewState<'_, DataView>,
        listed: &ListedExamples,
        is_many: bool,
    ) -> String {
        let class = |class: usize| state.shared.class_name(class);
        let taken =
            |(of, answer): (usize, usize)| format!("{} taken for {}", class(of), class(answer));
        let (set, of) = (set_name(listed), count(listed.of as u64));
        let gets = if is_many { "each get" } else { "gets" };
        // The mistakes of one arm, or of each of several, after what begins the sentence.
        let (colon, its) = if is_many { (" alike:", "of each") } else { (":", "") };
        let of_all = |mistakes: u32| match its {
            "" => format!("its {} mistakes", count(mistakes.into())),
            its => format!("the {} mistakes {its}", count(mistakes.into())),
        };
        match self {
            Self::OnlyRight if is_many => " get their only example right.".to_owned(),
            Self::OnlyRight => " gets its only example right.".to_owned(),
            Self::OnlyWrong((target, answer)) => {
                let (answers, its) = if is_many { ("answer", "their") } else { ("answers", "its") };
                let (answer, target) = (class(*answer), class(*target));
                format!(" {answers} {answer} to {its} only example, whose target is {target}.")
            }
            Self::AllRight if is_many => format!(" get all {of} {set} examples right."),
            Self::AllRight => format!(" gets all {of} {set} examples right."),
            Self::OneWrong(pair) => {
                format!(" {gets} one of {of} {set} examples wrong: {}.", taken(*pair))
            }
            Self::Pairs(pairs, times, mistakes) => {
                let words: Vec<String> = pairs.iter().map(|pair| taken(*pair)).collect();
                let each = if pairs.len() > 1 { " each" } else { "" };
                let (times, of) = (count((*times).into()), of_all(*mistakes));
                format!("{colon} {times}{each} of {of} are {}.", joined_names(&words, "and"))
            }
            Self::Split(pair, times, mistakes) => {
                if mistakes == times {
                    return format!("{colon} all {} are {}.", of_all(*mistakes), taken(*pair));
                }
                let (is, times) = (if *times == 1 { "is" } else { "are" }, count((*times).into()));
                format!("{colon} {times} of {} {is} {}.", of_all(*mistakes), taken(*pair))
            }
            Self::Count(mistakes) => {
                format!(" {gets} {} of {of} {set} examples wrong.", count((*mistakes).into()))
            }
        }
    }
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
    let (least, rest) = (count(least.into()), joined_names(&rest, "and"));
    Some(of_arms(state, &[best], format!(" makes the fewest mistakes, {least} against {rest}.")))
}

/// Returns a sentence on the mean errors of the arms in numbers.
fn errors(
    state: ViewState<'_, DataView>,
    listed: &ListedExamples,
    arms: &[usize],
) -> Option<Sentence> {
    let unit = state.shared.history.facts.as_deref()?.unit();
    let words = match listed.of {
        1 => "|a − y| of the only example: ".to_owned(),
        of => format!("Mean |a − y| over {} {} examples: ", count(of as u64), set_name(listed)),
    };
    let mut sentence = vec![plain(words)];
    let groups = grouped(arms, |arm| Some(number(listed.arms[arm].mean_error * unit, 7)));
    for (place, (of_error, error)) in groups.iter().enumerate() {
        let end = if place + 1 == groups.len() { "." } else { ", " };
        sentence.extend(arm_list(state.shared, of_error));
        sentence.push(plain(format!(" {error}{end}")));
    }
    (!arms.is_empty()).then_some(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::{ExampleFilter, ExampleOrder, ExampleSet, ExamplesRequest};
    use crate::views::shared_state::SharedState;

    fn score(confusion: Vec<u32>, classes: usize) -> ArmScore {
        ArmScore { confusion, classes, mean_error: 0.0 }
    }

    fn listed(arms: Vec<ArmScore>) -> ListedExamples {
        let request = ExamplesRequest {
            set: ExampleSet::Test,
            arm: 0,
            order: ExampleOrder::AsRead,
            filter: ExampleFilter::All,
            first: 0,
            count: 0,
        };
        let of = arms.first().map_or(0, |arm| arm.confusion.iter().sum::<u32>() as usize);
        ListedExamples { request, step: 1, is_test: true, of, listed: of, rows: Vec::new(), arms }
    }

    #[test]
    fn the_most_frequent_confusions_are_found_with_all_that_are_as_frequent() {
        let one = score(vec![50, 2, 0, 7, 40, 1, 0, 0, 30], 3);
        assert_eq!(most_confused(&one), (vec![(1, 0)], 7));
        let two = score(vec![50, 7, 0, 7, 40, 1, 0, 0, 30], 3);
        assert_eq!(most_confused(&two), (vec![(0, 1), (1, 0)], 7));
        assert_eq!(most_confused(&score(vec![5, 0, 0, 0, 5, 0, 0, 0, 5], 3)), (vec![], 0));
    }

    #[test]
    fn arms_of_which_the_same_is_true_share_a_sentence() {
        let same = listed(vec![score(vec![9, 1, 0, 10], 2), score(vec![9, 1, 0, 10], 2)]);
        let groups = grouped(&[1, 0], |arm| Some(Claim::of(&same, arm)));
        assert_eq!(groups, [(vec![1, 0], Claim::OneWrong((0, 1)))]);
        let apart = listed(vec![score(vec![9, 1, 0, 10], 2), score(vec![10, 0, 1, 9], 2)]);
        assert_eq!(grouped(&[0, 1], |arm| Some(Claim::of(&apart, arm))).len(), 2);
    }

    #[test]
    fn numbers_and_classes_do_not_run_together_and_zeros_are_not_told() {
        let view = DataView::default();
        let shared = SharedState::default();
        let state = ViewState { view: &view, shared: &shared };
        let said = |confusion: Vec<u32>, is_many| {
            let listed = listed(vec![score(confusion, 2)]);
            Claim::of(&listed, 0).words(state, &listed, is_many)
        };
        assert_eq!(said(vec![8, 2, 1, 9], false), ": 2 of its 3 mistakes are 0 taken for 1.");
        assert_eq!(said(vec![8, 2, 2, 9], false), ": 2 of its 4 mistakes are 0 taken for 1.");
        assert_eq!(said(vec![8, 0, 3, 9], false), ": all its 3 mistakes are 1 taken for 0.");
        assert_eq!(
            said(vec![8, 0, 3, 9], true),
            " alike: all the 3 mistakes of each are 1 taken for 0."
        );
        assert_eq!(said(vec![10, 0, 0, 9], true), " get all 19 test examples right.");
    }
}
