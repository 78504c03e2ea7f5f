//! The examples that are drawn on a plane of two inputs.

use crate::data::{Data, Dataset};
use crate::explain::field::window::centre;
use crate::math::narrow;
use crate::telemetry::{ExampleEdit, PlaneExample, PlaneExamples, PlaneTarget, Window};

/// The most examples of each set that are drawn; more would cover the field. Examples that can be changed are all there.
const MOST: usize = ExampleEdit::MOST;

/// The points of the map of numeric targets across and up.
const TARGETS: (usize, usize) = (40, 40);

/// Returns the examples of both sets: all of them, or a regular sample of each.
pub(super) fn plane_examples(data: &Data, axes: (usize, usize), window: Window) -> PlaneExamples {
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
    let target_map = nearest_targets(&points[..training], window);
    PlaneExamples {
        points,
        training,
        edited: data.train.edited(),
        edition: data.train.edition(),
        of,
        targets,
        target_map,
        target_points: TARGETS,
    }
}

/// Returns the target of the nearest of these examples at each point of the map; nothing if the targets are classes.
fn nearest_targets(examples: &[PlaneExample], window: Window) -> Vec<f32> {
    let numbers = examples.iter().filter_map(|point| match point.target {
        PlaneTarget::Number(y) => Some((point.at, y)),
        PlaneTarget::Class(_) => None,
    });
    let numbers: Vec<([f64; 2], f64)> = numbers.collect();
    if numbers.is_empty() {
        return Vec::new();
    }
    let (wide, high) = window.spans();
    let nearest = |part: usize| {
        let [x, y] = centre(window, (part % TARGETS.0, part / TARGETS.0), TARGETS);
        let distance = |at: [f64; 2]| {
            let (across, up) = ((at[0] - x) / wide, (at[1] - y) / high);
            across * across + up * up
        };
        let nearest = numbers.iter().min_by(|a, b| distance(a.0).total_cmp(&distance(b.0)));
        nearest.map_or(0.0, |(_, y)| narrow(*y))
    };
    (0..TARGETS.0 * TARGETS.1).map(nearest).collect()
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
