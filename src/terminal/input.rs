//! Parses terminal input into keys, mouse events and pastes, and drops everything else.
//!
//! crossterm 0.29 is not used for parsing: after a sequence that is cut off, or after the beginning
//! of a paste, it waits for an end that may never arrive, and reports no key until then. Here a
//! pause ends any pending sequence, and so does a control character, above all ctrl-c.
//!
//! Ctrl-c is always reported as a key, whatever precedes it, unless it is pasted. A paste without
//! an end differs from one in progress only in its timing: pasted bytes arrive without a pause,
//! while a key arrives alone and after one. So a read that contains only ctrl-c, at least 50 ms
//! after the last byte of a paste, ends the paste and is reported as the key.
//!
//! An arrow is `Esc [ C`. On a slow link its bytes may arrive in parts, and then the Esc looks like
//! the key. If the link may split sequences, an Esc is held back until it is certain that nothing
//! follows; otherwise it is reported at once, and the rest of a sequence that follows it is
//! dropped.

mod decode;
#[cfg(test)]
mod noise;
#[cfg(test)]
mod tests;
mod user_input;

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

#[cfg(test)]
pub(crate) use noise::noise;
pub(crate) use user_input::{Input, LoneEscape};

/// The time between an Esc and the rest of its sequence after which the Esc counts as a key.
const ESCAPE_TIMEOUT: Duration = Duration::from_millis(50);

/// The pause after which a sequence counts as cut off.
const SILENCE: Duration = Duration::from_millis(250);

/// The same for a paste, which may have to wait for a slow link.
const PASTE_SILENCE: Duration = Duration::from_secs(2);

/// The most bytes kept of a sequence's parameters: more than any meaningful sequence has.
const LONGEST: usize = 32;

/// The most bytes kept of a paste: more than a typed line may have.
const MOST_PASTED: usize = 1 << 13;

/// The byte of ctrl-c.
const CTRL_C: u8 = 0x03;

/// The sequence that ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";

/// The state of an Esc that was received.
#[derive(Clone, Copy, PartialEq)]
enum EscapeState {
    /// More bytes may have arrived with it.
    New,
    /// No byte arrived with it; it is held back.
    Kept,
    /// No byte arrived with it, and it was reported as a key.
    SentAsKey,
}

#[derive(Clone, Copy, PartialEq)]
enum ParserState {
    /// No sequence is pending.
    Whole,
    /// An Esc was received.
    Escape(EscapeState),
    /// Esc and `[`: parameters and a final letter follow.
    Control,
    /// Esc and `O`: one letter follows.
    Single,
    /// Esc, `[` and `[`, as sent by the Linux console: one letter follows.
    Console,
    /// Esc, `[` and `M`: three bytes of a mouse report follow.
    Mouse,
    /// A reply to another program's query: text up to a bell, or Esc and `\`.
    Answer { ends: bool },
    /// A character of `bytes` bytes.
    Character { bytes: usize, modifiers: KeyModifiers },
    /// A paste; `ending` bytes of its end sequence were received.
    Paste { ending: usize },
}

/// An incremental parser of terminal input.
pub(crate) struct InputParser {
    lone_escape: LoneEscape,
    state: ParserState,
    /// The time of the last byte; in a paste, of the last byte that cannot be a key.
    at: Instant,
    /// The bytes of the pending sequence, as far as they matter.
    held: Vec<u8>,
    /// Whether the pending sequence is dropped: its Esc was reported as a key, or it is too long.
    is_void: bool,
    found: Vec<Input>,
}

impl InputParser {
    /// Returns a parser of input that begins at `now`.
    pub(crate) fn new(lone_escape: LoneEscape, now: Instant) -> Self {
        let (state, held, found) = (ParserState::Whole, Vec::new(), Vec::new());
        Self { lone_escape, state, at: now, held, is_void: false, found }
    }

    /// Parses bytes received at `now`; more may be waiting.
    pub(crate) fn take(&mut self, bytes: &[u8], now: Instant) {
        self.expire(now);
        let is_paste = matches!(self.state, ParserState::Paste { .. });
        let may_be_key = is_paste && bytes.iter().all(|byte| *byte == CTRL_C);
        if may_be_key && now.saturating_duration_since(self.at) >= ESCAPE_TIMEOUT {
            self.end_paste();
        }
        for byte in bytes {
            self.step(*byte);
        }
        // Otherwise a key that is held down would never follow a pause.
        if !may_be_key {
            self.at = now;
        }
    }

    /// Records that no more bytes are waiting for now.
    pub(crate) fn pause(&mut self) {
        if self.state == ParserState::Escape(EscapeState::New) {
            let escape = match self.lone_escape {
                LoneEscape::HeldBack => EscapeState::Kept,
                LoneEscape::Sent => {
                    self.key(KeyCode::Esc, KeyModifiers::NONE);
                    EscapeState::SentAsKey
                }
            };
            self.state = ParserState::Escape(escape);
        }
    }

    /// Returns the time at which to call [`InputParser::expire`], if that may report input.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        match self.state {
            ParserState::Escape(EscapeState::New | EscapeState::Kept) => {
                Some(self.at + ESCAPE_TIMEOUT)
            }
            ParserState::Paste { .. } => Some(self.at + PASTE_SILENCE),
            _ => None,
        }
    }

    /// Ends sequences that should have been completed by `now`.
    pub(crate) fn expire(&mut self, now: Instant) {
        let patience = match self.state {
            ParserState::Whole => return,
            ParserState::Escape(_) => ESCAPE_TIMEOUT,
            ParserState::Paste { .. } => PASTE_SILENCE,
            _ => SILENCE,
        };
        if now.saturating_duration_since(self.at) < patience {
            return;
        }
        match self.state {
            ParserState::Escape(EscapeState::New | EscapeState::Kept) => {
                self.key(KeyCode::Esc, KeyModifiers::NONE);
            }
            ParserState::Paste { .. } => self.end_paste(),
            _ => {}
        }
        self.state = ParserState::Whole;
    }

    /// Returns the input found since the last call, in order.
    pub(crate) fn found(&mut self) -> impl Iterator<Item = Input> {
        self.found.drain(..)
    }

    fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.found.push(Input::Key(KeyEvent::new(code, modifiers)));
    }

    fn step(&mut self, byte: u8) {
        match self.state {
            ParserState::Whole => self.begin(byte, KeyModifiers::NONE),
            ParserState::Paste { ending } => self.paste(byte, ending),
            ParserState::Escape(is) => self.escaped(byte, is),
            ParserState::Answer { ends } => self.answer(byte, ends),
            ParserState::Character { bytes, modifiers } => self.character(byte, bytes, modifiers),
            // A sequence contains neither control characters nor non-ASCII bytes, except mouse
            // reports far to the right.
            ParserState::Control
            | ParserState::Single
            | ParserState::Console
            | ParserState::Mouse
                if byte < 0x20
                    || byte == 0x7f
                    || (byte > 0x7f && self.state != ParserState::Mouse) =>
            {
                self.begin(byte, KeyModifiers::NONE);
            }
            ParserState::Control => self.control(byte),
            ParserState::Single => self.single(byte),
            ParserState::Console => self.state = ParserState::Whole,
            ParserState::Mouse => self.mouse(byte),
        }
    }

    /// Parses the first byte of a key, character or sequence.
    fn begin(&mut self, byte: u8, modifiers: KeyModifiers) {
        self.state = ParserState::Whole;
        match byte {
            0x1b => self.state = ParserState::Escape(EscapeState::New),
            // Two to four bytes, according to the first; a byte that cannot start a character is
            // dropped.
            0xc2..=0xf4 => {
                self.held.clear();
                self.held.push(byte);
                let bytes = 2 + usize::from(byte >= 0xe0) + usize::from(byte >= 0xf0);
                self.state = ParserState::Character { bytes, modifiers };
            }
            0x80.. => {}
            _ => {
                let (code, own) = decode::of_ascii(byte);
                self.key(code, own | modifiers);
            }
        }
    }

    fn escaped(&mut self, byte: u8, is: EscapeState) {
        self.held.clear();
        self.is_void = is == EscapeState::SentAsKey;
        match byte {
            b'[' => self.state = ParserState::Control,
            b'O' => self.state = ParserState::Single,
            // Replies arrive in one piece; a letter after an Esc that arrived alone was typed.
            b']' | b'P' | b'_' if is == EscapeState::New => {
                self.state = ParserState::Answer { ends: false };
            }
            _ if is == EscapeState::New && ![0x1b, CTRL_C].contains(&byte) => {
                self.begin(byte, KeyModifiers::ALT);
            }
            _ => {
                if is != EscapeState::SentAsKey {
                    self.key(KeyCode::Esc, KeyModifiers::NONE);
                }
                self.begin(byte, KeyModifiers::NONE);
            }
        }
    }

    fn control(&mut self, byte: u8) {
        match byte {
            b' '..=b'?' if self.held.len() < LONGEST => self.held.push(byte),
            b' '..=b'?' => self.is_void = true,
            b'[' if self.held.is_empty() => self.state = ParserState::Console,
            b'M' if self.held.is_empty() => self.state = ParserState::Mouse,
            b'~' if self.held == b"200" => {
                self.held.clear();
                self.state = ParserState::Paste { ending: 0 };
            }
            _ => {
                self.state = ParserState::Whole;
                if !self.is_void {
                    self.found.extend(decode::of_control(&self.held, byte));
                }
            }
        }
    }

    fn single(&mut self, byte: u8) {
        // Old terminals put the modifiers before the letter.
        if byte.is_ascii_digit() {
            return;
        }
        self.state = ParserState::Whole;
        if !self.is_void {
            self.found.extend(decode::of_single(byte));
        }
    }

    fn mouse(&mut self, byte: u8) {
        self.held.push(byte);
        if let [button, column, row] = *self.held {
            self.state = ParserState::Whole;
            if !self.is_void {
                self.found.extend(decode::of_mouse(button, column, row));
            }
        }
    }

    fn answer(&mut self, byte: u8, ends: bool) {
        match byte {
            0x1b if !ends => self.state = ParserState::Answer { ends: true },
            b'\\' if ends => self.state = ParserState::Whole,
            _ if ends => self.escaped(byte, EscapeState::New),
            0x07 => self.state = ParserState::Whole,
            0..0x20 => self.begin(byte, KeyModifiers::NONE),
            _ => {}
        }
    }

    fn character(&mut self, byte: u8, bytes: usize, modifiers: KeyModifiers) {
        if !(0x80..0xc0).contains(&byte) {
            return self.begin(byte, KeyModifiers::NONE);
        }
        self.held.push(byte);
        if self.held.len() < bytes {
            return;
        }
        self.state = ParserState::Whole;
        if let Some(typed) = str::from_utf8(&self.held).ok().and_then(|text| text.chars().next()) {
            let own = if typed.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
            self.key(KeyCode::Char(typed), own | modifiers);
        }
    }

    fn paste(&mut self, byte: u8, ending: usize) {
        if self.held.len() < MOST_PASTED {
            self.held.push(byte);
        }
        let ending = match byte {
            _ if byte == PASTE_END[ending] => ending + 1,
            0x1b => 1,
            _ => 0,
        };
        self.state = ParserState::Paste { ending };
        if ending == PASTE_END.len() {
            self.end_paste();
        }
    }

    /// Reports the pasted text without its end sequence.
    fn end_paste(&mut self) {
        let text = String::from_utf8_lossy(&self.held).into_owned();
        let end = str::from_utf8(PASTE_END).unwrap_or_default();
        let text = text.strip_suffix(end).map(str::to_owned).unwrap_or(text);
        self.held.clear();
        self.state = ParserState::Whole;
        self.found.push(Input::Paste(text));
    }
}
