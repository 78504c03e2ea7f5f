//! The files to which the networks of a run are saved.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::cli::error_report::UsageError;
use crate::cli::files::write_whole;
use crate::cli::flag_values::TensorNames;
use crate::cli::models::{ModelFormat, has_arm_placeholder, of_arm};
use crate::cli::run::output_names::{SAVE, cannot_write};
use crate::report::NamingScheme;
use crate::telemetry::ModelState;

/// The files to which the networks of a run are saved.
#[derive(Clone)]
pub(super) struct ModelFiles {
    pub(super) path: PathBuf,
    format: ModelFormat,
    naming: NamingScheme,
}

impl ModelFiles {
    pub(super) fn of(&self, model: &ModelState) -> PathBuf {
        of_arm(&self.path, &model.arm)
    }

    /// Writes a network to its file, whole or not at all.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub(super) fn write(&self, model: &ModelState) -> anyhow::Result<()> {
        let path = self.of(model);
        write_whole(&path, true, |to| self.write_to(to, model)).with_context(|| cannot_write(&path))
    }

    /// Writes a network.
    pub(super) fn write_to(&self, to: &mut dyn Write, model: &ModelState) -> io::Result<()> {
        self.format.write(to, (model, self.naming))
    }
}

/// Checks the path of `--save` for `arms` arms, and the names of the tensors.
pub(super) fn model_files(
    path: &Path,
    arms: usize,
    names: Option<TensorNames>,
) -> Result<ModelFiles, UsageError> {
    let format = ModelFormat::of(path, SAVE)?;
    let naming = match names {
        None | Some(TensorNames::Own) => NamingScheme::Layers,
        Some(TensorNames::Torch) => NamingScheme::Sequential,
    };
    if names.is_some() && format != ModelFormat::Tensors {
        let why = "its numbers have no names; a .safetensors file would do";
        return Err(UsageError::new(format!("--names: {SAVE} {}: {why}", path.display())));
    }
    if arms > 1 && !has_arm_placeholder(path) {
        return Err(UsageError::new(format!(
            "--save {}: with {arms} arms the name must hold {{arm}}, as in model-{{arm}}.json",
            path.display(),
        )));
    }
    Ok(ModelFiles { path: path.to_owned(), format, naming })
}
