//! Arrays as the columns of a table: first those of the inputs, then those of the targets.

use std::ops::ControlFlow;

use crate::arrays::NumberType;
use crate::data::array_data::file::{ArrayFile, NamedArray};
use crate::data::array_data::names::ArrayNames;
use crate::data::array_data::roles::{Pair, Roles};
use crate::data::csv::{ColumnName, NumberTable, TableOptions, TestSize};
use crate::data::limits::ORDER_BYTES;
use crate::data::{DataError, MOST_EXAMPLES, Missing};
use crate::file::{NoRoom, ReadProgress};

/// The most numbers of a target.
const MOST_TARGETS: usize = 1000;

/// The most pixels along a side of a picture that is drawn.
const MOST_SIDE: usize = 256;

/// A pixel of a byte is divided by this, as one of MNIST is.
const BYTE_VALUES: f64 = 256.0;

/// The table that is made of arrays.
pub(super) struct Columns {
    pub(super) table: NumberTable,
    /// How it is to be read, given its columns.
    pub(super) options: TableOptions,
    /// Width and height of the inputs, if they are pictures.
    pub(super) picture: Option<(usize, usize)>,
}

/// Reads the arrays of both sets. `progress` receives the fraction done and can cancel.
///
/// # Errors
/// If an array cannot be read, a number is infinite, or the memory does not suffice.
pub(super) fn read_columns(
    file: &mut ArrayFile,
    roles: &Roles,
    (options, names): (&TableOptions, &ArrayNames),
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Columns, DataError> {
    let rows = set_sizes(file, roles, (options, names))?;
    let width = file.row_width(roles.train.inputs)?;
    let mut sets = vec![(roles.train, rows.train)];
    sets.extend(roles.test.map(|test| (test, rows.test)));
    let mut targets = Vec::new();
    for (pair, rows) in &sets {
        targets.push(pair.targets.map(|array| targets_of(file, array, *rows)).transpose()?);
    }
    let (target_width, is_one_hot) = decode(&mut targets);
    let inputs = &file.arrays[roles.train.inputs];
    let (scale, picture) = (pixel_scale(inputs), picture(inputs));
    let mut remarks = roles.remarks(file);
    if scale < 1.0 {
        remarks.push("pixels divided by 256".to_owned());
    }
    if is_one_hot {
        remarks.push("targets one-hot".to_owned());
    }
    let mut writer = TableWriter::new(file.gauge(), (width, target_width), rows.train + rows.test);
    for ((pair, rows), targets) in sets.iter().zip(&targets) {
        let targets = targets.as_deref().unwrap_or_default();
        writer.add(file, (*pair, *rows), (targets, scale), progress)?;
    }
    let mut options = options.clone();
    if roles.test.is_some() {
        // Rows that will be left out for their holes are none of the last ones.
        let is_kept = |row: &&[f64]| match options.missing {
            Missing::Refuse => true,
            Missing::Drop => !row.iter().any(|number| number.is_nan()),
            Missing::Mean => !row[width..].iter().any(|number| number.is_nan()),
        };
        let of_test = writer.cells.chunks_exact(width + target_width).skip(rows.train);
        let tested = of_test.filter(is_kept).count();
        if tested == 0 {
            return Err(file.wrong("a test set whose rows all have holes", "a row without one"));
        }
        (options.train, options.test) = (None, TestSize::Count(tested));
        options.shuffle = false;
    }
    let mut headings = Vec::new();
    if let Some(array) = roles.train.targets {
        options.target = (width + 1..=width + target_width).map(ColumnName::Number).collect();
        headings = vec![String::new(); width];
        let name = &file.arrays[array].name;
        match target_width {
            1 => headings.push(name.clone()),
            _ => headings.extend((1..=target_width).map(|number| format!("{name} {number}"))),
        }
    }
    let table = NumberTable { headings, width: width + target_width, cells: writer.cells, remarks };
    Ok(Columns { table, options, picture })
}

/// The rows to read of each set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SetSizes {
    pub(super) train: usize,
    pub(super) test: usize,
}

/// Returns how many rows are read. A file with a test set of its own is read up to the sizes that the scenario
/// names; else all rows are read and divided later.
pub(super) fn set_sizes(
    file: &ArrayFile,
    roles: &Roles,
    (options, names): (&TableOptions, &ArrayNames),
) -> Result<SetSizes, DataError> {
    let there_are = file.arrays[roles.train.inputs].rows();
    let sizes = match roles.test {
        None => SetSizes { train: there_are, test: 0 },
        Some(test) => {
            let array = &file.arrays[test.inputs];
            let tested = match options.test {
                _ if !names.has_test_size => array.rows(),
                TestSize::Count(count) => count,
                TestSize::Share(_) => {
                    let found = format!("a test set of its own, {}", array.described());
                    return Err(file.wrong(found, "data.test as a number of its rows"));
                }
            };
            for (wanted, array) in [
                (options.train.unwrap_or(there_are), &file.arrays[roles.train.inputs]),
                (tested, array),
            ] {
                if array.rows() < wanted {
                    let found = format!("the array {}", array.described());
                    return Err(file.wrong(found, format!("{wanted} rows or more")));
                }
            }
            SetSizes { train: options.train.unwrap_or(there_are), test: tested }
        }
    };
    if sizes.train.saturating_add(sizes.test) > MOST_EXAMPLES {
        let found = format!("{} rows", sizes.train.saturating_add(sizes.test));
        return Err(file.wrong(found, format!("{MOST_EXAMPLES} at most; data.train, data.test")));
    }
    Ok(sizes)
}

/// The numbers of the targets of a set.
pub(super) struct TargetNumbers {
    /// Of shape (rows, width).
    pub(super) numbers: Vec<f64>,
    pub(super) width: usize,
}

impl std::ops::Deref for TargetNumbers {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.numbers
    }
}

/// Reads the targets of a set.
pub(super) fn targets_of(
    file: &mut ArrayFile,
    array: usize,
    rows: usize,
) -> Result<TargetNumbers, DataError> {
    let width = file.row_width(array)?;
    if width > MOST_TARGETS {
        let found = format!("the targets {}", file.arrays[array].described());
        return Err(file.wrong(found, format!("{MOST_TARGETS} numbers a row at most")));
    }
    let (gauge, name) = (file.gauge(), file.name.clone());
    let mut numbers: Vec<f64> = Vec::new();
    file.read_rows(array, rows, &mut |piece| {
        let count = numbers.len() / width;
        gauge
            .make_room(&mut numbers, (piece.len(), Some(rows * width)), 0)
            .map_err(|room| too_many(&name, (count, 8 * width), room))?;
        numbers.extend_from_slice(piece);
        Ok(())
    })?;
    Ok(TargetNumbers { numbers, width })
}

/// Replaces one-hot targets by the number of their class. Returns the width of the targets, and whether they were
/// one-hot.
fn decode(targets: &mut [Option<TargetNumbers>]) -> (usize, bool) {
    let width = targets.iter().flatten().map(|of| of.width).max().unwrap_or(0);
    let is_hot =
        |row: &[f64]| row.iter().all(|y| *y == 0.0 || *y == 1.0) && row.iter().sum::<f64>() == 1.0;
    let is_one_hot = width > 1
        && targets
            .iter()
            .flatten()
            .all(|of| of.width == width && of.numbers.chunks_exact(width).all(is_hot));
    if !is_one_hot {
        return (width, false);
    }
    for of in targets.iter_mut().flatten() {
        let class = |row: &[f64]| row.iter().position(|y| *y == 1.0).unwrap_or(0) as f64;
        *of = TargetNumbers {
            numbers: of.numbers.chunks_exact(width).map(class).collect(),
            width: 1,
        };
    }
    (1, true)
}

/// Collects the rows of the table.
struct TableWriter {
    cells: Vec<f64>,
    gauge: ReadProgress,
    /// The number of columns of the inputs and of the targets.
    widths: (usize, usize),
    rows: usize,
}

impl TableWriter {
    fn new(gauge: ReadProgress, widths: (usize, usize), rows: usize) -> Self {
        Self { cells: Vec::new(), gauge, widths, rows }
    }

    /// Adds the rows of a set; each input is multiplied by `scale`.
    fn add(
        &mut self,
        file: &mut ArrayFile,
        (pair, rows): (Pair, usize),
        (targets, scale): (&[f64], f64),
        progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let (width, target_width) = self.widths;
        let (name, array) = (file.name.clone(), file.arrays[pair.inputs].name.clone());
        let most = self.rows.saturating_mul(width + target_width);
        let mut row = 0;
        file.read_rows(pair.inputs, rows, &mut |piece| {
            let done = self.cells.len() / (width + target_width);
            if progress(done as f64 / self.rows as f64).is_break() {
                return Err(DataError::Cancelled);
            }
            let coming = piece.len() / width;
            self.gauge
                .make_room(
                    &mut self.cells,
                    (coming * (width + target_width), Some(most)),
                    done as u64 * ORDER_BYTES,
                )
                .map_err(|room| too_many(&name, (done, 8 * (width + target_width)), room))?;
            for inputs in piece.chunks_exact(width) {
                let target = &targets[row * target_width..(row + 1) * target_width];
                if let Some(number) = inputs.iter().chain(target).find(|n| n.is_infinite()) {
                    return Err(DataError::Csv {
                        name: name.clone(),
                        found: format!("{number} in row {} of {array} or its targets", row + 1),
                        expected: "finite numbers".to_owned(),
                    });
                }
                self.cells.extend(inputs.iter().map(|number| number * scale));
                self.cells.extend_from_slice(target);
                row += 1;
            }
            Ok(())
        })
    }
}

/// Returns the error that the memory does not suffice for more rows than `count`, of so many bytes each.
pub(super) fn too_many(name: &str, (count, bytes): (usize, usize), room: NoRoom) -> DataError {
    DataError::Memory {
        name: name.to_owned(),
        of: "rows",
        count,
        bytes: count as u64 * bytes as u64,
        left: room.left,
    }
}

/// Returns width and height of the pictures of an array: of the shape (n, height, width), with a last or second
/// size of 1 if there is one.
pub(super) fn picture(array: &NamedArray) -> Option<(usize, usize)> {
    let (height, width) = match array.header.shape[..] {
        [_, height, width] | [_, height, width, 1] | [_, 1, height, width] => (height, width),
        // Flat pictures are recognised if they are bytes: a square number of them, 64 or more.
        [_, width] if array.header.number == NumberType::U8 => {
            let side = width.isqrt();
            (side * side == width && side >= 8).then_some((side, side))?
        }
        _ => return None,
    };
    let sides = 2..=MOST_SIDE;
    (sides.contains(&height) && sides.contains(&width)).then_some((width, height))
}

/// Returns what the numbers of an array are multiplied by: bytes of pictures are divided by 256.
fn pixel_scale(array: &NamedArray) -> f64 {
    let is_picture = picture(array).is_some() || array.header.shape.len() > 2;
    let is_bytes = array.header.number == NumberType::U8;
    if is_bytes && is_picture { 1.0 / BYTE_VALUES } else { 1.0 }
}
