//! Examples written down in a scenario.

use crate::data::{Data, DataError, DataSet};

/// A training set from the rows of a table: n inputs and n targets, each of one width.
///
/// # Errors
/// If there is no row, the rows differ in width, or a number is not finite.
pub fn table(inputs: &[Vec<f64>], targets: &[Vec<f64>]) -> Result<Data, DataError> {
    if inputs.len() != targets.len() {
        return Err(DataError::Table(format!(
            "found {} rows of inputs and {} of targets, expected as many of both",
            inputs.len(),
            targets.len()
        )));
    }
    let (x, width) = flatten("inputs", inputs)?;
    let (y, outputs) = flatten("targets", targets)?;
    let train = DataSet::from_numbers(x, y, (width, outputs));
    let classes = if train.is_one_hot() { numbered(outputs) } else { Vec::new() };
    Ok(Data { train, test: None, name: "table".to_owned(), picture: None, classes })
}

/// The names of classes that have none: 0, 1, …
pub(super) fn numbered(classes: usize) -> Vec<String> {
    (0..classes).map(|k| k.to_string()).collect()
}

fn flatten(part: &str, rows: &[Vec<f64>]) -> Result<(Vec<f64>, usize), DataError> {
    let width = rows.first().map_or(0, Vec::len);
    if width == 0 {
        let found = if rows.is_empty() { "no row" } else { "an empty row" };
        return Err(DataError::Table(format!(
            "{part}: found {found}, expected at least one row of at least one number"
        )));
    }
    let mut flat = Vec::with_capacity(rows.len() * width);
    for (i, row) in rows.iter().enumerate() {
        if row.len() != width {
            return Err(DataError::Table(format!(
                "{part}, row {}: found {} numbers, expected {width} as in the first row",
                i + 1,
                row.len()
            )));
        }
        if let Some(bad) = row.iter().find(|x| !x.is_finite()) {
            let row = i + 1;
            return Err(DataError::Table(format!(
                "{part}, row {row}: found {bad}, expected a finite number"
            )));
        }
        flat.extend_from_slice(row);
    }
    Ok((flat, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_its_rows() {
        let data = table(&[vec![1.0, 2.0], vec![3.0, 4.0]], &[vec![0.0], vec![1.0]]).unwrap();
        assert_eq!((data.train.len(), data.train.inputs(), data.train.outputs()), (2, 2, 1));
        assert!(data.train.is_binary());
        assert_eq!((data.test, data.picture), (None, None));
        assert!(data.classes.is_empty());
    }

    #[test]
    fn one_hot_targets_name_their_classes() {
        let data = table(&[vec![1.0]], &[vec![0.0, 1.0]]).unwrap();
        assert_eq!(data.classes, ["0", "1"]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let says = |x: &[Vec<f64>], y: &[Vec<f64>]| table(x, y).unwrap_err().to_string();
        assert_eq!(
            says(&[vec![1.0]], &[]),
            "found 1 rows of inputs and 0 of targets, expected as many of both"
        );
        assert_eq!(
            says(&[], &[]),
            "inputs: found no row, expected at least one row of at least one number"
        );
        assert_eq!(
            says(&[vec![1.0]], &[vec![]]),
            "targets: found an empty row, expected at least one row of at least one number"
        );
        assert_eq!(
            says(&[vec![1.0], vec![1.0, 2.0]], &[vec![1.0], vec![1.0]]),
            "inputs, row 2: found 2 numbers, expected 1 as in the first row"
        );
        assert_eq!(
            says(&[vec![f64::NAN]], &[vec![1.0]]),
            "inputs, row 1: found NaN, expected a finite number"
        );
    }
}
