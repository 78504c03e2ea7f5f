//! The part of a plane that is drawn: round numbers around the examples.

use std::ops::Range;

use crate::data::{Data, Dataset};
use crate::math::power_of_ten;
use crate::telemetry::Window;

/// The share of the spread of the examples that is added on each side.
const MARGIN: f64 = 0.05;

/// The most parts of 1, 2 or 5 times a power of ten into which a range is divided.
const PARTS: f64 = 14.0;

/// Returns the window of two inputs, around the examples of both sets, with ends that are round in the units of their
/// file. It stays when examples are added, moved or removed
/// in it, so that the plane keeps its place under whoever does it.
pub(super) fn window(data: &Data, (across, up): (usize, usize)) -> Window {
    let (train, test) = (&data.train, data.test.as_ref());
    let loaded = train.len() - train.edited();
    let range = |input: usize| {
        let at = |x: f64| (x, x);
        let (from, by) = data.scaling.as_ref().map_or((0.0, 1.0), |scaling| {
            let of = |numbers: &[f64], usual| numbers.get(input).copied().unwrap_or(usual);
            (of(&scaling.offsets, 0.0), of(&scaling.spreads, 1.0))
        });
        let round = |(least, greatest): (f64, f64)| {
            let (least, greatest) = round((from + by * least, from + by * greatest));
            ((least - from) / by, (greatest - from) / by)
        };
        let vacated = train.vacated().iter().map(|x| at(x[input.min(1)]));
        let tested = test.map_or(EMPTY, |test| extent(test, 0..test.len(), input));
        let before = extent(train, 0..loaded, input);
        let before = vacated.fold(union(before, tested), union);
        let now = extent(train, loaded..train.len(), input);
        let (least, greatest) = round(before);
        if least <= now.0 && now.1 <= greatest {
            (least, greatest)
        } else {
            round(union(before, now))
        }
    };
    Window { across: range(across), up: range(up) }
}

/// Returns the centre of a part of a window, which is divided into so many parts across and up.
pub(super) fn centre(
    window: Window,
    (column, row): (usize, usize),
    points: (usize, usize),
) -> [f64; 2] {
    let at = |(least, greatest): (f64, f64), i: usize, of: usize| {
        let share = (i as f64 + 0.5) / of as f64;
        least * (1.0 - share) + greatest * share
    };
    [at(window.across, column, points.0), at(window.up, row, points.1)]
}

const EMPTY: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);

fn union(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    (one.0.min(other.0), one.1.max(other.1))
}

/// Returns the least and the greatest value of an input in some rows.
fn extent(set: &Dataset, rows: Range<usize>, input: usize) -> (f64, f64) {
    let mut x = vec![0.0; set.inputs()];
    rows.fold(EMPTY, |range, row| {
        set.write_input(row, &mut x);
        union(range, (x[input], x[input]))
    })
}

/// Returns a range with round ends around this one, with a margin. The ends of a range without width lie apart.
fn round((least, greatest): (f64, f64)) -> (f64, f64) {
    let spread = greatest - least;
    if !spread.is_finite() {
        return (-1.0, 1.0);
    }
    let spread = if spread > 0.0 { spread } else { 2.0 * least.abs().max(0.5) };
    let (least, greatest) = (least - MARGIN * spread, greatest + MARGIN * spread);
    let unit = nice((greatest - least) / PARTS);
    ((least / unit).floor() * unit, (greatest / unit).ceil() * unit)
}

/// Returns the least of 1, 2 and 5 times the powers of ten that is not below a number above 0.
fn nice(number: f64) -> f64 {
    let decade = power_of_ten(crate::math::decade(number));
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|digit| digit * decade)
        .find(|nice| *nice >= number)
        .unwrap_or(10.0 * decade)
}

#[cfg(test)]
mod tests {
    use super::{round, window};
    use crate::data::{Data, table};
    use crate::nn::DataScaling;

    #[test]
    fn a_window_stays_while_examples_change_in_it_and_grows_for_one_beyond() {
        let inputs: Vec<Vec<f64>> = [[-4.0, -4.0], [4.0, 4.0], [0.0, 1.0]].map(Vec::from).into();
        let data = table(&inputs, &[vec![0.0], vec![1.0], vec![1.0]]);
        let before = window(&data, (0, 1));
        assert_eq!(before.across, (-5.0, 5.0));
        let more = data.with_example([-4.9, 4.9], 1).unwrap();
        let moved = more.with_example_moved([4.0, 4.0], [0.5, 0.5]).unwrap();
        let fewer = moved.without_example([-4.0, -4.0]).unwrap();
        for data in [more, moved, fewer] {
            assert_eq!(window(&data, (0, 1)), before);
        }
        let beyond = data.with_example([7.0, 0.0], 1).unwrap();
        assert_eq!(window(&beyond, (0, 1)).across, (-5.0, 8.0));
    }

    #[test]
    fn the_ends_are_round_in_the_units_of_the_file() {
        // Lengths from 4.3 to 7.9, as (length − 5)/2; and widths from 0 to 1 as they are.
        let inputs = [vec![-0.35, 0.0], vec![1.45, 1.0]];
        let scaling = DataScaling {
            method: "standard".to_owned(),
            offsets: vec![5.0, 0.0],
            spreads: vec![2.0, 1.0],
            inputs: Vec::new(),
            classes: Vec::new(),
            target_offsets: Vec::new(),
            target_spreads: Vec::new(),
        };
        let data = Data { scaling: Some(scaling), ..table(&inputs, &[vec![0.0], vec![1.0]]) };
        let window = window(&data, (0, 1));
        assert_eq!(window.across.0 * 2.0 + 5.0, 4.0);
        assert_eq!(window.across.1 * 2.0 + 5.0, 8.5);
        assert_eq!(window.up, (-0.1, 1.1));
    }

    #[test]
    fn a_window_has_round_ends_around_its_examples() {
        assert_eq!(round((-5.3, 5.25)), (-6.0, 6.0));
        assert_eq!(round((0.0, 1.0)), (-0.1, 1.1));
        assert_eq!(round((4.3, 7.9)), (4.0, 8.5));
    }

    #[test]
    fn a_window_has_a_width_even_if_the_examples_have_none() {
        for value in [0.0, 1.0, -3e5, 1e-9] {
            let (least, greatest) = round((value, value));
            assert!(least < value && value < greatest, "{least} {greatest} around {value}");
        }
        assert_eq!(round(super::EMPTY), (-1.0, 1.0));
    }
}
