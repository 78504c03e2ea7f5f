//! The scenario that is made for a model: `xentviz model.safetensors --data FILE`.

use std::path::{Path, PathBuf};

use crate::cli::data_scenario::{Surveyed, surveyed};
use crate::cli::error_report::UsageError;
use crate::cli::models::{ReadFormat, read_model};
use crate::file::Opener;
use crate::scenario::{
    ModelData, ModelStart, Override, Scenario, assumed_functions, find, scenario_of_model,
};

/// Returns the path of the model if one is named in place of a scenario.
pub(super) fn model_path(name_or_path: &str) -> Option<PathBuf> {
    let path = Path::new(name_or_path);
    // An `.npz` file that is named alone holds data.
    let format = ReadFormat::of(path, "").ok().filter(|format| *format != ReadFormat::Arrays);
    let is_model = find(name_or_path).is_none() && format.is_some();
    is_model.then(|| path.to_owned())
}

/// Returns the scenario for a model and the data that the changes name, as text.
///
/// # Errors
/// If the model or the data cannot be read, or do not fit each other.
pub(super) fn text_of_model(
    path: &Path,
    changes: &[Override],
    open: &Opener,
) -> Result<String, UsageError> {
    let shown = path.display().to_string();
    let is_data = |change: &&Override| ["data", "data.path"].contains(&change.key.trim());
    let Some(data) = changes.iter().rfind(is_data).map(|change| change.value.clone()) else {
        let why = "is a model, not a scenario; --data FILE names the table or the folder of pictures \
                   that it is for, and in the dashboard `:load` starts the arms from it";
        return Err(UsageError::new(format!("{shown} {why}")));
    };
    let model = read_model(open(path), ReadFormat::of(path, "")?, &shown)?.model;
    let text = match surveyed(&data, changes, open)? {
        Surveyed::Mnist(counts) => {
            scenario_of_model(&shown, &model, &ModelData::Pictures(&data, &counts))
        }
        Surveyed::Table(survey) => {
            scenario_of_model(&shown, &model, &ModelData::Table(&data, &survey))
        }
        Surveyed::Arrays(path, arrays) => {
            scenario_of_model(&shown, &model, &ModelData::Arrays(&path, &arrays))
        }
    };
    text.map_err(|why| UsageError::new(format!("{shown} {why}")))
}

/// Adds a remark on the functions that were assumed because the file of the model names none.
pub(super) fn remark_assumed(start: &mut ModelStart, scenario: &Scenario, changes: &[Override]) {
    let (Some(arm), [saved]) = (scenario.arms.first(), &start.models[..]) else { return };
    let assumed = assumed_functions(arm, &saved.model, changes);
    start.remarks.extend(assumed.map(|words| format!("{}: {words}", start.path)));
}
