//! The lines of all key tables, with their current effects.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use crate::app::keymap::action::Action;
use crate::app::keymap::table::{OVERLAY_KEYS, PROGRAM_KEYS, RUN_KEYS};
use crate::app::{App, Overlay};
use crate::canvas::sentence::listed;
use crate::views::{Binding, Key, KeyLine, KeyScope, Tab};

/// The action of a line of a key table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum LineAction {
    /// An action of the dashboard.
    App(Action),
    /// Opens a view.
    Show(Tab),
    /// An action of a view: the line with this index in the table of the view.
    View(Tab, usize),
}

/// A line of a key table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) struct Line {
    /// Its action.
    pub does: LineAction,
    /// Its keys and texts.
    pub keys: KeyLine,
}

/// Returns the lines of all tables, in the order in which they are listed.
pub(in crate::app) fn lines(app: &App) -> Vec<Line> {
    let of_views = Tab::ALL.iter().flat_map(|tab| {
        let view = app.views.get(*tab);
        let is_empty = view.missing(&app.shared).is_some();
        let keys = view.keys(&app.shared).into_iter().map(move |keys| KeyLine {
            works: keys.works && !is_empty,
            footer: keys.footer.filter(|_| !is_empty),
            ..keys
        });
        keys.enumerate().map(|(index, keys)| Line { does: LineAction::View(*tab, index), keys })
    });
    let mut lines = own_lines(RUN_KEYS, app);
    lines.extend(Tab::ALL.iter().map(|tab| tab_line(app, *tab)));
    lines.extend(own_lines(PROGRAM_KEYS, app));
    lines.extend(of_views);
    lines.extend(own_lines(OVERLAY_KEYS, app));
    lines
}

fn own_lines(table: &'static [Binding<App, Action>], app: &App) -> Vec<Line> {
    let line = |binding: &Binding<App, Action>| Line {
        does: LineAction::App(binding.action),
        keys: binding.line(app, &app.shared),
    };
    table.iter().map(line).collect()
}

/// Returns the line that opens a view. The footer of the first view offers all others, and theirs
/// offer the first.
fn tab_line(app: &App, tab: Tab) -> Line {
    let texts = app.views.get(tab).texts();
    let first = Tab::default();
    let footer = match tab == first {
        true if app.tab != first => Some((5, texts.footer)),
        false if app.tab == first => Some((8, texts.footer)),
        _ => None,
    };
    let keys = KeyLine {
        keys: texts.key,
        scope: KeyScope::Everywhere,
        works: true,
        refusal: None,
        repeats: false,
        footer: footer.filter(|_| app.shared.has_view()),
        stays: false,
        help: texts.help,
        stands_in_for: None,
        command: Some(texts.command),
    };
    Line { does: LineAction::Show(tab), keys }
}

/// Returns the active scopes; the first one that binds a key decides.
fn active_scopes(app: &App) -> &'static [KeyScope] {
    match &app.overlay {
        Some(Overlay::Help { .. }) => &[KeyScope::Help, KeyScope::Always],
        Some(Overlay::Branches { .. }) => &[KeyScope::Branches, KeyScope::Always],
        Some(Overlay::Picker(_)) => &[KeyScope::Picker, KeyScope::Always],
        Some(Overlay::Prompt(_)) => &[KeyScope::Prompt, KeyScope::Always],
        None if app.shared.cursor_focused => {
            &[KeyScope::Cursor, KeyScope::View, KeyScope::Everywhere, KeyScope::Always]
        }
        None => &[KeyScope::View, KeyScope::Everywhere, KeyScope::Always],
    }
}

/// Returns whether a line is of the open view, or of none.
pub(in crate::app) fn is_active(app: &App, line: &Line) -> bool {
    match line.does {
        LineAction::View(tab, _) => tab == app.tab,
        LineAction::App(_) | LineAction::Show(_) => true,
    }
}

/// Returns the line that binds a key in the active scopes. A line that refuses its action hides those of wider scopes.
pub(in crate::app) fn binding<'l>(app: &App, lines: &'l [Line], key: Key) -> Option<&'l Line> {
    for scope in active_scopes(app) {
        let bound = || {
            let of_scope = lines.iter().filter(|line| line.keys.scope == *scope);
            of_scope.filter(|line| is_active(app, line) && line.keys.keys.contains(&key))
        };
        let found = bound().find(|line| line.keys.works);
        if found.is_some() || bound().any(|line| line.keys.refusal.is_some()) {
            return found;
        }
    }
    None
}

/// Returns the lines that are active at the moment, by the precedence of their scopes.
pub(in crate::app) fn active_lines<'l>(app: &App, lines: &'l [Line]) -> Vec<&'l Line> {
    let of_scope = |scope: &KeyScope| {
        let scope = *scope;
        lines.iter().filter(move |line| line.keys.scope == scope)
    };
    let active = active_scopes(app).iter().flat_map(of_scope);
    active.filter(|line| is_active(app, line)).collect()
}

/// Returns the action that a key event triggers at the moment.
pub(in crate::app) fn meaning(app: &App, event: &KeyEvent) -> Option<LineAction> {
    let lines = lines(app);
    let line = binding(app, &lines, Key::of(event))?;
    let acts = match event.kind {
        KeyEventKind::Press => true,
        KeyEventKind::Repeat => line.keys.repeats,
        KeyEventKind::Release => false,
    };
    acts.then_some(line.does)
}

/// Returns why the action of a key is refused at the moment, if it is.
pub(in crate::app) fn refusal_of_key(app: &App, event: &KeyEvent) -> Option<&'static str> {
    let key = Key::of(event);
    let lines = lines(app);
    let of_scope = |scope: &KeyScope| {
        let scope = *scope;
        lines.iter().filter(move |line| line.keys.scope == scope && is_active(app, line))
    };
    let mut active = active_scopes(app).iter().flat_map(of_scope);
    active.find_map(|line| line.keys.refusal.filter(|_| line.keys.keys.contains(&key)))
}

/// Returns why a key means nothing at the moment: nothing to do now, a key of other views, or no key at all.
/// Returns `None` for the pieces that a broken escape sequence can leave, and for keys that no table could
/// have.
pub(in crate::app) fn place_of_key(app: &App, event: &KeyEvent) -> Option<String> {
    let key = Key::of(event);
    if event.kind != KeyEventKind::Press || !is_nameable(key) {
        return None;
    }
    let name = key.name(app.shared.appearance.glyphs);
    let lines = lines(app);
    let bound = || lines.iter().filter(|line| line.keys.keys.contains(&key));
    let active = active_scopes(app);
    if bound().any(|line| is_active(app, line) && active.contains(&line.keys.scope)) {
        return Some(format!("{name} has nothing to do here now"));
    }
    if bound().any(|line| is_active(app, line) && line.keys.scope == KeyScope::Cursor) {
        return Some(format!("{name} moves the cursor: enter gives it the keys"));
    }
    let has_key = |tab: &&Tab| {
        bound().any(|line| matches!(line.does, LineAction::View(other, _) if other == **tab))
    };
    let views: Vec<&str> =
        Tab::ALL.iter().filter(has_key).map(|tab| app.views.get(*tab).texts().name).collect();
    if views.is_empty() {
        return Some(format!("{name} is no key here: ? lists them all"));
    }
    Some(format!("{name} is a key of {}", listed(&views, "and")))
}

/// Returns whether a key is one that a user presses on purpose.
fn is_nameable(key: Key) -> bool {
    match key.code {
        KeyCode::Char(c) => {
            key.modifiers.is_empty() && c.is_ascii_graphic() && !"[OABCDHF~".contains(c)
        }
        KeyCode::Enter | KeyCode::Backspace => key.modifiers.is_empty(),
        _ => false,
    }
}

/// Returns the character that a key event types, if it types one.
pub(in crate::app) fn typed(event: &KeyEvent) -> Option<char> {
    let key = Key::of(event);
    match key.code {
        KeyCode::Char(c) if key.modifiers.is_empty() && !c.is_control() => Some(c),
        _ => None,
    }
}
