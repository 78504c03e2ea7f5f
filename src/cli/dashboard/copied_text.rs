//! A text that `y`, `:copy` and `:share` copy, to the clipboard of the terminal or to a file.

use crate::app::App;
use crate::cli::clipboard;
use crate::cli::files;
use crate::cli::share::SharedLine;
use crate::ui;

/// A text to copy.
pub(super) struct CopiedText {
    text: String,
    /// The command that copies it.
    command: &'static str,
    /// The end of the confirmation.
    remark: String,
}

impl CopiedText {
    /// Returns what the open view reads.
    pub(super) fn of_view(app: &App) -> Self {
        Self { text: ui::readout(app), command: "copy", remark: String::new() }
    }

    /// Returns a command line.
    pub(super) fn of_line(SharedLine { line, why_replay }: SharedLine) -> Self {
        let remark = why_replay.map_or(String::new(), |why| format!(", as a replay: {why}"));
        Self { text: line, command: "share", remark }
    }

    /// Writes the text to a file. Returns a confirmation.
    ///
    /// # Errors
    /// If nothing was written. The error is the reason.
    pub(super) fn write(&self, name: &str, replace: bool) -> Result<String, String> {
        let written = files::copy((self.command, name), replace, &self.text)?;
        Ok(written + &self.remark)
    }

    /// Copies the text to the clipboard: `send` receives the escape sequence. Returns a confirmation.
    ///
    /// # Errors
    /// If the terminal has no clipboard. The error names the command that writes a file.
    pub(super) fn send(self, send: impl FnOnce(Vec<u8>)) -> Result<String, String> {
        let Self { text, command, remark } = self;
        if clipboard::copy(text, send) {
            Ok(format!("sent to the terminal's clipboard{remark}"))
        } else {
            Err(format!("this terminal has no clipboard; :{command} FILE writes it to a file"))
        }
    }
}
