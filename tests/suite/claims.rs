//! Every sentence on the screen is a claim. Here all built-in scenarios run, every view is read in many
//! states, and each sentence is compared with the numbers of the run, by code that shares nothing with the
//! code of the sentences. A sentence that no pattern below knows fails the test.

mod data;
mod duel;
mod run;
mod until;
mod views;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use xentviz::testing::app::{App, Effect, Message};
use xentviz::testing::canvas::Appearance;
use xentviz::testing::scenario::{Override, Scenario, catalogue, entries, find};
use xentviz::testing::source::{LiveSource, RunModels, RunRecording, RunSetup, Source};
use xentviz::testing::telemetry::{
    Answer, ArmProgress, Command, EtaMode, Question, RunState, Setting, UntilState,
};
use xentviz::testing::ui;
use xentviz::testing::views::Tab;

use crate::claims::data::data;
use crate::claims::duel::duel;
use crate::claims::run::Run;
use crate::claims::until::until;
use crate::claims::views::{equation, surface, weights};

const SIZES: [(u16, u16); 4] = [(60, 16), (80, 24), (120, 40), (200, 60)];

/// A live run with its dashboard.
pub(crate) struct Watched {
    pub(crate) app: App,
    pub(crate) source: Box<dyn Source>,
    woken: Receiver<()>,
}

impl Watched {
    pub(crate) fn start(text: &str, name: &str, changes: &[Override]) -> Self {
        let scenario = Scenario::read(text, name, changes).expect("it can be read");
        let (wake, woken) = channel();
        let setup = RunSetup {
            scenario,
            paused: true,
            find: Arc::new(|name: &str| Err(name.to_owned())),
            open: Arc::new(|_: &Path| Err(io::Error::from(io::ErrorKind::NotFound))),
            memory: Arc::new(|| None),
            time_memory: None,
            models: RunModels::default(),
            recording: RunRecording::default(),
        };
        let source = LiveSource::start(setup, Box::new(move || wake.send(()).unwrap_or_default()))
            .expect("a thread can be started");
        let app = App::new(Appearance::default(), entries());
        let mut watched = Self { app, source: Box::new(source), woken };
        watched.update(Message::Resized(ui::body(Rect::new(0, 0, 200, 60))));
        watched.until("a run", |app| app.shared.history.facts.is_some());
        watched
    }

    pub(crate) fn update(&mut self, message: Message) {
        for effect in self.app.update(message) {
            if let Effect::Send(command) = effect {
                assert!(self.source.send(command), "the run accepts a command");
            }
        }
    }

    pub(crate) fn until(&mut self, what: &str, is_met: impl Fn(&App) -> bool) {
        while !is_met(&self.app) {
            self.source.request_events();
            let woken = self.woken.recv_timeout(Duration::from_secs(60));
            assert!(woken.is_ok(), "{what} never comes");
            self.update(Message::Received(self.source.take()));
            if let Some(answer) = self.source.answer() {
                self.update(Message::Explained(answer));
            }
        }
    }

    /// Trains to the end of the epoch, until everything about it is known.
    pub(crate) fn epoch(&mut self) {
        let before = self.app.shared.history.step;
        assert!(self.source.send(Command::Epoch));
        self.until("an epoch", |app| {
            let history = &app.shared.history;
            let is_idle = matches!(history.state, RunState::Paused | RunState::Finished);
            let is_evaluated = |arm: &ArmProgress| {
                let step = arm.evaluation.as_ref().map(|evaluation| evaluation.step);
                arm.diverged.is_some() || step == Some(history.step)
            };
            (is_idle && history.step > before && history.arms.iter().all(is_evaluated))
                || history.state == RunState::Stopped
        });
    }

    /// Opens a view, and waits for what it asks.
    pub(crate) fn open(&mut self, tab: usize) {
        self.press(char::from(b'1' + tab as u8));
    }

    /// Turns to the next page of the open view, and waits for what it asks.
    fn turn(&mut self) {
        self.press('w');
    }

    /// Presses a key, and waits for what the open view then asks.
    fn press(&mut self, key: char) {
        self.update(Message::Key(KeyEvent::from(KeyCode::Char(key))));
        self.until("an answer", |app| {
            let step = app.shared.history.step;
            match (app.tab, &app.shared.answer) {
                (Tab::Equation, Some(Answer::Equation(equation))) => equation.step == step,
                (Tab::Weights, _) => {
                    app.shared.history.weights.as_ref().is_some_and(|weights| weights.step == step)
                }
                (Tab::Surface, None) => step == 0,
                // The Weights view asks for fields, too.
                (Tab::Data, Some(Answer::Fields(fields))) => {
                    let asked = Some(Question::Fields(fields.request));
                    app.question == asked && fields.step == step && fields.is_last
                }
                (Tab::Data, Some(Answer::Examples(listed))) => {
                    app.question == Some(Question::Examples(listed.request)) && listed.step == step
                }
                (Tab::Data, Some(Answer::Picture(picture))) => {
                    let asked = Some(Question::Picture(picture.request.clone()));
                    app.question == asked && picture.step == step
                }
                (Tab::Data, Some(Answer::Silencing(silencing))) => {
                    let asked = Some(Question::Silencing(silencing.request));
                    app.question == asked && silencing.step == step
                }
                (Tab::Equation | Tab::Data, _) => false,
                _ => true,
            }
        });
    }
}

/// Returns a comparison without what it says of the rates, and whether that is true and not missing.
fn without_rates(run: &Run<'_>, sentence: &str) -> (String, bool) {
    let history = &run.app.shared.history;
    let etas: Vec<f64> = history.arms.iter().map(|arm| arm.eta).collect();
    let differ = etas.iter().any(|eta| *eta != etas[0]);
    let of_rates = |(_, rates): &(&str, &str)| rates.starts_with("at ") || rates.contains("η ");
    let Some((rest, rates)) = sentence.rsplit_once(", ").filter(of_rates) else {
        let compares = ["½ reached: ", "Level"].iter().any(|begin| sentence.starts_with(begin));
        let is_calibrated = history.eta_mode == EtaMode::Calibrated;
        return (sentence.to_owned(), !compares || is_calibrated || !differ);
    };
    let is_true = match run::values("at η {} against {}.", rates) {
        Some(v) => etas.iter().all(|eta| v.iter().any(|shown| run::shows(shown, *eta))),
        None => !history.marks.is_empty() || differ,
    };
    (format!("{rest}."), is_true)
}

/// Checks every sentence of the open view in this state; returns how many there are.
fn check_view(app: &App) -> usize {
    let facts = app.shared.history.facts.as_ref().expect("a run");
    let run = Run { facts, app };
    let sentences = sentences(app);
    for sentence in &sentences {
        let (comparison, has_true_rates) = without_rates(&run, sentence);
        let verdict = until(&run, sentence).or_else(|| match app.tab {
            Tab::Duel => duel(&run, &comparison).map(|is_true| is_true && has_true_rates),
            Tab::Equation => equation(&run, sentence),
            Tab::Weights => weights(&run, sentence),
            Tab::Surface => surface(&run, sentence),
            Tab::Data => data(&run, sentence),
        });
        let step = app.shared.history.step;
        let about = format!("{} after {step} steps: {sentence}", facts.name);
        assert!(verdict.unwrap_or_else(|| panic!("unknown: {about}")), "false: {about}");
    }
    for size in SIZES {
        check_headlines(app, size, &sentences);
    }
    sentences.len()
}

/// Checks the Surface view once there is a map, and once the run is an epoch further than the map.
fn check_map(watched: &mut Watched) -> usize {
    let history = &watched.app.shared.history;
    let is_plane = history.facts.as_ref().is_some_and(|facts| facts.neuron_inputs().is_none());
    if !is_plane || history.step == 0 {
        return 0;
    }
    watched.until("a map", |app| match &app.shared.answer {
        Some(Answer::Surface(surface)) => surface.has_map(),
        _ => false,
    });
    let now = check_view(&watched.app);
    let mut later = watched.app.clone();
    later.shared.history.step += later.shared.history.steps_per_epoch();
    // A run that goes on has left the step at which its condition was met.
    later.shared.history.until = UntilState::None;
    now + check_view(&later)
}

/// The most pages of the Data view.
const PAGES: usize = 4;

/// Returns the sentences of the open view.
pub(crate) fn sentences(app: &App) -> Vec<String> {
    let readout = ui::readout(app);
    readout.lines().skip(4).take_while(|line| line.ends_with('.')).map(str::to_owned).collect()
}

/// Checks that the headline of a screen consists of the view's sentences, each whole but for the first, when
/// presenting too.
fn check_headlines(app: &App, size: (u16, u16), sentences: &[String]) {
    check_headline(app, size, sentences);
    let mut app = app.clone();
    app.shared.appearance.is_presenting = true;
    check_headline(&app, size, sentences);
}

fn check_headline(app: &App, size: (u16, u16), sentences: &[String]) {
    let area = Rect::new(0, 0, size.0, size.1);
    let mut cells = Buffer::empty(area);
    ui::draw(app, area, &mut cells);
    let row = |y: u16| (0..size.0).map(|x| cells[(x, y)].symbol()).collect::<String>();
    let rows = if size.0 < 100 { 2 } else { 1 };
    // When presenting there are no tabs, and the headline has their row.
    let first = if app.shared.appearance.is_presenting { 1 } else { 2 };
    let lines: Vec<String> = (first..2 + rows).map(|y| row(y).trim().to_owned()).collect();
    let mut rest = lines.join(" ").trim().to_owned();
    for (place, sentence) in sentences.iter().enumerate() {
        if let Some(left) = rest.strip_prefix(sentence.as_str()) {
            rest = left.trim_start().to_owned();
        } else if place == 0 && rest.ends_with('…') {
            let words = rest.trim_end_matches('…').trim_end();
            assert!(sentence.starts_with(words), "{size:?}: {rest:?} of {sentence:?}");
            return;
        }
    }
    assert!(rest.is_empty(), "{size:?}: {rest:?} is no sentence of {sentences:?}");
}

/// Checks every sentence of every view in this state; returns how many there are.
pub(crate) fn check(watched: &mut Watched) -> usize {
    let mut checked = 0;
    for tab in 0..Tab::ALL.len() {
        watched.open(tab);
        checked += check_view(&watched.app);
        match watched.app.tab {
            Tab::Surface => checked += check_map(watched),
            Tab::Data => {
                let first = watched.app.question.clone();
                for _ in 0..PAGES {
                    watched.turn();
                    if watched.app.question == first {
                        break;
                    }
                    checked += check_view(&watched.app);
                }
                assert_eq!(watched.app.question, first, "the pages go round");
            }
            Tab::Duel | Tab::Equation | Tab::Weights => {}
        }
    }
    checked
}

/// Runs a scenario with these changes; returns how many states and sentences were checked.
fn check_run(name: &str, changes: &[(&str, &str)]) -> (usize, usize) {
    let text = find(name).expect("it is built in").text;
    let mut overrides = vec![Override::new("training.pace", "max", "training.pace")];
    overrides.extend(changes.iter().map(|(key, value)| Override::new(*key, *value, *key)));
    let mut watched = Watched::start(text, name, &overrides);
    watched.until("the first evaluation", |app| {
        let arms = &app.shared.history.arms;
        !arms.is_empty() && arms.iter().all(|arm| arm.evaluation.is_some())
    });
    let history = &watched.app.shared.history;
    let is_large = history.facts.as_ref().is_some_and(|facts| facts.examples > 1000);
    let epochs = history.epochs.min(if is_large { 6 } else { 240 });
    let (mut states, mut sentences) = (1, check(&mut watched));
    for epoch in 1..=epochs {
        watched.epoch();
        if epoch <= 3 || epoch % 16 == 1 || epoch == epochs {
            sentences += check(&mut watched);
            states += 1;
        }
    }
    (states, sentences)
}

/// Checks the scenarios whose network is one neuron, or the others.
fn check_all(of_neurons: bool) -> (usize, usize) {
    let mut sum = (0, 0);
    for built_in in catalogue().iter().filter(|built_in| built_in.name != "mnist") {
        let is_neuron = built_in.text.contains("layers  = [1, 1]");
        if is_neuron == of_neurons {
            let (states, sentences) = check_run(built_in.name, &[]);
            sum = (sum.0 + states, sum.1 + sentences);
        }
    }
    sum
}

#[test]
fn every_sentence_on_a_neuron_is_true() {
    let mut sum = check_all(true);
    for name in ["saturated", "mild"] {
        let (states, sentences) = check_run(name, &[("data.targets", "[[0.35]]")]);
        sum = (sum.0 + states, sum.1 + sentences);
    }
    // Several examples, two inputs, stepped by the book's rule.
    let several = [("arm.cross-entropy.cost", "book-rule"), ("arm.cross-entropy.eta", "0.005")];
    check_run("and", &several);
    assert!(sum.0 > 80 && sum.1 > 500, "{sum:?}");
}

#[test]
fn every_sentence_on_a_network_is_true() {
    let sum = check_all(false);
    assert!(sum.0 > 60 && sum.1 > 400, "{sum:?}");
}

#[test]
fn every_sentence_on_calibrated_rates_is_true() {
    for name in ["mild", "and"] {
        let text = find(name).expect("it is built in").text;
        let pace = Override::new("training.pace", "max", "training.pace");
        let mut watched = Watched::start(text, name, &[pace]);
        let mode = Setting::EtaMode { mode: EtaMode::Calibrated, arm: 0 };
        assert!(watched.source.send(Command::Set(mode)));
        watched.until("calibrated rates", |app| app.shared.history.eta_mode == EtaMode::Calibrated);
        for _ in 0..4 {
            watched.epoch();
            check(&mut watched);
            watched.open(0);
            let shown = sentences(&watched.app);
            let is_origin = |sentence: &String| {
                sentence.starts_with("Cross-entropy’s gradients are larger; 0.2111")
            };
            assert!(shown.iter().any(is_origin), "{name}: {shown:?}");
        }
    }
}

#[test]
fn the_check_of_the_books_rule_never_calls_it_the_gradient() {
    let name = "book-animation";
    let text = find(name).expect("it is built in").text;
    let pace = Override::new("training.pace", "max", "training.pace");
    let mut watched = Watched::start(text, name, &[pace]);
    watched.open(1);
    let arm = watched.app.shared.history.facts.as_ref().expect("a run").arms.len() - 1;
    while watched.app.shared.arm != arm {
        watched.update(Message::Key(KeyEvent::from(KeyCode::Tab)));
    }
    watched.update(Message::Key(KeyEvent::from(KeyCode::Char('n'))));
    let checks = |app: &App| match &app.shared.answer {
        Some(Answer::Equation(equation)) => equation.arms[arm].layer_check.is_some(),
        _ => false,
    };
    for epoch in 0..100 {
        watched.until("the check of the layer", checks);
        let area = Rect::new(0, 0, 120, 40);
        let mut cells = Buffer::empty(area);
        ui::draw(&watched.app, area, &mut cells);
        let screen: String = cells.content.iter().map(Cell::symbol).collect();
        assert!(screen.contains("not the gradient"), "{epoch}: {screen}");
        assert!(!screen.contains('✓'), "{epoch}: {screen}");
        // The nudge finds the gradient, which here is a.
        let Some(Answer::Equation(equation)) = &watched.app.shared.answer else { unreachable!() };
        let explained = &equation.arms[arm];
        let a = explained.visible_rows[0].a;
        assert!((explained.nudge.quotient - a).abs() < 1e-8, "{epoch}");
        assert!((explained.weight.mean * (1.0 - a) - 1.0).abs() < 1e-9, "{epoch}");
        watched.epoch();
        let step = watched.app.shared.history.step;
        watched.until("an answer", |app| {
            matches!(&app.shared.answer, Some(Answer::Equation(equation)) if equation.step == step)
        });
    }
}
