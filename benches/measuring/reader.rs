//! A live run and its reader, which measures how fast the run trains while it is read.
#![allow(dead_code, reason = "each of the benchmarks that share this file uses a part of it")]

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use xentviz::testing::scenario::Scenario;
use xentviz::testing::source::{LiveSource, RunModels, RunRecording, RunSetup, Source};
use xentviz::testing::telemetry::{Answer, Command, Event, Question};

use crate::workloads::open;

/// The length of a turn.
const TURN: Duration = Duration::from_millis(400);

/// The longest time the run may take to answer, loading included.
const PATIENCE: Duration = Duration::from_secs(60);

/// The rate at which a reader requests events.
#[derive(Clone, Copy)]
pub(crate) enum RequestRate {
    Never,
    /// This many times a second.
    Rate(f64),
    /// As soon as the last answer has arrived, which shows the cost of one group of them best.
    Always,
}

/// A live run and its reader.
pub(crate) struct Reader {
    source: Box<dyn Source>,
    woken: Receiver<()>,
    examples_per_step: f64,
}

/// The result of a turn.
pub(crate) struct FrameRound {
    /// Examples per second.
    pub(crate) rate: f64,
    /// Groups of events per second.
    pub(crate) groups: f64,
    /// Answers to the question per second.
    pub(crate) answers: f64,
}

impl Reader {
    /// Starts a run.
    pub(crate) fn start(scenario: &Scenario) -> Self {
        Self::start_with(scenario, RunRecording::default())
    }

    /// Starts a run that is recorded.
    pub(crate) fn start_with(scenario: &Scenario, recording: RunRecording) -> Self {
        let (wake, woken) = sync_channel(1);
        let beginning = RunSetup {
            scenario: scenario.clone(),
            paused: false,
            find: Arc::new(|name| Err(format!("there is no {name}"))),
            open: Arc::new(open),
            memory: Arc::new(|| None),
            time_memory: None,
            models: RunModels::default(),
            recording,
        };
        let wake = Box::new(move || {
            // A reader that is already awake need not be woken again.
            let _ = wake.try_send(());
        });
        let source = LiveSource::start(beginning, wake).expect("a thread can be started");
        Self { source: Box::new(source), woken, examples_per_step: scenario.training.batch as f64 }
    }

    /// Requests the next events and returns them.
    pub(crate) fn take_events(&self) -> Vec<Event> {
        self.source.request_events();
        loop {
            self.woken.recv_timeout(PATIENCE).expect("a run answers a request");
            let events = self.source.take();
            if !events.is_empty() {
                return events;
            }
        }
    }

    /// Requests the next events and returns the number of steps done.
    pub(crate) fn step(&self) -> u64 {
        let status = self.take_events().pop();
        match status {
            Some(Event::Stands(status)) => status.step,
            _ => 0,
        }
    }

    /// Sets the question of the run.
    pub(crate) fn explain(&self, question: Option<Question>) {
        self.send(Command::Explain(question));
    }

    /// Sends a command to the run.
    pub(crate) fn send(&self, command: Command) {
        self.source.send(command);
    }

    /// Returns the newest answer, if it has not been taken yet.
    pub(crate) fn answer(&self) -> Option<Answer> {
        self.source.answer()
    }

    /// Lets the run train, or pause.
    pub(crate) fn toggle(&self) {
        self.send(Command::Toggle);
    }

    /// Reads for one turn at the rate of a screen; returns examples per second.
    pub(crate) fn read(&self) -> f64 {
        self.turn(RequestRate::Rate(30.0)).rate
    }

    /// Reads for one turn at the given rate.
    pub(crate) fn turn(&self, asking: RequestRate) -> FrameRound {
        let (began, first) = (Instant::now(), self.step());
        let (mut groups, mut answers) = (0.0, 0.0);
        while began.elapsed() < TURN {
            let due = match asking {
                RequestRate::Never => TURN,
                RequestRate::Rate(rate) => Duration::from_secs_f64((groups + 1.0) / rate).min(TURN),
                RequestRate::Always => Duration::ZERO,
            };
            answers += self.wait_until(began + due);
            if !matches!(asking, RequestRate::Never) && began.elapsed() < TURN {
                self.take_events();
                groups += 1.0;
            }
        }
        let steps = self.step() - first;
        let seconds = began.elapsed().as_secs_f64();
        FrameRound {
            rate: steps as f64 * self.examples_per_step / seconds,
            groups: groups / seconds,
            answers: answers / seconds,
        }
    }

    /// Waits, and returns the number of answers that arrived. Events that arrive unrequested are dropped.
    fn wait_until(&self, until: Instant) -> f64 {
        let mut answers = 0.0;
        loop {
            // An answer may have arrived with the events that were requested last.
            answers += f64::from(u8::from(self.source.answer().is_some()));
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || self.woken.recv_timeout(left).is_err() {
                return answers;
            }
            drop(self.source.take());
        }
    }
}
