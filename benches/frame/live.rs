//! Measures how much training a live run loses to a reader: the same run, turn by turn, with and
//! without requests.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use xentviz::testing::scenario::Scenario;
use xentviz::testing::source::{LiveSource, RunModels, RunRecording, RunSetup, Source};
use xentviz::testing::telemetry::{
    Command, EquationRequest, Event, Question, WeightQuantity, WeightsRequest,
};

use crate::turns::TimeSpread;
use crate::workloads::{WorkloadCache, open, with_arms};

/// The number of turns of each request rate, and their length.
const ROUNDS: usize = 15;
const TURN: Duration = Duration::from_millis(400);

/// The longest time the run may take to answer, loading included.
const PATIENCE: Duration = Duration::from_secs(60);

/// The rate at which a reader requests events.
#[derive(Clone, Copy)]
enum RequestRate {
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
struct FrameRound {
    /// Examples per second.
    rate: f64,
    /// Groups of events per second.
    groups: f64,
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
        self.source.send(Command::Explain(question));
    }

    /// Lets the run train, or pause.
    pub(crate) fn toggle(&self) {
        self.source.send(Command::Toggle);
    }

    /// Reads for one turn at the rate of a screen; returns examples per second.
    pub(crate) fn read(&self) -> f64 {
        self.turn(RequestRate::Rate(30.0)).rate
    }

    /// Reads for one turn at the given rate.
    fn turn(&self, asking: RequestRate) -> FrameRound {
        let (began, first) = (Instant::now(), self.step());
        let mut groups = 0.0;
        while began.elapsed() < TURN {
            match asking {
                RequestRate::Never => self.wait(TURN.saturating_sub(began.elapsed())),
                RequestRate::Rate(rate) => {
                    let due = Duration::from_secs_f64((groups + 1.0) / rate);
                    self.wait(due.min(TURN).saturating_sub(began.elapsed()));
                }
                RequestRate::Always => {}
            }
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
        }
    }

    /// Waits, and drops the events that arrive unrequested.
    fn wait(&self, time: Duration) {
        match self.woken.recv_timeout(time) {
            Ok(()) => drop((self.source.take(), self.source.answer())),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
}

/// Measures W1 with one arm and with two, also in the views that request more data.
pub(crate) fn measure(workloads: &WorkloadCache) {
    println!("\n{:<44} {:>20} {:>10}", "less training while read", "least .. most", "a group");
    let keys = [("training.epochs", "1000000")];
    for (name, arms) in [("one arm", 1), ("two arms", 2)] {
        let reader = Reader::start(&with_arms(workloads.scenario("W1", &keys), arms));
        // The examples have been read and the start has been evaluated once a step is done.
        while reader.step() == 0 {}
        compare(&reader, &format!("W1, {name}, Duel"));
        let request =
            WeightsRequest { of: WeightQuantity::Value, cursor: Some((0, 1, 400)), past: true };
        reader.source.send(Command::ShowWeights(Some(request)));
        let has_weights = |event: &Event| matches!(event, Event::Weighed(_));
        while !reader.take_events().iter().any(has_weights) {}
        compare(&reader, &format!("W1, {name}, Weights"));
        reader.source.send(Command::ShowWeights(None));
        let request = EquationRequest { input: 400, ..EquationRequest::default() };
        reader.source.send(Command::Explain(Some(Question::Equation(request))));
        while reader.source.answer().is_none() {
            reader.take_events();
        }
        compare(&reader, &format!("W1, {name}, Equation"));
    }
}

fn compare(reader: &Reader, title: &str) {
    let rates = [RequestRate::Rate(30.0), RequestRate::Rate(60.0), RequestRate::Always];
    let mut lost: [Vec<f64>; 3] = Default::default();
    let mut cost: Vec<f64> = Vec::new();
    let mut often = 0.0;
    for _ in 0..ROUNDS {
        let idle = reader.turn(RequestRate::Never).rate;
        for (rate, lost) in rates.into_iter().zip(&mut lost) {
            let turn = reader.turn(rate);
            let share = 1.0 - turn.rate / idle;
            lost.push(100.0 * share);
            if matches!(rate, RequestRate::Always) {
                cost.push(share / turn.groups * 1e6);
                often = turn.groups;
            }
        }
    }
    let names = ["30/s".to_owned(), "60/s".to_owned(), format!("{often:.0}/s")];
    for (i, (lost, name)) in lost.into_iter().zip(names).enumerate() {
        let TimeSpread { median, least, most } = TimeSpread::of(lost);
        let each = if i == 2 {
            format!("{:.1} µs", TimeSpread::of(cost.clone()).median)
        } else {
            String::new()
        };
        let spread = format!("{least:.1} .. {most:.1}");
        println!("{title:<22} {name:>8} {median:>+10.2} % {spread:>20} {each:>10}");
    }
}
