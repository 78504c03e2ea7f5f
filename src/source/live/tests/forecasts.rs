//! Tests of the forecast of the epoch at which a neuron is within ½ of its target.

use crate::source::live::tests::{LiveRun, scenario};
use crate::telemetry::{Channel, Command, HalfForecast, RunState, Setting};

#[test]
fn the_half_way_mark_is_predicted_and_then_reached_there() {
    let mut run = LiveRun::start(scenario("saturated", &[("pace", "max")]), false);
    run.until_state(&RunState::Finished);
    let marks: Vec<_> =
        run.history.arms.iter().map(|arm| (arm.foreseen, arm.reached_half)).collect();
    assert_eq!(marks[0].1, Some(232));
    assert_eq!(marks[1].1, Some(17));
    assert_eq!(marks[0].0, Some(HalfForecast::At(232)));
    assert_eq!(marks[1].0, Some(HalfForecast::At(17)));
    assert_eq!(
        run.history.arms[0].first_cost,
        run.history.arms[0].series(Channel::FULL_COST).first().map(|b| b.max)
    );
}

#[test]
fn the_half_way_mark_is_predicted_again_when_a_setting_changes() {
    let changes = [("pace", "max"), ("eta", "0.075")];
    let mut run = LiveRun::start(scenario("saturated", &changes), false);
    run.until_state(&RunState::Finished);
    run.source.send(Command::Set(Setting::Eta { arm: 0, eta: 0.15 }));
    run.source.send(Command::Toggle);
    run.until("the mark", |history, _| history.arms[0].reached_half.is_some());
    let (foreseen, reached) = (run.history.arms[0].foreseen, run.history.arms[0].reached_half);
    // At the old η it would take 460 epochs; at twice the rate, the 160 after the 300th take half as long.
    let reached = reached.expect("it is reached");
    assert!((380..=384).contains(&reached), "{reached}");
    assert_eq!(foreseen, Some(HalfForecast::At(reached)));
}

#[test]
fn every_neuron_reaches_the_half_way_mark_at_the_epoch_foreseen() {
    let runs: [(&str, &[(&str, &str)]); 8] = [
        ("saturated", &[("eta", "1.7")]),
        ("saturated", &[("training.lambda", "0.03")]),
        ("mild", &[]),
        ("mild", &[("data.targets", "[[1.0]]"), ("network.weights", "[[[-3.0]]]")]),
        ("hopeless", &[("epochs", "80000")]),
        ("book-animation", &[("epochs", "600")]),
        ("linear-output", &[]),
        ("linear-output", &[("eta", "0.01")]),
    ];
    for (name, changes) in runs {
        let changes = [changes, &[("pace", "max")]].concat();
        let mut run = LiveRun::start(scenario(name, &changes), false);
        run.until_state(&RunState::Finished);
        for arm in &run.history.arms {
            let Some(reached) = arm.reached_half else { continue };
            assert_eq!(arm.foreseen, Some(HalfForecast::At(reached)), "{name} {changes:?}");
        }
        assert!(run.history.arms.iter().any(|arm| arm.reached_half.is_some()), "{name}");
    }
}

#[test]
fn a_fractional_target_and_a_start_within_a_half_of_it_have_no_half_way_mark() {
    for (name, key, value) in
        [("saturated", "data.targets", "[[0.35]]"), ("mild", "data.targets", "[[1.0]]")]
    {
        let mut run = LiveRun::start(scenario(name, &[("pace", "max"), (key, value)]), false);
        run.until_state(&RunState::Finished);
        let marks = run.history.arms.iter().map(|arm| (arm.foreseen, arm.reached_half));
        assert!(marks.into_iter().all(|mark| mark == (None, None)), "{name}");
    }
}

#[test]
fn a_forecast_that_has_passed_is_made_anew() {
    // In f32, this neuron reaches ½ at epoch 73,546, twelve epochs after the one foreseen.
    let rounded: &[(&str, &str)] = &[("precision", "f32"), ("epochs", "73540")];
    // Far off, with steps too long for the closed form: only a bound can be given.
    let far: &[(&str, &str)] = &[
        ("eta", "0.5"),
        ("network.weights", "[[[8.0]]]"),
        ("network.biases", "[[8.0]]"),
        ("epochs", "200010"),
    ];
    for (name, changes, first) in [
        ("hopeless", rounded, HalfForecast::About(73_534)),
        ("saturated", far, HalfForecast::After(200_000)),
    ] {
        let changes = [changes, &[("pace", "max")]].concat();
        let mut run = LiveRun::start(scenario(name, &changes), true);
        run.until("a forecast", |history, _| {
            history.arms.first().is_some_and(|arm| arm.foreseen == Some(first))
        });
        run.source.send(Command::Toggle);
        run.until_state(&RunState::Finished);
        let (arm, now) = (&run.history.arms[0], run.history.step);
        assert_eq!(arm.reached_half, None, "{name}");
        let (HalfForecast::At(epoch) | HalfForecast::About(epoch) | HalfForecast::After(epoch)) =
            arm.foreseen.expect("there is a forecast");
        assert!(epoch >= now, "{name}: {:?} after {now} epochs", arm.foreseen);
    }
}
