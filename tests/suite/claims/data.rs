//! Checks the sentences of the Data view.

use xentviz::testing::telemetry::{
    Answer, Fields, ListedExamples, Metric, PictureAnswer, PlaneExample, PlaneTarget, Silencing,
};

use crate::claims::run::{Run, number, shows, values};

/// Returns whether a sentence of the Data view is true.
pub(crate) fn data(run: &Run<'_>, sentence: &str) -> Option<bool> {
    match &run.app.shared.answer {
        Some(Answer::Fields(fields)) => plane(run, fields, sentence),
        Some(Answer::Examples(listed)) => examples(run, listed, sentence),
        Some(Answer::Picture(picture)) => Some(pictured(run, picture, sentence)),
        Some(Answer::Silencing(silencing)) => silenced(run, silencing, sentence),
        _ => None,
    }
}

/// Returns the number of examples that an arm takes for another class: by its last evaluation, if that is of this
/// step, else by its outputs.
fn wrong(run: &Run<'_>, arm: usize) -> f64 {
    if run.evaluation(arm).step == run.app.shared.history.step {
        return ((1.0 - run.share(arm)) * run.examples()).round();
    }
    match &run.app.shared.answer {
        Some(Answer::Fields(fields)) => {
            let of = &fields.arms[arm];
            let outputs = of.outputs.len() / fields.examples.points.len();
            let first = if fields.examples.of.1 > 0 { fields.examples.training } else { 0 };
            let points = fields.examples.points.iter().zip(of.outputs.chunks(outputs)).skip(first);
            let is_wrong = |(point, a): &(&PlaneExample, &[f64])| match point.target {
                PlaneTarget::Class(class) if a.len() == 1 => (a[0] >= 0.5) != (class == 1),
                PlaneTarget::Class(class) => a.iter().any(|other| *other > a[class]),
                PlaneTarget::Number(_) => false,
            };
            points.filter(is_wrong).count() as f64
        }
        Some(Answer::Examples(listed)) => {
            let score = &listed.arms[arm];
            let right: u32 = (0..score.classes).map(|class| score.count(class, class)).sum();
            listed.of as f64 - f64::from(right)
        }
        _ => f64::NAN,
    }
}

fn set(run: &Run<'_>) -> &'static str {
    if run.facts.test_examples > 0 { "test" } else { "training" }
}

/// Returns whether two numbers of mistakes differ by more than chance.
fn is_clear(run: &Run<'_>, fewest: f64, next: f64) -> bool {
    let n = run.examples();
    run.is_ahead(1.0 - fewest / n, 1.0 - next / n)
}

fn plane(run: &Run<'_>, fields: &Fields, sentence: &str) -> Option<bool> {
    let is_of = |shown: &str, what: &str| {
        number(shown) == run.examples() && what == format!("{} points", set(run))
    };
    let all: Vec<f64> = (0..run.facts.arms.len()).map(|arm| wrong(run, arm)).collect();
    if let Some(v) = values("Both get {} of {} {} wrong.", sentence) {
        return Some(all.iter().all(|wrong| *wrong == number(v[0])) && is_of(v[1], v[2]));
    }
    if let Some(v) =
        values("{} gets {} of {} {} wrong, {} {}: too close to tell them apart.", sentence)
    {
        let (one, other) = (run.arm(v[0])?, run.arm(v[4])?);
        let is_right = all[one] == number(v[1]) && all[other] == number(v[5]) && is_of(v[2], v[3]);
        let is_level = all[one] < all[other] && !is_clear(run, all[one], all[other]);
        return Some(is_right && is_level);
    }
    if let Some(v) = values("{}: {} of its {} mistakes lie at {}.", sentence) {
        let arm = run.arm(v[0])?;
        return Some(
            all[arm] == number(v[2])
                && number(v[1]) == there(run, fields, arm, v[3])
                && number(v[1]) >= 0.75 * all[arm],
        );
    }
    if let Some(v) = values("{} gets {} of {} {} wrong, {} {}.", sentence) {
        let (one, other) = (run.arm(v[0])?, run.arm(v[4])?);
        let is_right = all[one] == number(v[1]) && all[other] == number(v[5]) && is_of(v[2], v[3]);
        return Some(is_right && is_clear(run, all[one], all[other]));
    }
    if let Some(v) = values("Mean |a − y| over {} {}: {}.", sentence) {
        return Some(is_of(v[0], v[1]) && are_distances(run, fields, v[2]));
    }
    None
}

/// Returns whether the mean distances of the outputs from the targets are as in a list such as `one 0.21, other 0.3`.
fn are_distances(run: &Run<'_>, fields: &Fields, list: &str) -> bool {
    let first = if fields.examples.of.1 > 0 { fields.examples.training } else { 0 };
    list.split(", ").all(|of_arm| {
        let Some((name, shown)) = of_arm.rsplit_once(' ') else { return false };
        let Some(arm) = run.arm(name) else { return false };
        let outputs = &fields.arms[arm].outputs;
        let width = outputs.len() / fields.examples.points.len();
        let pairs = fields.examples.points.iter().zip(outputs.chunks(width)).skip(first);
        let distances: Vec<f64> = pairs
            .map(|(point, a)| match point.target {
                PlaneTarget::Number(y) => (a[0] - y).abs(),
                PlaneTarget::Class(_) => f64::NAN,
            })
            .collect();
        let mean = distances.iter().sum::<f64>() / distances.len() as f64;
        shows(shown, mean * run.facts.unit())
    })
}

/// Checks a sentence on the answers to a picture.
fn pictured(run: &Run<'_>, picture: &PictureAnswer, sentence: &str) -> bool {
    let (row, words) = match values("Nothing is drawn; picture {} of the {} set: {}", sentence) {
        Some(v) => (Some((v[0], v[1])), v[2].to_owned()),
        None => (None, sentence.to_owned()),
    };
    let is_row = row.is_none_or(|(row, of)| number(row) >= 1.0 && of == set(run));
    let class = |name: &str| {
        let named = run.facts.classes.iter().position(|class| class == name);
        named.or_else(|| name.parse().ok()).expect("a class")
    };
    // The greatest output, and whether it is the only one so great.
    let is_taken = |arm: usize, of: usize| {
        let a = &picture.arms[arm].a;
        a.iter().enumerate().all(|(k, other)| k == of || *other < a[of])
    };
    let output = |arm: usize, of: usize| picture.arms[arm].a[of];
    if let Some(v) = values("{} take it for {}: {}.", &words) {
        let of = class(v[1]);
        let list: Vec<&str> = v[2].split(", ").collect();
        let are_right = list.iter().all(|of_arm| {
            let Some((name, shown)) = of_arm.rsplit_once(' ') else { return false };
            run.arm(name).is_some_and(|arm| is_taken(arm, of) && shows(shown, output(arm, of)))
        });
        let all = if list.len() == 2 { "both" } else { "all" };
        return is_row && are_right && v[0].to_lowercase() == all;
    }
    let are_right = words.trim_end_matches('.').split("), ").all(|of_arm| {
        let of_arm = of_arm.trim_end_matches(')');
        let of_arm = of_arm.replace(" takes it for ", " for ");
        let v = values("{} for {} ({}", &of_arm);
        let Some([name, answer, shown]) = v.as_deref().and_then(|v| v.first_chunk::<3>()) else {
            return false;
        };
        let Some(arm) = run.arm(name) else { return false };
        if let Some((one, other)) = answer.split_once(" or ") {
            let (one, other) = (output(arm, class(one)), output(arm, class(other)));
            let most = picture.arms[arm].a.iter().copied().fold(0.0, f64::max);
            let shown = shown.strip_prefix("both ").expect("a tie");
            return one == other && one == most && shows(shown, one);
        }
        let of = class(answer);
        is_taken(arm, of) && shows(shown, output(arm, of))
    });
    is_row && are_right
}

/// Checks a sentence on what a neuron is worth.
fn silenced(run: &Run<'_>, silencing: &Silencing, sentence: &str) -> Option<bool> {
    let names = || run.facts.arms.iter().map(|arm| arm.name.as_str());
    let name = names().filter(|name| sentence.contains(name)).max_by_key(|name| name.len())?;
    let arm = run.arm(name)?;
    let of = &silencing.arms[arm];
    let examples = silencing.examples as f64;
    let most = of.without.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let is_least_spared = |neurons: &str| {
        let all: Vec<f64> =
            neurons.split(" or ").flat_map(|neurons| neurons.split(", ")).map(number).collect();
        let worst = of.without.iter().enumerate().filter(|(_, without)| **without == most);
        worst.map(|(neuron, _)| neuron as f64 + 1.0).eq(all.iter().copied())
    };
    let is_clear = run.is_ahead(1.0 - of.error, 1.0 - most);
    let mistakes = |share: f64| (share * examples).round();
    let is_count = |shown: &str| {
        number(shown.trim_end_matches(" neurons").trim_end_matches(" neuron"))
            == of.without.len() as f64
    };
    let sentence = sentence.replacen(name, "ARM", 1);
    let is_judged = examples == run.examples();
    if let Some(v) = values("Without neuron {} ARM's mean |a − y| rises from {} to {}.", &sentence)
    {
        let unit = run.facts.unit();
        let is_right = shows(v[1], of.error * unit) && shows(v[2], most * unit);
        return Some(is_judged && is_least_spared(v[0]) && is_right && most > of.error);
    }
    let is_share = matches!(run.facts.metric, Metric::Accuracy | Metric::Output);
    if let Some(v) = values("Without neuron {} ARM loses {} points of accuracy{}", &sentence) {
        let spared = of.without.iter().filter(|w| mistakes(**w) == mistakes(of.error)).count();
        let is_rest = match values("; without {} of its {} it makes as many mistakes as now.", v[2])
        {
            Some(rest) => number(rest[0]) == spared as f64 && is_count(rest[1]) && spared > 0,
            None => v[2] == "." && spared == 0,
        };
        let is_right = shows(v[1], 100.0 * (most - of.error)) && is_least_spared(v[0]);
        return Some(is_judged && is_share && is_clear && is_rest && is_right);
    }
    let more = mistakes(most) - mistakes(of.error);
    if let Some(v) = values("ARM makes no more mistakes without any one of its {}.", &sentence) {
        return Some(is_judged && is_share && more <= 0.0 && is_count(v[0]));
    }
    let least = "ARM makes at most {} more mistakes in {} without one of its {}.";
    let v = values(least, &sentence)?;
    let is_right = number(v[0]) == more && number(v[1]) == examples && is_count(v[2]);
    Some(is_judged && is_share && !is_clear && more > 0.0 && is_right)
}

/// Returns the mistakes of an arm on the plane at which conditions such as `x₁ > 0, x₂ < 0.5` hold.
fn there(run: &Run<'_>, fields: &Fields, arm: usize, conditions: &str) -> f64 {
    let (across, up) = fields.request.axes;
    let holds = |at: [f64; 2]| {
        conditions.split(", ").all(|condition| {
            let words: Vec<&str> = condition.split(' ').collect();
            let is_up = run.facts.inputs.get(up).map_or("x₂", String::as_str) == words[0];
            let x = run.facts.input_value(if is_up { up } else { across }, at[usize::from(is_up)]);
            let limit = number(words[2]);
            if words[1] == ">" { x > limit } else { x <= limit }
        })
    };
    let first = if fields.examples.of.1 > 0 { fields.examples.training } else { 0 };
    let points = fields.examples.points.iter().zip(&fields.arms[arm].is_wrong).skip(first);
    points.filter(|(point, wrong)| **wrong && holds(point.at)).count() as f64
}

/// Checks the sentence on the mean errors of numbers.
fn errors(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let are_true = |list: &str| {
        list.split(", ").all(|of_arm| {
            let Some((name, shown)) = of_arm.rsplit_once(' ') else { return false };
            let Some(arm) = run.arm(name) else { return false };
            let evaluation = run.evaluation(arm);
            let is_now = evaluation.step == run.app.shared.history.step;
            let fit = evaluation.test_fit.or(evaluation.fit).filter(|_| is_now);
            let neuron = run.now(arm).gradient_factors.as_ref().and_then(|m| m.neuron.as_ref());
            let single = run.facts.single.as_ref().zip(neuron);
            let error = fit.map(|fit| fit.mean_error);
            let error = error.or(single.map(|(single, neuron)| (neuron.a - single.y).abs()));
            // Outputs are f32.
            error.is_none_or(|error| (number(shown) - error).abs() < 1e-4 * error.max(1.0))
        })
    };
    if let Some(v) = values("Mean |a − y| over {} {} examples: {}.", sentence) {
        return Some(are_true(v[2]) && number(v[0]) == run.examples() && v[1] == set(run));
    }
    if let Some(v) = values("|a − y| of the only example: {}.", sentence) {
        return Some(are_true(v[0]) && run.examples() == 1.0);
    }
    None
}

/// A function that counts the examples of a pair such as `4 taken for 9`.
type PairCount<'a> = &'a dyn Fn(&str) -> Option<f64>;

/// Checks a sentence on what an arm takes for what. `times` counts a pair of classes.
fn confusions(
    listed: &ListedExamples,
    arm: usize,
    mistakes: f64,
    (times, words): (PairCount<'_>, &str),
) -> Option<bool> {
    if let Some(v) = values(": of its {} mistakes {} are {} taken for {}, {} {} for {}.", words) {
        let (one, other) = (
            times(&format!("{} taken for {}", v[2], v[3]))?,
            times(&format!("{} taken for {}", v[5], v[6]))?,
        );
        let is_right = one == number(v[1]) && other == number(v[4]) && one > other;
        return Some(is_right && one + other == mistakes && number(v[0]) == mistakes);
    }
    if let Some(v) = values(": {} of its {} mistakes are {}.", words) {
        let (shown, is_each) = match v[0].strip_suffix(" each") {
            Some(shown) => (shown, true),
            None => (v[0], false),
        };
        let pairs: Vec<&str> = v[2].split(" and ").flat_map(|pairs| pairs.split(", ")).collect();
        let is_named = pairs.iter().all(|pair| times(pair) == Some(number(shown)));
        let score = &listed.arms[arm];
        let others = (0..score.classes).flat_map(|c| (0..score.classes).map(move |a| (c, a)));
        let counts = others.filter(|(c, a)| c != a).map(|(c, a)| f64::from(score.count(c, a)));
        let as_many = counts.clone().filter(|count| *count == number(shown)).count();
        let is_most = counts.clone().all(|count| count <= number(shown)) && as_many == pairs.len();
        let is_right = number(v[1]) == mistakes && number(shown) >= 5.0;
        return Some(is_named && is_most && is_right && is_each == (pairs.len() > 1));
    }
    None
}

fn examples(run: &Run<'_>, listed: &ListedExamples, sentence: &str) -> Option<bool> {
    if let Some(verdict) = errors(run, sentence) {
        return Some(verdict);
    }
    let names = || run.facts.arms.iter().map(|arm| arm.name.as_str());
    let name = names().filter(|name| sentence.starts_with(name)).max_by_key(|name| name.len())?;
    let (arm, words) = (run.arm(name)?, sentence.strip_prefix(name)?);
    let mistakes = wrong(run, arm);
    let class = |name: &str| {
        run.facts.classes.iter().position(|class| class == name).or_else(|| name.parse().ok())
    };
    let times = |pair: &str| {
        let (of, taken) = pair.split_once(" taken for ")?;
        Some(f64::from(listed.arms[arm].count(class(of)?, class(taken)?)))
    };
    let is_set = |shown: &str, what: &str| {
        number(shown) == run.examples() && what == format!("{} examples", set(run))
    };
    if let Some(v) = values(" finds {}.", words) {
        let score = &listed.arms[arm];
        let is_lost = |words: &str| {
            let shown = values("none of the {} examples of {}", words)?;
            let class = class(shown[1])?;
            let all: u32 = (0..score.classes).map(|answer| score.count(class, answer)).sum();
            let recall = run.evaluation(arm).recall.get(class).copied().flatten();
            let is_now = run.evaluation(arm).step == run.app.shared.history.step;
            // Two classes of one output have no recall of their own.
            let is_known = is_now && !run.evaluation(arm).recall.is_empty();
            let is_none = score.count(class, class) == 0 && (!is_known || recall == Some(0.0));
            Some(is_none && number(shown[0]) == f64::from(all) && all >= 5)
        };
        let parts = v[0].split(" and ").flat_map(|parts| parts.split(", "));
        return parts.map(is_lost).try_fold(true, |all, is_true| Some(all && is_true?));
    }
    if words == " gets its only example right." {
        return Some(mistakes == 0.0 && run.examples() == 1.0);
    }
    if let Some(v) = values(" answers {} to its only example, whose target is {}.", words) {
        return Some(mistakes == 1.0 && v[0] != v[1] && run.examples() == 1.0);
    }
    if let Some(v) = values(" gets all {} {} right.", words) {
        return Some(mistakes == 0.0 && is_set(v[0], v[1]));
    }
    if let Some(v) = values(" gets one of {} {} wrong: {}.", words) {
        return Some(mistakes == 1.0 && times(v[2]) == Some(1.0) && is_set(v[0], v[1]));
    }
    if let Some(verdict) = confusions(listed, arm, mistakes, (&times, words)) {
        return Some(verdict);
    }
    if let Some(v) = values(" gets {} of {} {} wrong.", words) {
        return Some(number(v[0]) == mistakes && is_set(v[1], v[2]));
    }
    if let Some(v) = values(" makes the fewest mistakes, {} against {}.", words) {
        let mut all: Vec<f64> = (0..run.facts.arms.len()).map(|arm| wrong(run, arm)).collect();
        all.sort_by(f64::total_cmp);
        let rest: Vec<f64> =
            v[1].split(" and ").flat_map(|rest| rest.split(", ")).map(number).collect();
        let is_least = number(v[0]) == mistakes && all[0] == mistakes && all[1..] == rest[..];
        return Some(is_least && is_clear(run, all[0], all[1]));
    }
    None
}
