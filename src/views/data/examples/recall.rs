//! The recall of each class over time: a strip for each class, as light as the class is found.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::number::{count, percent};
use crate::canvas::ramps::SIZE_LEVELS;
use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, below, clipped, row, top};
use crate::telemetry::{Channel, RunFacts, Series};
use crate::views::arm_panels::marked_name;
use crate::views::data::state::DataView;
use crate::views::recall::DEAD;
use crate::views::view_state::ViewState;

/// Cells of the name of a class, and of its newest recall.
const NAME: u16 = 6;
const NEWEST: u16 = 8;

/// The letters of the levels on a terminal without colours.
const LETTERS: [char; SIZE_LEVELS] =
    [' ', ' ', '.', '.', ':', ':', '-', '-', '=', '=', '+', '+', '*', '*', '#', '#'];

/// Draws the recalls of every arm, one arm below the other.
pub(in crate::views::data) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    area: Rect,
) {
    let Some(facts) = state.shared.history.facts.as_deref() else { return };
    let arms = facts.arms.len().max(1) as u16;
    let each = area.height / arms;
    for arm in 0..facts.arms.len() {
        let place = top(below(area, arm as u16 * each), each);
        draw_arm(canvas, state, facts, (arm, place));
    }
}

fn draw_arm(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    facts: &RunFacts,
    (arm, area): (usize, Rect),
) {
    let title = marked_name(canvas, state.shared, arm);
    let title = [(title.as_str(), Tone::Arm(arm)), ("  recall over time", Tone::Quiet)];
    let set = if facts.test_examples > 0 { "test set" } else { "training set" };
    let frame = FrameStyle::Ruled;
    let note = [(set, Tone::Quiet)];
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    let Some(progress) = state.shared.history.arms.get(arm) else { return };
    let history = &state.shared.history;
    let until = history.clock().end_of_epoch(history.epochs).max(history.newest).max(1);
    let examples = if facts.test_examples > 0 { facts.test_examples } else { facts.examples };
    let of_class = examples / facts.classes.len().max(1);
    draw_axis(canvas, state, inner, facts.classes.len());
    let (quiet, problem) = (canvas.theme.quiet, canvas.theme.problem);
    for (class, name) in facts.classes.iter().enumerate().take(usize::from(inner.height)) {
        let line = row(inner, class as u16);
        let recall = progress.evaluation.as_ref().and_then(|e| *e.recall.get(class)?);
        let is_dead = recall.is_some_and(|recall| recall < DEAD)
            && progress.evaluation.as_ref().is_some_and(|e| e.epoch > 0);
        let (style, mark) = if is_dead { (problem, "✗") } else { (quiet, " ") };
        let name = clipped(name, usize::from(NAME - 2)).into_owned();
        canvas
            .line(Rect { width: NAME.min(line.width), ..line })
            .put(&format!("{mark}{name}"), style);
        let strip = Rect {
            x: line.x + NAME.min(line.width),
            width: line.width.saturating_sub(NAME + NEWEST),
            ..line
        };
        if let Some(channel) = Channel::of_class(class, &facts.channels) {
            draw_strip(canvas, progress.series(channel), until, strip);
        }
        if let Some(recall) = recall.filter(|_| line.width > NAME + NEWEST) {
            canvas.text_right(line, &percent(recall, of_class), style);
        }
    }
}

/// Draws the ends of time under the strips, and what their colours mean, where there is room.
fn draw_axis(canvas: &mut Canvas<'_>, state: ViewState<'_, DataView>, inner: Rect, classes: usize) {
    let (history, quiet) = (&state.shared.history, canvas.theme.quiet);
    let rows = below(inner, classes.min(usize::from(inner.height)) as u16);
    let strip = |line: Rect| Rect {
        x: line.x + NAME.min(line.width),
        width: line.width.saturating_sub(NAME + NEWEST),
        ..line
    };
    if rows.height > 0 {
        let axis = strip(row(rows, 0));
        let unit = history.clock().unit();
        let last = history.epochs.max(history.clock().epoch(history.newest));
        canvas.text((axis.x, axis.y), axis.width, "0", quiet);
        canvas.text_right(axis, &format!("{unit} {}", count(last)), quiet);
    }
    if rows.height > 1 {
        let key = strip(row(rows, 1));
        let (least, most) = ("0 % ", " 100 %");
        let width = SIZE_LEVELS as u16 + canvas.width(least) + canvas.width(most);
        if key.width >= width {
            let x = canvas.text((key.x, key.y), key.width, least, quiet);
            for level in 0..SIZE_LEVELS {
                draw_level(canvas, (x + level as u16, key.y), level);
            }
            canvas.text((x + SIZE_LEVELS as u16, key.y), key.width, most, quiet);
        }
    }
}

/// Draws a cell of a strip.
fn draw_level(canvas: &mut Canvas<'_>, at: (u16, u16), level: usize) {
    if canvas.theme.has_colours() && !canvas.is_ascii() {
        let colour = canvas.theme.sizes[level];
        canvas.put(at, (' ', ' '), Style::new().bg(colour));
    } else {
        let text = canvas.theme.text;
        canvas.put(at, (LETTERS[level], LETTERS[level]), text);
    }
}

/// Draws the readings of a series over the steps from 0 to `until`, each up to the next one.
fn draw_strip(canvas: &mut Canvas<'_>, series: &Series, until: u64, strip: Rect) {
    let mut readings = series.buckets().iter().peekable();
    let mut value = None;
    for x in 0..strip.width {
        let step = (f64::from(x) + 0.5) / f64::from(strip.width) * until as f64;
        while let Some(bucket) = readings.next_if(|bucket| bucket.first as f64 <= step) {
            value = Some(bucket.mean());
        }
        let Some(value) = value else { continue };
        if series.buckets().last().is_none_or(|last| step > last.last as f64 + until as f64 / 20.0)
        {
            continue;
        }
        let level = (value * (SIZE_LEVELS - 1) as f64).round() as usize;
        draw_level(canvas, (strip.x + x, strip.y), level.min(SIZE_LEVELS - 1));
    }
}
