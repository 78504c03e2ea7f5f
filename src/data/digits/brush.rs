//! Rasterises strokes into a grey image like those of MNIST.

use rand::RngExt;

use crate::data::RunRng;
use crate::data::digits::handwriting::{Strokes, near_normal};
use crate::data::digits::shapes::StrokePoint;
use crate::data::grey_image::{GreyImage, SIDE};

/// The size of the box that a digit is fitted into, as in MNIST.
const BOX: f32 = 20.0;

/// The centre of the box, and the position for the centre of mass, in pixels: as in MNIST, half a pixel
/// to the right of and below the middle.
const MIDDLE: f32 = SIDE as f32 / 2.0 + 0.5;

/// The grey level of full ink: nearly all of it is 252 to 254 in MNIST.
const BRIGHTEST: f32 = 254.0;

/// The range over which the grey level of a pixel varies at random.
const GRAIN: f32 = 12.0;

/// A pen. Its figures are chosen so that thickness, shades and their spread are those of MNIST.
struct Brush {
    /// Half the thickness of a stroke, in pixels.
    radius: f32,
    /// Half the width of its edge, in which black fades to white, in pixels.
    soft: f32,
}

impl Brush {
    /// The means of [`Self::new`].
    const AVERAGE: Self = Self { radius: 1.28, soft: 0.55 };

    fn new(rng: &mut RunRng) -> Self {
        Self {
            radius: (1.28 + 0.38 * near_normal(rng)).max(0.6),
            soft: 0.4 + 0.3 * rng.random::<f32>(),
        }
    }

    /// Returns the amount of ink at a distance from the middle of a stroke, from 0 to 1.
    fn ink(&self, distance: f32) -> f32 {
        (0.5 + (self.radius - distance) / (2.0 * self.soft)).clamp(0.0, 1.0)
    }
}

/// Draws lines with a pen of random thickness, fitted into the box and centred by mass.
pub(super) fn draw(lines: &mut Strokes, rng: &mut RunRng) -> GreyImage {
    let pen = Brush::new(rng);
    let ink = ink(lines, &pen);
    centre(&ink, &mut || GRAIN * (rng.random::<f32>() - 0.5))
}

/// Draws a person's lines in the same way, with the average pen and without grain: they are fitted into the box
/// and centred by mass. A line of one point is a dot. Without a point the picture is empty.
pub(super) fn draw_by_hand(lines: &mut Strokes) -> GreyImage {
    lines.retain(|line| !line.is_empty());
    for line in lines.iter_mut() {
        if let [point] = line[..] {
            line.push(point);
        }
    }
    if lines.is_empty() {
        return [0; SIDE * SIDE];
    }
    let ink = ink(lines, &Brush::AVERAGE);
    centre(&ink, &mut || 0.0)
}

/// Fits lines into the box, and returns the ink that a pen leaves on each pixel.
fn ink(lines: &mut Strokes, pen: &Brush) -> [f32; SIDE * SIDE] {
    fit(lines, BOX - 2.0 * pen.radius - pen.soft);
    let mut nearest = [f32::MAX; SIDE * SIDE];
    for line in lines.iter() {
        for piece in line.windows(2) {
            update_distances(&mut nearest, [piece[0], piece[1]], pen.radius + pen.soft);
        }
    }
    nearest.map(|square| pen.ink(square.sqrt()))
}

/// Scales and moves lines so that their box is centred and its longer side is `size`.
fn fit(lines: &mut Strokes, size: f32) {
    let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
    for point in lines.iter().flatten() {
        for k in 0..2 {
            low[k] = low[k].min(point[k]);
            high[k] = high[k].max(point[k]);
        }
    }
    // Dots are not enlarged.
    let extent = (high[0] - low[0]).max(high[1] - low[1]);
    let scale = if extent > 0.0 { size / extent } else { 1.0 };
    for point in lines.iter_mut().flatten() {
        for k in 0..2 {
            point[k] = MIDDLE + scale * (point[k] - 0.5 * (low[k] + high[k]));
        }
    }
}

/// Stores the square of the distance to a straight piece for every pixel within its reach, if that is
/// the smallest so far.
fn update_distances(nearest: &mut [f32; SIDE * SIDE], [from, to]: [StrokePoint; 2], reach: f32) {
    let along = [to[0] - from[0], to[1] - from[1]];
    let square = along[0] * along[0] + along[1] * along[1];
    let inverse = if square > 0.0 { 1.0 / square } else { 0.0 };
    let pixels = |k: usize| {
        let low = (from[k].min(to[k]) - reach).max(0.0) as usize;
        let high = (from[k].max(to[k]) + reach + 1.0).clamp(0.0, SIDE as f32) as usize;
        low..high
    };
    for row in pixels(1) {
        let down = row as f32 + 0.5 - from[1];
        for column in pixels(0) {
            let right = column as f32 + 0.5 - from[0];
            let share = ((right * along[0] + down * along[1]) * inverse).clamp(0.0, 1.0);
            let off = [right - share * along[0], down - share * along[1]];
            let place = &mut nearest[row * SIDE + column];
            let square = off[0] * off[0] + off[1] * off[1];
            // Not `min`, which also checks for NaN.
            *place = if square < *place { square } else { *place };
        }
    }
}

/// Moves the ink by whole pixels, so that its centre of mass is in the middle unless ink would be cut
/// off at the edge, and converts it to grey levels.
fn centre(ink: &[f32; SIDE * SIDE], grain: &mut dyn FnMut() -> f32) -> GreyImage {
    let mut sparse_pixels = [0; SIDE * SIDE];
    let sparse_pixels = inked(ink, &mut sparse_pixels);
    let place = |i: usize| [i % SIDE, i / SIDE];
    let (mut mass, mut gradient_factors) = (0.0, [0.0; 2]);
    let (mut low, mut high) = ([SIDE; 2], [0; 2]);
    for &i in sparse_pixels {
        mass += ink[i];
        for (k, at) in place(i).into_iter().enumerate() {
            gradient_factors[k] += ink[i] * (at as f32 + 0.5);
            low[k] = low[k].min(at);
            high[k] = high[k].max(at);
        }
    }
    let shift = [0, 1].map(|k| {
        let shift = (MIDDLE - gradient_factors[k] / mass).round() as isize;
        shift.clamp(-low[k].cast_signed(), (SIDE - 1 - high[k]).cast_signed())
    });
    let mut picture = [0; SIDE * SIDE];
    for &i in sparse_pixels {
        let [x, y] = place(i);
        let moved = y.wrapping_add_signed(shift[1]) * SIDE + x.wrapping_add_signed(shift[0]);
        picture[moved] = (ink[i] * BRIGHTEST + grain()).clamp(0.0, 255.0) as u8;
    }
    picture
}

/// Returns the indices of pixels with ink. The loop has no branch, which would be mispredicted at every
/// edge of a stroke.
fn inked<'p>(ink: &[f32; SIDE * SIDE], places: &'p mut [usize; SIDE * SIDE]) -> &'p [usize] {
    let mut count = 0;
    for (i, &ink) in ink.iter().enumerate() {
        places[count] = i;
        count += usize::from(ink > 0.0);
    }
    &places[..count]
}
