//! The networks that the arms of a run start from.

use std::io;
use std::path::Path;

use crate::cli::args::RunArgs;
use crate::cli::error_report::UsageError;
use crate::cli::files::is_special;
use crate::cli::model_scenario::remark_assumed;
use crate::cli::models::{
    ModelFormat, ReadFormat, has_arm_placeholder, of_arm, read_model, read_models,
};
use crate::cli::run::output_names::{LOAD, SAVE};
use crate::file::Opener;
use crate::scenario::{AdoptedScenario, ArmSpec, ModelStart, SavedModel, Scenario};

/// The networks that the arms of a run start from.
pub(super) enum RunStart {
    /// The initial networks of the scenario.
    Scenario,
    /// Saved models, at which a new run begins.
    Models(ModelStart),
    /// The saved state of each arm, or `None` for an arm that was not saved.
    Resume(Vec<Option<SavedModel>>),
}

/// A scenario, and the networks that its arms start from.
pub(super) struct StartedScenario {
    /// The scenario; where it was silent, the models have decided.
    pub(super) scenario: Scenario,
    pub(super) start: RunStart,
    /// Remarks on how the files were understood, and on what was taken from them.
    pub(super) remarks: Vec<String>,
}

/// Reads the networks from which the arms start; `model` is the model that was named in place of a scenario.
pub(super) fn read_start(
    (args, model): (&RunArgs, Option<&Path>),
    scenario: Scenario,
    open: &Opener,
) -> Result<StartedScenario, UsageError> {
    let arms = &scenario.arms;
    if args.resume && model.is_some() {
        let why =
            "a model in place of the scenario begins a run; `xentviz show` makes a scenario of it";
        return Err(UsageError::new(format!("--resume: {why}")));
    }
    match (args.load.as_deref().or(model), &args.save, args.resume) {
        (None, _, false) => {
            Ok(StartedScenario { scenario, start: RunStart::Scenario, remarks: Vec::new() })
        }
        (Some(path), _, false) => {
            let names = arms.iter().map(|arm| arm.name.as_str());
            let mut start = read_models(path, names, (LOAD, open))?;
            if model.is_some() {
                remark_assumed(&mut start, &scenario, &args.changes.overrides());
            }
            let AdoptedScenario { scenario, remarks } =
                start.adopted_by(&scenario).map_err(UsageError::new)?;
            let remarks = start.remarks.iter().cloned().chain(remarks).collect();
            Ok(StartedScenario { scenario, start: RunStart::Models(start), remarks })
        }
        (Some(path), _, true) => {
            let saved = resume(LOAD, path, arms, open)?;
            match saved.iter().zip(arms).find(|(saved, _)| saved.is_none()) {
                None => resumed(&scenario, saved),
                Some((_, arm)) => {
                    let path = of_arm(path, &arm.name);
                    Err(UsageError::new(format!(
                        "{LOAD} {}: there is no such file",
                        path.display()
                    )))
                }
            }
        }
        (None, Some(path), true) => resumed(&scenario, resume(SAVE, path, arms, open)?),
        (None, None, true) => {
            let why = "--load or --save must say which files to go on from";
            Err(UsageError::new(format!("--resume: {why}")))
        }
    }
}

/// Returns the start of a resumed run. An interrupted run that took values from a model saved them in its own
/// models, so they apply again.
fn resumed(
    scenario: &Scenario,
    saved: Vec<Option<SavedModel>>,
) -> Result<StartedScenario, UsageError> {
    let models: Vec<_> = saved.iter().map(Option::as_ref).collect();
    let AdoptedScenario { scenario, remarks } =
        scenario.adopting(&models).map_err(UsageError::new)?;
    Ok(StartedScenario { scenario, start: RunStart::Resume(saved), remarks })
}

/// Reads the saved model of each arm that has one.
fn resume(
    flag: &str,
    path: &Path,
    arms: &[ArmSpec],
    open: &Opener,
) -> Result<Vec<Option<SavedModel>>, UsageError> {
    // The files of --save are in a format in which they can be saved again.
    let format = match flag {
        SAVE => ReadFormat::Own(ModelFormat::of(path, flag)?),
        _ => ReadFormat::of(path, flag)?,
    };
    if arms.len() > 1 && !has_arm_placeholder(path) {
        let (path, arms) = (path.display(), arms.len());
        let why = format!("{arms} arms go on from a file each, as in model-{{arm}}.json");
        return Err(UsageError::new(format!("{flag} {path}: {why}")));
    }
    let own = |arm: &ArmSpec| {
        let path = of_arm(path, &arm.name);
        let origin = format!("{flag} {}", path.display());
        if flag == SAVE && is_special(&path) {
            return Err(UsageError::new(format!("{origin}: is no file to go on from")));
        }
        match open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            file => read_model(file, format, &origin)
                .map(|read| Some(SavedModel { model: read.model, origin })),
        }
    };
    arms.iter().map(own).collect()
}
