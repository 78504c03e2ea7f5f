//! The examples that are drawn on a plane of two inputs.

use crate::data::{Data, Dataset};
use crate::telemetry::{PlaneExample, PlaneExamples, PlaneTarget};

/// The most examples of each set that are drawn; more would cover the field.
const MOST: usize = 1000;

/// Returns the examples of both sets: all of them, or a regular sample of each.
pub(super) fn plane_examples(data: &Data, axes: (usize, usize)) -> PlaneExamples {
    let mut points = Vec::new();
    add(&data.train, axes, &mut points);
    let training = points.len();
    if let Some(test) = &data.test {
        add(test, axes, &mut points);
    }
    let numbers = points.iter().filter_map(|point| match point.target {
        PlaneTarget::Number(y) => Some(y),
        PlaneTarget::Class(_) => None,
    });
    let targets = numbers.fold(None, |range: Option<(f64, f64)>, y| {
        Some(range.map_or((y, y), |(least, greatest)| (least.min(y), greatest.max(y))))
    });
    let of = (data.train.len(), data.test.as_ref().map_or(0, Dataset::len));
    PlaneExamples { points, training, of, targets }
}

fn add(set: &Dataset, (across, up): (usize, usize), points: &mut Vec<PlaneExample>) {
    let (mut x, mut y) = (vec![0.0; set.inputs()], vec![0.0; set.outputs()]);
    let spacing = set.len().div_ceil(MOST);
    for row in (0..set.len()).step_by(spacing) {
        set.write_input(row, &mut x);
        set.write_target(row, &mut y);
        let target = match set.class(row) {
            Some(class) => PlaneTarget::Class(class),
            None if set.is_binary() => PlaneTarget::Class(usize::from(y[0] >= 0.5)),
            None => PlaneTarget::Number(y[0]),
        };
        points.push(PlaneExample { row, at: [x[across], x[up]], target });
    }
}
