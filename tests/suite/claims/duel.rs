//! Checks the sentences of the Duel view.

use xentviz::testing::math::{exp, ln_1p};
use xentviz::testing::telemetry::{
    Activation, ArmFacts, Channel, Cost, EtaMode, Output, RunState, Series,
};

use crate::claims::run::{Run, number, shows, values};

/// Returns whether a sentence is true; `None` if it is not known here.
pub(crate) fn duel(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let checks = [
        stalls, half, classes, table, least, overfits, slopes, accuracies, rules, saturation, start,
    ];
    checks.into_iter().find_map(|check| check(run, sentence))
}

/// Checks the sentences on an arm that stalls, and on one that does not.
fn stalls(run: &Run<'_>, sentence: &str) -> Option<bool> {
    if let Some(v) = values("{} stalls: error {} times slope {}.", sentence) {
        let arm = run.arm(v[0])?;
        let of = &run.facts.arms[arm];
        let neuron = run.now(arm).gradient_factors.as_ref()?.neuron.as_ref()?;
        let slope = neuron.a * (1.0 - neuron.a);
        let is_right = shows(v[1], run.error(arm)) && shows(v[2], slope);
        let multiplies = of.cost == Cost::Quadratic && of.output == Output::Sigmoid;
        return Some(is_right && multiplies && run.error(arm) >= 0.5 && slope < 0.1);
    }
    for pattern in [
        "{} multiplies by no slope: the whole error, {}, pushes.",
        "{} has no slope to multiply by: the whole error, {}, pushes.",
    ] {
        if let Some(v) = values(pattern, sentence) {
            let arm = run.arm_with(v[0], "’s last layer", "")?;
            let is_whole = (run.delta(arm) / run.error(arm) - 1.0).abs() < 1e-6;
            return Some(is_whole && shows(v[1], run.error(arm)));
        }
    }
    if sentence.ends_with("has the quadratic cost too, but no σ′ to stall it.") {
        let arm = run.arm(sentence.split(" has ").next()?)?;
        let of = &run.facts.arms[arm];
        return Some(of.cost == Cost::Quadratic && of.output == Output::Linear);
    }
    None
}

/// Checks the sentences on when a neuron passes ½.
fn half(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let history = &run.app.shared.history;
    for pattern in [
        "{} multiplies by no slope and passed a = ½ at epoch {}.",
        "{} has no slope to multiply by and passed a = ½ at epoch {}.",
        "{} passed a = ½ at epoch {}.",
    ] {
        if let Some(v) = values(pattern, sentence) {
            let arm = run.arm(v[0])?;
            let is_there = run.error(arm) <= 0.5;
            let epoch = number(v[1]) as u64;
            return Some(
                is_there && epoch <= history.epoch() && run.now(arm).reached_half == Some(epoch),
            );
        }
    }
    if let Some(v) = values("{} will pass a = ½ at epoch {}, not within {}.", sentence) {
        let arm = run.arm(v[0])?;
        let epoch = run.epoch_of_half(arm);
        let is_far = epoch > history.epochs && number(v[2]) as u64 == history.epochs;
        return Some(number(v[1]) as u64 == epoch && is_far);
    }
    if let Some(v) = values("{} will pass a = ½ at epoch {}.", sentence) {
        let arm = run.arm(v[0])?;
        let epoch = run.epoch_of_half(arm);
        return Some(number(v[1]) as u64 == epoch && epoch <= history.epochs);
    }
    if sentence.starts_with("½ reached: ") {
        let times: Vec<f64> = (0..run.facts.arms.len())
            .map(|arm| run.now(arm).reached_half.expect("all have") as f64)
            .collect();
        let (first, last) = (
            times.iter().copied().fold(f64::INFINITY, f64::min),
            times.iter().copied().fold(0.0, f64::max),
        );
        let ratio = sentence.rsplit_once(": ").and_then(|(_, end)| end.split_once('×'));
        let is_right = ratio.is_none_or(|(shown, _)| first == 0.0 || shows(shown, last / first));
        return Some(
            is_right
                && (0..times.len())
                    .all(|arm| sentence.contains(&format!("{} at", run.facts.arms[arm].name))),
        );
    }
    None
}

/// Checks the sentences on classes that are hardly found.
fn classes(run: &Run<'_>, sentence: &str) -> Option<bool> {
    if let Some(v) = values("{} answers {} to everything: of {} classes one is right.", sentence) {
        let recall = &run.evaluation(run.arm(v[0])?).recall;
        let of_class = |(class, recall): (&String, &Option<f64>)| {
            *recall == Some(if class == v[1] { 1.0 } else { 0.0 })
        };
        let are_right = run.facts.classes.iter().zip(recall).all(of_class);
        return Some(are_right && number(v[2]) as usize == run.facts.classes.len());
    }
    let none = ["{} finds no {}.", "{} finds none of {}."];
    if let Some(v) = none.into_iter().find_map(|pattern| values(pattern, sentence)) {
        let (arm, evaluation) = (run.arm(v[0])?, run.evaluation(run.arm(v[0])?));
        let none: Vec<&String> = run
            .facts
            .classes
            .iter()
            .zip(&evaluation.recall)
            .filter(|(_, recall)| recall.is_some_and(|recall| recall < 0.02))
            .map(|(class, _)| class)
            .collect();
        let all_zero = evaluation.recall.iter().flatten().filter(|r| **r < 0.02).all(|r| *r == 0.0);
        let names =
            none.iter().all(|class| v[1].contains(class.as_str()) || v[1].contains("classes"));
        return Some(arm < run.facts.arms.len() && all_zero && names && !none.is_empty());
    }
    if let Some(v) = values("{} finds under 2 % of {}.", sentence) {
        let evaluation = run.evaluation(run.arm(v[0])?);
        let rare = |recall: &Option<f64>| recall.is_some_and(|recall| recall < 0.02);
        let count = evaluation.recall.iter().filter(|recall| rare(recall)).count();
        let named = if let Some((count, _)) = v[1].split_once(" of the ") {
            number(count) as usize
        } else {
            v[1].split([',', ' ']).filter(|word| !word.is_empty() && *word != "and").count()
        };
        let is_named = run
            .facts
            .classes
            .iter()
            .zip(&evaluation.recall)
            .filter(|(_, recall)| rare(recall))
            .all(|(class, _)| v[1].contains(class.as_str()) || v[1].contains(" of the "));
        return Some(count == named && is_named);
    }
    None
}

/// Checks the sentence on what a table was taken for.
fn table(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let pattern = "{} rows, {} inputs, target {} ({} classes, {}), {}test: {} rows.";
    let v = values(pattern, sentence)?;
    let counts: f64 = v[4].split(", ").map(|of| number(of.rsplit(": ").next().expect("it"))).sum();
    let rows = run.facts.examples + run.facts.test_examples;
    let sizes = &run.facts.arms[0].sizes;
    let are_sizes = [number(v[1]), number(v[3])] == [sizes[0] as f64, sizes[2] as f64];
    let are_named = run.facts.classes.iter().all(|class| v[4].contains(class.as_str()));
    let are_rows = number(v[0]) == rows as f64 && counts == number(v[0]);
    let is_test = number(v[6]) == run.facts.test_examples as f64;
    Some(are_sizes && are_named && are_rows && is_test)
}

/// Checks the sentence on the least cross-entropy, by searching for it.
fn least(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let pattern =
        "{} is least at a = y, and not 0 there: −y ln y − (1 − y) ln(1 − y) = {} for y = {}.";
    let v = values(pattern, sentence)?;
    let (arm, y) = (run.arm(v[0])?, number(v[2]));
    let cost = |a: f64| -y * ln_1p(a - 1.0) - (1.0 - y) * ln_1p(-a);
    let all = (1..10_000).map(|a| f64::from(a) / 10_000.0);
    let best = all.min_by(|a, b| cost(*a).total_cmp(&cost(*b))).expect("there are some");
    let is_its = run.facts.single.as_ref().is_some_and(|single| single.y == y);
    let is_least = (best - y).abs() < 1e-3 && shows(v[1], cost(best));
    Some(is_its && is_least && run.facts.arms[arm].cost == Cost::CrossEntropy)
}

/// Checks the sentences on arms whose test cost grows while they fit their examples.
fn overfits(run: &Run<'_>, sentence: &str) -> Option<bool> {
    if let Some(v) = values("{} overfits: test cost up {} % since epoch {}.", sentence) {
        let (arm, epoch) = (run.arm(v[0])?, number(v[2]));
        let now = run.now(arm);
        // Few enough evaluations that each is known.
        let readings = |series: &Series| -> Vec<(f64, f64)> {
            let steps = run.facts.clock.steps_per_epoch(0) as f64;
            let known = series.buckets().iter().inspect(|bucket| assert_eq!(bucket.count, 1));
            known.map(|bucket| (bucket.first as f64 / steps, bucket.sum)).collect()
        };
        let at = |series: &Series, epoch: f64| {
            readings(series).into_iter().find(|(of, _)| *of == epoch).map(|(_, value)| value)
        };
        let costs = readings(now.series(Channel::TEST_COST));
        let (least, newest) = (at(now.series(Channel::TEST_COST), epoch)?, costs.last()?.1);
        let is_least = costs.iter().all(|(_, cost)| *cost >= least);
        let is_right = shows(v[1], (newest / least - 1.0) * 100.0);
        let fits_better =
            run.evaluation(arm).cost_data < at(now.series(Channel::FULL_COST), epoch)?;
        return Some(is_least && is_right && fits_better && newest > 1.1 * least);
    }
    // It follows the sentence on the arm; another arm may overfit, too.
    let pattern = "Accuracy, {} then, {} now, ignores how sure answers are.";
    let v = values(pattern, sentence)?;
    let is_of = |arm: usize| {
        let now = run.now(arm);
        let buckets = now.series(Channel::TEST_COST).buckets().iter();
        let least = buckets.min_by(|a, b| a.sum.total_cmp(&b.sum))?.first;
        let mut accuracies = now.series(Channel::TEST_ACCURACY).buckets().iter();
        let then = accuracies.find(|bucket| bucket.first == least)?.sum;
        let newest = run.evaluation(arm).test_accuracy?;
        Some(shows(v[0], then * 100.0) && shows(v[1], newest * 100.0))
    };
    Some((0..run.facts.arms.len()).any(|arm| is_of(arm) == Some(true)))
}

/// Checks the sentences on errors and slopes.
fn slopes(run: &Run<'_>, sentence: &str) -> Option<bool> {
    if let Some(v) = values("{} passes on {} % of its error, of 25 % at most.", sentence) {
        let arm = run.arm_with(v[0], "’s last layer", "’s slope")?;
        let share = 100.0 * run.delta(arm) / run.error(arm);
        return Some(shows(v[1], share) && share <= 25.000_1);
    }
    if let Some(v) = values("{} passes on {} % of its error.", sentence) {
        let arm = run.arm_with(v[0], "’s last layer", "’s slope")?;
        return Some(shows(v[1], 100.0 * run.delta(arm) / run.error(arm)));
    }
    if let Some(rest) = sentence.strip_prefix("|a − y| is ") {
        let parts: Vec<&str> = rest.trim_end_matches('.').split(", ").collect();
        return Some(
            parts.len() == run.facts.arms.len()
                && parts.iter().all(|part| {
                    let shown =
                        part.split_once(" for ").and_then(|(e, name)| Some((e, run.arm(name)?)));
                    shown.is_some_and(|(error, arm)| shows(error, run.error(arm)))
                }),
        );
    }
    None
}

/// Checks the sentences that compare accuracies.
fn accuracies(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let arms = run.facts.arms.len();
    let named = |text: &str| -> Vec<usize> {
        (0..arms).filter(|arm| text.to_lowercase().contains(&run.facts.arms[*arm].name)).collect()
    };
    let mentions = |arm: usize| {
        let share = 100.0 * run.share(arm);
        let is_shown = |part: &str| {
            let number = part.rsplit(' ').next().unwrap_or_default();
            number.parse::<f64>().is_ok() && shows(number, share)
        };
        sentence.split(" %").any(is_shown)
    };
    let best = || (0..arms).map(|arm| run.share(arm)).fold(0.0, f64::max);
    for verb in [" leads", " lead"] {
        let Some((leaders, rest)) = sentence.split_once(verb) else { continue };
        if !rest.starts_with([' ', ':']) {
            continue;
        }
        let leaders = named(leaders);
        let should_lead: Vec<usize> =
            (0..arms).filter(|arm| !run.is_ahead(best(), run.share(*arm))).collect();
        let is_said = |arm: &usize| leaders.contains(arm) || named(rest).contains(arm);
        let all_said = (0..arms).all(|arm| is_said(&arm)) && (0..arms).all(mentions);
        return Some(leaders == should_lead && leaders.len() < arms && all_said);
    }
    if sentence.starts_with("Level") {
        let is_level = (0..arms).all(|arm| !run.is_ahead(best(), run.share(arm)));
        let is_equal = (0..arms).all(|arm| run.share(arm) == run.share(0));
        return Some(is_level && is_equal != sentence.contains("within chance") && mentions(0));
    }
    if let Some((share, rest)) = sentence.split_once(" % correct: ") {
        let bests: Vec<_> = (0..arms).map(|arm| run.now(arm).best.expect("it has one")).collect();
        let is_right = bests.iter().all(|(best, _)| shows(share, 100.0 * best));
        let ratio = rest.rsplit_once(": ").and_then(|(_, end)| end.split_once('×'));
        let epochs = bests.iter().map(|(_, epoch)| *epoch as f64);
        let (first, last) =
            (epochs.clone().fold(f64::INFINITY, f64::min), epochs.fold(0.0, f64::max));
        return Some(is_right && ratio.is_none_or(|(shown, _)| shows(shown, last / first)));
    }
    None
}

/// Returns whether the parts of a list show the value of each arm in turn, given a function that splits a
/// part into the number and the name.
fn each_arm<'t>(
    run: &Run<'_>,
    list: &'t str,
    split: fn(&'t str) -> Option<(&'t str, &'t str)>,
    value: impl Fn(usize) -> f64,
) -> bool {
    let parts: Vec<&str> = list.split(", ").collect();
    let is_right = |(arm, part): (usize, &&'t str)| {
        split(part)
            .is_some_and(|(shown, name)| run.arm(name) == Some(arm) && shows(shown, value(arm)))
    };
    parts.len() == run.facts.arms.len() && parts.iter().enumerate().all(is_right)
}

/// Checks the sentences on the rule that an arm steps by, and on the origin of calibrated rates.
fn rules(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let left_out = "{} steps by ∂C/∂a, not by the gradient: σ′(z) is left out.";
    if let Some(v) = values(left_out, sentence) {
        let arm = run.arm(v[0])?;
        let points = run.now(arm).trajectory.points();
        let is_rule = run.facts.arms[arm].cost == Cost::BookRule;
        let [.., before, after] = points else { return Some(is_rule && points.len() == 1) };
        let Some(single) = &run.facts.single else {
            // The examples of `and`, at w = (2, −1) and b = 0.5: the first step moves b by η times the mean.
            let rows = [(0.5, 0.0), (-0.5, 0.0), (2.5, 0.0), (1.5, 1.0)];
            let by_activation = |(z, y): (f64, f64)| {
                let a = 1.0 / (1.0 + exp(-z));
                (a - y) / (a * (1.0 - a))
            };
            let want = rows.map(by_activation).iter().sum::<f64>() / 4.0 * run.now(arm).eta;
            let moved = points[0].at[2] - points[1].at[2];
            let is_first = points[1].step == 1 && run.facts.name == "and";
            return Some(is_rule && is_first && (moved - want).abs() < 1e-9);
        };
        // Between two neighbouring points, b moved by η/(1 − a) a step, for a target of 0.
        let at = |point: &[f64; 3]| 1.0 / (1.0 + exp(-(point[0] * single.x[0] + point[2])));
        let steps = (after.step - before.step) as f64;
        let moved = (before.at[2] - after.at[2]) / steps / run.now(arm).eta;
        let (most, least) = (1.0 / (1.0 - at(&before.at)), 1.0 / (1.0 - at(&after.at)));
        let is_its = moved <= most * (1.0 + 1e-6) && moved >= least * (1.0 - 1e-6);
        return Some(is_its && single.y == 0.0 && is_rule);
    }
    calibration(run, sentence)
}

/// Checks the sentence on the origin of calibrated rates, by descending with formulas written out here.
pub(crate) fn calibration(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let pattern = "Cross-entropy’s gradients are larger; {} of quadratic’s η: from z = {} with η {}, both pass \
                   a = ½ at epoch {}.";
    let v = values(pattern, sentence)?;
    let (ratio, z, eta, epochs) = (number(v[0]), number(v[1]), number(v[2]), number(v[3]));
    let needed = |slows: bool, eta: f64| {
        let mut z = z;
        let mut epochs = 0.0;
        while z > 0.0 {
            let a = 1.0 / (1.0 + exp(-z));
            // With x = 1, w and b each move by ηδ.
            z -= 2.0 * eta * if slows { a * a * (1.0 - a) } else { a };
            epochs += 1.0;
        }
        epochs
    };
    let is_tie = needed(true, eta) == epochs && needed(false, eta * ratio) == epochs;
    let etas = |cost: Cost| {
        let arm = run.facts.arms.iter().position(|arm| arm.cost == cost)?;
        Some(run.now(arm).eta)
    };
    let is_set = etas(Cost::CrossEntropy).zip(etas(Cost::Quadratic));
    let is_set = is_set.is_some_and(|(one, other)| (one / other - ratio).abs() < 1e-12);
    Some(is_tie && is_set && run.app.shared.history.eta_mode == EtaMode::Calibrated)
}

/// Returns the number and the name of a part such as `large 69 %`.
fn named_first(part: &str) -> Option<(&str, &str)> {
    let (name, number) = part.trim_end_matches(" %").rsplit_once(' ')?;
    Some((number, name))
}

/// Checks the sentences on saturation and on the slope of the hidden layer.
fn saturation(run: &Run<'_>, sentence: &str) -> Option<bool> {
    if let Some(v) = values("Mean slope of the hidden layer: {}, of {} at most.", sentence) {
        let slope = |arm: usize| {
            let factors = run.now(arm).gradient_factors.as_ref();
            factors.and_then(|factors| factors.hidden_slope).unwrap_or(f64::NAN)
        };
        let most = run.facts.arms.iter().all(|arm| arm.hidden == Activation::Sigmoid);
        let is_below = (0..run.facts.arms.len()).all(|arm| slope(arm) <= 0.25);
        return Some(most && is_below && v[1] == "0.25" && each_arm(run, v[0], named_first, slope));
    }
    let (words, list) = sentence.strip_suffix('.')?.split_once(": ")?;
    let (place, epoch) = words.split_once(" at epoch ").unwrap_or((words, "0"));
    let layer = match place {
        "Hidden saturated" => Some(0),
        "Outputs saturated and wrong" => None,
        place => {
            let layer = place.strip_prefix("Hidden layer ")?.strip_suffix(" saturated")?;
            Some(number(layer) as usize - 1)
        }
    };
    let is_now =
        (0..run.facts.arms.len()).all(|arm| run.evaluation(arm).epoch == number(epoch) as u64);
    let share = |arm: usize| {
        let evaluation = run.evaluation(arm);
        100.0 * layer.map_or(evaluation.saturated_wrong, |layer| evaluation.saturation[layer])
    };
    let is_hidden = |of: &ArmFacts| layer.is_none_or(|layer| layer + 2 < of.sizes.len());
    let are_hidden = run.facts.arms.iter().all(is_hidden);
    Some(is_now && are_hidden && each_arm(run, list, named_first, share))
}

/// Returns whether an arm steps by the gradient of its cost.
fn steps_by_gradient(run: &Run<'_>, arm: usize) -> bool {
    run.facts.arms[arm].cost != Cost::BookRule
}

/// Checks the sentences before the first step and about its end.
fn start(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let history = &run.app.shared.history;
    if sentence == "Press space." {
        return Some(history.state == RunState::Paused && history.step == 0);
    }
    if let Some(v) = values("Finished after {}: space runs on.", sentence) {
        let epochs = v[0].split(' ').next()?;
        let noun = if history.epoch() == 1 { "epoch" } else { "epochs" };
        let is_right = number(epochs) as u64 == history.epoch() && v[0].ends_with(noun);
        return Some(is_right && history.state == RunState::Finished);
    }
    if let Some(v) = values("{} pushes {} times as hard as {}.", sentence) {
        let (hard, weak) = (run.arm(v[0])?, run.arm(v[2])?);
        let ratio = run.delta(hard) / run.delta(weak);
        let are_gradients = [hard, weak].iter().all(|arm| steps_by_gradient(run, *arm));
        return Some(shows(v[1], ratio) && ratio > 1.0 && are_gradients);
    }
    if let Some(v) = values("{}: |δ| = {} against {}.", sentence) {
        let arms = (0..run.facts.arms.len()).filter(|arm| steps_by_gradient(run, *arm));
        let deltas: Vec<f64> = arms.map(|arm| run.delta(arm)).collect();
        let most = deltas.iter().copied().fold(0.0, f64::max);
        let least = deltas.iter().copied().fold(f64::INFINITY, f64::min);
        return Some(shows(v[1], most) && shows(v[2], least) && begins_well(run, v[0]));
    }
    if let Some(v) = values("{}, the push is |δ| = {}.", sentence) {
        let arms = run.facts.arms.len();
        let whose = match arms {
            1 => "",
            2 => " for both",
            _ => " for all",
        };
        let is_right = match v[1].strip_suffix(whose).filter(|push| !push.contains(" for ")) {
            Some(push) => (0..arms).all(|arm| shows(push, run.delta(arm))),
            None => each_arm(run, v[1], |part| part.split_once(" for "), |arm| run.delta(arm)),
        };
        return Some(is_right && begins_well(run, v[0]));
    }
    // The summary of the scenario, in its own words, is only shown while its data are the scenario's.
    let summary: Vec<&str> = run.facts.summary.split("; ").collect();
    let is_part = summary.iter().any(|part| {
        let (first, rest) = part.split_at(part.chars().next().map_or(0, char::len_utf8));
        [first.to_owned(), first.to_ascii_uppercase()]
            .iter()
            .any(|first| sentence == format!("{first}{rest}."))
    });
    is_part.then_some(history.step == 0)
}

/// Checks `From a = 0.98 towards 0`, `From a mean error of 0.41` and `At the start`.
fn begins_well(run: &Run<'_>, text: &str) -> bool {
    if let Some(v) = values("From a = {} towards {}", text) {
        let neuron = run.now(0).gradient_factors.as_ref().and_then(|m| m.neuron.as_ref());
        let y = run.facts.single.as_ref().map(|single| single.y);
        return neuron.is_some_and(|neuron| shows(v[0], neuron.a)) && y == Some(number(v[1]));
    }
    values("From a mean error of {}", text).map_or(text == "At the start", |v| {
        (0..run.facts.arms.len()).all(|arm| shows(v[0], run.error(arm)))
    })
}
