//! The key table.
//!
//! The keys of the Weights view are letters and signs that no other view needs: `w` for *what* is
//! drawn, `(` and `)`, which point at the previous and the next layer. No key is one of the pieces
//! that a broken escape sequence can leave, `[ O A B C D H F ~`; therefore only shift with an arrow
//! moves the cursor ten times as far.

use crossterm::event::KeyCode as K;

use crate::app::keymap::action::{Action, Direction, Edit, ListDirection, SurfaceAction};
use crate::app::keymap::binding::{Binding, KeyScope, bind};
use crate::app::keymap::key::{char, code, ctrl, shift};
use crate::app::{App, SurfaceLayer, View};
use crate::canvas::{ChartScale, Smoothing, ThemeName};
use crate::telemetry::{EtaMode, RunState, WeightQuantity};

use KeyScope::{Always, Cursor, Everywhere, Help, In, Picker, Prompt};

const EQUATION: View = View::Equation;
const WEIGHTS: View = View::Weights;
const SURFACE: View = View::Surface;

const ETA: &str = "η of the chosen arm up / down";
const ARM: &str = "choose the arm";
const PACE: &str = "pace: 0.2 … 1000 epochs/s, max";
const ZOOM: &str = "zoom in / out: the newest, the ground";
const NUMBERS: &str = "weights, gradient, change, difference";
const LAYER: &str = "layer before / after";
const SCROLL: &str = "scroll";
const MOVE: &str = "move the cursor";
const TEN_ACROSS: &str = "ten to the left / right";
const TEN_ALONG: &str = "ten up / down";
const SYMBOL: &str = "move over the symbols";
const ROW: &str = "choose the row";
const TEN_ROWS: &str = "ten rows further";
const INPUT: &str = "input j before / after";
const NEURON: &str = "neuron before / after";
const GROUND_STEP: &str = "move; at the edge the ground moves";
const SELECT: &str = "choose";
const SELECT_FAR: &str = "choose ten lines further";
const COMPLETE: &str = "complete: next / previous";
const RECALL: &str = "what was typed before / after";
const CURSOR_LEFT_RIGHT: &str = "back / on by a character";
const CURSOR_ENDS: &str = "to the start / the end";

/// All keys: where and when they work, and the action they trigger.
///
/// Within one scope no two lines that are enabled at once share a key. The keys of the cursor take
/// precedence over those that work everywhere, until `esc` releases the cursor.
pub(in crate::app) static KEYMAP: &[Binding] = &[
    bind(&[char(' ')], Everywhere, Action::Toggle, "run / pause; at the end: run on")
        .footer(toggle_words)
        .command("run/pause", "run or pause; at the end of a run: run on"),
    bind(&[char('s'), char('.')], Everywhere, Action::Step, "one step (mini-batch)")
        .repeating()
        .footer(|app| has_run(app).then_some((1, "step")))
        .command("step", "one mini-batch, then pause"),
    bind(&[char('S')], Everywhere, Action::Epoch, "to the end of the epoch")
        .repeating()
        .footer(|app| has_run(app).then_some((13, "epoch")))
        .command("epoch", "to the end of the epoch, then pause"),
    bind(&[char('+'), char('=')], Everywhere, Action::EtaUp, ETA)
        .repeating()
        .footer(|app| has_run(app).then_some((4, "η")))
        .command("eta-up", "η of the chosen arm to the next notch above"),
    bind(&[char('-')], Everywhere, Action::EtaDown, ETA)
        .repeating()
        .footer(|app| has_run(app).then_some((4, "η")))
        .command("eta-down", "η of the chosen arm to the next notch below"),
    bind(&[char('c')], Everywhere, Action::NextEtaMode, "η of the arms: own, equal, calibrated")
        .when(|app| app.next_eta_mode().is_some())
        .footer(eta_mode_words)
        .command("eta-mode", "η of the arms: own, then equal, then calibrated"),
    bind(&[code(K::Tab)], Everywhere, Action::NextArm, ARM)
        .footer(|app| (has_view(app) && app.arms() > 1).then_some((5, "arm")))
        .command("next-arm", "choose the next arm"),
    bind(&[code(K::BackTab)], Everywhere, Action::PreviousArm, ARM)
        .command("previous-arm", "choose the arm before"),
    bind(&[char('<')], Everywhere, Action::Slower, PACE)
        .repeating()
        .footer(|app| has_run(app).then_some((10, "pace")))
        .command("slower", "the next slower pace"),
    bind(&[char('>')], Everywhere, Action::Faster, PACE)
        .repeating()
        .footer(|app| has_run(app).then_some((10, "pace")))
        .command("faster", "the next faster pace"),
    bind(&[char('r')], Everywhere, Action::Reset, "reset to the same start")
        .footer(reset_words)
        .command("reset", "back to the same start"),
    bind(&[char('R')], Everywhere, Action::NewSeed, "to a new seed")
        .footer(|app| has_run(app).then_some((19, "new seed")))
        .command("new-seed", "start anew with the next seed"),
    bind(&[char('l')], Everywhere, Action::NextScale, "charts: log / linear")
        .footer(scale_words)
        .command("log/linear", "charts: logarithmic or linear"),
    bind(&[char('m')], Everywhere, Action::NextSmoothing, "charts: smoothing")
        .footer(smoothing_words)
        .command("smoothing", "charts: the next smoothing"),
    bind(&[char('z')], Everywhere, Action::ZoomIn, ZOOM)
        .repeating()
        .footer(zoom_words)
        .command("zoom-in", "a shorter and newer part of the run, or less of the ground"),
    bind(&[char('Z')], Everywhere, Action::ZoomOut, ZOOM)
        .repeating()
        .footer(zoom_words)
        .command("zoom-out", "a longer part of the run, or more of the ground"),
    bind(&[char('o')], Everywhere, Action::OpenPicker, "choose a scenario")
        .footer(|app| Some((if has_run(app) { 9 } else { 1 }, "scenario")))
        .command("scenarios", "choose a scenario from the list"),
    bind(&[char('e')], Everywhere, Action::OpenValuePrompt, "exact η, or the weight at the cursor")
        .when(|app| app.arms() > 0)
        .footer(|app| {
            has_run(app)
                .then_some((13, if app.has_weight_cursor() { "exact weight" } else { "exact η" }))
        })
        .command("exact-value", "type an exact η for the chosen arm, or the weight at the cursor"),
    bind(&[char(':')], Everywhere, Action::OpenCommandPrompt, "every command by name")
        .footer(|_| Some((14, "command"))),
    bind(&[char('t')], Everywhere, Action::NextTheme, "dark / light")
        .footer(|app| Some((18, theme_words(app))))
        .command("theme", "to the other theme; or: theme dark, theme light"),
    bind(&[char('G')], Everywhere, Action::NextGlyphs, "characters: Braille … ASCII")
        .footer(|_| Some((21, "glyphs")))
        .command("glyphs", "to the next characters; or: glyphs ascii, glyphs block …"),
    bind(&[char('y')], Everywhere, Action::Copy, "copy what is read to the clipboard")
        .when(|app| app.arms() > 0)
        .footer(|app| has_view(app).then_some((15, "copy")))
        .command("copy", "what the view reads to the terminal's clipboard; or: copy FILE"),
    bind(&[char('M')], Everywhere, Action::ToggleMouse, "mouse: on / off (off: select text)")
        .footer(|app| has_view(app).then_some((20, if app.mouse { "no mouse" } else { "mouse" })))
        .command("mouse", "mouse on or off"),
    bind(&[char('1')], Everywhere, Action::Show(View::Duel), "Duel: who learns, who stalls, why?")
        .footer(|app| (!is_duel(app) && has_view(app)).then_some((5, "duel")))
        .command("duel", "the Duel view"),
    bind(&[char('2')], Everywhere, Action::Show(EQUATION), "Equation: what are w_j, x_j, σ(z)?")
        .footer(|app| (is_duel(app) && has_view(app)).then_some((8, "equation")))
        .command("equation", "the Equation view"),
    bind(&[char('3')], Everywhere, Action::Show(WEIGHTS), "Weights: what has it learnt?")
        .footer(|app| (is_duel(app) && has_view(app)).then_some((8, "weights")))
        .command("weights", "the Weights view"),
    bind(&[char('4')], Everywhere, Action::Show(SURFACE), "Surface: what ground does it walk on?")
        .footer(|app| (is_duel(app) && has_view(app)).then_some((8, "surface")))
        .command("surface", "the Surface view"),
    bind(&[char('?')], Everywhere, Action::OpenHelp, "help")
        .footer(|_| Some((6, "help")))
        .staying()
        .command("help", "every key"),
    bind(&[char('q')], Everywhere, Action::Quit, "quit")
        .footer(|_| Some((7, "quit")))
        .staying()
        .command("quit", "end the program"),
    bind(&[ctrl('c')], Always, Action::Quit, "quit, while typing too"),
    bind(&[ctrl('z')], Always, Action::Suspend, "suspend; fg comes back")
        .command("suspend", "stop until the shell says fg"),
    bind(&[ctrl('l')], Always, Action::Redraw, "redraw").command("redraw", "draw everything anew"),
    // Equation
    bind(&[code(K::Enter)], In(EQUATION), Action::FocusCursor, "give the cursor the arrows")
        .when(|app| app.layers() > 0 && !app.cursor_focused)
        .footer(|app| has_view(app).then_some((2, "cursor"))),
    bind(&[char(',')], In(EQUATION), Action::MoveInput(ListDirection::Previous), INPUT)
        .repeating()
        .footer(|app| has_view(app).then_some((2, "input j")))
        .command("previous-input", "Equation: the input j before"),
    bind(&[char(';')], In(EQUATION), Action::MoveInput(ListDirection::Next), INPUT)
        .repeating()
        .footer(|app| has_view(app).then_some((2, "input j")))
        .command("next-input", "Equation: the input j after"),
    bind(&[char('{')], In(EQUATION), Action::MoveNeuron(ListDirection::Previous), NEURON)
        .when(has_neurons)
        .repeating()
        .footer(|app| has_view(app).then_some((5, "neuron")))
        .command("previous-neuron", "Equation: the neuron before"),
    bind(&[char('}')], In(EQUATION), Action::MoveNeuron(ListDirection::Next), NEURON)
        .when(has_neurons)
        .repeating()
        .footer(|app| has_view(app).then_some((5, "neuron")))
        .command("next-neuron", "Equation: the neuron after"),
    bind(&[char('(')], In(EQUATION), Action::PreviousLayer, LAYER)
        .when(|app| app.layers() > 1)
        .footer(|app| has_view(app).then_some((5, "layer"))),
    bind(&[char(')')], In(EQUATION), Action::NextLayer, LAYER)
        .when(|app| app.layers() > 1)
        .footer(|app| has_view(app).then_some((5, "layer"))),
    bind(&[char('d')], In(EQUATION), Action::Derivation, "the derivation, line by line")
        .footer(|app| has_view(app).then_some((3, "derivation")))
        .command("derivation", "Equation: the derivation with this row's numbers"),
    bind(
        &[char('b')],
        In(EQUATION),
        Action::NextBackwardStep,
        "backward walk: from C to w_j, next step",
    )
    .footer(|app| has_view(app).then_some((3, "backward walk")))
    .command("walk-back", "Equation: the next step from C back to the weight"),
    bind(&[char('n')], In(EQUATION), Action::CheckLayer, "nudge check of the whole layer")
        .footer(|app| has_view(app).then_some((4, "nudge layer")))
        .command("check-layer", "Equation: nudge every weight of the layer"),
    bind(&[code(K::PageUp)], In(EQUATION), Action::MoveRow(-10), TEN_ROWS).repeating(),
    bind(&[code(K::PageDown)], In(EQUATION), Action::MoveRow(10), TEN_ROWS).repeating(),
    // Equation, with the cursor
    bind(
        &[code(K::Left), char('h')],
        Cursor(EQUATION),
        Action::MoveSymbol(ListDirection::Previous),
        SYMBOL,
    )
    .repeating()
    .footer(|_| Some((0, "symbol"))),
    bind(
        &[code(K::Right), char('l')],
        Cursor(EQUATION),
        Action::MoveSymbol(ListDirection::Next),
        SYMBOL,
    )
    .repeating()
    .footer(|_| Some((0, "symbol"))),
    bind(&[code(K::Up), char('k')], Cursor(EQUATION), Action::MoveRow(-1), ROW)
        .repeating()
        .footer(|_| Some((0, "row"))),
    bind(&[code(K::Down), char('j')], Cursor(EQUATION), Action::MoveRow(1), ROW)
        .repeating()
        .footer(|_| Some((0, "row"))),
    bind(&[code(K::Esc)], Cursor(EQUATION), Action::BlurCursor, "give the arrows back")
        .footer(|_| Some((1, "leave"))),
    // Weights
    bind(&[char('w')], In(WEIGHTS), Action::NextNumbers, NUMBERS)
        .footer(|app| has_view(app).then_some((2, numbers_words(app))))
        .command("draw-next", NUMBERS),
    bind(&[char('(')], In(WEIGHTS), Action::PreviousLayer, LAYER)
        .when(|app| app.layers() > 1)
        .footer(|app| has_view(app).then_some((3, "layer")))
        .command("previous-layer", "Weights: the layer before"),
    bind(&[char(')')], In(WEIGHTS), Action::NextLayer, LAYER)
        .when(|app| app.layers() > 1)
        .footer(|app| has_view(app).then_some((3, "layer")))
        .command("next-layer", "Weights: the layer after"),
    bind(&[code(K::PageUp)], In(WEIGHTS), Action::Scroll(ListDirection::Previous), SCROLL)
        .when(App::can_scroll)
        .repeating()
        .footer(scroll_words),
    bind(&[code(K::PageDown)], In(WEIGHTS), Action::Scroll(ListDirection::Next), SCROLL)
        .when(App::can_scroll)
        .repeating()
        .footer(scroll_words),
    bind(&[code(K::Enter)], In(WEIGHTS), Action::FocusCursor, "give the cursor the arrows")
        .when(|app| app.layers() > 0 && !app.cursor_focused)
        .footer(|app| has_view(app).then_some((2, "cursor")))
        .command("cursor", "Weights: give the cursor the arrows"),
    // Weights, with the cursor
    bind(&[code(K::Left), char('h')], Cursor(WEIGHTS), Action::Move(Direction::Left, 1), MOVE)
        .repeating()
        .footer(|_| Some((0, "move"))),
    bind(&[code(K::Down), char('j')], Cursor(WEIGHTS), Action::Move(Direction::Down, 1), MOVE)
        .repeating()
        .footer(|_| Some((0, "move"))),
    bind(&[code(K::Up), char('k')], Cursor(WEIGHTS), Action::Move(Direction::Up, 1), MOVE)
        .repeating()
        .footer(|_| Some((0, "move"))),
    bind(&[code(K::Right), char('l')], Cursor(WEIGHTS), Action::Move(Direction::Right, 1), MOVE)
        .repeating()
        .footer(|_| Some((0, "move"))),
    bind(&[shift(K::Left)], Cursor(WEIGHTS), Action::Move(Direction::Left, 10), TEN_ACROSS)
        .repeating(),
    bind(&[shift(K::Right)], Cursor(WEIGHTS), Action::Move(Direction::Right, 10), TEN_ACROSS)
        .repeating(),
    bind(&[shift(K::Up)], Cursor(WEIGHTS), Action::Move(Direction::Up, 10), TEN_ALONG).repeating(),
    bind(&[shift(K::Down)], Cursor(WEIGHTS), Action::Move(Direction::Down, 10), TEN_ALONG)
        .repeating(),
    bind(&[code(K::Esc)], Cursor(WEIGHTS), Action::BlurCursor, "give the arrows back")
        .footer(|_| Some((0, "leave"))),
    // Surface
    bind(
        &[code(K::Enter)],
        In(SURFACE),
        Action::Surface(SurfaceAction::Choose),
        "cursor; once more: start there",
    )
    .when(|app| app.layers() > 0 && (!app.cursor_focused || app.can_start_here()))
    .footer(choose_words),
    bind(
        &[char('v')],
        In(SURFACE),
        Action::Surface(SurfaceAction::NextLayer),
        "cost, speed, downhill arrows",
    )
    .footer(|app| has_view(app).then_some((2, ground_words(app))))
    .command("next-ground", "Surface: cost, then speed, then downhill arrows"),
    bind(
        &[char('a')],
        In(SURFACE),
        Action::Surface(SurfaceAction::Atlas),
        "atlas: epochs from each start / ground",
    )
    .when(App::can_start_here)
    .footer(|app| has_view(app).then_some((3, if app.shows_atlas() { "ground" } else { "atlas" })))
    .command("atlas", "Surface: how many epochs each start takes"),
    // Surface, with the cursor
    bind(
        &[code(K::Left), char('h')],
        Cursor(SURFACE),
        ground_move(Direction::Left, 1),
        GROUND_STEP,
    )
    .repeating()
    .footer(|_| Some((0, "move"))),
    bind(
        &[code(K::Down), char('j')],
        Cursor(SURFACE),
        ground_move(Direction::Down, 1),
        GROUND_STEP,
    )
    .repeating()
    .footer(|_| Some((0, "move"))),
    bind(&[code(K::Up), char('k')], Cursor(SURFACE), ground_move(Direction::Up, 1), GROUND_STEP)
        .repeating()
        .footer(|_| Some((0, "move"))),
    bind(
        &[code(K::Right), char('l')],
        Cursor(SURFACE),
        ground_move(Direction::Right, 1),
        GROUND_STEP,
    )
    .repeating()
    .footer(|_| Some((0, "move"))),
    bind(&[shift(K::Left)], Cursor(SURFACE), ground_move(Direction::Left, 10), TEN_ACROSS)
        .repeating(),
    bind(&[shift(K::Right)], Cursor(SURFACE), ground_move(Direction::Right, 10), TEN_ACROSS)
        .repeating(),
    bind(&[shift(K::Up)], Cursor(SURFACE), ground_move(Direction::Up, 10), TEN_ALONG).repeating(),
    bind(&[shift(K::Down)], Cursor(SURFACE), ground_move(Direction::Down, 10), TEN_ALONG)
        .repeating(),
    bind(
        &[code(K::Home)],
        Cursor(SURFACE),
        Action::Surface(SurfaceAction::All),
        "all of the ground again",
    )
    .footer(|_| Some((2, "all of it"))),
    bind(&[code(K::Esc)], Cursor(SURFACE), Action::BlurCursor, "give the arrows back")
        .footer(|_| Some((1, "leave"))),
    // Help
    bind(&[code(K::Up), char('k')], Help, Action::Lines(-1), SCROLL)
        .repeating()
        .footer(|_| Some((0, "scroll"))),
    bind(&[code(K::Down), char('j')], Help, Action::Lines(1), SCROLL)
        .repeating()
        .footer(|_| Some((0, "scroll"))),
    bind(&[code(K::PageUp)], Help, Action::Lines(-10), SCROLL).repeating(),
    bind(&[code(K::PageDown)], Help, Action::Lines(10), SCROLL).repeating(),
    bind(&[code(K::Esc), char('?')], Help, Action::Close, "close")
        .footer(|_| Some((1, "close")))
        .staying(),
    bind(&[char('q')], Help, Action::Quit, "quit").footer(|_| Some((2, "quit"))).staying(),
    // The list of scenarios
    bind(&[code(K::Up), ctrl('p')], Picker, Action::Lines(-1), SELECT)
        .repeating()
        .footer(|_| Some((1, "choose"))),
    bind(&[code(K::Down), ctrl('n')], Picker, Action::Lines(1), SELECT)
        .repeating()
        .footer(|_| Some((1, "choose"))),
    bind(&[code(K::PageUp)], Picker, Action::Lines(-10), SELECT_FAR).repeating(),
    bind(&[code(K::PageDown)], Picker, Action::Lines(10), SELECT_FAR).repeating(),
    bind(&[code(K::Enter)], Picker, Action::Submit, "open it; no match: that path")
        .footer(|app| Some((0, if app.picks_a_path() { "open path" } else { "open" }))),
    bind(&[code(K::Esc)], Picker, Action::Close, "close").footer(|_| Some((2, "close"))).staying(),
    bind(&[code(K::Backspace), ctrl('h')], Picker, Action::Edit(Edit::Backspace), "delete")
        .repeating(),
    bind(&[ctrl('w')], Picker, Action::Edit(Edit::DropWord), "delete a word").repeating(),
    bind(&[ctrl('u')], Picker, Action::Edit(Edit::DropLine), "delete all that was typed"),
    // A line being typed.
    bind(&[code(K::Enter)], Prompt, Action::Submit, "do it").footer(|_| Some((0, "do it"))),
    bind(&[code(K::Tab)], Prompt, Action::Complete(ListDirection::Next), COMPLETE)
        .repeating()
        .footer(|app| app.is_completable().then_some((1, "complete"))),
    bind(&[code(K::BackTab)], Prompt, Action::Complete(ListDirection::Previous), COMPLETE)
        .repeating(),
    bind(&[code(K::Up), ctrl('p')], Prompt, Action::RecallCommand(ListDirection::Previous), RECALL)
        .when(App::is_commanding)
        .repeating()
        .footer(|app| (!app.recall.past.is_empty()).then_some((3, "earlier"))),
    bind(&[code(K::Down), ctrl('n')], Prompt, Action::RecallCommand(ListDirection::Next), RECALL)
        .when(App::is_commanding)
        .repeating(),
    bind(&[code(K::Left)], Prompt, Action::Edit(Edit::Left), CURSOR_LEFT_RIGHT).repeating(),
    bind(&[code(K::Right)], Prompt, Action::Edit(Edit::Right), CURSOR_LEFT_RIGHT).repeating(),
    bind(&[code(K::Home), ctrl('a')], Prompt, Action::Edit(Edit::Home), CURSOR_ENDS),
    bind(&[code(K::End), ctrl('e')], Prompt, Action::Edit(Edit::End), CURSOR_ENDS),
    bind(&[code(K::Backspace), ctrl('h')], Prompt, Action::Edit(Edit::Backspace), "delete back")
        .repeating(),
    bind(&[code(K::Delete)], Prompt, Action::Edit(Edit::Delete), "delete on").repeating(),
    bind(&[ctrl('w')], Prompt, Action::Edit(Edit::DropWord), "delete a word").repeating(),
    bind(&[ctrl('u')], Prompt, Action::Edit(Edit::DropLine), "delete to the start"),
    bind(&[code(K::Esc)], Prompt, Action::Close, "close").footer(|_| Some((2, "close"))).staying(),
];

const fn ground_move(direction: Direction, times: usize) -> Action {
    Action::Surface(SurfaceAction::Move(direction, times))
}

/// Returns the effect of `enter` in the Surface view.
fn choose_words(app: &App) -> Option<(u8, &'static str)> {
    let words = match (app.cursor_focused, app.can_start_here()) {
        (true, _) => (0, "start here"),
        (false, true) => (1, "choose a start"),
        (false, false) => (1, "cursor"),
    };
    has_view(app).then_some(words)
}

/// Returns the name of the layer that `v` switches to.
fn ground_words(app: &App) -> &'static str {
    match app.surface.layer {
        SurfaceLayer::Cost => "speed",
        SurfaceLayer::Speed => "arrows",
        SurfaceLayer::Downhill => "cost",
    }
}

/// Returns whether the layer has another neuron.
fn has_neurons(app: &App) -> bool {
    app.layer_shape().0 > 1
}

fn is_duel(app: &App) -> bool {
    app.view == View::Duel
}

/// Returns whether a view is drawn instead of a placeholder.
fn has_view(app: &App) -> bool {
    !matches!(app.history.state, RunState::Loading(_) | RunState::Failed(_)) && app.arms() > 0
}

/// Returns whether there is a run that can be trained.
fn has_run(app: &App) -> bool {
    matches!(app.history.state, RunState::Paused | RunState::Running | RunState::Finished)
        && app.arms() > 0
}

fn toggle_words(app: &App) -> Option<(u8, &'static str)> {
    match app.history.state {
        RunState::Paused if app.arms() > 0 => Some((0, "run")),
        RunState::Running => Some((0, "pause")),
        RunState::Finished => Some((0, "run on")),
        _ => None,
    }
}

/// If nothing is left to run, the user probably wants a restart, so that it ranks first.
fn reset_words(app: &App) -> Option<(u8, &'static str)> {
    match app.history.state {
        RunState::Stopped | RunState::Finished => Some((1, "reset")),
        RunState::Paused | RunState::Running => Some((12, "reset")),
        RunState::Loading(_) | RunState::Failed(_) => None,
    }
}

fn eta_mode_words(app: &App) -> Option<(u8, &'static str)> {
    app.next_eta_mode().filter(|_| has_run(app)).map(|mode| match mode {
        EtaMode::Own => (11, "own η"),
        EtaMode::Equal => (11, "equal η"),
        EtaMode::Calibrated => (11, "calibrated η"),
    })
}

/// A changed chart setting ranks higher, so that the user can see how to change it back.
fn scale_words(app: &App) -> Option<(u8, &'static str)> {
    let words = match app.chart.scale {
        ChartScale::Linear => (11, "log"),
        ChartScale::Log => (5, "linear"),
    };
    let has_scale = is_duel(app) || app.view == View::Surface;
    (has_scale && has_view(app)).then_some(words)
}

fn smoothing_words(app: &App) -> Option<(u8, &'static str)> {
    let words = match app.chart.smoothing {
        Smoothing::None => (16, "smooth"),
        Smoothing::Some => (5, "smoother"),
        Smoothing::Strong => (5, "unsmoothed"),
    };
    (is_duel(app) && has_view(app)).then_some(words)
}

fn zoom_words(app: &App) -> Option<(u8, &'static str)> {
    let rank = match app.view {
        View::Surface => 3,
        _ if app.chart.zoom > 0 => 5,
        _ => 17,
    };
    let has_zoom = is_duel(app) || app.view == View::Surface;
    (has_zoom && has_view(app)).then_some((rank, "zoom"))
}

fn theme_words(app: &App) -> &'static str {
    match app.look.theme {
        ThemeName::Dark => "light",
        ThemeName::Light => "dark",
    }
}

/// Few fields fit on the screen but most rows of a matrix do, so that scrolling ranks higher for
/// fields.
fn scroll_words(app: &App) -> Option<(u8, &'static str)> {
    let rank = if app.field().is_some() { 4 } else { 8 };
    has_view(app).then_some((rank, "scroll"))
}

/// Returns the name of the numbers that `w` switches to.
fn numbers_words(app: &App) -> &'static str {
    let next = app.next_numbers();
    match next.of {
        _ if next.difference => "difference",
        WeightQuantity::Value => "weights",
        WeightQuantity::Gradient => "gradient",
        WeightQuantity::Change => "change",
    }
}
