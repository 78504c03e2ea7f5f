//! What a view shows of a step is the same whether the run has just reached it or has come back to it.

use xentviz::testing::scenario::{Override, find};
use xentviz::testing::telemetry::{BranchId, Command, RunState, Setting, TimeTarget};
use xentviz::testing::ui;
use xentviz::testing::views::Tab;

use crate::claims::Watched;

fn watched(name: &str, changes: &[(&str, &str)]) -> Watched {
    let built_in = find(name).expect("it is built in");
    let changes: Vec<Override> =
        changes.iter().map(|(key, value)| Override::new(*key, *value, "the test")).collect();
    Watched::start(built_in.text, name, &changes)
}

/// Goes to another moment, until everything about it is known.
fn go_to(run: &mut Watched, target: TimeTarget, step: u64) {
    assert!(run.source.send(Command::GoTo(target)));
    run.until("the moment", |app| {
        let history = &app.shared.history;
        history.step == step && history.state != RunState::Running
    });
}

/// Returns what every view reads, as it is copied. The plane of a larger network is left out: it is laid through
/// states that are recorded at fewer steps the longer a run is.
fn readings(run: &mut Watched) -> Vec<String> {
    let facts = run.app.shared.history.facts.as_ref().expect("a run");
    let views = Tab::ALL.len() - usize::from(facts.neuron_inputs().is_none());
    let mut all = Vec::new();
    for tab in 0..views {
        run.open(tab);
        all.push(ui::readout(&run.app));
    }
    run.open(0);
    all
}

#[test]
fn every_view_of_a_past_step_is_the_one_that_was() {
    for (name, changes) in [
        ("saturated", &[][..]),
        ("and", &[]),
        ("mild", &[("arm.quadratic.eta", "0.9")]),
        ("spiral", &[("data.train", "60"), ("data.test", "40")]),
        ("iris", &[]),
        ("digits", &[("data.train", "200"), ("data.test", "60")]),
    ] {
        let mut back = watched(name, changes);
        for _ in 0..9 {
            back.epoch();
        }
        let newest = back.app.shared.history.step;
        let mut there = watched(name, changes);
        for epoch in 1..=4 {
            there.epoch();
            let step = there.app.shared.history.step;
            go_to(&mut back, TimeTarget::Epoch(f64::from(epoch)), step);
            for (was, is) in readings(&mut there).iter().zip(readings(&mut back)) {
                assert_eq!(is, *was, "{name}, epoch {epoch}");
            }
            assert!(back.app.shared.history.is_past());
        }
        let mut start = watched(name, changes);
        start.until("C₀", |app| {
            app.shared.history.arms.iter().all(|arm| arm.evaluation.is_some())
        });
        go_to(&mut back, TimeTarget::Start, 0);
        assert_eq!(readings(&mut back)[0], readings(&mut start)[0], "{name}, the start");
        go_to(&mut back, TimeTarget::Newest, newest);
        assert!(!back.app.shared.history.is_past(), "{name}");
    }
}

#[test]
fn a_change_in_the_past_leaves_a_ghost_that_can_be_opened_again() {
    let mut run = watched("saturated", &[]);
    for _ in 0..60 {
        run.epoch();
    }
    let before = ui::readout(&run.app);
    go_to(&mut run, TimeTarget::Step(15), 15);
    assert!(run.source.send(Command::Set(Setting::Eta { arm: 0, eta: 1.0 })));
    run.until("a ghost", |app| !app.shared.history.ghosts.is_empty());
    let history = &run.app.shared.history;
    assert_eq!((history.step, history.newest, history.future.len()), (15, 15, 0));
    assert_eq!((history.ghosts[0].newest, history.ghosts[0].from), (60, 15));
    run.epoch();
    assert!(run.source.send(Command::SwitchBranch(BranchId::default())));
    run.until("the first course", |app| app.shared.history.step == 60);
    assert_eq!(ui::readout(&run.app), before, "it is as it was");
    let ghost = &run.app.shared.history.ghosts[0];
    assert_eq!((ghost.newest, ghost.from), (16, 15));
}
