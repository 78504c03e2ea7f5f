//! The keys of the Surface view.

use crossterm::event::KeyCode as K;

use crate::telemetry::Command;
use crate::views::binding::KeyScope::{Cursor, View};
use crate::views::binding::{Binding, bind};
use crate::views::direction::Direction;
use crate::views::key::{char, code, shift};
use crate::views::shared_state::SharedState;
use crate::views::surface::state::{SurfaceLayer, SurfaceView};
use crate::views::view_state::ViewState;

const STEP: &str = "move; at the edge the map moves";
const TEN_ACROSS: &str = "ten to the left / right";
const TEN_ALONG: &str = "ten up / down";
const ZOOM: &str = "zoom in on the arm or the cursor / out";

/// An action of a key of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SurfaceAction {
    /// Switch the surface to the next layer of drawing.
    NextLayer,
    /// Switch between the atlas of starts and the cost surface.
    Atlas,
    /// Focus the cursor; if it has the focus already, start all arms from its position.
    Choose,
    /// Release the focus of the cursor.
    BlurCursor,
    /// Move the cursor by this many points.
    Move(Direction, usize),
    /// Show about half of the extent, or twice as much.
    Zoom(i8),
    /// Reset the zoom and the centre of the window.
    All,
    /// Show all panels again, else close the atlas.
    CloseOpen,
}

use SurfaceAction as Act;

pub(super) static KEYS: &[Binding<SurfaceView, SurfaceAction>] = &[
    bind(&[code(K::Enter)], View, Act::Choose, "cursor; once more: start there")
        .when(|view, shared| {
            let can_start = ViewState { view, shared }.can_start_here();
            shared.layers() > 0 && (!shared.cursor_focused || can_start)
        })
        .footer(choose_words),
    bind(&[char('v')], View, Act::NextLayer, "cost, speed, downhill arrows")
        .footer(|view, shared| shared.has_view().then_some((2, next_layer_words(view))))
        .command("next-surface", "Surface: cost, then speed, then downhill arrows"),
    bind(&[char('a')], View, Act::Atlas, "atlas: epochs from each start / surface")
        .when(|view, shared| ViewState { view, shared }.can_start_here())
        .footer(|view, shared| {
            let shows_atlas = ViewState { view, shared }.shows_atlas();
            shared.has_view().then_some((3, if shows_atlas { "surface" } else { "atlas" }))
        })
        .command("atlas", "Surface: how many epochs each start takes"),
    bind(&[code(K::Esc)], View, Act::CloseOpen, "all panels again; else close the atlas")
        .when(|view: &SurfaceView, _| view.atlas || view.filling.is_filled()),
    bind(&[code(K::Left), char('h')], Cursor, Act::Move(Direction::Left, 1), STEP)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[code(K::Down), char('j')], Cursor, Act::Move(Direction::Down, 1), STEP)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[code(K::Up), char('k')], Cursor, Act::Move(Direction::Up, 1), STEP)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[code(K::Right), char('l')], Cursor, Act::Move(Direction::Right, 1), STEP)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[shift(K::Left)], Cursor, Act::Move(Direction::Left, 10), TEN_ACROSS).repeating(),
    bind(&[shift(K::Right)], Cursor, Act::Move(Direction::Right, 10), TEN_ACROSS).repeating(),
    bind(&[shift(K::Up)], Cursor, Act::Move(Direction::Up, 10), TEN_ALONG).repeating(),
    bind(&[shift(K::Down)], Cursor, Act::Move(Direction::Down, 10), TEN_ALONG).repeating(),
    bind(&[code(K::Home)], Cursor, Act::All, "all of the map again")
        .footer(|_, _| Some((2, "all of it"))),
    bind(&[code(K::Esc)], Cursor, Act::BlurCursor, "give the arrows back")
        .footer(|_, _| Some((1, "leave"))),
    bind(&[char('z')], View, Act::Zoom(1), ZOOM)
        .standing_in_for("zoom-in")
        .repeating()
        .footer(|_, shared| shared.has_view().then_some((3, "zoom"))),
    bind(&[char('Z')], View, Act::Zoom(-1), ZOOM)
        .standing_in_for("zoom-out")
        .repeating()
        .footer(|_, shared| shared.has_view().then_some((3, "zoom"))),
];

impl SurfaceView {
    /// Performs an action; returns a command to send.
    pub(super) fn perform(
        &mut self,
        action: SurfaceAction,
        shared: &mut SharedState,
    ) -> Option<Command> {
        match action {
            Act::NextLayer => self.next_layer(shared),
            Act::Atlas => self.atlas = !self.atlas,
            Act::Choose if shared.cursor_focused => {
                return ViewState { view: self, shared }.start_here();
            }
            Act::Choose => self.focus_cursor(shared),
            Act::BlurCursor => shared.cursor_focused = false,
            Act::Move(direction, times) => self.move_cursor(shared, direction, times),
            Act::Zoom(by) => self.zoom_by(shared, by),
            Act::All => self.show_all(shared),
            Act::CloseOpen => self.close_open(),
        }
        None
    }
}

/// Returns the effect of `enter`.
fn choose_words(view: &SurfaceView, shared: &SharedState) -> Option<(u8, &'static str)> {
    let can_start = ViewState { view, shared }.can_start_here();
    let words = match (shared.cursor_focused, can_start) {
        (true, _) => (0, "start here"),
        (false, true) => (1, "choose a start"),
        (false, false) => (1, "cursor"),
    };
    shared.has_view().then_some(words)
}

/// Returns the name of the layer that `v` switches to.
fn next_layer_words(view: &SurfaceView) -> &'static str {
    match view.layer {
        SurfaceLayer::Cost => "speed",
        SurfaceLayer::Speed => "arrows",
        SurfaceLayer::Downhill => "cost",
    }
}
