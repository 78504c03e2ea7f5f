//! The colours of heatmaps: few levels, so that unchanged cells are not sent again.

use std::sync::LazyLock;

use ratatui::style::Color;

use crate::canvas::ColourDepth;
use crate::math::pow;

/// The levels of a map of signed values: zero has one of its own.
pub(crate) const SIGN_LEVELS: usize = 15;

fn mix(from: Rgb, to: Rgb, share: f64) -> Color {
    let part = |a: f64, b: f64| (a + (b - a) * share).round() as u8;
    Color::Rgb(part(from.0, to.0), part(from.1, to.1), part(from.2, to.2))
}

/// Violet, the middle and green on dark and on light.
const SIGN_ENDS: [(Rgb, Rgb, Rgb); 2] = [
    ((150., 95., 255.), (26., 26., 32.), (120., 150., 75.)),
    ((105., 0., 165.), (240., 240., 243.), (30., 75., 30.)),
];

/// Red, green and blue, 0 to 255.
type Rgb = (f64, f64, f64);

/// Returns the colours from violet through the background to green; the middle is dark on dark and
/// pale on light.
pub(crate) fn ramp_true(is_dark: bool) -> [Color; SIGN_LEVELS] {
    let (violet, zero, green) = SIGN_ENDS[usize::from(!is_dark)];
    std::array::from_fn(|level| {
        // The first step away from zero is large, so that it can be distinguished from zero.
        let share = |n: usize| 0.12 + 0.88 * (n as f64 / 7.0);
        match level {
            0..=6 => mix(zero, violet, share(7 - level)),
            7 => mix(zero, zero, 0.0),
            _ => mix(zero, green, share(level - 7)),
        }
    })
}

/// Chosen by eye among the 256: lightness is monotonic from zero to each end, and even the first
/// level from zero has the hue of its sign, which nearby greys would not. The 256 have no violet
/// and no green as dark as those in 24 bits; zero is therefore lighter, so that noise does not
/// glare.
const SIGNS_DARK_256: [u8; SIGN_LEVELS] =
    [141, 135, 134, 97, 91, 54, 53, 236, 22, 28, 64, 70, 106, 112, 148];
const SIGNS_LIGHT_256: [u8; SIGN_LEVELS] =
    [55, 91, 92, 98, 140, 183, 189, 255, 194, 157, 150, 107, 71, 65, 29];

/// Returns the colours of signs for 256 or 16 colours; 16 have five steps.
pub(crate) fn ramp_256(is_dark: bool, depth: ColourDepth) -> [Color; SIGN_LEVELS] {
    if depth == ColourDepth::Sixteen {
        return ramp_16(is_dark);
    }
    let signs = if is_dark { SIGNS_DARK_256 } else { SIGNS_LIGHT_256 };
    signs.map(Color::Indexed)
}

fn ramp_16(is_dark: bool) -> [Color; SIGN_LEVELS] {
    let (background, far) = if is_dark {
        (Color::Black, [Color::LightMagenta, Color::Magenta, Color::Green, Color::LightGreen])
    } else {
        (Color::White, [Color::Magenta, Color::LightMagenta, Color::LightGreen, Color::Green])
    };
    std::array::from_fn(|level| match level {
        0..=2 => far[0],
        3..=5 => far[1],
        // A fifth of the scale has the background colour, so that large values stand out.
        6..=8 => background,
        9..=11 => far[2],
        _ => far[3],
    })
}

/// The levels of a field over the plane: as many below the middle as above it, and none at it.
pub(crate) const FIELD_LEVELS: usize = 16;

/// As [`SIGNS_DARK_256`], with a level more on each side in place of zero.
const FIELDS_DARK_256: [u8; FIELD_LEVELS] =
    [141, 135, 134, 98, 97, 91, 54, 53, 22, 28, 64, 65, 70, 106, 112, 148];
const FIELDS_LIGHT_256: [u8; FIELD_LEVELS] =
    [55, 91, 92, 98, 140, 182, 183, 189, 194, 193, 157, 150, 107, 71, 65, 29];

/// Returns the colours of a field, from violet below the middle to green above it.
pub(crate) fn ramp_of_fields(is_dark: bool, depth: ColourDepth) -> [Color; FIELD_LEVELS] {
    match depth {
        ColourDepth::True => {
            let (violet, middle, green) = SIGN_ENDS[usize::from(!is_dark)];
            std::array::from_fn(|level| {
                // Both levels next to the middle have the hue of their side. On light, the ends are not so dark that
                // a black mark could not be seen there.
                let most = if is_dark { 1.0 } else { 0.74 };
                let share = |from_middle: usize| 0.16 + (most - 0.16) * (from_middle as f64 / 7.0);
                match level {
                    0..8 => mix(middle, violet, share(7 - level)),
                    _ => mix(middle, green, share(level - 8)),
                }
            })
        }
        ColourDepth::Indexed if is_dark => FIELDS_DARK_256.map(Color::Indexed),
        ColourDepth::Indexed => FIELDS_LIGHT_256.map(Color::Indexed),
        ColourDepth::Sixteen | ColourDepth::None => {
            let signs = ramp_16(is_dark);
            std::array::from_fn(|level| match level {
                0..4 => signs[0],
                4..8 => signs[3],
                8..12 => signs[9],
                _ => signs[14],
            })
        }
    }
}

/// How clearly a class is told from the others: hardly, well, or beyond doubt.
pub(crate) const CLASS_STRENGTHS: usize = 3;

/// The most classes that have a hue of their own.
pub(crate) const CLASS_HUES: usize = 10;

/// Hues of similar lightness; those of the first classes lie furthest apart.
const CLASSES: [u32; CLASS_HUES] = [
    0x9a_6cff, 0x8f_b04a, 0xe0_7b4f, 0x4f_9fd8, 0xd8_5f9c, 0xc9_a63a, 0x4f_b39a, 0xa8_8876,
    0x8a_94b8, 0xb8_5656,
];

/// Returns the colours of classes, each as strong as the class is clear.
pub(crate) fn ramp_of_classes(is_dark: bool, depth: ColourDepth) -> ClassColours {
    if depth == ColourDepth::Indexed {
        return CLASSES_256[usize::from(!is_dark)];
    }
    mixed_classes(is_dark, depth)
}

/// The colours of classes, each as strong as the class is clear.
pub(crate) type ClassColours = [[Color; CLASS_STRENGTHS]; CLASS_HUES];

/// Those of 256, on dark and on light: the nearest to the true ones, which are looked for once.
static CLASSES_256: LazyLock<[ClassColours; 2]> =
    LazyLock::new(|| [true, false].map(|is_dark| mixed_classes(is_dark, ColourDepth::Indexed)));

fn mixed_classes(is_dark: bool, depth: ColourDepth) -> ClassColours {
    let middle = SIGN_ENDS[usize::from(!is_dark)].1;
    std::array::from_fn(|class| {
        let hex = CLASSES[class];
        let hue = parts(Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8));
        [0.3, 0.55, 0.9].map(|share| match (depth, mix(middle, hue, share)) {
            (ColourDepth::True, colour) => colour,
            (ColourDepth::Indexed, colour) => nearest_of_256(colour),
            _ => SIXTEEN_CLASSES[class],
        })
    })
}

const SIXTEEN_CLASSES: [Color; CLASS_HUES] = [
    Color::Magenta,
    Color::Green,
    Color::Red,
    Color::Blue,
    Color::LightMagenta,
    Color::Yellow,
    Color::Cyan,
    Color::LightGreen,
    Color::Gray,
    Color::LightRed,
];

/// Returns the nearest colour of the cube of the 256.
fn nearest_of_256(colour: Color) -> Color {
    let distance = |index: u8| {
        let ((r, g, b), (red, green, blue)) = (parts(Color::Indexed(index)), parts(colour));
        (r - red) * (r - red) + (g - green) * (g - green) + (b - blue) * (b - blue)
    };
    let nearest = (16..=231).min_by(|a, b| distance(*a).total_cmp(&distance(*b)));
    Color::Indexed(nearest.unwrap_or(16))
}

/// The greys of a picture.
pub(crate) const GREY_LEVELS: usize = 16;

/// Returns the greys of a picture, from the background to full ink.
pub(crate) fn ramp_of_greys(is_dark: bool, depth: ColourDepth) -> [Color; GREY_LEVELS] {
    let (empty, ink) = if is_dark { (18.0, 236.0) } else { (244.0, 20.0) };
    std::array::from_fn(|level| {
        let share = level as f64 / (GREY_LEVELS - 1) as f64;
        match depth {
            ColourDepth::True => mix((empty, empty, empty), (ink, ink, ink), share),
            ColourDepth::Indexed => {
                // The 24 greys of the 256, from 232 to 255.
                let grey = (share * 21.0).round() as u8;
                Color::Indexed(if is_dark { 233 + grey } else { 255 - grey })
            }
            _ => {
                let greys = [Color::Black, Color::DarkGray, Color::Gray, Color::White];
                let nth = level * greys.len() / GREY_LEVELS;
                greys[if is_dark { nth } else { greys.len() - 1 - nth }]
            }
        }
    })
}

/// Returns the colour of borders on a field: lighter than any of its colours on dark, darker on light.
pub(crate) fn border_of_fields(is_dark: bool, depth: ColourDepth) -> Color {
    match (depth, is_dark) {
        (ColourDepth::True, true) => Color::Rgb(226, 226, 230),
        (ColourDepth::True, false) => Color::Rgb(28, 28, 34),
        (ColourDepth::Indexed, true) => Color::Indexed(254),
        (ColourDepth::Indexed, false) => Color::Indexed(234),
        (_, true) => Color::White,
        (_, false) => Color::Black,
    }
}

/// The levels of a map of magnitudes.
pub(crate) const SIZE_LEVELS: usize = 16;

/// Viridis, from the least to the greatest.
const SIZES_TRUE: [u32; SIZE_LEVELS] = [
    0x44_0154, 0x48_1a6c, 0x47_2f7d, 0x41_4487, 0x39_568c, 0x31_688e, 0x2a_788e, 0x23_888e,
    0x1f_988b, 0x22_a884, 0x35_b779, 0x54_c568, 0x7a_d151, 0xa5_db36, 0xd2_e21b, 0xfd_e725,
];
const SIZES_256: [u8; SIZE_LEVELS] =
    [17, 53, 54, 55, 24, 25, 30, 36, 72, 41, 77, 113, 149, 185, 221, 227];

/// The colours of contour lines on them: three levels darker, so that a line is seen and does not outweigh
/// the levels.
const CONTOURS_256: [u8; SIZE_LEVELS] =
    [16, 16, 16, 17, 53, 54, 55, 24, 25, 30, 36, 72, 41, 77, 113, 149];

const SIZES_16: [Color; SIZE_LEVELS] = [
    Color::Black,
    Color::Black,
    Color::Blue,
    Color::Blue,
    Color::Blue,
    Color::Cyan,
    Color::Cyan,
    Color::Cyan,
    Color::Green,
    Color::Green,
    Color::Green,
    Color::LightGreen,
    Color::LightGreen,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightYellow,
];

/// Returns the colours of magnitudes: the same on every background, because a map covers it.
pub(crate) fn ramp_of_sizes(depth: ColourDepth) -> [Color; SIZE_LEVELS] {
    match depth {
        ColourDepth::True => {
            SIZES_TRUE.map(|hex| Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8))
        }
        ColourDepth::Indexed => SIZES_256.map(Color::Indexed),
        ColourDepth::Sixteen => SIZES_16,
        ColourDepth::None => [Color::Reset; SIZE_LEVELS],
    }
}

/// Returns the colours of contour lines on levels of magnitude: darker than the level.
pub(crate) fn ramp_of_contours(depth: ColourDepth) -> [Color; SIZE_LEVELS] {
    let sizes = ramp_of_sizes(depth);
    match depth {
        ColourDepth::True => sizes.map(|colour| {
            let (r, g, b) = parts(colour);
            mix((r, g, b), (0.0, 0.0, 0.0), 0.45)
        }),
        ColourDepth::Indexed => CONTOURS_256.map(Color::Indexed),
        // With so few colours the edges between them serve as lines.
        ColourDepth::Sixteen | ColourDepth::None => sizes,
    }
}

/// Returns red, green and blue of a colour, 0 to 255; those of the sixteen are as in most
/// terminals.
pub(crate) fn parts(colour: Color) -> Rgb {
    const STEPS: [f64; 6] = [0.0, 95.0, 135.0, 175.0, 215.0, 255.0];
    match colour {
        Color::Rgb(r, g, b) => (f64::from(r), f64::from(g), f64::from(b)),
        Color::Indexed(index @ 16..=231) => {
            let at = usize::from(index - 16);
            (STEPS[at / 36], STEPS[at / 6 % 6], STEPS[at % 6])
        }
        Color::Indexed(index @ 232..) => {
            let grey = f64::from(index - 232) * 10.0 + 8.0;
            (grey, grey, grey)
        }
        Color::Magenta => (170.0, 0.0, 170.0),
        Color::LightMagenta => (255.0, 120.0, 255.0),
        Color::Green => (0.0, 150.0, 0.0),
        Color::LightGreen => (90.0, 255.0, 90.0),
        Color::White => (255.0, 255.0, 255.0),
        Color::Blue => (0.0, 0.0, 170.0),
        Color::Cyan => (0.0, 150.0, 150.0),
        Color::LightYellow => (255.0, 255.0, 90.0),
        _ => (0.0, 0.0, 0.0),
    }
}

/// The least contrast at which a mark of a few strokes is seen, by WCAG 2.1, 1.4.11.
const MARK_CONTRAST: f64 = 3.0;

/// Returns the relative luminance of a colour, 0 to 1.
fn luminance(colour: Color) -> f64 {
    let linear = |part: f64| pow(part / 255.0, 2.2);
    let (r, g, b) = parts(colour);
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// Returns black or white, whichever is more readable on a colour.
pub(crate) fn readable_on(background: Color) -> Color {
    // At this luminance the contrasts with black and with white are equal.
    if luminance(background) > 0.179 { Color::Black } else { Color::White }
}

/// Returns the ink that can be seen on all of these colours, black or white, if there is one.
pub(crate) fn mark_ink(levels: &[Color; FIELD_LEVELS]) -> Option<Color> {
    let ink = readable_on(levels[FIELD_LEVELS / 2]);
    levels.iter().all(|level| contrast(*level, ink) >= MARK_CONTRAST).then_some(ink)
}

/// Returns the ink and the ground of a mark on a colour of a map whose marks have this ink, so that marks of one kind
/// look the same everywhere; without such an ink the ground is black.
pub(crate) fn mark_colours(usual: Option<Color>, ground: Color) -> (Color, Color) {
    match usual {
        Some(ink) if contrast(ground, ink) >= MARK_CONTRAST => (ink, ground),
        Some(_) => (readable_on(ground), ground),
        None => (Color::White, Color::Black),
    }
}

/// Returns the contrast of two colours by WCAG 2.1, 1 to 21.
fn contrast(one: Color, other: Color) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

/// Returns the level of a signed value on a symmetric scale.
pub(crate) fn sign_level(value: f64, scale: f64) -> usize {
    let share = if scale > 0.0 { (value / scale).clamp(-1.0, 1.0) } else { 0.0 };
    (7.0 + share * 7.0).round().clamp(0.0, 14.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_have_one_ink_on_all_levels_of_a_field() {
        for is_dark in [true, false] {
            for depth in [ColourDepth::True, ColourDepth::Indexed] {
                let fields = ramp_of_fields(is_dark, depth);
                let marks = fields.map(|level| mark_colours(mark_ink(&fields), level));
                for ((ink, ground), level) in marks.into_iter().zip(fields) {
                    assert_eq!(ink, marks[0].0, "{is_dark} {depth:?}");
                    assert!(contrast(ink, ground) >= MARK_CONTRAST, "{is_dark} {depth:?}");
                    assert!(ground == level || depth != ColourDepth::True);
                }
            }
        }
        let usual = mark_ink(&ramp_of_fields(true, ColourDepth::True));
        let (ink, ground) = mark_colours(usual, Color::White);
        assert!(contrast(ink, ground) >= MARK_CONTRAST, "{ink} on {ground}");
    }

    #[test]
    fn zero_has_a_level_of_its_own_and_signs_are_symmetric() {
        assert_eq!(sign_level(0.0, 2.0), 7);
        assert_eq!(sign_level(-2.0, 2.0), 0);
        assert_eq!(sign_level(9.0, 2.0), 14);
        assert_eq!(sign_level(0.5, 2.0) - 7, 7 - sign_level(-0.5, 2.0));
        assert_eq!(sign_level(1.0, 0.0), 7);
    }

    #[test]
    fn text_on_a_colour_is_black_or_white_whichever_contrasts_more() {
        assert_eq!(readable_on(Color::Rgb(127, 211, 78)), Color::Black);
        assert_eq!(readable_on(Color::Rgb(26, 26, 32)), Color::White);
        assert_eq!(readable_on(Color::Rgb(240, 240, 243)), Color::Black);
        assert_eq!(readable_on(Color::Rgb(118, 38, 176)), Color::White);
        assert_eq!(readable_on(Color::Indexed(255)), Color::Black);
        assert_eq!(readable_on(Color::Indexed(22)), Color::White);
    }

    #[test]
    fn the_levels_of_true_colour_and_of_256_are_all_different() {
        for sizes in [ramp_of_sizes(ColourDepth::True), ramp_of_sizes(ColourDepth::Indexed)] {
            for a in 0..SIZE_LEVELS {
                assert!(!sizes[..a].contains(&sizes[a]), "{a}");
            }
        }
        for signs in [
            ramp_true(true),
            ramp_true(false),
            ramp_256(true, ColourDepth::Indexed),
            ramp_256(false, ColourDepth::Indexed),
        ] {
            for a in 0..SIGN_LEVELS {
                assert!(!signs[..a].contains(&signs[a]), "{a}");
            }
        }
        for is_dark in [true, false] {
            for depth in [ColourDepth::True, ColourDepth::Indexed] {
                let fields = ramp_of_fields(is_dark, depth);
                for a in 0..FIELD_LEVELS {
                    assert!(!fields[..a].contains(&fields[a]), "{a} of {depth:?}");
                }
                // The faint ones of the 256 are so few that some coincide.
                let classes = ramp_of_classes(is_dark, depth).map(|of_class| of_class[2]);
                for a in 0..classes.len() {
                    assert!(!classes[..a].contains(&classes[a]), "{a} of {depth:?}");
                }
            }
        }
    }

    #[test]
    fn maps_become_lighter_with_every_level_and_their_contours_are_darker() {
        // Squares stand in for the linear intensities.
        let light = |colour: Color| {
            let (r, g, b) = parts(colour);
            0.2126 * r * r + 0.7152 * g * g + 0.0722 * b * b
        };
        for depth in [ColourDepth::True, ColourDepth::Indexed] {
            let (sizes, contours) = (ramp_of_sizes(depth), ramp_of_contours(depth));
            assert!(sizes.windows(2).all(|two| light(two[0]) < light(two[1])), "{depth:?}");
            let pairs = sizes.iter().zip(&contours);
            assert!(pairs.into_iter().all(|(level, line)| light(*line) < light(*level)));
        }
    }
}
