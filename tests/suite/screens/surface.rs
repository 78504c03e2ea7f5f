//! The Surface view of built-in scenarios: each is actually run, and its surface computed.
#![allow(dead_code, reason = "each of the crates that share this file uses a part of it")]

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::fixtures::Update;
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use xentviz::testing::app::{App, Message};
use xentviz::testing::experiment::{Experiment, load};
use xentviz::testing::explain::{self, AnswerStream, ParameterSnapshot, RefinementDepth, Snapshot};
use xentviz::testing::scenario::{Scenario, find};
use xentviz::testing::telemetry::{Answer, ArmProgress, Question, RunState};

use crate::fixtures;

/// The inputs of a surface: the current state of a run, and its parameters after earlier steps.
struct SurfaceInputs {
    now: Snapshot,
    frames: Vec<Arc<ParameterSnapshot>>,
    /// The number of answers that the view receives to each question.
    answers: usize,
}

/// Returns the Surface view of a scenario after `steps` steps, on a screen of this size, with these
/// keys typed (a line break is `enter`).
pub(crate) fn surface(name: &str, steps: u64, keys: &str, size: (u16, u16)) -> App {
    opened('4', name, steps, keys, size)
}

/// Returns the view of a key, in the same way. `name` is that of a built-in scenario, or the text of one.
pub(crate) fn opened(view: char, name: &str, steps: u64, keys: &str, size: (u16, u16)) -> App {
    let (mut app, inputs) = prepared(name, steps);
    for key in std::iter::once(view).chain(keys.chars()) {
        let code = if key == '\n' { KeyCode::Enter } else { KeyCode::Char(key) };
        app.update(Message::Key(KeyEvent::from(code)));
        explain(&mut app, &inputs, size);
    }
    app
}

/// Returns the Surface view of a scenario after `steps` steps, when only so many answers have been
/// received.
pub(crate) fn early(name: &str, steps: u64, answers: usize, size: (u16, u16)) -> App {
    let (mut app, inputs) = prepared(name, steps);
    app.update(Message::Key(KeyEvent::from(KeyCode::Char('4'))));
    explain(&mut app, &SurfaceInputs { answers, ..inputs }, size);
    app
}

/// Returns the dashboard of a scenario after `steps` steps, and the inputs of its surface.
fn prepared(name: &str, steps: u64) -> (App, SurfaceInputs) {
    let text = find(name).map_or(name, |entry| entry.text);
    let scenario = Scenario::read(text, name, &[]).expect("a scenario");
    let open = |_: &Path| unreachable!("it needs no file");
    let data = load(&scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data");
    let mut run = Experiment::new(&scenario, Arc::new(data)).expect("an experiment");
    let arms = scenario.arms.len();
    let etas = run.etas().to_vec();
    let mut progress: Vec<ArmProgress> =
        etas.iter().map(|eta| ArmProgress { eta: *eta, ..ArmProgress::default() }).collect();
    let mut frames: Vec<Arc<ParameterSnapshot>> = Vec::new();
    loop {
        let step = run.step();
        for (arm, progress) in progress.iter_mut().enumerate() {
            if let Some(at) = run.neuron(arm) {
                progress.trajectory.push(step, at);
            }
        }
        let is_new = frames.last().is_none_or(|last| last.step < step);
        if is_new && step.is_multiple_of((steps / 12).max(1)) {
            let mut numbers = vec![Vec::new(); arms];
            numbers.iter_mut().enumerate().for_each(|(arm, numbers)| run.flatten(arm, numbers));
            frames.push(Arc::new(ParameterSnapshot::new(step, numbers)));
        }
        if step >= steps {
            break;
        }
        run.advance(1, &mut ());
    }
    let inputs = SurfaceInputs { now: fixtures::snapshot(&mut run), frames, answers: usize::MAX };
    let app = fixtures::with_update(Update {
        begins: Some(Arc::new(run.facts())),
        state: RunState::Paused,
        step: steps,
        epochs: run.epochs(),
        pace: scenario.training.pace,
        arms: progress,
        ..Update::default()
    });
    (app, inputs)
}

/// Answers the question of the view on a screen of this size.
fn explain(app: &mut App, inputs: &SurfaceInputs, (width, height): (u16, u16)) {
    let body = xentviz::testing::ui::body(Rect::new(0, 0, width, height));
    app.update(Message::Resized(body));
    let mut answers = Vec::new();
    match &app.question {
        Some(Question::Surface(request)) => {
            let report = &mut |surface| answers.push(Answer::Surface(Arc::new(surface)));
            let depth = RefinementDepth::Finest;
            let stream = AnswerStream { keep_going: &|| true, depth, report };
            explain::surface(&inputs.now, &inputs.frames, request, stream);
        }
        Some(Question::Atlas(request)) => {
            let report = &mut |atlas: &xentviz::testing::telemetry::Atlas| {
                answers.push(Answer::Atlas(Arc::new(atlas.clone())));
            };
            explain::atlas(&inputs.now, request, &AtomicBool::new(false), report);
        }
        Some(Question::Equation(request)) => {
            let equation = explain::equation(&inputs.now, None, request, &AtomicBool::new(false));
            answers.extend(equation.map(|equation| Answer::Equation(Arc::new(equation))));
        }
        Some(Question::Fields(request)) => {
            let report = &mut |fields| answers.push(Answer::Fields(Arc::new(fields)));
            let depth = RefinementDepth::Finest;
            let stream = AnswerStream { keep_going: &|| true, depth, report };
            if let Some(plane) = explain::InputPlane::of(&inputs.now.data, request.axes) {
                plane.fields(&inputs.now, &inputs.frames, request, stream);
            }
        }
        Some(Question::Examples(request)) => {
            let scores = explain::Scores::of(&inputs.now, request.set, &|| true);
            answers.extend(scores.map(|scores| Answer::Examples(Arc::new(scores.list(request)))));
        }
        _ => {}
    }
    for answer in answers.into_iter().take(inputs.answers) {
        app.update(Message::Explained(answer));
    }
}
