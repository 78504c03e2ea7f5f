//! The keys that work in every view, and those of the overlays. The keys of a view are in its
//! folder.
//!
//! Within one scope no two lines that are enabled at once share a key. The keys of a view and of its
//! cursor take precedence over those that work everywhere.

use crossterm::event::KeyCode as K;

use crate::app::App;
use crate::app::branches::CURVES_ONLY;
use crate::app::keymap::action::{Action, Edit, Travel};
use crate::canvas::{ChartScale, Smoothing, ThemeName};
use crate::telemetry::{EtaMode, RunState};
use crate::views::KeyScope::{Always, Branches, Everywhere, Help, Picker, Prompt};
use crate::views::{Binding, ListDirection, SharedState, bind, char, code, ctrl, shift};

const ETA: &str = "η of the chosen arm up / down";
const PLAY_ON: &str = "play on";
const PANEL: &str = "the panel filling the view: before / after";
const TIME: &str = "time: back / on by a step (nets: an epoch)";
const TEN_IN_TIME: &str = "ten times as far";
const TIME_ENDS: &str = "time: to the start / to the newest step";
const BRANCH: &str = "choose a branch";
const ARM: &str = "choose the arm";
const PACE: &str = "pace: 0.2 … 1000 epochs/s, max";
const ZOOM: &str = "zoom in / out: the newest, the map";
const PRESENTING: &str = "presenting: large, for a room / as before";
const SCROLL: &str = "scroll";
const SCROLL_ENDS: &str = "to the start / the end of the help";
const SELECT: &str = "choose";
const SELECT_FAR: &str = "choose ten lines further";
const COMPLETE: &str = "complete: next / previous";
const RECALL: &str = "what was typed before / after";
const CURSOR_LEFT_RIGHT: &str = "back / on by a character";
const CURSOR_ENDS: &str = "to the start / the end";

/// The keys for the run and its display.
pub(super) static RUN_KEYS: &[Binding<App, Action>] = &[
    bind(&[char(' ')], Everywhere, Action::Toggle, "run / pause; at the end: run on")
        .footer(toggle_words)
        .command("run/pause", "run or pause; at the end of a run: run on"),
    bind(&[char('T')], Everywhere, Action::TakeOver, "a recording that plays: take over")
        .when(|_, shared| shared.is_replaying())
        .footer(|_, shared| shared.is_replaying().then_some((1, "take over")))
        .command("take-over", "leave the rest of the recording: the run is live from here"),
    bind(&[char('s'), char('.')], Everywhere, Action::Step, "one step (mini-batch)")
        .repeating()
        .footer(|_, shared| shared.has_run().then_some((1, "step")))
        .command("step", "one mini-batch, then pause"),
    bind(&[char('S')], Everywhere, Action::Epoch, "to the end of the epoch")
        .repeating()
        .footer(|_, shared| shared.has_run().then_some((13, "epoch")))
        .command("epoch", "to the end of the epoch, then pause"),
    bind(&[char('+'), char('=')], Everywhere, Action::EtaUp, ETA)
        .repeating()
        .footer(eta_words)
        .command("eta-up", "η of the chosen arm to the next notch above"),
    bind(&[char('-')], Everywhere, Action::EtaDown, ETA)
        .repeating()
        .footer(eta_words)
        .command("eta-down", "η of the chosen arm to the next notch below"),
    bind(&[char('c')], Everywhere, Action::NextEtaMode, "η of the arms: own, equal, calibrated")
        .when(|_, shared| shared.next_eta_mode().is_some())
        .footer(eta_mode_words)
        .command("eta-mode", "η of the arms: own, then equal, then calibrated"),
    bind(&[code(K::Left)], Everywhere, Action::Panel(ListDirection::Previous), PANEL)
        .when(|app: &App, _| app.has_filling_panels())
        .footer(panel_words)
        .command("previous-panel", "the panel before the one that fills the view"),
    bind(&[code(K::Right)], Everywhere, Action::Panel(ListDirection::Next), PANEL)
        .when(|app: &App, _| app.has_filling_panels())
        .footer(panel_words)
        .command("next-panel", "the panel after the one that fills the view"),
    bind(&[code(K::Left)], Everywhere, Action::Travel(Travel::By(-1)), TIME)
        .when(|app: &App, shared| shared.has_run() && !app.has_filling_panels())
        .repeating()
        .footer(time_words)
        .command("back", "a step back in time, an epoch with larger networks"),
    bind(&[code(K::Right)], Everywhere, Action::Travel(Travel::By(1)), TIME)
        .when(|app: &App, shared| shared.has_run() && !app.has_filling_panels())
        .repeating()
        .footer(time_words)
        .command("forward", "a step forward in time, an epoch with larger networks"),
    bind(&[shift(K::Left)], Everywhere, Action::Travel(Travel::By(-10)), TEN_IN_TIME)
        .when(|_, shared| shared.has_run())
        .repeating()
        .command("far-back", "ten steps or epochs back in time"),
    bind(&[shift(K::Right)], Everywhere, Action::Travel(Travel::By(10)), TEN_IN_TIME)
        .when(|_, shared| shared.has_run())
        .repeating()
        .command("far-forward", "ten steps or epochs forward in time"),
    bind(&[code(K::Home)], Everywhere, Action::Travel(Travel::ToStart), TIME_ENDS)
        .when(|_, shared| shared.has_run())
        .command("start", "back to the start in time; nothing is lost"),
    bind(&[code(K::End)], Everywhere, Action::Travel(Travel::ToNewest), TIME_ENDS)
        .when(|_, shared| shared.has_run())
        .footer(end_words)
        .command("newest", "forward to the newest step"),
    bind(&[char('g')], Everywhere, Action::OpenBranches, "the branches and ghosts")
        .when(|_, shared| shared.has_run())
        .footer(|_, shared| (!shared.history.ghosts.is_empty()).then_some((3, "branches")))
        .command("branches", "the other courses of this run: open one, drop one"),
    bind(&[char('f')], Everywhere, Action::Fill, "one panel fills the view / all of them")
        .when(|app: &App, shared| shared.has_view() && app.view().panels(shared) > 0)
        .footer(|app: &App, shared| {
            let words = match (app.view().is_filled(), shared.appearance.is_presenting) {
                (true, false) => (1, "all panels"),
                (true, true) => (1, "main panel"),
                (false, _) => (9, "fill"),
            };
            (shared.has_view() && app.view().panels(shared) > 0).then_some(words)
        })
        .command("fill", "one panel fills the view; again: all of them"),
    bind(&[code(K::Tab), code(K::Down)], Everywhere, Action::NextArm, ARM)
        .footer(|_, shared| (shared.has_view() && shared.arms() > 1).then_some((2, "arm")))
        .command("next-arm", "choose the next arm"),
    bind(&[code(K::BackTab), code(K::Up)], Everywhere, Action::PreviousArm, ARM)
        .command("previous-arm", "choose the arm before"),
    bind(&[char('<')], Everywhere, Action::Slower, PACE)
        .repeating()
        .footer(|_, shared| shared.has_run().then_some((10, "pace")))
        .command("slower", "the next slower pace"),
    bind(&[char('>')], Everywhere, Action::Faster, PACE)
        .repeating()
        .footer(|_, shared| shared.has_run().then_some((10, "pace")))
        .command("faster", "the next faster pace"),
    bind(&[char('r')], Everywhere, Action::Reset, "reset to the same start")
        .footer(reset_words)
        .command("reset", "back to the same start"),
    bind(&[char('R')], Everywhere, Action::NewSeed, "to a new seed")
        .footer(|_, shared| shared.has_run().then_some((19, "new seed")))
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
        .command("zoom-in", "a shorter and newer part of the run, or less of the map"),
    bind(&[char('Z')], Everywhere, Action::ZoomOut, ZOOM)
        .repeating()
        .footer(zoom_words)
        .command("zoom-out", "a longer part of the run, or more of the map"),
    bind(&[char('o')], Everywhere, Action::OpenPicker, "choose a scenario")
        .footer(|_, shared| {
            let rank = if shared.has_run() { 9 } else { 1 };
            shared.abilities().trains.then_some((rank, "scenario"))
        })
        .command("scenarios", "choose a scenario from the list"),
    bind(&[char('e')], Everywhere, Action::OpenValuePrompt, "exact η, or the weight at the cursor")
        .when(|_, shared| shared.arms() > 0 && shared.abilities().trains)
        .footer(|app: &App, shared| {
            shared.has_run().then_some((
                13,
                if app.edited_weight().is_some() { "exact weight" } else { "exact η" },
            ))
        })
        .command("exact-value", "type an exact η for the chosen arm, or the weight at the cursor"),
    bind(&[char(':')], Everywhere, Action::OpenCommandPrompt, "every command by name")
        .footer(|_, _| Some((14, "command"))),
    bind(&[char('t')], Everywhere, Action::NextTheme, "dark / light")
        .footer(|_, shared| Some((18, theme_words(shared))))
        .command("theme", "to the other theme; or: theme dark, theme light"),
    bind(&[char('L')], Everywhere, Action::TogglePresenting, PRESENTING)
        .footer(|_, shared| {
            let is_presenting = shared.appearance.is_presenting;
            let words = if is_presenting { (0, "end presenting") } else { (18, "present") };
            shared.has_view().then_some(words)
        })
        .command("present", "large and in high contrast, for a room; again: as before"),
    bind(&[char('G')], Everywhere, Action::NextGlyphs, "characters: Braille … ASCII")
        .footer(|_, _| Some((21, "glyphs")))
        .command("glyphs", "to the next characters; or: glyphs ascii, glyphs block …"),
    bind(&[char('y')], Everywhere, Action::Copy, "copy what is read to the clipboard")
        .when(|_, shared| shared.arms() > 0)
        .footer(|_, shared| shared.has_view().then_some((15, "copy")))
        .command("copy", "what the view reads to the terminal's clipboard; or: copy FILE"),
    bind(&[char('M')], Everywhere, Action::ToggleMouse, "mouse: on / off (off: select text)")
        .footer(|app: &App, shared| {
            shared.has_view().then_some((20, if app.mouse { "no mouse" } else { "mouse" }))
        })
        .command("mouse", "mouse on or off"),
];

/// The keys of the program, which follow those of the tabs.
pub(super) static PROGRAM_KEYS: &[Binding<App, Action>] = &[
    bind(&[char('?')], Everywhere, Action::OpenHelp, "help")
        .footer(|_, _| Some((6, "help")))
        .staying()
        .command("help", "every key"),
    bind(&[char('q')], Everywhere, Action::Quit, "quit")
        .footer(|_, _| Some((7, "quit")))
        .staying()
        .command("quit", "end the program"),
    bind(&[ctrl('c')], Always, Action::Quit, "quit, while typing too"),
    bind(&[ctrl('z')], Always, Action::Suspend, "suspend; fg comes back")
        .command("suspend", "stop until the shell says fg"),
    bind(&[ctrl('l')], Always, Action::Redraw, "redraw").command("redraw", "draw everything anew"),
];

/// The keys of the overlays.
pub(super) static OVERLAY_KEYS: &[Binding<App, Action>] = &[
    // Help
    bind(&[code(K::Up), char('k')], Help, Action::Lines(-1), SCROLL)
        .repeating()
        .footer(|_, _| Some((0, "scroll"))),
    bind(&[code(K::Down), char('j')], Help, Action::Lines(1), SCROLL)
        .repeating()
        .footer(|_, _| Some((0, "scroll"))),
    bind(&[code(K::PageUp)], Help, Action::Lines(-10), SCROLL).repeating(),
    bind(&[code(K::PageDown)], Help, Action::Lines(10), SCROLL).repeating(),
    bind(&[code(K::Home)], Help, Action::Lines(isize::MIN), SCROLL_ENDS),
    bind(&[code(K::End)], Help, Action::Lines(isize::MAX), SCROLL_ENDS),
    bind(&[code(K::Esc), char('?')], Help, Action::Close, "close")
        .footer(|_, _| Some((1, "close")))
        .staying(),
    bind(&[char('q')], Help, Action::Quit, "quit").footer(|_, _| Some((2, "quit"))).staying(),
    // The list of branches
    bind(&[code(K::Up), char('k')], Branches, Action::Lines(-1), BRANCH)
        .repeating()
        .footer(|_, _| Some((1, "choose"))),
    bind(&[code(K::Down), char('j')], Branches, Action::Lines(1), BRANCH)
        .repeating()
        .footer(|_, _| Some((1, "choose"))),
    bind(&[code(K::Enter)], Branches, Action::Submit, "open it at its newest step")
        .when(|app: &App, _| app.selected_ghost().is_some())
        .refused(|app: &App, _| app.selects_curves().then_some(CURVES_ONLY))
        .footer(|_, _| Some((0, "open"))),
    bind(&[char('x'), code(K::Delete)], Branches, Action::DropBranch, "drop it")
        .when(|app: &App, _| app.selected_ghost().is_some())
        .footer(|_, _| Some((2, "drop"))),
    bind(&[code(K::Esc), char('g')], Branches, Action::Close, "close")
        .footer(|_, _| Some((3, "close")))
        .staying(),
    bind(&[char('q')], Branches, Action::Quit, "quit").footer(|_, _| Some((4, "quit"))).staying(),
    // The list of scenarios
    bind(&[code(K::Up), ctrl('p')], Picker, Action::Lines(-1), SELECT)
        .repeating()
        .footer(|_, _| Some((1, "choose"))),
    bind(&[code(K::Down), ctrl('n')], Picker, Action::Lines(1), SELECT)
        .repeating()
        .footer(|_, _| Some((1, "choose"))),
    bind(&[code(K::PageUp)], Picker, Action::Lines(-10), SELECT_FAR).repeating(),
    bind(&[code(K::PageDown)], Picker, Action::Lines(10), SELECT_FAR).repeating(),
    bind(&[code(K::Enter)], Picker, Action::Submit, "open it; no match: that path")
        .footer(|app: &App, _| Some((0, if app.picks_a_path() { "open path" } else { "open" }))),
    bind(&[code(K::Esc)], Picker, Action::Close, "close")
        .footer(|_, _| Some((2, "close")))
        .staying(),
    bind(&[code(K::Backspace), ctrl('h')], Picker, Action::Edit(Edit::Backspace), "delete")
        .repeating(),
    bind(&[ctrl('w')], Picker, Action::Edit(Edit::DropWord), "delete a word").repeating(),
    bind(&[ctrl('u')], Picker, Action::Edit(Edit::DropLine), "delete all that was typed"),
    // A line being typed.
    bind(&[code(K::Enter)], Prompt, Action::Submit, "do it").footer(|_, _| Some((0, "do it"))),
    bind(&[code(K::Tab)], Prompt, Action::Complete(ListDirection::Next), COMPLETE)
        .repeating()
        .footer(|app: &App, _| app.is_completable().then_some((1, "complete"))),
    bind(&[code(K::BackTab)], Prompt, Action::Complete(ListDirection::Previous), COMPLETE)
        .repeating(),
    bind(&[code(K::Up), ctrl('p')], Prompt, Action::RecallCommand(ListDirection::Previous), RECALL)
        .when(|app: &App, _| app.is_commanding())
        .repeating()
        .footer(|app: &App, _| (!app.recall.past.is_empty()).then_some((3, "earlier"))),
    bind(&[code(K::Down), ctrl('n')], Prompt, Action::RecallCommand(ListDirection::Next), RECALL)
        .when(|app: &App, _| app.is_commanding())
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
    bind(&[code(K::Esc)], Prompt, Action::Close, "close")
        .footer(|_, _| Some((2, "close")))
        .staying(),
];

fn toggle_words(_: &App, shared: &SharedState) -> Option<(u8, &'static str)> {
    if shared.history.playing.is_some() {
        let words = if shared.is_replay_held() { PLAY_ON } else { "hold" };
        return shared.is_replaying().then_some((0, words));
    }
    match shared.history.state {
        _ if !shared.abilities().trains => None,
        RunState::Paused if shared.arms() > 0 => Some((0, "run")),
        RunState::Running => Some((0, "pause")),
        RunState::Finished => Some((0, "run on")),
        _ => None,
    }
}

/// While one panel of several fills the view, the arrows go through them.
fn panel_words(app: &App, shared: &SharedState) -> Option<(u8, &'static str)> {
    app.has_filling_panels().then_some((1, "panel")).filter(|_| shared.has_view())
}

fn end_words(_: &App, shared: &SharedState) -> Option<(u8, &'static str)> {
    if shared.is_replaying() {
        return shared.is_replay_held().then_some((0, PLAY_ON));
    }
    shared.history.is_past().then_some((in_past(shared), "newest"))
}

/// Returns the rank of the keys that lead out of the past. When presenting, few others are shown.
fn in_past(shared: &SharedState) -> u8 {
    if shared.appearance.is_presenting { 0 } else { 2 }
}

/// In the past, the keys of time rank first, because they lead out of it.
fn time_words(_: &App, shared: &SharedState) -> Option<(u8, &'static str)> {
    let is_past = shared.history.is_past() || shared.is_replay_held();
    let rank = if is_past { in_past(shared).min(1) } else { 8 };
    (shared.has_run() && shared.history.newest > 0).then_some((rank, "time"))
}

/// If nothing is left to run, the user probably wants a restart, so that it ranks first.
fn reset_words(_: &App, shared: &SharedState) -> Option<(u8, &'static str)> {
    match shared.history.state {
        _ if !shared.abilities().trains => None,
        RunState::Stopped | RunState::Finished => Some((1, "reset")),
        RunState::Paused | RunState::Running => Some((8, "reset")),
        RunState::Loading(_) | RunState::Failed(_) => None,
    }
}

/// Once all arms have diverged, a lower η comes before anything else.
fn eta_words(_: &App, shared: &SharedState) -> Option<(u8, &'static str)> {
    match shared.history.state {
        RunState::Stopped if shared.abilities().trains => Some((0, "η")),
        _ => shared.has_run().then_some((4, "η")),
    }
}

fn eta_mode_words(_: &App, shared: &SharedState) -> Option<(u8, &'static str)> {
    // Once the rates are linked, the key that undoes it stays in sight.
    let rank = if shared.eta_mode() == EtaMode::Own { 11 } else { 5 };
    shared.next_eta_mode().filter(|_| shared.has_run()).map(|mode| match mode {
        EtaMode::Own => (rank, "own η"),
        EtaMode::Equal => (rank, "equal η"),
        EtaMode::Calibrated => (rank, "calibrated η"),
    })
}

/// A changed chart setting ranks higher, so that the user can see how to change it back.
fn scale_words(app: &App, shared: &SharedState) -> Option<(u8, &'static str)> {
    let is_changed = shared.chart.scale == Some(ChartScale::Log);
    let words = match shared.cost_scale() {
        ChartScale::Linear => (11, "log"),
        ChartScale::Log => (if is_changed { 5 } else { 11 }, "linear"),
    };
    (app.view().chart_use().scale && shared.has_view()).then_some(words)
}

fn smoothing_words(app: &App, shared: &SharedState) -> Option<(u8, &'static str)> {
    let words = match shared.chart.smoothing {
        Smoothing::None => (16, "smooth"),
        Smoothing::Some => (5, "smoother"),
        Smoothing::Strong => (5, "unsmoothed"),
    };
    (app.view().chart_use().smoothing && shared.has_view()).then_some(words)
}

fn zoom_words(app: &App, shared: &SharedState) -> Option<(u8, &'static str)> {
    let rank = if shared.chart.zoom > 0 { 5 } else { 17 };
    (app.view().chart_use().zoom && shared.has_view()).then_some((rank, "zoom"))
}

fn theme_words(shared: &SharedState) -> &'static str {
    match shared.appearance.theme {
        ThemeName::Dark => "light",
        ThemeName::Light => "dark",
    }
}
