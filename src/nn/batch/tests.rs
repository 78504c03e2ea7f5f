//! Checks that both layouts hold the examples that were added.

use super::*;

fn lit_of(examples: &Examples<f32>, row: usize) -> Vec<(usize, f32)> {
    let sparse_row = examples.all().sparse_row(row);
    sparse_row.indices.iter().map(|k| *k as usize).zip(sparse_row.values.iter().copied()).collect()
}

#[test]
fn the_list_of_a_row_holds_every_input_that_is_not_zero() {
    for inputs in [1, 7, 8, 9, 30] {
        let mut examples = Examples::<f32>::new(inputs, 1, 3, BatchLayout::Sparse);
        // Every input lit, then none, then every third.
        for keep in [1, usize::MAX, 3] {
            examples.push(|x, y| {
                for (k, x) in x.iter_mut().enumerate() {
                    *x = if (k + 1) % keep == 0 { -1.5 - k as f32 } else { 0.0 };
                }
                y[0] = keep as f32;
            });
        }
        for row in 0..3 {
            let all = examples.all().x(row).into_iter().enumerate();
            let want: Vec<_> = all.filter(|(_, x)| *x != 0.0).collect();
            assert_eq!(lit_of(&examples, row), want, "{inputs} inputs, row {row}");
        }
        assert_eq!(lit_of(&examples, 0).len(), inputs);
        assert_eq!(examples.largest_input(), 0.5 + inputs as f64);
    }
}

#[test]
fn a_cleared_buffer_keeps_nothing_of_its_examples() {
    for layout in [BatchLayout::Sparse, BatchLayout::Columns] {
        let mut examples = Examples::<f32>::new(2, 1, 2, layout);
        examples.push(|x, y| {
            x.copy_from_slice(&[5.0, 6.0]);
            y[0] = 1.0;
        });
        examples.clear();
        assert_eq!((examples.rows(), examples.largest_input()), (0, 0.0));
        examples.push(|x, y| {
            x.copy_from_slice(&[0.0, 2.0]);
            y[0] = 3.0;
        });
        let all = examples.all();
        assert_eq!((all.rows(), all.x(0), all.y(0)), (1, vec![0.0, 2.0], vec![3.0]));
        assert_eq!(examples.largest_input(), 2.0);
    }
}

#[test]
fn a_picture_is_stored_as_its_lit_pixels_over_256() {
    let mut examples = Examples::<f64>::new(20, 3, 2, BatchLayout::Sparse);
    examples.push_picture(&[1, 4, 19], &[255, 1, 128], 2);
    examples.push_picture(&[], &[], 0);
    let all = examples.all();
    let x = all.x(0);
    assert_eq!((x[1], x[4], x[19]), (255.0 / 256.0, 1.0 / 256.0, 0.5));
    assert_eq!(x.iter().filter(|x| **x != 0.0).count(), 3);
    assert_eq!((all.y(0), all.y(1)), (vec![0.0, 0.0, 1.0], vec![1.0, 0.0, 0.0]));
    assert!(all.x(1).iter().all(|x| *x == 0.0));
}

#[test]
fn rows_of_a_table_are_copied_in_either_layout() {
    let (inputs, targets) = ([1.0, 2.0, 3.0, -4.0], Targets::Numbers(&[0.25, 0.5]));
    let table = ExampleTable { inputs: &inputs, targets, largest_input: 4.0, largest_target: 0.5 };
    for layout in [BatchLayout::Sparse, BatchLayout::Columns] {
        let mut examples = Examples::<f32>::new(2, 1, 3, layout);
        examples.push_rows(&[1], &table);
        examples.push_rows(&[0, 1], &table);
        let part = examples.batch(1..3);
        assert_eq!((part.x(0), part.x(1)), (vec![1.0, 2.0], vec![3.0, -4.0]));
        assert_eq!((part.y(0), part.y(1)), (vec![0.25], vec![0.5]));
        assert_eq!((examples.largest_input(), examples.largest_target()), (4.0, 0.5));
    }
}

#[test]
fn a_class_becomes_a_target_of_1_for_its_output() {
    let (inputs, targets) = ([1.0, 2.0, 3.0], Targets::Classes(&[2, 0, 1]));
    let table = ExampleTable { inputs: &inputs, targets, largest_input: 3.0, largest_target: 1.0 };
    for layout in [BatchLayout::Sparse, BatchLayout::Columns] {
        let mut examples = Examples::<f32>::new(1, 3, 3, layout);
        examples.push_rows(&[2], &table);
        examples.push_rows(&[1, 0], &table);
        let all = examples.all();
        assert_eq!((all.x(0), all.x(2)), (vec![3.0], vec![1.0]));
        let y = [0, 1, 2].map(|row| all.y(row));
        assert_eq!(y, [vec![0.0, 1.0, 0.0], vec![1.0, 0.0, 0.0], vec![0.0, 0.0, 1.0]]);
        assert_eq!(examples.largest_target(), 1.0);
    }
}

#[test]
#[should_panic(expected = "a grey level for each lit pixel")]
fn a_picture_with_too_few_grey_levels_is_refused() {
    let mut examples = Examples::<f64>::new(20, 3, 2, BatchLayout::Sparse);
    examples.push_picture(&[1, 4], &[255], 2);
}

#[test]
#[should_panic(expected = "a lit pixel is one of the inputs")]
fn a_picture_with_a_pixel_beyond_the_inputs_is_refused() {
    let mut examples = Examples::<f64>::new(20, 3, 2, BatchLayout::Sparse);
    examples.push_picture(&[1, 20], &[255, 1], 2);
}
