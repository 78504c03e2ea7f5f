//! The frame around a view: header, tabs, headline and footer.

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::app::{App, BannerKind, Hint, footer, tab_name};
use crate::canvas::number::{abbreviated, count};
use crate::canvas::text_flow::TextFlow;
use crate::canvas::widgets::{Bar, bar};
use crate::canvas::{Canvas, inset, row, text_width};
use crate::telemetry::{EtaMode, Pace, Precision, RunFacts, RunState};
use crate::text::visible;
use crate::views::{Key, Tab, char};

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

/// Returns the mark and the word of the run's state, with their style.
fn state(canvas: &Canvas<'_>, state: &RunState) -> (String, Style) {
    let theme = &canvas.theme;
    match state {
        RunState::Running => ("▶ running ".to_owned(), theme.good),
        RunState::Paused => ("‖ paused  ".to_owned(), theme.strong),
        RunState::Finished => ("■ finished".to_owned(), theme.strong),
        RunState::Stopped => ("■ stopped ".to_owned(), theme.problem),
        RunState::Failed(_) => ("✗ failed  ".to_owned(), theme.problem),
        RunState::Loading(load) => {
            (format!("… loading {:>3.0} %", load.fraction.clamp(0.0, 1.0) * 100.0), theme.strong)
        }
    }
}

/// A field of the header: how early it is left out, and its width in cells.
struct HeaderField {
    priority: u8,
    width: u16,
    what: FieldContent,
}

enum FieldContent {
    Text(Vec<(String, Style)>),
    Progress(f64),
}

/// Draws the header; the least important fields that do not fit are left out.
pub(crate) fn draw_header(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    if area.height == 0 {
        return;
    }
    let inner = inset(area, 1);
    let mut fields = fields(canvas, app);
    let room = |fields: &[HeaderField]| fields.iter().map(|f| f.width + 2).sum::<u16>();
    let mut has_help = true;
    while room(&fields) + if has_help { 6 } else { 0 } > inner.width + u16::from(!has_help) * 2 {
        let worst = fields.iter().map(|f| f.priority).max().unwrap_or(0);
        if has_help && worst <= 3 {
            has_help = false;
        } else if fields.len() > 1 {
            let last = fields.iter().rposition(|f| f.priority == worst).unwrap_or(0);
            fields.remove(last);
        } else {
            break;
        }
    }
    let mut x = inner.x;
    for field in &fields {
        let area = Rect { x, width: field.width.min(inner.right().saturating_sub(x)), ..inner };
        draw_field(canvas, area, &field.what);
        x = x.saturating_add(field.width + 2).min(inner.right());
    }
    if has_help {
        let quiet = canvas.theme.quiet;
        canvas.text_right(inner, "? help", quiet);
    }
    let background = canvas.theme.bar;
    canvas.fill_background(area, background);
}

fn draw_field(canvas: &mut Canvas<'_>, area: Rect, what: &FieldContent) {
    match what {
        FieldContent::Text(pieces) => {
            let mut line = canvas.line(area);
            for (text, style) in pieces {
                line.put(text, *style);
            }
        }
        FieldContent::Progress(share) => {
            let style = canvas.theme.progress;
            let what = Bar { share: *share, style, trough: canvas.theme.trough };
            bar(canvas, area, &what);
        }
    }
}

fn fields(canvas: &Canvas<'_>, app: &App) -> Vec<HeaderField> {
    let theme = &canvas.theme;
    let history = &app.shared.history;
    let mut fields = Vec::with_capacity(10);
    let mut put = |priority: u8, pieces: Vec<(String, Style)>| {
        let width = pieces.iter().map(|(text, _)| canvas.width(text)).sum();
        fields.push(HeaderField { priority, width, what: FieldContent::Text(pieces) });
    };
    put(3, vec![("xentviz".to_owned(), theme.strong)]);
    let (word, style) = state(canvas, &history.state);
    put(0, vec![(word, style.add_modifier(Modifier::BOLD))]);
    let Some(facts) = history.facts.as_deref() else { return fields };
    put(4, vec![(clipped(&facts.title, 34), theme.text)]);
    if matches!(history.state, RunState::Failed(_)) {
        return fields;
    }
    let epochs = count(history.epochs);
    let epoch = format!("{:>width$}", count(history.epoch()), width = epochs.len());
    put(
        1,
        vec![
            ("epoch ".to_owned(), theme.quiet),
            (epoch, theme.strong),
            (format!("/{epochs}"), theme.quiet),
        ],
    );
    let share = history.epochs_done() / history.epochs.max(1) as f64;
    let progress = HeaderField { priority: 6, width: 20, what: FieldContent::Progress(share) };
    let pace = pace(app);
    let put = |fields: &mut Vec<HeaderField>, priority: u8, pieces: Vec<(String, Style)>| {
        let width = pieces.iter().map(|(text, _)| canvas.width(text)).sum();
        fields.push(HeaderField { priority, width, what: FieldContent::Text(pieces) });
    };
    fields.push(progress);
    let pace_style = if app.shared.pending.pace.is_some() { theme.chosen } else { theme.text };
    put(&mut fields, 5, vec![(pace, pace_style)]);
    let mode = app.shared.eta_mode();
    if mode != EtaMode::Own {
        let word = if mode == EtaMode::Equal { "η equal" } else { "η calibrated" };
        let waiting = if app.shared.pending.mode.is_some() { "…" } else { "" };
        put(&mut fields, 6, vec![(format!("{word}{waiting}"), theme.text)]);
    }
    put(&mut fields, 7, vec![(seed(facts), theme.quiet)]);
    if facts.precision != Precision::default() {
        let words = format!("in {}", facts.precision.name());
        put(&mut fields, 9, vec![(words, theme.quiet)]);
    }
    // A table is given in full in the scenario, and a title may already name the data.
    if facts.data != "table" && facts.data != facts.title {
        put(&mut fields, 5, vec![(clipped(&facts.data, 24), theme.quiet)]);
    }
    let noun = if facts.examples == 1 { "example" } else { "examples" };
    let examples = format!("{} {noun}", count(facts.examples as u64));
    put(&mut fields, 8, vec![(examples, theme.quiet)]);
    fields
}

fn seed(facts: &RunFacts) -> String {
    format!("seed {}", facts.seed)
}

/// Returns the text of the header, one fact per line, with the number of steps taken.
pub(crate) fn readout(app: &App) -> Vec<String> {
    let history = &app.shared.history;
    let Some(facts) = history.facts.as_deref() else { return Vec::new() };
    vec![
        format!("scenario {}: {}", facts.name, facts.title),
        seed(facts),
        format!("step {}", count(history.step)),
        format!("epoch {}/{}", count(history.epoch()), count(history.epochs)),
    ]
}

/// Returns the pace in a field of fixed width; at full speed the measured rate.
fn pace(app: &App) -> String {
    let pace = app.shared.pending.pace.unwrap_or(app.shared.history.pace);
    let waiting = if app.shared.pending.pace.is_some() { "…" } else { "" };
    let text = match (pace, app.shared.history.rate) {
        (Pace::Max, Some(rate)) if app.shared.pending.pace.is_none() => {
            format!("max pace, {:>5} examples/s", abbreviated(rate))
        }
        (Pace::Epochs(1.0), _) => format!("1 epoch/s{waiting}"),
        _ => format!("{pace}{waiting}"),
    };
    let width = if pace == Pace::Max { 26 } else { 14 };
    format!("{text:<width$}")
}

fn clipped(text: &str, most: usize) -> String {
    let text = visible(text);
    if text.chars().count() <= most {
        return text.into_owned();
    }
    let mut out: String = text.chars().take(most - 1).collect();
    out.push('…');
    out
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
        TextFlow::new(area).write_all(canvas, &app.view().sentences(&app.shared));
    }
}

/// Draws the notice, if there is one: beside the tabs if it fits there, else over them. On a screen without
/// tabs it lies over the headline or the footer.
pub(crate) fn draw_notice(canvas: &mut Canvas<'_>, app: &App, parts: &ScreenLayout) {
    let Some(banner) = &app.banner else { return };
    let areas = [parts.tabs, parts.headline, parts.footer];
    let Some(area) = areas.into_iter().find(|area| area.height > 0) else { return };
    let (mark, style) = match banner.kind {
        BannerKind::Done => ("✓ ", canvas.theme.good),
        BannerKind::Failed => ("✗ ", canvas.theme.problem),
    };
    let whole = row(inset(area, 1), 0);
    let width = canvas.width(mark).saturating_add(canvas.width(&banner.text));
    let last_tab = tabs(app, area).pop().filter(|_| area == parts.tabs);
    let free_from = last_tab.map_or(whole.x, |(_, tab, _)| tab.right() + 2);
    let x = match whole.right().checked_sub(width) {
        Some(x) if x >= free_from => x,
        _ => whole.x,
    };
    let free =
        if x > whole.x { Rect { x, width: whole.right() - x, ..whole } } else { row(area, 0) };
    canvas.clear(free);
    let text = canvas.theme.text;
    let line = Rect { x, width: whole.right() - x, ..whole };
    let mark = (mark, style.add_modifier(Modifier::BOLD));
    TextFlow::new(line).write(canvas, &[mark, (&banner.text, text)]);
}

/// Returns the hints that fit into the footer, each with its first column; those that do not fit are left
/// out from the right, except those that stay.
fn placed_hints(app: &App, parts: &ScreenLayout) -> Vec<(u16, Hint)> {
    let line = row(inset(parts.footer, 1), 0);
    let mut hints = footer(app);
    hints.retain(|hint| !hint.opens_view || parts.tabs.height == 0);
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
        let is_help = at.0 + 8 > parts.header.right() && app.overlay.is_none();
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
