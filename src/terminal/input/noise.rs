//! Test helper that returns the bytes of a bad line.

use rand::{Rng, RngExt};

/// Returns the bytes of a bad line: random ones, or pieces of known sequences.
pub(crate) fn noise(chance: &mut impl Rng) -> Vec<u8> {
    const PIECES: [&[u8]; 12] = [
        b"\x1b",
        b"\x1b[",
        b"\x1b[<",
        b"\x1b[200~",
        b"\x1b[201~",
        b"\x1bO",
        b"\x1b]",
        b";",
        b"M",
        b"0",
        b"\xe2",
        b":set eta=\r",
    ];
    let mut bytes = Vec::new();
    for _ in 0..chance.random_range(1..60) {
        if chance.random_bool(0.3) {
            bytes.extend_from_slice(PIECES[chance.random_range(0..PIECES.len())]);
        } else {
            bytes.push(chance.random());
        }
    }
    bytes
}
