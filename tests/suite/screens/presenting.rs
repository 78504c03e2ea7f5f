//! Screens for a room: large, few, and of high contrast; and panels that fill a view.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use xentviz::testing::app::{App, Message, footer};
use xentviz::testing::canvas::{ColourDepth, Glyphs, ThemeName};
use xentviz::testing::telemetry::WeightQuantity;
use xentviz::testing::ui;
use xentviz::testing::views::{Tab, ViewTarget};

use crate::contrast::contrast;
use crate::fixtures;
use crate::screens::{
    SIZES, drawn, found, request, sample_dashboard, snapshot, surface, text, typed,
};

fn presenting(mut app: App) -> App {
    app.shared.appearance.is_presenting = true;
    app
}

/// Returns the Weights view of a layer with pictures as input. The arrows belong to the dashboard.
fn weights() -> App {
    let request = request(WeightQuantity::Value, (0, 1, 400));
    let mut app = fixtures::with_weights(fixtures::mnist(), request);
    app.shared.cursor_focused = false;
    app
}

/// Returns a dashboard of each view, with the answer that the view needs for a window of this size.
fn views(size: (u16, u16)) -> [(&'static str, App); 4] {
    [
        ("duel", fixtures::saturated(118)),
        ("equation", fixtures::equation("and", 0, "")),
        ("weights", weights()),
        ("surface", surface::surface("saturated", 118, "", size)),
    ]
}

#[test]
fn a_neuron_is_presented_at_every_size() {
    for size in SIZES {
        let cells = drawn(&presenting(fixtures::saturated(118)), size);
        snapshot(&format!("presenting-duel-{}x{}", size.0, size.1), &text(&cells));
    }
}

#[test]
fn every_view_is_presented_by_one_panel() {
    let size = (80, 24);
    for (name, app) in views(size).into_iter().skip(1) {
        let mut app = presenting(app);
        if name == "surface" {
            // The map that fills the view has more points.
            app = surface::surface("saturated", 118, "L", size);
        }
        let cells = drawn(&app, size);
        snapshot(&format!("presenting-{name}-80x24"), &text(&cells));
    }
}

#[test]
fn one_panel_fills_every_view() {
    let size = (80, 24);
    for (name, app) in views(size) {
        let app = match name {
            "surface" => surface::surface("saturated", 118, "f", size),
            _ => typed(app, "f"),
        };
        snapshot(&format!("filled-{name}-80x24"), &text(&drawn(&app, size)));
    }
}

/// The digits as they are to be read from the screen: five rows of three pixels.
const DIGITS: [(char, &str); 10] = [
    ('0', "111 101 101 101 111"),
    ('1', "010 110 010 010 111"),
    ('2', "111 001 111 100 111"),
    ('3', "111 001 111 001 111"),
    ('4', "101 101 111 001 001"),
    ('5', "111 100 111 001 111"),
    ('6', "111 100 111 101 111"),
    ('7', "111 001 001 001 001"),
    ('8', "111 101 111 101 111"),
    ('9', "111 101 111 001 111"),
];

/// Returns a pixel of a numeral on a screen, by column of cells and row of half cells.
fn is_lit(cells: &Buffer, x: u16, half: u16) -> bool {
    let cell = cells.cell((x, half / 2)).map_or(" ", Cell::symbol);
    match cell {
        "█" => true,
        "▀" => half.is_multiple_of(2),
        "▄" => !half.is_multiple_of(2),
        _ => false,
    }
}

/// Reads the number of this scale at a cell, as far as it can be read.
fn number_at(cells: &Buffer, (x, y): (u16, u16), scale: u16) -> String {
    let rows = |left: u16, wide: u16| -> String {
        let row = |row: u16| -> String {
            let lit = |column| is_lit(cells, left + column * scale, y * 2 + row * scale);
            (0..wide).map(|column| if lit(column) { '1' } else { '0' }).collect()
        };
        (0..5).map(row).collect::<Vec<_>>().join(" ")
    };
    let (mut left, mut out) = (x, String::new());
    loop {
        let digit = rows(left, 3);
        let wide = match DIGITS.iter().find(|(_, shape)| *shape == digit) {
            Some((digit, _)) => {
                out.push(*digit);
                3
            }
            None if rows(left, 1) == "0 0 0 0 1" => {
                out.push('.');
                1
            }
            None => return out,
        };
        left += wide * scale + scale.div_ceil(2);
    }
}

/// Returns the number under a label, and its scale.
fn number_under(cells: &Buffer, label: &str) -> Option<(String, u16)> {
    let (x, y) = *found(cells, label).first()?;
    let read = |scale: u16| (number_at(cells, (x, y + 1), scale), scale);
    (1..=6).rev().map(read).find(|(number, _)| !number.is_empty())
}

#[test]
fn the_large_numbers_are_those_of_the_run_and_as_large_as_fits() {
    let app = presenting(fixtures::saturated(118));
    let factors = |arm: usize| app.shared.history.arms[arm].gradient_factors.as_ref().unwrap();
    let output = |arm: usize| format!("{:.2}", factors(arm).neuron.as_ref().unwrap().a);
    let slope = factors(0).slope;
    for (size, scale, slope, has_epoch) in [
        ((60, 16), 1, format!("{slope:.3}"), false),
        ((80, 24), 2, format!("{slope:.2}"), false),
        ((120, 40), 2, format!("{slope:.3}"), true),
        ((200, 60), 4, format!("{slope:.2}"), true),
    ] {
        let cells = drawn(&app, size);
        let read = |label: &str| number_under(&cells, label);
        let about = format!("{size:?}:\n{}", text(&cells));
        let arms = [
            ["● quadratic: output a", "● quad.: output a", "● quad.: a", "● a"],
            ["◆ cross-entropy: output a", "◆ x-ent.: output a", "◆ x-ent.: a", "◆ a"],
        ];
        for (arm, labels) in arms.iter().enumerate() {
            let number = labels.iter().find_map(|label| read(label));
            assert_eq!(number, Some((output(arm), scale)), "arm {arm} at {about}");
        }
        let labels = ["● quadratic: slope σ′(z)", "● quad.: slope σ′(z)", "● slope σ′(z)", "● σ′"];
        let number = labels.iter().find_map(|label| read(label));
        assert_eq!(number, Some((slope, scale)), "{about}");
        let epoch = ["epoch of 300", "epoch"].iter().find_map(|label| read(label));
        let epoch = epoch.filter(|(number, _)| number == "118");
        assert_eq!(epoch.is_some(), has_epoch, "{about}");
    }
}

#[test]
fn the_large_factors_of_a_row_multiply_to_its_product() {
    // Row 3 of AND, as it can be computed on paper: 1 × 0.9241 × 0.0701 = 0.0648.
    let cells = drawn(&presenting(fixtures::equation("and", 0, "\njj")), (120, 40));
    let numbers = ["σ(z) − y  ", "σ′(z)  ", "product of row 3"].map(|label| {
        // The first of each is of the arm with the quadratic cost; its formula has no gap after a symbol.
        let at = found(&cells, label)
            .into_iter()
            .find(|(x, y)| (1..=6).any(|scale| !number_at(&cells, (*x, *y + 1), scale).is_empty()));
        let (x, y) = at.expect(label);
        let read = (1..=6).rev().map(|scale| number_at(&cells, (x, y + 1), scale));
        read.into_iter().find(|number| number.len() >= 5).expect(label)
    });
    assert_eq!(numbers, ["0.924", "0.070", "0.065"]);
}

/// Returns whether a cell has a letter, a digit or a sign of a formula.
fn is_text(cell: &Cell) -> bool {
    let is_drawing = |c: char| ('\u{2500}'..='\u{28ff}').contains(&c) || c.is_whitespace();
    let letter = cell.symbol().chars().next();
    letter.is_some_and(|c| !is_drawing(c) && !"·•┼╱▾".contains(c))
}

/// Fails if a text on a screen has less contrast than can be read from the back row.
fn check_contrast(cells: &Buffer, about: &str) -> usize {
    let texts = cells.content().iter().filter(|cell| is_text(cell));
    let mut count = 0;
    for cell in texts {
        let contrast = contrast(cell.fg, cell.bg);
        assert!(contrast >= 7.0, "{about}: {:?} has {contrast:.2}:1 {cell:?}", cell.symbol());
        count += 1;
    }
    count
}

#[test]
fn every_text_has_seven_to_one_when_presenting_in_true_colours() {
    let mut texts = 0;
    for theme in [ThemeName::Dark, ThemeName::Light] {
        for which in 0..18 {
            for size in SIZES {
                let mut app = presenting(sample_dashboard(which));
                app.shared.appearance.theme = theme;
                let about = format!("dashboard {which} at {size:?} in {theme:?}");
                texts += check_contrast(&drawn(&app, size), &about);
            }
        }
        for (name, mut app) in views((120, 40)) {
            app.shared.appearance.theme = theme;
            for (nth, app) in panels_of(presenting(app)).iter().enumerate() {
                let about = format!("panel {nth} of {name} in {theme:?}");
                texts += check_contrast(&drawn(app, (120, 40)), &about);
            }
        }
    }
    assert!(texts > 50_000, "{texts}");
}

/// Returns a dashboard with each panel in turn that fills its view.
fn panels_of(app: App) -> Vec<App> {
    let mut filled = vec![typed(app, "f")];
    for _ in 0..9 {
        let mut next = filled[filled.len() - 1].clone();
        next.update(Message::Key(KeyEvent::from(KeyCode::Right)));
        if next.tab != filled[0].tab || filled.contains(&next) {
            break;
        }
        filled.push(next);
    }
    filled
}

#[test]
fn every_panel_of_every_view_fills_it_and_any_size_does() {
    for (name, app) in views((120, 40)) {
        let panels = panels_of(app.clone());
        let least = [("duel", 7), ("equation", 5), ("weights", 3), ("surface", 2)];
        let least = least.iter().find(|(of, _)| *of == name).expect("a view").1;
        assert_eq!(panels.len(), least, "{name}");
        for is_presenting in [false, true] {
            let mut screens = Vec::new();
            for mut panel in panels.clone() {
                panel.shared.appearance.is_presenting = is_presenting;
                for size in [(20, 5), (24, 7), (40, 10), (60, 16), (80, 24), (200, 60)] {
                    drawn(&panel, size);
                }
                screens.push(text(&drawn(&panel, (120, 40))));
            }
            for (nth, screen) in screens.iter().enumerate() {
                assert!(!screens[..nth].contains(screen), "{name}, panel {nth}:\n{screen}");
            }
        }
    }
}

#[test]
fn the_same_keys_show_all_panels_of_every_view_again() {
    for (name, app) in views((120, 40)) {
        let before = text(&drawn(&app, (120, 40)));
        for way_back in [KeyCode::Char('f'), KeyCode::Esc] {
            let mut filled = typed(app.clone(), "f");
            assert_ne!(text(&drawn(&filled, (120, 40))), before, "{name}");
            let words: Vec<String> = footer(&filled).into_iter().map(|hint| hint.words).collect();
            assert!(words.contains(&"all panels".to_owned()), "{name}: {words:?}");
            filled.update(Message::Key(KeyEvent::from(way_back)));
            filled.banner = None;
            // The surface has asked for a larger map meanwhile.
            filled.shared.answer.clone_from(&app.shared.answer);
            assert_eq!(text(&drawn(&filled, (120, 40))), before, "{name} after {way_back:?}");
        }
    }
}

#[test]
fn a_panel_that_a_key_opens_fills_the_view_that_another_has_filled() {
    let app = fixtures::equation("and", 0, "f");
    let screen = |keys: &str| text(&drawn(&typed(app.clone(), keys), (80, 24)));
    assert!(screen("").contains("row by row"));
    assert!(screen("d").contains("the derivation") && !screen("d").contains("row by row"));
    assert!(screen("b").contains("backward, from C"));
    assert!(screen("dn").contains("row by row"), "the check stands under the rows");
}

#[test]
fn the_mouse_hits_what_fills_the_view() {
    let area = Rect::new(0, 0, 120, 40);
    let mut field = typed(weights(), "f");
    field.update(Message::Key(KeyEvent::from(KeyCode::Right)));
    let cells = drawn(&field, (120, 40));
    let pink = Color::Rgb(0xff, 0x8a, 0xc6);
    let places = (0..40).flat_map(|y| (0..120).map(move |x| (x, y)));
    let mut hit = 0;
    for (x, y) in places.filter(|at| cells[*at].bg == pink) {
        let weight = ViewTarget::Weight { neuron: 1, input: 400, layer: 0 };
        let target = ui::target_at(&field, area, x, y);
        assert_eq!(target, Some(xentviz::testing::app::Target::View(weight)), "at {x}, {y}");
        hit += 1;
    }
    assert_eq!(hit, 4, "the pixel is two cells wide and one high, in the field of each arm");
}

#[test]
fn a_presented_screen_is_kept_over_views_and_scenarios_until_the_key_is_pressed_again() {
    let mut app = typed(fixtures::saturated(118), "L");
    assert!(app.shared.appearance.is_presenting);
    for key in ["2", "3", "4", "1"] {
        app = typed(app, key);
        assert!(app.shared.appearance.is_presenting, "{key}");
    }
    app.update(Message::Received(fixtures::saturated_update(3).events()));
    assert!(app.shared.appearance.is_presenting);
    app = typed(app, ":present");
    app.update(Message::Key(KeyEvent::from(KeyCode::Enter)));
    assert!(!app.shared.appearance.is_presenting);
    assert_eq!(app.tab, Tab::Duel);
}

#[test]
fn a_presented_screen_has_at_most_five_keys_no_grid_and_the_way_back() {
    for (name, app) in views((120, 40)) {
        for keys in ["", "f"] {
            let app = typed(presenting(app.clone()), keys);
            for size in SIZES {
                let cells = drawn(&app, size);
                let screen = text(&cells);
                let last = screen.lines().last().unwrap_or_default();
                for words in ["L end presenting", "? help", "q quit"] {
                    assert!(last.contains(words), "{name} at {size:?}: {last}");
                }
                // Two spaces stand between hints, one between the keys and the words of one.
                let hints = last.trim().split("  ").filter(|hint| !hint.is_empty());
                let named = |hint: &str| {
                    let all = footer(&app).into_iter();
                    let of = |own: &str| own == hint;
                    all.filter(|h| of(&format!("{} {}", h.keys, h.words)))
                        .map(|h| h.keys.split(' ').count())
                        .sum::<usize>()
                };
                let count: usize = hints.map(named).sum();
                assert!((3..=5).contains(&count), "{name} at {size:?}: {count} in {last}");
                if name == "duel" {
                    assert_eq!(found(&cells, "·").len(), 0, "{name} at {size:?}\n{screen}");
                }
            }
        }
    }
}

#[test]
fn the_headline_is_bold_when_presenting() {
    let cells = drawn(&presenting(fixtures::saturated(118)), (80, 24));
    let at = found(&cells, "Quadratic")[0];
    assert_eq!(at.1, 1, "the row of the tabs is free");
    assert!(cells[at].modifier.contains(Modifier::BOLD));
}

#[test]
fn a_presented_screen_keeps_to_the_colours_and_characters_of_the_terminal() {
    for (name, app) in views((120, 40)) {
        let mut app = presenting(app);
        for size in SIZES {
            app.shared.appearance.colours = ColourDepth::None;
            app.shared.appearance.glyphs = Glyphs::Ascii;
            let cells = drawn(&app, size);
            assert!(text(&cells).is_ascii(), "{name}");
            let is_plain = |cell: &Cell| cell.fg == Color::Reset && cell.bg == Color::Reset;
            assert!(cells.content().iter().all(is_plain), "{name}");
            app.shared.appearance.colours = ColourDepth::Sixteen;
            let cells = drawn(&app, size);
            let is_named = |c: Color| !matches!(c, Color::Rgb(..) | Color::Indexed(_));
            assert!(cells.content().iter().all(|cell| is_named(cell.fg) && is_named(cell.bg)));
        }
    }
}
