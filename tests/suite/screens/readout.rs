//! The readouts of the views, as text for copying.

use xentviz::testing::app::App;
use xentviz::testing::canvas::Glyphs;
use xentviz::testing::telemetry::WeightQuantity;
use xentviz::testing::ui;

use crate::fixtures;
use crate::screens::{drawn, request, snapshot, surface, text};

/// Returns the readout; after four lines about the run it continues with the headline of the
/// screen.
fn readout(app: &App) -> String {
    let (readout, screen) = (ui::readout(app), text(&drawn(app, (200, 60))));
    let sentence = screen.lines().nth(2).unwrap_or_default().trim();
    let line = readout.lines().nth(4).unwrap_or("nothing");
    assert!(sentence.starts_with(line), "{sentence} does not begin with {line}");
    readout
}

#[test]
fn the_readout_of_a_duel_has_the_factors_of_each_gradient() {
    snapshot("readout-saturated", &readout(&fixtures::saturated(118)));
    snapshot("readout-mnist", &readout(&fixtures::mnist()));
}

#[test]
fn the_readout_of_an_equation_has_the_formulas_the_symbol_the_row_and_the_mean() {
    let app = fixtures::equation("and", 0, "\njjll");
    snapshot("readout-equation", &readout(&app));
}

#[test]
fn the_readout_of_weights_has_the_one_under_the_cursor() {
    let app =
        fixtures::with_weights(fixtures::mnist(), request(WeightQuantity::Value, (0, 1, 400)));
    snapshot("readout-weights", &readout(&app));
}

#[test]
fn the_readout_of_a_surface_has_the_point_under_the_cursor() {
    let app = surface::surface("saturated", 118, "\nhh", (120, 40));
    snapshot("readout-surface", &readout(&app));
}

#[test]
fn the_readout_uses_the_characters_of_the_screen() {
    let mut app = fixtures::saturated(118);
    app.shared.appearance.glyphs = Glyphs::Ascii;
    let readout = ui::readout(&app);
    assert!(readout.is_ascii() && readout.contains("dC/dw = x * (a - y) * sig'(z)"), "{readout}");
}

#[test]
fn the_readout_is_empty_before_the_first_update() {
    assert_eq!(ui::readout(&App::default()), "");
}
