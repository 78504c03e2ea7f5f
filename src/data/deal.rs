//! Hands examples to the networks, in the form in which these learn.

use crate::data::{DataSet, Lit};
use crate::nn::{Examples, Real};

impl DataSet {
    /// Puts these rows into `into`; `next` are the rows that will be asked for after them, as far
    /// as is known: they are on their way from memory by then.
    ///
    /// # Panics
    /// If there is no such row, or `into` is of another shape or grows too full.
    pub fn deal<R: Real>(&self, rows: &[u32], next: &[u32], into: &mut Examples<R>) {
        if let Some(table) = self.table() {
            into.push_rows(rows, &table);
            return;
        }
        for (i, row) in rows.iter().enumerate() {
            // Pictures are seen in a new order every epoch, so nothing else foretells which is next.
            // It takes two steps: where a picture is has to be fetched before the picture can be.
            if let Some(next) = next.get(i) {
                self.fetch_ahead(*next as usize);
            }
            if let Some(after) = next.get(i + rows.len()) {
                self.fetch_place_ahead(*after as usize);
            }
            let row = *row as usize;
            let picture = self.lit(row).zip(self.class(row));
            let (Lit { places, bytes }, class) = picture.expect("a row that is asked for is there");
            into.push_picture((places, bytes), class);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::Gauge;
    use crate::nn::Layout;

    #[test]
    fn what_is_dealt_is_what_is_written() {
        let numbers = DataSet::from_numbers(
            vec![0.5, 2.0, 0.0, -1.0, 3.0, 0.25],
            vec![1.0, 0.0, 1.0],
            (2, 1),
        );
        let mut pixels = vec![[0_u8; 784]; 2];
        (pixels[0][3], pixels[1][783], pixels[1][0]) = (7, 255, 1);
        let mut pictures = crate::data::lit::Pictures::new();
        pictures.extend(&pixels, &Gauge::default()).unwrap();
        let pictures = DataSet::from_pictures(pictures, vec![4, 0], 10);
        for (set, rows, layout) in [
            (&numbers, &[2_u32, 0, 1][..], Layout::Columns),
            (&numbers, &[1, 1], Layout::Lit),
            (&pictures, &[1, 0, 1], Layout::Lit),
        ] {
            let mut examples = Examples::<f64>::new(set.inputs(), set.outputs(), 3, layout);
            set.deal(rows, &[0], &mut examples);
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
