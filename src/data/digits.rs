//! Pictures of the ten digits, drawn from strokes: they stand in for MNIST where there is none.

mod forms;
mod hand;
mod pen;

use std::ops::ControlFlow;

use rand::seq::SliceRandom;

use crate::data::idx::SIDE;
use crate::data::set::check_count;
use crate::data::table::numbered;
use crate::data::{Chance, Data, DataError, DataSet, Split};

/// How many pictures are drawn between two looks at whether anybody still wants them.
const PICTURES_PER_LOOK: usize = 250;

/// Draws pictures like those of MNIST; `progress` is told the share that is done, and may call it
/// off. Of any ten in a row, from the first, each shows another digit.
///
/// # Errors
/// If the numbers of examples cannot be had, or it was called off.
pub fn digits(
    split: Split,
    chance: &mut Chance,
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Data, DataError> {
    check_count("data.train", split.train, 1)?;
    check_count("data.test", split.test, 0)?;
    let all = (split.train + split.test) as f64;
    let train = draw(split.train, chance, &mut |n| progress(n as f64 / all))?;
    let test = match split.test {
        0 => None,
        n => Some(draw(n, chance, &mut |n| progress((split.train + n) as f64 / all))?),
    };
    Ok(Data {
        train,
        test,
        name: "built-in digits".to_owned(),
        picture: Some((SIDE, SIDE)),
        classes: numbered(10),
    })
}

fn draw(
    n: usize,
    chance: &mut Chance,
    watch: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<DataSet, DataError> {
    let mut labels = Vec::new();
    let mut pixels = Vec::new();
    let mut ten: [u8; 10] = std::array::from_fn(|digit| digit as u8);
    for i in 0..n {
        if i.is_multiple_of(PICTURES_PER_LOOK) && watch(i).is_break() {
            return Err(DataError::CalledOff);
        }
        if i.is_multiple_of(10) {
            ten.shuffle(chance);
        }
        let digit = ten[i % 10];
        let mut lines = hand::write(digit, chance);
        pixels.extend_from_slice(&pen::draw(&mut lines, chance));
        labels.push(digit);
    }
    Ok(DataSet::from_pictures(pixels, labels, (SIDE * SIDE, 10)))
}
