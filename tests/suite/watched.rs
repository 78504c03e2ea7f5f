//! A source that is no trainer: the log of another one, as JSON Lines. It has readings, and neither costs nor
//! networks nor data, and the dashboard shows it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::{Map, Value};
use xentviz::testing::app::{App, Effect, Message};
use xentviz::testing::canvas::Appearance;
use xentviz::testing::math::sin;
use xentviz::testing::scenario::entries;
use xentviz::testing::source::{Checkpointer, Source};
use xentviz::testing::telemetry::{
    Abilities, Answer, ArmProgress, Channel, ChannelFacts, Clock, Command, Event, ReadingRate,
    RunFacts, RunState, RunStatus,
};
use xentviz::testing::ui;

/// The log of a trainer: `{"run": "small", "step": 10, "loss": 0.7}`, where every other key is a channel.
#[derive(Default)]
struct JsonLines {
    lines: RefCell<Vec<String>>,
    /// The number of lines that have been read.
    read: Cell<usize>,
    facts: RefCell<RunFacts>,
}

/// A line of the log.
struct Row {
    arm: usize,
    step: u64,
    readings: Vec<(Channel, f64)>,
}

impl JsonLines {
    fn new() -> Self {
        let facts = RunFacts {
            name: "train.jsonl".to_owned(),
            title: "a language model".to_owned(),
            data: "train.jsonl".to_owned(),
            clock: Clock::of_steps(),
            abilities: Abilities { trains: false, explains: false },
            ..RunFacts::default()
        };
        Self { facts: RefCell::new(facts), ..Self::default() }
    }

    /// Appends a line to the log.
    fn write(&self, line: String) {
        self.lines.borrow_mut().push(line);
    }

    /// Reads a line; lists the network and the channels that are new.
    fn row(&self, line: &str) -> Option<Row> {
        let row: Map<String, Value> = serde_json::from_str(line).ok()?;
        let step = row.get("step")?.as_u64()?;
        let name = row.get("run")?.as_str()?;
        let mut facts = self.facts.borrow_mut();
        let arm = facts.watched.iter().position(|run| run == name).unwrap_or_else(|| {
            facts.watched.push(name.to_owned());
            facts.watched.len() - 1
        });
        let mut readings = Vec::new();
        for (name, value) in row.iter().filter(|(name, _)| *name != "step") {
            let Some(value) = value.as_f64() else { continue };
            if facts.channel(name).is_none() {
                let (name, unit) = (name.clone(), String::new());
                facts.channels.push(ChannelFacts { name, unit, rate: ReadingRate::Step });
            }
            readings.extend(facts.channel(name).map(|channel| (channel, value)));
        }
        Some(Row { arm, step, readings })
    }
}

impl Source for JsonLines {
    fn take(&self) -> Vec<Event> {
        let lines = self.lines.borrow();
        let from = self.read.replace(lines.len());
        let known = self.facts.borrow().clone();
        let mut rows: Vec<Row> = lines[from..].iter().filter_map(|line| self.row(line)).collect();
        let mut events = Vec::new();
        if *self.facts.borrow() != known {
            // Something new is listed, so that the run is sent anew.
            rows = lines.iter().filter_map(|line| self.row(line)).collect();
            events.push(Event::Began(Arc::new(self.facts.borrow().clone())));
        }
        let mut arms: BTreeMap<usize, ArmProgress> = BTreeMap::new();
        for Row { arm, step, readings } in &rows {
            let progress = arms.entry(*arm).or_default();
            for (channel, value) in readings {
                progress.readings.push(*channel, *step, *value);
            }
        }
        let Some(newest) = rows.iter().map(|row| row.step).max() else { return Vec::new() };
        let progressed = |(arm, progress)| Event::Progressed(arm, Box::new(progress));
        events.extend(arms.into_iter().map(progressed));
        let state = RunState::Running;
        let status = RunStatus { state, step: newest, newest, ..RunStatus::default() };
        events.push(Event::Stands(status));
        events
    }

    fn request_events(&self) {}

    fn send(&self, _: Command) -> bool {
        false
    }

    fn answer(&self) -> Option<Answer> {
        None
    }

    fn checkpointer(&self) -> Option<Checkpointer> {
        None
    }
}

/// Returns a log of two runs up to this step, which are 10 apart, and the dashboard that has read it.
fn watched(steps: u64) -> (JsonLines, App) {
    let source = JsonLines::new();
    for step in (0..=steps).step_by(10) {
        let loss = |rate: f64| 4.0 / (1.0 + rate * step as f64);
        let spread = sin(step as f64 / 40.0);
        source.write(format!(
            r#"{{"run": "small", "step": {step}, "loss": {}, "lr": 0.001, "spread": {spread}}}"#,
            loss(0.01)
        ));
        source.write(format!(
            r#"{{"run": "large", "step": {step}, "loss": {}, "lr": 0.0005}}"#,
            loss(0.02)
        ));
        source.write("this line is cut o".to_owned());
    }
    let mut app = App::new(Appearance::default(), entries());
    app.update(Message::Received(source.take()));
    (source, app)
}

fn screen(app: &mut App, (width, height): (u16, u16)) -> String {
    let area = Rect::new(0, 0, width, height);
    app.update(Message::Resized(ui::body(area)));
    let mut cells = Buffer::empty(area);
    ui::draw(app, area, &mut cells);
    let rows = cells.content.chunks(usize::from(width));
    let row = |cells: &[ratatui::buffer::Cell]| -> String {
        cells.iter().map(ratatui::buffer::Cell::symbol).collect()
    };
    rows.map(row).collect::<Vec<_>>().join("\n")
}

fn press(app: &mut App, code: KeyCode) -> Vec<Effect> {
    app.update(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

#[test]
fn the_log_of_another_trainer_is_drawn_as_charts_of_its_channels() {
    let (_, mut app) = watched(400);
    for size in [(80, 24), (120, 40), (200, 60)] {
        let text = screen(&mut app, size);
        for shown in ["a language model", "step 400", "loss", "small", "large", "0.8000", "0.4444"]
        {
            assert!(text.contains(shown), "{size:?}: {shown} is not in\n{text}");
        }
        if size != (80, 24) {
            assert!(text.contains("spread") && text.contains("lr"), "{text}");
        }
        // Neither a seed nor a rate nor an epoch is known.
        for absent in ["seed", "epoch", "η", "examples", "NaN"] {
            assert!(!text.contains(absent), "{size:?}: {absent} is in\n{text}");
        }
        insta::assert_snapshot!(format!("watched-{}x{}", size.0, size.1), text);
    }
}

#[test]
fn a_log_that_grows_makes_the_curves_longer_and_begins_nothing_anew() {
    let (source, mut app) = watched(400);
    assert!(source.take().is_empty());
    source.write(r#"{"run": "small", "step": 410, "loss": 0.01}"#.to_owned());
    app.update(Message::Received(source.take()));
    let history = &app.shared.history;
    let loss = history.facts.as_ref().and_then(|facts| facts.channel("loss")).expect("a channel");
    assert_eq!(history.step, 410);
    assert_eq!(history.arms[0].series(loss).newest(), Some(0.01));
    assert_eq!(history.arms[0].series(loss).buckets().first().map(|bucket| bucket.first), Some(0));
    assert!(history.ghosts.is_empty());
    // A channel that is new is a chart more, and nothing is lost.
    source.write(r#"{"run": "large", "step": 420, "grad": 3.0}"#.to_owned());
    app.update(Message::Received(source.take()));
    let history = &app.shared.history;
    assert_eq!(history.arms[0].series(loss).buckets().first().map(|bucket| bucket.first), Some(0));
    assert!(screen(&mut app, (120, 40)).contains("grad"));
}

#[test]
fn no_key_sends_a_command_to_a_source_that_takes_none_and_each_says_why() {
    let (_, mut app) = watched(100);
    let codes = " sS+-crRe<>xX".chars().map(KeyCode::Char);
    let of_time = [KeyCode::Left, KeyCode::Right, KeyCode::Home, KeyCode::End, KeyCode::Enter];
    for tab in ['1', '2', '3', '4'] {
        assert_eq!(press(&mut app, KeyCode::Char(tab)), []);
        for code in codes.clone().chain(of_time) {
            let effects = press(&mut app, code);
            assert!(!effects.iter().any(|effect| matches!(effect, Effect::Send(_))), "{code:?}");
        }
    }
    press(&mut app, KeyCode::Char(' '));
    let banner = app.banner.as_ref().map(|banner| banner.text.as_str());
    assert_eq!(banner, Some("this run is trained elsewhere: it can only be watched here"));
}

#[test]
fn the_views_that_need_a_network_say_that_there_is_none() {
    let (_, mut app) = watched(100);
    for tab in ['2', '3', '4'] {
        press(&mut app, KeyCode::Char(tab));
        let text = screen(&mut app, (80, 24));
        assert!(text.contains("Only the readings of this run are known"), "{text}");
        let readout = ui::readout(&app);
        assert!(readout.contains("Only the readings"), "{readout}");
    }
    press(&mut app, KeyCode::Char('1'));
    let readout = ui::readout(&app);
    assert!(readout.contains("small") && readout.contains("loss  2"), "{readout}");
}
