//! A checksum of the numbers that a run reads from files, by which a recording recognises them.
//!
//! It is computed from the numbers that were loaded and not from the bytes of the files, so that a table that was
//! packed or saved in other columns is the same one.

use crate::experiment::Experiment;
use crate::scenario::ModelStart;

/// Returns the checksum of the data of a run and of the models that it starts from; `None` if it has read neither
/// from files.
pub(super) fn checksum(
    experiment: &Experiment,
    has_file: bool,
    start: Option<&ModelStart>,
) -> Option<u64> {
    if !has_file && start.is_none() {
        return None;
    }
    let mut hash = Checksum::default();
    if has_file {
        hash.add_data(experiment);
    }
    for model in start.iter().flat_map(|start| &start.models) {
        for numbers in model.model.weights.iter().chain(&model.model.biases) {
            hash.add_all(numbers);
        }
    }
    Some(hash.0)
}

/// The FNV-1a hash of 64-bit words: a change of one word always changes it.
struct Checksum(u64);

impl Default for Checksum {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Checksum {
    fn add(&mut self, word: u64) {
        // The product moves the bits of a word upwards only; the rotation brings them back.
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    }

    fn add_all(&mut self, numbers: &[f64]) {
        for number in numbers {
            self.add(number.to_bits());
        }
    }

    fn add_data(&mut self, experiment: &Experiment) {
        let data = experiment.data();
        for set in [Some(&data.train), data.test.as_ref()].into_iter().flatten() {
            let (mut x, mut y) = (vec![0.0_f64; set.inputs()], vec![0.0_f64; set.outputs()]);
            self.add(set.len() as u64);
            for row in 0..set.len() {
                if let Some(pixels) = set.sparse_pixels(row) {
                    let pixels = pixels.indices.iter().zip(pixels.bytes);
                    pixels.for_each(|(at, byte)| self.add(u64::from(*at) << 8 | u64::from(*byte)));
                } else {
                    set.write_input(row, &mut x);
                    self.add_all(&x);
                }
                set.write_target(row, &mut y);
                self.add_all(&y);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Checksum;

    #[test]
    fn a_checksum_depends_on_every_word_and_their_order() {
        let of = |words: &[u64]| {
            let mut hash = Checksum::default();
            for word in words {
                hash.add(*word);
            }
            hash.0
        };
        assert_ne!(of(&[1, 2]), of(&[2, 1]));
        assert_ne!(of(&[1, 2]), of(&[1, 2, 0]));
        // The sign of a number is its highest bit.
        assert_ne!(of(&[1.0_f64.to_bits(), 7]), of(&[(-1.0_f64).to_bits(), 7]));
    }
}
