//! The ways into the dashboard: a scenario, a session that is resumed, and one that is replayed.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use crate::cli::args::{
    DashboardArgs, RecordArgs, ReplayArgs, ResumeArgs, ScreenArgs, SessionArgs,
};
use crate::cli::error_report::{self, UsageError};
use crate::cli::options::{FirstState, Options, RecordingOptions};
use crate::cli::recording::{
    NotRecorded, Playback, RecordTarget, newest_cut_off, read_replay, read_resumed, state_target,
};
use crate::cli::settings::Settings;
use crate::cli::threads::{self, MinThreads};
use crate::cli::{
    clock, dashboard, environment, files, model_scenario, models, scenario, test_card,
};
use crate::file::Opener;
use crate::scenario::{ModelStart, Scenario};
use crate::telemetry::TimeTarget;

/// The remedy for an output that is no terminal.
const ON_SCREEN: &str = "a recording is shown in a terminal";

/// Opens the dashboard with a scenario.
pub(super) fn watch(args: &DashboardArgs) -> anyhow::Result<ExitCode> {
    let open = files::opener();
    let Some(settings) = settings(&args.show.screen, &open)? else { return Ok(ExitCode::SUCCESS) };
    let target = target(&args.show.record)?;
    let changes = args.changes.overrides();
    let lasting = scenario::permanent_changes(&changes);
    let scenario = scenario::read(&args.scenario, changes, &*open)?;
    let start = models_of(args, &scenario, &*open)?;
    check_position(args.at, &scenario)?;
    check_terminal(&format!("`xentviz run {}` trains without a screen", scenario.name))?;
    threads::build_pool(MinThreads::PoolThread)?;
    let options = Options {
        first: match args.at {
            Some(at) => FirstState::PausedAt(at),
            None if args.paused => FirstState::Paused,
            None => FirstState::Running,
        },
        prints_share: args.show.print_share,
        present: args.show.present,
        settings,
        sync: !args.show.no_sync,
        overrides: lasting,
        start,
        open,
        recording: RecordingOptions { target, resumes: None, script: None, plays: None },
    };
    dashboard::run(scenario, &options)
}

/// Refuses a position after the last epoch. The number of steps is known only once the data are read.
fn check_position(at: Option<TimeTarget>, scenario: &Scenario) -> Result<(), UsageError> {
    let epochs = scenario.training.epochs;
    match at {
        Some(TimeTarget::Epoch(epoch)) if epoch > epochs as f64 => Err(UsageError::new(format!(
            "--at {epoch}: the run ends at epoch {epochs}; one up to there would do, or more --epochs"
        ))),
        _ => Ok(()),
    }
}

/// Returns the models that the arms start from, if they do.
fn models_of(
    args: &DashboardArgs,
    scenario: &Scenario,
    open: &Opener,
) -> Result<Option<ModelStart>, UsageError> {
    let model = model_scenario::model_path(&args.scenario);
    let start = args.load.as_deref().or(model.as_deref()).map(|path| {
        let arms = scenario.arms.iter().map(|arm| arm.name.as_str());
        models::read_models(path, arms, ("--load", open))
    });
    let mut start = start.transpose()?;
    if let Some(start) = &mut start {
        if model.is_some() {
            model_scenario::remark_assumed(start, scenario, &args.changes.overrides());
        }
        // The run takes these values itself; here a contradiction is refused before the screen opens.
        start.adopted_by(scenario).map_err(UsageError::new)?;
    }
    Ok(start)
}

/// Goes on with a session that was cut off, or with another recording.
pub(super) fn resume(args: &ResumeArgs) -> anyhow::Result<ExitCode> {
    let open = files::opener();
    let Some(settings) = settings(&args.show.screen, &open)? else { return Ok(ExitCode::SUCCESS) };
    check_terminal(ON_SCREEN)?;
    // The lock on the newest session is held until the dashboard is closed.
    let (path, newest) = if let Some(path) = &args.file {
        (path.clone(), None)
    } else {
        let newest = newest_cut_off(&environment::environment, clock::date())?;
        (newest.path.clone(), Some(newest))
    };
    let playback = read_resumed(&path, &*open)?;
    if let Some(remark) = newest.as_ref().and_then(|newest| newest.remark.as_ref()) {
        error_report::print(remark);
    }
    let resumes = Some(playback.file_name.clone());
    show((playback, PlayedFile { path, resumes }), (&args.show, settings, open))
}

/// Plays a recording.
pub(super) fn replay(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let open = files::opener();
    let Some(settings) = settings(&args.show.screen, &open)? else { return Ok(ExitCode::SUCCESS) };
    check_terminal(ON_SCREEN)?;
    let playback = read_replay(&args.file, args.speed.unwrap_or(1.0), &*open)?;
    let played = PlayedFile { path: args.file.clone(), resumes: None };
    show((playback, played), (&args.show, settings, open))
}

/// The file of a session that is carried out again.
struct PlayedFile {
    path: PathBuf,
    /// Its name, if the session goes on.
    resumes: Option<String>,
}

/// Opens the dashboard with a session that is carried out again.
fn show(
    (playback, played): (Playback, PlayedFile),
    (args, settings, open): (&SessionArgs, Settings, Arc<Opener>),
) -> anyhow::Result<ExitCode> {
    let target = target(&args.record)?;
    let Playback { scenario, start, script, remark, .. } = playback;
    if let Some(remark) = remark {
        error_report::print(&remark);
    }
    threads::build_pool(MinThreads::PoolThread)?;
    let PlayedFile { path, resumes } = played;
    let recording = RecordingOptions { target, script: Some(script), resumes, plays: Some(path) };
    let options = Options {
        first: FirstState::Paused,
        prints_share: args.print_share,
        present: args.present,
        settings,
        sync: !args.no_sync,
        overrides: scenario::permanent_changes(&[]),
        start,
        open,
        recording,
    };
    dashboard::run(scenario, &options)
}

/// Gathers the settings of the screen, and prints the message about an ignored config file. Returns `None` if the test
/// card was asked for, which is then printed.
fn settings(screen: &ScreenArgs, open: &Arc<Opener>) -> anyhow::Result<Option<Settings>> {
    let settings = Settings::gather(screen, &environment::environment, &**open)?;
    if let Some(word) = settings.config_warning() {
        error_report::print(word);
    }
    if screen.test_colors {
        test_card::print(screen, &settings, &environment::environment)?;
        return Ok(None);
    }
    Ok(Some(settings))
}

/// Refuses to go on without a terminal; `instead` says what would do.
fn check_terminal(instead: &str) -> Result<(), UsageError> {
    if io::stdout().is_terminal() {
        return Ok(());
    }
    Err(UsageError::new(format!("standard output is no terminal; {instead}")))
}

/// Returns where the session is recorded, or why it is not.
fn target(args: &RecordArgs) -> Result<Result<RecordTarget, NotRecorded>, UsageError> {
    match &args.record {
        _ if args.no_record => Ok(Err(NotRecorded::Unwanted)),
        None => Ok(state_target(&environment::environment)),
        Some(path) => check_new(path).map(|path| Ok(RecordTarget::File(path))),
    }
}

/// Refuses a file that exists, or that cannot be written.
fn check_new(path: &Path) -> Result<PathBuf, UsageError> {
    let shown = path.display();
    if path.symlink_metadata().is_ok() {
        return Err(UsageError::new(format!("--record {shown}: it exists; a new name would do")));
    }
    let checked = files::check_writable(path);
    checked.map_err(|error| UsageError::new(format!("--record {shown}: {error}")))?;
    Ok(path.to_owned())
}
