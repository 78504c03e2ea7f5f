//! The key table, from which dispatch, footer, help and the command names are derived.

mod action;
mod binding;
mod key;
mod table;
#[cfg(test)]
mod tests;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use crate::app::{App, Overlay};

pub(super) use action::{Action, Direction, Edit, ListDirection, SurfaceAction};
pub(super) use binding::{Binding, KeyScope};
pub(super) use key::Key;
pub(super) use table::KEYMAP;

/// Returns the active scopes; the first one that binds a key decides.
pub(super) fn active_scopes(app: &App) -> Vec<KeyScope> {
    match &app.overlay {
        Some(Overlay::Help { .. }) => vec![KeyScope::Help, KeyScope::Always],
        Some(Overlay::Picker(_)) => vec![KeyScope::Picker, KeyScope::Always],
        Some(Overlay::Prompt(_)) => vec![KeyScope::Prompt, KeyScope::Always],
        None if app.cursor_focused => {
            vec![
                KeyScope::Cursor(app.view),
                KeyScope::In(app.view),
                KeyScope::Everywhere,
                KeyScope::Always,
            ]
        }
        None => vec![KeyScope::In(app.view), KeyScope::Everywhere, KeyScope::Always],
    }
}

/// Returns the line of the table that binds a key in the active scopes.
pub(super) fn binding(app: &App, key: Key) -> Option<&'static Binding> {
    active_scopes(app).into_iter().find_map(|scope| {
        KEYMAP.iter().find(|b| b.scope == scope && b.keys.contains(&key) && (b.when)(app))
    })
}

/// Returns the action that a key event triggers at the moment.
pub(super) fn meaning(app: &App, event: &KeyEvent) -> Option<Action> {
    let binding = binding(app, Key::of(event))?;
    let acts = match event.kind {
        KeyEventKind::Press => true,
        KeyEventKind::Repeat => binding.repeats,
        KeyEventKind::Release => false,
    };
    acts.then_some(binding.action)
}

/// Returns the character that a key event types, if it types one.
pub(super) fn typed(event: &KeyEvent) -> Option<char> {
    let key = Key::of(event);
    match key.code {
        KeyCode::Char(c) if key.modifiers.is_empty() && !c.is_control() => Some(c),
        _ => None,
    }
}
