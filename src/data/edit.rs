//! Changes of the examples of a set.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::data::dataset::{Dataset, Edits, Storage, TargetKind, TargetValues, largest};
use crate::data::run_data::Data;

/// A reason for which a change is impossible.
type Reason = String;

impl Data {
    /// Returns the data with one more training example, the last, of two inputs and of this class.
    ///
    /// # Errors
    /// If there can be none. The error is the reason.
    pub fn with_example(&self, at: [f64; 2], class: u32) -> Result<Self, Reason> {
        self.with_rows(|set, rows| {
            let target = set.target_of(class)?;
            rows.push(at, target)
        })
    }

    /// Returns the data with other inputs of the last training example that has the inputs `from`. It becomes the last
    /// one of all.
    ///
    /// # Errors
    /// If there is none with the inputs `from`, for example. The error is the reason.
    pub fn with_example_moved(&self, from: [f64; 2], to: [f64; 2]) -> Result<Self, Reason> {
        self.with_rows(|set, rows| {
            let target = rows.remove(from, set.outputs)?;
            rows.push(to, target)
        })
    }

    /// Returns the data without the last training example that has these inputs.
    ///
    /// # Errors
    /// If there is none, or if no two would be left. The error is the reason.
    pub fn without_example(&self, at: [f64; 2]) -> Result<Self, Reason> {
        self.with_rows(|set, rows| {
            rows.remove(at, set.outputs)?;
            if set.rows <= 2 {
                return Err("a training set keeps two examples".to_owned());
            }
            Ok(())
        })
    }

    fn with_rows(
        &self,
        change: impl FnOnce(&Dataset, &mut Rows) -> Result<(), Reason>,
    ) -> Result<Self, Reason> {
        let set = &self.train;
        let Storage::Numbers { inputs, targets, .. } = &set.store else {
            return Err("pictures cannot be changed".to_owned());
        };
        if set.inputs != 2 {
            let found = set.inputs;
            return Err(format!("only examples of two inputs can be changed; these have {found}"));
        }
        let (inputs, targets, edits) = (inputs.clone(), targets.clone(), set.edits.clone());
        let mut rows = Rows { inputs, targets, edits };
        change(set, &mut rows)?;
        let Rows { inputs, targets, mut edits } = rows;
        edits.edition = edition_after(set.edits.edition, &inputs, &targets);
        let of_targets = match &targets {
            TargetValues::Numbers(numbers) => largest(numbers),
            TargetValues::Classes(_) => 1.0,
        };
        let (rows, largest) = (inputs.len() / 2, (largest(&inputs), of_targets));
        let store = Storage::Numbers { inputs, targets, largest };
        Ok(Self { train: Dataset { rows, store, edits, ..*set }, ..self.clone() })
    }
}

impl Dataset {
    /// Returns the target of a class.
    fn target_of(&self, class: u32) -> Result<Target, Reason> {
        let classes = match self.kind {
            TargetKind::Binary => 2,
            TargetKind::OneHot => self.outputs,
            TargetKind::Other => {
                return Err("a new example needs a class; the targets here are numbers".to_owned());
            }
        };
        if class as usize >= classes {
            return Err(format!("there is no class {class}; 0 to {} would do", classes - 1));
        }
        Ok(match &self.store {
            Storage::Numbers { targets: TargetValues::Numbers(_), .. } if self.outputs == 1 => {
                Target::Numbers(vec![f64::from(class)])
            }
            Storage::Numbers { targets: TargetValues::Numbers(_), .. } => {
                let hot = (0..self.outputs).map(|k| if k == class as usize { 1.0 } else { 0.0 });
                Target::Numbers(hot.collect())
            }
            _ => Target::Class(class),
        })
    }
}

/// Returns the number of a changed set: not 0, and another one for other examples or another history.
fn edition_after(before: u64, inputs: &[f64], targets: &TargetValues) -> u64 {
    let mut hasher = DefaultHasher::new();
    before.hash(&mut hasher);
    let bits = |numbers: &[f64]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<u64>>();
    bits(inputs).hash(&mut hasher);
    match targets {
        TargetValues::Numbers(numbers) => bits(numbers).hash(&mut hasher),
        TargetValues::Classes(classes) => classes.hash(&mut hasher),
    }
    hasher.finish().max(1)
}

/// The target of one example.
enum Target {
    Numbers(Vec<f64>),
    Class(u32),
}

/// The rows of a set while they change.
struct Rows {
    inputs: Vec<f64>,
    targets: TargetValues,
    edits: Edits,
}

impl Rows {
    fn push(&mut self, at: [f64; 2], target: Target) -> Result<(), Reason> {
        if !at.iter().all(|number| number.is_finite()) {
            return Err("an example has finite inputs".to_owned());
        }
        self.edits.last += 1;
        self.inputs.extend(at);
        match (&mut self.targets, target) {
            (TargetValues::Numbers(all), Target::Numbers(target)) => all.extend(target),
            (TargetValues::Classes(all), Target::Class(class)) => all.push(class),
            _ => unreachable!("a target is stored as the others of its set are"),
        }
        Ok(())
    }

    /// Takes the last row with exactly these inputs out, which is the one that has just been put there; returns its
    /// target.
    fn remove(&mut self, at: [f64; 2], outputs: usize) -> Result<Target, Reason> {
        let row = self.inputs.chunks_exact(2).rposition(|x| x == at);
        let row = row.ok_or_else(|| format!("no training example is at {}, {}", at[0], at[1]))?;
        if row < self.inputs.len() / 2 - self.edits.last {
            self.edits.vacated.push(at);
        } else {
            self.edits.last -= 1;
        }
        self.inputs.drain(2 * row..2 * row + 2);
        Ok(match &mut self.targets {
            TargetValues::Numbers(all) => {
                Target::Numbers(all.drain(row * outputs..(row + 1) * outputs).collect())
            }
            TargetValues::Classes(all) => Target::Class(all.remove(row)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::table;

    /// Returns a set of three examples of the classes 0, 1 and 1.
    fn pairs() -> Data {
        let inputs = [[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]].map(Vec::from);
        table(&inputs, &[vec![0.0], vec![1.0], vec![1.0]])
    }

    /// Returns the inputs and the first target of each training example.
    fn rows(data: &Data) -> Vec<([f64; 2], f64)> {
        let row = |row: usize| {
            let (mut x, mut y) = ([0.0; 2], vec![0.0; data.train.outputs()]);
            data.train.write_input(row, &mut x);
            data.train.write_target(row, &mut y);
            (x, y[0])
        };
        (0..data.train.len()).map(row).collect()
    }

    #[test]
    fn new_and_moved_examples_come_last_and_the_others_keep_their_order() {
        let data = pairs();
        let more = data.with_example([-9.0, 5.0], 1).unwrap();
        let expected =
            [([0.0, 0.0], 0.0), ([1.0, 2.0], 1.0), ([3.0, 4.0], 1.0), ([-9.0, 5.0], 1.0)];
        assert_eq!(rows(&more), expected);
        assert_eq!((more.train.largest(), more.train.is_binary()), ((9.0, 1.0), true));
        let moved = data.with_example_moved([1.0, 2.0], [1.5, 2.5]).unwrap();
        let expected = [([0.0, 0.0], 0.0), ([3.0, 4.0], 1.0), ([1.5, 2.5], 1.0)];
        assert_eq!(rows(&moved), expected);
        let fewer = more.without_example([0.0, 0.0]).unwrap();
        let expected = [([1.0, 2.0], 1.0), ([3.0, 4.0], 1.0), ([-9.0, 5.0], 1.0)];
        assert_eq!(rows(&fewer), expected);
        let edited = [&data, &more, &moved, &fewer].map(|data| data.train.edited());
        assert_eq!(edited, [0, 1, 1, 1]);
        assert_eq!(fewer.without_example([-9.0, 5.0]).unwrap().train.edited(), 0);
        assert_eq!(
            (moved.train.vacated(), fewer.train.vacated()),
            (&[[1.0, 2.0]][..], &[[0.0; 2]][..])
        );
        assert!(fewer.train.is_binary(), "a set without a class keeps its kind");
    }

    #[test]
    fn an_example_of_several_classes_has_a_one_hot_target() {
        let inputs = [vec![0.0, 0.0], vec![1.0, 1.0], vec![2.0, 2.0]];
        let targets = [vec![1.0, 0.0, 0.0], vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0]];
        let data = table(&inputs, &targets);
        let more = data.with_example([5.0, 5.0], 2).unwrap();
        assert_eq!((more.train.len(), more.train.class(3)), (4, Some(2)));
        let moved = more.with_example_moved([1.0, 1.0], [6.0, 6.0]).unwrap();
        assert_eq!(moved.train.class(3), Some(1));
    }

    #[test]
    fn of_examples_at_one_place_the_one_that_came_last_is_meant() {
        let data = pairs().with_example_moved([0.0, 0.0], [3.0, 4.0]).unwrap();
        assert_eq!(rows(&data)[1..], [([3.0, 4.0], 1.0), ([3.0, 4.0], 0.0)]);
        let onwards = data.with_example_moved([3.0, 4.0], [5.0, 4.0]).unwrap();
        assert_eq!(rows(&onwards)[1..], [([3.0, 4.0], 1.0), ([5.0, 4.0], 0.0)]);
    }

    #[test]
    fn an_impossible_change_is_refused_with_its_reason() {
        let (data, at) = (pairs(), [7.0, 7.0]);
        let none = "no training example is at 7, 7";
        assert_eq!(data.without_example(at).unwrap_err(), none);
        assert_eq!(data.with_example_moved(at, [0.0, 0.0]).unwrap_err(), none);
        let class = "there is no class 2; 0 to 1 would do";
        assert_eq!(data.with_example(at, 2).unwrap_err(), class);
        let infinite = data.with_example([f64::NAN, 0.0], 0).unwrap_err();
        assert_eq!(infinite, "an example has finite inputs");
        let two = data.without_example([0.0, 0.0]).unwrap();
        let last = two.without_example([1.0, 2.0]).unwrap_err();
        assert_eq!(last, "a training set keeps two examples");
        let numbers = table(&[vec![0.0, 0.0], vec![1.0, 1.0]], &[vec![0.5], vec![0.25]]);
        let reason = "a new example needs a class; the targets here are numbers";
        assert_eq!(numbers.with_example(at, 0).unwrap_err(), reason);
        let one = table(&[vec![0.0], vec![1.0]], &[vec![0.0], vec![1.0]]);
        let reason = "only examples of two inputs can be changed; these have 1";
        assert_eq!(one.with_example(at, 0).unwrap_err(), reason);
    }
}
