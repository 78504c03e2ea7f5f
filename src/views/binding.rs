//! One line of a key table.
//!
//! No key is one of the pieces that a broken escape sequence can leave, `[ O A B C D H F ~`; therefore
//! only shift with an arrow moves a cursor ten times as far.

use crate::views::key::Key;
use crate::views::shared_state::SharedState;

/// The scope in which a key binding applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyScope {
    /// Always, even while typing.
    Always,
    /// In every view, while no overlay is open.
    Everywhere,
    /// In the view whose table has the line.
    View,
    /// In that view, while its cursor has the focus.
    Cursor,
    /// In the help.
    Help,
    /// In the list of branches.
    Branches,
    /// In the list of scenarios.
    Picker,
    /// In a line being typed.
    Prompt,
}

/// One line of a key table. `V` is the state that its keys act on, a view or the dashboard, and `A`
/// the actions on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Binding<V: 'static, A> {
    /// The keys; the footer shows the first.
    pub keys: &'static [Key],
    /// The scope in which they work.
    pub scope: KeyScope,
    /// The action that they trigger.
    pub action: A,
    /// The condition under which the keys work in that scope.
    pub when: fn(&V, &SharedState) -> bool,
    /// Why the action is refused there for now, if it is: a message for whoever presses a key.
    pub refusal: fn(&V, &SharedState) -> Option<&'static str>,
    /// Whether holding a key down repeats the action.
    pub repeats: bool,
    /// The rank in the footer, lowest first, and the current effect of the keys; `None` leaves them
    /// out.
    pub footer: fn(&V, &SharedState) -> Option<(u8, &'static str)>,
    /// Whether the footer shows the line however narrow the screen is.
    pub stays: bool,
    /// The description of the keys; consecutive lines with the same description are one in the
    /// help.
    pub help: &'static str,
    /// The name of a command that works in every view, if this line does its work in one view. The
    /// help then lists only the line of that command.
    pub stands_in_for: Option<&'static str>,
    /// The name after `:`, and its description.
    pub command: Option<(&'static str, &'static str)>,
}

/// Returns a line that always works in its scope, is not in the footer, and has no name.
pub(crate) const fn bind<V, A: Copy>(
    keys: &'static [Key],
    scope: KeyScope,
    action: A,
    help: &'static str,
) -> Binding<V, A> {
    Binding {
        keys,
        scope,
        action,
        when: |_, _| true,
        refusal: |_, _| None,
        repeats: false,
        footer: |_, _| None,
        stays: false,
        help,
        stands_in_for: None,
        command: None,
    }
}

impl<V, A: Copy> Binding<V, A> {
    /// Restricts the keys to a condition.
    pub(crate) const fn when(mut self, when: fn(&V, &SharedState) -> bool) -> Self {
        self.when = when;
        self
    }

    /// Refuses the action for a reason, as long as there is one.
    pub(crate) const fn refused(
        mut self,
        refusal: fn(&V, &SharedState) -> Option<&'static str>,
    ) -> Self {
        self.refusal = refusal;
        self
    }

    /// Lets a held key repeat the action.
    pub(crate) const fn repeating(mut self) -> Self {
        self.repeats = true;
        self
    }

    /// Shows the keys in the footer, with a rank and their current effect.
    pub(crate) const fn footer(
        mut self,
        footer: fn(&V, &SharedState) -> Option<(u8, &'static str)>,
    ) -> Self {
        self.footer = footer;
        self
    }

    /// Keeps the keys in the footer however narrow the screen is.
    pub(crate) const fn staying(mut self) -> Self {
        self.stays = true;
        self
    }

    /// Lets the line do the work of a command that works in every view.
    pub(crate) const fn standing_in_for(mut self, name: &'static str) -> Self {
        self.stands_in_for = Some(name);
        self
    }

    /// Names the action after `:`, with a description.
    pub(crate) const fn command(mut self, name: &'static str, does: &'static str) -> Self {
        self.command = Some((name, does));
        self
    }

    /// Returns the line with its current effect.
    pub(crate) fn line(&self, view: &V, shared: &SharedState) -> KeyLine {
        let is_in_place = (self.when)(view, shared);
        let refusal = (self.refusal)(view, shared).filter(|_| is_in_place);
        KeyLine {
            keys: self.keys,
            scope: self.scope,
            works: is_in_place && refusal.is_none(),
            refusal,
            repeats: self.repeats,
            footer: (self.footer)(view, shared),
            stays: self.stays,
            help: self.help,
            stands_in_for: self.stands_in_for,
            command: self.command,
        }
    }
}

/// A line of a key table with its current effect, whatever it acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyLine {
    /// The keys; the footer shows the first.
    pub keys: &'static [Key],
    /// The scope in which they work.
    pub scope: KeyScope,
    /// Whether they work in that scope now.
    pub works: bool,
    /// Why they do not, if it is not obvious.
    pub refusal: Option<&'static str>,
    /// Whether holding a key down repeats the action.
    pub repeats: bool,
    /// The rank in the footer and the current effect of the keys.
    pub footer: Option<(u8, &'static str)>,
    /// Whether the footer shows the line however narrow the screen is.
    pub stays: bool,
    /// The description of the keys.
    pub help: &'static str,
    /// The name of the command for which the line stands in.
    pub stands_in_for: Option<&'static str>,
    /// The name after `:`, and its description.
    pub command: Option<(&'static str, &'static str)>,
}

/// Returns the lines of a table with their current effects.
pub(crate) fn lines<V, A: Copy>(
    table: &[Binding<V, A>],
    view: &V,
    shared: &SharedState,
) -> Vec<KeyLine> {
    table.iter().map(|binding| binding.line(view, shared)).collect()
}
