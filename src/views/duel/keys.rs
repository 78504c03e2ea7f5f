//! The keys of the Duel view.

use crossterm::event::KeyCode as K;

use crate::telemetry::{Command, TimeTarget};
use crate::views::binding::KeyScope::{Cursor, View};
use crate::views::binding::{Binding, bind};
use crate::views::duel::crosshair;
use crate::views::duel::state::DuelView;
use crate::views::key::{char, code, shift};
use crate::views::shared_state::SharedState;

const MOVE: &str = "move the cross-hair; at the ends it stays";
const TEN: &str = "ten times as far";
const ENDS: &str = "to the start / the end of the curves";

/// An action of a key of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DuelAction {
    /// Show all panels again.
    ShowAll,
    /// Begin to read the curves at the present step.
    FocusCrosshair,
    /// Read them no longer.
    BlurCrosshair,
    /// Move the cross-hair by so many places.
    Move(i64),
    /// Move it to the start.
    ToStart,
    /// Move it to the end of the curves.
    ToEnd,
    /// Go to the step of the cross-hair.
    GoThere,
}

pub(super) static KEYS: &[Binding<DuelView, DuelAction>] = &[
    bind(&[code(K::Enter)], View, DuelAction::FocusCrosshair, "a cross-hair reads the curves")
        .when(|_, shared| {
            shared.abilities().explains && shared.history.newest > 0 && !shared.cursor_focused
        })
        .refused(|view: &DuelView, _| {
            (!view.has_time()).then_some("this panel has no axis of time")
        })
        .footer(|_, shared| {
            let has_curves = shared.history.newest > 0 && shared.abilities().explains;
            (shared.has_view() && has_curves).then_some((9, "read curves"))
        })
        .command("cross-hair", "Duel: a cross-hair reads every curve at a step"),
    bind(&[code(K::Esc)], View, DuelAction::ShowAll, "all panels again")
        .when(|view: &DuelView, _| view.filling.is_filled()),
    bind(&[code(K::Left), char('h')], Cursor, DuelAction::Move(-1), MOVE)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[code(K::Right), char('l')], Cursor, DuelAction::Move(1), MOVE)
        .repeating()
        .footer(|_, _| Some((0, "move"))),
    bind(&[shift(K::Left)], Cursor, DuelAction::Move(-10), TEN).repeating(),
    bind(&[shift(K::Right)], Cursor, DuelAction::Move(10), TEN).repeating(),
    bind(&[code(K::Home)], Cursor, DuelAction::ToStart, ENDS),
    bind(&[code(K::End)], Cursor, DuelAction::ToEnd, ENDS),
    bind(&[code(K::Enter)], Cursor, DuelAction::GoThere, "go to that step")
        .footer(|_, _| Some((0, "go there"))),
    bind(&[code(K::Esc)], Cursor, DuelAction::BlurCrosshair, "read them no longer")
        .footer(|_, _| Some((0, "leave")))
        .staying(),
];

impl DuelView {
    /// Performs an action; returns a command to send.
    pub(super) fn perform(
        &mut self,
        action: DuelAction,
        shared: &mut SharedState,
    ) -> Option<Command> {
        let (start, end) = crosshair::ends(shared);
        match action {
            DuelAction::ShowAll => self.filling.show_all(),
            DuelAction::FocusCrosshair => {
                shared.cursor_focused = true;
                shared.crosshair = Some(shared.history.step);
            }
            DuelAction::BlurCrosshair => shared.cursor_focused = false,
            DuelAction::Move(by) => shared.crosshair = crosshair::moved(shared, by),
            DuelAction::ToStart => shared.crosshair = Some(start),
            DuelAction::ToEnd => shared.crosshair = Some(end),
            DuelAction::GoThere => {
                shared.cursor_focused = false;
                let step = shared.crosshair.take()?;
                return Some(Command::GoTo(TimeTarget::Step(step)));
            }
        }
        None
    }
}
