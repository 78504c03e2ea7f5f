//! Examples written in a scenario.

use crate::data::{Data, Dataset};

/// Returns a training set from the rows of a table: n rows of inputs and n rows of targets, each of
/// equal width.
///
/// # Panics
/// If there is no row, or the rows differ in width; the readers of tables check both.
pub fn table(inputs: &[Vec<f64>], targets: &[Vec<f64>]) -> Data {
    let (x, width) = flatten(inputs);
    let (y, outputs) = flatten(targets);
    let train = Dataset::from_numbers(x, y, (width, outputs));
    let classes = if train.is_one_hot() { numbered(outputs) } else { Vec::new() };
    Data {
        train,
        test: None,
        name: "table".to_owned(),
        picture: None,
        pair: None,
        classes,
        inputs: Vec::new(),
        target: None,
        found: None,
        scaling: None,
    }
}

/// Returns names for classes without their own: 0, 1, …
pub(super) fn numbered(classes: usize) -> Vec<String> {
    (0..classes).map(|k| k.to_string()).collect()
}

fn flatten(rows: &[Vec<f64>]) -> (Vec<f64>, usize) {
    let width = rows.first().map_or(0, Vec::len);
    assert!(rows.iter().all(|row| row.len() == width), "the rows of a table are of one width");
    (rows.concat(), width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_its_rows() {
        let data = table(&[vec![1.0, 2.0], vec![3.0, 4.0]], &[vec![0.0], vec![1.0]]);
        assert_eq!((data.train.len(), data.train.inputs(), data.train.outputs()), (2, 2, 1));
        assert!(data.train.is_binary());
        assert_eq!((data.test, data.picture), (None, None));
        assert!(data.classes.is_empty());
    }

    #[test]
    fn one_hot_targets_name_their_classes() {
        let data = table(&[vec![1.0]], &[vec![0.0, 1.0]]);
        assert_eq!(data.classes, ["0", "1"]);
    }
}
