//! Draws the list of branches: the open course and the ghosts, as the tree that they are.
//!
//! It lies at the bottom of the screen, so that the charts that it is about stay in sight.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::App;
use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, DrawnPart, below, row, top};
use crate::telemetry::{BranchFacts, CourseRow};
use crate::views::{drawn_ghosts, epoch_name, ghost_names, letter, open_name};

/// The rows of a screen below which the list fills everything between the header and the keys.
const LOW: u16 = 12;

/// The most columns of the list.
const WIDE: u16 = 100;

/// A row of the list, in words.
struct CourseWords {
    /// The letter of a ghost that is drawn.
    letter: Option<char>,
    name: String,
    /// Where it begins and ends, and what cannot be done with it.
    about: String,
    /// The index among the ghosts of the list; `None` is the open course.
    place: Option<usize>,
    depth: usize,
}

/// Draws the list.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &App, screen: Rect, selected: usize) {
    let rows = rows(app);
    let has_ghosts = rows.len() > 1;
    let frame = if screen.height < LOW { FrameStyle::Ruled } else { FrameStyle::Boxed };
    let lines = rows.len() as u16 + u16::from(!has_ghosts);
    let area = lower(screen, lines + frame.rows());
    canvas.clear(area);
    let chosen = rows.iter().find(|row| row.place == Some(selected));
    let is_openable = chosen.is_some_and(|row| !row.about.ends_with(CURVES));
    let keys = match (has_ghosts, is_openable) {
        (false, _) => "esc closes",
        (true, true) => "enter opens, x drops, esc closes",
        (true, false) => "only its curves are kept: x drops, esc closes",
    };
    let (title, note) = ([("branches and ghosts", Tone::Strong)], [(keys, Tone::Quiet)]);
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    if inner.height == 0 {
        return;
    }
    let at = rows.iter().position(|row| row.place == Some(selected)).unwrap_or(0);
    let first = (at + 1).saturating_sub(usize::from(inner.height));
    let name = |words: &CourseWords| canvas.width(&words.name) + 2 * words.depth as u16;
    let names = rows.iter().map(name).max().unwrap_or(0);
    let shown = rows.iter().skip(first).take(usize::from(inner.height));
    let mut last = 0;
    for (y, words) in shown.enumerate() {
        draw_row(canvas, row(inner, y as u16), (words, names), words.place == Some(selected));
        last = y as u16 + 1;
    }
    if !has_ghosts {
        let quiet = canvas.theme.quiet;
        let words = "no others: go back in time with ← and change something there";
        let line = row(inner, last);
        if line.height > 0 {
            canvas.text((line.x, line.y), line.width, words, quiet);
        }
    }
}

/// Returns the lower part of the screen, above the keys: at most half of it, unless the screen is low.
fn lower(screen: Rect, height: u16) -> Rect {
    if screen.height < LOW {
        return below(top(screen, screen.height.saturating_sub(1)), 1);
    }
    let (width, height) = (screen.width.min(WIDE), height.min(screen.height / 2));
    let x = screen.x + (screen.width - width) / 2;
    Rect { x, y: screen.bottom() - 1 - height, width, height }
}

/// The end of the words about a ghost of an earlier run.
const CURVES: &str = "curves only";

/// Returns the rows of the list.
fn rows(app: &App) -> Vec<CourseWords> {
    let shared = &app.shared;
    let (names, drawn) = (ghost_names(shared), drawn_ghosts(shared));
    let mut places = 0..;
    let row = |CourseRow { ghost, depth }| {
        let Some(index) = ghost else { return open_row(app, depth) };
        let ghost = &shared.history.ghosts[index];
        let place = places.next();
        let letter = drawn.contains(&index).then(|| letter(ghost));
        let kept = if shared.history.is_openable(ghost) {
            String::new()
        } else {
            format!(", an earlier run: {CURVES}")
        };
        let about = format!("{}{kept}", span(app, ghost.began.as_ref(), ghost.newest));
        CourseWords { letter, name: names[index].clone(), about, place, depth }
    };
    shared.history.courses().into_iter().map(row).collect()
}

/// Returns the row of the open course.
fn open_row(app: &App, depth: usize) -> CourseWords {
    let history = &app.shared.history;
    let began = history.branches.iter().find(|branch| branch.id == history.branch);
    let about = format!("{}, open", span(app, began, history.newest));
    CourseWords { letter: None, name: open_name(&app.shared), about, place: None, depth }
}

/// Returns where a course begins, unless it does at the start, and where it ends.
fn span(app: &App, began: Option<&BranchFacts>, newest: u64) -> String {
    let from = began.map(|began| format!("from epoch {} ", epoch_name(&app.shared, began.step)));
    format!("{}to epoch {}", from.unwrap_or_default(), epoch_name(&app.shared, newest))
}

/// Draws a row. `names` is the width of the column of names.
fn draw_row(
    canvas: &mut Canvas<'_>,
    line: Rect,
    (words, names): (&CourseWords, u16),
    is_selected: bool,
) {
    if line.height == 0 {
        return;
    }
    let (selected, strong, quiet) =
        (canvas.theme.selected, canvas.theme.strong, canvas.theme.quiet);
    if let Some(place) = words.place {
        canvas.note_part(line, DrawnPart::Row(place));
    }
    if is_selected {
        canvas.paint(line, selected);
    }
    let style = if is_selected { selected } else { strong };
    let rest = if is_selected { style.remove_modifier(Modifier::BOLD) } else { quiet };
    let indent = 2 * words.depth as u16;
    let pad = names.saturating_sub(indent + canvas.width(&words.name));
    let letter = words.letter.map_or(' ', |letter| letter);
    let mut writer = canvas.line(line);
    writer.put(if is_selected { "▸ " } else { "  " }, style);
    writer.put(&format!("{letter}  "), style).gap(indent).put(&words.name, style);
    writer.gap(pad + 2).put(&words.about, rest);
}
