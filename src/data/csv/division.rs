//! The division of a table's rows into those for training and those for testing.

use rand::seq::SliceRandom;

use crate::data::csv::examples::Examples;
use crate::data::csv::options::{TableOptions, TestSize};
use crate::data::{DataError, RunRng};
use crate::text::counted;

/// Keeps the rows for training and returns those for testing, in the order of the file.
///
/// # Errors
/// If there are too few rows.
pub(super) fn divide(
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
        let found = if rows == 0 { "no examples".to_owned() } else { counted(rows, "row") };
        let train = options.train.map_or("1 or more".to_owned(), |n| n.to_string());
        let both = format!("{least} or more: {train} to train on, {test} to test on");
        let expected = if test == 0 { counted(least, "row") + " or more" } else { both };
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

/// Draws test rows, of each class its share and at least one if it has two, in ascending order.
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
    let most = |group: &Vec<u32>| group.len().saturating_sub(1);
    let share = |group: &Vec<u32>| group.len() as f64 * count as f64 / examples.rows as f64;
    let mut taken: Vec<usize> =
        groups.iter().map(|group| (share(group) as usize).min(most(group))).collect();
    let mut left = count - taken.iter().sum::<usize>();
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by(|a, b| share(&groups[*b]).fract().total_cmp(&share(&groups[*a]).fract()));
    let mut take = |may: &dyn Fn(usize, usize) -> bool| {
        for &group in &order {
            if left > 0 && may(group, taken[group]) {
                taken[group] += 1;
                left -= 1;
            }
        }
        left > 0
    };
    // Every class first, then the largest remainders. Only if there is no other, the last of a class.
    take(&|group, taken| taken == 0 && most(&groups[group]) > 0);
    take(&|group, taken| taken < most(&groups[group]));
    while take(&|group, taken| taken < groups[group].len()) {}
    let chosen = groups.iter().zip(&taken).flat_map(|(group, taken)| &group[..*taken]);
    let mut chosen: Vec<u32> = chosen.copied().collect();
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{RngStream, rng};

    #[test]
    fn every_class_is_in_both_parts_and_the_test_has_as_many_rows_as_asked_for() {
        for (classes, count) in [
            (vec![50, 50, 50], 30),
            (vec![90, 2, 1], 10),
            (vec![2, 2, 2, 2], 4),
            (vec![3, 1], 2),
            (vec![1, 1, 1], 2),
            (vec![5, 1], 5),
        ] {
            let targets: Vec<u32> = (0..)
                .zip(&classes)
                .flat_map(|(class, count)| std::iter::repeat_n(class, *count))
                .collect();
            let rows = targets.len();
            let examples = Examples::of_classes(targets.clone(), classes.len());
            let chosen = drawn(&examples, count, &mut rng(1, RngStream::Data));
            assert_eq!(chosen.len(), count, "{classes:?}");
            assert!(
                chosen.is_sorted_by(|a, b| a < b)
                    && chosen.iter().all(|row| (*row as usize) < rows)
            );
            for (class, all) in (0..).zip(&classes) {
                let tested = chosen.iter().filter(|row| targets[**row as usize] == class).count();
                let is_roomy = count >= classes.len() && count <= rows - classes.len();
                let is_in_both = tested > 0 && tested < *all;
                assert!(
                    !is_roomy || *all < 2 || is_in_both,
                    "{classes:?}: {tested} of class {class}"
                );
            }
        }
    }
}
