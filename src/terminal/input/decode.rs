//! Decodes single bytes and complete sequences.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::terminal::input::user_input::Input;

/// Returns the key of a byte below 0x80 other than Esc.
pub(super) fn of_ascii(byte: u8) -> (KeyCode, KeyModifiers) {
    let ctrl = |c: u8| (KeyCode::Char(char::from(c)), KeyModifiers::CONTROL);
    match byte {
        // Terminals in raw mode send the first; one that was set to cooked mode meanwhile sends the
        // second.
        b'\r' | b'\n' => (KeyCode::Enter, KeyModifiers::NONE),
        b'\t' => (KeyCode::Tab, KeyModifiers::NONE),
        0x7f => (KeyCode::Backspace, KeyModifiers::NONE),
        0 => ctrl(b' '),
        1..=0x1a => ctrl(byte - 1 + b'a'),
        0x1b..=0x1f => ctrl(byte - 0x1c + b'4'),
        b'A'..=b'Z' => (KeyCode::Char(char::from(byte)), KeyModifiers::SHIFT),
        _ => (KeyCode::Char(char::from(byte)), KeyModifiers::NONE),
    }
}

/// Decodes `Esc O` and this letter.
pub(super) fn of_single(letter: u8) -> Option<Input> {
    Some(key(by_letter(letter)?, KeyModifiers::NONE))
}

/// Decodes `Esc [`, parameters and a final letter.
pub(super) fn of_control(numbers: &[u8], last: u8) -> Option<Input> {
    let text = str::from_utf8(numbers).ok()?;
    if let Some(text) = text.strip_prefix('<') {
        return of_report(text, last);
    }
    let mut numbers = text.split(';');
    let first = numbers.next().unwrap_or_default();
    let modifiers = match numbers.next() {
        None => KeyModifiers::NONE,
        Some(number) => modifiers(number)?,
    };
    let code = match (first, last) {
        ("", b'Z') => return Some(key(KeyCode::BackTab, KeyModifiers::SHIFT)),
        ("1" | "7", b'~') => KeyCode::Home,
        ("2", b'~') => KeyCode::Insert,
        ("3", b'~') => KeyCode::Delete,
        ("4" | "8", b'~') => KeyCode::End,
        ("5", b'~') => KeyCode::PageUp,
        ("6", b'~') => KeyCode::PageDown,
        ("" | "1", letter) => by_letter(letter)?,
        _ => return None,
    };
    // No key has more parameters.
    numbers.next().is_none().then(|| key(code, modifiers))
}

/// Decodes the three bytes of a mouse report, each 32 more than its value.
pub(super) fn of_mouse(button: u8, column: u8, row: u8) -> Option<Input> {
    let at = |byte: u8| u16::from(byte).checked_sub(33);
    mouse(button.checked_sub(32)?, at(column)?, at(row)?)
}

/// Decodes a mouse report in decimal: the button, and column and row from 1; the last letter is `M`
/// for a press.
fn of_report(text: &str, last: u8) -> Option<Input> {
    let mut numbers = text.split(';');
    let button = numbers.next()?.parse().ok()?;
    let mut at = || numbers.next()?.parse::<u16>().ok()?.checked_sub(1);
    let (column, row) = (at()?, at()?);
    (last == b'M' && numbers.next().is_none()).then(|| mouse(button, column, row)).flatten()
}

/// Returns only the mouse events that are bound: a press of the left button, a movement with it, and the wheel.
fn mouse(button: u8, column: u16, row: u16) -> Option<Input> {
    // Masks out shift, alt and control.
    let kind = match button & !0b1_1100 {
        0 => MouseEventKind::Down(MouseButton::Left),
        32 => MouseEventKind::Drag(MouseButton::Left),
        64 => MouseEventKind::ScrollUp,
        65 => MouseEventKind::ScrollDown,
        _ => return None,
    };
    Some(Input::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Key(KeyEvent::new(code, modifiers))
}

fn by_letter(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        _ => return None,
    })
}

/// Decodes modifiers as xterm numbers them: one more than the sum of shift 1, alt 2, control 4.
fn modifiers(number: &str) -> Option<KeyModifiers> {
    let bits = number.parse::<u8>().ok()?.checked_sub(1)?;
    let known = [KeyModifiers::SHIFT, KeyModifiers::ALT, KeyModifiers::CONTROL];
    let held = (0..).zip(known).filter(|(bit, _)| bits >> bit & 1 == 1);
    Some(held.fold(KeyModifiers::NONE, |all, (_, one)| all | one))
}
