//! What arrays are taken for if nothing but their file is given.

use std::ops::ControlFlow;

use crate::data::DataError;
use crate::data::array_data::columns::{SetSizes, picture, read_columns};
use crate::data::array_data::file::ArrayFile;
use crate::data::array_data::names::ArrayNames;
use crate::data::array_data::pictures::{are_pictures, labels};
use crate::data::array_data::roles::{Roles, find_roles};
use crate::data::csv::{ColumnName, ColumnSurvey, Survey, TableOptions, survey_of_numbers};
use crate::data::open::Open;

/// The arrays of a surveyed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SurveyedArrays {
    /// The array of the inputs; `None` for a file with a single array.
    pub(crate) inputs: Option<String>,
    /// The array of the targets, or the file that holds it; `None` if they are a column.
    pub(crate) targets: Option<String>,
    /// Whether the file has a test set of its own.
    pub(crate) has_test: bool,
    /// What was found, in words.
    pub(crate) survey: Survey,
}

/// Reads the arrays of a file and decides what they are taken for.
///
/// # Errors
/// If the file cannot be read, or it is not clear which arrays are meant.
pub(crate) fn survey_arrays(
    open: &Open<'_>,
    (path, names, options): (&str, &ArrayNames, &TableOptions),
) -> Result<SurveyedArrays, DataError> {
    let mut file = ArrayFile::open(path, names, options, open)?;
    let roles = find_roles(&file, names, options)?;
    let array_name = |array: usize| file.arrays[array].name.clone();
    let is_archive = file.arrays.len() > 1 && file.own_targets != Some(1);
    let inputs = is_archive.then(|| array_name(roles.train.inputs));
    let targets = match (file.own_targets, &names.targets, options.target.first()) {
        (Some(_), Some(path), _) | (Some(_), None, Some(ColumnName::Heading(path))) => {
            Some(path.clone())
        }
        _ => roles.train.targets.map(array_name),
    };
    let columns = described(&file, &roles);
    let survey = if let Some(survey) = survey_of_pictures(&mut file, &roles)? {
        survey
    } else {
        let mut go_on = |_| ControlFlow::Continue(());
        let read = read_columns(&mut file, &roles, (options, names), &mut go_on)?;
        survey_of_numbers(read.table, (path, &read.options))?
    };
    // The columns of a single array are of interest, and the pixels of pictures are not.
    let survey = match roles.train.targets {
        Some(_) => Survey { columns, ..survey },
        None => survey,
    };
    Ok(SurveyedArrays { inputs, targets, has_test: roles.test.is_some(), survey })
}

/// Describes each array.
fn described(file: &ArrayFile, roles: &Roles) -> Vec<ColumnSurvey> {
    let mut described = Vec::new();
    for (index, array) in file.arrays.iter().enumerate() {
        let test = roles.test.map(|pair| [Some(pair.inputs), pair.targets]);
        let role = match Some(index) {
            array if array == Some(roles.train.inputs) => "inputs",
            array if array == roles.train.targets => "targets",
            array if test.is_some_and(|test| test.contains(&array)) => "test",
            _ => "left out",
        };
        let pictures = match picture(array) {
            Some((width, height)) => format!(": pictures of {width}×{height}"),
            None => String::new(),
        };
        let sizes = format!("{:?}", array.header.shape);
        let content = format!("{} {sizes}{pictures}", array.header.number.name());
        described.push(ColumnSurvey { name: array.name.clone(), content, role });
    }
    for (name, why) in &file.unread {
        let content = why.split(" is ").nth(1).unwrap_or(why);
        let content = content.split(", expected").next().unwrap_or(content).to_owned();
        described.push(ColumnSurvey { name: name.clone(), content, role: "left out" });
    }
    described
}

/// Returns what pictures of 28×28 bytes are taken for: their pixels need not be read for it.
fn survey_of_pictures(file: &mut ArrayFile, roles: &Roles) -> Result<Option<Survey>, DataError> {
    if !are_pictures(file, roles) {
        return Ok(None);
    }
    let test = roles.test.map_or(0, |pair| file.arrays[pair.inputs].rows());
    let sizes = SetSizes { train: file.arrays[roles.train.inputs].rows(), test };
    let Some(labels) = labels(file, roles, sizes)? else { return Ok(None) };
    if labels.values.len() == 2 {
        return Ok(None);
    }
    Ok(Some(Survey {
        rows: sizes.train + sizes.test,
        inputs: file.row_width(roles.train.inputs)?,
        outputs: labels.values.len(),
        has_classes: true,
        target: vec![ColumnName::Number(1)],
        has_holes: false,
        needs_scale: false,
        columns: Vec::new(),
        remarks: vec!["pixels divided by 256".to_owned()],
    }))
}
