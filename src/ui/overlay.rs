//! Draws the overlays: help, list of scenarios, prompt.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::app::{App, HelpSection, Overlay, Picker, Prompt, PromptKind, help};
use crate::canvas::text_flow::TextFlow;
use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, DrawnPart, below, inset, row, top};
use crate::telemetry::ScenarioEntry;
use crate::ui::branches;
use crate::ui::placeholder::wrap;

/// Draws the open overlay, if any. The last row of the screen, which shows its keys, is left free.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &App, screen: Rect) {
    match &app.overlay {
        Some(Overlay::Help { scroll }) => draw_help(canvas, app, screen, *scroll),
        Some(Overlay::Branches { selected }) => branches::draw(canvas, app, screen, *selected),
        Some(Overlay::Picker(picker)) => draw_picker(canvas, app, screen, picker),
        Some(Overlay::Prompt(prompt)) => draw_prompt(canvas, screen, prompt),
        None => {}
    }
}

/// Returns the entry of the list of scenarios under a cell, by its place in the list.
pub(crate) fn entry_at(app: &App, screen: Rect, at: (u16, u16)) -> Option<usize> {
    match Canvas::part_at(app.shared.appearance, screen, at, |canvas| draw(canvas, app, screen)) {
        Some(DrawnPart::Row(entry)) => Some(entry),
        Some(DrawnPart::Item(_) | DrawnPart::Head(_)) | None => None,
    }
}

/// The rows of a screen below which an overlay fills everything between the header and the keys.
const LOW: u16 = 12;

/// Returns a block of at most this size in the middle of the screen, below the header and above the
/// keys.
fn middle(screen: Rect, width: u16, height: u16) -> Rect {
    if screen.height < LOW {
        return below(top(screen, screen.height.saturating_sub(1)), 1);
    }
    let (width, height) = (width.min(screen.width), height.min(screen.height.saturating_sub(2)));
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + 1.min(screen.height) + (screen.height.saturating_sub(2) - height) / 3,
        width,
        height,
    }
}

/// Returns the frame style of an overlay: a box takes two rows, which a low screen does not have.
fn frame(screen: Rect) -> FrameStyle {
    if screen.height < LOW { FrameStyle::Ruled } else { FrameStyle::Boxed }
}

enum HelpLine {
    Title(String),
    Key(String, String),
    Gap,
}

impl HelpLine {
    /// Returns the width of its keys in cells.
    fn keys_width(&self, canvas: &Canvas<'_>) -> u16 {
        match self {
            Self::Key(keys, _) => canvas.width(keys),
            Self::Title(_) | Self::Gap => 0,
        }
    }
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

/// The width in cells from which the help has two columns, so that no line of it is cut.
const TWO_COLUMNS: u16 = 164;

fn draw_help(canvas: &mut Canvas<'_>, app: &App, screen: Rect, scroll: usize) {
    let lines = help_lines(help(app));
    let columns: u16 = if screen.width >= TWO_COLUMNS { 2 } else { 1 };
    let tall = (lines.len() as u16).div_ceil(columns) + 2;
    let tall = tall.saturating_add(columns);
    // A few rows of the view sticking out below would be useless, so that they are covered.
    let tall = if tall + 8 > screen.height { screen.height } else { tall };
    let area = middle(screen, if columns == 2 { TWO_COLUMNS } else { 100 }, tall);
    canvas.clear(area);
    let title = [("every key", Tone::Strong)];
    let note = [("esc closes", Tone::Quiet)];
    let frame = frame(screen);
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    if inner.height == 0 {
        return;
    }
    let room = usize::from(inner.height * columns);
    let scroll = scroll.min(lines.len().saturating_sub(room));
    let shown = &lines[scroll..];
    // Of all lines, so that the columns stand still while they scroll.
    let keys = lines.iter().map(|line| line.keys_width(canvas)).max().unwrap_or(0) + 3;
    // Columns side by side share the lines evenly, unless there are more lines than fit.
    let each = shown.len().div_ceil(usize::from(columns)).min(usize::from(inner.height));
    for (column, lines) in shown.chunks(each.max(1)).take(usize::from(columns)).enumerate() {
        let width = (inner.width - (columns - 1) * 3) / columns;
        let area = Rect { x: inner.x + column as u16 * (width + 3), width, ..inner };
        for (y, line) in lines.iter().enumerate() {
            draw_help_line(canvas, row(area, y as u16), line, keys);
        }
    }
    if scroll + room < lines.len() && frame == FrameStyle::Boxed {
        draw_more(canvas, area, lines.len() - scroll - room);
    }
}

/// Writes the number of lines further down on the lower edge of a box.
fn draw_more(canvas: &mut Canvas<'_>, area: Rect, lines: usize) {
    let quiet = canvas.theme.quiet;
    let edge = Rect { y: area.bottom() - 1, height: 1, ..inset(area, 2) };
    canvas.text_right(edge, &format!(" ↓ {lines} more "), quiet);
}

/// Draws a line of the help with `column` columns for the keys, if there is room.
fn draw_help_line(canvas: &mut Canvas<'_>, line: Rect, what: &HelpLine, column: u16) {
    let (strong, quiet, text) = (canvas.theme.strong, canvas.theme.quiet, canvas.theme.text);
    match what {
        HelpLine::Gap => {}
        HelpLine::Title(title) => {
            canvas.text((line.x, line.y), line.width, title, quiet);
        }
        HelpLine::Key(keys, does) => {
            let column = column.min(line.width / 2);
            let at = canvas.text((line.x + 1, line.y), line.width.saturating_sub(1), keys, strong);
            let x = (line.x + column).max(at + 1);
            let rest = Rect { x, width: line.right().saturating_sub(x), ..line };
            put_cut(canvas, rest, does, text);
        }
    }
}

/// Draws a text, with an ellipsis if it does not fit.
fn put_cut(canvas: &mut Canvas<'_>, line: Rect, text: &str, style: Style) {
    if line.width == 0 || line.height == 0 {
        return;
    }
    canvas.text((line.x, line.y), line.width, text, style);
    if canvas.width(text) > line.width {
        canvas.put((line.right() - 1, line.y), ('…', '~'), style);
    }
}

/// Rows under the list of scenarios for the summary of the selected one.
const SUMMARY: u16 = 3;

fn draw_picker(canvas: &mut Canvas<'_>, app: &App, screen: Rect, picker: &Picker) {
    let found = picker.matches(&app.catalogue.scenarios);
    let name_width = |entry: &ScenarioEntry| entry.name.chars().count();
    let has_summary = screen.height >= 20;
    let summary = if has_summary { SUMMARY + 1 } else { 0 };
    // Of all scenarios, so that neither the frame nor the columns move while a name is typed.
    let all = &app.catalogue.scenarios;
    let tall = all.len().clamp(1, 30) as u16 + 4 + summary;
    let area = middle(screen, 104, tall);
    canvas.clear(area);
    let title = [("choose a scenario", Tone::Strong)];
    let note = [("enter opens, esc closes", Tone::Quiet)];
    let frame = frame(screen);
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    if inner.height == 0 {
        return;
    }
    let (text, quiet) = (canvas.theme.text, canvas.theme.quiet);
    let mut line = canvas.line(row(inner, 0));
    line.put("› ", quiet);
    if picker.filter.is_empty() {
        line.put("type to narrow the list", quiet);
    } else {
        line.put(&picker.filter, text).put(" ", text.add_modifier(Modifier::REVERSED));
    }
    let list = below(inner, if inner.height > 6 { 2 } else { 1 });
    let list = Rect { height: list.height.saturating_sub(summary), ..list };
    let selected = picker.selected.min(found.len().saturating_sub(1));
    let names = all.iter().map(name_width).max().unwrap_or(0).min(24);
    let entries = Entries { found: &found, selected, names };
    let below = draw_entries(canvas, list, &entries);
    if below > 0 && frame == FrameStyle::Boxed {
        draw_more(canvas, area, below);
    }
    if found.is_empty() {
        canvas.text((list.x, list.y), list.width, "no scenario matches", quiet);
    }
    let Some(entry) = found.get(selected).filter(|_| has_summary) else { return };
    let under = Rect { y: list.bottom() + 1, height: SUMMARY, ..inner };
    for (nth, words) in wrap(entry_summary(entry), usize::from(under.width)).iter().enumerate() {
        let line = row(under, nth as u16);
        canvas.text((line.x, line.y), line.width, words, text);
    }
}

/// Returns the summary of an entry.
fn entry_summary(entry: &ScenarioEntry) -> &str {
    if entry.summary.is_empty() { &entry.title } else { &entry.summary }
}

/// The scenarios that match, and the one that is selected.
struct Entries<'a> {
    found: &'a [&'a ScenarioEntry],
    selected: usize,
    /// The width of the column of names.
    names: usize,
}

/// Draws the entries that fit around the selected one; returns the number of those further down.
fn draw_entries(canvas: &mut Canvas<'_>, list: Rect, entries: &Entries<'_>) -> usize {
    let Entries { found, selected, names } = *entries;
    let room = usize::from(list.height).max(1);
    let first = (selected + 1).saturating_sub(room);
    for (index, entry) in found.iter().enumerate().skip(first).take(room) {
        let line = row(list, (index - first) as u16);
        let is_selected = index == selected;
        canvas.note_part(line, DrawnPart::Row(index));
        let style = if is_selected { canvas.theme.selected } else { canvas.theme.strong };
        if is_selected {
            canvas.paint(line, style);
        }
        let quiet = canvas.theme.quiet;
        let words = if is_selected { style.remove_modifier(Modifier::BOLD) } else { quiet };
        let mut writer = canvas.line(line);
        writer.put(if is_selected { "▸ " } else { "  " }, style);
        writer.put(&format!("{:<names$}  ", entry.name), style);
        let x = writer.column();
        let rest = Rect { x, width: line.right().saturating_sub(x), ..line };
        put_cut(canvas, rest, entry_summary(entry), words);
    }
    found.len().saturating_sub(first + room)
}

/// Draws the line being typed, above its keys, and the completions above it.
fn draw_prompt(canvas: &mut Canvas<'_>, screen: Rect, prompt: &Prompt) {
    let screen = top(screen, screen.height.saturating_sub(1));
    if screen.height == 0 {
        return;
    }
    let line = Rect { y: screen.bottom() - 1, height: 1, ..screen };
    canvas.clear(line);
    let bar = canvas.theme.bar;
    draw_typed(canvas, inset(line, 1), prompt);
    canvas.fill_background(line, bar);
    let error = match &prompt.error {
        Some(error) => draw_error(canvas, Rect { height: screen.height - 1, ..screen }, error),
        None => 0,
    };
    let above = Rect { height: screen.height.saturating_sub(1 + error), ..screen };
    draw_completions(canvas, above, prompt);
}

/// Draws why a line was refused at the bottom of an area, in as many rows as it takes, at most three. Returns their
/// number.
fn draw_error(canvas: &mut Canvas<'_>, above: Rect, error: &str) -> u16 {
    let pieces = [("✗ ", canvas.theme.problem), (error, canvas.theme.text)];
    let most = above.height.min(3);
    let last = |rows: u16| Rect { y: above.bottom() - rows, height: rows, ..above };
    let flow = |rows: u16| TextFlow::new(inset(last(rows), 1));
    let rows = (1..most).find(|rows| flow(*rows).has_room(canvas, &pieces)).unwrap_or(most);
    if rows > 0 {
        canvas.clear(last(rows));
        flow(rows).write(canvas, &pieces);
    }
    rows
}

/// The most rows of completions.
const COMPLETIONS: usize = 8;

fn draw_completions(canvas: &mut Canvas<'_>, above: Rect, prompt: &Prompt) {
    let all = prompt.completions.len();
    let room = usize::from(above.height.saturating_sub(2)).min(COMPLETIONS);
    if all == 0 || room == 0 {
        return;
    }
    // The last row shows how many more there are.
    let is_cut = all > room;
    let shown = if is_cut { (room - 1).max(1) } else { all };
    let first = prompt.chosen.map_or(0, |chosen| (chosen + 1).saturating_sub(shown));
    let offered: Vec<_> = prompt.completions.iter().enumerate().skip(first).take(shown).collect();
    let widest = offered.iter().map(|(_, (text, _))| canvas.width(text)).max().unwrap_or(0);
    let rows = (shown + usize::from(is_cut && room > 1)) as u16;
    // Whole rows are cleared, because half a sentence beside a list is useless.
    let area = Rect { y: above.bottom().saturating_sub(rows), height: rows, ..above };
    canvas.clear(area);
    for (place, (index, (text, what))) in offered.into_iter().enumerate() {
        let line = row(area, place as u16);
        let is_chosen = prompt.chosen == Some(index);
        let style = if is_chosen { canvas.theme.selected } else { canvas.theme.text };
        if is_chosen {
            canvas.paint(line, style);
        }
        let quiet = if is_chosen { style } else { canvas.theme.quiet };
        let quiet = quiet.remove_modifier(Modifier::BOLD);
        let pad = (widest + 2).saturating_sub(canvas.width(text));
        let line = inset(line, 1);
        let mut writer = canvas.line(line);
        writer.put(if is_chosen { "▸ " } else { "  " }, style).put(text, style).gap(pad);
        if !writer.put_whole(what, quiet) {
            // A description that does not fit loses its second part, the valid values of a key.
            let x = writer.column();
            let brief = what.split("; ").next().unwrap_or(what);
            put_cut(canvas, Rect { x, width: line.right() - x, ..line }, brief, quiet);
        }
    }
    if is_cut && room > 1 {
        let line = inset(row(area, shown as u16), 1);
        let quiet = canvas.theme.quiet;
        let more = format!("  … {} more: type on, or tab through them", all - shown);
        canvas.text((line.x, line.y), line.width, &more, quiet);
    }
    let bar = canvas.theme.bar;
    canvas.fill_background(area, bar);
}

/// Returns the label of the prompt.
fn label(prompt: &Prompt) -> String {
    match &prompt.kind {
        PromptKind::Command => ":".to_owned(),
        PromptKind::Value { label, .. } => format!("{label} = "),
    }
}

/// Draws the typed text with its cursor; a long text scrolls so that the cursor stays visible.
fn draw_typed(canvas: &mut Canvas<'_>, line: Rect, prompt: &Prompt) {
    let (strong, text) = (canvas.theme.strong, canvas.theme.text);
    let x = canvas.text((line.x, line.y), line.width, &label(prompt), strong);
    let room = line.right().saturating_sub(x);
    if room == 0 {
        return;
    }
    let typed: Vec<char> = prompt.text.chars().collect();
    let cursor = prompt.cursor.min(typed.len());
    let width = |canvas: &Canvas<'_>, typed: &[char]| canvas.width(&String::from_iter(typed));
    let under = typed.get(cursor).copied().unwrap_or(' ').to_string();
    let under_width = canvas.width(&under).max(1);
    let is_cut = |first: &usize| width(canvas, &typed[*first..cursor]) + under_width > room;
    let first = (0..cursor).find(|first| !is_cut(first)).unwrap_or(cursor);
    let at = x + width(canvas, &typed[first..cursor]);
    canvas.text((x, line.y), room, &String::from_iter(&typed[first..]), text);
    let style = text.add_modifier(Modifier::REVERSED);
    canvas.text((at, line.y), under_width.min(line.right().saturating_sub(at)), &under, style);
}
