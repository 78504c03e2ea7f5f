//! Makes the data of a run from a table and what it is taken for.

use crate::data::csv::division::divide;
use crate::data::csv::examples::Examples;
use crate::data::csv::measures::Measures;
use crate::data::csv::options::{Missing, Scale, TableOptions};
use crate::data::csv::planner::{Plan, PlannedTarget};
use crate::data::csv::raw::{RawTable, visible_name};
use crate::data::{Data, DataError, NumericTarget, RunRng};
use crate::file::{NoRoom, ReadProgress};
use crate::nn::DataScaling;
use crate::text::counted;

/// The most classes whose examples are counted in words.
const MOST_SHOWN: usize = 6;

/// The most inputs whose spreads are compared.
const MOST_MEASURED: usize = 10_000;

/// Makes the data of a run.
///
/// # Errors
/// If there are too few rows or too little memory.
pub(super) fn assemble(
    table: RawTable,
    plan: Plan,
    (name, options): (&str, &TableOptions),
    (rng, gauge): (&mut RunRng, &ReadProgress),
) -> Result<Data, DataError> {
    let read = table.rows;
    let bytes = size_of_val(&table.cells[..]) as u64;
    let mut remarks = table.remarks.clone();
    remarks.extend(plan.remarks.iter().cloned());
    let mut examples =
        Examples::of(table, &plan, options.missing, gauge).map_err(|NoRoom { left }| {
            DataError::Memory { name: name.to_owned(), of: "rows", count: read, bytes, left }
        })?;
    if examples.rows < read {
        remarks.push(format!("{} with holes left out", counted(read - examples.rows, "row")));
    }
    let counts = examples.class_counts(&plan.target);
    if examples.rows < read {
        refuse_single_class(&plan, &counts, (name, examples.rows))?;
    }
    let mut test_set = divide(&mut examples, (name, options), rng)?;
    let is_wide = examples.width > MOST_MEASURED;
    let is_plain = options.scale == Scale::None && options.missing != Missing::Mean;
    let measures = if is_wide && is_plain { Measures::default() } else { Measures::of(&examples) };
    if options.scale == Scale::None {
        remarks.extend(measures.far_apart(&plan));
    }
    let scaling = scaling((name, &plan), &measures, &examples, options)?;
    for set in std::iter::once(&mut examples).chain(&mut test_set) {
        if options.missing == Missing::Mean {
            measures.fill_holes(set);
        }
        if let Some(scaling) = &scaling {
            scaling.apply(&mut set.inputs);
        }
    }
    let target = target((name, &plan), &mut examples, test_set.as_mut(), scaling.as_ref())?;
    let names = plan.target.class_names().to_vec();
    let (classes, pair) = match &plan.target {
        PlannedTarget::Classes { outputs: 1, .. } => (Vec::new(), names.try_into().ok()),
        _ => (names, None),
    };
    if let Some(test) = &test_set {
        remarks.extend(examples.untrained(test, plan.target.class_names()));
    }
    let found = found(&plan, &counts, (&examples, test_set.as_ref()), options, &remarks);
    Ok(Data {
        train: examples.into_set(),
        test: test_set.map(Examples::into_set),
        // On the screen the folder is of no use.
        name: name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned(),
        picture: None,
        classes,
        pair,
        inputs: plan.input_names,
        target,
        found: Some(found),
        scaling,
    })
}

/// Refuses rows without holes that are all of one class.
fn refuse_single_class(
    plan: &Plan,
    counts: &[usize],
    (name, rows): (&str, usize),
) -> Result<(), DataError> {
    let mut held = plan.target.class_names().iter().zip(counts).filter(|(_, count)| **count > 0);
    match (held.next(), held.next()) {
        (Some((class, _)), None) => Err(DataError::Csv {
            name: name.to_owned(),
            found: format!("only the class {class} in the {} without holes", counted(rows, "row")),
            expected: "two or more; data.missing = \"mean\" keeps the others".to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Returns the scaling: that of a model, or that by the training examples, of the inputs, and of numeric
/// targets if the outputs can reach any number; `None` if nothing is scaled.
fn scaling(
    (name, plan): (&str, &Plan),
    measures: &Measures,
    train: &Examples,
    options: &TableOptions,
) -> Result<Option<DataScaling>, DataError> {
    if let Some(of_model) = options.scaling.as_deref() {
        check_scaling(of_model, plan, name)?;
        return Ok(Some(of_model.clone()));
    }
    let scale = options.scale;
    if scale != Scale::None && train.width > DataScaling::MOST_INPUTS {
        let found = format!("{} to scale", counted(train.width, "input"));
        let expected =
            format!("{} at most; data.scale = \"none\" takes more", DataScaling::MOST_INPUTS);
        return Err(DataError::Csv { name: name.to_owned(), found, expected });
    }
    let Some(mut scaling) = measures.scaling(scale, plan) else { return Ok(None) };
    let is_usable = |numbers: &[f64]| numbers.iter().position(|number| !number.is_finite());
    if let Some(input) = is_usable(&scaling.offsets).or_else(|| is_usable(&scaling.spreads)) {
        return Err(beyond_scale(name, &plan.input_name(input)));
    }
    if plan.scales_target {
        (scaling.target_offsets, scaling.target_spreads) =
            Measures::of_targets(train).of_columns_by(scale);
        let numbers = [&scaling.target_offsets[..], &scaling.target_spreads];
        if numbers.into_iter().any(|numbers| is_usable(numbers).is_some()) {
            return Err(beyond_scale(name, &plan.target_name));
        }
    }
    Ok(Some(scaling))
}

/// Scales numeric targets. Returns what a single one stands for.
///
/// # Errors
/// If a model scales another number of targets.
fn target(
    (name, plan): (&str, &Plan),
    train: &mut Examples,
    test: Option<&mut Examples>,
    scaling: Option<&DataScaling>,
) -> Result<Option<NumericTarget>, DataError> {
    let PlannedTarget::Numbers { columns } = &plan.target else { return Ok(None) };
    let empty: (&[f64], &[f64]) = (&[], &[]);
    let (offsets, spreads) =
        scaling.map_or(empty, |scaling| (&scaling.target_offsets, &scaling.target_spreads));
    if !offsets.is_empty() {
        if offsets.len() != columns.len() {
            let (name, found) = (name.to_owned(), counted(columns.len(), "target"));
            let expected = format!("{}, as many as the model scales", offsets.len());
            return Err(DataError::Csv { name, found, expected });
        }
        for set in std::iter::once(train).chain(test) {
            set.map_numbers(|output, y| (y - offsets[output]) / spreads[output]);
        }
    }
    let from = offsets.first().copied().unwrap_or(0.0);
    let by = spreads.first().copied().unwrap_or(1.0);
    let is_single = columns.len() == 1;
    Ok(is_single.then(|| NumericTarget { name: plan.target_name.clone(), from, by }))
}

/// Returns the refusal of a column whose measures are too large for any number.
fn beyond_scale(name: &str, column: &str) -> DataError {
    DataError::Csv {
        name: name.to_owned(),
        found: format!("numbers in {column} that are too large to be scaled"),
        expected: "numbers below 10¹⁵⁰, or data.scale = \"none\"".to_owned(),
    }
}

/// Checks that the scaling of a model is for the inputs and the classes of a table.
fn check_scaling(scaling: &DataScaling, plan: &Plan, name: &str) -> Result<(), DataError> {
    let wrong = |found: String, expected: String| {
        Err(DataError::Csv { name: name.to_owned(), found, expected })
    };
    let (wanted, inputs) = (scaling.offsets.len(), plan.inputs.len());
    if wanted != inputs {
        let expected = format!("{wanted}, as many as the model scales");
        return wrong(counted(inputs, "input"), expected);
    }
    let classes = plan.target.class_names();
    for (what, of_model, of_table) in [
        ("input", &scaling.inputs[..], &plan.input_names[..]),
        ("class", &scaling.classes[..], classes),
    ] {
        if of_model.is_empty() || of_table.is_empty() || of_model == of_table {
            continue;
        }
        let at = of_model.iter().zip(of_table).take_while(|(one, other)| one == other).count();
        let shown = |names: &[String]| {
            names.get(at).map_or("none".to_owned(), |name| format!("\"{}\"", visible_name(name)))
        };
        let found = format!("{} as {what} {}", shown(of_table), at + 1);
        return wrong(found, format!("{}, as in the model", shown(of_model)));
    }
    Ok(())
}

/// Returns in one line what the table was taken for.
fn found(
    plan: &Plan,
    counts: &[usize],
    (train, test): (&Examples, Option<&Examples>),
    options: &TableOptions,
    remarks: &[String],
) -> String {
    let tested = test.map_or(0, |test| test.rows);
    let target = match &plan.target {
        PlannedTarget::Classes { names, .. } | PlannedTarget::OneHot { names, .. } => {
            classes_in_words(names, counts)
        }
        PlannedTarget::Numbers { columns } if columns.len() == 1 => "a number".to_owned(),
        PlannedTarget::Numbers { columns } => format!("{} numbers", columns.len()),
    };
    let scaled = if plan.scales_target { "inputs and target" } else { "inputs" };
    let mut parts = vec![
        counted(train.rows + tested, "row"),
        counted(plan.inputs.len(), "input"),
        format!("target {} ({target})", plan.target_name),
    ];
    parts.extend(remarks.iter().cloned());
    match options.scale {
        _ if options.scaling.is_some() => {
            parts.push(format!("{scaled} scaled as the model's were"));
        }
        Scale::None => {}
        Scale::Standard => parts.push(format!("{scaled} scaled to mean 0, deviation 1")),
        Scale::Range => parts.push(format!("{scaled} scaled to 0 … 1")),
    }
    if tested > 0 {
        parts.push(format!("test: {}", counted(tested, "row")));
    }
    parts.join(", ")
}

/// Returns the number of the classes, and how many examples the first have.
pub(in crate::data) fn classes_in_words(names: &[String], counts: &[usize]) -> String {
    let of_class = names.iter().zip(counts).map(|(name, count)| format!("{name}: {count}"));
    let shown: Vec<String> = of_class.take(MOST_SHOWN).collect();
    let more = if names.len() > MOST_SHOWN { ", …" } else { "" };
    format!("{} classes, {}{more}", names.len(), shown.join(", "))
}
