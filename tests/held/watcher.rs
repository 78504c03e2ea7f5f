//! A live run and the dashboard that watches it, without a terminal between them.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use xentviz::testing::app::{App, Effect, Message};
use xentviz::testing::canvas::Appearance;
use xentviz::testing::scenario::{Override, Scenario, entries, find};
use xentviz::testing::source::{LiveSource, RunModels, RunRecording, RunSetup, Source};
use xentviz::testing::telemetry::{Command, RunState};

/// The longest time that the run may take to reply.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Watcher {
    source: Box<dyn Source>,
    woken: Receiver<()>,
    pub(crate) app: App,
}

impl Watcher {
    /// Starts a built-in scenario at full speed and without an end, paused at first. It is
    /// evaluated only now and then, because evaluating every step would take most of the time.
    pub(crate) fn of(name: &str) -> Self {
        let keys = [
            ("training.pace", "max"),
            ("training.epochs", "1000000000000"),
            ("training.evaluate", "16384"),
        ];
        let overrides = keys.map(|(key, value)| Override::new(key, value, "a run of hours"));
        let built_in = find(name).expect("it is built in");
        let scenario = Scenario::read(built_in.text, name, &overrides).expect("it reads");
        let (wake, woken) = sync_channel(1);
        let wake = Box::new(move || {
            // A watcher that is already awake need not be woken again.
            let _ = wake.try_send(());
        });
        let beginning = RunSetup {
            scenario,
            paused: true,
            find: Arc::new(|name| Err(format!("there is no {name}"))),
            open: Arc::new(|_| Err(ErrorKind::NotFound.into())),
            memory: Arc::new(|| None),
            time_memory: None,
            models: RunModels::default(),
            recording: RunRecording::default(),
        };
        let source = LiveSource::start(beginning, wake).expect("a thread can be started");
        let mut watcher = Self {
            source: Box::new(source),
            woken,
            app: App::new(Appearance::default(), entries()),
        };
        watcher.wait_for(&RunState::Paused);
        watcher
    }

    /// Watches as a screen does until the run has done this many epochs, which are its last.
    pub(crate) fn watch_to_the_end(&mut self, epochs: u64) {
        let (key, value) = ("training.epochs".to_owned(), epochs.to_string());
        self.source.send(Command::SetKey { key, value });
        self.source.send(Command::Toggle);
        self.wait_for(&RunState::Running);
        self.wait_for(&RunState::Finished);
    }

    fn wait_for(&mut self, state: &RunState) {
        while self.app.shared.history.facts.is_none() || self.app.shared.history.state != *state {
            self.receive();
        }
    }

    /// Receives and applies the next events.
    fn receive(&mut self) {
        self.source.request_events();
        let mut events = self.source.take();
        while events.is_empty() {
            self.woken.recv_timeout(PATIENCE).expect("a run replies to a request");
            events = self.source.take();
        }
        for effect in self.app.update(Message::Received(events)) {
            if let Effect::Send(command) = effect {
                self.source.send(command);
            }
        }
    }
}
