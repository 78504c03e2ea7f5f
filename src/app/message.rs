//! The messages that the dashboard handles, and the effects that it requests.

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;

use crate::telemetry::{Answer, Command, Event};
use crate::views::{Tab, ViewTarget};

/// A target of the mouse on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The tab of a view.
    Tab(Tab),
    /// A target in the open view.
    View(ViewTarget),
    /// A key that the screen shows, with its effect.
    Key(KeyEvent),
    /// The bar of time.
    Time {
        /// The place on it, 0 to 1000.
        thousandth: u16,
    },
    /// A cell of the open view without a target of its own.
    Body,
    /// A scenario in the list, by its place.
    Entry(usize),
    /// The open overlay.
    Overlay,
}

/// An event that the dashboard handles.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Pasted(String),
    /// The left mouse button was pressed over a target.
    Click(Target),
    /// The mouse was moved with its left button down, over a target or over none.
    Drag(Option<Target>),
    /// The mouse wheel was turned over a target.
    Wheel {
        /// The target under the mouse.
        target: Target,
        /// Whether the wheel was turned away from the user.
        up: bool,
    },
    /// The run has sent events.
    Received(Vec<Event>),
    /// An answer to the current question has arrived.
    Explained(Answer),
    /// The reply to [`Effect::Save`], [`Effect::SavePoints`], [`Effect::Copy`] and [`Effect::Share`]: a confirmation, or the
    /// reason for the failure.
    Written(Result<String, String>),
    /// Something was left open before the program started; in ever fewer words.
    Reminded(Vec<String>),
    /// The notice on screen has been there long enough.
    NoticeExpired,
    /// Suspending failed, because no shell could resume the program.
    CannotSuspend,
    /// The window has changed its size: the open view has this area, which is empty if there is no
    /// room for it.
    Resized(Rect),
}

/// The destination of a text that is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyTo {
    /// The clipboard of the terminal.
    Clipboard,
    /// A file.
    File {
        /// The name that the user typed after the command.
        name: String,
        /// Whether an existing file may be replaced.
        replace: bool,
    },
}

/// An effect for `cli` to carry out, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send a command to the run.
    Send(Command),
    /// End the program.
    Quit,
    /// Restore the terminal and stop until resumed, or send [`Message::CannotSuspend`].
    Suspend,
    /// Redraw every cell, whatever the terminal is assumed to show.
    Redraw,
    /// Turn mouse reporting of the terminal on or off.
    Mouse(bool),
    /// Write the scenario and the models of the run to files, then send [`Message::Written`].
    Save {
        /// The name that the user typed after `:save`.
        name: String,
        /// Whether existing files may be replaced.
        replace: bool,
    },
    /// Copy the open view as text, then send [`Message::Written`].
    Copy(CopyTo),
    /// Write the training points of the plane to a file, then send [`Message::Written`].
    SavePoints {
        /// The name of the file.
        name: String,
        /// Whether an existing file may be replaced.
        replace: bool,
    },
    /// Copy the command line that shows the present state again, then send [`Message::Written`].
    Share(CopyTo),
}
