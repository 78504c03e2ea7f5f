//! How an earlier run, whose curves are on the same charts, differs from the present one.

use crate::canvas::number::short;
use crate::telemetry::{ArmFacts, Ghost, RunFacts};
use crate::views::course_epoch::epoch_name;
use crate::views::shared_state::SharedState;

/// Returns the differences of the run of a ghost from the present one, each in the words of that run: `seed 1`,
/// `quadratic η 0.15`.
pub(super) fn differences(shared: &SharedState, ghost: &Ghost) -> Vec<String> {
    let facts = ghost.facts.as_deref().zip(shared.history.facts.as_deref());
    let Some((then, now)) = facts else { return rates(shared, ghost) };
    let mut all = Vec::new();
    if then.seed != now.seed {
        all.push(format!("seed {}", then.seed));
    }
    all.extend(start(shared, ghost, then, now));
    let of_arms = |word: &dyn Fn(&ArmFacts) -> String| {
        let pairs = then.arms.iter().zip(&now.arms);
        let words = pairs.map(|pair| (word(pair.0), word(pair.1)));
        let different = words.map(|(then, now)| (then != now).then_some(then));
        by_arm(shared, &different.collect::<Vec<_>>())
    };
    all.extend(of_arms(&|arm| arm.cost.name().to_owned()));
    all.extend(of_arms(&|arm| {
        let sizes: Vec<String> = arm.sizes.iter().map(usize::to_string).collect();
        format!("layers {}", sizes.join("-"))
    }));
    all.extend(of_arms(&|arm| format!("hidden {}", arm.hidden.name())));
    all.extend(of_arms(&|arm| format!("output {}", arm.output.name())));
    all.extend(of_arms(&|arm| format!("λ {}", short(arm.lambda))));
    if data(then) != data(now) {
        all.push("other data".to_owned());
    }
    all.extend(rates(shared, ghost));
    all
}

/// Returns words that each arm has or not, once if all have the same ones, else with the names of the arms.
pub(super) fn by_arm(shared: &SharedState, words: &[Option<String>]) -> Vec<String> {
    if let [Some(first), rest @ ..] = words
        && rest.iter().all(|words| words.as_ref() == Some(first))
    {
        return vec![first.clone()];
    }
    let of_arm = |(arm, words): (usize, &Option<String>)| {
        Some(format!("{} {}", shared.arm_name(arm).unwrap_or("an arm"), words.as_ref()?))
    };
    words.iter().enumerate().filter_map(of_arm).collect()
}

/// Returns how the start differs, unless the seed says so.
fn start(shared: &SharedState, ghost: &Ghost, then: &RunFacts, now: &RunFacts) -> Option<String> {
    let is_drawn = |facts: &RunFacts| facts.arms.iter().any(|arm| arm.start != "given");
    if then.seed != now.seed && is_drawn(then) && is_drawn(now) {
        return None;
    }
    let arms = then.arms.len();
    let point = |arm: usize| ghost.start(arm);
    let moved = (0..arms).any(|arm| {
        point(arm).zip(shared.history.start(arm)).is_some_and(|(then, now)| then != now)
    });
    if moved {
        let first = point(0).filter(|first| (1..arms).all(|arm| point(arm) == Some(*first)));
        let shown = first.zip(then.neuron_inputs()).map(|([w, v, b], inputs)| match inputs {
            1 => format!("start ({}, {})", short(w), short(b)),
            _ => format!("start ({}, {}, {})", short(w), short(v), short(b)),
        });
        return Some(shown.unwrap_or_else(|| "another start".to_owned()));
    }
    let names = |facts: &RunFacts| -> Vec<String> {
        facts.arms.iter().map(|arm| arm.start.clone()).collect()
    };
    match names(then).as_slice() {
        [first, rest @ ..] if names(then) != names(now) => Some(match first.as_str() {
            "given" => "another start".to_owned(),
            name if rest.iter().all(|other| other == name) => format!("start {name}"),
            _ => "another start".to_owned(),
        }),
        _ if then.model != now.model => Some("another start".to_owned()),
        _ => None,
    }
}

/// Returns what is known of the data.
fn data(facts: &RunFacts) -> (&str, usize, usize, usize) {
    (&facts.data, facts.examples, facts.test_examples, facts.batch)
}

/// Returns the last η of each arm whose rates differ, with the epoch from which on it held.
fn rates(shared: &SharedState, ghost: &Ghost) -> Vec<String> {
    let now = shared.history.rates();
    let words = (0..shared.arms()).map(|arm| {
        let then = ghost.rates.of_arm(arm);
        let (step, eta) = *then.last().filter(|_| then != now.of_arm(arm))?;
        let from = if step > 0 {
            format!(" from epoch {}", epoch_name(shared, step))
        } else {
            String::new()
        };
        Some(format!("η {}{from}", short(eta)))
    });
    by_arm(shared, &words.collect::<Vec<_>>())
}
