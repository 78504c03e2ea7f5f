//! Tests of runs that train until a condition is met: the step is that of a loop of single steps.

use super::{LiveRun, experiment, scenario};
use crate::experiment::Experiment;
use crate::telemetry::{Command, Notice, Pace, RunState, Setting, TimeTarget, UntilState};

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
    let [Notice::IsMet(cost, of_cost), Notice::IsMet(step, _)] = &run.notices[..] else {
        panic!("{:?}", run.notices)
    };
    assert_eq!((cost.to_string(), step.to_string()), ("cost<50".into(), "step=20".into()));
    assert!(of_cost.arm.is_some() && of_cost.value < 50.0, "{of_cost:?}");
    assert_eq!((run.history.step, &run.history.state), (20, &RunState::Paused));
}

/// Starts a run that trains until a step that is far off.
fn waiting_for(condition: &str) -> LiveRun {
    let endless = [("training.epochs", "1000000000"), ("training.pace", "5")];
    let mut run = LiveRun::start(scenario("xor", &endless), true);
    assert!(run.source.send(Command::Until(condition.to_owned())));
    run.until("the condition", |history, _| {
        matches!(history.until, UntilState::Pending(_)) && history.state == RunState::Running
    });
    run
}

#[test]
fn a_condition_outlasts_pauses_steps_changes_and_moves() {
    for (command, goes_on) in [
        (Command::Toggle, false),
        (Command::Step, false),
        (Command::GoTo(TimeTarget::Start), false),
        (Command::Set(Setting::Eta { arm: 0, eta: 0.5 }), true),
    ] {
        let mut run = waiting_for("step=900");
        assert!(run.source.send(command));
        assert!(run.source.send(Command::Pace(Pace::Max)));
        if !goes_on {
            run.until("the pause", |history, _| {
                history.pace == Pace::Max && history.state == RunState::Paused
            });
            assert!(matches!(run.history.until, UntilState::Pending(_)));
            assert!(run.source.send(Command::Toggle));
        }
        assert_eq!(stopped(&mut run), 900);
    }
}

#[test]
fn a_condition_that_ends_otherwise_is_given_up_aloud() {
    let given_up = |command: Command| {
        let mut run = waiting_for("step=1000000");
        assert!(run.source.send(command));
        let is_fact = |notice: &Notice| matches!(notice, Notice::Fact(_));
        run.until("the words", |_, notices| notices.iter().any(is_fact));
        let Some(Notice::Fact(words)) = run.notices.iter().find(|notice| is_fact(notice)) else {
            unreachable!()
        };
        (words.clone(), run.history.until.clone())
    };
    let (words, until) = given_up(Command::Reset);
    assert_eq!(words, ":until step=1000000 is given up");
    assert_eq!(until, UntilState::None);
    let (words, until) = given_up(Command::Until("no better for 900 epochs".to_owned()));
    assert_eq!(words, ":until step=1000000 is given up for no better for 900 epochs");
    assert!(matches!(until, UntilState::Pending(_)));
}

#[test]
fn a_condition_in_the_past_knows_the_epochs_that_the_run_was_extended_by() {
    let short = [("training.pace", "max"), ("training.epochs", "10")];
    let mut run = LiveRun::start(scenario("saturated", &short), true);
    assert!(run.source.send(Command::Toggle));
    run.until_state(&RunState::Finished);
    assert!(run.source.send(Command::Toggle));
    run.until("the extension", |history, _| {
        history.step == 20 && history.state == RunState::Finished
    });
    assert!(run.source.send(Command::GoTo(TimeTarget::Step(5))));
    run.until("the past", |history, _| history.step == 5);
    assert!(run.source.send(Command::Until("epoch=15".to_owned())));
    assert_eq!(stopped(&mut run), 15);
}

#[test]
fn a_moment_that_the_run_has_not_come_to_is_refused_and_the_run_goes_on() {
    let mut run = waiting_for("step=1000000");
    let newest = run.history.clock().epoch(run.history.newest);
    for (target, words) in [
        (TimeTarget::Epoch(9999.0), "; :until epoch=9999 trains on"),
        (TimeTarget::Step(999_999), "; :until step=999999 trains on"),
        (TimeTarget::Epoch(1e12), " and ends at 1000000000"),
    ] {
        run.notices.clear();
        assert!(run.source.send(Command::GoTo(target)));
        run.until("a refusal", |_, notices| !notices.is_empty());
        let [Notice::Refused(reason)] = &run.notices[..] else { panic!("{:?}", run.notices) };
        assert!(reason.starts_with("the run has come to "), "{reason}");
        assert!(reason.ends_with(words), "{reason}");
        assert!(newest <= run.history.epoch() && run.history.state == RunState::Running);
    }
}

#[test]
fn at_a_slow_pace_a_step_is_shown_with_its_evaluation() {
    let slow = [("training.pace", "40"), ("training.epochs", "9")];
    let mut run = LiveRun::start(scenario("saturated", &slow), false);
    while run.history.state != RunState::Finished {
        run.until("an event", |_, _| true);
        run.woken.recv_timeout(super::PATIENCE).expect("it runs");
        run.receive();
        if run.history.step > 0 {
            let evaluated = run.history.arms[0].evaluation.as_ref().map(|of| of.epoch);
            assert_eq!(evaluated, Some(run.history.epoch()));
        }
    }
}
