//! Makes examples of a table: its rows as inputs and targets, divided and scaled.

use rand::seq::SliceRandom;

use crate::data::csv::options::{Missing, Scale, TableOptions, TestSize};
use crate::data::csv::plan::{Plan, PlannedInput, PlannedTarget};
use crate::data::csv::raw::RawTable;
use crate::data::dataset::TargetValues;
use crate::data::{Data, DataError, Dataset, RunRng};
use crate::file::{NoRoom, ReadProgress};

/// The most classes whose examples are counted in words.
const MOST_SHOWN: usize = 6;

/// The most inputs whose spreads are compared.
const MOST_MEASURED: usize = 10_000;

/// The number of values moved to the test set at once: 64 KiB.
const MOVED: usize = 8 << 10;

/// The number of cells taken from a table at once: 16 KiB.
const TAKEN: usize = 2 << 10;

/// How much the spreads of inputs may differ before a remark is due.
const FAR_APART: f64 = 1000.0;

/// The examples of a table before they are divided.
struct Examples {
    inputs: Vec<f64>,
    targets: TargetValues,
    width: usize,
    outputs: usize,
    rows: usize,
}

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
    let mut remarks = table.remarks.clone();
    remarks.extend(plan.remarks.iter().cloned());
    let mut examples =
        Examples::of(table, &plan, options.missing, gauge).map_err(|NoRoom { left }| {
            DataError::Memory { name: name.to_owned(), of: "rows", count: read, bytes: 0, left }
        })?;
    if examples.rows < read {
        remarks.push(format!("{} rows with holes left out", read - examples.rows));
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

impl Examples {
    /// Makes the examples. The table is taken from its end, a piece at a time, so that hardly any number is
    /// in memory twice.
    fn of(
        table: RawTable,
        plan: &Plan,
        missing: Missing,
        gauge: &ReadProgress,
    ) -> Result<Self, NoRoom> {
        let (columns, width) = (table.width(), plan.inputs.len());
        let (mut targets, outputs) = match &plan.target {
            PlannedTarget::Numbers { columns } => {
                (TargetValues::Numbers(Vec::new()), columns.len())
            }
            PlannedTarget::Classes { outputs: 1, .. } => (TargetValues::Numbers(Vec::new()), 1),
            PlannedTarget::Classes { outputs, .. } => (TargetValues::Classes(Vec::new()), *outputs),
        };
        let RawTable { mut cells, rows, .. } = table;
        let mut inputs: Vec<f64> = Vec::new();
        let (mut kept, mut left) = (0, rows);
        let piece = (TAKEN / columns.max(1)).max(1);
        while left > 0 {
            let from = left.saturating_sub(piece);
            if width > columns {
                gauge.make_room(&mut inputs, ((left - from) * width, Some(rows * width)), 0)?;
            } else {
                inputs.reserve_exact((left - from) * width);
            }
            targets.reserve_exact((left - from) * outputs);
            for row in cells[from * columns..].chunks_exact(columns).rev() {
                if is_incomplete(row, plan, missing) {
                    continue;
                }
                push_target(&mut targets, &plan.target, row);
                inputs.extend(plan.inputs.iter().rev().map(|input| value(input, row)));
                kept += 1;
            }
            cells.truncate(from * columns);
            cells.shrink_to_fit();
            left = from;
        }
        inputs.reverse();
        targets.reverse();
        Ok(Self { inputs, targets, width, outputs, rows: kept })
    }

    fn class_of(&self, row: usize) -> Option<usize> {
        match &self.targets {
            TargetValues::Classes(classes) => classes.get(row).map(|class| *class as usize),
            TargetValues::Numbers(numbers) if self.outputs == 1 => {
                numbers.get(row).filter(|y| **y == 0.0 || **y == 1.0).map(|y| *y as usize)
            }
            TargetValues::Numbers(_) => None,
        }
    }

    /// Returns the number of rows of each class; nothing for numbers.
    fn class_counts(&self, target: &PlannedTarget) -> Vec<usize> {
        let PlannedTarget::Classes { values, .. } = target else { return Vec::new() };
        let mut counts = vec![0; values.len()];
        for class in (0..self.rows).filter_map(|row| self.class_of(row)) {
            if let Some(count) = counts.get_mut(class) {
                *count += 1;
            }
        }
        counts
    }

    /// Keeps these rows, given in ascending order.
    fn keep(&mut self, rows: &[u32]) {
        let width = self.width;
        for (to, &from) in rows.iter().enumerate() {
            let from = from as usize;
            self.inputs.copy_within(from * width..(from + 1) * width, to * width);
        }
        self.targets = chosen_targets(&self.targets, rows, self.outputs);
        self.truncate(rows.len());
    }

    fn chosen(&self, rows: &[u32]) -> Self {
        let row = |row: &u32| {
            let at = *row as usize * self.width;
            &self.inputs[at..at + self.width]
        };
        let inputs = rows.iter().flat_map(row).copied().collect();
        let targets = chosen_targets(&self.targets, rows, self.outputs);
        Self { inputs, targets, width: self.width, outputs: self.outputs, rows: rows.len() }
    }

    /// Splits off the last rows.
    fn split_last(&mut self, count: usize) -> Self {
        let from = self.rows - count;
        let inputs = split_off(&mut self.inputs, from * self.width);
        let targets = match &mut self.targets {
            TargetValues::Numbers(numbers) => {
                TargetValues::Numbers(split_off(numbers, from * self.outputs))
            }
            TargetValues::Classes(classes) => TargetValues::Classes(split_off(classes, from)),
        };
        self.rows = from;
        Self { inputs, targets, width: self.width, outputs: self.outputs, rows: count }
    }

    fn truncate(&mut self, rows: usize) {
        if rows >= self.rows {
            return;
        }
        self.inputs.truncate(rows * self.width);
        self.inputs.shrink_to_fit();
        match &mut self.targets {
            TargetValues::Numbers(numbers) => numbers.truncate(rows * self.outputs),
            TargetValues::Classes(classes) => classes.truncate(rows),
        }
        self.rows = rows;
    }

    /// Returns a remark on the classes that are only in the test set.
    fn untrained(&self, test: &Self, names: &[String]) -> Option<String> {
        let classes = |set: &Self| -> Vec<bool> {
            let mut has = vec![false; names.len()];
            for class in (0..set.rows).filter_map(|row| set.class_of(row)) {
                if let Some(has) = has.get_mut(class) {
                    *has = true;
                }
            }
            has
        };
        let pairs = classes(self).into_iter().zip(classes(test)).zip(names);
        let only: Vec<&str> = pairs
            .filter(|((train, test), _)| !train && *test)
            .map(|(_, name)| name.as_str())
            .collect();
        (!only.is_empty()).then(|| {
            format!(
                "only in the test rows: class {}; data.shuffle = true mixes them",
                only.join(", ")
            )
        })
    }

    fn into_set(self) -> Dataset {
        let shape = (self.width, self.outputs);
        match self.targets {
            TargetValues::Numbers(targets) => Dataset::from_numbers(self.inputs, targets, shape),
            TargetValues::Classes(classes) => Dataset::from_classes(self.inputs, classes, shape),
        }
    }
}

impl PlannedTarget {
    /// Returns the columns of the target.
    pub(super) fn columns(&self) -> &[usize] {
        match self {
            Self::Classes { column, .. } => std::slice::from_ref(column),
            Self::Numbers { columns } => columns,
        }
    }
}

fn chosen_targets(targets: &TargetValues, rows: &[u32], outputs: usize) -> TargetValues {
    match targets {
        TargetValues::Numbers(numbers) => {
            let of_row = |row: &u32| {
                let at = *row as usize * outputs;
                &numbers[at..at + outputs]
            };
            TargetValues::Numbers(rows.iter().flat_map(of_row).copied().collect())
        }
        TargetValues::Classes(classes) => {
            TargetValues::Classes(rows.iter().map(|row| classes[*row as usize]).collect())
        }
    }
}

/// Returns whether a row has a hole that is not filled in.
fn is_incomplete(row: &[f64], plan: &Plan, missing: Missing) -> bool {
    let has_hole = |column: &usize| row[*column].is_nan();
    match missing {
        Missing::Mean => plan.target.columns().iter().any(has_hole),
        Missing::Drop => plan.used.iter().any(has_hole),
        // The file has been refused if it has any.
        Missing::Refuse => false,
    }
}

/// Adds the target of a row; of several numbers the last one first.
fn push_target(targets: &mut TargetValues, planned: &PlannedTarget, row: &[f64]) {
    match (targets, planned) {
        (TargetValues::Classes(classes), PlannedTarget::Classes { column, values, .. }) => {
            let class = class_of(values, row[*column]);
            classes.push(class.unwrap_or(0) as u32);
        }
        (TargetValues::Numbers(numbers), PlannedTarget::Classes { column, values, .. }) => {
            numbers.push(if values.first() == Some(&row[*column]) && values.len() > 1 {
                0.0
            } else {
                1.0
            });
        }
        (TargetValues::Numbers(numbers), PlannedTarget::Numbers { columns }) => {
            numbers.extend(columns.iter().rev().map(|column| row[*column]));
        }
        (TargetValues::Classes(_), PlannedTarget::Numbers { .. }) => {}
    }
}

/// Returns the class with a value. Numbers ascend; words, which are few, are in the order of the alphabet.
fn class_of(values: &[f64], value: f64) -> Option<usize> {
    let at = values.binary_search_by(|other| other.total_cmp(&value)).ok();
    let found = at.filter(|at| values.get(*at) == Some(&value));
    found.or_else(|| values.iter().position(|other| *other == value))
}

fn value(input: &PlannedInput, row: &[f64]) -> f64 {
    match *input {
        PlannedInput::Number { column } => row[column as usize],
        PlannedInput::IsWord { column, .. } if row[column as usize].is_nan() => f64::NAN,
        PlannedInput::IsWord { column, word } => {
            f64::from(u8::from(row[column as usize] == f64::from(word)))
        }
    }
}

/// Keeps the rows for training and returns those for testing, in the order of the file.
fn divide(
    examples: &mut Examples,
    (name, options): (&str, &TableOptions),
    rng: &mut RunRng,
) -> Result<Option<Examples>, DataError> {
    let rows = examples.rows;
    let test = match options.test {
        TestSize::Count(count) => count,
        TestSize::Share(share) => (share * rows as f64).round() as usize,
    };
    let least = options.train.unwrap_or(1).max(1).saturating_add(test);
    if rows < least {
        let words = |n: usize| if n == 1 { "1 row".to_owned() } else { format!("{n} rows") };
        let found = if rows == 0 { "no examples".to_owned() } else { words(rows) };
        let train = options.train.map_or("1 or more".to_owned(), |n| n.to_string());
        let both = format!("{least} or more: {train} to train on, {test} to test on");
        let expected = if test == 0 { words(least) + " or more" } else { both };
        return Err(DataError::Csv { name: name.to_owned(), found, expected });
    }
    let train = options.train.unwrap_or(rows - test);
    if !options.shuffle || (test == 0 && train == rows) {
        let last = examples.split_last(test);
        examples.truncate(train);
        return Ok((test > 0).then_some(last));
    }
    let of_test = drawn(examples, test, rng);
    let is_free = |row: &u32| of_test.binary_search(row).is_err();
    let mut rest: Vec<u32> = (0..rows as u32).filter(is_free).collect();
    if train < rest.len() {
        rest.shuffle(rng);
        rest.truncate(train);
        rest.sort_unstable();
    }
    let test_set = (test > 0).then(|| examples.chosen(&of_test));
    examples.keep(&rest);
    Ok(test_set)
}

/// Draws test rows, of each class its share, in ascending order.
fn drawn(examples: &Examples, count: usize, rng: &mut RunRng) -> Vec<u32> {
    if count == 0 {
        return Vec::new();
    }
    let mut groups: Vec<Vec<u32>> = Vec::new();
    for row in 0..examples.rows {
        let class = examples.class_of(row).unwrap_or(0);
        if groups.len() <= class {
            groups.resize(class + 1, Vec::new());
        }
        groups[class].push(row as u32);
    }
    groups.retain(|group| !group.is_empty());
    for group in &mut groups {
        group.shuffle(rng);
    }
    // Whole shares first; the rows that are left go to the largest remainders.
    let share = |group: &Vec<u32>| group.len() as f64 * count as f64 / examples.rows as f64;
    let mut taken: Vec<usize> = groups.iter().map(|group| share(group) as usize).collect();
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by(|a, b| share(&groups[*b]).fract().total_cmp(&share(&groups[*a]).fract()));
    let mut left = count - taken.iter().sum::<usize>();
    for group in order.iter().cycle().take(groups.len() * 2) {
        if left > 0 && taken[*group] < groups[*group].len() {
            taken[*group] += 1;
            left -= 1;
        }
    }
    let chosen = groups.iter().zip(&taken).flat_map(|(group, taken)| &group[..*taken]);
    let mut chosen: Vec<u32> = chosen.copied().collect();
    chosen.sort_unstable();
    chosen
}

/// The mean, the standard deviation and the range of each input over the training examples.
#[derive(Default)]
struct Measures {
    mean: Vec<f64>,
    deviation: Vec<f64>,
    range: Vec<(f64, f64)>,
}

impl Measures {
    fn of(train: &Examples) -> Self {
        let width = train.width;
        let column = |at: usize| {
            let cells = train.inputs.iter().skip(at).step_by(width);
            cells.copied().filter(|value| !value.is_nan())
        };
        let mean: Vec<f64> = (0..width)
            .map(|at| column(at).sum::<f64>() / column(at).count().max(1) as f64)
            .collect();
        let deviation = (0..width)
            .map(|at| {
                let squares = column(at).map(|value| (value - mean[at]) * (value - mean[at]));
                (squares.sum::<f64>() / column(at).count().max(1) as f64).sqrt()
            })
            .collect();
        let range = (0..width)
            .map(|at| {
                column(at)
                    .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
            })
            .collect();
        Self { mean, deviation, range }
    }

    fn fill_holes(&self, set: &mut Examples) {
        for row in set.inputs.chunks_exact_mut(self.mean.len().max(1)) {
            for (value, mean) in row.iter_mut().zip(&self.mean).filter(|(value, _)| value.is_nan())
            {
                *value = *mean;
            }
        }
    }

    fn scale(&self, set: &mut Examples, scale: Scale) {
        let of = |at: usize| match scale {
            Scale::None => (0.0, 1.0),
            Scale::Standard => (self.mean[at], self.deviation[at]),
            Scale::Range => (self.range[at].0, self.range[at].1 - self.range[at].0),
        };
        if scale == Scale::None {
            return;
        }
        for row in set.inputs.chunks_exact_mut(self.mean.len().max(1)) {
            for (at, value) in row.iter_mut().enumerate() {
                let (from, by) = of(at);
                // A column that is the same in every row stays at 0.
                *value = (*value - from) / if by > 0.0 { by } else { 1.0 };
            }
        }
    }

    /// Returns a remark on inputs whose spreads are far apart.
    fn far_apart(&self, plan: &Plan) -> Option<String> {
        let spreads =
            self.deviation.iter().copied().enumerate().filter(|(_, spread)| *spread > 0.0);
        let (least, most) = (
            spreads.clone().min_by(|a, b| a.1.total_cmp(&b.1))?,
            spreads.max_by(|a, b| a.1.total_cmp(&b.1))?,
        );
        let names = &plan.input_names;
        (most.1 > least.1 * FAR_APART).then(|| {
            format!(
                "{} spreads {:.0e} times as much as {}: data.scale = \"standard\" would help",
                names[most.0],
                most.1 / least.1,
                names[least.0]
            )
        })
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
    let plural = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
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
    let mut parts = vec![
        plural(train.rows + tested, "row"),
        plural(plan.inputs.len(), "input"),
        format!("target {} ({target})", plan.target_name),
    ];
    parts.extend(remarks.iter().cloned());
    match options.scale {
        Scale::None => {}
        Scale::Standard => parts.push("inputs scaled to mean 0, deviation 1".to_owned()),
        Scale::Range => parts.push("inputs scaled to 0 … 1".to_owned()),
    }
    if tested > 0 {
        parts.push(format!("test: {}", plural(tested, "row")));
    }
    parts.join(", ")
}

/// Does the same as [`Vec::split_off`], a piece at a time from the end, so that hardly any item is in
/// memory twice.
fn split_off<T: Copy>(items: &mut Vec<T>, at: usize) -> Vec<T> {
    let mut moved = Vec::new();
    while items.len() > at {
        let piece = at.max(items.len().saturating_sub(MOVED))..;
        moved.reserve_exact(items.len() - piece.start);
        moved.extend(items.drain(piece).rev());
        items.shrink_to_fit();
    }
    moved.reverse();
    moved
}
