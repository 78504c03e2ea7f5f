//! What a view shows of a step is the same whether the run has just reached it or has come back to it.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use xentviz::testing::app::{Message, Target};
use xentviz::testing::scenario::{Override, find};
use xentviz::testing::telemetry::{ArmProgress, BranchId, Command, RunState, Setting, TimeTarget};
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
    let has_plane = facts.neuron_inputs().is_none();
    let mut all = Vec::new();
    let is_read = |tab: &usize| !has_plane || Tab::ALL[*tab] != Tab::Surface;
    for tab in (0..Tab::ALL.len()).filter(is_read) {
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
        for (was, is) in readings(&mut start).iter().zip(readings(&mut back)) {
            // The Equation view chose its row when it was opened, each at another step.
            let lines = |text: &str| -> Vec<String> {
                text.lines().filter(|line| !line.starts_with("row ")).map(str::to_owned).collect()
            };
            assert_eq!(lines(&is), lines(was), "{name}, the start");
        }
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

/// Presses a key, until the run has answered it.
fn press(run: &mut Watched, code: KeyCode) {
    run.update(Message::Key(KeyEvent::from(code)));
}

#[test]
fn a_cross_hair_reads_every_curve_and_leads_there() {
    let mut run = watched("saturated", &[]);
    for _ in 0..60 {
        run.epoch();
    }
    go_to(&mut run, TimeTarget::Step(15), 15);
    assert!(run.source.send(Command::Set(Setting::Eta { arm: 0, eta: 1.0 })));
    run.until("a ghost", |app| !app.shared.history.ghosts.is_empty());
    for _ in 0..20 {
        run.epoch();
    }
    press(&mut run, KeyCode::Enter);
    for _ in 0..5 {
        press(&mut run, KeyCode::Left);
    }
    let said = ui::readout(&run.app);
    // The same run, and the one whose η is changed after 15 steps, each at epoch 30 without going anywhere.
    let output = |eta: f64| {
        let mut other = watched("saturated", &[]);
        while other.app.shared.history.step < 15 {
            other.epoch();
        }
        assert!(other.source.send(Command::Set(Setting::Eta { arm: 0, eta })));
        while other.app.shared.history.step < 30 {
            other.epoch();
        }
        let arms = &other.app.shared.history.arms;
        let of = |arm: &ArmProgress| {
            let factors = arm.gradient_factors.as_ref().expect("factors");
            let share = factors.cost / arm.first_cost.expect("C₀");
            (share, factors.neuron.as_ref().expect("a neuron").a)
        };
        (of(&arms[0]), of(&arms[1]))
    };
    let ((cost, a), (other_cost, other_a)) = output(1.0);
    let here = format!(
        "Epoch 30: quadratic C/C₀ {cost:.3}, a {a:.3}; cross-entropy C/C₀ {other_cost:.3}, a {other_a:.3}."
    );
    assert!(said.contains(&here), "{here} in {said}");
    let ((cost, a), _) = output(0.15);
    let ghost = format!(
        "Ghost a, the first course: quadratic C/C₀ {cost:.3}, a {a:.3}; \
         cross-entropy C/C₀ {other_cost:.3}, a {other_a:.3}."
    );
    assert!(said.contains(&ghost), "{ghost} in {said}");
    press(&mut run, KeyCode::Enter);
    run.until("step 30", |app| app.shared.history.step == 30);
    assert_eq!(run.app.shared.crosshair, None);
}

#[test]
fn a_click_on_the_bar_of_time_goes_there() {
    let mut run = watched("saturated", &[]);
    for _ in 0..60 {
        run.epoch();
    }
    let area = Rect::new(0, 0, 120, 40);
    let target = |run: &Watched, column| ui::target_at(&run.app, area, column, 0);
    let bar: Vec<u16> = (0..120)
        .filter(|column| matches!(target(&run, *column), Some(Target::Time { .. })))
        .collect();
    assert!(bar.len() >= 8, "{bar:?}");
    // A tenth of the bar is epoch 30 of 300.
    let column = bar[0] + (bar.len() as u16 - 1) / 10;
    let there = target(&run, column).expect("the bar");
    let Target::Time { thousandth } = there else { panic!("{there:?}") };
    let epoch = (f64::from(thousandth) * 0.3).round() as u64;
    run.update(Message::Click(there));
    run.until("the epoch", |app| app.shared.history.step == epoch);
    // Beyond what has been reached, it is the newest step.
    run.update(Message::Click(Target::Time { thousandth: 1000 }));
    run.until("the newest step", |app| app.shared.history.step == 60);
}
