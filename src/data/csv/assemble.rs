//! Makes the data of a run from a table and what it is taken for.

use crate::data::csv::division::divide;
use crate::data::csv::examples::Examples;
use crate::data::csv::measures::Measures;
use crate::data::csv::options::{Missing, Scale, TableOptions};
use crate::data::csv::planner::{Plan, PlannedTarget};
use crate::data::csv::raw::RawTable;
use crate::data::{Data, DataError, NumericTarget, RunRng};
use crate::file::{NoRoom, ReadProgress};
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
    for set in std::iter::once(&mut examples).chain(&mut test_set) {
        if options.missing == Missing::Mean {
            measures.fill_holes(set);
        }
        measures.scale(set, options.scale);
    }
    if let Some(column) = measures.unmeasured(options.scale) {
        return Err(beyond_scale(name, &plan.input_name(column)));
    }
    let target = target((name, &plan), &mut examples, test_set.as_mut(), options.scale)?;
    let classes = match &plan.target {
        PlannedTarget::Classes { names, outputs, .. } if *outputs > 1 => names.clone(),
        _ => Vec::new(),
    };
    if let (Some(test), PlannedTarget::Classes { names, .. }) = (&test_set, &plan.target) {
        remarks.extend(examples.untrained(test, names));
    }
    let found = found(&plan, &counts, (&examples, test_set.as_ref()), options, &remarks);
    Ok(Data {
        train: examples.into_set(),
        test: test_set.map(Examples::into_set),
        // On the screen the folder is of no use.
        name: name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned(),
        picture: None,
        classes,
        inputs: plan.input_names,
        target,
        found: Some(found),
    })
}

/// Refuses rows without holes that are all of one class.
fn refuse_single_class(
    plan: &Plan,
    counts: &[usize],
    (name, rows): (&str, usize),
) -> Result<(), DataError> {
    let PlannedTarget::Classes { names, .. } = &plan.target else { return Ok(()) };
    let mut held = names.iter().zip(counts).filter(|(_, count)| **count > 0);
    match (held.next(), held.next()) {
        (Some((class, _)), None) => Err(DataError::Csv {
            name: name.to_owned(),
            found: format!("only the class {class} in the {} without holes", counted(rows, "row")),
            expected: "two or more; data.missing = \"mean\" keeps the others".to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Scales numeric targets, if the outputs can reach any number, by the training examples. Returns what a
/// single one stands for.
fn target(
    (name, plan): (&str, &Plan),
    train: &mut Examples,
    test: Option<&mut Examples>,
    scale: Scale,
) -> Result<Option<NumericTarget>, DataError> {
    let PlannedTarget::Numbers { columns } = &plan.target else { return Ok(None) };
    let scale = if plan.scales_target { scale } else { Scale::None };
    let measures = Measures::of_targets(train);
    if measures.unmeasured(scale).is_some() {
        return Err(beyond_scale(name, &plan.target_name));
    }
    let scales: Vec<(f64, f64)> =
        (0..columns.len()).map(|output| measures.of_column(output, scale)).collect();
    if scale != Scale::None {
        for set in std::iter::once(train).chain(test) {
            set.map_numbers(|output, y| (y - scales[output].0) / scales[output].1);
        }
    }
    Ok(match scales[..] {
        [(from, by)] => Some(NumericTarget { name: plan.target_name.clone(), from, by }),
        _ => None,
    })
}

/// Returns the refusal of a column whose measures are too large for any number.
fn beyond_scale(name: &str, column: &str) -> DataError {
    DataError::Csv {
        name: name.to_owned(),
        found: format!("numbers in {column} that are too large to be scaled"),
        expected: "numbers below 10¹⁵⁰, or data.scale = \"none\"".to_owned(),
    }
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
        PlannedTarget::Classes { names, .. } => {
            let of_class = names.iter().zip(counts).map(|(name, count)| format!("{name}: {count}"));
            let shown: Vec<String> = of_class.take(MOST_SHOWN).collect();
            let more = if names.len() > MOST_SHOWN { ", …" } else { "" };
            format!("{} classes, {}{more}", names.len(), shown.join(", "))
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
        Scale::None => {}
        Scale::Standard => parts.push(format!("{scaled} scaled to mean 0, deviation 1")),
        Scale::Range => parts.push(format!("{scaled} scaled to 0 … 1")),
    }
    if tested > 0 {
        parts.push(format!("test: {}", counted(tested, "row")));
    }
    parts.join(", ")
}
