//! The readouts of the views, as text for copying.

use xentviz::testing::app::App;
use xentviz::testing::canvas::Glyphs;
use xentviz::testing::telemetry::WeightQuantity;
use xentviz::testing::ui;

use crate::{drawn, fixtures, ground, request, snapshot, text};

/// Returns the readout; after four lines about the run it continues with the sentence on the
/// screen.
fn readout(app: &App) -> String {
    let (told, screen) = (ui::readout(app), text(&drawn(app, (200, 60))));
    let sentence = screen.lines().rev().nth(1).unwrap_or_default().trim();
    let line = told.lines().nth(4).unwrap_or("nothing");
    assert!(sentence.starts_with(line), "{sentence} does not begin with {line}");
    told
}

#[test]
fn of_a_duel_the_factors_of_each_gradient_are_told() {
    snapshot("readout-saturated", &readout(&fixtures::saturated(118)));
    snapshot("readout-mnist", &readout(&fixtures::mnist()));
}

#[test]
fn of_an_equation_the_formulas_the_symbol_the_row_and_the_mean_are_told() {
    let app = fixtures::equation("and", 0, "\njjll");
    snapshot("readout-equation", &readout(&app));
}

#[test]
fn of_weights_the_one_under_the_cursor_is_told() {
    let app =
        fixtures::with_weights(fixtures::mnist(), request(WeightQuantity::Value, (0, 1, 400)));
    snapshot("readout-weights", &readout(&app));
}

#[test]
fn of_the_ground_the_place_under_the_cursor_is_told() {
    let app = ground::surface("saturated", 118, "\nhh", (120, 40));
    snapshot("readout-surface", &readout(&app));
}

#[test]
fn it_is_told_in_the_characters_of_the_screen() {
    let mut app = fixtures::saturated(118);
    app.shared.appearance.glyphs = Glyphs::Ascii;
    let told = ui::readout(&app);
    assert!(told.is_ascii() && told.contains("dC/dw = x * (a - y) * s'(z)"), "{told}");
}

#[test]
fn nothing_is_told_before_anything_is_known() {
    assert_eq!(ui::readout(&App::default()), "");
}
