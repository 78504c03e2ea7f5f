//! A run on a thread of its own, told to one watcher.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use crate::experiment::Scenario;
use crate::source::mailbox::Mailbox;
use crate::source::trainer::Trainer;
use crate::telemetry::{Command, Digest};

/// Commands that may wait while the run is busy; a person cannot type more in the time of a step.
const COMMANDS: usize = 64;

/// Opens a file that a scenario names.
pub type Open = dyn Fn(&Path) -> io::Result<Box<dyn Read + Send>> + Send + Sync;

/// Finds the scenario of a name or path, or says what is wrong.
pub type Find = dyn Fn(&str) -> Result<Scenario, String> + Send + Sync;

/// How a run is to begin, and where its files are opened.
pub struct Beginning {
    /// What to run.
    pub scenario: Scenario,
    /// Whether to wait for the first command.
    pub paused: bool,
    /// Finds a scenario by its name or path.
    pub find: Arc<Find>,
    /// Opens the files that scenarios name.
    pub open: Arc<Open>,
}

/// A run on a thread of its own. Dropping it ends the run without waiting for it.
pub struct Source {
    commands: SyncSender<Command>,
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) mailbox: Mailbox,
    /// Whether a command waits in the channel: one relaxed load tells, between any two steps.
    pub(super) asked: AtomicBool,
    /// Whether nobody watches any more.
    pub(super) gone: AtomicBool,
}

impl Source {
    /// Starts the thread; `wake` is called from it whenever there is something to [`take`].
    ///
    /// # Errors
    /// Where the system has no thread to give.
    ///
    /// [`take`]: Self::take
    pub fn start(beginning: Beginning, wake: Box<dyn Fn() + Send + Sync>) -> io::Result<Self> {
        let (commands, inbox) = sync_channel(COMMANDS);
        let shared = Arc::new(Shared {
            mailbox: Mailbox::new(wake),
            asked: AtomicBool::new(false),
            gone: AtomicBool::new(false),
        });
        let theirs = Arc::clone(&shared);
        thread::Builder::new()
            .name("trainer".into())
            .spawn(move || Trainer::new(theirs, inbox, &beginning).run(beginning.scenario))?;
        Ok(Self { commands, shared })
    }

    /// Sends a wish; false where too many wait already, or the run has ended. Never blocks.
    pub fn send(&self, command: Command) -> bool {
        let sent = self.commands.try_send(command).is_ok();
        self.shared.asked.store(true, Ordering::Release);
        sent
    }

    /// Asks to be told how things are as soon as can be. While nothing happens, nothing is told.
    pub fn want(&self) {
        self.shared.mailbox.want();
    }

    /// What has been told since the last time.
    pub fn take(&self) -> Option<Box<Digest>> {
        self.shared.mailbox.take()
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.shared.gone.store(true, Ordering::Release);
        self.shared.asked.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
    use std::time::Duration;

    use super::{Beginning, Source};
    use crate::experiment::{Advance, Experiment, Override, Scenario, find, load};
    use crate::telemetry::{
        Command, Digest, EtaMode, History, Notice, Pace, RunState, Setting, WeightsAsked,
    };

    /// Far longer than anything here takes: a test that waits so long has failed.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn scenario(name: &str, overrides: &[(&str, &str)]) -> Scenario {
        let overrides: Vec<Override> = overrides
            .iter()
            .map(|(key, value)| Override::new(*key, *value, format!("{key} = {value}")))
            .collect();
        Scenario::read(find(name).unwrap().text, name, &overrides).unwrap()
    }

    /// A live run, and everything that it has told.
    struct Watched {
        source: Source,
        woken: Receiver<()>,
        history: History,
        notices: Vec<Notice>,
    }

    impl Watched {
        fn start(scenario: Scenario, paused: bool) -> Self {
            let (wake, woken) = channel();
            let open = Arc::new(|_: &_| Err(io::Error::from(io::ErrorKind::NotFound)));
            let find = Arc::new(|name: &str| {
                let built_in = find(name).ok_or_else(|| format!("no scenario is called {name}"))?;
                Scenario::read(built_in.text, name, &[]).map_err(|error| error.to_string())
            });
            let beginning = Beginning { scenario, paused, find, open };
            let source =
                Source::start(beginning, Box::new(move || wake.send(()).unwrap_or_default()))
                    .unwrap();
            Self { source, woken, history: History::default(), notices: Vec::new() }
        }

        /// Listens until what has been told is as wished.
        fn until(&mut self, what: &str, is_met: impl Fn(&History, &[Notice]) -> bool) {
            while !is_met(&self.history, &self.notices) {
                self.woken.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{what}: not told"));
                if let Some(digest) = self.source.take() {
                    let digest: Digest = *digest;
                    self.notices.extend(self.history.absorb(digest));
                }
                self.source.want();
            }
        }

        fn until_state(&mut self, state: &RunState) {
            self.until(&format!("{state:?}"), |history, _| history.state == *state);
        }
    }

    /// The weights of all arms at the end, without a thread.
    fn trained(scenario: &Scenario) -> Vec<Vec<Vec<f64>>> {
        let nothing = |_: &_| Err(io::Error::from(io::ErrorKind::NotFound));
        let data = load(scenario, &nothing, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
        let mut experiment = Experiment::new(scenario, Arc::new(data)).unwrap();
        while experiment.advance(u64::MAX, &mut ()) != Advance::Finished {}
        (0..scenario.arms.len()).map(|arm| experiment.model(arm).weights).collect()
    }

    #[test]
    fn a_live_run_ends_with_the_very_numbers_of_one_without_a_thread() {
        for (name, pace) in [("saturated", "max"), ("saturated", "1000"), ("xor", "max")] {
            let scenario = scenario(name, &[("epochs", "40"), ("pace", pace)]);
            let expected = trained(&scenario);
            let mut run = Watched::start(scenario, false);
            run.until_state(&RunState::Finished);
            assert!(run.source.send(Command::Save { name: "x".into(), replace: false }));
            run.until("the models", |_, notices| {
                notices.iter().any(|notice| matches!(notice, Notice::Saved { .. }))
            });
            let Some(Notice::Saved { models, .. }) = run.notices.pop() else { panic!("no models") };
            let weights: Vec<_> = models.into_iter().map(|model| model.weights).collect();
            assert_eq!(weights, expected, "{name} at {pace}");
        }
    }

    #[test]
    fn a_step_is_one_mini_batch_and_an_epoch_ends_where_epochs_end() {
        let mut run = Watched::start(scenario("xor", &[]), true);
        run.until("a start", |history, _| history.facts.is_some());
        assert_eq!(run.history.step, 0);
        run.source.send(Command::Step);
        run.source.send(Command::Step);
        run.until("two steps", |history, _| history.step == 2 && history.state == RunState::Paused);
        run.source.send(Command::Epoch);
        run.until("an epoch", |history, _| {
            history.step == history.steps_per_epoch() && history.state == RunState::Paused
        });
        assert!(run.history.arms.iter().all(|arm| {
            arm.evaluation.as_ref().is_some_and(|evaluation| evaluation.epoch == 1)
        }));
    }

    #[test]
    fn at_its_end_a_run_goes_on_for_as_many_epochs_again() {
        let mut run = Watched::start(scenario("saturated", &[("pace", "max")]), false);
        run.until_state(&RunState::Finished);
        assert_eq!((run.history.epoch(), run.history.epochs), (300, 300));
        run.source.send(Command::Toggle);
        run.until("its second end", |history, _| {
            history.state == RunState::Finished && history.epoch() == 600
        });
    }

    #[test]
    fn what_is_asked_while_a_run_stands_is_answered() {
        let mut run = Watched::start(scenario("saturated", &[]), true);
        run.source.send(Command::Set(Setting::Eta { arm: 1, eta: 0.5 }));
        run.source.send(Command::Set(Setting::EtaMode { mode: EtaMode::Equal, arm: 1 }));
        run.source.send(Command::Pace(Pace::Max));
        run.source.send(Command::ShowWeights(Some(WeightsAsked::default())));
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
        let mut run = Watched::start(scenario("saturated", &[]), true);
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
    fn another_seed_and_another_scenario_begin_anew() {
        let mut run = Watched::start(scenario("xor", &[]), true);
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
            let run = Watched::start(scenario("xor", &overrides), paused);
            let Watched { source, woken, .. } = run;
            drop(source);
            // The thread owns the other end of this channel: it is gone when that is.
            loop {
                match woken.recv_timeout(PATIENCE) {
                    Ok(()) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                    Err(RecvTimeoutError::Timeout) => panic!("the thread goes on"),
                }
            }
        }
    }

    #[test]
    fn the_half_way_mark_is_foreseen_and_then_reached_where_it_was() {
        let mut run = Watched::start(scenario("saturated", &[("pace", "max")]), false);
        run.until_state(&RunState::Finished);
        let marks: Vec<_> =
            run.history.arms.iter().map(|arm| (arm.foreseen, arm.reached_half)).collect();
        assert_eq!(marks[0].1, Some(232));
        assert_eq!(marks[1].1, Some(17));
        assert!((marks[0].0.unwrap() - 230.1).abs() < 0.1);
        assert!((marks[1].0.unwrap() - 16.6).abs() < 0.1);
        assert_eq!(
            run.history.arms[0].first_cost,
            run.history.arms[0].full_cost.first().map(|b| b.max)
        );
    }
}
