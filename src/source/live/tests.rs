//! Tests of a live run from outside: commands in, events out.

mod checkpoints;
mod forecasts;
mod models;
mod moves;
mod recordings;
mod replays;
mod surfaces;
mod until;
mod weights;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::experiment::{Advance, Experiment, load};
use crate::scenario::{Override, Scenario, find};
use crate::source::{CheckpointError, LiveSource, RunModels, RunRecording, RunSetup, Source};
use crate::telemetry::{
    Answer, Checkpoint, Command, Equation, EquationRequest, EtaMode, History, Notice, Pace,
    Question, RunState, Setting, WeightsRequest,
};

/// Far longer than any test takes; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

fn scenario(name: &str, overrides: &[(&str, &str)]) -> Scenario {
    let overrides: Vec<Override> = overrides
        .iter()
        .map(|(key, value)| Override::new(*key, *value, format!("{key} = {value}")))
        .collect();
    Scenario::read(find(name).unwrap().text, name, &overrides).unwrap()
}

/// Returns the built-in scenario of this name.
fn built_in(name: &str) -> Result<Scenario, String> {
    let built_in = find(name).ok_or_else(|| format!("no scenario is called {name}"))?;
    Scenario::read(built_in.text, name, &[]).map_err(|error| error.to_string())
}

/// Returns a setup that finds the built-in scenarios and opens no file.
fn setup(scenario: Scenario, paused: bool) -> RunSetup {
    RunSetup {
        scenario,
        paused,
        find: Arc::new(built_in),
        open: Arc::new(|_: &Path| Err(io::Error::from(io::ErrorKind::NotFound))),
        memory: Arc::new(|| None),
        time_memory: None,
        models: RunModels::default(),
        recording: RunRecording::default(),
    }
}

/// A live run, and everything that it has sent.
struct LiveRun {
    source: Box<dyn Source>,
    woken: Receiver<()>,
    history: History,
    notices: Vec<Notice>,
}

impl LiveRun {
    fn start(scenario: Scenario, paused: bool) -> Self {
        Self::of(setup(scenario, paused))
    }

    fn of(setup: RunSetup) -> Self {
        let (wake, woken) = channel();
        let source =
            LiveSource::start(setup, Box::new(move || wake.send(()).unwrap_or_default())).unwrap();
        Self { source: Box::new(source), woken, history: History::default(), notices: Vec::new() }
    }

    /// Applies events until the condition is met.
    fn until(&mut self, what: &str, is_met: impl Fn(&History, &[Notice]) -> bool) {
        while !is_met(&self.history, &self.notices) {
            self.woken.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{what}: no event"));
            self.receive();
        }
    }

    /// Applies the events that have arrived, and requests more.
    fn receive(&mut self) {
        let apply = |event| self.history.apply(event);
        self.notices.extend(self.source.take().into_iter().filter_map(apply));
        self.source.request_events();
    }

    /// Waits for an answer of the Equation view that meets the condition.
    fn until_explained(&mut self, what: &str, is_met: impl Fn(&Equation) -> bool) -> Arc<Equation> {
        loop {
            if let Some(Answer::Equation(equation)) = self.source.answer()
                && is_met(&equation)
            {
                return equation;
            }
            self.woken.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{what}: no event"));
            self.receive();
        }
    }

    /// Returns a checkpoint of the run, as `:save` takes it.
    fn checkpoint(&self) -> Checkpoint {
        self.checkpoint_in(None)
    }

    /// Returns a checkpoint with paths that begin in this folder, if there is one.
    fn checkpoint_in(&self, folder: Option<PathBuf>) -> Checkpoint {
        self.source.checkpointer().unwrap().take(folder, PATIENCE).unwrap()
    }

    /// Returns the current weights of all arms, as saved.
    fn saved_weights(&mut self) -> Vec<Vec<Vec<f64>>> {
        weights(self.checkpoint())
    }

    fn until_state(&mut self, state: &RunState) {
        self.until(&format!("{state:?}"), |history, _| history.state == *state);
    }
}

fn weights(checkpoint: Checkpoint) -> Vec<Vec<Vec<f64>>> {
    checkpoint.models.into_iter().map(|model| model.weights).collect()
}

/// Returns the same run without a thread, at its start.
fn experiment(scenario: &Scenario) -> Experiment {
    let nothing = |_: &_| Err(io::Error::from(io::ErrorKind::NotFound));
    let data = load(scenario, &nothing, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
    Experiment::new(scenario, Arc::new(data)).unwrap()
}

/// Returns the weights of all arms at the end of a run without a thread.
fn trained(scenario: &Scenario) -> Vec<Vec<Vec<f64>>> {
    let mut experiment = experiment(scenario);
    while experiment.advance(u64::MAX, &mut ()) != Advance::Finished {}
    (0..scenario.arms.len()).map(|arm| experiment.model(arm).weights).collect()
}

#[test]
fn a_live_run_ends_with_the_same_numbers_as_one_without_a_thread() {
    for (name, pace) in [("saturated", "max"), ("saturated", "1000"), ("xor", "max")] {
        let scenario = scenario(name, &[("epochs", "40"), ("pace", pace)]);
        let expected = trained(&scenario);
        let mut run = LiveRun::start(scenario, false);
        run.until_state(&RunState::Finished);
        assert_eq!(run.saved_weights(), expected, "{name} at {pace}");
    }
}

#[test]
fn a_step_is_one_mini_batch_and_an_epoch_command_stops_at_the_end_of_the_epoch() {
    let mut run = LiveRun::start(scenario("xor", &[]), true);
    run.until("a start", |history, _| history.facts.is_some());
    assert_eq!(run.history.step, 0);
    run.source.send(Command::Step);
    run.source.send(Command::Step);
    run.until("two steps", |history, _| history.step == 2 && history.state == RunState::Paused);
    run.source.send(Command::Epoch);
    run.until("an epoch", |history, _| {
        history.step == history.steps_per_epoch() && history.state == RunState::Paused
    });
    assert!(
        run.history
            .arms
            .iter()
            .all(|arm| { arm.evaluation.as_ref().is_some_and(|evaluation| evaluation.epoch == 1) })
    );
}

#[test]
fn the_channels_of_a_run_have_readings_at_their_rates() {
    let mut read = BTreeSet::new();
    // The first has a test set and 50 steps in an epoch, the second a metric of every step.
    for (name, epochs) in [("xor", "3"), ("saturated", "9")] {
        let keys = [("epochs", epochs), ("training.evaluate", "1"), ("pace", "max")];
        let mut run = LiveRun::start(scenario(name, &keys), false);
        run.until_state(&RunState::Finished);
        let (history, facts) = (&run.history, run.history.facts.as_deref().unwrap());
        for channel in &facts.channels {
            let series = history.arms[0].series(facts.channel(&channel.name).unwrap());
            let readings: u64 = series.buckets().iter().map(|bucket| bucket.count).sum();
            // The start is evaluated too.
            let is_of_steps = channel.rate == facts.channels[0].rate;
            let expected = if is_of_steps { history.step } else { history.epoch() + 1 };
            assert!([0, expected].contains(&readings), "{name}, {}: {readings}", channel.name);
            if readings > 0 {
                read.insert(channel.name.clone());
            }
        }
        let evaluation = history.arms[0].evaluation.as_ref().expect("it is evaluated");
        for (layer, norm) in evaluation.gradient_norm.iter().enumerate() {
            let channel = facts.channel(&format!("gradient_norm.{}", layer + 1)).unwrap();
            assert_eq!(history.arms[0].series(channel).newest(), Some(*norm), "{name}");
        }
    }
    // Six of a run, and two of each of two layers.
    assert_eq!(read.len(), 10, "{read:?}");
}

#[test]
fn a_finished_run_continues_for_the_same_number_of_epochs() {
    let mut run = LiveRun::start(scenario("saturated", &[("pace", "max")]), false);
    run.until_state(&RunState::Finished);
    assert_eq!((run.history.epoch(), run.history.epochs), (300, 300));
    run.source.send(Command::Toggle);
    run.until("its second end", |history, _| {
        history.state == RunState::Finished && history.epoch() == 600
    });
}

#[test]
fn commands_are_handled_while_the_run_is_paused() {
    let mut run = LiveRun::start(scenario("saturated", &[]), true);
    run.source.send(Command::Set(Setting::Eta { arm: 1, eta: 0.5 }));
    run.source.send(Command::Set(Setting::EtaMode { mode: EtaMode::Equal, arm: 1 }));
    run.source.send(Command::Pace(Pace::Max));
    run.source.send(Command::ShowWeights(Some(WeightsRequest::default())));
    run.source.send(Command::SetKey { key: "arm.quadratic.eta".into(), value: "-1".into() });
    run.until("all answers", |history, notices| {
        history.weights.is_some()
            && notices.iter().any(|notice| matches!(notice, Notice::Refused(_)))
    });
    assert_eq!(run.history.arms[0].eta, 0.5);
    assert_eq!(run.history.eta_mode, EtaMode::Equal);
    assert_eq!(run.history.pace, Pace::Max);
}

#[test]
fn a_scenario_that_cannot_be_opened_leaves_the_run_as_it_was() {
    let mut run = LiveRun::start(scenario("saturated", &[]), true);
    run.until("a start", |history, _| history.facts.is_some());
    for name in ["nowhere.toml", "mnist"] {
        run.source.send(Command::Open(name.into()));
        run.until("a refusal", |_, notices| {
            notices.iter().any(|notice| matches!(notice, Notice::Refused(_)))
        });
        run.notices.clear();
        assert_eq!(run.history.state, RunState::Paused);
        assert_eq!(run.history.facts.as_ref().unwrap().name, "saturated");
    }
}

#[test]
fn another_seed_or_scenario_restarts_the_run() {
    let mut run = LiveRun::start(scenario("xor", &[]), true);
    run.source.send(Command::Step);
    run.source.send(Command::NewSeed);
    run.until("a new seed", |history, _| {
        history.facts.as_ref().is_some_and(|facts| facts.seed == 2) && history.step == 0
    });
    run.source.send(Command::Open("and".into()));
    run.until("another scenario", |history, _| {
        history.facts.as_ref().is_some_and(|facts| facts.name == "and")
    });
}

#[test]
fn dropping_a_source_ends_its_thread_even_when_nobody_reads() {
    for paused in [true, false] {
        let overrides = [("epochs", "1000000000"), ("pace", "max")];
        let run = LiveRun::start(scenario("xor", &overrides), paused);
        let LiveRun { source, woken, .. } = run;
        let checkpointer = source.checkpointer();
        drop(source);
        assert_eq!(checkpointer.unwrap().take(None, PATIENCE), Err(CheckpointError::NoRun));
        // The thread owns the sender of this channel, so the thread has ended once the channel is closed.
        loop {
            match woken.recv_timeout(PATIENCE) {
                Ok(()) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the thread goes on"),
            }
        }
    }
}

/// Sends a command, and waits until there are that many notices in all.
fn send(run: &mut LiveRun, command: Command, notices: usize) {
    run.source.send(command);
    run.until("an answer", |_, received| received.len() >= notices);
}

fn set(key: &str, value: &str) -> Command {
    Command::SetKey { key: key.into(), value: value.into() }
}

#[test]
fn changed_rates_survive_a_reset_and_every_other_change() {
    let mut run = LiveRun::start(scenario("book-animation", &[]), true);
    let equal = Setting::EtaMode { mode: EtaMode::Equal, arm: 0 };
    send(&mut run, Command::Set(equal), 1);
    for command in [Command::Reset, Command::NewSeed, set("training.lambda", "0.1")] {
        run.history.facts = None;
        run.source.send(command);
        run.until("a new start", |history, _| history.facts.is_some());
        assert_eq!(run.history.eta_mode, EtaMode::Equal);
        assert_eq!(run.history.arms[1].eta, 0.15);
    }
    // One of the notices reports that λ required a restart.
    send(&mut run, Command::Set(Setting::EtaMode { mode: EtaMode::Own, arm: 0 }), 3);
    assert_eq!((run.history.arms[0].eta, run.history.arms[1].eta), (0.15, 0.005));
}

#[test]
fn a_key_set_during_a_run_means_the_same_as_on_the_command_line() {
    let mut run = LiveRun::start(scenario("book-animation", &[]), true);
    send(&mut run, set("training.eta", "1"), 2);
    assert_eq!((run.history.arms[0].eta, run.history.arms[1].eta), (1.0, 0.005));
    send(&mut run, set("eta", "2"), 5);
    assert_eq!((run.history.arms[0].eta, run.history.arms[1].eta), (2.0, 2.0));
}

#[test]
fn a_common_rate_ends_the_calibration() {
    let mut run = LiveRun::start(scenario("saturated", &[]), true);
    let mode = Setting::EtaMode { mode: EtaMode::Calibrated, arm: 0 };
    send(&mut run, Command::Set(mode), 1);
    send(&mut run, set("eta", "2"), 4);
    assert_eq!((run.history.arms[0].eta, run.history.arms[1].eta), (2.0, 2.0));
    assert_eq!(run.history.eta_mode, EtaMode::Own);
}

#[test]
fn extending_a_run_does_not_lengthen_its_scenario() {
    let mut run = LiveRun::start(scenario("saturated", &[("pace", "max")]), false);
    run.until_state(&RunState::Finished);
    run.source.send(Command::Toggle);
    run.until("its second end", |history, _| history.epochs == 600);
    run.until_state(&RunState::Finished);
    run.history.facts = None;
    run.source.send(Command::Reset);
    run.until("a new start", |history, _| history.facts.is_some());
    assert_eq!(run.history.epochs, 300);
}

#[test]
fn an_unknown_name_does_not_cancel_a_load() {
    let many = [("data.train", "200000")];
    let mut run = LiveRun::start(scenario("digits", &many), true);
    run.until("loading", |history, _| matches!(history.state, RunState::Loading(_)));
    run.source.send(Command::Open("nowhere".into()));
    run.until("a refusal", |_, notices| {
        notices.iter().any(|notice| matches!(notice, Notice::Refused(_)))
    });
    run.source.send(Command::Open("and".into()));
    run.until("another scenario", |history, _| {
        history.facts.as_ref().is_some_and(|facts| facts.name == "and")
    });
}

#[test]
fn a_run_that_starts_paused_has_its_start_evaluated() {
    let mut run = LiveRun::start(scenario("xor", &[]), true);
    run.until("an evaluation", |history, _| {
        history.arms.iter().any(|arm| arm.evaluation.is_some())
    });
    assert_eq!((run.history.step, &run.history.state), (0, &RunState::Paused));
    assert!(run.history.arms.iter().all(|arm| arm.first_cost.is_some()));
}

/// Returns the trajectory of each arm at the end of a run.
fn trajectories(pace: &str, overrides: &[(&str, &str)]) -> Vec<Vec<(u64, [f64; 3])>> {
    let overrides = [overrides, &[("pace", pace)]].concat();
    let mut run = LiveRun::start(scenario("saturated", &overrides), false);
    run.until_state(&RunState::Finished);
    let points = |arm: &crate::telemetry::ArmProgress| {
        arm.trajectory.points().iter().map(|point| (point.step, point.at)).collect()
    };
    run.history.arms.iter().map(points).collect()
}

#[test]
fn the_trajectory_of_a_neuron_is_the_same_at_every_pace() {
    let short = [("epochs", "60")];
    let expected = trajectories("max", &short);
    assert_eq!(expected[0].len(), 61);
    assert_eq!(expected[0][0], (0, [2.0, 0.0, 2.0]));
    assert_eq!(trajectories("1000", &short), expected);
    for long in [&[("epochs", "5000")][..], &[("epochs", "5000"), ("evaluate", "0")]] {
        let trajectory = trajectories("max", long);
        assert_eq!(trajectory, trajectories("max", &[("epochs", "5000"), ("evaluate", "7")]));
        assert!(trajectory.iter().all(|arm| arm.len() <= 512 && arm.len() > 256));
        assert!(trajectory[0].windows(2).all(|pair| pair[1].0 - pair[0].0 == 16));
    }
}

#[test]
fn all_arms_start_from_a_chosen_start_and_keep_their_settings() {
    let mut run = LiveRun::start(scenario("saturated", &[("pace", "max")]), true);
    run.until("a start", |history, _| history.facts.is_some());
    run.source.send(Command::Set(Setting::Eta { arm: 0, eta: 0.3 }));
    run.source.send(Command::StartAt { weights: vec![0.6], bias: 0.9 });
    let is_there = |history: &History| {
        history.arms[0].trajectory.points().first().is_some_and(|first| first.at[0] == 0.6)
    };
    run.until("the chosen start", |history, _| is_there(history));
    assert_eq!((run.history.step, &run.history.state), (0, &RunState::Paused), "it stays paused");
    run.source.send(Command::Toggle);
    run.until_state(&RunState::Finished);
    for arm in &run.history.arms {
        assert_eq!(arm.trajectory.points()[0].at, [0.6, 0.0, 0.9]);
        assert_eq!(arm.trajectory.newest().map(|newest| newest.step), Some(300));
    }
    assert_eq!(run.history.arms[0].eta, 0.3);
    run.source.send(Command::Reset);
    run.until("a reset", |history, _| history.step == 0);
    assert_eq!(run.history.arms[0].trajectory.points()[0].at, [0.6, 0.0, 0.9]);
    run.source.send(Command::StartAt { weights: vec![0.6, 1.0], bias: 0.9 });
    run.until("a refusal", |_, notices| {
        notices.iter().any(|notice| matches!(notice, Notice::Refused(_)))
    });
}

#[test]
fn the_surface_is_sent_while_it_is_requested() {
    use crate::telemetry::{SurfaceRequest, Window};
    let window = Window { across: (-2.0, 2.0), up: (-1.0, 1.0) };
    for name in ["saturated", "xor"] {
        let mut run = LiveRun::start(scenario(name, &[("epochs", "3")]), false);
        run.until_state(&RunState::Finished);
        let request = SurfaceRequest { window, points: (40, 20) };
        run.source.send(Command::Explain(Some(Question::Surface(request))));
        let surface = loop {
            run.woken.recv_timeout(PATIENCE).expect("the surface is sent");
            match run.source.answer() {
                Some(Answer::Surface(surface)) if surface.points == request.points => {
                    break surface;
                }
                _ => {}
            }
        };
        assert_eq!((surface.request, surface.arms.len()), (request, 2));
        assert_eq!(surface.step, run.history.step);
        assert_eq!(surface.arms[0].trajectory.is_empty(), name == "saturated");
    }
}

fn explain(request: EquationRequest) -> Command {
    Command::Explain(Some(Question::Equation(request)))
}

#[test]
fn a_paused_run_is_explained_again_after_each_step() {
    let mut run = LiveRun::start(scenario("and", &[]), true);
    run.source.send(explain(EquationRequest { input: 1, row: 2, ..EquationRequest::default() }));
    let first = run.until_explained("the start", |equation| equation.step == 0);
    assert_eq!((first.rows, first.examples, first.arms.len()), (4, 4, 2));
    assert!((first.arms[1].weight.mean - 0.048_779).abs() < 1e-6);
    assert!(first.arms.iter().all(|arm| arm.step_effect.is_none() && arm.row == 2));

    run.source.send(Command::Step);
    let second = run.until_explained("a step", |equation| equation.step == 1);
    for (arm, before) in second.arms.iter().zip(&first.arms) {
        let step_effect = arm.step_effect.expect("a single step was requested");
        assert_eq!((step_effect.chosen, step_effect.b), (before.chosen, before.b));
        assert!((step_effect.gradient - before.weight.mean).abs() < 1e-15);
    }
    run.source.send(explain(EquationRequest::default()));
    run.until_explained("another weight", |equation| equation.arms[0].input.0 == 0);
}

#[test]
fn a_running_run_is_explained_repeatedly_and_a_new_one_from_its_start() {
    let overrides = [("epochs", "1000000000"), ("pace", "max")];
    let mut run = LiveRun::start(scenario("xor", &overrides), false);
    run.source.send(explain(EquationRequest { neuron: 2, ..EquationRequest::default() }));
    let first = run.until_explained("the run", |_| true);
    let later = run.until_explained("the run, later", |equation| equation.step > first.step);
    assert_eq!(first.arms[0].neuron, (2, 4));

    run.source.send(Command::Toggle);
    run.until_state(&RunState::Paused);
    let step = run.history.step;
    // The run may have paused at the step that was explained last.
    if later.step != step {
        run.until_explained("the current step", |equation| equation.step == step);
    }
    run.history.facts = None;
    run.source.send(Command::Reset);
    run.until("a new start", |history, _| history.facts.is_some());
    run.source.send(explain(EquationRequest::default()));
    run.until_explained("the new start", |equation| equation.step == 0);
}

#[test]
fn questions_change_no_number_of_a_run() {
    for (name, pace) in [("xor", "max"), ("and", "1000")] {
        let scenario = scenario(name, &[("epochs", "40"), ("pace", pace)]);
        let expected = trained(&scenario);
        let mut run = LiveRun::start(scenario, false);
        let mut request = EquationRequest { whole_layer: true, ..EquationRequest::default() };
        while run.history.state != RunState::Finished {
            // The request is another weight each time; an input that does not exist selects the nearest
            // one.
            request.input = (request.input + 1) % 3;
            request.row = (request.row + 1) % 4;
            run.source.send(explain(request));
            run.until_explained("a weight", |_| true);
        }
        assert_eq!(run.saved_weights(), expected, "{name}");
    }
}

#[test]
fn a_change_that_affects_no_number_does_not_restart_the_run() {
    let mut run =
        LiveRun::start(scenario("saturated", &[("epochs", "1000000"), ("pace", "200")]), false);
    run.until("some steps", |history, _| history.step > 20);
    for (key, value) in
        [("title", "Mine"), ("summary", "It is mine."), ("evaluate", "2"), ("training.batch", "1")]
    {
        run.source.send(set(key, value));
    }
    run.source.send(Command::Toggle);
    run.until_state(&RunState::Paused);
    assert!(run.history.step > 20, "{}", run.history.step);
    let facts = run.history.facts.clone().expect("a run");
    assert_eq!((facts.title.as_str(), facts.summary.as_str()), ("Mine", "It is mine."));
    let remarks: Vec<_> = run.notices.iter().collect();
    let same = Notice::Remark("training.batch is 1 already".to_owned());
    assert!(remarks.contains(&&same), "{remarks:?}");
    let checkpoint = run.checkpoint();
    for line in ["title   = \"Mine\"", "evaluate = 2"] {
        assert!(checkpoint.scenario.contains(line), "{}", checkpoint.scenario);
    }
}

#[test]
fn a_change_that_requires_a_restart_reports_the_last_epoch() {
    let mut run = LiveRun::start(scenario("saturated", &[("pace", "max")]), false);
    run.until_state(&RunState::Finished);
    send(&mut run, set("training.lambda", "0.01"), 1);
    let expected = "λ = 0.01, from the start (was at epoch 300)";
    assert_eq!(run.notices, [Notice::Remark(expected.to_owned())]);
    run.source.send(Command::Toggle);
    run.until_state(&RunState::Paused);
}
