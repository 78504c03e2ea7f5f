//! The frame around a view: tabs, headline, notice and footer.

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::{App, BannerKind, Hint, footer, played_key, tab_name};
use crate::canvas::text_flow::TextFlow;
use crate::canvas::{Canvas, inset, row, text_width};
use crate::ui::header::is_help_at;
use crate::views::{Key, Tab, char, until_sentence};

/// The areas of a screen; a part without room has no height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScreenLayout {
    /// Name, state, epoch and pace.
    pub header: Rect,
    /// The tabs of the views.
    pub tabs: Rect,
    /// The sentences about what the view shows.
    pub headline: Rect,
    /// The open view.
    pub body: Rect,
    /// The keys that work at the moment.
    pub footer: Rect,
}

/// The width in cells below which the headline has two rows, unless the screen is very low.
const NARROW: u16 = 100;

/// Divides a screen into its parts.
pub(crate) fn parts(area: Rect) -> ScreenLayout {
    let has_tabs = u16::from(area.height >= 16);
    let headline = match area.height {
        ..8 => 0,
        10.. if area.width < NARROW => 2,
        _ => 1,
    };
    let line = |y: u16, has: u16| Rect { y, height: has.min(area.height), ..area };
    let bottom = area.bottom();
    let top = area.y + (1 + has_tabs).min(area.height);
    let body = area.height.saturating_sub(2 + has_tabs + headline);
    ScreenLayout {
        header: line(area.y, 1),
        tabs: line(area.y + 1.min(area.height), has_tabs),
        headline: line(top, headline),
        body: Rect { y: (top + headline).min(bottom), height: body, ..area },
        footer: line(bottom.saturating_sub(1), 1),
    }
}

/// Returns the parts of a dashboard's screen. When presenting, the headline has the row of the tabs, too.
pub(crate) fn parts_of(app: &App, area: Rect) -> ScreenLayout {
    let parts = parts(area);
    if !app.shared.appearance.is_presenting {
        return parts;
    }
    let ScreenLayout { tabs, headline, .. } = parts;
    let rows = if headline.height == 0 { 0 } else { tabs.height + headline.height };
    let headline = Rect { y: headline.y - (rows - headline.height), height: rows, ..headline };
    ScreenLayout { tabs: Rect { height: 0, ..tabs }, headline, ..parts }
}

/// Returns the tabs with their cells.
fn tabs(app: &App, area: Rect) -> Vec<(Tab, Rect, String)> {
    let mut x = area.x + 1;
    let tabs = Tab::ALL.iter().map(|tab| {
        let text = format!(" {} ", tab_name(app, *tab));
        let width = text.len() as u16;
        let at = Rect { x, width, ..area };
        x += width + 1;
        (*tab, at.intersection(area), text)
    });
    tabs.collect()
}

/// Draws the tabs.
pub(crate) fn draw_tabs(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    for (tab, at, text) in tabs(app, area) {
        if at.height == 0 {
            continue;
        }
        let style = if tab == app.tab { canvas.theme.selected } else { canvas.theme.quiet };
        canvas.text((at.x, at.y), at.width, &text, style);
    }
}

/// Returns the tab at a cell.
pub(crate) fn tab_at(app: &App, area: Rect, at: (u16, u16)) -> Option<Tab> {
    tabs(app, area).into_iter().find(|(_, cells, _)| cells.contains(at.into())).map(|(tab, ..)| tab)
}

/// Draws as many of the view's sentences as fit.
pub(crate) fn draw_headline(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    let area = inset(area, 1);
    if area.height > 0 {
        let flow = TextFlow::new(area);
        let is_presenting = app.shared.appearance.is_presenting;
        let mut flow = if is_presenting { flow.in_bold() } else { flow };
        let mut sentences = app.view().sentences(&app.shared);
        sentences.splice(0..0, until_sentence(&app.shared));
        flow.write_all(canvas, &sentences);
    }
}

/// Draws the notice, if there is one: beside the tabs if it fits there, else over them, and over the headline
/// too if it needs more than a line. On a screen without tabs it lies over the headline or the footer, and when
/// presenting over the footer.
pub(crate) fn draw_notice(canvas: &mut Canvas<'_>, app: &App, parts: &ScreenLayout) {
    let Some(banner) = &app.banner else { return };
    let areas = [parts.tabs, parts.headline, parts.footer];
    let above = if app.shared.appearance.is_presenting { 2 } else { 0 };
    let Some(area) = areas.into_iter().skip(above).find(|area| area.height > 0) else { return };
    let (mark, style) = match banner.kind {
        BannerKind::Done => ("✓ ", canvas.theme.good),
        BannerKind::Failed => ("✗ ", canvas.theme.problem),
        BannerKind::Fact | BannerKind::Lasting => ("", canvas.theme.text),
    };
    let whole = row(inset(area, 1), 0);
    let free_from = if area == parts.tabs { free_from(app, area) } else { whole.x };
    let room = whole.right().saturating_sub(free_from);
    let width = |text: &str| canvas.width(mark).saturating_add(canvas.width(text));
    let shorter = banner.shorter.iter().find(|text| width(text) <= room);
    let text = match shorter {
        Some(shorter) if width(&banner.text) > room => shorter,
        _ => &banner.text,
    };
    let width = width(text);
    let x = match whole.right().checked_sub(width) {
        Some(x) if x >= free_from => x,
        _ => whole.x,
    };
    let is_below = parts.headline.y == area.bottom();
    let height = if width > whole.width && is_below { 1 + parts.headline.height } else { 1 };
    let free = if x > whole.x {
        Rect { x, width: whole.right() - x, ..whole }
    } else {
        Rect { height, ..row(area, 0) }
    };
    canvas.clear(free);
    let plain = canvas.theme.text;
    let lines = Rect { x, width: whole.right() - x, height, ..whole };
    let mark = (mark, style.add_modifier(Modifier::BOLD));
    TextFlow::new(lines).write(canvas, &[mark, (text, plain)]);
}

/// Returns the first column of the tabs' row after the tabs and a gap.
fn free_from(app: &App, area: Rect) -> u16 {
    tabs(app, area).pop().map_or(area.x + 1, |(_, tab, _)| tab.right() + 2)
}

/// Draws the key that a recording has just played, at the right of the tabs, or of the footer where it has room; not
/// beside a notice.
pub(crate) fn draw_played_key(canvas: &mut Canvas<'_>, app: &App, parts: &ScreenLayout) {
    let Some(key) = played_key(app).filter(|_| app.banner.is_none()) else { return };
    let free = if parts.tabs.height > 0 {
        let from = free_from(app, parts.tabs);
        Rect { x: from, width: parts.tabs.right().saturating_sub(from + 1), ..parts.tabs }
    } else {
        let line = row(inset(parts.footer, 1), 0);
        let placed = placed_hints(app, parts);
        let from = placed.last().map_or(line.x, |(x, hint)| x + hint_width(app, hint) + 2);
        Rect { x: from, width: line.right().saturating_sub(from), ..line }
    };
    let style = canvas.theme.chosen;
    let key = [key.as_str(), key.split(' ').next().unwrap_or_default()]
        .into_iter()
        .find(|text| canvas.width(text) <= free.width);
    if let Some(key) = key.filter(|_| free.height > 0) {
        canvas.text_right(free, key, style);
    }
}

/// The most keys in the footer when presenting, and in the past, where three more lead through it and out of it.
const FEW_KEYS: (usize, usize) = (5, 8);

/// Leaves out the less important hints beyond so many keys, but not those that stay.
fn keep_few(hints: &mut Vec<Hint>, most: usize) {
    let mut left = most;
    for hint in hints.iter().filter(|hint| hint.stays) {
        left = left.saturating_sub(hint.bound.len());
    }
    hints.retain(|hint| {
        let fits = hint.stays || hint.bound.len() <= left;
        if fits && !hint.stays {
            left -= hint.bound.len();
        }
        fits
    });
}

/// Returns the hints that fit into the footer, each with its first column; those that do not fit are left
/// out from the right, except those that stay.
fn placed_hints(app: &App, parts: &ScreenLayout) -> Vec<(u16, Hint)> {
    let line = row(inset(parts.footer, 1), 0);
    let mut hints = footer(app);
    hints.retain(|hint| !hint.opens_view || parts.tabs.height == 0);
    if app.shared.appearance.is_presenting && app.overlay.is_none() {
        let is_past = app.shared.history.is_past() || app.shared.is_replaying();
        keep_few(&mut hints, if is_past { FEW_KEYS.1 } else { FEW_KEYS.0 });
    }
    let width = |hint: &Hint| hint_width(app, hint);
    let staying = hints.iter().filter(|hint| hint.stays);
    // Includes the gap before each hint.
    let mut kept: u16 = staying.map(|hint| width(hint) + 2).sum();
    let mut x = line.x;
    let mut placed = Vec::new();
    for hint in hints {
        let width = width(&hint);
        if hint.stays {
            kept -= width + 2;
        }
        if x.saturating_add(width).saturating_add(kept) <= line.right() {
            placed.push((x, hint));
            x += width + 2;
        }
    }
    placed
}

fn hint_width(app: &App, hint: &Hint) -> u16 {
    let glyphs = app.shared.appearance.glyphs;
    text_width(&hint.keys, glyphs) + 1 + text_width(&hint.words, glyphs)
}

/// Draws the keys that work at the moment.
pub(crate) fn draw_footer(canvas: &mut Canvas<'_>, app: &App, parts: &ScreenLayout) {
    let (strong, quiet) = (canvas.theme.strong, canvas.theme.quiet);
    let line = row(inset(parts.footer, 1), 0);
    for (x, hint) in placed_hints(app, parts) {
        let x = canvas.text((x, line.y), line.width, &hint.keys, strong);
        canvas.text((x + 1, line.y), line.width, &hint.words, quiet);
    }
}

fn event_of(key: Key) -> KeyEvent {
    KeyEvent::new(key.code, key.modifiers)
}

/// Returns the key that is shown at a cell: in the footer, by its name or its words, or the help in the
/// header.
pub(crate) fn key_at(app: &App, parts: &ScreenLayout, at: (u16, u16)) -> Option<KeyEvent> {
    if at.1 == parts.header.y && parts.header.height > 0 {
        let is_help = app.overlay.is_none() && is_help_at(app, parts.header, at);
        return is_help.then_some(event_of(char('?')));
    }
    if !parts.footer.contains(at.into()) {
        return None;
    }
    let placed = placed_hints(app, parts);
    let (x, hint) = placed.iter().rev().find(|(x, _)| *x <= at.0)?;
    let end = x + hint_width(app, hint);
    if at.0 >= end {
        return None;
    }
    let mut name_end = *x;
    for (name, key) in hint.keys.split(' ').zip(&hint.bound) {
        name_end += text_width(name, app.shared.appearance.glyphs) + 1;
        if at.0 < name_end {
            return Some(event_of(*key));
        }
    }
    hint.bound.first().copied().map(event_of)
}
