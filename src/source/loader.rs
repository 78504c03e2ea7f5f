//! Prepares a run on a separate thread: finds its scenario, loads its data, creates its networks.
//!
//! A file that hangs (a pipe that nobody writes to, an unreachable network drive) delays neither the
//! current run nor a checkpoint of it.

use std::fmt::Display;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Weak};
use std::thread;

use crate::experiment::{DataState, Experiment, LoadError, LoadedData, check_memory, load};
use crate::file::{AvailableMemory, Opener};
use crate::scenario::{AdoptedScenario, ModelStart, Scenario, ScenarioError};
use crate::source::checksum::checksum;
use crate::source::live_shared::LiveShared;
use crate::source::run::Run;
use crate::source::run_setup::{ModelReader, RunSetup, ScenarioFinder};
use crate::source::trainer_message::{LoadFailure, TrainerMessage};
use crate::telemetry::LoadProgress;

/// The scenario of a run to load.
pub(super) enum LoadTarget {
    /// The scenario of this name: a built-in one, or a file's path.
    Named(String),
    /// A scenario that is already read, with the models that its arms start from, if they do.
    Scenario(Box<Scenario>, Option<Arc<ModelStart>>),
    /// A scenario that is already read, from the models of this path.
    Models(Box<Scenario>, String),
}

/// Starts the threads that load runs.
pub(super) struct Loader {
    /// The trainer's inbox, held weakly so that a thread that hangs does not keep it open.
    inbox: Weak<SyncSender<TrainerMessage>>,
    shared: Arc<LiveShared>,
    find: Arc<ScenarioFinder>,
    read_models: Arc<ModelReader>,
    open: Arc<Opener>,
    memory: Arc<AvailableMemory>,
    time_memory: Option<u64>,
}

/// One run that is being loaded.
struct LoadJob {
    number: u64,
    is_cancelled: Arc<AtomicBool>,
    loaded: Option<LoadedData>,
    inbox: Weak<SyncSender<TrainerMessage>>,
    shared: Arc<LiveShared>,
    find: Arc<ScenarioFinder>,
    read_models: Arc<ModelReader>,
    open: Arc<Opener>,
    memory: Arc<AvailableMemory>,
    time_memory: Option<u64>,
}

impl Loader {
    pub(super) fn new(
        inbox: Weak<SyncSender<TrainerMessage>>,
        shared: Arc<LiveShared>,
        setup: &RunSetup,
    ) -> Self {
        Self {
            inbox,
            shared,
            find: Arc::clone(&setup.find),
            read_models: Arc::clone(&setup.models.read),
            open: Arc::clone(&setup.open),
            memory: Arc::clone(&setup.memory),
            time_memory: setup.time_memory,
        }
    }

    /// Starts to load a run. The inbox receives [`TrainerMessage::Loading`] and then
    /// [`TrainerMessage::Loaded`] with this number. Returns the flag that cancels the load.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub(super) fn start(
        &self,
        number: u64,
        target: LoadTarget,
        loaded: Option<LoadedData>,
    ) -> io::Result<Arc<AtomicBool>> {
        let is_cancelled = Arc::new(AtomicBool::new(false));
        let job = LoadJob {
            number,
            is_cancelled: Arc::clone(&is_cancelled),
            loaded,
            inbox: self.inbox.clone(),
            shared: Arc::clone(&self.shared),
            find: Arc::clone(&self.find),
            read_models: Arc::clone(&self.read_models),
            open: Arc::clone(&self.open),
            memory: Arc::clone(&self.memory),
            time_memory: self.time_memory,
        };
        thread::Builder::new().name("loader".into()).spawn(move || {
            let result = job.load(target).map(Box::new);
            if let Some(inbox) = job.inbox.upgrade() {
                // The trainer may have ended meanwhile.
                let _ = inbox.send(TrainerMessage::Loaded { number, result });
                job.shared.has_messages.store(true, Ordering::Release);
            }
        })?;
        Ok(is_cancelled)
    }
}

impl LoadJob {
    fn load(&self, target: LoadTarget) -> Result<Run, LoadFailure> {
        let is_restart = self.loaded.is_some() && matches!(target, LoadTarget::Scenario(..));
        let (scenario, start) = match target {
            LoadTarget::Scenario(scenario, start) => (*scenario, start),
            LoadTarget::Named(name) => ((self.find)(&name).map_err(LoadFailure::Failed)?, None),
            LoadTarget::Models(scenario, path) => {
                let start = (self.read_models)(&path, &scenario).map_err(LoadFailure::Failed)?;
                (*scenario, Some(Arc::new(start)))
            }
        };
        let (scenario, remarks) = match &start {
            None => (scenario, Vec::new()),
            Some(start) => {
                let AdoptedScenario { scenario, remarks } =
                    start.adopted_by(&scenario).map_err(|error| misfit(&error, is_restart))?;
                (scenario, start.remarks.iter().cloned().chain(remarks).collect())
            }
        };
        // The scenario has been found, so the trainer can cancel all earlier loads.
        self.report(LoadProgress { what: scenario.title.clone(), fraction: 0.0 });
        let loaded = self.loaded.as_ref().filter(|data| data.matches(&scenario));
        let state = if loaded.is_some() { DataState::InMemory } else { DataState::ToLoad };
        check_memory(&scenario, state, (self.memory)()).map_err(failed)?;
        let data = match loaded {
            Some(data) => data.clone(),
            None => self.read_data(&scenario)?,
        };
        let mut experiment = Experiment::new(&scenario, data.into()).map_err(failed)?;
        if let Some(start) = &start {
            experiment.start_from(&start.models).map_err(failed)?;
        }
        // A restart repeats no remark.
        let remarks = if is_restart { Vec::new() } else { remarks };
        let checksum = checksum(&experiment, scenario.data.path().is_some(), start.as_deref());
        let most = match self.time_memory {
            None => (self.memory)().map(|available| available / TIME_SHARE),
            asked_for => asked_for,
        };
        let mut run = Run::new(scenario, experiment, start, remarks, most);
        (run.checksum, run.number) = (checksum, self.number);
        Ok(run)
    }

    fn read_data(&self, scenario: &Scenario) -> Result<LoadedData, LoadFailure> {
        let data = load(scenario, &*self.open, &mut |load| {
            if self.shared.mailbox.is_requested() {
                self.report(load);
            }
            if self.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .map_err(|error: LoadError| {
            if error.is_cancelled() { LoadFailure::Cancelled } else { failed(error) }
        })?;
        Ok(LoadedData::new(scenario, data))
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed) || self.shared.gone.load(Ordering::Relaxed)
    }

    /// Reports progress to the trainer, or skips it if the inbox is full.
    fn report(&self, load: LoadProgress) {
        if let Some(inbox) = self.inbox.upgrade()
            && inbox.try_send(TrainerMessage::Loading { number: self.number, load }).is_ok()
        {
            self.shared.has_messages.store(true, Ordering::Release);
        }
    }
}

/// The share of the memory that is still available which the states to which time can return may take.
const TIME_SHARE: u64 = 8;

/// Returns the failure that models do not fit a scenario. A restart with another key may have made it so.
fn misfit(reason: &ScenarioError, is_restart: bool) -> LoadFailure {
    let more =
        if is_restart { "; :open with the name of the scenario starts without it" } else { "" };
    LoadFailure::Failed(format!("{reason}{more}"))
}

fn failed(reason: impl Display) -> LoadFailure {
    LoadFailure::Failed(reason.to_string())
}
