//! Placeholder screens: loading, failed, nothing to show, too small.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::App;
use crate::canvas::widgets::{Bar, bar};
use crate::canvas::{Canvas, inset, row};
use crate::telemetry::{LoadProgress, RunState};
use crate::text::visible;

/// The fewest columns and rows of a usable screen.
pub(crate) const LEAST: (u16, u16) = (20, 5);

/// Draws a notice that the window is too small, shortened if necessary.
pub(crate) fn draw_too_small(canvas: &mut Canvas<'_>, screen: Rect) {
    if screen.height == 0 {
        return;
    }
    let long = format!("too small: {}×{} needed", LEAST.0, LEAST.1);
    let text = if canvas.width(&long) <= screen.width { &long } else { "too small" };
    let style = canvas.theme.text;
    canvas.text((screen.x, screen.y + screen.height / 2), screen.width, text, style);
}

/// Draws the placeholder of a view, if there is one; returns whether it did.
pub(crate) fn draw(canvas: &mut Canvas<'_>, app: &App, body: Rect) -> bool {
    match &app.shared.history.state {
        RunState::Loading(load) => draw_loading(canvas, app, body, load),
        RunState::Failed(reason) => draw_failed(canvas, body, reason),
        _ if app.shared.history.facts.is_none() => {
            let load = LoadProgress { what: "the run".to_owned(), fraction: 0.0 };
            draw_loading(canvas, app, body, &load);
        }
        _ => match app.view().missing(&app.shared) {
            Some(why) => draw_missing(canvas, body, why),
            None => return false,
        },
    }
    true
}

/// Says why a view has nothing to show.
fn draw_missing(canvas: &mut Canvas<'_>, body: Rect, why: &str) {
    let area = inset(block(body, 96, body.height), 1);
    let text = canvas.theme.text;
    for (nth, words) in wrap(why, usize::from(area.width)).iter().enumerate() {
        let line = row(area, nth as u16);
        canvas.text((line.x, line.y), line.width, words, text);
    }
}

fn block(body: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(body.width.saturating_sub(2)), height.min(body.height));
    Rect {
        x: body.x + (body.width - width) / 2,
        y: body.y + (body.height - height) / 3,
        width,
        height,
    }
}

fn draw_loading(canvas: &mut Canvas<'_>, app: &App, body: Rect, load: &LoadProgress) {
    let area = block(body, 60, 6);
    let (strong, quiet) = (canvas.theme.strong, canvas.theme.quiet);
    let title = app.shared.history.facts.as_ref().map_or("xentviz", |facts| facts.title.as_str());
    canvas.text((area.x, area.y), area.width, title, strong);
    let share = if load.fraction.is_finite() { load.fraction.clamp(0.0, 1.0) } else { 0.0 };
    let line = row(area, 2.min(area.height.saturating_sub(2)));
    let what = format!("loading {}", load.what);
    canvas.text((line.x, line.y), area.width.saturating_sub(6), &what, quiet);
    let percent = format!("{:>3.0} %", share * 100.0);
    canvas.text_right(line, &percent, quiet);
    let line = row(area, 3.min(area.height.saturating_sub(1)));
    if area.height >= 3 && line.height > 0 {
        let what = Bar { share, style: canvas.theme.progress, trough: canvas.theme.trough };
        bar(canvas, line, &what);
    }
    if let Some(facts) = &app.shared.history.facts
        && area.height >= 6
    {
        let line = row(area, 5);
        canvas.text((line.x, line.y), line.width, &facts.summary, quiet);
    }
}

fn draw_failed(canvas: &mut Canvas<'_>, body: Rect, reason: &str) {
    let area = inset(block(body, 96, body.height), 1);
    let (problem, text, quiet) = (canvas.theme.problem, canvas.theme.text, canvas.theme.quiet);
    let mut y = u16::from(area.height >= 8);
    let line = row(area, y);
    canvas.text(
        (line.x, line.y),
        line.width,
        "this scenario could not start",
        problem.add_modifier(Modifier::BOLD),
    );
    y += 1 + u16::from(area.height >= 8);
    for words in wrap(reason, usize::from(area.width)) {
        let line = row(area, y);
        canvas.text((line.x, line.y), line.width, &words, text);
        y += 1;
    }
    let hint = if reason.to_lowercase().contains("mnist") {
        "o chooses another scenario: \"digits\" is built in and needs no files; q quits"
    } else {
        "o chooses another scenario, q quits"
    };
    for (nth, words) in wrap(hint, usize::from(area.width)).iter().enumerate() {
        let line = row(area, y + 1 + nth as u16);
        canvas.text((line.x, line.y), line.width, words, quiet);
    }
}

/// Breaks a text at spaces into lines of at most `width` characters.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut out = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace().map(visible) {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                out.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
        }
        out.push(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_reasons_are_broken_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 3), ["unbreakable"]);
        assert_eq!(wrap("a\nb", 9), ["a", "b"]);
    }
}
