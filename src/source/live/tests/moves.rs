//! Tests of moves in time and between branches, as a watcher sees them.

use super::{LiveRun, scenario};
use crate::telemetry::{BranchId, Channel, Command, History, RunState, Setting, TimeTarget};

fn go_to(step: u64) -> Command {
    Command::GoTo(TimeTarget::Step(step))
}

fn eta(eta: f64) -> Command {
    Command::Set(Setting::Eta { arm: 0, eta })
}

/// Returns a finished run of a neuron, all of whose steps are epochs.
fn finished(epochs: &str) -> LiveRun {
    let mut run =
        LiveRun::start(scenario("saturated", &[("epochs", epochs), ("pace", "max")]), false);
    run.until_state(&RunState::Finished);
    run
}

/// Returns the last step of which an arm has a reading.
fn last_reading(history: &History, channel: Channel) -> Option<u64> {
    history.arms[0].series(channel).buckets().last().map(|bucket| bucket.last)
}

#[test]
fn readings_of_a_branch_that_trains_are_none_of_the_one_that_is_opened() {
    let mut run = finished("200");
    run.source.send(go_to(50));
    run.source.send(eta(0.3));
    run.source.send(Command::SetKey { key: "training.epochs".into(), value: "1000000000".into() });
    run.source.send(Command::Toggle);
    run.until("some steps", |history, _| history.branch == BranchId(1) && history.step > 5000);
    run.source.send(Command::SwitchBranch(BranchId(0)));
    run.until("the first course", |history, _| history.branch == BranchId(0));
    assert_eq!(run.history.step, 200);
    assert_eq!(last_reading(&run.history, Channel::COST), Some(199));
    assert_eq!(last_reading(&run.history, Channel::FULL_COST), Some(200));
    run.source.send(Command::SwitchBranch(BranchId(1)));
    run.until("the branch", |history, _| history.branch == BranchId(1));
    let newest = run.history.newest;
    assert!(newest > 5000);
    assert_eq!(last_reading(&run.history, Channel::COST), Some(newest - 1));
    assert_eq!(run.history.arms[0].evaluation.as_ref().map(|of| of.step), Some(newest));
}

#[test]
fn every_branch_is_known_however_fast_they_begin() {
    for _ in 0..10 {
        let mut run = finished("200");
        for (step, rate) in [(100, 0.3), (50, 0.4), (20, 0.5)] {
            run.source.send(go_to(step));
            run.source.send(eta(rate));
        }
        run.source.send(Command::SwitchBranch(BranchId(1)));
        run.source.send(go_to(70));
        run.source.send(eta(0.6));
        run.until("the last branch", |history, _| history.branch == BranchId(4));
        let begun: Vec<_> =
            run.history.branches.iter().map(|of| (of.id.0, of.parent.0, of.step)).collect();
        assert_eq!(begun, [(1, 0, 100), (2, 1, 50), (3, 2, 20), (4, 1, 70)]);
        let ghosts: Vec<BranchId> =
            run.history.ghosts.iter().map(|ghost| ghost.id.branch).collect();
        let expected = [0, 2, 3, 1].map(BranchId);
        assert_eq!(ghosts, expected);
    }
}

#[test]
fn a_run_that_trains_from_the_past_to_its_newest_step_has_the_evaluation_there() {
    let mut run = finished("300");
    let at_the_end = run.history.arms.clone();
    run.source.send(Command::GoTo(TimeTarget::Start));
    run.until("the start", |history, _| history.step == 0);
    run.source.send(Command::Toggle);
    run.until("the end", |history, _| history.step == 300 && history.state == RunState::Finished);
    assert_eq!(run.history.arms[0].evaluation.as_ref().map(|of| of.step), Some(300));
    assert_eq!(run.history.arms, at_the_end);
}

#[test]
fn a_position_has_its_own_evaluation_where_a_bucket_holds_many() {
    let mut run = LiveRun::start(
        scenario("and", &[("epochs", "20000"), ("evaluate", "1"), ("pace", "max")]),
        false,
    );
    run.until_state(&RunState::Finished);
    let whole = run.history.arms.clone();
    let width = whole[0].series(Channel::FULL_COST).width();
    assert!(width > 8, "buckets are wide: {width}");
    for epoch in [33, 34, 10_001] {
        run.source.send(Command::GoTo(TimeTarget::Epoch(f64::from(epoch))));
        run.until("the past", |history, _| history.epoch() == u64::from(epoch as u32));
        for arm in &run.history.arms {
            let evaluation = arm.evaluation.as_ref().expect("every epoch is evaluated");
            assert_eq!(evaluation.epoch, u64::from(epoch as u32));
            let newest = arm.series(Channel::FULL_COST).newest();
            assert_eq!(newest, Some(evaluation.cost_data), "epoch {epoch}");
            let known = arm.readings.iter().flat_map(|(_, series)| series.buckets());
            assert!(known.into_iter().all(|bucket| bucket.last <= run.history.step));
        }
    }
    run.source.send(Command::GoTo(TimeTarget::Newest));
    run.until("the end", |history, _| history.step == history.newest);
    for (arm, before) in run.history.arms.iter().zip(&whole) {
        assert_eq!(arm.readings, before.readings);
    }
}

#[test]
fn keys_of_time_that_wait_are_one_move() {
    let mut run = finished("300");
    for _ in 0..40 {
        run.source.send(Command::GoTo(TimeTarget::BySteps(-2)));
    }
    run.source.send(Command::GoTo(TimeTarget::BySteps(1)));
    run.until("the last place", |history, _| history.step == 221);
}

#[test]
fn a_model_saved_in_the_past_has_the_settings_of_that_position() {
    let mut run = finished("100");
    run.source.send(Command::SetKey { key: "training.evaluate".into(), value: "7".into() });
    run.source.send(go_to(10));
    run.until("the past", |history, _| history.step == 10);
    let saved = crate::scenario::Scenario::read(&run.checkpoint().scenario, "it", &[]).unwrap();
    assert_ne!(saved.training.evaluate, 7);
}
