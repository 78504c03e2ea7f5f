//! One line of the key table.

use crate::app::keymap::action::Action;
use crate::app::keymap::key::Key;
use crate::app::{App, View};

/// The scope in which a key binding applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum KeyScope {
    /// Always, even while typing.
    Always,
    /// In every view, while no overlay is open.
    Everywhere,
    /// In one view.
    In(View),
    /// In one view, while its cursor has the focus.
    Cursor(View),
    /// In the help.
    Help,
    /// In the list of scenarios.
    Picker,
    /// In a line being typed.
    Prompt,
}

/// One line of the key table.
#[derive(Clone, Copy, Debug)]
pub(in crate::app) struct Binding {
    /// The keys; the footer shows the first.
    pub(in crate::app) keys: &'static [Key],
    /// The scope in which they work.
    pub(in crate::app) scope: KeyScope,
    /// The action that they trigger.
    pub(in crate::app) action: Action,
    /// The condition under which the keys work in that scope.
    pub(in crate::app) when: fn(&App) -> bool,
    /// Whether holding a key down repeats the action.
    pub(in crate::app) repeats: bool,
    /// The rank in the footer, lowest first, and the current effect of the keys; `None` leaves them
    /// out.
    pub(in crate::app) footer: fn(&App) -> Option<(u8, &'static str)>,
    /// Whether the footer shows the line however narrow the screen is.
    pub(in crate::app) stays: bool,
    /// The description of the keys; consecutive lines with the same description are one in the
    /// help.
    pub(in crate::app) help: &'static str,
    /// The name after `:`, and its description.
    pub(in crate::app) command: Option<(&'static str, &'static str)>,
}

pub(super) const fn bind(
    keys: &'static [Key],
    scope: KeyScope,
    action: Action,
    help: &'static str,
) -> Binding {
    Binding {
        keys,
        scope,
        action,
        when: |_| true,
        repeats: false,
        footer: |_| None,
        stays: false,
        help,
        command: None,
    }
}

impl Binding {
    pub(super) const fn when(mut self, when: fn(&App) -> bool) -> Self {
        self.when = when;
        self
    }

    pub(super) const fn repeating(mut self) -> Self {
        self.repeats = true;
        self
    }

    pub(super) const fn footer(mut self, footer: fn(&App) -> Option<(u8, &'static str)>) -> Self {
        self.footer = footer;
        self
    }

    pub(super) const fn staying(mut self) -> Self {
        self.stays = true;
        self
    }

    pub(super) const fn command(mut self, name: &'static str, does: &'static str) -> Self {
        self.command = Some((name, does));
        self
    }
}
