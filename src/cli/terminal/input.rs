//! Parses terminal input into keys, mouse events and pastes, and drops everything else.
//!
//! crossterm 0.29 is not asked to read them: after a sequence that breaks off, or after the beginning
//! of a paste, it waits for an end that may never come, and heeds no key until then. Here silence
//! ends whatever is under way, and so does a control character, ctrl-c above all.
//!
//! Ctrl-c is that key wherever it comes and whatever stands before it, unless it is pasted. A paste
//! whose end never comes cannot be told from one under way but by this: what is pasted comes in
//! pieces without a pause, a key after one and alone. So a read of nothing but ctrl-c, some time after
//! the last byte of a paste, ends the paste and is the key.
//!
//! An arrow is `Esc [ C`. On a slow link its bytes may come in parts, and then the Esc looks like the
//! key. Where links are known to tear, an Esc is kept back until it is certain that nothing follows;
//! elsewhere it is handed over at once, and the rest of a sequence that follows it is dropped.

mod decode;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent};

/// How far apart the parts of one escape sequence may come for its Esc not to be a key.
const APART: Duration = Duration::from_millis(50);

/// So long a sequence may pause before it has broken off.
const SILENCE: Duration = Duration::from_millis(250);

/// The same for what is pasted, which may have to wait for a slow link.
const PASTE_SILENCE: Duration = Duration::from_secs(2);

/// More numbers than the longest sequence that means something here.
const LONGEST: usize = 32;

/// So many bytes of a paste are kept: more than a line that is typed may hold.
const MOST_PASTED: usize = 1 << 13;

/// The byte of ctrl-c.
const CTRL_C: u8 = 0x03;

/// What ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";

/// Something that the user has done.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cli) enum Input {
    /// A key.
    Key(KeyEvent),
    /// The mouse.
    Mouse(MouseEvent),
    /// Text that was pasted, control characters and all; no more than the beginning of a long one.
    Paste(String),
}

impl Input {
    /// Whether it is the key that quits wherever it is pressed.
    pub(super) fn is_ctrl_c(&self) -> bool {
        *self == Self::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL))
    }
}

/// What is known of an Esc that has come.
#[derive(Clone, Copy, PartialEq)]
enum EscapeState {
    /// More may come with it.
    New,
    /// Nothing came with it; it is kept back.
    Kept,
    /// Nothing came with it, and it has been handed over as a key.
    SentAsKey,
}

#[derive(Clone, Copy, PartialEq)]
enum ParserState {
    /// Nothing is under way.
    Whole,
    /// An Esc has come.
    Escape(EscapeState),
    /// Esc and `[`: numbers and signs follow, and a last letter.
    Control,
    /// Esc and `O`: one letter follows.
    Single,
    /// Esc, `[` and `[`, as the Linux console has it: one letter follows.
    Console,
    /// Esc, `[` and `M`: three bytes on the mouse follow.
    Mouse,
    /// The answer to a question of someone else: text up to a bell, or Esc and `\`.
    Answer { ends: bool },
    /// A character of so many bytes.
    Character { bytes: usize, modifiers: KeyModifiers },
    /// A paste, of whose end so many bytes have come.
    Paste { ending: usize },
}

/// An incremental parser of terminal input.
pub(in crate::cli) struct InputParser {
    keeps_escape: bool,
    state: ParserState,
    /// When the last byte came; of a paste, the last that cannot be a key.
    at: Instant,
    /// The bytes of what is under way, as far as they matter.
    held: Vec<u8>,
    /// Whether the sequence under way means nothing: its Esc was told as a key, or it is too long.
    is_void: bool,
    found: Vec<Input>,
}

impl InputParser {
    /// A parser that keeps an Esc back for a moment, or one that hands it over at once.
    pub(in crate::cli) fn new(keeps_escape: bool, now: Instant) -> Self {
        let (state, held, found) = (ParserState::Whole, Vec::new(), Vec::new());
        Self { keeps_escape, state, at: now, held, is_void: false, found }
    }

    /// Takes bytes that came at `now`; more may wait already.
    pub(in crate::cli) fn take(&mut self, bytes: &[u8], now: Instant) {
        self.expire(now);
        let is_paste = matches!(self.state, ParserState::Paste { .. });
        let may_be_key = is_paste && bytes.iter().all(|byte| *byte == CTRL_C);
        if may_be_key && now.saturating_duration_since(self.at) >= APART {
            self.end_paste();
        }
        for byte in bytes {
            self.step(*byte);
        }
        // Else a key that is held down would never come after a pause.
        if !may_be_key {
            self.at = now;
        }
    }

    /// Learns that nothing more waits for now.
    pub(in crate::cli) fn pause(&mut self) {
        if self.state == ParserState::Escape(EscapeState::New) {
            if !self.keeps_escape {
                self.key(KeyCode::Esc, KeyModifiers::NONE);
            }
            let is = if self.keeps_escape { EscapeState::Kept } else { EscapeState::SentAsKey };
            self.state = ParserState::Escape(is);
        }
    }

    /// When [`InputParser::expire`] is to be called, if something is to be handed over then.
    pub(in crate::cli) fn wake_at(&self) -> Option<Instant> {
        match self.state {
            ParserState::Escape(EscapeState::New | EscapeState::Kept) => Some(self.at + APART),
            ParserState::Paste { .. } => Some(self.at + PASTE_SILENCE),
            _ => None,
        }
    }

    /// Ends sequences that should have been completed by `now`.
    pub(in crate::cli) fn expire(&mut self, now: Instant) {
        let patience = match self.state {
            ParserState::Whole => return,
            ParserState::Escape(_) => APART,
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

    /// What has been found since the last time, in order.
    pub(in crate::cli) fn found(&mut self) -> impl Iterator<Item = Input> {
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
            // Nothing of a sequence is a control character, or no ASCII; but the mouse may be far
            // to the right.
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

    /// Takes a byte that belongs to nothing before it.
    fn begin(&mut self, byte: u8, modifiers: KeyModifiers) {
        self.state = ParserState::Whole;
        match byte {
            0x1b => self.state = ParserState::Escape(EscapeState::New),
            // Two to four bytes, as the first of them says; what cannot be one begins nothing.
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
            // Answers come in one piece; what is typed after an Esc, is typed.
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

    /// Hands over what has been pasted, less its end.
    fn end_paste(&mut self) {
        let text = String::from_utf8_lossy(&self.held).into_owned();
        let end = str::from_utf8(PASTE_END).unwrap_or_default();
        let text = text.strip_suffix(end).map(str::to_owned).unwrap_or(text);
        self.held.clear();
        self.state = ParserState::Whole;
        self.found.push(Input::Paste(text));
    }
}
