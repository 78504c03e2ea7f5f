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
    let (row, words) = match values("{} picture {}, target {}: {}", sentence) {
        Some(v) => (Some((v[1], v[0], v[2])), v[3].to_owned()),
        None => (None, sentence.to_owned()),
    };
    let class = |name: &str| {
        let named = run.facts.classes.iter().position(|class| class == name);
        named.or_else(|| name.parse().ok()).expect("a class")
    };
    let is_row = row.is_none_or(|(row, of, target)| {
        number(row) >= 1.0 && of.to_lowercase() == set(run) && picture.class == Some(class(target))
    });
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
    if run.facts.arms.len() > 2 {
        // The outputs of many arms stand in the panels alone.
        let mut list = words.trim_end_matches('.').split(", ");
        let are_right = list.all(|of_arm| {
            let of_arm = of_arm.replace(" takes it for ", " for ");
            let Some((name, answer)) = of_arm.split_once(" for ") else { return false };
            let Some(arm) = run.arm(name) else { return false };
            match answer.split_once(" or ") {
                Some((one, other)) => output(arm, class(one)) == output(arm, class(other)),
                None => is_taken(arm, class(answer)),
            }
        });
        return is_row && are_right;
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

/// Returns the arms whose names begin a text, as in `a`, `a and b` or `a, b and c`, and the rest of the text.
fn led_by<'t>(run: &Run<'_>, text: &'t str) -> Option<(Vec<usize>, &'t str)> {
    let names = || run.facts.arms.iter().map(|arm| arm.name.as_str());
    let name = names().filter(|name| text.starts_with(name)).max_by_key(|name| name.len())?;
    let rest = &text[name.len()..];
    let mut arms = vec![run.arm(name)?];
    let others = rest.strip_prefix(" and ").or(rest.strip_prefix(", "));
    match others.and_then(|others| led_by(run, others)) {
        Some((others, rest)) => {
            arms.extend(others);
            Some((arms, rest))
        }
        None => Some((arms, rest)),
    }
}

/// Returns a sentence on several arms as that on one of them.
fn of_one(words: &str, is_many: bool) -> String {
    if !is_many {
        return words.to_owned();
    }
    let forms = [
        (" each get ", " gets "),
        (" get their ", " gets its "),
        (" answer ", " answers "),
        (" to their ", " to its "),
        (" get all ", " gets all "),
        (" find none ", " finds none "),
        (" alike: ", ": "),
        (" each lose ", " loses "),
        (" make ", " makes "),
        (" of their ", " of its "),
    ];
    let words = forms.iter().fold(words.to_owned(), |words, (many, one)| words.replace(many, one));
    match values("{}the {} mistakes of each{}", &words) {
        Some(v) => format!("{}its {} mistakes{}", v[0], v[1], v[2]),
        None => words,
    }
}

/// Checks a sentence on what neurons are worth.
fn silenced(run: &Run<'_>, silencing: &Silencing, sentence: &str) -> Option<bool> {
    if silencing.examples as f64 != run.examples() {
        return Some(false);
    }
    let loss = |arm: usize| {
        let of = &silencing.arms[arm];
        of.without.iter().copied().fold(f64::NEG_INFINITY, f64::max) - of.error
    };
    if let Some(v) = values("Points of accuracy lost without one neuron, at most: {}.", sentence) {
        let told: Vec<(usize, f64)> = v[0]
            .split(", ")
            .map(|of_arm| {
                let (name, shown) = of_arm.rsplit_once(' ').expect("a name and a number");
                let arm = run.arm(name).expect("an arm");
                assert!(shows(shown, 100.0 * loss(arm).max(0.0)), "{of_arm}");
                (arm, loss(arm))
            })
            .collect();
        let is_sorted = told.windows(2).all(|two| two[0].1 >= two[1].1);
        return Some(is_sorted && told.len() >= 3 && told.len() == run.facts.arms.len());
    }
    let (neurons, rest) = match sentence.strip_prefix("Without neuron ") {
        Some(rest) => {
            let at = rest.find(|c: char| !(c.is_ascii_digit() || " ,or".contains(c)))?;
            // The name of an arm may begin with letters of "or".
            let at = rest[..at].rfind(' ').map_or(at, |space| space + 1);
            (Some(rest[..at].trim()), &rest[at..])
        }
        None => (None, sentence),
    };
    let (arms, words) = led_by(run, rest)?;
    let words = of_one(words, arms.len() > 1);
    let all = arms.iter().map(|arm| silenced_arm(run, silencing, *arm, (neurons, &words)));
    all.collect::<Option<Vec<bool>>>().map(|all| all.iter().all(|is_true| *is_true))
}

/// Checks what is said of the neurons of one arm.
fn silenced_arm(
    run: &Run<'_>,
    silencing: &Silencing,
    arm: usize,
    (neurons, words): (Option<&str>, &str),
) -> Option<bool> {
    let of = &silencing.arms[arm];
    let examples = silencing.examples as f64;
    let most = of.without.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let is_least_spared = || {
        let all = neurons.unwrap_or_default().split(" or ").flat_map(|n| n.split(", "));
        let worst = of.without.iter().enumerate().filter(|(_, without)| **without == most);
        worst.map(|(neuron, _)| neuron as f64 + 1.0).eq(all.map(number))
    };
    let is_clear = run.is_ahead(1.0 - of.error, 1.0 - most);
    let mistakes = |share: f64| (share * examples).round();
    let is_count = |shown: &str| {
        number(shown.trim_end_matches(" neurons").trim_end_matches(" neuron"))
            == of.without.len() as f64
    };
    if let Some(v) = values("'s mean |a − y| rises from {} to {}.", words) {
        let unit = run.facts.unit();
        let is_right = shows(v[0], of.error * unit) && shows(v[1], most * unit);
        return Some(is_least_spared() && is_right && most > of.error);
    }
    let is_share = matches!(run.facts.metric, Metric::Accuracy | Metric::Output);
    let words = &words.replace(" points of accuracy.", " points.");
    if let Some(v) = values(" loses {} points.", words) {
        let is_right = shows(v[0], 100.0 * (most - of.error)) && is_least_spared();
        return Some(is_share && is_clear && is_right);
    }
    if let Some(v) =
        values(" makes as many mistakes as now without any one of {} of its {}.", words)
    {
        let spared = of.without.iter().filter(|w| mistakes(**w) == mistakes(of.error)).count();
        return Some(is_share && number(v[0]) == spared as f64 && is_count(v[1]) && spared > 0);
    }
    let more = mistakes(most) - mistakes(of.error);
    if let Some(v) = values(" makes no more mistakes without any one of its {}.", words) {
        return Some(is_share && more <= 0.0 && is_count(v[0]));
    }
    let v = values(" makes at most {} more mistakes in {} without one of its {}.", words)?;
    let is_right = number(v[0]) == more && number(v[1]) == examples && is_count(v[2]);
    Some(is_share && !is_clear && more > 0.0 && is_right)
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

/// Returns whether a number shows the mean error of an arm.
fn is_error(run: &Run<'_>, arm: usize, shown: &str) -> bool {
    let evaluation = run.evaluation(arm);
    let is_now = evaluation.step == run.app.shared.history.step;
    let fit = evaluation.test_fit.or(evaluation.fit).filter(|_| is_now);
    let neuron = run.now(arm).gradient_factors.as_ref().and_then(|m| m.neuron.as_ref());
    let single = run.facts.single.as_ref().zip(neuron);
    let error = fit.map(|fit| fit.mean_error);
    let error = error.or(single.map(|(single, neuron)| (neuron.a - single.y).abs()));
    // Four digits are shown, or four decimals.
    error.is_none_or(|error| (number(shown) - error).abs() < 1e-4 * error.max(1.0))
}

/// Checks the sentence on the mean errors of numbers.
fn errors(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let are_true = |list: &str| {
        list.split(", ").all(|of_arm| {
            // Arms of one error share its number.
            let (_, shown) = of_arm.rsplit_once(' ').unwrap_or_default();
            let led = led_by(run, of_arm);
            led.is_some_and(|(arms, _)| arms.iter().all(|arm| is_error(run, *arm, shown)))
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
    if let Some(v) = values(": all its {} mistakes are {}.", words) {
        return Some(number(v[0]) == mistakes && times(v[1]) == Some(mistakes) && mistakes > 1.0);
    }
    let words = &words.replace(" mistakes is ", " mistakes are ");
    if let (2, Some(v)) =
        (listed.arms[arm].classes, values(": {} of its {} mistakes are {}.", words))
    {
        let one = times(v[2])?;
        let is_most = 2.0 * one >= mistakes && one < mistakes;
        return Some(is_most && one == number(v[0]) && number(v[1]) == mistakes);
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
    if let Some(verdict) = all_counts(run, sentence) {
        return Some(verdict);
    }
    let (arms, words) = led_by(run, sentence)?;
    let words = of_one(words, arms.len() > 1);
    let all = arms.iter().map(|arm| examples_of(run, listed, *arm, &words));
    all.collect::<Option<Vec<bool>>>().map(|all| all.iter().all(|is_true| *is_true))
}

/// Checks a sentence on the mistakes of all arms.
fn all_counts(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let v = values("{} of {} examples wrong{}.", sentence)?;
    let (first, of, rest) = (v[0], v[1], v[2]);
    if !(rest.is_empty() || rest.starts_with(", ")) {
        return None;
    }
    let list = format!(
        "{}{rest}",
        first.replacen(" each get ", " ", 1).replacen(" gets ", " ", 1).replacen(" get ", " ", 1)
    );
    let mut told = Vec::new();
    let mut left = list.as_str();
    while let Some((arms, words)) = led_by(run, left) {
        let (shown, after) =
            words.trim_start().split_once(", ").unwrap_or((words.trim_start(), ""));
        let shown = number(shown.trim_end_matches(" each"));
        told.extend(arms.into_iter().map(|arm| (arm, shown)));
        left = after;
    }
    if told.len() < 3 {
        return None;
    }
    let is_set =
        of.rsplit_once(' ').is_some_and(|(n, of)| number(n) == run.examples() && of == set(run));
    let are_right = told.iter().all(|(arm, shown)| wrong(run, *arm) == *shown);
    let is_sorted = told.windows(2).all(|two| two[0].1 <= two[1].1);
    Some(is_set && are_right && is_sorted && told.len() == run.facts.arms.len())
}

/// Checks what is said of the mistakes of one arm.
fn examples_of(run: &Run<'_>, listed: &ListedExamples, arm: usize, words: &str) -> Option<bool> {
    let mistakes = wrong(run, arm);
    let class = |name: &str| {
        let pair = run.facts.pair.iter().flatten().position(|class| class == name);
        let named = run.facts.classes.iter().position(|class| class == name).or(pair);
        named.or_else(|| name.parse().ok())
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
