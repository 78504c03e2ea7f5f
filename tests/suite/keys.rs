//! The dashboard from the outside: the effects of each key, and of the replies of the run.

mod commands;
mod equation;
mod everywhere;
mod invariants;
mod surface;
mod weights;

use std::sync::Arc;

use crate::fixtures::Update;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use xentviz::testing::app::{App, Effect, Message, Overlay, Prompt};
use xentviz::testing::canvas::Appearance;
use xentviz::testing::nn::{Activation, Cost, Output};
use xentviz::testing::scenario::entries;
use xentviz::testing::telemetry::{
    ArmFacts, ArmProgress, Catalogue, Clock, Command, Notice, Pace, RunFacts, RunState,
    ScenarioEntry, Setting,
};

fn arm(name: &str, cost: Cost, sizes: &[usize]) -> ArmFacts {
    ArmFacts {
        name: name.to_owned(),
        cost,
        sizes: sizes.to_vec(),
        hidden: Activation::Sigmoid,
        output: Output::Sigmoid,
        lambda: 0.0,
        start: "given".to_owned(),
    }
}

/// Returns the first update of a run of these arms, each with η = 0.15.
fn first_update(arms: Vec<ArmFacts>, picture: Option<(usize, usize)>) -> Update {
    let progress = ArmProgress { eta: 0.15, ..ArmProgress::default() };
    Update {
        arms: vec![progress; arms.len()],
        begins: Some(Arc::new(RunFacts {
            name: "saturated".to_owned(),
            clock: Clock::constant(1),
            picture,
            arms,
            ..RunFacts::default()
        })),
        state: RunState::Paused,
        epochs: 300,
        pace: Pace::Epochs(30.0),
        ..Update::default()
    }
}

fn both_costs(sizes: &[usize]) -> Vec<ArmFacts> {
    vec![arm("quadratic", Cost::Quadratic, sizes), arm("cross-entropy", Cost::CrossEntropy, sizes)]
}

fn entry(name: &str, title: &str) -> ScenarioEntry {
    let (name, title) = (name.to_owned(), title.to_owned());
    ScenarioEntry { summary: format!("shows {title}"), name, title }
}

/// Returns a dashboard before its first update.
fn empty() -> App {
    let scenarios = vec![
        entry("saturated", "a saturated neuron"),
        entry("digits", "ten digits"),
        entry("dead-digits", "whole digits are never learned"),
    ];
    let mut app = App::new(Appearance::default(), Catalogue { scenarios, keys: entries().keys });
    // So that the tests choose what is selected.
    app.views.equation.was_open = true;
    app
}

/// Returns a dashboard of two arms with these layers.
fn duel(sizes: &[usize]) -> App {
    let mut app = empty();
    apply(&mut app, first_update(both_costs(sizes), None));
    app
}

fn apply(app: &mut App, update: Update) -> Vec<Effect> {
    app.update(Message::Received(update.events()))
}

/// Returns the next update of the run, with η as given for each arm.
fn next_update(etas: &[f64], notices: Vec<Notice>) -> Update {
    let arms = etas.iter().map(|eta| ArmProgress { eta: *eta, ..ArmProgress::default() }).collect();
    Update { arms, notices, pace: Pace::Epochs(30.0), epochs: 300, ..Update::default() }
}

fn press_with(app: &mut App, code: KeyCode, modifiers: KeyModifiers) -> Vec<Effect> {
    app.update(Message::Key(KeyEvent::new(code, modifiers)))
}

fn press(app: &mut App, code: KeyCode) -> Vec<Effect> {
    press_with(app, code, KeyModifiers::NONE)
}

fn ctrl(app: &mut App, c: char) -> Vec<Effect> {
    press_with(app, KeyCode::Char(c), KeyModifiers::CONTROL)
}

/// Presses the keys that type a text.
fn keys(app: &mut App, text: &str) -> Vec<Effect> {
    text.chars().flat_map(|c| press(app, KeyCode::Char(c))).collect()
}

/// Types a line after `:` and submits it.
fn command(app: &mut App, line: &str) -> Vec<Effect> {
    keys(app, ":");
    keys(app, line);
    press(app, KeyCode::Enter)
}

fn prompt(app: &App) -> &Prompt {
    match &app.overlay {
        Some(Overlay::Prompt(prompt)) => prompt,
        other => panic!("no prompt but {other:?}"),
    }
}

fn sends(command: Command) -> Vec<Effect> {
    vec![Effect::Send(command)]
}

fn sets_eta(arm: usize, eta: f64) -> Vec<Effect> {
    sends(Command::Set(Setting::Eta { arm, eta }))
}

fn set_key(key: &str, value: &str) -> Vec<Effect> {
    sends(Command::SetKey { key: key.to_owned(), value: value.to_owned() })
}
