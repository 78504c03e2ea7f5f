use super::*;
use crate::canvas::place_in_sixteen;
use crate::canvas::ramps::parts;
use crate::math::{hypot, pow, powi};

fn all() -> Vec<Theme> {
    let mut themes = Vec::new();
    for theme in [ThemeName::Dark, ThemeName::Light] {
        for colours in [ColourDepth::Sixteen, ColourDepth::Indexed, ColourDepth::True] {
            themes.push(Theme::of(Appearance { theme, colours, ..Appearance::default() }));
        }
    }
    themes
}

/// Returns the themes for a room.
fn of_rooms() -> Vec<Theme> {
    let mut themes = Vec::new();
    for theme in [ThemeName::Dark, ThemeName::Light] {
        for colours in [ColourDepth::Sixteen, ColourDepth::Indexed, ColourDepth::True] {
            let appearance =
                Appearance { theme, colours, is_presenting: true, ..Appearance::default() };
            themes.push(Theme::of(appearance));
        }
    }
    themes
}

#[test]
fn no_two_arms_share_a_colour_in_any_theme() {
    for theme in all().into_iter().chain(of_rooms()) {
        for a in 0..4 {
            for b in 0..a {
                assert_ne!(theme.arms[a].fg, theme.arms[b].fg, "{:?}", theme.depth);
            }
            assert_ne!(theme.arms[a].fg, theme.chosen.fg);
            assert_ne!(theme.arms[a].fg, theme.problem.fg);
        }
    }
}

#[test]
fn a_terminal_with_sixteen_colours_is_sent_no_others() {
    for theme in [ThemeName::Dark, ThemeName::Light] {
        let theme =
            Theme::of(Appearance { theme, colours: ColourDepth::Sixteen, ..Appearance::default() });
        for colour in &theme.signs {
            assert!(!matches!(colour, Color::Rgb(..) | Color::Indexed(_)), "{colour:?}");
        }
    }
}

#[test]
fn a_light_theme_paints_its_background_and_a_dark_one_leaves_that_of_the_terminal() {
    for colours in [ColourDepth::Sixteen, ColourDepth::Indexed, ColourDepth::True] {
        let of =
            |theme| Theme::of(Appearance { theme, colours, ..Appearance::default() }).background;
        assert!(of(ThemeName::Light).is_some_and(|g| g.fg.is_some() && g.bg.is_some()));
        assert!(of(ThemeName::Dark).is_none());
    }
}

#[test]
fn without_colours_nothing_is_coloured() {
    let theme = Theme::of(Appearance { colours: ColourDepth::None, ..Appearance::default() });
    for style in [theme.text, theme.strong, theme.problem, theme.chosen, theme.selected] {
        assert!(style.fg.is_none() && style.bg.is_none());
    }
}

/// Red, green and blue of the sixteen colours in common terminals, in the order of their codes:
/// xterm, the Linux console, GNOME's Tango, Windows' Campbell.
const PALETTES: [[u32; 16]; 4] = [
    [
        0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5,
        0x7f_7f7f, 0xff_0000, 0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
    ],
    [
        0x00_0000, 0xaa_0000, 0x00_aa00, 0xaa_5500, 0x00_00aa, 0xaa_00aa, 0x00_aaaa, 0xaa_aaaa,
        0x55_5555, 0xff_5555, 0x55_ff55, 0xff_ff55, 0x55_55ff, 0xff_55ff, 0x55_ffff, 0xff_ffff,
    ],
    [
        0x2e_3436, 0xcc_0000, 0x4e_9a06, 0xc4_a000, 0x34_65a4, 0x75_507b, 0x06_989a, 0xd3_d7cf,
        0x55_5753, 0xef_2929, 0x8a_e234, 0xfc_e94f, 0x72_9fcf, 0xad_7fa8, 0x34_e2e2, 0xee_eeec,
    ],
    [
        0x0c_0c0c, 0xc5_0f1f, 0x13_a10e, 0xc1_9c00, 0x00_37da, 0x88_1798, 0x3a_96dd, 0xcc_cccc,
        0x76_7676, 0xe7_4856, 0x16_c60c, 0xf9_f1a5, 0x3b_78ff, 0xb4_009e, 0x61_d6d6, 0xf2_f2f2,
    ],
];

/// The darkest and the lightest background of common dark terminals.
const DARK_BACKGROUNDS: [u32; 2] = [0x00_0000, 0x2e_3436];

fn of_hex(hex: u32) -> (f64, f64, f64) {
    let part = |shift: u32| f64::from((hex >> shift) as u8);
    (part(16), part(8), part(0))
}

/// Returns a colour as displayed in one of the palettes.
fn displayed(colour: Color, palette: usize) -> (f64, f64, f64) {
    match colour {
        Color::Rgb(..) | Color::Indexed(_) => parts(colour),
        named => of_hex(PALETTES[palette][usize::from(place_in_sixteen(named).unwrap_or(0))]),
    }
}

/// Converts red, green and blue to linear light, 0 to 1, by IEC 61966-2-1.
fn linear((r, g, b): (f64, f64, f64)) -> [f64; 3] {
    [r, g, b].map(|part| {
        let part = part / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { pow((part + 0.055) / 1.055, 2.4) }
    })
}

fn luminance(colour: (f64, f64, f64)) -> f64 {
    let [r, g, b] = linear(colour);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// Returns the contrast by WCAG 2, 1 to 21.
fn contrast(one: (f64, f64, f64), other: (f64, f64, f64)) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

/// Returns lightness, red against green, yellow against blue: CIELAB under D65.
fn lab(colour: (f64, f64, f64)) -> [f64; 3] {
    let [r, g, b] = linear(colour);
    let curve = |t: f64| if t > 0.008_856 { pow(t, 1.0 / 3.0) } else { 7.787 * t + 16.0 / 116.0 };
    let x = curve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.950_47);
    let y = curve(0.2126 * r + 0.7152 * g + 0.0722 * b);
    let z = curve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.088_83);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn distance(one: (f64, f64, f64), other: (f64, f64, f64)) -> f64 {
    let pairs = lab(one).into_iter().zip(lab(other));
    pairs.map(|(a, b)| powi(a - b, 2)).sum::<f64>().sqrt()
}

/// Returns the backgrounds on which a theme may lie in one of the palettes.
fn backgrounds(theme: &Theme, palette: usize) -> Vec<(f64, f64, f64)> {
    match theme.background.and_then(|style| style.bg) {
        Some(background) => vec![displayed(background, palette)],
        // A terminal with a palette of sixteen has its black, too.
        None if theme.depth == ColourDepth::Sixteen => vec![of_hex(PALETTES[palette][0])],
        None => DARK_BACKGROUNDS.map(of_hex).to_vec(),
    }
}

/// Returns the distance of two colours to an eye that cannot distinguish red from green: by
/// lightness and by the axis from yellow to blue.
fn distance_without_red_and_green(one: (f64, f64, f64), other: (f64, f64, f64)) -> f64 {
    let ([l, _, b], [m, _, c]) = (lab(one), lab(other));
    hypot(l - m, b - c)
}

#[test]
fn words_are_legible_on_every_background() {
    for theme in all() {
        let words = [theme.quiet, theme.problem, theme.arms[0], theme.arms[1]];
        for palette in 0..PALETTES.len() {
            for background in backgrounds(&theme, palette) {
                let of = |style: Style| {
                    contrast(displayed(style.fg.expect("a colour"), palette), background)
                };
                for style in words {
                    // The minimum of WCAG for large text and for graphics.
                    assert!(of(style) >= 3.0, "{:?} {style:?}: {:.2}", theme.depth, of(style));
                }
                for style in [theme.arms[2], theme.arms[3], theme.good, theme.chosen] {
                    assert!(of(style) >= 2.0, "{:?} {style:?}: {:.2}", theme.depth, of(style));
                }
            }
        }
    }
}

#[test]
fn words_and_curves_are_seen_from_the_back_row_on_the_painted_background() {
    for theme in of_rooms() {
        let background = theme.background.expect("a painted background");
        for palette in 0..PALETTES.len() {
            let of = |style: Style| {
                // Body text has the foreground of the background style.
                let colour = style.fg.filter(|colour| *colour != Color::Reset).or(background.fg);
                let [colour, background] =
                    [colour, background.bg].map(|c| displayed(c.expect("a colour"), palette));
                contrast(colour, background)
            };
            let words = [theme.text, theme.strong, theme.quiet];
            let colours = [theme.good, theme.problem, theme.chosen].into_iter().chain(theme.arms);
            let least = match theme.depth {
                ColourDepth::True => 7.0,
                // The darkest brown that is no red.
                ColourDepth::Indexed => 6.7,
                // These are the terminal's own.
                _ => 2.0,
            };
            for style in words {
                assert!(of(style) >= 7.0, "{:?} {style:?}: {:.2}", theme.depth, of(style));
            }
            // The steps ahead in a list are faint, and still text.
            if theme.depth == ColourDepth::True {
                assert!(of(theme.faint) >= 7.0, "{:.2}", of(theme.faint));
            }
            for style in colours {
                assert!(of(style) >= least, "{:?} {style:?}: {:.2}", theme.depth, of(style));
            }
        }
    }
}

#[test]
fn arms_are_distinguishable_by_colour_even_without_red_and_green() {
    for theme in all().into_iter().chain(of_rooms()) {
        for palette in 0..PALETTES.len() {
            let arm = |which: usize| displayed(theme.arms[which].fg.expect("a colour"), palette);
            for a in 0..4 {
                for b in 0..a {
                    let far = distance(arm(a), arm(b));
                    assert!(far >= 28.0, "{:?}: arms {a} and {b}: {far:.0}", theme.depth);
                }
            }
            let far = distance_without_red_and_green(arm(0), arm(1));
            assert!(far >= 20.0, "{:?} {palette}: {far:.0}", theme.depth);
        }
    }
}

/// Linear red, green and blue as the eye sees them that lacks one of its three cones, in full; from
/// Machado, Oliveira and Fernandes, A Physiologically-based Model for Simulation of Color Vision
/// Deficiency (2009), table 1.
const SIGHTS: [[[f64; 3]; 3]; 4] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ],
    [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ],
    [
        [1.255_528, -0.076_749, -0.178_779],
        [-0.078_411, 0.930_809, 0.147_602],
        [0.004_733, 0.691_367, 0.303_900],
    ],
];

/// Returns a colour as one of the kinds of sight sees it.
fn seen(colour: (f64, f64, f64), sight: usize) -> (f64, f64, f64) {
    let light = linear(colour);
    let [r, g, b] = SIGHTS[sight].map(|row| {
        let part: f64 = row.iter().zip(light).map(|(share, part)| share * part).sum();
        let part = part.clamp(0.0, 1.0);
        let part =
            if part <= 0.003_130_8 { part * 12.92 } else { 1.055 * pow(part, 1.0 / 2.4) - 0.055 };
        part * 255.0
    });
    (r, g, b)
}

#[test]
fn arms_and_signs_stay_apart_for_the_common_kinds_of_colour_sight() {
    // The 256 colours have too few that are dark enough for a room.
    let rooms = of_rooms().into_iter().filter(|theme| theme.depth == ColourDepth::True);
    let themes = all().into_iter().chain(rooms);
    for theme in themes.filter(|theme| theme.depth > ColourDepth::Sixteen) {
        let arms = theme.arms.map(|arm| parts(arm.fg.expect("a colour")));
        let [below, above] = [0, SIGN_LEVELS - 1].map(|end| parts(theme.signs[end]));
        for sight in 0..SIGHTS.len() {
            let far = |one, other| distance(seen(one, sight), seen(other, sight));
            assert!(
                far(below, above) > 25.0,
                "{:?} {sight}: {:.0}",
                theme.depth,
                far(below, above)
            );
            for (arm, colour) in arms.into_iter().enumerate() {
                for (other, before) in arms.into_iter().take(arm).enumerate() {
                    let far = far(colour, before);
                    assert!(far > 24.0, "{:?} {sight}: arms {arm} {other}: {far:.0}", theme.depth);
                }
                for sign in [below, above] {
                    let far = far(colour, sign);
                    assert!(far > 12.0, "{:?} {sight}: arm {arm}, a sign: {far:.0}", theme.depth);
                }
            }
        }
    }
}

#[test]
fn no_arm_has_the_colour_of_a_sign() {
    for theme in all() {
        // The light theme has too few of the sixteen colours that are legible on white.
        let is_light_16 = theme.depth == ColourDepth::Sixteen && theme.background.is_some();
        for arm in theme.arms.iter().filter(|_| !is_light_16) {
            assert!(
                theme.signs.iter().all(|sign| arm.fg != Some(*sign)),
                "{:?} {arm:?}",
                theme.depth
            );
        }
    }
}

#[test]
fn lightness_is_monotonic_along_every_ramp() {
    // A step back that no eye can see.
    const SLACK: f64 = 1.5;
    let lightness = |colour: &Color| lab(displayed(*colour, 0))[0];
    for theme in all().iter().filter(|theme| theme.depth > ColourDepth::Sixteen) {
        let sizes: Vec<f64> = theme.sizes.iter().map(lightness).collect();
        assert!(sizes.windows(2).all(|pair| pair[1] > pair[0] - SLACK), "{sizes:.0?}");
        let signs: Vec<f64> = theme.signs.iter().map(lightness).collect();
        let (below, above) = signs.split_at(SIGN_LEVELS / 2);
        let is_dark = theme.background.is_none();
        let rises = |pair: &[f64]| {
            let rise = pair[1] - pair[0];
            if is_dark { rise > -SLACK } else { rise < 2.0 * SLACK }
        };
        assert!(above.windows(2).all(rises), "{:?}: {above:.0?}", theme.depth);
        let mut below = below.to_vec();
        below.push(above[0]);
        below.reverse();
        assert!(below.windows(2).all(rises), "{:?}: {below:.0?}", theme.depth);
    }
}

#[test]
fn the_least_value_below_zero_and_the_least_above_it_have_the_hues_of_their_signs() {
    for theme in all().iter().filter(|theme| theme.depth > ColourDepth::Sixteen) {
        let [below, zero, above] = [6, 7, 8].map(|level: usize| theme.signs[level]).map(parts);
        let red_against_green = |colour| lab(colour)[1];
        assert!(red_against_green(below) > red_against_green(zero) + 4.0, "{:?}", theme.depth);
        assert!(red_against_green(above) < red_against_green(zero) - 4.0, "{:?}", theme.depth);
        assert!(distance(below, zero) > 6.0 && distance(above, zero) > 6.0, "{:?}", theme.depth);
    }
}
