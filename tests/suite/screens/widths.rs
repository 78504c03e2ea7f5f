//! Every character of every screen takes one column; the glyph sets for Chinese, Japanese and Korean
//! settings ensure this under those settings too.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthChar;
use xentviz::testing::canvas::{Appearance, ColourDepth, Glyphs};
use xentviz::testing::ui;

use crate::screens::{SIZES, drawn, sample_dashboard};

/// Returns the characters that are not one column wide according to `width`.
fn misfits(cells: &Buffer, width: fn(char) -> Option<usize>) -> Vec<char> {
    let letters = cells.content().iter().flat_map(|cell| cell.symbol().chars());
    letters.filter(|letter| width(*letter) != Some(1)).collect()
}

fn all_screens(mut check: impl FnMut(&Buffer, Appearance)) {
    for glyphs in Glyphs::ALL {
        for colours in [ColourDepth::True, ColourDepth::None] {
            let is_presenting = colours == ColourDepth::None;
            let appearance = Appearance { glyphs, colours, is_presenting, ..Appearance::default() };
            check(&ui::card(appearance, colours, &[]), appearance);
            for which in 0..18 {
                let mut app = sample_dashboard(which);
                app.shared.appearance = appearance;
                for size in SIZES {
                    check(&drawn(&app, size), appearance);
                }
            }
        }
    }
}

#[test]
fn every_character_is_one_column_wide_and_none_is_ambiguous_where_that_matters() {
    all_screens(|cells, appearance| {
        let wrong = misfits(cells, UnicodeWidthChar::width);
        assert!(wrong.is_empty(), "{appearance:?}: {wrong:?}");
        if appearance.glyphs.is_mostly_ascii() {
            let wrong = misfits(cells, UnicodeWidthChar::width_cjk);
            assert!(wrong.is_empty(), "{appearance:?}: {wrong:?}");
        }
    });
}

#[test]
fn each_set_of_characters_has_those_it_promises_and_no_others() {
    let is_braille = |letter: char| ('\u{2800}'..='\u{28ff}').contains(&letter);
    let (mut curves, mut quarters, mut sixths, mut eighths) = (0, 0, 0, 0);
    all_screens(|cells, appearance| {
        for letter in cells.content().iter().flat_map(|cell| cell.symbol().chars()) {
            match appearance.glyphs {
                Glyphs::Braille => {}
                Glyphs::Block | Glyphs::Sextant | Glyphs::Octant => {
                    assert!(!is_braille(letter), "{letter}");
                }
                Glyphs::Narrow => assert!(letter.is_ascii() || is_braille(letter), "{letter}"),
                Glyphs::Ascii => assert!(letter.is_ascii(), "{letter}"),
            }
            sixths += u32::from(('\u{1fb00}'..='\u{1fb3b}').contains(&letter));
            eighths += u32::from(('\u{1cd00}'..='\u{1cde5}').contains(&letter));
            curves += u32::from(appearance.glyphs == Glyphs::Narrow && is_braille(letter));
            quarters += u32::from(appearance.glyphs == Glyphs::Block && "▖▗▘▝▚▞".contains(letter));
        }
    });
    for count in [curves, quarters, sixths, eighths] {
        assert!(count > 1000, "{curves} {quarters} {sixths} {eighths}");
    }
}
