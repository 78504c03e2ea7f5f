//! The key table, from which dispatch, footer, help and the command names are derived.

mod table;
#[cfg(test)]
mod tests;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::{App, Glyphs, Overlay, View};

pub(super) use table::KEYMAP;

/// An action that a key triggers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Start or pause training.
    Toggle,
    /// Train one mini-batch.
    Step,
    /// Train to the end of the epoch.
    Epoch,
    /// Raise the learning rate of the chosen arm to the next notch.
    EtaUp,
    /// Lower it to the next notch.
    EtaDown,
    /// Switch to the next mode of the learning rates.
    NextEtaMode,
    /// Choose the arm after the chosen one.
    NextArm,
    /// Choose the arm before it.
    PreviousArm,
    /// Switch to the next slower pace.
    Slower,
    /// Switch to the next faster pace.
    Faster,
    /// Restart from the same start.
    Reset,
    /// Restart with a new seed.
    NewSeed,
    /// Switch between linear and logarithmic charts.
    NextScale,
    /// Switch to the next smoothing of charts.
    NextSmoothing,
    /// Show a shorter and newer part of the run.
    ZoomIn,
    /// Show a longer part of the run.
    ZoomOut,
    /// Open the list of scenarios.
    OpenPicker,
    /// Open the prompt for the learning rate of the chosen arm.
    OpenValuePrompt,
    /// Open the prompt for a command.
    OpenCommandPrompt,
    /// Switch to the other theme.
    NextTheme,
    /// Switch to the next glyph set.
    NextGlyphs,
    /// Send what the view reads to the terminal's clipboard.
    Copy,
    /// Turn mouse reporting on or off.
    ToggleMouse,
    /// Open a view.
    Show(View),
    /// Open the help.
    OpenHelp,
    /// End the program.
    Quit,
    /// Suspend the program until the shell resumes it.
    Suspend,
    /// Redraw every cell.
    Redraw,
    /// Switch the Weights view to the next kind of numbers.
    NextNumbers,
    /// Go to the previous layer, towards the input.
    PreviousLayer,
    /// Go to the next layer, towards the output.
    NextLayer,
    /// Scroll the Weights view backwards or forwards.
    Scroll(ListDirection),
    /// Focus the view's cursor, so that the arrow keys move it.
    FocusCursor,
    /// Release that focus.
    BlurCursor,
    /// Move the cursor this many times.
    Move(Direction, usize),
    /// Move the cursor over the symbols of the formula.
    MoveSymbol(ListDirection),
    /// Choose another row of the mini-batch.
    MoveRow(isize),
    /// Choose another input j.
    MoveInput(ListDirection),
    /// Choose another neuron of the layer.
    MoveNeuron(ListDirection),
    /// Switch between nudging one weight and every weight of the layer.
    CheckLayer,
    /// Show or hide the derivation.
    Derivation,
    /// Show the next step of the backward walk.
    NextBackwardStep,
    /// Perform an action of the Surface view.
    Surface(SurfaceAction),
    /// Close the open overlay.
    Close,
    /// Move the selection or the visible part by this many lines.
    Lines(isize),
    /// Submit the typed text or the selected entry.
    Submit,
    /// Change the line being typed.
    Edit(Edit),
    /// Insert the next or previous completion.
    Complete(ListDirection),
    /// Recall the next or previous typed command.
    RecallCommand(ListDirection),
}

/// An action of the Surface view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SurfaceAction {
    /// Switch the surface to the next layer of drawing.
    NextLayer,
    /// Switch between the atlas of starts and the cost surface.
    Atlas,
    /// Focus the cursor; if it has the focus already, start all arms from its position.
    Choose,
    /// Move the cursor by this many points.
    Move(Direction, usize),
    /// Reset the zoom and the centre of the window.
    All,
}

/// A direction along a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListDirection {
    /// Towards its start.
    Previous,
    /// Towards its end.
    Next,
}

/// The direction in which the cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To a smaller k, or one pixel to the left.
    Left,
    /// To a larger j, or one pixel down.
    Down,
    /// To a smaller j, or one pixel up.
    Up,
    /// To a larger k, or one pixel to the right.
    Right,
}

/// An edit of the line being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// Move the cursor one character to the left.
    Left,
    /// Move the cursor one character to the right.
    Right,
    /// Move the cursor to the start.
    Home,
    /// Move the cursor to the end.
    End,
    /// Delete the character before the cursor.
    Backspace,
    /// Delete the character under the cursor.
    Delete,
    /// Delete the word before the cursor.
    DropWord,
    /// Delete everything before the cursor.
    DropLine,
}

/// The scope in which a key binding applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyScope {
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

/// A key as written in the table: shift is part of the character that it produces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) code: KeyCode,
    pub(super) modifiers: KeyModifiers,
}

const fn char(c: char) -> Key {
    code(KeyCode::Char(c))
}

const fn code(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::NONE }
}

const fn shift(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::SHIFT }
}

const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), modifiers: KeyModifiers::CONTROL }
}

impl Key {
    /// Returns the key of an event, without the differences between terminals.
    fn of(event: &KeyEvent) -> Self {
        let shifted = event.modifiers.contains(KeyModifiers::SHIFT);
        let unshifted = event.modifiers.difference(KeyModifiers::SHIFT);
        match event.code {
            KeyCode::Char(c) if unshifted.contains(KeyModifiers::CONTROL) => {
                Self { code: KeyCode::Char(c.to_ascii_lowercase()), modifiers: unshifted }
            }
            KeyCode::Tab if shifted => Self { code: KeyCode::BackTab, modifiers: unshifted },
            code @ (KeyCode::Char(_) | KeyCode::BackTab | KeyCode::Backspace | KeyCode::Esc) => {
                Self { code, modifiers: unshifted }
            }
            code => Self { code, modifiers: event.modifiers },
        }
    }

    /// Returns the name of the key on screen.
    pub(super) fn name(self, glyphs: Glyphs) -> String {
        let ascii = glyphs.is_spelt();
        let name = match self.code {
            KeyCode::Char(' ') => "space".to_owned(),
            KeyCode::Char(c) => c.to_string(),
            KeyCode::Left if !ascii => "←".to_owned(),
            KeyCode::Right if !ascii => "→".to_owned(),
            KeyCode::Up if !ascii => "↑".to_owned(),
            KeyCode::Down if !ascii => "↓".to_owned(),
            KeyCode::PageUp => "pgup".to_owned(),
            KeyCode::PageDown => "pgdn".to_owned(),
            KeyCode::BackTab => "shift-tab".to_owned(),
            code => format!("{code:?}").to_lowercase(),
        };
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            format!("ctrl-{name}")
        } else if self.modifiers.contains(KeyModifiers::SHIFT) {
            format!("shift-{name}")
        } else {
            name
        }
    }
}

/// One line of the key table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding {
    /// The keys; the footer shows the first.
    pub(super) keys: &'static [Key],
    /// The scope in which they work.
    pub(super) scope: KeyScope,
    /// The action that they trigger.
    pub(super) action: Action,
    /// The condition under which the keys work in that scope.
    pub(super) when: fn(&App) -> bool,
    /// Whether holding a key down repeats the action.
    pub(super) repeats: bool,
    /// The rank in the footer, lowest first, and the current effect of the keys; `None` leaves them
    /// out.
    pub(super) footer: fn(&App) -> Option<(u8, &'static str)>,
    /// Whether the footer shows the line however narrow the screen is.
    pub(super) stays: bool,
    /// The description of the keys; consecutive lines with the same description are one in the
    /// help.
    pub(super) help: &'static str,
    /// The name after `:`, and its description.
    pub(super) command: Option<(&'static str, &'static str)>,
}

const fn bind(
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
    const fn when(mut self, when: fn(&App) -> bool) -> Self {
        self.when = when;
        self
    }

    const fn repeating(mut self) -> Self {
        self.repeats = true;
        self
    }

    const fn footer(mut self, footer: fn(&App) -> Option<(u8, &'static str)>) -> Self {
        self.footer = footer;
        self
    }

    const fn staying(mut self) -> Self {
        self.stays = true;
        self
    }

    const fn command(mut self, name: &'static str, does: &'static str) -> Self {
        self.command = Some((name, does));
        self
    }
}

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
