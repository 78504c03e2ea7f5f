//! The keys of the Equation view.

use crossterm::event::{KeyCode, KeyModifiers};
use xentviz::testing::app::{App, Effect, Message};
use xentviz::testing::nn::{Cost, Output};
use xentviz::testing::telemetry::{Answer, Command, EquationRequest, Question};
use xentviz::testing::views::{EquationPanel, Symbol, Tab};

use crate::fixtures;
use crate::keys::{
    apply, arm, both_costs, duel, empty, first_update, keys, next_update, press, press_with, sends,
    set_key,
};

/// Returns the effects that request the equation of a weight, with the first row.
fn requests(layer: usize, neuron: usize, input: usize) -> Vec<Effect> {
    let request = EquationRequest { layer, neuron, input, ..EquationRequest::default() };
    sends(Command::Explain(Some(Question::Equation(request))))
}

fn at(app: &App) -> (usize, usize, usize) {
    (app.shared.weight.layer, app.shared.weight.neuron, app.shared.weight.input)
}

/// Returns a dashboard of two arms of these layers whose mini-batches have 25 rows, in the Equation
/// view.
fn rows(sizes: &[usize]) -> App {
    let mut update = first_update(both_costs(sizes), None);
    let mut facts = (**update.begins.as_ref().expect("it begins")).clone();
    facts.batch = 25;
    update.begins = Some(std::sync::Arc::new(facts));
    let mut app = empty();
    apply(&mut app, update);
    keys(&mut app, "2");
    app
}

#[test]
fn the_row_with_the_largest_error_is_selected_once_when_the_view_is_first_opened() {
    let mut app = fixtures::equation("and", 30, "");
    let answer = app.shared.answer.clone().expect("it is explained");
    let Answer::Equation(equation) = &answer else { panic!("{answer:?}") };
    app.views.equation.was_open = false;
    keys(&mut app, "12");
    app.update(Message::Explained(answer.clone()));
    let errors = &equation.arms[app.shared.arm].visible_rows;
    let most = errors.iter().map(|row| row.error.abs()).fold(0.0, f64::max);
    let chosen = app.views.equation.row;
    assert_eq!(errors[chosen].error.abs(), most, "row {chosen}");
    assert_ne!(chosen, 0, "the first row is not the worst here");
    app.views.equation.row = 0;
    app.update(Message::Explained(answer));
    assert_eq!(app.views.equation.row, 0, "a later choice is the user's");
}

#[test]
fn the_equation_is_requested_while_it_is_on_screen_and_again_for_a_new_run() {
    let mut app = duel(&[4, 3, 2]);
    assert_eq!(keys(&mut app, "2"), requests(0, 0, 0));
    assert_eq!(app.tab, Tab::Equation);
    assert_eq!(
        apply(&mut app, next_update(&[0.15, 0.15], Vec::new())),
        [],
        "but not again for every update"
    );
    assert_eq!(apply(&mut app, first_update(both_costs(&[4, 3, 2]), None)), requests(0, 0, 0));
    assert_eq!(keys(&mut app, "1"), sends(Command::Explain(None)));
    assert_eq!(apply(&mut app, first_update(both_costs(&[4, 3, 2]), None)), []);
}

#[test]
fn nothing_is_requested_before_there_is_a_network() {
    let mut app = empty();
    assert_eq!(keys(&mut app, "2,;{}()dbnj"), []);
    press(&mut app, KeyCode::Enter);
    assert!(!app.shared.cursor_focused);
}

#[test]
fn comma_and_semicolon_move_j_and_the_bias_comes_after_the_last_input() {
    let mut app = rows(&[2, 1]);
    assert_eq!(keys(&mut app, ","), [], "nothing is before the first");
    assert_eq!(keys(&mut app, ";"), requests(0, 0, 1));
    assert_eq!(keys(&mut app, ";"), requests(0, 0, 2));
    assert_eq!(keys(&mut app, ";"), [], "nothing is after the bias");
    assert_eq!(keys(&mut app, ","), requests(0, 0, 1));
}

#[test]
fn braces_move_over_the_neurons_and_brackets_over_the_layers() {
    let mut app = rows(&[4, 3, 2]);
    assert_eq!(keys(&mut app, "{"), []);
    assert_eq!(keys(&mut app, "}"), requests(0, 1, 0));
    keys(&mut app, "}}}");
    assert_eq!(at(&app), (0, 2, 0));
    assert_eq!(keys(&mut app, "{"), requests(0, 1, 0));
    assert_eq!(keys(&mut app, ")"), requests(1, 1, 0));
    assert_eq!(keys(&mut app, ")"), []);
    assert_eq!(keys(&mut app, "("), requests(0, 1, 0));
    assert_eq!(keys(&mut app, "("), []);
}

#[test]
fn the_weight_that_is_explained_is_the_one_under_the_cursor_of_the_weights_view() {
    let mut app = rows(&[4, 3, 2]);
    keys(&mut app, "};;");
    keys(&mut app, "3");
    assert_eq!(at(&app), (0, 1, 2));
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::Right);
    keys(&mut app, "2");
    assert_eq!(at(&app), (0, 1, 3));
}

#[test]
fn the_arrows_choose_the_symbol_and_the_row_from_enter_to_esc() {
    let mut app = rows(&[2, 1]);
    press(&mut app, KeyCode::Enter);
    assert!(app.shared.cursor_focused);
    press(&mut app, KeyCode::Right);
    assert_eq!(app.views.equation.symbol, Symbol::Average);
    keys(&mut app, "ll");
    assert_eq!(app.views.equation.symbol, Symbol::Input);
    keys(&mut app, "h");
    press(&mut app, KeyCode::Left);
    assert_eq!(app.views.equation.symbol, Symbol::Average);
    keys(&mut app, "hhhh");
    assert_eq!(app.views.equation.symbol, Symbol::Gradient, "nothing is before the first");
    keys(&mut app, "llllllllllllllll");
    assert_eq!(app.views.equation.symbol, Symbol::Bias, "nothing is after the last");

    let row = |row| {
        let request = EquationRequest { row, ..EquationRequest::default() };
        sends(Command::Explain(Some(Question::Equation(request))))
    };
    assert_eq!(press(&mut app, KeyCode::Down), row(1));
    assert_eq!(keys(&mut app, "j"), row(2));
    assert_eq!(press(&mut app, KeyCode::Up), row(1));
    assert_eq!(keys(&mut app, "k"), row(0));
    assert_eq!(keys(&mut app, "k"), []);
    press(&mut app, KeyCode::Esc);
    assert!(!app.shared.cursor_focused);
    assert_eq!(keys(&mut app, "j"), []);
    assert_eq!(at(&app), (0, 0, 0), "choosing a symbol or a row moves no weight");
}

#[test]
fn pages_go_ten_rows_further_and_stop_at_the_ends() {
    let mut app = rows(&[2, 1]);
    press(&mut app, KeyCode::PageDown);
    assert_eq!(app.views.equation.row, 10);
    press(&mut app, KeyCode::PageDown);
    press(&mut app, KeyCode::PageDown);
    assert_eq!(app.views.equation.row, 24);
    press(&mut app, KeyCode::PageUp);
    assert_eq!(app.views.equation.row, 14);
    press(&mut app, KeyCode::PageUp);
    press(&mut app, KeyCode::PageUp);
    assert_eq!(app.views.equation.row, 0);
}

#[test]
fn choosing_j_keeps_the_row_and_the_symbol() {
    let mut app = rows(&[2, 1]);
    press(&mut app, KeyCode::Enter);
    keys(&mut app, "lllljj");
    let (row, symbol) = (app.views.equation.row, app.views.equation.symbol);
    assert_eq!((row, symbol), (2, Symbol::Output));
    keys(&mut app, ";");
    assert_eq!((app.views.equation.row, app.views.equation.symbol), (row, symbol));
}

#[test]
fn d_shows_the_derivation_and_hides_it() {
    let mut app = rows(&[2, 1]);
    keys(&mut app, "d");
    assert_eq!(app.views.equation.panel, EquationPanel::Derivation);
    keys(&mut app, "d");
    assert_eq!(app.views.equation.panel, EquationPanel::Product);
    keys(&mut app, "bd");
    assert_eq!(
        app.views.equation.panel,
        EquationPanel::Derivation,
        "it replaces the backward path"
    );
    keys(&mut app, "b");
    assert_eq!(app.views.equation.panel, EquationPanel::Backward(0), "and is replaced by it");
}

#[test]
fn n_switches_the_check_of_the_whole_layer_on_and_off() {
    let mut app = rows(&[2, 1]);
    let request = EquationRequest { whole_layer: true, ..EquationRequest::default() };
    let whole = sends(Command::Explain(Some(Question::Equation(request))));
    assert_eq!(keys(&mut app, "n"), whole);
    assert_eq!(keys(&mut app, "n"), requests(0, 0, 0));
}

#[test]
fn s_steps_and_space_runs_in_this_view_too() {
    let mut app = rows(&[2, 1]);
    press(&mut app, KeyCode::Enter);
    assert_eq!(keys(&mut app, "s"), sends(Command::Step));
    assert_eq!(keys(&mut app, " "), sends(Command::Toggle));
    assert_eq!(keys(&mut app, "r"), sends(Command::Reset));
}

#[test]
fn e_sets_the_weight_while_the_cursor_is_on_it_and_eta_otherwise() {
    let mut app = rows(&[2, 1]);
    keys(&mut app, ";");
    press(&mut app, KeyCode::Enter);
    keys(&mut app, "e3");
    assert_eq!(press(&mut app, KeyCode::Enter), set_key("arm.quadratic.eta", "3"));
    while app.views.equation.symbol != Symbol::Weight {
        keys(&mut app, "l");
    }
    keys(&mut app, "e-0.5");
    assert_eq!(press(&mut app, KeyCode::Enter), set_key("arm.quadratic.weights[0][0][1]", "-0.5"));
    keys(&mut app, ";e2");
    assert_eq!(press(&mut app, KeyCode::Enter), set_key("arm.quadratic.biases[0][0]", "2"));
}

/// Returns the symbols over which the cursor moves.
fn symbols(app: &App) -> Vec<Symbol> {
    let mut app = app.clone();
    press(&mut app, KeyCode::Enter);
    (0..20).for_each(|_| drop(keys(&mut app, "h")));
    let mut found = vec![app.views.equation.symbol];
    loop {
        keys(&mut app, "l");
        let symbol = app.views.equation.symbol;
        if found.last() == Some(&symbol) {
            return found;
        }
        found.push(symbol);
    }
}

#[test]
fn an_arm_without_a_slope_has_no_symbol_for_it() {
    let mut app = rows(&[2, 1]);
    assert!(symbols(&app).contains(&Symbol::Slope));
    press(&mut app, KeyCode::Enter);
    while app.views.equation.symbol != Symbol::Slope {
        keys(&mut app, "l");
    }
    press(&mut app, KeyCode::Tab);
    assert!(!symbols(&app).contains(&Symbol::Slope));
    assert_eq!(
        app.views.equation.symbol,
        Symbol::Gradient,
        "the gradient shows why there is no slope"
    );
    press_with(&mut app, KeyCode::BackTab, KeyModifiers::SHIFT);
    assert!(symbols(&app).contains(&Symbol::Slope));

    let mut linear = arm("linear", Cost::Quadratic, &[2, 1]);
    linear.output = Output::Linear;
    apply(&mut app, first_update(vec![linear], None));
    assert!(!symbols(&app).contains(&Symbol::Slope));
}

#[test]
fn a_hidden_neuron_has_the_backward_sum_in_place_of_the_error() {
    let mut app = rows(&[4, 3, 2]);
    assert!(symbols(&app).contains(&Symbol::Back) && !symbols(&app).contains(&Symbol::Target));
    keys(&mut app, ")");
    assert!(symbols(&app).contains(&Symbol::Target) && !symbols(&app).contains(&Symbol::Back));
}

#[test]
fn an_explained_bias_is_one_symbol() {
    let mut app = rows(&[2, 1]);
    assert!(symbols(&app).contains(&Symbol::Bias));
    press(&mut app, KeyCode::Enter);
    keys(&mut app, "llllllllllll;;");
    assert!(!symbols(&app).contains(&Symbol::Bias));
    assert!(symbols(&app).contains(&app.views.equation.symbol));
}

#[test]
fn another_scenario_clamps_the_row_and_the_weight() {
    let mut app = rows(&[4, 3, 2]);
    keys(&mut app, "}};;");
    press(&mut app, KeyCode::PageDown);
    apply(&mut app, first_update(both_costs(&[1, 1]), None));
    assert_eq!((at(&app), app.views.equation.row), ((0, 0, 1), 0));
    assert_eq!(app.shared.answer, None, "the answer for the previous run is dropped");
}

#[test]
fn the_view_opens_on_the_last_layer_of_an_arm_whose_cost_cancels_the_slope() {
    let mut app = duel(&[4, 3, 2]);
    app.views.equation.was_open = false;
    keys(&mut app, "2");
    assert_eq!((at(&app), app.shared.arm), ((1, 0, 0), 1));
    // Later it keeps what the user has chosen.
    keys(&mut app, "(");
    press(&mut app, KeyCode::Tab);
    keys(&mut app, "12");
    assert_eq!((at(&app), app.shared.arm), ((0, 0, 0), 0));
}
