//! The scenario for a table of which nothing but the file is known.

use std::fmt::Write;

use toml::Value;

use crate::data::{
    ArrayNames, ColumnName, MNIST_TEST, MNIST_TRAIN, MnistCounts, Survey, SurveyedArrays,
    TableOptions, is_array_file,
};
use crate::scenario::catalogue::find;
use crate::scenario::error::ScenarioError;
use crate::scenario::source::Override;
use crate::scenario::spec::{DataSpec, Scenario};
use crate::text::visible;

/// The share of the rows for the test.
const TEST: f64 = 0.2;

/// The number of rows from which there is a test set.
const ENOUGH: usize = 20;

/// The mini-batch, unless there are fewer rows.
pub(super) const BATCH: usize = 10;

/// Returns how the overrides say that a table or a file of arrays is to be read, and which arrays they name; they
/// need no network for that.
///
/// # Errors
/// If an override of the data is invalid.
pub(crate) fn table_options(
    path: &str,
    overrides: &[Override],
) -> Result<(TableOptions, ArrayNames), ScenarioError> {
    let kind = if is_array_file(path) { "arrays" } else { "csv" };
    let text = format!(
        "data = {{ kind = \"{kind}\", path = {} }}\nnetwork = {{ layers = [1, 1] }}\n\
         training = {{ epochs = 1, batch = 1, eta = 1 }}\narm = [{{ name = \"a\", cost = \"quadratic\" }}]\n",
        Value::String(path.to_owned())
    );
    let of_data = |change: &&Override| {
        let key = change.key.trim();
        key.starts_with("data.") || key == "target"
    };
    let of_data: Vec<Override> = overrides.iter().filter(of_data).cloned().collect();
    match Scenario::read(&text, path, &of_data)?.data {
        DataSpec::Csv { options, .. } => Ok((options, ArrayNames::default())),
        DataSpec::Arrays { options, names, .. } => Ok((options, names)),
        _ => Ok((TableOptions::default(), ArrayNames::default())),
    }
}

/// Writes the scenario for a table.
pub fn scenario_of_table(path: &str, survey: &Survey) -> String {
    written(path, survey, table_section(path, survey, needed_scale(survey)))
}

/// Writes the scenario for arrays.
pub(crate) fn scenario_of_arrays(path: &str, arrays: &SurveyedArrays) -> String {
    let survey = &arrays.survey;
    written(path, survey, arrays_section(path, arrays, needed_scale(survey)))
}

/// Writes the scenario for the pictures in a folder: that of MNIST, with the sizes of this data.
pub(crate) fn scenario_of_mnist(path: &str, counts: &MnistCounts) -> String {
    let MnistCounts { name, train, test, classes } = counts;
    let data = mnist_lines(path, counts);
    let built_in = find("mnist").map_or("", |built_in| built_in.text);
    let text = built_in
        .replace("kind    = \"mnist\"\n", &format!("kind    = \"mnist\"\n{data}"))
        .replace("title     = \"MNIST\"", &format!("title     = \"{name}\""))
        .replace("[784, 30, 10]", &format!("[784, 30, {classes}]"))
        .replace("batch   = 10\n", &format!("batch   = {}\n", BATCH.min(*train)));
    format!("# Made for {}: {train} pictures and {test} for the test.\n{text}", visible(path))
}

/// Returns the lines of `[data]` after the kind: where the pictures are, and how many, unless they are as many as
/// those of MNIST.
pub(super) fn mnist_lines(path: &str, counts: &MnistCounts) -> String {
    let MnistCounts { name, train, test, .. } = counts;
    // The book keeps the last 10,000 of MNIST for validation.
    let is_usual = *train >= MNIST_TRAIN && *name == MNIST;
    let train_line = if is_usual { String::new() } else { format!("train   = {train}\n") };
    let test_line = if *test == MNIST_TEST { String::new() } else { format!("test    = {test}\n") };
    format!("path    = {}\n{train_line}{test_line}", text_value(path))
}

/// The name of the data whose validation pictures are left out.
const MNIST: &str = "MNIST";

/// A line of a scenario: key, value and comment.
pub(super) type Line = (&'static str, String, &'static str);

/// What is said of the test rows.
const DRAWN_TEST: &str = "drawn by the seed, with every class";

fn text_value(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn target_line(survey: &Survey) -> Line {
    let named = |column: &ColumnName| match column {
        ColumnName::Heading(heading) => text_value(heading),
        ColumnName::Number(number) => number.to_string(),
    };
    let names: Vec<String> = survey.target.iter().map(named).collect();
    let target = match &names[..] {
        [name] => name.clone(),
        names => format!("[{}]", names.join(", ")),
    };
    ("target", target, "")
}

/// Returns the section `[data]` for a table; `scale` is the line for its scaling, if it is scaled.
pub(super) fn table_section(path: &str, survey: &Survey, scale: Option<Line>) -> String {
    let test = (survey.rows >= ENOUGH).then_some(DRAWN_TEST);
    section((path, "csv"), survey, &[target_line(survey)], (scale, test))
}

/// Returns the section `[data]` for arrays; `scale` is the line for their scaling, if they are scaled.
pub(super) fn arrays_section(path: &str, arrays: &SurveyedArrays, scale: Option<Line>) -> String {
    let SurveyedArrays { inputs, targets, has_test, survey } = arrays;
    let mut names: Vec<Line> = Vec::new();
    names.extend(inputs.as_ref().map(|name| ("inputs", text_value(name), "")));
    match targets {
        Some(name) => names.push(("targets", text_value(name), "")),
        None => names.push(target_line(survey)),
    }
    // Without a line for its size, the test set of the file is taken whole.
    let test = (!has_test && survey.rows >= ENOUGH).then_some(DRAWN_TEST);
    section((path, "arrays"), survey, &names, (scale, test))
}

/// Returns the section `[data]` for data of a path and kind, with these lines after the path.
fn section(
    (path, kind): (&str, &str),
    survey: &Survey,
    names: &[Line],
    (scale, test): (Option<Line>, Option<&'static str>),
) -> String {
    let mut data = vec![("kind", text_value(kind), ""), ("path", text_value(path), "")];
    data.extend(names.iter().cloned());
    if survey.has_holes {
        let why = "rows with holes are left out; \"mean\" fills them in";
        data.push(("missing", text_value("drop"), why));
    }
    data.extend(scale);
    data.extend(test.map(|why| ("test", TEST.to_string(), why)));
    let lines = data.iter().map(|(key, value, comment)| {
        let line = format!("{key:<7} = {value}");
        if comment.is_empty() { line } else { format!("{line:<22}  # {comment}") }
    });
    std::iter::once("\n[data]".to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}

/// Returns the line of the scaling that data need.
fn needed_scale(survey: &Survey) -> Option<Line> {
    let line = ("scale", text_value("standard"), "the columns differ in size");
    survey.needs_scale.then_some(line)
}

/// Writes a scenario for data, given their section.
fn written(path: &str, survey: &Survey, section: String) -> String {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let title: String = file.chars().take(40).collect();
    let inputs = if survey.inputs == 1 { "1 input" } else { &format!("{} inputs", survey.inputs) };
    let mut lines = vec![format!("# Made for {}: {} rows, {inputs}.", visible(file), survey.rows)];
    lines.extend(survey.remarks.iter().map(|remark| format!("# {remark}")));
    lines.push(format!("title   = {}", text_value(&title)));
    lines.push(section);
    lines.push(training(survey));
    lines.join("\n")
}

/// Writes the network, the training and the arms for a table.
fn training(survey: &Survey) -> String {
    let mut text = String::new();
    let mut line = |words: String| {
        // Writing to a `String` never fails.
        let _ = writeln!(text, "{words}");
    };
    let hidden = (2 * survey.inputs).clamp(4, 30);
    line("\n[network]".to_owned());
    line(format!("layers  = [{}, {hidden}, {}]", survey.inputs, survey.outputs));
    if !survey.has_classes {
        line("output  = \"linear\"    # the target is a number".to_owned());
    }
    let batch = BATCH.min((survey.rows / 2).max(1));
    line("\n[training]".to_owned());
    line("epochs  = 100".to_owned());
    line(format!("batch   = {batch}"));
    line(format!("eta     = {}", if survey.has_classes { "0.5" } else { "0.05" }));
    line("pace    = 10".to_owned());
    line("\n[[arm]]\nname = \"quadratic\"\ncost = \"quadratic\"".to_owned());
    if survey.has_classes {
        line("eta  = 3\n\n[[arm]]\nname = \"cross-entropy\"\ncost = \"cross-entropy\"".to_owned());
    }
    text
}
