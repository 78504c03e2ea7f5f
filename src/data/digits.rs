//! Pictures of the ten digits, drawn from strokes: a substitute for MNIST when its files are not there.

mod brush;
mod handwriting;
mod shapes;

use std::ops::ControlFlow;

use rand::seq::SliceRandom;

use crate::data::grey_image::SIDE;
use crate::data::sparse_pixels::SparseImages;
use crate::data::table::numbered;
use crate::data::{Data, DataError, Dataset, RunRng, SplitSizes};
use crate::file::{NoRoom, ReadProgress};

/// The name of the set in the header.
const NAME: &str = "built-in digits";

/// The number of pictures drawn between two checks for cancellation.
const PICTURES_PER_CHECK: usize = 250;

/// Draws images like those of MNIST. `progress` receives the fraction done and can cancel. Any ten
/// consecutive images from the first show ten different digits.
///
/// # Errors
/// If `progress` cancels, or the memory does not suffice.
///
/// # Panics
/// If `split.train` is 0.
pub fn digits(
    split: SplitSizes,
    rng: &mut RunRng,
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Data, DataError> {
    assert!(split.train > 0, "a dataset has examples");
    let all = (split.train + split.test) as f64;
    let train = draw(split.train, rng, &mut |n| progress(n as f64 / all))?;
    let test = match split.test {
        0 => None,
        n => Some(draw(n, rng, &mut |n| progress((split.train + n) as f64 / all))?),
    };
    Ok(Data {
        train,
        test,
        name: NAME.to_owned(),
        picture: Some((SIDE, SIDE)),
        pair: None,
        classes: numbered(10),
        inputs: Vec::new(),
        target: None,
        found: None,
        scaling: None,
    })
}

/// Returns the grey levels of a digit that a person has drawn, row by row, as the pictures of MNIST are: fitted
/// into a box, centred by mass, byte/256. Each stroke is a line through points, x to the right and y downwards,
/// of any size and position.
pub(crate) fn hand_drawn(strokes: &[Vec<[f32; 2]>]) -> Vec<f64> {
    let picture = brush::draw_by_hand(&mut strokes.to_vec());
    picture.iter().map(|byte| f64::from(*byte) / 256.0).collect()
}

fn draw(
    n: usize,
    rng: &mut RunRng,
    watch: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Dataset, DataError> {
    let mut labels = Vec::new();
    let mut pictures = SparseImages::new();
    let mut ten: [u8; 10] = std::array::from_fn(|digit| digit as u8);
    for i in 0..n {
        if i.is_multiple_of(PICTURES_PER_CHECK) && watch(i).is_break() {
            return Err(DataError::Cancelled);
        }
        if i.is_multiple_of(10) {
            ten.shuffle(rng);
        }
        let digit = ten[i % 10];
        let mut lines = handwriting::write(digit, rng);
        let picture = brush::draw(&mut lines, rng);
        if let Err(NoRoom { left }) = pictures.extend(&[picture], &ReadProgress::default()) {
            let (name, count, bytes) = (NAME.to_owned(), pictures.len(), pictures.bytes());
            return Err(DataError::Memory { name, of: "pictures", count, bytes, left });
        }
        labels.push(digit);
    }
    Ok(Dataset::from_pictures(pictures, labels, 10))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{RngStream, rng};

    fn drawn(seed: u64, train: usize, test: usize) -> Data {
        let mut rng = rng(seed, RngStream::Data);
        digits(SplitSizes { train, test }, &mut rng, &mut |_| ControlFlow::Continue(())).unwrap()
    }

    #[test]
    fn every_ten_in_a_row_are_the_ten_digits() {
        let set = drawn(1, 500, 0).train;
        let classes: Vec<usize> = (0..500).filter_map(|row| set.class(row)).collect();
        for ten in classes.chunks_exact(10) {
            let mut ten = ten.to_vec();
            ten.sort_unstable();
            assert_eq!(ten, (0..10).collect::<Vec<_>>());
        }
        assert_ne!(classes[..10], classes[10..20], "but in another order");
    }

    #[test]
    fn training_and_test_set_are_as_large_as_requested() {
        let data = drawn(1, 13, 7);
        assert_eq!((data.train.len(), data.test.map(|test| test.len())), (13, Some(7)));
        assert_eq!((data.train.inputs(), data.train.outputs()), (784, 10));
        assert_eq!((data.picture, data.classes.len()), (Some((28, 28)), 10));
        assert_eq!(drawn(1, 13, 0).test, None);
    }

    #[test]
    fn a_seed_draws_the_same_bytes_on_every_platform() {
        // FNV-1a over labels and pixels, recorded once.
        let set = drawn(1, 100, 0).train;
        let bytes = (0..100).flat_map(|row| {
            let label = set.class(row).map(|class| class as u8);
            let mut x = [0.0; SIDE * SIDE];
            set.write_input(row, &mut x);
            label.into_iter().chain(x.map(|x: f64| (x * 256.0) as u8))
        });
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        assert_eq!(hash, 1_986_223_177_161_782_315);
        assert_ne!(drawn(2, 100, 0).train, set);
    }

    #[test]
    fn more_test_pictures_leave_the_training_set_as_it_is() {
        assert_eq!(drawn(1, 20, 0).train, drawn(1, 20, 30).train);
    }

    #[test]
    fn every_picture_is_centred_by_mass_to_the_pixel() {
        let set = drawn(3, 2000, 0).train;
        let mut worst = [0.0_f64; 2];
        for row in 0..set.len() {
            let (mut mass, mut gradient_factors) = (0.0, [0.0; 2]);
            let sparse_pixels = set.sparse_pixels(row).unwrap();
            for (&place, &byte) in sparse_pixels.indices.iter().zip(sparse_pixels.bytes) {
                let (place, byte) = (usize::from(place), f64::from(byte));
                mass += byte;
                gradient_factors[0] += byte * ((place % SIDE) as f64 + 0.5);
                gradient_factors[1] += byte * ((place / SIDE) as f64 + 0.5);
            }
            assert!(mass > 2000.0, "row {row} shows next to nothing");
            for k in 0..2 {
                worst[k] = worst[k].max((gradient_factors[k] / mass - 14.5).abs());
            }
        }
        // Moving by whole pixels leaves half a pixel; vertically one more, if the ink would be cut off.
        assert!(worst[0] < 0.6 && worst[1] < 1.6, "{worst:?}");
    }

    #[test]
    fn a_digit_drawn_by_hand_is_centred_and_as_large_wherever_it_was_drawn() {
        let one = vec![vec![[0.4_f32, 0.1], [0.4, 0.9]], vec![[0.3, 0.2], [0.4, 0.1]]];
        let picture = hand_drawn(&one);
        let moved: Vec<Vec<[f32; 2]>> = one
            .iter()
            .map(|line| line.iter().map(|[x, y]| [4.0 * x - 7.0, 4.0 * y + 2.0]).collect())
            .collect();
        let other = hand_drawn(&moved);
        // The scale of the points changes their rounding.
        assert!(picture.iter().zip(&other).all(|(a, b)| (a - b).abs() < 0.02));
        let (mut mass, mut down) = (0.0, 0.0);
        let mut rows = Vec::new();
        for (place, grey) in picture.iter().enumerate() {
            mass += grey;
            down += grey * ((place / SIDE) as f64 + 0.5);
            if *grey > 0.0 {
                rows.push(place / SIDE);
            }
        }
        assert!((down / mass - 14.5).abs() < 1.6, "{}", down / mass);
        let high = rows.last().unwrap() - rows[0] + 1;
        assert!((19..=21).contains(&high), "the box is 20 pixels high: {high}");
    }

    #[test]
    fn nothing_drawn_is_black_and_a_dot_is_a_dot() {
        assert!(hand_drawn(&[]).iter().all(|grey| *grey == 0.0));
        assert!(hand_drawn(&[Vec::new()]).iter().all(|grey| *grey == 0.0));
        let lit = hand_drawn(&[vec![[0.9, 0.9]]]).iter().filter(|grey| **grey > 0.0).count();
        assert!((4..=16).contains(&lit), "{lit}");
    }

    #[test]
    fn drawing_reports_its_progress_and_can_be_cancelled() {
        let mut shares = Vec::new();
        let split = SplitSizes { train: 500, test: 500 };
        let data = digits(split, &mut rng(1, RngStream::Data), &mut |share| {
            shares.push(share);
            ControlFlow::Continue(())
        });
        assert!(data.is_ok());
        assert_eq!(shares, [0.0, 0.25, 0.5, 0.75]);
        let data = digits(split, &mut rng(1, RngStream::Data), &mut |_| ControlFlow::Break(()));
        assert!(matches!(data, Err(DataError::Cancelled)));
    }
}
