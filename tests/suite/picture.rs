//! The picture in the README is the screen that the program draws. Set `XENTVIZ_PICTURE=renew` to
//! regenerate it after the screen has changed.

mod svg;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use xentviz::testing::app::{App, Message};
use xentviz::testing::canvas::Appearance;
use xentviz::testing::scenario::{Scenario, entries, find};
use xentviz::testing::source::{LiveSource, RunModels, RunRecording, RunSetup, Source};
use xentviz::testing::telemetry::Command;
use xentviz::testing::ui;

/// The epoch at which the arms of the default scenario differ most: one has learnt, one has not.
const EPOCH: u64 = 118;

/// Returns the dashboard after `epochs` epochs of the default scenario, one step at a time.
fn dashboard_after(epochs: u64) -> App {
    let built_in = find("saturated").expect("it is built in");
    let scenario = Scenario::read(built_in.text, "saturated", &[]).expect("it can be read");
    let (wake, woken) = channel();
    let beginning = RunSetup {
        scenario,
        paused: true,
        find: Arc::new(|name: &str| Err(name.to_owned())),
        open: Arc::new(|_: &Path| Err(io::Error::from(io::ErrorKind::NotFound))),
        memory: Arc::new(|| None),
        time_memory: None,
        models: RunModels::default(),
        recording: RunRecording::default(),
    };
    let source = LiveSource::start(beginning, Box::new(move || wake.send(()).unwrap_or_default()))
        .expect("a thread can be started");
    let mut app = App::new(Appearance::default(), entries());
    let mut requested = 0;
    loop {
        woken.recv_timeout(Duration::from_secs(60)).expect("the run sends events");
        app.update(Message::Received(source.take()));
        let is_received =
            app.shared.history.facts.is_some() && app.shared.history.step == requested;
        if is_received && requested == epochs {
            return app;
        }
        if is_received {
            requested += 1;
            assert!(source.send(Command::Step), "the run accepts a step");
        }
    }
}

#[test]
fn the_picture_in_the_readme_is_what_the_program_draws() {
    let app = dashboard_after(EPOCH);
    let area = Rect::new(0, 0, 120, 40);
    let mut cells = Buffer::empty(area);
    ui::draw(&app, area, &mut cells);
    let drawn = svg::svg(&cells);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/duel.svg");
    if std::env::var("XENTVIZ_PICTURE").is_ok_and(|value| value == "renew") {
        std::fs::write(&path, drawn).expect("the picture can be written");
        return;
    }
    let kept = std::fs::read_to_string(&path).expect("assets/duel.svg is there");
    assert!(
        kept == drawn,
        "the screen has changed: XENTVIZ_PICTURE=renew cargo test --test suite picture::"
    );
}
