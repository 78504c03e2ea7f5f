//! The pen: ink on a grid of grey pixels, like that of MNIST.

use rand::RngExt;

use crate::data::Chance;
use crate::data::digits::forms::Point;
use crate::data::digits::hand::{Lines, bell};
use crate::data::idx::SIDE;

/// A digit is fitted into a box of this size, as in MNIST.
const BOX: f32 = 20.0;

/// Where the box and the centre of mass come to lie, in pixels: as in MNIST, half a pixel to the
/// right of and below the middle.
const MIDDLE: f32 = (SIDE as f32 + 1.0) / 2.0;

/// A picture, row by row.
pub(super) type Picture = [u8; SIDE * SIDE];

/// Draws lines with a pen of chance thickness, fitted into the box and centred by mass.
pub(super) fn draw(lines: &mut Lines, chance: &mut Chance) -> Picture {
    // Half the thickness of a stroke, in pixels.
    let radius = (1.25 + 0.38 * bell(chance)).max(0.6);
    let soft = 0.4 + 0.3 * chance.random::<f32>();
    fit(lines, BOX - 2.0 * radius);
    let mut nearest = [f32::MAX; SIDE * SIDE];
    for line in lines.iter() {
        for piece in line.windows(2) {
            let reach = radius + soft;
            approach(&mut nearest, [piece[0], piece[1]], reach);
        }
    }
    let ink = nearest.map(|square| {
        let cover = 0.5 + (radius - square.sqrt()) / (2.0 * soft);
        cover.clamp(0.0, 1.0)
    });
    centre(&ink, chance)
}

/// Scales and moves lines so that their box is centred and its longer side is `size`.
fn fit(lines: &mut Lines, size: f32) {
    let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
    for point in lines.iter().flatten() {
        for k in 0..2 {
            low[k] = low[k].min(point[k]);
            high[k] = high[k].max(point[k]);
        }
    }
    let scale = size / (high[0] - low[0]).max(high[1] - low[1]);
    for point in lines.iter_mut().flatten() {
        for k in 0..2 {
            point[k] = MIDDLE + scale * (point[k] - 0.5 * (low[k] + high[k]));
        }
    }
}

/// Notes for every pixel within reach of a straight piece the square of its distance, where that is
/// the least so far.
fn approach(nearest: &mut [f32; SIDE * SIDE], [p, q]: [Point; 2], reach: f32) {
    let along = [q[0] - p[0], q[1] - p[1]];
    let length = along[0] * along[0] + along[1] * along[1];
    let inverse = if length > 0.0 { 1.0 / length } else { 0.0 };
    let range = |k: usize| {
        let low = (p[k].min(q[k]) - reach).max(0.0) as usize;
        let high = (p[k].max(q[k]) + reach + 1.0).clamp(0.0, SIDE as f32) as usize;
        low..high
    };
    for row in range(1) {
        let y = row as f32 + 0.5 - p[1];
        for column in range(0) {
            let x = column as f32 + 0.5 - p[0];
            let t = ((x * along[0] + y * along[1]) * inverse).clamp(0.0, 1.0);
            let (u, v) = (x - t * along[0], y - t * along[1]);
            let place = &mut nearest[row * SIDE + column];
            *place = place.min(u * u + v * v);
        }
    }
}

/// Moves the ink by whole pixels, so that its centre of mass is in the middle, and makes it grey.
fn centre(ink: &[f32; SIDE * SIDE], chance: &mut Chance) -> Picture {
    let (mut mass, mut sum) = (0.0, [0.0; 2]);
    for (i, ink) in ink.iter().enumerate() {
        mass += ink;
        sum[0] += ink * ((i % SIDE) as f32 + 0.5);
        sum[1] += ink * ((i / SIDE) as f32 + 0.5);
    }
    let shift = sum.map(|sum| (MIDDLE - sum / mass).round() as isize);
    let mut picture = [0; SIDE * SIDE];
    let moved = |at: usize, by: isize| at.checked_add_signed(by).filter(|&at| at < SIDE);
    for (i, &ink) in ink.iter().enumerate() {
        if ink <= 0.0 {
            continue;
        }
        if let (Some(x), Some(y)) = (moved(i % SIDE, shift[0]), moved(i / SIDE, shift[1])) {
            let noise = 12.0 * (chance.random::<f32>() - 0.5);
            picture[y * SIDE + x] = (ink * 254.0 + noise).clamp(0.0, 255.0) as u8;
        }
    }
    picture
}
