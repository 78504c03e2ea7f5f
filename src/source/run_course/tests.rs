//! A run that jumps, forks and goes on is compared with one that takes the same steps in order.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::experiment::{Advance, Experiment, load};
use crate::scenario::{Override, Scenario, find};
use crate::source::run::Run;
use crate::source::run_until::UntilRequest;
use crate::telemetry::{
    BranchId, Change, EtaMode, Evaluation, Event, ExampleEdit, Notice, RunStatus, Setting,
    TimeMove, TimeTarget,
};

/// Built-in scenarios of every kind of network, kernel and data, made short.
const SCENARIOS: [(&str, &[(&str, &str)]); 10] = [
    ("saturated", &[]),
    ("mild", &[("precision", "f32")]),
    ("linear-output", &[]),
    ("book-animation", &[]),
    ("and", &[]),
    ("xor", &[("data.train", "60"), ("data.test", "20"), ("training.batch", "7")]),
    ("spiral", &[("data.train", "50"), ("data.test", "30"), ("training.lambda", "0.1")]),
    ("iris", &[("precision", "f32"), ("training.evaluate", "3")]),
    ("softmax", &[("data.train", "60"), ("data.test", "20"), ("training.evaluate", "0")]),
    ("digits", &[("data.train", "40"), ("data.test", "20"), ("training.epochs", "6")]),
];

fn scenario(name: &str, set: &[(&str, &str)]) -> Scenario {
    let built_in = find(name).expect("it is built in");
    let overrides: Vec<Override> =
        set.iter().map(|(key, value)| Override::new(*key, *value, "a test")).collect();
    Scenario::read(built_in.text, built_in.name, &overrides).expect("it reads")
}

/// Starts a run whose kept states may take so many bytes, or as many as usual.
fn run_within(scenario: &Scenario, time_memory: Option<u64>) -> Run {
    let nothing = |_: &_| Err(io::Error::from(io::ErrorKind::NotFound));
    let data = load(scenario, &nothing, &mut |_| ControlFlow::Continue(())).expect("it loads");
    let experiment = Experiment::new(scenario, Arc::new(data)).expect("it fits");
    Run::new(scenario.clone(), experiment, None, Vec::new(), time_memory)
}

fn run(scenario: &Scenario) -> Run {
    run_within(scenario, None)
}

/// All numbers of an arm at a position.
#[derive(Debug, PartialEq)]
struct ArmAtStep {
    weights: Vec<f64>,
    eta: f64,
    evaluation: Option<Evaluation>,
    best: Option<(f64, u64)>,
    diverged: Option<u64>,
}

fn arms(run: &mut Run) -> Vec<ArmAtStep> {
    run.settle();
    let networks = run.experiment.networks();
    let of_arm = |(arm, network)| ArmAtStep {
        weights: crate::explain::flattened(network).collect(),
        eta: run.experiment.etas()[arm],
        evaluation: run.experiment.evaluation(arm).cloned(),
        best: run.experiment.best(arm),
        diverged: run.experiment.divergence(arm).map(|divergence| divergence.step),
    };
    networks.iter().enumerate().map(of_arm).collect()
}

/// Takes steps in order up to this one, or to where the run ends.
fn train(run: &mut Run, to: u64, chunk: u64) {
    while run.experiment.step() < to {
        let limit = chunk.min(to - run.experiment.step());
        if matches!(run.advance(limit), Advance::Finished | Advance::Stopped) {
            return;
        }
    }
}

/// Makes the changes of a log in order, in a run that has never left its present.
fn replayed(scenario: &Scenario, changes: &[Change], step: u64) -> Run {
    let mut fresh = run(scenario);
    for change in changes.iter().filter(|change| change.step <= step) {
        train(&mut fresh, change.step, u64::MAX);
        let made = fresh.set(change.setting.clone());
        assert!(matches!(made, Notice::Set { .. }), "{made:?}");
    }
    train(&mut fresh, step, u64::MAX);
    fresh
}

/// Makes a change; a mode that the arms cannot have is refused.
fn make(run: &mut Run, setting: Setting) {
    run.set(setting);
}

/// Returns a change of the training examples; data that are no points of a plane refuse it.
fn edit(run: &Run, rng: &mut ChaCha8Rng) -> ExampleEdit {
    let train = &run.experiment.data().train;
    let mut inputs = vec![0.0; train.inputs()];
    train.write_input(rng.random_range(0..train.len()), &mut inputs);
    let there = [inputs[0], inputs.get(1).copied().unwrap_or(0.0)];
    let place = [rng.random_range(-4.0..4.0), rng.random_range(-4.0..4.0)];
    match rng.random_range(0..4) {
        0 | 1 => ExampleEdit::Add { at: place, class: rng.random_range(0..2) },
        2 => ExampleEdit::Move { from: there, to: place },
        _ => ExampleEdit::Remove { at: there },
    }
}

/// Does something that a person could do.
fn act(run: &mut Run, rng: &mut ChaCha8Rng) {
    let epochs = run.experiment.epochs();
    let end = run.clock().end_of_epoch(epochs);
    let arms = run.scenario.arms.len();
    let arm = rng.random_range(0..arms);
    match rng.random_range(0..11) {
        0..3 => {
            let here = run.experiment.step();
            let most = (end / 4).clamp(2, 400);
            train(run, here + rng.random_range(1..=most), rng.random_range(1..70));
        }
        3 => train(run, run.experiment.step() + run.clock().newest_steps_per_epoch(), 1 << 14),
        4 => make(run, Setting::Eta { arm, eta: 0.01 * f64::from(rng.random_range(1..90_u32)) }),
        5 => {
            let mode = [EtaMode::Own, EtaMode::Equal, EtaMode::Calibrated][rng.random_range(0..3)];
            make(run, Setting::EtaMode { mode, arm });
        }
        6 => {
            let value = f64::from(rng.random_range(-20..20_i32)) / 8.0;
            make(run, Setting::Weight { arm, at: (0, 0, 0), value });
        }
        7 => {
            let is_longer = rng.random_bool(0.5);
            let longer = Setting::Epochs(epochs + rng.random_range(0..3));
            let often = Setting::Evaluate(rng.random_range(0..4));
            make(run, if is_longer { longer } else { often });
        }
        8 => {
            let newest = run.timeline.newest();
            let target = match rng.random_range(0..5) {
                0 => TimeTarget::Start,
                1 => TimeTarget::Newest,
                2 => TimeTarget::ByEpochs(rng.random_range(-3..3)),
                3 => TimeTarget::BySteps(rng.random_range(-90..40)),
                _ => TimeTarget::Step(rng.random_range(0..=newest)),
            };
            run.go_to(run.step_from(run.experiment.step(), target), &|| false);
        }
        9 => make(run, Setting::Examples(edit(run, rng))),
        _ => {
            run.switch_branch(BranchId(rng.random_range(0..3)), &|| false);
        }
    }
}

#[test]
fn a_run_that_jumps_and_forks_has_the_bits_of_one_that_does_not() {
    // Two hundred sequences for each scenario, of which the test of every build takes a share.
    let sequences = if std::env::var("XENTVIZ_ALL_COURSES").is_ok() { 200 } else { 12 };
    let (mut forks, mut switches) = (0, 0);
    for (number, (name, set)) in (0..).zip(SCENARIOS) {
        let scenario = scenario(name, set);
        for seed in 0..sequences {
            let mut rng = ChaCha8Rng::seed_from_u64(1000 * number + seed);
            // With room for all states, for a few, and for that at the start alone.
            let time_memory = [None, Some(20_000), Some(0)][seed as usize % 3];
            let mut course = run_within(&scenario, time_memory);
            for _ in 0..20 {
                act(&mut course, &mut rng);
                match course.moved.take() {
                    Some(TimeMove::Forked(_)) => forks += 1,
                    Some(TimeMove::Switched(_)) => switches += 1,
                    Some(TimeMove::Within) | None => {}
                }
            }
            let step = course.experiment.step();
            let changes = course.timeline.changes().to_vec();
            let mut in_order = replayed(&scenario, &changes, step);
            assert_eq!(
                arms(&mut course),
                arms(&mut in_order),
                "{name}, sequence {seed}: {changes:?}"
            );
            // Every earlier step, too.
            let earlier = rng.random_range(0..=step);
            course.go_to(earlier, &|| false);
            let mut in_order = replayed(&scenario, &changes, earlier);
            assert_eq!(arms(&mut course), arms(&mut in_order), "{name}, {seed}, back at {earlier}");
        }
    }
    assert!(forks > 40 && switches > 10, "{forks} forks, {switches} switches");
}

#[test]
fn a_restart_with_the_points_of_the_run_before_is_that_of_its_log() {
    let scenario = scenario("xor", &[("data.train", "60"), ("data.test", "0")]);
    let mut before = run(&scenario);
    let loaded = Arc::clone(before.experiment.data());
    train(&mut before, 9, 3);
    make(&mut before, Setting::Examples(ExampleEdit::Add { at: [0.5, 0.5], class: 1 }));
    make(&mut before, Setting::Examples(ExampleEdit::Add { at: [-0.5, 0.5], class: 0 }));
    let data = Arc::clone(before.experiment.data());
    let again = Experiment::new(&scenario, Arc::clone(&loaded)).expect("it fits");
    let mut kept = Run::new(scenario.clone(), again, None, Vec::new(), None);
    kept.keep_examples_of(&before);
    assert_eq!(kept.experiment.data().train, data.train);
    assert_eq!((kept.facts.examples, kept.experiment.step()), (62, 0));
    let changes = kept.timeline.changes().to_vec();
    assert_eq!(changes.iter().map(|change| change.step).collect::<Vec<_>>(), [0, 0]);
    for step in [0, 30] {
        train(&mut kept, step, 7);
        let mut in_order = replayed(&scenario, &changes, step);
        assert_eq!(arms(&mut kept), arms(&mut in_order), "at step {step}");
    }
}

#[test]
fn a_condition_on_an_epoch_follows_the_clock_that_other_points_make() {
    let scenario = scenario("circle", &[("data.train", "50"), ("data.test", "10")]);
    let mut run = run(&scenario);
    train(&mut run, 7, 7);
    let UntilRequest::Open(watch) = run.watch_for("epoch=4").expect("it can be met") else {
        panic!("it is not met yet");
    };
    run.begin_until(watch);
    make(&mut run, Setting::Examples(ExampleEdit::Add { at: [0.5, 0.5], class: 1 }));
    // Six mini-batches instead of five, in the epoch under way, too.
    assert_eq!(run.clock().end_of_epoch(4), 23);
    for step in [20, 22, 23] {
        train(&mut run, step, 9);
        let watch = run.until_watch.as_mut().expect("it is open");
        assert_eq!(watch.met(&mut run.experiment).is_some(), step == 23, "at step {step}");
    }
}

#[test]
fn every_branch_that_goes_is_reported_and_a_tenth_one_makes_the_oldest_go() {
    let mut run = run(&scenario("saturated", &[]));
    train(&mut run, 20, 20);
    let dropped = |run: &mut Run| -> Vec<BranchId> {
        let events = run.events(RunStatus::default(), Vec::new());
        let branch = |event| match event {
            Event::Dropped(id) => Some(id),
            _ => None,
        };
        events.into_iter().filter_map(branch).collect()
    };
    for nth in 1..=9 {
        run.go_to(10, &|| false);
        make(&mut run, Setting::Eta { arm: 0, eta: 0.1 * f64::from(nth) });
        train(&mut run, 12, 12);
        let expected = if nth < 9 { vec![] } else { vec![BranchId(0)] };
        assert_eq!(dropped(&mut run), expected, "branch {nth}");
    }
    assert!(run.drop_branch(BranchId(3)));
    assert!(!run.drop_branch(BranchId(3)), "it is not there any more");
    assert_eq!(dropped(&mut run), [BranchId(3)]);
}
