//! What each symbol is, in a line, with its live number.

mod words;

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::ui::canvas::{Canvas, inset};
use crate::ui::equation::formula::{lit, tone};
use crate::ui::equation::{Shown, line};
use crate::ui::widgets::{Frame, Panel, Tone, panel};

/// Draws all of them beside the rows, the chosen one lit, and says at length what that is.
pub(super) fn draw_all(canvas: &mut Canvas<'_>, shown: &Shown<'_>, area: Rect, frame: Frame) {
    let what = Panel {
        frame,
        title: &[("what each symbol is", Tone::Strong)],
        note: &[(if shown.app.has_arrows { "← →" } else { "enter" }, Tone::Quiet)],
        chosen: None,
    };
    let inner = inset(panel(canvas, area, &what), 1);
    let symbols = shown.app.symbols();
    let room = usize::from(inner.height);
    let long = words::long(shown, shown.app.equation.symbol);
    let long = wrapped(canvas, &long, inner.width);
    let explained = if room > symbols.len() + long.len() { long.len() + 1 } else { 0 };
    // Two lines each, as long as there is room for all; else one, and two for the chosen one.
    let has_numbers = room >= 2 * symbols.len() + explained;
    let (text, quiet, strong) = (canvas.theme.text, canvas.theme.quiet, canvas.theme.strong);
    let mut y = 0;
    for symbol in &symbols {
        let here = line(inner, y);
        if here.height == 0 {
            return;
        }
        let is_chosen = *symbol == shown.app.equation.symbol;
        let style =
            if is_chosen { lit(canvas) } else { tone(canvas, Some(*symbol), shown.app.arm) };
        canvas.text((here.x, here.y), 8, words::name(shown, *symbol), style);
        let after = Rect { x: here.x + 8, width: here.width.saturating_sub(8), ..here };
        let plain = if is_chosen { text } else { quiet };
        canvas.text((after.x, after.y), after.width, words::short(shown, *symbol), plain);
        y += 1;
        if has_numbers || is_chosen {
            let under = line(inner, y);
            if under.height > 0 {
                let style = if is_chosen { strong } else { text };
                canvas.text((after.x, under.y), after.width, &words::now(shown, *symbol), style);
            }
            y += 1;
        }
    }
    for (nth, words) in long.iter().enumerate().take(explained) {
        let here = line(inner, y + 1 + nth);
        if here.height > 0 {
            canvas.text((here.x, here.y), here.width, words, text);
        }
    }
}

/// Draws the chosen one in three lines: what it is, and its number.
pub(super) fn draw_chosen(canvas: &mut Canvas<'_>, shown: &Shown<'_>, area: Rect) {
    let symbol = shown.app.equation.symbol;
    let (text, strong) = (canvas.theme.text, canvas.theme.strong);
    let style = lit(canvas);
    let first = line(area, 0);
    if first.height == 0 {
        return;
    }
    let x = canvas.text((first.x, first.y), first.width, words::name(shown, symbol), style) + 2;
    let room = first.right().saturating_sub(x);
    let lines = wrapped(canvas, &words::long(shown, symbol), room);
    let fits = lines.len() < usize::from(area.height);
    let lines = if fits { lines } else { vec![words::short(shown, symbol).to_owned()] };
    for (nth, words) in lines.iter().enumerate() {
        let here = line(area, nth);
        canvas.text((x, here.y), room, words, text);
    }
    let last = line(area, lines.len());
    if last.height > 0 {
        canvas.text(
            (x, last.y),
            room,
            &words::now(shown, symbol),
            strong.add_modifier(Modifier::BOLD),
        );
    }
}

/// Words in lines of so many cells.
fn wrapped(canvas: &Canvas<'_>, words: &str, width: u16) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ') {
        match lines.last_mut() {
            Some(line) if canvas.width(line) + 1 + canvas.width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
