//! The recall of each class over time: a strip for each class, as light as the class is found.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::number::{count, percent};
use crate::canvas::ramps::SIZE_LEVELS;
use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, DrawnPart, below, clipped, row};
use crate::telemetry::{Channel, RunFacts, Series};
use crate::views::arm_panels::marked_name;
use crate::views::data::examples::arrangement::arranged;
use crate::views::data::examples::matrix::Confusion;
use crate::views::data::state::DataView;
use crate::views::recall::DEAD;
use crate::views::view_state::ViewState;

/// Cells of the name of a class with its mark, at least and at most, and of its newest recall.
const NAME: u16 = 6;
const MOST_NAME: u16 = 14;
const NEWEST: u16 = 8;

/// The fewest cells of a strip beside names that have more than they need at least.
const LEAST_STRIP: u16 = 12;

/// The cells of a rule beside its title and note.
const ON_RULE: u16 = 10;

/// The fewest cells across of the recalls of an arm.
const LEAST: u16 = 30;

/// The letters of the levels on a terminal without colours.
const LETTERS: [char; SIZE_LEVELS] =
    [' ', ' ', '.', '.', ':', ':', '-', '-', '=', '=', '+', '+', '*', '*', '#', '#'];

/// Returns the cells of the names of the classes in an area.
fn name_cells(facts: &RunFacts, area: Rect) -> u16 {
    let longest = facts.classes.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let whole = (longest as u16 + 2).clamp(NAME, MOST_NAME);
    whole.min(area.width.saturating_sub(NEWEST + LEAST_STRIP)).max(NAME)
}

/// Draws the recalls of every arm, one arm below the other.
pub(in crate::views::data) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    area: Rect,
) {
    let Some(facts) = state.shared.history.facts.as_deref() else { return };
    let arms = facts.arms.len();
    // A line for each class, the axis, the key of the colours, and that of the mark.
    let places = arranged(area, arms, (LEAST, facts.classes.len() as u16 + 4));
    let from = if places.len() < arms { state.shared.arm } else { 0 };
    for (nth, place) in places.into_iter().enumerate() {
        draw_arm(canvas, state, facts, ((from + nth) % arms, place));
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
    let Some(progress) = state.shared.history.arms.get(arm) else { return };
    let evaluated = progress.evaluation.as_ref().filter(|evaluation| evaluation.epoch > 0);
    let has_dead = evaluated.is_some_and(|e| e.recall.iter().flatten().any(|r| *r < DEAD));
    let rows = area.height.saturating_sub(1);
    // The mark has its meaning under the colours, or on the frame.
    let has_line = usize::from(rows) >= facts.classes.len() + 3;
    let meaning = format!("✗ under {:.0} %", DEAD * 100.0);
    let on_rule = (has_dead && !has_line).then_some(meaning.as_str());
    let width = title.iter().map(|(text, _)| canvas.width(text)).sum::<u16>() + ON_RULE;
    let note = note(canvas, on_rule, set, area.width.saturating_sub(width));
    let note = [(note.as_str(), Tone::Quiet)];
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    if has_dead && has_line {
        let line = row(inner, facts.classes.len() as u16 + 2);
        let problem = canvas.theme.problem;
        canvas.line(line).put_whole(&meaning, problem);
    }
    let history = &state.shared.history;
    let until = history.clock().end_of_epoch(history.epochs).max(history.newest).max(1);
    let examples = if facts.test_examples > 0 { facts.test_examples } else { facts.examples };
    let of_class = examples / facts.classes.len().max(1);
    let names = name_cells(facts, inner);
    draw_axis(canvas, state, inner, (facts.classes.len(), names));
    let (quiet, problem) = (canvas.theme.quiet, canvas.theme.problem);
    for (class, name) in facts.classes.iter().enumerate().take(usize::from(inner.height)) {
        let line = row(inner, class as u16);
        let recall = progress.evaluation.as_ref().and_then(|e| *e.recall.get(class)?);
        let is_dead = recall.is_some_and(|recall| recall < DEAD)
            && progress.evaluation.as_ref().is_some_and(|e| e.epoch > 0);
        let (style, mark) = if is_dead { (problem, "✗") } else { (quiet, " ") };
        let name = clipped(name, usize::from(names - 2)).into_owned();
        canvas
            .line(Rect { width: names.min(line.width), ..line })
            .put(&format!("{mark}{name}"), style);
        let strip = Rect {
            x: line.x + names.min(line.width),
            width: line.width.saturating_sub(names + NEWEST),
            ..line
        };
        if let Some(channel) = Channel::of_class(class, &facts.channels) {
            draw_strip(canvas, progress.series(channel), until, strip);
        }
        note_confusion(canvas, state, (arm, class), line);
        if let Some(recall) = recall.filter(|_| line.width > names + NEWEST) {
            canvas.text_right(line, &percent(recall, of_class), style);
        }
    }
}

/// Returns the note on a rule with so many cells beside its title: the set, which is left out before the title is,
/// and the meaning of the mark, which is not.
fn note(canvas: &Canvas<'_>, meaning: Option<&str>, set: &str, room: u16) -> String {
    let whole = meaning.map_or_else(|| set.to_owned(), |meaning| format!("{meaning}, {set}"));
    let fits = canvas.width(&whole) <= room;
    if fits { whole } else { meaning.unwrap_or_default().to_owned() }
}

/// Lets a line choose what its class is taken for most often.
fn note_confusion(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    (arm, class): (usize, usize),
    line: Rect,
) {
    let Some(score) = state.listed().and_then(|listed| listed.arms.get(arm)) else { return };
    let pairs = score.confused_pairs();
    if let Some((_, answer)) = pairs.into_iter().find(|(of, _)| *of == class) {
        let cell = Confusion { arm, class, answer };
        canvas.note_part(line, DrawnPart::Item(cell.index(score.classes)));
    }
}

/// Draws the ends of time under the strips, and what their colours mean, where there is room.
fn draw_axis(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    inner: Rect,
    (classes, names): (usize, u16),
) {
    let (history, quiet) = (&state.shared.history, canvas.theme.quiet);
    let rows = below(inner, classes.min(usize::from(inner.height)) as u16);
    let strip = |line: Rect| Rect {
        x: line.x + names.min(line.width),
        width: line.width.saturating_sub(names + NEWEST),
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
