//! The messages that the dashboard handles, and the effects that it requests.

use crossterm::event::KeyEvent;

use crate::app::View;
use crate::telemetry::{Answer, Checkpoint, Command, Update};

/// A thing on the screen that the mouse can be over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The tab of a view.
    Tab(View),
    /// The panel or the name of an arm, by its index.
    Arm(usize),
    /// The learning rate of an arm, by its index.
    Eta(usize),
    /// One weight of the Weights view.
    Weight {
        /// Neuron j.
        neuron: usize,
        /// Input k; k = inputs means the bias.
        input: usize,
        /// The layer, from 0.
        layer: usize,
    },
}

/// Something that has happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A key.
    Key(KeyEvent),
    /// A text that was pasted.
    Pasted(String),
    /// The left button of the mouse went down over something.
    Click(Target),
    /// The wheel was turned over something.
    Wheel {
        /// What the mouse is over.
        target: Target,
        /// Whether it was turned away from the user.
        up: bool,
    },
    /// The run has sent an update.
    Updated(Box<Update>),
    /// An answer to the current question has arrived.
    Explained(Answer),
    /// The answer to [`Effect::Write`] and [`Effect::Copy`]: what was done, or why nothing was.
    Written(Result<String, String>),
    /// Suspending failed, because no shell could resume the program.
    CannotSuspend,
    /// The window has another size.
    Resized,
    /// The maps of the Surface view have this many points across and up.
    MapResized((usize, usize)),
}

/// Where what the open view reads is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyTo {
    /// To the clipboard of the terminal.
    Clipboard,
    /// To a file.
    File {
        /// What the user typed after `:copy`.
        name: String,
        /// Whether a file that is there may be replaced.
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
    /// Hand the terminal back and stop until told to go on, or send [`Message::CannotSuspend`].
    Suspend,
    /// Draw every cell anew, whatever the terminal is thought to show.
    Redraw,
    /// Ask the terminal for the mouse, or leave it alone.
    Mouse(bool),
    /// Write the scenario and the models to files, then send [`Message::Written`].
    Write {
        /// What the user typed after `:save`.
        name: String,
        /// Whether existing files may be replaced.
        replace: bool,
        /// What is to be written.
        checkpoint: Checkpoint,
    },
    /// Pass on in words what the open view reads, then send [`Message::Written`].
    Copy(CopyTo),
}
