//! The weights that a run sends: with the past of the chosen weight, and nothing from its future.

use std::sync::Arc;

use super::{LiveRun, experiment, scenario};
use crate::experiment::{Advance, Experiment};
use crate::telemetry::{
    Command, FilmFrame, RunState, TimeTarget, WeightQuantity, WeightsRequest, WeightsSnapshot,
};

const EPOCHS: [(&str, &str); 2] = [("epochs", "30"), ("pace", "max")];

/// A weight of the hidden layer: neuron 2, input 1.
const AT: (usize, usize, usize) = (0, 2, 1);

/// Returns the snapshot that the run sends for a request.
fn requested(run: &mut LiveRun, request: WeightsRequest) -> Arc<WeightsSnapshot> {
    run.source.send(Command::ShowWeights(Some(request)));
    run.until("the weights", |history, _| {
        let is_new = |weights: &Arc<WeightsSnapshot>| {
            weights.request == request && weights.step == history.step
        };
        history.weights.as_ref().is_some_and(is_new)
    });
    run.history.weights.clone().unwrap()
}

fn with_past() -> WeightsRequest {
    WeightsRequest { cursor: Some(AT), past: true, ..WeightsRequest::default() }
}

/// Trains to a step without a thread.
fn train_to(experiment: &mut Experiment, step: u64) {
    while experiment.step() < step {
        let left = step - experiment.step();
        assert!(experiment.advance(left, &mut ()) != Advance::Finished || left == 0);
    }
}

/// Checks that a film and a path are those of the networks at their steps, trained again without a thread.
fn check_past(snapshot: &WeightsSnapshot) {
    let mut again = experiment(&scenario("xor", &EPOCHS));
    let path = &snapshot.path[0];
    assert!(path.windows(2).all(|two| two[0].0 < two[1].0), "{path:?}");
    let mut film = snapshot.film.iter().peekable();
    for (nth, (step, _)) in path.iter().enumerate() {
        train_to(&mut again, *step);
        let networks = again.networks();
        for (arm, network) in networks.iter().enumerate() {
            let weight = network.layers()[AT.0].weight(AT.1, AT.2).unwrap();
            assert_eq!(snapshot.path[arm][nth], (*step, weight as f32), "arm {arm}");
        }
        let Some(frame) = film.next_if(|frame| frame.step == *step) else { continue };
        for (neuron, network) in frame.neurons.iter().zip(&networks) {
            let (neuron, layer) = (neuron.as_ref().unwrap(), &network.layers()[AT.0]);
            let weights: Vec<f32> =
                (0..layer.inputs()).map(|k| layer.weight(AT.1, k).unwrap() as f32).collect();
            assert_eq!(neuron.weights, weights);
            assert_eq!(neuron.bias, layer.biases()[AT.1] as f32);
        }
    }
    assert_eq!(film.next(), None, "every frame is of a step on the path");
}

#[test]
fn the_film_and_the_path_of_a_weight_are_those_of_the_networks_at_their_steps() {
    let mut run = LiveRun::start(scenario("xor", &EPOCHS), false);
    run.until_state(&RunState::Finished);
    let snapshot = requested(&mut run, with_past());
    assert_eq!(snapshot.film.len(), FilmFrame::MOST);
    assert!(snapshot.path.iter().all(|path| path.len() > 20), "{:?}", snapshot.path);
    let ends = |steps: Vec<u64>| (steps[0], steps[steps.len() - 1]);
    assert_eq!(ends(snapshot.film.iter().map(|frame| frame.step).collect()), (0, snapshot.step));
    assert_eq!(ends(snapshot.path[0].iter().map(|(step, _)| *step).collect()), (0, snapshot.step));
    check_past(&snapshot);
    // The changes are those of the numbers that a snapshot of the change holds.
    let change = WeightsRequest { of: WeightQuantity::Change, ..with_past() };
    let change = requested(&mut run, change);
    for (layers, changes) in change.arms.iter().zip(&snapshot.changes) {
        for (j, norm) in changes.iter().enumerate() {
            let squares = layers[0].of_neuron(j).map(|w| f64::from(w) * f64::from(w));
            let expected = squares.sum::<f64>().sqrt();
            assert!((f64::from(*norm) - expected).abs() < 1e-6 * expected.max(1e-3));
        }
    }
}

#[test]
fn in_the_past_the_film_and_the_path_hold_nothing_from_the_future() {
    let mut run = LiveRun::start(scenario("xor", &EPOCHS), false);
    run.until_state(&RunState::Finished);
    let newest = run.history.step;
    // One of these steps has a frame of its own, the others do not.
    for step in [newest / 2 + 1, 256, 7, 0] {
        run.source.send(Command::GoTo(TimeTarget::Step(step)));
        run.until("a move", |history, _| history.step == step);
        let snapshot = requested(&mut run, with_past());
        assert_eq!(snapshot.film.last().map(|frame| frame.step), Some(step));
        assert!(snapshot.path.iter().all(|path| path.last().is_some_and(|last| last.0 == step)));
        check_past(&snapshot);
    }
    assert_eq!(
        requested(&mut run, with_past()).film.len(),
        1,
        "at the start there is only the start"
    );
}

#[test]
fn without_a_request_no_past_is_sent_and_none_of_a_weight_that_an_arm_lacks() {
    let mut run = LiveRun::start(scenario("xor", &EPOCHS), false);
    run.until_state(&RunState::Finished);
    let plain = requested(&mut run, WeightsRequest { past: false, ..with_past() });
    assert!(plain.film.is_empty() && plain.path.is_empty() && plain.changes.is_empty());
    let nowhere = requested(&mut run, WeightsRequest { cursor: Some((0, 9999, 0)), ..with_past() });
    assert!(nowhere.film.iter().all(|frame| frame.neurons.iter().all(Option::is_none)));
    assert!(nowhere.path.iter().all(Vec::is_empty));
}
