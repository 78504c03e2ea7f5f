//! Copies examples into the buffers that networks are trained from.

use crate::data::{Dataset, SparsePixels};
use crate::nn::{Examples, Real};

impl Dataset {
    /// Copies these rows into `into`. `next` are the rows needed afterwards, which are prefetched.
    ///
    /// # Panics
    /// If a row is out of range, or `into` has another shape or too little room.
    pub fn gather<R: Real>(&self, rows: &[u32], next: &[u32], into: &mut Examples<R>) {
        if let Some(table) = self.table() {
            into.push_rows(rows, &table);
            return;
        }
        for (i, row) in rows.iter().enumerate() {
            // Pictures come in a new order every epoch, so the hardware cannot predict the next one.
            // Prefetching takes two steps: the index of a picture must be loaded before its pixels.
            if let Some(next) = next.get(i) {
                self.prefetch(*next as usize);
            }
            if let Some(after) = next.get(i + rows.len()) {
                self.prefetch_index(*after as usize);
            }
            let row = *row as usize;
            let picture = self.sparse_pixels(row).zip(self.class(row));
            let (SparsePixels { indices, bytes }, class) =
                picture.expect("every requested row exists");
            into.push_picture(indices, bytes, class);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::ReadProgress;
    use crate::nn::BatchLayout;

    #[test]
    fn gathered_rows_are_those_that_the_set_writes() {
        let numbers = Dataset::from_numbers(
            vec![0.5, 2.0, 0.0, -1.0, 3.0, 0.25],
            vec![1.0, 0.0, 1.0],
            (2, 1),
        );
        let mut pixels = vec![[0_u8; 784]; 2];
        (pixels[0][3], pixels[1][783], pixels[1][0]) = (7, 255, 1);
        let mut pictures = crate::data::sparse_pixels::SparseImages::new();
        pictures.extend(&pixels, &ReadProgress::default()).unwrap();
        let pictures = Dataset::from_pictures(pictures, vec![4, 0], 10);
        for (set, rows, layout) in [
            (&numbers, &[2_u32, 0, 1][..], BatchLayout::Columns),
            (&numbers, &[1, 1], BatchLayout::Sparse),
            (&pictures, &[1, 0, 1], BatchLayout::Sparse),
        ] {
            let mut examples = Examples::<f64>::new(set.inputs(), set.outputs(), 3, layout);
            set.gather(rows, &[0], &mut examples);
            assert_eq!(examples.rows(), rows.len());
            for (i, row) in rows.iter().enumerate() {
                let (mut x, mut y) = (vec![9.0; set.inputs()], vec![9.0; set.outputs()]);
                set.write_input(*row as usize, &mut x);
                set.write_target(*row as usize, &mut y);
                assert_eq!((examples.all().x(i), examples.all().y(i)), (x, y), "row {row}");
            }
        }
    }
}
