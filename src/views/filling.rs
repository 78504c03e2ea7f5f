//! The panel that fills a view, if one does. Every view has the same keys for it, which are in the table of
//! the keys that work everywhere; `esc` is in the table of each view, because it also closes other things there.

use crate::canvas::Appearance;
use crate::views::direction::ListDirection;

/// A change of the panel that fills a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FillAction {
    /// Let one panel fill the view, or show all panels again.
    Toggle,
    /// Fill the view with the panel before or after; after the last comes the first.
    Along(ListDirection),
}

/// The panel that fills a view, if one does. `P` is a panel of that view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filling<P> {
    panel: Option<P>,
}

impl<P> Default for Filling<P> {
    fn default() -> Self {
        Self { panel: None }
    }
}

impl<P: Copy + PartialEq> Filling<P> {
    /// Returns the panel that fills the view.
    pub(super) fn panel(self) -> Option<P> {
        self.panel
    }

    /// Returns the panel that fills the view: when presenting, `usual` unless another does.
    pub(super) fn panel_or(self, appearance: Appearance, usual: P) -> Option<P> {
        self.panel.or(appearance.is_presenting.then_some(usual))
    }

    /// Returns whether a panel fills the view.
    pub(super) fn is_filled(self) -> bool {
        self.panel.is_some()
    }

    /// Changes the panel among those that the view has, the first of which comes first.
    pub(super) fn change(&mut self, action: FillAction, panels: &[P]) {
        self.panel = match (action, self.panel) {
            (FillAction::Toggle, None) => panels.first().copied(),
            (FillAction::Toggle, Some(_)) | (FillAction::Along(_), None) => None,
            (FillAction::Along(direction), Some(panel)) => {
                let at = panels.iter().position(|other| *other == panel).unwrap_or(0);
                panels.get(direction.wrapped(at, panels.len())).copied()
            }
        };
    }

    /// Lets a panel fill the view.
    pub(super) fn fill(&mut self, panel: P) {
        self.panel = Some(panel);
    }

    /// Shows all panels again.
    pub(super) fn show_all(&mut self) {
        self.panel = None;
    }

    /// Replaces the panel that fills the view, if one does.
    pub(super) fn replace(&mut self, panel: P) {
        self.panel = self.panel.map(|_| panel);
    }

    /// Keeps the panel only if the view still has it.
    pub(super) fn keep_if(&mut self, has: impl Fn(P) -> bool) {
        self.panel = self.panel.filter(|panel| has(*panel));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panel_fills_the_view_until_all_are_shown_again_and_the_ends_are_joined() {
        let panels = ['a', 'b', 'c'];
        let mut filling = Filling::default();
        let mut after = |action| {
            filling.change(action, &panels);
            filling.panel()
        };
        let (next, previous) = (ListDirection::Next, ListDirection::Previous);
        assert_eq!(after(FillAction::Along(next)), None, "nothing is filled yet");
        assert_eq!(after(FillAction::Toggle), Some('a'));
        assert_eq!(after(FillAction::Along(previous)), Some('c'));
        assert_eq!(after(FillAction::Along(next)), Some('a'));
        assert_eq!(after(FillAction::Along(next)), Some('b'));
        assert_eq!(after(FillAction::Toggle), None);
    }

    #[test]
    fn a_panel_that_the_view_has_no_longer_does_not_fill_it() {
        let mut filling = Filling::default();
        filling.replace('b');
        assert!(!filling.is_filled(), "replacing fills no view");
        filling.change(FillAction::Toggle, &['a', 'b']);
        filling.replace('b');
        filling.keep_if(|panel| panel == 'b');
        assert_eq!(filling.panel(), Some('b'));
        filling.keep_if(|panel| panel == 'a');
        assert!(!filling.is_filled());
    }
}
