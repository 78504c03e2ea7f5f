//! Makes the data of a run from a table and what it is taken for.

use crate::data::csv::division::divide;
use crate::data::csv::examples::Examples;
use crate::data::csv::measures::Measures;
use crate::data::csv::options::{Missing, Scale, TableOptions};
use crate::data::csv::planner::{Plan, PlannedTarget};
use crate::data::csv::raw::RawTable;
use crate::data::{Data, DataError, RunRng};
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
        found: Some(found),
    })
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
        PlannedTarget::Classes { names, .. } => classes_in_words(names, counts),
        PlannedTarget::Numbers { columns } if columns.len() == 1 => "a number".to_owned(),
        PlannedTarget::Numbers { columns } => format!("{} numbers", columns.len()),
    };
    let mut parts = vec![
        counted(train.rows + tested, "row"),
        counted(plan.inputs.len(), "input"),
        format!("target {} ({target})", plan.target_name),
    ];
    parts.extend(remarks.iter().cloned());
    match options.scale {
        Scale::None => {}
        Scale::Standard => parts.push("inputs scaled to mean 0, deviation 1".to_owned()),
        Scale::Range => parts.push("inputs scaled to 0 … 1".to_owned()),
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
