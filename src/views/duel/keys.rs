//! The keys of the Duel view.

use crossterm::event::KeyCode as K;

use crate::views::binding::KeyScope::View;
use crate::views::binding::{Binding, bind};
use crate::views::direction::ListDirection;
use crate::views::duel::filling::{along, first};
use crate::views::duel::state::DuelView;
use crate::views::key::{char, code};
use crate::views::shared_state::SharedState;

/// An action of a key of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DuelAction {
    /// Let one panel fill the view, or show all again.
    Fill,
    /// Fill the view with the panel before or after.
    Panel(ListDirection),
    /// Show all panels again.
    ShowAll,
}

use DuelAction as Act;

pub(super) static KEYS: &[Binding<DuelView, DuelAction>] = &[
    bind(&[char('f')], View, Act::Fill, "one panel fills the view / all of them")
        .footer(|view: &DuelView, shared| {
            let words = if view.is_filled() { (1, "all panels") } else { (9, "fill") };
            shared.has_view().then_some(words)
        })
        .command("fill", "Duel: one panel fills the view; again: all of them"),
    bind(&[code(K::Left)], View, Act::Panel(ListDirection::Previous), "the panel before")
        .when(|view: &DuelView, _| view.is_filled())
        .standing_in_for("previous-view")
        .footer(|view: &DuelView, _| view.is_filled().then_some((1, "panel"))),
    bind(&[code(K::Right)], View, Act::Panel(ListDirection::Next), "the panel after")
        .when(|view: &DuelView, _| view.is_filled())
        .standing_in_for("next-view")
        .footer(|view: &DuelView, _| view.is_filled().then_some((1, "panel"))),
    bind(&[code(K::Esc)], View, Act::ShowAll, "all panels again")
        .when(|view: &DuelView, _| view.is_filled()),
];

impl DuelView {
    /// Performs an action.
    pub(super) fn perform(&mut self, action: DuelAction, shared: &SharedState) {
        self.filled = match (action, self.filled) {
            (Act::Fill, None) => first(shared),
            (Act::Panel(direction), Some(panel)) => along(shared, panel, direction),
            (Act::Fill | Act::ShowAll | Act::Panel(_), _) => None,
        };
    }
}
