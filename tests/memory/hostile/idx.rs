//! The IDX files of MNIST, packed and not.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use xentviz::testing::data::SplitSizes;

use crate::counting::measurement_guard;
use crate::hostile::corrupted::{anything, corrupted};
use crate::hostile::readers::idx;

const FEW: SplitSizes = SplitSizes { train: 2, test: 0 };

fn header(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn pictures(count: u32) -> Vec<u8> {
    let mut file = header(&[0x803, count, 28, 28]);
    file.extend((0..count as usize * 784).map(|at| (at % 251) as u8));
    file
}

fn labels(count: u32) -> Vec<u8> {
    let mut file = header(&[0x801, count]);
    file.extend((0..count).map(|at| (at % 10) as u8));
    file
}

/// Returns a header and `count` copies of a byte, packed as small as possible.
fn packed(header: &[u8], byte: u8, count: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(header).expect("memory takes all");
    let piece = vec![byte; 1 << 16];
    for at in (0..count).step_by(piece.len()) {
        encoder.write_all(&piece[..piece.len().min(count - at)]).expect("memory takes all");
    }
    encoder.finish().expect("memory takes all")
}

/// Packs a file quickly. (The quickest level has fixed codes, which hardly shorten random bytes.)
fn gz(file: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(2));
    encoder.write_all(file).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn error_of(pictures: &[u8], labels: &[u8], train: usize) -> String {
    idx(pictures, labels, SplitSizes { train, test: 0 }).expect_err("it is refused").to_string()
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in anything(), is_label in any::<bool>()) {
        let _ = if is_label { idx(&pictures(3), &bytes, FEW) } else { idx(&bytes, &labels(3), FEW) };
    }

    #[test]
    fn corrupted_pictures_are_read_or_refused(
        bytes in corrupted(vec![pictures(3), gz(&pictures(3)), [gz(&pictures(3)), gz(&[])].concat()]),
    ) {
        let _ = idx(&bytes, &labels(3), FEW);
    }

    #[test]
    fn corrupted_labels_are_read_or_refused(bytes in corrupted(vec![labels(3), gz(&labels(3))])) {
        let _ = idx(&pictures(3), &bytes, FEW);
    }

    #[test]
    fn any_count_is_read_or_refused(count in any::<u32>(), other in any::<u32>()) {
        let mut few = pictures(3);
        few[4..8].copy_from_slice(&count.to_be_bytes());
        let _ = idx(&few, &labels(3), FEW);
        few[8..12].copy_from_slice(&other.to_be_bytes());
        let _ = idx(&gz(&few), &labels(3), FEW);
    }
}

#[test]
fn good_files_are_read_whether_packed_or_not() {
    let sound = idx(&pictures(3), &labels(3), FEW).expect("they are good");
    assert_eq!(idx(&gz(&pictures(3)), &gz(&labels(3)), FEW).expect("they are good"), sound);
}

#[test]
fn a_header_with_a_larger_count_than_the_file_holds_is_refused() {
    for count in [4, 10_000_000] {
        let mut few = pictures(3);
        few[4..8].copy_from_slice(&u32::to_be_bytes(count));
        let mut claims = labels(3);
        claims[4..8].copy_from_slice(&u32::to_be_bytes(count));
        assert!(error_of(&few, &claims, 2).contains("found the end of the file after 3 labels"));
    }
    let mut few = pictures(3);
    few[4..8].copy_from_slice(&u32::MAX.to_be_bytes());
    let refusal = error_of(&few, &labels(3), 2);
    assert!(refusal.ends_with("found 4294967295 pictures, expected 10000000 at most"), "{refusal}");
}

#[test]
fn a_small_packed_file_that_unpacks_to_gigabytes_is_refused() {
    let count = 40_000;
    let labels = packed(&header(&[0x801, count]), 1, count as usize);
    for byte in [0, 255] {
        // 31 MB in 30 kB.
        let pictures = packed(&header(&[0x803, count, 28, 28]), byte, count as usize * 784);
        assert!(pictures.len() < 50_000);
        for train in [1, count as usize] {
            let refusal = error_of(&pictures, &labels, train);
            assert!(
                refusal.contains("pictures that pack less well, or the file unpacked"),
                "{refusal}"
            );
        }
    }
    // Labels without end are read only up to the count in their header.
    let endless = packed(&header(&[0x801, 3]), 1, 1 << 27);
    assert!(error_of(&pictures(3), &endless, 2).contains("more bytes after its 3 labels"));
    let many = packed(&header(&[0x801, u32::MAX]), 1, 1 << 20);
    assert!(error_of(&pictures(3), &many, 2).contains("expected 10000000 at most"));
}

#[test]
fn a_packed_file_whose_pictures_take_much_more_memory_than_it_is_refused() {
    // Four kinds of bytes that are not 0, in no order: 11 MB that pack into a third of that, far from a
    // hundredth. In memory each takes three bytes.
    let count = 14_000;
    let mut state = 1_u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 30) as u8 + 1
    };
    // No measurement of another test may count them.
    let guard = measurement_guard();
    let mut pictures = header(&[0x803, count, 28, 28]);
    pictures.extend((0..count as usize * 784).map(|_| byte()));
    let (labels, packed) = (gz(&labels(count)), gz(&pictures));
    drop(guard);
    assert!(idx(&pictures, &labels, FEW).is_ok());
    assert!(packed.len() * 100 > pictures.len() && packed.len() * 6 < pictures.len() * 3);
    assert!(idx(&packed, &labels, FEW).is_ok());
    let refusal = error_of(&packed, &labels, count as usize);
    assert!(refusal.contains("pictures that pack less well, or the file unpacked"), "{refusal}");
}
