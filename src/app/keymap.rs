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
    /// Run or pause.
    Toggle,
    /// One mini-batch.
    Step,
    /// To the end of the epoch.
    Epoch,
    /// The learning rate of the chosen arm to the next notch above.
    EtaUp,
    /// The same to the next notch below.
    EtaDown,
    /// Switch to the next mode of the learning rates.
    NextEtaMode,
    /// Choose the arm after the chosen one.
    NextArm,
    /// Choose the arm before it.
    PreviousArm,
    /// The next slower pace.
    Slower,
    /// The next faster pace.
    Faster,
    /// Back to the same start.
    Reset,
    /// To a new seed.
    NewSeed,
    /// Linear or logarithmic charts.
    NextScale,
    /// The next smoothing of charts.
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
    /// To the other theme.
    NextTheme,
    /// To the next characters to draw with.
    NextGlyphs,
    /// Send what the view reads to the terminal's clipboard.
    Copy,
    /// Turn mouse reporting on or off.
    ToggleMouse,
    /// Go to a view.
    Show(View),
    /// Open the help.
    OpenHelp,
    /// End the program.
    Quit,
    /// Stop the program until the shell goes on with it.
    Suspend,
    /// Draw every cell anew.
    Redraw,
    /// Draw the next kind of numbers in the Weights view.
    NextNumbers,
    /// The layer before, towards the input.
    PreviousLayer,
    /// The layer after, towards the output.
    NextLayer,
    /// Scroll the Weights view back or on.
    Scroll(ListDirection),
    /// Focus the view's cursor, so that the arrow keys move it.
    FocusCursor,
    /// Release that focus.
    BlurCursor,
    /// Move the cursor, this many times.
    Move(Direction, usize),
    /// Move the cursor over the symbols of the formula.
    MoveSymbol(ListDirection),
    /// Choose another row of the mini-batch.
    MoveRow(isize),
    /// Choose another input j.
    MoveInput(ListDirection),
    /// Choose another neuron of the layer.
    MoveNeuron(ListDirection),
    /// Nudge every weight of the layer, or no longer.
    CheckLayer,
    /// Show the derivation, or hide it.
    Derivation,
    /// Show the next step of the backward walk.
    NextBackwardStep,
    /// Do something in the Surface view.
    Surface(SurfaceAction),
    /// Close the open overlay.
    Close,
    /// Move the selection or what is in sight by this many lines.
    Lines(isize),
    /// Submit the typed text or the selected entry.
    Submit,
    /// Change the line being typed.
    Edit(Edit),
    /// The next or previous completion.
    Complete(ListDirection),
    /// The next or previous command that was typed before.
    RecallCommand(ListDirection),
}

/// What can be done in the Surface view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SurfaceAction {
    /// Draw the next layer of the ground.
    NextLayer,
    /// Show the atlas of starts, or the ground again.
    Atlas,
    /// Give the cursor the arrows; where it has them, start all arms from its place.
    Choose,
    /// Move the cursor, by this many points.
    Move(Direction, usize),
    /// Show all of the ground again.
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

/// Where the cursor goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To a lesser k, or a pixel to the left.
    Left,
    /// To a greater j, or a pixel down.
    Down,
    /// To a lesser j, or a pixel up.
    Up,
    /// To a greater k, or a pixel to the right.
    Right,
}

/// What can be done to a line being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// Cursor one character to the left.
    Left,
    /// Cursor one character to the right.
    Right,
    /// Cursor to the start.
    Home,
    /// Cursor to the end.
    End,
    /// Delete the character before the cursor.
    Backspace,
    /// Delete the character under the cursor.
    Delete,
    /// Delete the word before the cursor.
    DropWord,
    /// Delete all that is before the cursor.
    DropLine,
}

/// The scope in which a key binding applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyScope {
    /// Always, even while typing.
    Always,
    /// In every view, while nothing lies over it.
    Everywhere,
    /// In one view.
    In(View),
    /// In one view, while its cursor has the arrows.
    Cursor(View),
    /// In the help.
    Help,
    /// In the list of scenarios.
    Picker,
    /// In a line being typed.
    Prompt,
}

/// A key as the table writes it: shift is part of the character that it makes.
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
    /// The key of an event, freed of what differs between terminals.
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

    /// What the key is called on screen.
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

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding {
    /// The keys, the first of them for the footer.
    pub(super) keys: &'static [Key],
    /// Where they work.
    pub(super) scope: KeyScope,
    /// What they mean.
    pub(super) action: Action,
    /// The condition under which the keys work in that scope.
    pub(super) when: fn(&App) -> bool,
    /// Whether a key that is held down goes on acting.
    pub(super) repeats: bool,
    /// The place in the footer, least first, and what the keys do now; `None` to be left out.
    pub(super) footer: fn(&App) -> Option<(u8, &'static str)>,
    /// Whether the footer has it however narrow the screen is.
    pub(super) stays: bool,
    /// What the keys do; lines that follow each other and say the same are one in the help.
    pub(super) help: &'static str,
    /// The name after `:`, and what it does.
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

/// The line of the table that gives a key its meaning here and now.
pub(super) fn binding(app: &App, key: Key) -> Option<&'static Binding> {
    active_scopes(app).into_iter().find_map(|scope| {
        KEYMAP.iter().find(|b| b.scope == scope && b.keys.contains(&key) && (b.when)(app))
    })
}

/// What a key event means here and now.
pub(super) fn meaning(app: &App, event: &KeyEvent) -> Option<Action> {
    let binding = binding(app, Key::of(event))?;
    let acts = match event.kind {
        KeyEventKind::Press => true,
        KeyEventKind::Repeat => binding.repeats,
        KeyEventKind::Release => false,
    };
    acts.then_some(binding.action)
}

/// The character that a key event types, if it types one.
pub(super) fn typed(event: &KeyEvent) -> Option<char> {
    let key = Key::of(event);
    match key.code {
        KeyCode::Char(c) if key.modifiers.is_empty() && !c.is_control() => Some(c),
        _ => None,
    }
}
