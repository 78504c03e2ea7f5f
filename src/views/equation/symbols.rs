//! The panel that explains each symbol with its current value.

mod words;

pub(super) use words::now;

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, DrawnPart, inset};
use crate::views::equation::context::EquationContext;
use crate::views::equation::formula::{highlight, tone};
use crate::views::equation::lines::{line, wrapped};
use crate::views::equation::state::{Symbol, symbols};

/// Cells for the name of a symbol.
const NAME: u16 = 8;

/// Returns a symbol's meaning and number in one line.
pub(super) fn text(context: &EquationContext<'_>, symbol: Symbol) -> String {
    let (name, short) = (words::name(context, symbol), words::short(context, symbol));
    match words::now(context, symbol) {
        now if now.is_empty() => format!("{name}, {short}"),
        now => format!("{name}, {short}; {now}"),
    }
}

/// Draws all symbols beside the rows, the chosen one highlighted and explained at length.
pub(super) fn draw_all(
    canvas: &mut Canvas<'_>,
    context: &EquationContext<'_>,
    area: Rect,
    frame: FrameStyle,
) {
    let what = Panel {
        frame,
        title: &[("what each symbol is", Tone::Strong)],
        note: &[(if context.shared.cursor_focused { "← →" } else { "enter" }, Tone::Quiet)],
        chosen: None,
    };
    let inner = inset(panel(canvas, area, &what), 1);
    let symbols = symbols(context.shared);
    let room = usize::from(inner.height);
    if draw_at_length(canvas, context, inner) {
        return;
    }
    let long = words::long(context, context.view.symbol);
    let long = wrapped(canvas, &long, inner.width);
    let explained = if room > symbols.len() + long.len() { long.len() + 1 } else { 0 };
    // Two lines per symbol if all of them fit; else one, and two for the chosen one.
    let has_numbers = room >= 2 * symbols.len() + explained;
    let (text, quiet, strong) = (canvas.theme.text, canvas.theme.quiet, canvas.theme.strong);
    let mut y = 0;
    for (place, symbol) in symbols.iter().enumerate() {
        let here = line(inner, y);
        if here.height == 0 {
            return;
        }
        let is_chosen = *symbol == context.view.symbol;
        canvas.note_part(here, DrawnPart::Item(place));
        let style = if is_chosen {
            highlight(canvas)
        } else {
            tone(canvas, Some(*symbol), context.shared.arm)
        };
        canvas.text((here.x, here.y), NAME, name(canvas, context, *symbol), style);
        let after = Rect { x: here.x + NAME, width: here.width.saturating_sub(NAME), ..here };
        let plain = if is_chosen { text } else { quiet };
        canvas.text((after.x, after.y), after.width, words::short(context, *symbol), plain);
        y += 1;
        if has_numbers || is_chosen {
            let under = line(inner, y);
            if under.height > 0 {
                let style = if is_chosen { strong } else { text };
                canvas.text((after.x, under.y), after.width, &words::now(context, *symbol), style);
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

/// Draws all symbols in whole sentences with their numbers; returns whether there was room.
fn draw_at_length(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect) -> bool {
    let after = Rect { x: area.x + NAME, width: area.width.saturating_sub(NAME), ..area };
    let symbols = symbols(context.shared);
    let texts: Vec<Vec<String>> = symbols
        .iter()
        .map(|symbol| wrapped(canvas, &words::long(context, *symbol), after.width))
        .collect();
    let needed: usize = texts.iter().map(|lines| lines.len() + 1).sum();
    if needed > usize::from(area.height) {
        return false;
    }
    // An empty line separates two symbols, if there is room for that too.
    let gap = usize::from(needed + symbols.len() <= usize::from(area.height) + 1);
    let (text, quiet, strong) = (canvas.theme.text, canvas.theme.quiet, canvas.theme.strong);
    let mut y = 0;
    for (place, (symbol, lines)) in symbols.iter().zip(texts).enumerate() {
        let height = lines.len() as u16 + 1;
        canvas.note_part(Rect { height, ..line(area, y) }, DrawnPart::Item(place));
        let is_chosen = *symbol == context.view.symbol;
        let style = if is_chosen {
            highlight(canvas)
        } else {
            tone(canvas, Some(*symbol), context.shared.arm)
        };
        canvas.text((area.x, line(area, y).y), NAME, name(canvas, context, *symbol), style);
        let plain = if is_chosen { text } else { quiet };
        for words in lines {
            canvas.text((after.x, line(after, y).y), after.width, &words, plain);
            y += 1;
        }
        let style = if is_chosen { strong } else { text };
        let now = words::now(context, *symbol);
        canvas.text((after.x, line(after, y).y), after.width, &now, style);
        y += 1 + gap;
    }
    true
}

/// Returns the name of a symbol, shortened if it does not fit beside the words.
fn name(canvas: &Canvas<'_>, context: &EquationContext<'_>, symbol: Symbol) -> &'static str {
    let name = words::name(context, symbol);
    let is_long = symbol == Symbol::Back && canvas.width(name) >= NAME;
    if is_long { "∂C/∂a" } else { name }
}

/// Draws the chosen symbol in three lines: its meaning and its number.
pub(super) fn draw_chosen(canvas: &mut Canvas<'_>, context: &EquationContext<'_>, area: Rect) {
    let symbol = context.view.symbol;
    let (text, strong) = (canvas.theme.text, canvas.theme.strong);
    let style = highlight(canvas);
    let first = line(area, 0);
    if first.height == 0 {
        return;
    }
    let x = canvas.text((first.x, first.y), first.width, name(canvas, context, symbol), style) + 2;
    let room = first.right().saturating_sub(x);
    let lines = wrapped(canvas, &words::long(context, symbol), room);
    let fits = lines.len() < usize::from(area.height);
    let lines = if fits { lines } else { vec![words::short(context, symbol).to_owned()] };
    for (nth, words) in lines.iter().enumerate() {
        let here = line(area, nth);
        canvas.text((x, here.y), room, words, text);
    }
    let last = line(area, lines.len());
    if last.height > 0 {
        canvas.text(
            (x, last.y),
            room,
            &words::now(context, symbol),
            strong.add_modifier(Modifier::BOLD),
        );
    }
}
