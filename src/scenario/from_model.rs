//! The scenario for a saved model and the data that it is for.

use std::fmt::Write;

use toml::Value;

use crate::data::{MnistCounts, Survey, SurveyedArrays};
use crate::nn::{Activation, Cost, Output, Precision};
use crate::scenario::from_table::{BATCH, arrays_section, mnist_lines, table_section};
use crate::scenario::source::Override;
use crate::scenario::spec::ArmSpec;
use crate::telemetry::ModelState;
use crate::text::{counted, visible};

/// The inputs of pictures.
const PIXELS: usize = 784;

/// The data that a model is for.
pub(crate) enum ModelData<'a> {
    /// A table at this path.
    Table(&'a str, &'a Survey),
    /// Arrays in the file at this path.
    Arrays(&'a str, &'a SurveyedArrays),
    /// The folder of MNIST's files.
    Pictures(&'a str, &'a MnistCounts),
}

impl ModelData<'_> {
    /// Returns the path and what was found in it; `None` for pictures.
    fn table(&self) -> Option<(&str, &Survey)> {
        match self {
            Self::Table(path, survey) => Some((path, survey)),
            Self::Arrays(path, arrays) => Some((path, &arrays.survey)),
            Self::Pictures(..) => None,
        }
    }
}

/// Returns the scenario for a model of the file `path`, as text. Where the file does not name a function, the
/// text says which was assumed.
///
/// # Errors
/// If the data has another number of inputs, or more classes than the model has outputs.
pub(crate) fn scenario_of_model(
    path: &str,
    model: &ModelState,
    data: &ModelData<'_>,
) -> Result<String, String> {
    check_ends(model, data)?;
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let mut text = String::new();
    let mut line = |words: String| {
        // Writing to a `String` never fails.
        let _ = writeln!(text, "{words}");
    };
    line(format!(
        "# Made for the model {}: --load with its path starts from its weights.",
        visible(file)
    ));
    line(format!("title   = {}", Value::String(file.chars().take(40).collect())));
    if model.seed > 0 {
        line(format!("seed    = {}", model.seed.min(i64::MAX as u64)));
    }
    if model.precision == Precision::F32 {
        line("precision = \"f32\"    # as the numbers of the model".to_owned());
    }
    line(data_lines(model, data));
    let functions = Functions::of(model, data);
    line(format!("\n[network]\nlayers  = {:?}", model.sizes));
    if model.sizes.len() > 2 {
        let because = why(model.hidden.is_some());
        line(format!("hidden  = \"{}\"  # {because}", functions.hidden.name()));
    }
    line(format!("output  = \"{}\"  # {}", functions.output.name(), why(model.output.is_some())));
    line(training_lines(model, data));
    line(format!("\n[[arm]]\nname = \"{}\"", arm_name(model, functions.cost)));
    line(format!("cost = \"{}\"  # {}", functions.cost.name(), why(model.cost.is_some())));
    Ok(text)
}

/// Returns the reason for a function, as a comment.
fn why(is_said: bool) -> &'static str {
    if is_said { "as the model says" } else { "assumed: the model does not say" }
}

/// Returns the remark on the functions of an arm that its model does not name, if there are any. Those that
/// the overrides set were not assumed.
pub(crate) fn assumed_functions(
    arm: &ArmSpec,
    model: &ModelState,
    overrides: &[Override],
) -> Option<String> {
    let functions = [
        ("hidden", arm.hidden.name(), model.hidden.is_none() && model.sizes.len() > 2),
        ("output", arm.output.name(), model.output.is_none()),
        ("cost", arm.cost.name(), model.cost.is_none()),
    ];
    let is_set = |key: &str| overrides.iter().any(|over| over.key.rsplit('.').next() == Some(key));
    let assumed: Vec<String> = functions
        .into_iter()
        .filter(|(key, _, is_unsaid)| *is_unsaid && !is_set(key))
        .map(|(key, value, _)| format!("{key} \"{value}\""))
        .collect();
    let more = "where the file names none; --set network.hidden=relu, for example, sets another";
    (!assumed.is_empty()).then(|| format!("assumed: {}, {more}", assumed.join(", ")))
}

/// The functions of a scenario for a model: those of its file, else usual ones.
struct Functions {
    hidden: Activation,
    output: Output,
    cost: Cost,
}

impl Functions {
    fn of(model: &ModelState, data: &ModelData<'_>) -> Self {
        let has_classes = data
            .table()
            .is_none_or(|(_, survey)| survey.has_classes && is_classifier(model, survey));
        let usual_output = match model.cost {
            Some(Cost::LogLikelihood) => Output::Softmax,
            Some(Cost::CrossEntropy) => Output::Sigmoid,
            _ if has_classes => Output::Sigmoid,
            _ => Output::Linear,
        };
        let output = model.output.unwrap_or(usual_output);
        let usual_cost = match output {
            Output::Sigmoid if has_classes => Cost::CrossEntropy,
            Output::Softmax => Cost::LogLikelihood,
            _ => Cost::Quadratic,
        };
        let (hidden, cost) = (model.hidden.unwrap_or_default(), model.cost.unwrap_or(usual_cost));
        Self { hidden, output, cost }
    }
}

/// Returns whether a model has an output for each class of a table, or one for two.
fn is_classifier(model: &ModelState, survey: &Survey) -> bool {
    let outputs = model.sizes.last().copied().unwrap_or(0);
    outputs > 1 || survey.outputs == 1
}

fn check_ends(model: &ModelState, data: &ModelData<'_>) -> Result<(), String> {
    let [inputs, .., outputs] = model.sizes[..] else { return Err("has no layers".to_owned()) };
    let (path, survey) = match data {
        ModelData::Pictures(_, counts) if (inputs, outputs) == (PIXELS, counts.classes) => {
            return Ok(());
        }
        ModelData::Pictures(folder, counts) => {
            return Err(format!(
                "is a model of {}, but the pictures in {} have {} pixels and {} classes",
                shape(inputs, outputs),
                visible(folder),
                PIXELS,
                counts.classes
            ));
        }
        ModelData::Table(path, survey) => (path, *survey),
        ModelData::Arrays(path, arrays) => (path, &arrays.survey),
    };
    if survey.inputs != inputs {
        let used = survey.columns.iter().filter(|column| column.role == "input");
        let names: Vec<&str> = used.map(|column| column.name.as_str()).take(12).collect();
        let remedy = if names.is_empty() {
            String::new()
        } else {
            format!(" ({}); --set data.drop=[...] leaves columns out", names.join(", "))
        };
        return Err(format!(
            "is a model of {}, but {} gives {}{remedy}",
            shape(inputs, outputs),
            visible(path),
            counted(survey.inputs, "input"),
        ));
    }
    let classes = if survey.outputs == 1 { 2 } else { survey.outputs };
    let is_wrong = match (survey.has_classes, outputs) {
        // One output may be a number, whatever the target looks like.
        (true, 1) => false,
        (true, _) => classes > outputs,
        (false, _) => survey.outputs != outputs,
    };
    if !is_wrong {
        return Ok(());
    }
    let what =
        if survey.has_classes { format!("{classes} classes") } else { "a number".to_owned() };
    Err(format!(
        "is a model of {}, but the target of {} is {what}; --target NAME names another column",
        shape(inputs, outputs),
        visible(path)
    ))
}

fn shape(inputs: usize, outputs: usize) -> String {
    format!("{} and {}", counted(inputs, "input"), counted(outputs, "output"))
}

fn data_lines(model: &ModelState, data: &ModelData<'_>) -> String {
    let scale = model.scaling.as_ref().map(|scaling| {
        let method = Value::String(scaling.method.clone()).to_string();
        ("scale", method, "by the numbers of the model, if it is loaded")
    });
    match data {
        ModelData::Pictures(folder, counts) => {
            format!("\n[data]\nkind    = \"mnist\"\n{}", mnist_lines(folder, counts).trim_end())
        }
        ModelData::Table(path, survey) => table_section(path, survey, scale),
        ModelData::Arrays(path, arrays) => arrays_section(path, arrays, scale),
    }
}

fn training_lines(model: &ModelState, data: &ModelData<'_>) -> String {
    let batch = model.training.as_ref().map_or(BATCH, |training| training.batch);
    let most = data.table().map_or(batch, |(_, survey)| (survey.rows / 2).max(1));
    let batch = batch.min(most);
    let has_classes = data.table().is_none_or(|(_, survey)| survey.has_classes);
    let usual = if has_classes { 0.5 } else { 0.05 };
    let eta = if model.eta > 0.0 { model.eta } else { usual };
    let mut text = format!("\n[training]\nepochs  = 100\nbatch   = {batch}\neta     = {eta:?}");
    if model.lambda > 0.0 {
        // Writing to a `String` never fails.
        let _ = write!(text, "\nlambda  = {:?}", model.lambda);
    }
    text + "\npace    = 10"
}

/// Returns the name of the arm: that of the file, if it is one, else that of the cost.
fn arm_name(model: &ModelState, cost: Cost) -> &str {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = !model.arm.is_empty() && model.arm.chars().all(is_plain);
    if is_name { &model.arm } else { cost.name() }
}
