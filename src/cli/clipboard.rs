//! Writes to the terminal's clipboard. The program never reads it, so it cannot know whether a write
//! succeeded.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::cli::environment::{environment, has_clipboard, var};

/// The most bytes of text sent at once; some terminals accept little more than 10,000 characters.
const MOST: usize = 8 * 1024;

/// Returns the escape sequence (OSC 52) that copies `text` to the terminal's clipboard. A text
/// longer than [`MOST`] bytes is truncated.
fn sequence(text: &str) -> Vec<u8> {
    let ends = text.char_indices().map(|(at, letter)| at + letter.len_utf8());
    let end = ends.take_while(|end| *end <= MOST).last().unwrap_or(0);
    let (beginning, _) = text.split_at(end);
    format!("\x1b]52;c;{}\x07", STANDARD.encode(beginning)).into_bytes()
}

/// Copies a text to the terminal's clipboard: `send` receives the escape sequence. Returns false if the terminal has
/// none.
pub(super) fn copy(text: String, send: impl FnOnce(Vec<u8>)) -> bool {
    if !has_clipboard(&environment) {
        return false;
    }
    send(sequence(&text));
    if var(&environment, "TMUX").is_some() {
        pass_to_tmux(text);
    }
    true
}

/// Whether a tmux process is still reading a text.
static IS_COPYING: AtomicBool = AtomicBool::new(false);

/// Passes a text to the surrounding tmux, which drops the escape sequence but forwards this text to
/// its terminal. Nothing waits for tmux.
fn pass_to_tmux(text: String) {
    if IS_COPYING.swap(true, Ordering::Acquire) {
        return;
    }
    let started = thread::Builder::new().name("tmux".to_owned()).spawn(move || {
        let mut tmux = Command::new("tmux");
        tmux.args(["load-buffer", "-w", "-"]).stdin(Stdio::piped());
        if let Ok(mut child) = tmux.stdout(Stdio::null()).stderr(Stdio::null()).spawn() {
            if let Some(mut input) = child.stdin.take() {
                let _ = input.write_all(text.as_bytes());
            }
            let _ = child.wait();
        }
        IS_COPYING.store(false, Ordering::Release);
    });
    if started.is_err() {
        IS_COPYING.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::{MOST, sequence};

    fn sent(text: &str) -> String {
        let sequence = String::from_utf8(sequence(text)).expect("the sequence is ASCII");
        let code = sequence.strip_prefix("\x1b]52;c;").and_then(|rest| rest.strip_suffix('\x07'));
        let bytes =
            STANDARD.decode(code.expect("the sequence is framed")).expect("the text is base64");
        String::from_utf8(bytes).expect("no character is split")
    }

    #[test]
    fn the_sequence_contains_the_text() {
        for text in ["", "η = 0.15\nσ′(z) = 0.0414"] {
            assert_eq!(sent(text), text);
        }
    }

    #[test]
    fn a_long_text_is_truncated() {
        let long = "a".to_owned() + &"σ".repeat(MOST);
        let sent = sent(&long);
        assert!(long.starts_with(&sent));
        assert_eq!(sent.len(), MOST - 1, "a character is not split");
    }
}
