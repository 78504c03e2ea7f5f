//! Reads the config file, whose settings are defaults.

use std::io;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::cli::environment::{Environment, folder, named};
use crate::cli::error_report::UsageError;
use crate::cli::scenario::read_text;
use crate::cli::settings::values::{KEYS, QUOTED, Settings};
use crate::file::Opener;
use crate::scenario::{Location, nearest};
use crate::text::excerpt;

/// The variable that names the folder of config files.
const FOLDER: &str = "XDG_CONFIG_HOME";

/// The folder of config files in the user's home, if the variable names none.
const FOLDER_AT_HOME: &str = ".config";

/// The most characters of a parser message that an error quotes, since it may contain parts of the
/// file.
const LONGEST_MESSAGE: usize = 240;

/// The word that stands for no config file.
const NO_FILE: &str = "none";

/// Returns the path of the config file: `requested`, or else the default. Returns `None` if no file
/// is to be read.
pub(in crate::cli) fn config_path(
    requested: Option<&Path>,
    environment: &Environment<'_>,
) -> Option<PathBuf> {
    if let Some(path) = requested {
        return (path != Path::new(NO_FILE)).then(|| path.to_owned());
    }
    let configs = folder(environment, FOLDER, FOLDER_AT_HOME)?;
    Some(configs.join("xentviz").join("config.toml"))
}

/// Reads the config file into `settings`. A missing default file is ignored. A default file in the
/// user's home that cannot be read, for example because the home is another user's, causes only a
/// warning.
pub(super) fn read(
    settings: &mut Settings,
    requested: Option<&Path>,
    environment: &Environment<'_>,
    open: &Opener,
) -> Result<(), UsageError> {
    let Some(path) = config_path(requested, environment) else { return Ok(()) };
    match read_text(&path, open) {
        Ok(text) => apply(settings, &text, &path.display().to_string()),
        Err(error) if requested.is_none() && is_missing(&error) => Ok(()),
        Err(error) => {
            let shown = path.display();
            let is_named = requested.is_some() || named(environment, FOLDER).is_some();
            if is_named || error.raw_os_error().is_none() {
                return Err(UsageError::new(format!(
                    "cannot read the config file {shown}: {error}"
                )));
            }
            let config_warning = format!("the config file {shown} is passed over: {error}");
            settings.config_warning = Some(config_warning);
            Ok(())
        }
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Applies the settings in the text of the file.
pub(super) fn apply(settings: &mut Settings, text: &str, origin: &str) -> Result<(), UsageError> {
    let at = |offset: usize| position(origin, text, offset);
    let table = DeTable::parse(text).map_err(|error| {
        let place = at(error.span().map_or(0, |span| span.start));
        let found = error.message().trim().replace('\n', ", ");
        UsageError::new(format!("{place}: {}", excerpt(&found, LONGEST_MESSAGE)))
    })?;
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    // The first mistake in the file is reported.
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in entries {
        let name: &DeString<'_> = key.get_ref();
        if !KEYS.contains(&name.as_ref()) {
            let expected = match nearest(name, &KEYS) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("the keys here are {}", KEYS.join(", ")),
            };
            let place = at(key.span().start);
            let name = excerpt(name, QUOTED);
            return Err(UsageError::new(format!("{place}: {name}: unknown key; {expected}")));
        }
        let (requested, shown) = words(value);
        settings.apply(name, &requested, &format!("{name} in {origin}")).map_err(|expected| {
            let place = at(value.span().start);
            let found = excerpt(&shown, QUOTED);
            UsageError::new(format!("{place}: {name}: found {found}; {expected}"))
        })?;
    }
    Ok(())
}

/// Returns the text of a value, and the text that an error shows.
fn words(value: &Spanned<DeValue<'_>>) -> (String, String) {
    let bare = |text: String| (text.clone(), text);
    match value.get_ref() {
        DeValue::String(text) => (text.to_string(), format!("{text:?}")),
        DeValue::Integer(number) => bare(number.to_string()),
        DeValue::Float(number) => bare(number.to_string()),
        DeValue::Boolean(truth) => bare(truth.to_string()),
        DeValue::Datetime(date) => bare(date.to_string()),
        DeValue::Array(_) => (String::new(), "a list".to_owned()),
        DeValue::Table(_) => (String::new(), "a table".to_owned()),
    }
}

fn position(origin: &str, text: &str, offset: usize) -> Location {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    Location::Text { origin: origin.to_owned(), line, column }
}
