//! The actions that keys trigger.

use crate::views::ListDirection;

/// An action that a key triggers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Action {
    /// Start or pause training.
    Toggle,
    /// Train one mini-batch.
    Step,
    /// Train to the end of the epoch.
    Epoch,
    /// Leave the rest of the recording that plays.
    TakeOver,
    /// Raise the learning rate of the chosen arm to the next notch.
    EtaUp,
    /// Lower it to the next notch.
    EtaDown,
    /// Switch to the next mode of the learning rates.
    NextEtaMode,
    /// Pause, and go to another moment of the run.
    Travel(Travel),
    /// Open the list of the other courses of the run.
    OpenBranches,
    /// Forget the selected course.
    DropBranch,
    /// Let the panel before or after the one that fills the open view fill it.
    Panel(ListDirection),
    /// Let one panel fill the open view, or show all its panels again.
    Fill,
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
    /// Draw for a room, or as before.
    TogglePresenting,
    /// Switch to the next glyph set.
    NextGlyphs,
    /// Send the text of the open view to the terminal's clipboard.
    Copy,
    /// Turn mouse reporting on or off.
    ToggleMouse,
    /// Open the help.
    OpenHelp,
    /// End the program.
    Quit,
    /// Suspend the program until the shell resumes it.
    Suspend,
    /// Redraw every cell.
    Redraw,
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

impl Action {
    /// Returns whether the action would change the run, so that a recording that plays refuses it.
    pub(in crate::app) fn changes_run(self) -> bool {
        matches!(
            self,
            Self::Step
                | Self::Epoch
                | Self::EtaUp
                | Self::EtaDown
                | Self::NextEtaMode
                | Self::DropBranch
                | Self::Slower
                | Self::Faster
                | Self::Reset
                | Self::NewSeed
                | Self::OpenPicker
                | Self::OpenValuePrompt
        )
    }
}

/// A move through time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Travel {
    /// So many steps later, or epochs of a larger network; earlier if negative.
    By(i64),
    /// To the start.
    ToStart,
    /// To the newest step.
    ToNewest,
}

/// An edit of the line being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Edit {
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
