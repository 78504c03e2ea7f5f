//! The keys of the Weights view.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use xentviz::testing::app::{App, Effect, Message, Target};
use xentviz::testing::nn::Cost;
use xentviz::testing::telemetry::{
    Command, LayerSnapshot, WeightQuantity, WeightsRequest, WeightsSnapshot,
};
use xentviz::testing::ui;
use xentviz::testing::views::{Tab, ViewTarget};

use crate::keys::{
    apply, arm, both_costs, duel, empty, first_update, keys, press, press_with, sends,
};

fn requests(of: WeightQuantity, cursor: Option<(usize, usize, usize)>) -> Vec<Effect> {
    sends(Command::ShowWeights(Some(WeightsRequest { of, cursor, past: true })))
}

fn at(app: &App) -> (usize, usize) {
    (app.shared.weight.neuron, app.shared.weight.input)
}

/// Returns a dashboard of two arms on pictures of 2 rows of 3 pixels, with the cursor focused.
fn pictures() -> App {
    let mut app = empty();
    apply(&mut app, first_update(both_costs(&[6, 4, 2]), Some((2, 3))));
    keys(&mut app, "3");
    assert_eq!(at(&app), (0, 4), "the middle of the field, because its corners are often blank");
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::Up);
    press(&mut app, KeyCode::Left);
    app
}

#[test]
fn weights_are_requested_while_they_are_on_screen_and_again_for_a_new_run() {
    let mut app = duel(&[4, 3, 2]);
    assert_eq!(keys(&mut app, "3"), requests(WeightQuantity::Value, Some((0, 0, 0))));
    assert_eq!(keys(&mut app, "3l "), sends(Command::Toggle), "but not again at every key");
    let begin = first_update(both_costs(&[4, 3, 2]), None);
    assert_eq!(apply(&mut app, begin), requests(WeightQuantity::Value, Some((0, 0, 0))));
    assert_eq!(keys(&mut app, "1"), sends(Command::ShowWeights(None)));
    assert_eq!(apply(&mut app, first_update(both_costs(&[1, 1]), None)), []);
}

#[test]
fn weights_can_be_requested_before_there_are_any() {
    let mut app = empty();
    assert_eq!(keys(&mut app, "3"), requests(WeightQuantity::Value, None));
    press(&mut app, KeyCode::Enter);
    assert!(!app.shared.cursor_focused);
    let begin = first_update(both_costs(&[1, 1]), None);
    assert_eq!(apply(&mut app, begin), requests(WeightQuantity::Value, Some((0, 0, 0))));
}

#[test]
fn w_cycles_through_the_numbers() {
    let mut app = duel(&[4, 3, 2]);
    keys(&mut app, "3");
    assert_eq!(keys(&mut app, "w"), requests(WeightQuantity::Gradient, Some((0, 0, 0))));
    assert_eq!(keys(&mut app, "w"), requests(WeightQuantity::Change, Some((0, 0, 0))));
    assert_eq!(keys(&mut app, "w"), requests(WeightQuantity::Value, Some((0, 0, 0))));
    assert!(app.views.weights.difference);
    assert_eq!(keys(&mut app, "w"), []);
    assert!(!app.views.weights.difference);

    keys(&mut app, "www");
    apply(&mut app, first_update(vec![arm("only", Cost::Quadratic, &[1, 1])], None));
    assert!(!app.views.weights.difference, "one arm differs from nothing");
    keys(&mut app, "www");
    assert!(!app.views.weights.difference);
}

#[test]
fn brackets_step_through_the_layers_and_stop_at_the_ends() {
    let mut app = duel(&[4, 3, 2]);
    keys(&mut app, "3");
    assert_eq!(keys(&mut app, ")"), requests(WeightQuantity::Value, Some((1, 0, 0))));
    assert_eq!(app.shared.layer_shape(), (2, 3));
    assert_eq!(keys(&mut app, ")"), []);
    assert_eq!(keys(&mut app, "("), requests(WeightQuantity::Value, Some((0, 0, 0))));
    assert_eq!(keys(&mut app, "("), []);
    assert_eq!(app.shared.layer_shape(), (3, 4));
}

#[test]
fn the_cursor_has_the_arrows_from_enter_to_esc() {
    let mut app = duel(&[4, 3, 2]);
    keys(&mut app, "3");
    press(&mut app, KeyCode::Enter);
    assert_eq!(press(&mut app, KeyCode::Right), requests(WeightQuantity::Value, Some((0, 0, 1))));
    assert_eq!(keys(&mut app, "l").len(), 1, "l moves the cursor and does not change the charts");
    keys(&mut app, "j");
    assert_eq!(at(&app), (1, 2));
    keys(&mut app, "hk");
    press(&mut app, KeyCode::Down);
    press(&mut app, KeyCode::Left);
    press(&mut app, KeyCode::Up);
    assert_eq!(at(&app), (0, 0));
    assert_eq!(app.shared.chart, xentviz::testing::canvas::ChartOptions::default());
    press(&mut app, KeyCode::Esc);
    assert!(!app.shared.cursor_focused);
    keys(&mut app, "l");
    assert_eq!(at(&app), (0, 0));
    assert_eq!(app.shared.chart.scale, Some(xentviz::testing::canvas::ChartScale::Log));
}

#[test]
fn leaving_the_view_takes_the_arrows_from_the_cursor() {
    let mut app = pictures();
    keys(&mut app, "13");
    assert_eq!(app.tab, Tab::Weights);
    assert!(!app.shared.cursor_focused);
}

#[test]
fn the_bias_comes_after_the_last_input_of_a_row() {
    let mut app = duel(&[4, 3, 2]);
    keys(&mut app, "3");
    press(&mut app, KeyCode::Enter);
    keys(&mut app, "llllllll");
    assert_eq!(at(&app), (0, 4));
    press_with(&mut app, KeyCode::Down, KeyModifiers::SHIFT);
    assert_eq!(at(&app), (2, 4));
    press_with(&mut app, KeyCode::Left, KeyModifiers::SHIFT);
    press_with(&mut app, KeyCode::Up, KeyModifiers::SHIFT);
    assert_eq!(at(&app), (0, 0));
    press_with(&mut app, KeyCode::Right, KeyModifiers::SHIFT);
    assert_eq!(at(&app), (0, 4));
}

#[test]
fn the_cursor_moves_through_a_field_pixel_by_pixel_and_leaves_it_by_its_sides() {
    let mut app = pictures();
    assert_eq!(app.shared.field(), Some((2, 3)));
    keys(&mut app, "h");
    assert_eq!(at(&app), (0, 0), "nothing is before the first field");
    keys(&mut app, "k");
    assert_eq!(at(&app), (0, 0));
    keys(&mut app, "jll");
    assert_eq!(at(&app), (0, 5));
    keys(&mut app, "l");
    assert_eq!(at(&app), (1, 3), "the same row of the next field");
    keys(&mut app, "h");
    assert_eq!(at(&app), (0, 5));
    keys(&mut app, "j");
    assert_eq!(at(&app), (0, 6), "the bias is below the field");
    keys(&mut app, "jl");
    assert_eq!(at(&app), (1, 6));
    keys(&mut app, "k");
    assert_eq!(at(&app), (1, 4), "back to the middle of the lowest row");
    keys(&mut app, "llllllllllllllll");
    assert_eq!(at(&app), (3, 5), "nothing is after the last field");
    keys(&mut app, ")");
    assert_eq!(app.shared.field(), None, "the input of a later layer is no picture");
    assert_eq!(at(&app), (1, 0), "the pixel is not one of its inputs");
    keys(&mut app, "(");
    assert_eq!(at(&app), (1, 4));
}

#[test]
fn scrolling_stays_within_the_neurons_and_follows_the_cursor_up() {
    let mut app = duel(&[4, 6, 2]);
    keys(&mut app, "3");
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::PageDown);
    press(&mut app, KeyCode::PageDown);
    assert_eq!(app.views.weights.scroll, 5);
    assert_eq!(at(&app), (5, 0), "the cursor goes to the first visible row");
    keys(&mut app, "k");
    assert_eq!(app.views.weights.scroll, 4, "the visible rows follow the cursor");
    press(&mut app, KeyCode::PageDown);
    press(&mut app, KeyCode::PageUp);
    assert_eq!(app.views.weights.scroll, 1);
}

/// Returns a dashboard of 120×40 with a small network, drawn as such, and its weights.
fn small_network() -> App {
    let mut app = duel(&[2, 4, 1]);
    app.update(Message::Resized(Rect::new(0, 3, 120, 36)));
    keys(&mut app, "3");
    let layer = |rows: usize, columns: usize| LayerSnapshot {
        rows,
        columns,
        values: vec![0.5; rows * columns],
        biases: vec![-0.5; rows],
    };
    let network = vec![layer(4, 2), layer(1, 4)];
    let weights = WeightsSnapshot { arms: vec![network; 2], ..WeightsSnapshot::default() };
    app.shared.history.weights = Some(Arc::new(weights));
    app
}

#[test]
fn a_click_on_a_line_of_the_dumb_bells_chooses_that_weight() {
    let app = small_network();
    let screen = Rect::new(0, 0, 120, 40);
    let mut cells = Buffer::empty(screen);
    ui::draw(&app, screen, &mut cells);
    let line = |y: u16| (0..20).map(|x| cells[(x, y)].symbol()).collect::<String>();
    let name = "x₂→3 ";
    let y = (0..40).find(|y| line(*y).contains(name)).expect("a line of that weight");
    let target = ui::target_at(&app, screen, 20, y);
    let weight = ViewTarget::Weight { layer: 0, neuron: 2, input: 1 };
    assert_eq!(target, Some(Target::View(weight)));
}

#[test]
fn under_a_network_the_page_keys_go_through_the_list_of_all_layers() {
    let mut app = small_network();
    for _ in 0..3 {
        press(&mut app, KeyCode::PageDown);
    }
    assert_eq!((app.shared.weight.layer, at(&app)), (1, (0, 0)), "after the twelve of the first");
    press(&mut app, KeyCode::PageUp);
    assert_eq!((app.shared.weight.layer, at(&app)), (0, (2, 2)));
}

#[test]
fn the_matrix_and_the_network_change_places_only_where_the_network_has_room() {
    let mut app = small_network();
    keys(&mut app, "V");
    let with_matrix = app.views.weights.clone();
    keys(&mut app, "V");
    assert_ne!(app.views.weights, with_matrix);
    keys(&mut app, "wV");
    let before = app.views.weights.clone();
    keys(&mut app, "V");
    assert_eq!(app.views.weights, before, "a gradient has no network");
    let mut app = small_network();
    app.update(Message::Resized(Rect::new(0, 3, 40, 10)));
    let before = app.views.weights.clone();
    keys(&mut app, "V");
    assert_eq!(app.views.weights, before, "the matrix is drawn already");
}

#[test]
fn of_pictures_the_page_keys_choose_the_neuron_before_and_after() {
    let mut app = pictures();
    press(&mut app, KeyCode::PageDown);
    assert_eq!(
        press(&mut app, KeyCode::PageDown),
        requests(WeightQuantity::Value, Some((0, 2, 0)))
    );
    press(&mut app, KeyCode::PageUp);
    assert_eq!(at(&app), (1, 0), "the pixel stays");
    for _ in 0..9 {
        press(&mut app, KeyCode::PageDown);
    }
    assert_eq!(at(&app), (3, 0), "nothing is after the last");
}

#[test]
fn the_order_and_the_film_are_of_pictures_alone() {
    let mut app = pictures();
    press(&mut app, KeyCode::Esc);
    let before = app.views.weights.clone();
    keys(&mut app, "V");
    assert_ne!(app.views.weights, before);
    keys(&mut app, "V");
    assert_eq!(app.views.weights, before);
    keys(&mut app, "W");
    assert_ne!(app.views.weights, before);
    let mut app = duel(&[40, 20, 2]);
    keys(&mut app, "3");
    let before = app.views.weights.clone();
    keys(&mut app, "VW");
    assert_eq!(app.views.weights, before);
}

#[test]
fn an_arm_of_another_shape_clamps_the_cursor() {
    let arms =
        vec![arm("wide", Cost::Quadratic, &[4, 9, 2]), arm("slim", Cost::Quadratic, &[4, 2])];
    let mut app = empty();
    apply(&mut app, first_update(arms, None));
    keys(&mut app, "3");
    press(&mut app, KeyCode::Enter);
    keys(&mut app, "jjjjjjjj");
    assert_eq!(at(&app), (8, 0));
    assert_eq!(press(&mut app, KeyCode::Tab), requests(WeightQuantity::Value, Some((0, 1, 0))));
    press(&mut app, KeyCode::Tab);
    keys(&mut app, ")");
    press(&mut app, KeyCode::Tab);
    assert_eq!(app.shared.weight.layer, 0);
}

#[test]
fn e_edits_the_weight_under_the_cursor_and_eta_without_one() {
    let mut app = pictures();
    let set = |key: &str, value: &str| {
        sends(Command::SetKey { key: key.to_owned(), value: value.to_owned() })
    };
    press(&mut app, KeyCode::Right);
    keys(&mut app, "e-0.5");
    assert_eq!(press(&mut app, KeyCode::Enter), set("arm.quadratic.weights[0][0][1]", "-0.5"));
    let weight = ViewTarget::Weight { layer: 0, neuron: 3, input: 6 };
    app.update(Message::Click(Target::View(weight)));
    keys(&mut app, "e2");
    assert_eq!(press(&mut app, KeyCode::Enter), set("arm.quadratic.biases[0][3]", "2"));
    press(&mut app, KeyCode::Esc);
    keys(&mut app, "e3");
    assert_eq!(press(&mut app, KeyCode::Enter), set("arm.quadratic.eta", "3"));
}
