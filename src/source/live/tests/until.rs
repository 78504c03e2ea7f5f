//! Tests of runs that train until a condition is met: the step is that of a loop of single steps.

use super::{LiveRun, experiment, scenario};
use crate::experiment::Experiment;
use crate::telemetry::{Command, Notice, RunState, Setting, TimeTarget, UntilState};

/// A condition, and the same as a question about an experiment whose evaluations are complete.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str, Holds);
type Holds = fn(&mut Experiment) -> bool;

fn a(experiment: &mut Experiment, arm: usize) -> f64 {
    experiment.gradient_factors(arm).neuron.expect("it is a neuron").a
}

fn best(experiment: &Experiment, of: impl Fn(&crate::telemetry::Evaluation) -> f64) -> f64 {
    let arms = (0..2).filter_map(|arm| experiment.evaluation(arm));
    arms.map(of).fold(f64::NEG_INFINITY, f64::max)
}

fn test_accuracy(experiment: &Experiment) -> f64 {
    best(experiment, |evaluation| evaluation.test_accuracy.expect("there are classes"))
}

fn epochs_since_best(experiment: &Experiment) -> u64 {
    let bests = (0..2).filter_map(|arm| experiment.best(arm));
    experiment.epoch() - bests.map(|(_, epoch)| epoch).max().unwrap_or(0)
}

const CASES: [Case; 8] = [
    // Both outputs start above.
    ("saturated", &[], "a=0.5", |e| a(e, 0).min(a(e, 1)) <= 0.5),
    ("saturated", &[("training.evaluate", "0")], "quadratic.a=0.3", |e| a(e, 0) <= 0.3),
    ("saturated", &[], "cost<0.1", |e| best(e, |evaluation| -evaluation.cost_data) > -0.1),
    ("saturated", &[], "epoch=123", |e| e.epoch() == 123),
    ("xor", &[], "accuracy=95 %", |e| test_accuracy(e) >= 0.95),
    ("xor", &[("training.evaluate", "3")], "accuracy>95%", |e| test_accuracy(e) > 0.95),
    ("xor", &[], "no better for 2 epochs", |e| epochs_since_best(e) >= 2),
    ("digits", &[("data.train", "300"), ("data.test", "100")], "step=47", |e| e.step() == 47),
];

/// Returns the first step at which a condition holds, found by single steps.
fn first_step(case: &Case) -> u64 {
    let (name, changes, _, holds) = case;
    let mut experiment = experiment(&scenario(name, changes));
    loop {
        while experiment.awaits_evaluation() {
            experiment.complete_evaluation();
        }
        if experiment.step() > 0 && holds(&mut experiment) {
            return experiment.step();
        }
        experiment.advance(1, &mut ());
    }
}

/// Waits until the run has stopped because of its condition.
fn stopped(run: &mut LiveRun) -> u64 {
    run.until("the condition", |history, _| {
        matches!(history.until, UntilState::Met(..)) && history.state == RunState::Paused
    });
    run.history.step
}

#[test]
fn the_step_is_that_of_a_loop_of_single_steps_at_any_pace_and_in_the_past() {
    for case in &CASES {
        let (name, changes, condition, _) = case;
        let expected = first_step(case);
        for pace in ["max", "1000", "317"] {
            let mut changes = changes.to_vec();
            changes.push(("training.pace", pace));
            let mut run = LiveRun::start(scenario(name, &changes), true);
            let until = || Command::Until((*condition).to_owned());
            assert!(run.source.send(until()));
            assert_eq!(stopped(&mut run), expected, "{name}, {condition}, {pace}");
            // On, back, and there again.
            assert!(run.source.send(Command::Epoch));
            run.until("an epoch", |history, _| {
                history.step > expected && history.state != RunState::Running
            });
            assert!(run.source.send(Command::GoTo(TimeTarget::Start)));
            run.until("the start", |history, _| history.step == 0);
            assert!(run.source.send(until()));
            assert_eq!(stopped(&mut run), expected, "{name}, {condition}, {pace}, in the past");
            assert!(run.history.is_past());
        }
    }
}

#[test]
fn a_run_that_ends_first_says_so() {
    let short = [("training.pace", "max"), ("training.epochs", "9")];
    let away = [("training.pace", "max"), ("training.eta", "1e300")];
    for (name, changes, state) in
        [("saturated", short, RunState::Finished), ("xor", away, RunState::Stopped)]
    {
        let mut run = LiveRun::start(scenario(name, &changes), true);
        assert!(run.source.send(Command::Until("cost<1e-9".to_owned())));
        run.until("the end", |history, _| {
            matches!(history.until, UntilState::Missed(_)) && history.state == state
        });
    }
}

#[test]
fn a_condition_that_is_met_already_pauses_the_run() {
    let mut run = LiveRun::start(scenario("xor", &[("training.pace", "max")]), true);
    assert!(run.source.send(Command::Until("cost<50".to_owned())));
    run.until("the remark", |_, notices| notices.len() == 1);
    assert!(run.source.send(Command::Until("step=20".to_owned())));
    assert_eq!(stopped(&mut run), 20);
    assert!(run.source.send(Command::Until("step=20".to_owned())));
    run.until("the other remark", |_, notices| notices.len() == 2);
    let remark = |condition: &str| Notice::Remark(format!("{condition} is met already"));
    assert_eq!(run.notices[..], [remark("cost<50"), remark("step=20")]);
    assert_eq!((run.history.step, &run.history.state), (20, &RunState::Paused));
}

#[test]
fn any_other_movement_or_change_cancels_a_condition() {
    for (command, goes_on) in [
        (Command::Toggle, false),
        (Command::Step, false),
        (Command::GoTo(TimeTarget::Start), false),
        (Command::Set(Setting::Eta { arm: 0, eta: 0.5 }), true),
    ] {
        let endless = [("training.epochs", "1000000000"), ("training.pace", "5")];
        let mut run = LiveRun::start(scenario("xor", &endless), true);
        assert!(run.source.send(Command::Until("step=1000000".to_owned())));
        run.until("the condition", |history, _| {
            matches!(history.until, UntilState::Pending(_)) && history.state == RunState::Running
        });
        assert!(run.source.send(Command::Pace(crate::telemetry::Pace::Epochs(9.0))));
        run.until("the pace", |history, _| history.pace == crate::telemetry::Pace::Epochs(9.0));
        assert!(matches!(run.history.until, UntilState::Pending(_)), "a pace cancels nothing");
        assert!(run.source.send(command));
        run.until("no condition", |history, _| {
            history.until == UntilState::None && (history.state == RunState::Running) == goes_on
        });
    }
}
