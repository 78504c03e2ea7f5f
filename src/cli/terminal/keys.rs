//! Keys on their way in: read by a thread of their own, and rid of broken escape sequences.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyModifiers};

use crate::cli::clock;
use crate::cli::terminal::{Terminal, watch};

/// How far apart the parts of one escape sequence may come.
const APART: Duration = Duration::from_millis(50);

/// So many failures to read in a row mean that there is nothing to read from.
const FAILURES: u32 = 16;

/// Hands over what is typed and done with the mouse, and when it came, on a thread of its own.
///
/// # Errors
/// When the thread cannot be started.
pub(in crate::cli) fn forward(
    terminal: Arc<Terminal>,
    tell: impl Fn(Event, Instant) + Send + 'static,
) -> io::Result<()> {
    thread::Builder::new().name("keys".to_owned()).spawn(move || {
        let mut failures = 0;
        while failures < FAILURES {
            match event::read() {
                Ok(read) => {
                    failures = 0;
                    if matches!(read, Event::Resize(..)) {
                        // crossterm 0.29 forgets a key that comes together with a change of size:
                        // it polls for edges, and drops this one. Setting the line discipline to
                        // what it is makes another.
                        terminal.nudge();
                    }
                    tell(read, clock::now());
                }
                Err(_) => failures += 1,
            }
        }
        watch::gone();
    })?;
    Ok(())
}

/// Drops escape sequences that a slow link has torn apart.
///
/// An arrow is `Esc [ C`. When its bytes come in two parts, the Esc is taken for the key and the
/// rest for a `[` and a `C` that nobody has typed. So what looks like the rest of a sequence right
/// after an Esc is dropped, and on a link that is known to tear, the Esc is kept back until
/// it is certain that nothing follows.
pub(in crate::cli) struct Filter {
    keeps_escape: bool,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    /// Nothing is under way.
    Whole,
    /// An Esc has come, and is still to be handed over if it `is_kept`.
    Escape { at: Instant, is_kept: bool },
    /// Esc and `[`: numbers and signs follow, and a last letter.
    Control { at: Instant },
    /// Esc and `O`: one letter follows.
    Single { at: Instant },
}

impl Filter {
    /// A filter that keeps an Esc back for a moment, or one that hands it over at once.
    pub(in crate::cli) fn new(keeps_escape: bool) -> Self {
        Self { keeps_escape, state: State::Whole }
    }

    /// Takes a key that came at `now`; returns what is to be heeded, in order.
    pub(in crate::cli) fn take(&mut self, key: KeyEvent, now: Instant) -> Vec<KeyEvent> {
        let mut heeded: Vec<KeyEvent> = self.expire(now).into_iter().collect();
        let typed = plain_char(&key);
        let was = std::mem::replace(&mut self.state, State::Whole);
        self.state = match (was, typed) {
            (State::Escape { .. }, Some('[')) | (State::Control { .. }, Some(' '..='?')) => {
                State::Control { at: now }
            }
            (State::Escape { .. }, Some('O')) => State::Single { at: now },
            (State::Control { .. }, Some('@'..='~'))
            | (State::Single { .. }, Some('A'..='Z' | 'a'..='z')) => State::Whole,
            (was, _) => {
                if let State::Escape { is_kept: true, .. } = was {
                    heeded.push(escape());
                }
                if key.code == KeyCode::Esc && key.modifiers.is_empty() {
                    if !self.keeps_escape {
                        heeded.push(key);
                    }
                    State::Escape { at: now, is_kept: self.keeps_escape }
                } else {
                    heeded.push(key);
                    State::Whole
                }
            }
        };
        heeded
    }

    /// When [`Filter::expire`] is to be called, if an Esc is being kept back.
    pub(in crate::cli) fn wake_at(&self) -> Option<Instant> {
        match self.state {
            State::Escape { at, is_kept: true } => Some(at + APART),
            _ => None,
        }
    }

    /// Gives up waiting for the rest of a sequence that should have come by `now`; returns the Esc
    /// that turns out to have been a key.
    pub(in crate::cli) fn expire(&mut self, now: Instant) -> Option<KeyEvent> {
        let (at, is_kept) = match self.state {
            State::Whole => return None,
            State::Escape { at, is_kept } => (at, is_kept),
            State::Control { at } | State::Single { at } => (at, false),
        };
        if now.saturating_duration_since(at) < APART {
            return None;
        }
        self.state = State::Whole;
        is_kept.then(escape)
    }
}

fn escape() -> KeyEvent {
    KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)
}

/// The character of a key that is one, typed with nothing but shift.
fn plain_char(key: &KeyEvent) -> Option<char> {
    match key.code {
        KeyCode::Char(typed) if (key.modifiers - KeyModifiers::SHIFT).is_empty() => Some(typed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::Filter;
    use crate::cli::clock;

    fn key(typed: char) -> KeyEvent {
        match typed {
            '\x1b' => KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE),
            '\r' => KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE),
            'A'..='Z' => KeyEvent::new(KeyCode::Char(typed), KeyModifiers::SHIFT),
            _ => KeyEvent::new(KeyCode::Char(typed), KeyModifiers::NONE),
        }
    }

    fn typed(key: &KeyEvent) -> char {
        match key.code {
            KeyCode::Esc => 'E',
            KeyCode::Enter => '\r',
            KeyCode::Char(typed) => typed,
            other => panic!("{other:?} was never sent"),
        }
    }

    /// What is heeded of keys that come `gap` ms apart; `E` stands for Esc.
    fn heeded(mut filter: Filter, keys: &str, gap: u64) -> String {
        let mut now: Instant = clock::now();
        let mut heeded = String::new();
        for character in keys.chars() {
            heeded.extend(filter.take(key(character), now).iter().map(typed));
            now += Duration::from_millis(gap);
        }
        heeded.extend(filter.expire(now + Duration::from_secs(1)).iter().map(typed));
        heeded
    }

    #[test]
    fn the_rest_of_a_torn_sequence_is_dropped() {
        for rest in ["[C", "OC", "[1;5C", "[15~", "[<0;12;5M", "[?1;2c", "[A"] {
            let keys = format!("\x1b{rest}q");
            assert_eq!(heeded(Filter::new(false), &keys, 1), "Eq", "{rest}");
            assert_eq!(heeded(Filter::new(true), &keys, 1), "q", "{rest}");
        }
    }

    #[test]
    fn what_is_typed_slowly_is_heeded() {
        assert_eq!(heeded(Filter::new(false), "\x1b[C", 60), "E[C");
        assert_eq!(heeded(Filter::new(true), "\x1b[C", 60), "E[C");
        assert_eq!(heeded(Filter::new(true), "\x1bO", 60), "EO");
    }

    #[test]
    fn a_lone_escape_is_a_key_and_what_follows_it_is_another() {
        assert_eq!(heeded(Filter::new(true), "\x1b", 1), "E");
        assert_eq!(heeded(Filter::new(true), "\x1b\x1bs", 1), "EEs");
        assert_eq!(heeded(Filter::new(false), "\x1bs\x1b:", 1), "EsE:");
        assert_eq!(heeded(Filter::new(true), "\x1b[\rs", 1), "\rs");
    }

    #[test]
    fn an_escape_is_kept_no_longer_than_the_parts_of_a_sequence_may_be_apart() {
        let mut filter = Filter::new(true);
        let start = clock::now();
        assert!(filter.wake_at().is_none());
        assert!(filter.take(key('\x1b'), start).is_empty());
        let wake = filter.wake_at().expect("an Esc is kept");
        assert_eq!(wake - start, Duration::from_millis(50));
        assert!(filter.expire(start + Duration::from_millis(49)).is_none());
        assert_eq!(filter.expire(wake), Some(key('\x1b')));
        assert!(filter.wake_at().is_none());
    }

    #[test]
    fn other_keys_pass_whatever_they_are() {
        assert_eq!(heeded(Filter::new(true), "[O?CsS:+", 1), "[O?CsS:+");
    }
}
