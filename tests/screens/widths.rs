//! Every character of every screen takes one column; the glyph sets for Chinese, Japanese and Korean
//! settings ensure this under those settings too.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthChar;
use xentviz::testing::canvas::{Appearance, ColourDepth, Glyphs, ThemeName};
use xentviz::testing::ui;

use crate::{SIZES, drawn, situation};

/// Returns the characters that are not one column wide according to `width`.
fn misfits(cells: &Buffer, width: fn(char) -> Option<usize>) -> Vec<char> {
    let letters = cells.content().iter().flat_map(|cell| cell.symbol().chars());
    letters.filter(|letter| width(*letter) != Some(1)).collect()
}

fn all_screens(mut see: impl FnMut(&Buffer, Appearance)) {
    for glyphs in [Glyphs::Braille, Glyphs::Block, Glyphs::Narrow, Glyphs::Ascii] {
        for colours in [ColourDepth::True, ColourDepth::None] {
            let look = Appearance { theme: ThemeName::Dark, glyphs, colours };
            see(&ui::card(look, colours, &[]), look);
            for which in 0..18 {
                let mut app = situation(which);
                app.shared.appearance = look;
                for size in SIZES {
                    see(&drawn(&app, size), look);
                }
            }
        }
    }
}

#[test]
fn every_character_is_one_column_wide_and_none_is_ambiguous_where_that_matters() {
    all_screens(|cells, look| {
        let wrong = misfits(cells, UnicodeWidthChar::width);
        assert!(wrong.is_empty(), "{look:?}: {wrong:?}");
        if look.glyphs.is_spelt() {
            let wrong = misfits(cells, UnicodeWidthChar::width_cjk);
            assert!(wrong.is_empty(), "{look:?}: {wrong:?}");
        }
    });
}

#[test]
fn each_set_of_characters_has_those_it_promises_and_no_others() {
    let is_braille = |letter: char| ('\u{2800}'..='\u{28ff}').contains(&letter);
    let (mut curves, mut quarters) = (0, 0);
    all_screens(|cells, look| {
        for letter in cells.content().iter().flat_map(|cell| cell.symbol().chars()) {
            match look.glyphs {
                Glyphs::Braille => {}
                Glyphs::Block => assert!(!is_braille(letter), "{letter}"),
                Glyphs::Narrow => assert!(letter.is_ascii() || is_braille(letter), "{letter}"),
                Glyphs::Ascii => assert!(letter.is_ascii(), "{letter}"),
            }
            curves += u32::from(look.glyphs == Glyphs::Narrow && is_braille(letter));
            quarters += u32::from(look.glyphs == Glyphs::Block && "▖▗▘▝▚▞".contains(letter));
        }
    });
    assert!(curves > 1000 && quarters > 1000, "{curves} {quarters}");
}
