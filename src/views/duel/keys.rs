//! The keys of the Duel view.

use crossterm::event::KeyCode as K;

use crate::views::binding::KeyScope::View;
use crate::views::binding::{Binding, bind};
use crate::views::duel::state::DuelView;
use crate::views::key::code;

/// An action of a key of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DuelAction {
    /// Show all panels again.
    ShowAll,
}

pub(super) static KEYS: &[Binding<DuelView, DuelAction>] =
    &[bind(&[code(K::Esc)], View, DuelAction::ShowAll, "all panels again")
        .when(|view: &DuelView, _| view.filling.is_filled())];

impl DuelView {
    /// Performs an action.
    pub(super) fn perform(&mut self, action: DuelAction) {
        match action {
            DuelAction::ShowAll => self.filling.show_all(),
        }
    }
}
