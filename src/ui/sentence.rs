//! The sentence under the Duel view, computed from the numbers.

use crate::app::App;
use crate::telemetry::{ArmDigest, ArmFacts, Cost, Output, RunFacts, RunState};
use crate::ui::number::{brief, count, short};
use crate::ui::widgets::Tone;

/// A piece of a sentence.
pub(crate) type Piece = (String, Tone);
/// A sentence: all of it is said or none.
pub(crate) type Sentence = Vec<Piece>;

/// Below this share of its examples found, a class counts as never found.
const DEAD: f64 = 0.02;

fn plain(text: impl Into<String>) -> Piece {
    (text.into(), Tone::Text)
}

fn name(facts: &RunFacts, arm: usize) -> Piece {
    (facts.arms[arm].name.clone(), Tone::Arm(arm))
}

/// The name of an arm at the beginning of a sentence.
fn named(facts: &RunFacts, arm: usize) -> Piece {
    let name = &facts.arms[arm].name;
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    (first.into_iter().chain(letters).collect(), Tone::Arm(arm))
}

/// What is happening, the most important first; as many as fit are shown.
pub(crate) fn sentences(app: &App) -> Vec<Sentence> {
    let Some(facts) = app.history.facts.as_deref() else { return Vec::new() };
    let arms = &app.history.arms;
    if facts.arms.is_empty() || arms.len() < facts.arms.len() {
        return Vec::new();
    }
    let mut out = diverged(facts, arms);
    if app.history.step == 0 {
        out.extend(summary(app, facts));
        out.extend(start(facts, arms));
    } else if facts.single.is_some() {
        out.extend(neuron(app, facts, arms));
    } else {
        out.extend(dead(facts, arms));
        out.extend(leader(facts, arms));
        out.extend(throttled(facts, arms));
    }
    if app.history.state == RunState::Finished {
        let epochs = count(app.history.epoch());
        out.push(vec![plain(format!("Finished after {epochs} epochs: space runs on."))]);
    }
    out
}

fn diverged(facts: &RunFacts, arms: &[ArmDigest]) -> Vec<Sentence> {
    let gone = arms.iter().enumerate().filter_map(|(arm, now)| {
        let why = now.diverged.as_ref()?;
        let text = format!(
            " ran away at step {} with η = {}: {}.",
            count(why.step),
            short(why.eta),
            why.reason
        );
        Some(vec![named(facts, arm), (text, Tone::Hurt)])
    });
    gone.take(facts.arms.len()).collect()
}

/// What the scenario shows, part by part, and how to begin.
fn summary(app: &App, facts: &RunFacts) -> Vec<Sentence> {
    let mut out = Vec::new();
    if !facts.summary.is_empty() {
        let mut parts = facts.summary.split("; ").peekable();
        while let Some(part) = parts.next() {
            let end = if parts.peek().is_some() { ";" } else { "." };
            out.push(vec![(format!("{part}{end}"), Tone::Strong)]);
        }
    }
    if app.history.state == RunState::Paused {
        out.push(vec![plain("Press space.")]);
    }
    out
}

/// Before the first step: what is about to happen.
fn start(facts: &RunFacts, arms: &[ArmDigest]) -> Vec<Sentence> {
    let moments: Vec<_> = arms.iter().filter_map(|now| now.moment.as_ref()).collect();
    if moments.len() < facts.arms.len() {
        return Vec::new();
    }
    let same = moments.iter().all(|m| (m.error - moments[0].error).abs() < 1e-9);
    let from = match (&facts.single, &moments[0].neuron) {
        (Some(single), Some(neuron)) if same => {
            format!("From a = {} towards {}", brief(neuron.a), short(single.y))
        }
        _ if same => format!("From a mean error of {}", brief(moments[0].error)),
        _ => "At the start".to_owned(),
    };
    let by = |pick: fn(f64, f64) -> bool| {
        (1..moments.len()).fold(0, |best, arm| {
            if pick(moments[arm].delta, moments[best].delta) { arm } else { best }
        })
    };
    let (weak, hard) = (by(|a, b| a < b), by(|a, b| a > b));
    let (least, most) = (moments[weak].delta, moments[hard].delta);
    if least > 0.0 && most > least * 1.05 {
        return vec![
            vec![
                named(facts, hard),
                plain(format!(" pushes {} times as hard as ", brief(most / least))),
                name(facts, weak),
                plain("."),
            ],
            vec![plain(format!("{from}: |δ| = {} against {}.", brief(most), brief(least)))],
        ];
    }
    vec![vec![plain(format!("{from}, the push is |δ| = {}.", brief(most)))]]
}

/// Why an arm of one neuron is where it is.
fn neuron(app: &App, facts: &RunFacts, arms: &[ArmDigest]) -> Vec<Sentence> {
    let standing = |arm: &usize| arms[*arm].diverged.is_none();
    let order: Vec<usize> = (0..facts.arms.len()).filter(standing).collect();
    if let Some(sentence) = all_learnt(facts, arms, &order) {
        return std::iter::once(sentence).chain(no_slope(facts, &order)).collect();
    }
    let mut out = far_off(app, facts, (arms, &order));
    for arm in &order {
        let Some(moment) = &arms[*arm].moment else { continue };
        if is_wrong_and_slow(&facts.arms[*arm], moment.error, moment.slope) {
            out.push(vec![
                ("Wrong and slow: ".to_owned(), Tone::Arm(*arm)),
                name(facts, *arm),
                plain(format!(
                    " multiplies an error of {} by a slope of {}.",
                    brief(moment.error),
                    brief(moment.slope)
                )),
            ]);
        }
        if is_unforeseeable(facts, &facts.arms[*arm], &arms[*arm]) {
            let eta = short(arms[*arm].eta);
            let text = format!(" is not foreseen: η = {eta} is too large for the closed form.");
            out.push(vec![named(facts, *arm), plain(text)]);
        }
    }
    for arm in &order {
        match (arms[*arm].reached_half, arms[*arm].foreseen) {
            (Some(epoch), _) => out.push(vec![
                named(facts, *arm),
                (format!(" passed a = ½ at epoch {}.", count(epoch)), Tone::Arm(*arm)),
            ]),
            (None, Some(epoch)) if epoch > app.history.epochs_done() && !is_far_off(app, epoch) => {
                let text = format!(" is foreseen to pass a = ½ at epoch {epoch:.0}.");
                out.push(vec![named(facts, *arm), plain(text)]);
            }
            _ => {}
        }
    }
    out.extend(no_slope(facts, &order));
    out
}

/// Whether the run ends long before an epoch.
fn is_far_off(app: &App, epoch: f64) -> bool {
    epoch.is_finite() && epoch > app.history.epochs as f64
}

/// The arms that will not be half right within this run.
fn far_off(app: &App, facts: &RunFacts, (arms, order): (&[ArmDigest], &[usize])) -> Vec<Sentence> {
    let mut out = Vec::new();
    for arm in order {
        let now = &arms[*arm];
        let Some(epoch) = now.foreseen.filter(|epoch| is_far_off(app, *epoch)) else { continue };
        if now.reached_half.is_none() {
            let epoch = count(epoch.round() as u64);
            let end = count(app.history.epochs);
            let text = format!(" is foreseen at a = ½ only at epoch {epoch}, not within {end}.");
            out.push(vec![named(facts, *arm), plain(text)]);
        }
    }
    out
}

/// Whether a badly wrong neuron takes steps too long for the closed form (κ > 0.3).
pub(crate) fn is_unforeseeable(facts: &RunFacts, of: &ArmFacts, now: &ArmDigest) -> bool {
    let Some(single) = &facts.single else { return false };
    let is_badly_wrong = now.moment.as_ref().is_some_and(|m| m.error > 0.82);
    let kappa = now.eta * (single.x.iter().map(|x| x * x).sum::<f64>() + 1.0);
    let is_open = now.foreseen.is_none() && now.reached_half.is_none() && now.diverged.is_none();
    is_open && is_badly_wrong && kappa > 0.3 && of.output == Output::Sigmoid && of.lambda == 0.0
}

/// That a quadratic cost without a sigmoid before it does not stall.
fn no_slope(facts: &RunFacts, order: &[usize]) -> Option<Sentence> {
    let is_linear = |arm: &&usize| {
        let of = &facts.arms[**arm];
        of.output == Output::Linear && of.cost == Cost::Quadratic
    };
    let arm = *order.iter().find(is_linear)?;
    (facts.arms.len() > 1).then(|| {
        vec![named(facts, arm), plain(" has the quadratic cost too, but no σ′ to stall it.")]
    })
}

fn is_wrong_and_slow(of: &ArmFacts, error: f64, slope: f64) -> bool {
    of.cost == Cost::Quadratic && error >= 0.5 && slope < 0.1
}

/// Once every arm has passed a = ½: who was first, and by how much.
fn all_learnt(facts: &RunFacts, arms: &[ArmDigest], order: &[usize]) -> Option<Sentence> {
    let mut reached: Vec<(u64, usize)> = Vec::new();
    for arm in order {
        reached.push((arms[*arm].reached_half?, *arm));
    }
    reached.sort_unstable();
    (!reached.is_empty()).then(|| ranked(facts, "½ reached: ", &reached))
}

/// Who reached something at which epoch, and how many times as long the last one took.
fn ranked(facts: &RunFacts, what: &str, reached: &[(u64, usize)]) -> Sentence {
    let mut out = vec![plain(what)];
    for (place, (epoch, arm)) in reached.iter().enumerate() {
        let before = if place == 0 { "" } else { ", " };
        let at = if place == 0 { "at epoch" } else { "at" };
        out.extend([plain(before), name(facts, *arm), plain(format!(" {at} {}", count(*epoch)))]);
    }
    if let (Some((first, _)), Some((last, _))) = (reached.first(), reached.last())
        && *first > 0
        && last > first
    {
        let times = *last as f64 / *first as f64;
        let words = if reached.len() == 2 { " as long" } else { "" };
        out.push(plain(format!(": {}×{words}", brief(times))));
    }
    out.push(plain("."));
    out
}

/// The classes that an arm never finds.
fn dead(facts: &RunFacts, arms: &[ArmDigest]) -> Vec<Sentence> {
    let mut out = Vec::new();
    for (arm, now) in arms.iter().enumerate().take(facts.arms.len()) {
        let Some(evaluation) = now.evaluation.as_ref().filter(|e| e.epoch > 0) else { continue };
        let classes: Vec<&str> = evaluation
            .recall
            .iter()
            .zip(&facts.classes)
            .filter(|(recall, _)| recall.is_some_and(|recall| recall < DEAD))
            .map(|(_, class)| class.as_str())
            .collect();
        if !classes.is_empty() && classes.len() < facts.classes.len() {
            let text = format!(" never finds {}.", listed(&classes));
            out.push(vec![named(facts, arm), (text, Tone::Hurt)]);
        }
    }
    out
}

/// `1`, `1 or 2`, `1, 2 or 3`; beyond six only how many.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [before @ .., last] if names.len() <= 6 => format!("{} or {last}", before.join(", ")),
        _ => format!("{} of the classes", names.len()),
    }
}

/// Who classifies best.
fn leader(facts: &RunFacts, arms: &[ArmDigest]) -> Vec<Sentence> {
    let accuracy = |arm: usize| {
        let evaluation = arms[arm].evaluation.as_ref().filter(|e| e.epoch > 0)?;
        evaluation.test_accuracy.or(evaluation.accuracy).map(|a| (a, arm))
    };
    let mut found: Vec<(f64, usize)> = (0..facts.arms.len()).filter_map(accuracy).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    match found.as_slice() {
        [] => Vec::new(),
        [only] => vec![vec![
            named(facts, only.1),
            plain(format!(" classifies {} rightly.", percent(only.0))),
        ]],
        [first, .., last] if first.0 - last.0 < 5e-4 => {
            let mut best: Vec<(u64, usize)> = Vec::new();
            for (arm, now) in arms.iter().enumerate().take(facts.arms.len()) {
                best.extend(now.best.map(|(_, epoch)| (epoch, arm)));
            }
            best.sort_unstable();
            let is_told = best.len() == found.len();
            if is_told && best.first().map(|b| b.0) != best.last().map(|b| b.0) {
                let what = format!("Best reached ({}): ", percent(first.0));
                return vec![ranked(facts, &what, &best)];
            }
            vec![vec![plain(format!("Neck and neck: all classify {} rightly.", percent(first.0)))]]
        }
        [first, .., last] => {
            let set = if facts.test_examples > 0 { " on the test set" } else { "" };
            let text = format!(" leads{set}: {} right, ", percent(first.0));
            let behind = plain(format!(" {}.", percent(last.0)));
            vec![vec![named(facts, first.1), plain(text), name(facts, last.1), behind]]
        }
    }
}

/// How much of its error gets through the slope of the last layer.
fn throttled(facts: &RunFacts, arms: &[ArmDigest]) -> Vec<Sentence> {
    let mut out = Vec::new();
    for (arm, now) in arms.iter().enumerate().take(facts.arms.len()) {
        let Some(moment) = now.moment.as_ref().filter(|_| now.diverged.is_none()) else { continue };
        let of = &facts.arms[arm];
        if of.cost == Cost::Quadratic && of.output != Output::Linear && moment.error > 0.0 {
            let only = if moment.slope < 0.25 { "only " } else { "" };
            let share = brief(moment.slope * 100.0);
            out.push(vec![
                named(facts, arm),
                plain(format!("'s slope passes on {only}{share} % of the error.")),
            ]);
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::telemetry::{
        Activation, Divergence, Evaluation, Moment, NeuronMoment, SingleExample,
    };

    fn facts(single: bool) -> RunFacts {
        let arm = |name: &str, cost| ArmFacts {
            name: name.to_owned(),
            cost,
            sizes: vec![1, 1],
            hidden: Activation::Sigmoid,
            output: Output::Sigmoid,
            lambda: 0.0,
            start: "given".to_owned(),
        };
        RunFacts {
            single: single.then(|| SingleExample { x: vec![1.0], y: 0.0 }),
            classes: if single { Vec::new() } else { (0..10).map(|d| d.to_string()).collect() },
            arms: vec![arm("quadratic", Cost::Quadratic), arm("cross-entropy", Cost::CrossEntropy)],
            ..RunFacts::default()
        }
    }

    fn app(facts: RunFacts, step: u64, arms: Vec<ArmDigest>) -> App {
        let mut app = App::default();
        app.history.facts = Some(Arc::new(facts));
        app.history.step = step;
        app.history.epochs = 300;
        app.history.arms = arms;
        app
    }

    fn at(a: f64, delta: f64) -> ArmDigest {
        let slope = a * (1.0 - a);
        let neuron =
            NeuronMoment { w: vec![2.0], b: 2.0, z: 4.0, a, slope, delta, gradient: vec![delta] };
        let moment = Moment { cost: 0.5, error: a, delta, slope, neuron: Some(neuron) };
        ArmDigest { eta: 0.15, moment: Some(moment), ..ArmDigest::default() }
    }

    fn said(app: &App) -> String {
        let text = |s: &Sentence| s.iter().map(|(text, _)| text.as_str()).collect::<String>();
        sentences(app).iter().map(text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_wrong_and_slow_neuron_is_named_with_its_factors() {
        let slow = ArmDigest { foreseen: Some(230.1), ..at(0.9567, 0.0396) };
        let quick = ArmDigest { reached_half: Some(17), ..at(0.0338, 0.0338) };
        assert_eq!(
            said(&app(facts(true), 118, vec![slow, quick])),
            "Wrong and slow: quadratic multiplies an error of 0.96 by a slope of 0.041. \
             Quadratic is foreseen to pass a = ½ at epoch 230. \
             Cross-entropy passed a = ½ at epoch 17."
        );
    }

    #[test]
    fn before_the_first_step_it_says_what_is_about_to_happen() {
        assert_eq!(
            said(&app(facts(true), 0, vec![at(0.982, 0.0174), at(0.982, 0.982)])),
            "Press space. Cross-entropy pushes 56 times as hard as quadratic. \
             From a = 0.98 towards 0: |δ| = 0.98 against 0.017."
        );
    }

    #[test]
    fn when_both_have_learnt_the_waits_are_compared() {
        let slow = ArmDigest { reached_half: Some(232), ..at(0.2, 0.03) };
        let quick = ArmDigest { reached_half: Some(17), ..at(0.01, 0.01) };
        assert_eq!(
            said(&app(facts(true), 300, vec![slow, quick])),
            "½ reached: cross-entropy at epoch 17, quadratic at 232: 14× as long."
        );
    }

    #[test]
    fn dead_digits_are_called_by_name() {
        let evaluation = |recall: Vec<Option<f64>>, accuracy| Evaluation {
            epoch: 3,
            recall,
            test_accuracy: Some(accuracy),
            ..Evaluation::default()
        };
        let mut recall = vec![Some(0.9); 10];
        (recall[3], recall[5], recall[8]) = (Some(0.0), Some(0.01), Some(0.0));
        // Of a class without examples nothing can be found.
        recall[1] = None;
        let quadratic =
            ArmDigest { evaluation: Some(evaluation(recall, 0.63)), ..ArmDigest::default() };
        let entropy = ArmDigest {
            evaluation: Some(evaluation(vec![Some(0.9); 10], 0.9)),
            ..ArmDigest::default()
        };
        assert_eq!(
            said(&app(facts(false), 3000, vec![quadratic, entropy])),
            "Quadratic never finds 3, 5 or 8. \
             Cross-entropy leads: 90.0 % right, quadratic 63.0 %."
        );
    }

    #[test]
    fn an_arm_that_ran_away_is_told_first() {
        let why = Divergence { step: 12, eta: 50.0, reason: "a weight beyond 10⁶".to_owned() };
        let gone = ArmDigest { diverged: Some(why), ..at(0.5, 0.1) };
        let said = said(&app(facts(true), 12, vec![gone, at(0.9, 0.9)]));
        assert!(
            said.starts_with("Quadratic ran away at step 12 with η = 50: a weight beyond 10⁶."),
            "{said}"
        );
    }

    #[test]
    fn nothing_is_said_before_anything_is_known() {
        assert!(sentences(&App::default()).is_empty());
    }
}
