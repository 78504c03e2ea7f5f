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

/// Before the first step: what is about to happen.
fn start(facts: &RunFacts, arms: &[ArmDigest]) -> Vec<Sentence> {
    let moments: Vec<_> = arms.iter().filter_map(|now| now.moment.as_ref()).collect();
    if moments.len() < facts.arms.len() {
        return Vec::new();
    }
    let same = moments.iter().all(|m| (m.error - moments[0].error).abs() < 1e-9);
    let from = match (&facts.single, &moments[0].neuron) {
        (Some(single), Some(neuron)) if same => {
            format!("From a = {} towards {}, ", brief(neuron.a), short(single.y))
        }
        _ if same => format!("From a mean error of {}, ", brief(moments[0].error)),
        _ => "At the start ".to_owned(),
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
                plain(from),
                name(facts, hard),
                plain(format!(" pushes {} times as hard as ", brief(most / least))),
                name(facts, weak),
                plain("."),
            ],
            vec![plain(format!("|δ| = {} against {}.", brief(most), brief(least)))],
        ];
    }
    vec![vec![plain(format!("{from}the push is |δ| = {}.", brief(most)))]]
}

/// Why an arm of one neuron is where it is.
fn neuron(app: &App, facts: &RunFacts, arms: &[ArmDigest]) -> Vec<Sentence> {
    let mut out = Vec::new();
    let standing = |arm: &usize| arms[*arm].diverged.is_none();
    let order: Vec<usize> = (0..facts.arms.len()).filter(standing).collect();
    if let Some(sentence) = all_learnt(facts, arms, &order) {
        return vec![sentence];
    }
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
    }
    for arm in &order {
        match (arms[*arm].reached_half, arms[*arm].foreseen) {
            (Some(epoch), _) => out.push(vec![
                named(facts, *arm),
                (format!(" passed a = ½ at epoch {epoch}."), Tone::Arm(*arm)),
            ]),
            (None, Some(epoch)) if epoch > app.history.epochs_done() => out.push(vec![
                named(facts, *arm),
                plain(format!(" is foreseen to pass a = ½ at epoch {epoch:.0}.")),
            ]),
            _ => {}
        }
    }
    out
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
    let (first, last) = (*reached.first()?, *reached.last()?);
    let mut out = vec![plain("Learnt: "), name(facts, first.1)];
    out.push(plain(format!(" passed a = ½ at epoch {}", first.0)));
    if reached.len() > 1 {
        out.push(plain(", "));
        out.push(name(facts, last.1));
        out.push(plain(format!(" at {}", last.0)));
        if first.0 > 0 && last.0 > first.0 {
            let times = last.0 as f64 / first.0 as f64;
            out.push(plain(format!(": {} times as long", brief(times))));
        }
    }
    out.push(plain("."));
    Some(out)
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
        [only] => format!("a {only}"),
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
            vec![vec![plain(format!("Neck and neck: all classify {} rightly.", percent(first.0)))]]
        }
        [first, .., last] => vec![vec![
            named(facts, first.1),
            plain(format!(" leads: {} right against {} of ", percent(first.0), percent(last.0))),
            name(facts, last.1),
            plain("."),
        ]],
    }
}

/// How much of its error gets through the slope of the last layer.
fn throttled(facts: &RunFacts, arms: &[ArmDigest]) -> Vec<Sentence> {
    let mut out = Vec::new();
    for (arm, now) in arms.iter().enumerate().take(facts.arms.len()) {
        let Some(moment) = now.moment.as_ref().filter(|_| now.diverged.is_none()) else { continue };
        let of = &facts.arms[arm];
        if of.cost == Cost::Quadratic && of.output != Output::Linear && moment.error > 0.0 {
            out.push(vec![
                ("The slope lets ".to_owned(), Tone::Text),
                plain(format!("{} % of the error of ", brief(moment.slope * 100.0))),
                name(facts, arm),
                plain(" through."),
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
            "From a = 0.98 towards 0, cross-entropy pushes 56 times as hard as quadratic. \
             |δ| = 0.98 against 0.017."
        );
    }

    #[test]
    fn when_both_have_learnt_the_waits_are_compared() {
        let slow = ArmDigest { reached_half: Some(232), ..at(0.2, 0.03) };
        let quick = ArmDigest { reached_half: Some(17), ..at(0.01, 0.01) };
        assert_eq!(
            said(&app(facts(true), 300, vec![slow, quick])),
            "Learnt: cross-entropy passed a = ½ at epoch 17, quadratic at 232: 14 times as long."
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
             Cross-entropy leads: 90.0 % right against 63.0 % of quadratic."
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
