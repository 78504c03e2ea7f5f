//! What lies over a view: the help, the list of scenarios, a line being typed.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::{App, HelpSection, Overlay, Picker, Prompt, PromptKind, help};
use crate::ui::canvas::{Canvas, below, inset, row};
use crate::ui::widgets::{Frame, Panel, Tone, panel};

/// Draws what lies over the view, if anything does.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &App, screen: Rect) {
    match &app.overlay {
        Some(Overlay::Help { scroll }) => draw_help(canvas, app, screen, *scroll),
        Some(Overlay::Picker(picker)) => draw_picker(canvas, app, screen, picker),
        Some(Overlay::Prompt(prompt)) => draw_prompt(canvas, screen, prompt),
        None => {}
    }
}

/// A block of at most this size in the middle of the screen, below the header.
fn middle(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height.saturating_sub(2)));
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + 1.min(screen.height) + (screen.height.saturating_sub(2) - height) / 3,
        width,
        height,
    }
}

enum HelpLine {
    Title(String),
    Key(String, String),
    Gap,
}

fn help_lines(sections: Vec<HelpSection>) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    for section in sections {
        if !lines.is_empty() {
            lines.push(HelpLine::Gap);
        }
        lines.push(HelpLine::Title(section.title));
        lines.extend(section.rows.into_iter().map(|(keys, does)| HelpLine::Key(keys, does)));
    }
    lines
}

fn draw_help(canvas: &mut Canvas<'_>, app: &App, screen: Rect, scroll: usize) {
    let lines = help_lines(help(app));
    let columns: u16 = if screen.width >= 150 { 2 } else { 1 };
    let tall = (lines.len() as u16).div_ceil(columns) + 2;
    let area = middle(screen, if columns == 2 { 190 } else { 100 }, tall.saturating_add(columns));
    canvas.clear(area);
    let title = [("every key", Tone::Strong)];
    let note = [("esc closes", Tone::Quiet)];
    let frame = Frame::Boxed;
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    if inner.height == 0 {
        return;
    }
    let room = usize::from(inner.height * columns);
    let scroll = scroll.min(lines.len().saturating_sub(room));
    let mut shown = lines[scroll..].iter();
    for column in 0..columns {
        let width = (inner.width - (columns - 1) * 3) / columns;
        let area = Rect { x: inner.x + column * (width + 3), width, ..inner };
        for y in 0..inner.height {
            let Some(line) = shown.next() else { break };
            draw_help_line(canvas, row(area, y), line);
        }
    }
    if scroll + room < lines.len() {
        let text = format!(" ↓ {} more ", lines.len() - scroll - room);
        let quiet = canvas.theme.quiet;
        let edge = Rect { y: area.bottom() - 1, height: 1, ..inset(area, 2) };
        canvas.text_right(edge, &text, quiet);
    }
}

fn draw_help_line(canvas: &mut Canvas<'_>, line: Rect, what: &HelpLine) {
    let (strong, quiet, text) = (canvas.theme.strong, canvas.theme.quiet, canvas.theme.text);
    match what {
        HelpLine::Gap => {}
        HelpLine::Title(title) => {
            canvas.text((line.x, line.y), line.width, title, quiet);
        }
        HelpLine::Key(keys, does) => {
            let column = 18.min(line.width / 3);
            let at = canvas.text((line.x + 1, line.y), line.width, keys, strong);
            let x = (line.x + column).max(at + 1);
            canvas.text((x, line.y), line.right().saturating_sub(x), does, text);
        }
    }
}

fn draw_picker(canvas: &mut Canvas<'_>, app: &App, screen: Rect, picker: &Picker) {
    let found = picker.matches(&app.catalogue);
    let tall = found.len().clamp(1, 30) as u16 + 4;
    let area = middle(screen, 104, tall);
    canvas.clear(area);
    let title = [("choose a scenario", Tone::Strong)];
    let note = [("enter opens, esc closes", Tone::Quiet)];
    let frame = Frame::Boxed;
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    if inner.height == 0 {
        return;
    }
    let (text, quiet, chosen) = (canvas.theme.text, canvas.theme.quiet, canvas.theme.chosen);
    let mut line = canvas.line(row(inner, 0));
    line.put("› ", quiet);
    if picker.filter.is_empty() {
        line.put("type to narrow the list", quiet);
    } else {
        line.put(&picker.filter, text).put(" ", chosen.add_modifier(Modifier::REVERSED));
    }
    let list = below(inner, 2);
    let room = usize::from(list.height).max(1);
    let selected = picker.selected.min(found.len().saturating_sub(1));
    let first = (selected + 1).saturating_sub(room);
    let widest = found.iter().map(|e| e.name.chars().count()).max().unwrap_or(0).min(24);
    for (index, entry) in found.iter().enumerate().skip(first).take(room) {
        let line = row(list, (index - first) as u16);
        let is_selected = index == selected;
        let style = if is_selected { canvas.theme.selected } else { canvas.theme.strong };
        if is_selected {
            canvas.paint(line, style);
        }
        let words = if is_selected { style.remove_modifier(Modifier::BOLD) } else { quiet };
        let mut writer = canvas.line(line);
        writer.put(if is_selected { "▸ " } else { "  " }, style);
        writer.put(&format!("{:<widest$}  ", entry.name), style);
        let what = if entry.summary.is_empty() { &entry.title } else { &entry.summary };
        writer.put(what, words);
    }
    if found.is_empty() {
        canvas.text((list.x, list.y), list.width, "no scenario matches", quiet);
    }
}

/// A line being typed, on the last row; its completions above it.
fn draw_prompt(canvas: &mut Canvas<'_>, screen: Rect, prompt: &Prompt) {
    if screen.height == 0 {
        return;
    }
    let line = Rect { y: screen.bottom() - 1, height: 1, ..screen };
    canvas.clear(line);
    let bar = canvas.theme.bar;
    draw_typed(canvas, inset(line, 1), prompt);
    canvas.lay(line, bar);
    let error = u16::from(prompt.error.is_some());
    let room = usize::from(screen.height.saturating_sub(3 + error)).min(8);
    let shown = prompt.completions.len().min(room) as u16;
    if let Some(error) = &prompt.error
        && screen.height >= 3
    {
        let above = Rect { y: line.y - 1, ..line };
        canvas.clear(above);
        let (hurt, text) = (canvas.theme.hurt, canvas.theme.text);
        let mut writer = canvas.line(inset(above, 1));
        writer.put("✗ ", hurt).put(error, text);
    }
    if shown == 0 {
        return;
    }
    let first = prompt.chosen.map_or(0, |chosen| (chosen + 1).saturating_sub(usize::from(shown)));
    let offered: Vec<_> =
        prompt.completions.iter().enumerate().skip(first).take(usize::from(shown)).collect();
    let widest = offered.iter().map(|(_, (text, _))| canvas.width(text)).max().unwrap_or(0);
    let words = offered.iter().map(|(_, (_, what))| canvas.width(what)).max().unwrap_or(0);
    let width = (widest + words + 6).min(screen.width);
    let top_row = line.y - error - shown;
    let area = Rect { x: screen.x, y: top_row, width, height: shown };
    canvas.clear(area);
    for (place, (index, (text, what))) in offered.into_iter().enumerate() {
        let line = row(area, place as u16);
        let is_chosen = prompt.chosen == Some(index);
        let style = if is_chosen { canvas.theme.selected } else { canvas.theme.text };
        if is_chosen {
            canvas.paint(line, style);
        }
        let quiet = if is_chosen { style } else { canvas.theme.quiet };
        let mut writer = canvas.line(inset(line, 1));
        writer.put(if is_chosen { "▸ " } else { "  " }, style).put(text, style);
        let pad = widest.saturating_sub(text.chars().count() as u16) + 2;
        writer.gap(pad).put(what, quiet.remove_modifier(Modifier::BOLD));
    }
    canvas.lay(area, bar);
}

/// The typed text with its cursor; its end is kept in sight where it is long.
fn draw_typed(canvas: &mut Canvas<'_>, line: Rect, prompt: &Prompt) {
    let (strong, text) = (canvas.theme.strong, canvas.theme.text);
    let label = match &prompt.kind {
        PromptKind::Command => ":".to_owned(),
        PromptKind::Value { label, .. } => format!("{label} = "),
    };
    let x = canvas.text((line.x, line.y), line.width, &label, strong);
    let room = usize::from(line.right().saturating_sub(x));
    if room == 0 {
        return;
    }
    let first = (prompt.cursor + 1).saturating_sub(room);
    let seen: String = prompt.text.chars().skip(first).take(room).collect();
    canvas.text((x, line.y), room as u16, &seen, text);
    let under: String = prompt.text.chars().nth(prompt.cursor).unwrap_or(' ').to_string();
    let at = x + (prompt.cursor.min(prompt.text.chars().count()) - first.min(prompt.cursor)) as u16;
    let style = text.add_modifier(Modifier::REVERSED);
    canvas.text((at.min(line.right() - 1), line.y), 1, &under, style);
}
