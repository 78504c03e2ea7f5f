//! The recall of each class, which shows dead digits.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::canvas::Canvas;
use crate::canvas::widgets::{FramedArea, Panel, Tone, panel, rises, rises_hatched};
use crate::telemetry::RunFacts;
use crate::views::recall::DEAD;
use crate::views::shared_state::SharedState;

/// A line on the lower edge of a cell.
const LOWER_EDGE: (char, char) = ('▁', '_');

/// The mark of a class that has no examples.
const NO_EXAMPLES: (char, char) = ('-', '-');

fn recalls(shared: &SharedState, arm: usize) -> &[Option<f64>] {
    let evaluation = shared.history.arms.get(arm).and_then(|now| now.evaluation.as_ref());
    evaluation.map_or(&[], |evaluation| evaluation.recall.as_slice())
}

/// Returns whether nothing has been learnt yet, so that a recall of 0 means nothing.
fn is_start(shared: &SharedState, arm: usize) -> bool {
    let evaluation = shared.history.arms.get(arm).and_then(|now| now.evaluation.as_ref());
    evaluation.is_none_or(|evaluation| evaluation.epoch == 0)
}

fn is_digits(facts: &RunFacts) -> bool {
    facts.classes.iter().all(|name| matches!(name.as_bytes(), [b'0'..=b'9']))
}

/// Draws the recall of each class as vertical bars, the arms side by side.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    shared: &SharedState,
    facts: &RunFacts,
    framed: FramedArea,
) {
    let FramedArea { area, frame } = framed;
    let set = if facts.test_examples > 0 { "test set" } else { "training set" };
    let what = if is_digits(facts) { "recall by digit" } else { "recall by class" };
    let title = [(what, Tone::Strong), (", %", Tone::Quiet)];
    let note = format!("{set}, ✗ under {:.0} %", DEAD * 100.0);
    let note = [(note.as_str(), Tone::Quiet)];
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    if inner.height < 4 || inner.width < 16 {
        return;
    }
    // The lines lie on the lower edges of cells, at exactly the heights that bars reach: the one of 100 %
    // in the row above the bars, the one of 50 % half-way up an even number of rows.
    let height = (inner.height - 2) / 2 * 2;
    let top = inner.bottom() - 1 - height;
    let bars = Rect { x: inner.x + 4, y: top, width: inner.width - 4, height };
    let (quiet, faint) = (canvas.theme.quiet, canvas.theme.faint);
    for (label, y) in [("100", top - 1), ("50", top + height / 2 - 1), ("0", bars.bottom() - 1)] {
        canvas.text_right(Rect { x: inner.x, y, width: 3, height: 1 }, label, quiet);
        for x in bars.left()..bars.right() {
            canvas.put((x, y), LOWER_EDGE, faint);
        }
    }
    let arms: Vec<usize> =
        (0..facts.arms.len()).filter(|a| !recalls(shared, *a).is_empty()).collect();
    if arms.is_empty() {
        canvas.text((bars.x, bars.y), bars.width, "not evaluated yet", quiet);
        return;
    }
    let least = arms.len() as u16 + 1;
    let recall_bars = RecallBars { shared, arms };
    let shown = facts.classes.len().min(usize::from(bars.width / least)).max(1);
    let group = (bars.width / shown as u16).min(12);
    let bars = Rect { x: bars.x + (bars.width - group * shown as u16) / 2, ..bars };
    for (class, name) in facts.classes.iter().take(shown).enumerate() {
        let area = Rect { x: bars.x + class as u16 * group, width: group, ..bars };
        recall_bars.draw(canvas, area, class);
        let under = Rect { y: bars.bottom(), height: 1, width: group - 1, ..area };
        let name_width = canvas.width(name).min(under.width);
        let x = under.x + (under.width - name_width) / 2;
        canvas.text((x, under.y), name_width, name, quiet);
    }
    if shown < facts.classes.len() {
        let rest = format!("+{}", facts.classes.len() - shown);
        canvas.text_right(Rect { y: bars.bottom(), height: 1, ..inner }, &rest, quiet);
    }
}

/// The arms whose recall of each class is drawn side by side.
struct RecallBars<'a> {
    shared: &'a SharedState,
    arms: Vec<usize>,
}

impl RecallBars<'_> {
    /// Draws the bars of one class.
    fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, class: usize) {
        let Self { shared, arms } = self;
        let count = arms.len() as u16;
        let wide = ((area.width - 1) / count).clamp(1, 4);
        // If colours do not distinguish the bars, a gap separates them.
        let has_gap = !canvas.theme.has_colours() && wide > 1;
        let left = (area.width - 1 - (wide * count).min(area.width - 1)) / 2;
        for (place, arm) in arms.iter().enumerate() {
            let Some(recall) = recalls(shared, *arm).get(class).copied() else { continue };
            let x = area.x + left + place as u16 * wide;
            let bar = Rect { x, width: wide - u16::from(has_gap), ..area };
            let foot = (bar.x + (wide - 1) / 2, bar.bottom() - 1);
            let style = canvas.theme.arm(*arm);
            match recall {
                None => canvas.put(foot, NO_EXAMPLES, canvas.theme.quiet),
                Some(recall) if recall < DEAD && !is_start(shared, *arm) => {
                    let style = canvas.theme.problem.add_modifier(Modifier::BOLD);
                    canvas.put(foot, ('✗', 'X'), style);
                }
                Some(recall) if !canvas.theme.has_colours() && place % 2 == 1 => {
                    rises_hatched(canvas, bar, recall, style);
                }
                Some(recall) => {
                    rises(canvas, bar, recall, style);
                }
            }
        }
    }
}

/// Draws the recall in one row, a bar for each class.
pub(super) fn draw_line(canvas: &mut Canvas<'_>, shared: &SharedState, line: Rect, arm: usize) {
    const LABEL: u16 = 12;
    if line.width < LABEL + 4 {
        return;
    }
    let quiet = canvas.theme.quiet;
    canvas.text((line.x, line.y), LABEL, "recall", quiet);
    let recalls = recalls(shared, arm);
    let style = canvas.theme.arm(arm);
    let problem = canvas.theme.problem.add_modifier(Modifier::BOLD);
    let is_start = is_start(shared, arm);
    let (step, fits) = pitch(line.width - LABEL, recalls.len());
    for (class, recall) in recalls.iter().enumerate().take(fits) {
        let cell = Rect { x: line.x + LABEL + class as u16 * step, width: 1, ..line };
        match *recall {
            None => canvas.put((cell.x, cell.y), NO_EXAMPLES, quiet),
            Some(recall) if recall < DEAD && !is_start => {
                canvas.put((cell.x, cell.y), ('✗', 'X'), problem);
            }
            Some(recall) => rises(canvas, cell, recall, style),
        }
    }
    if recalls.is_empty() {
        canvas.text((line.x + LABEL, line.y), line.width - LABEL, "not evaluated yet", quiet);
    }
}

/// Draws the names of the classes under [`draw_line`].
pub(super) fn draw_names(canvas: &mut Canvas<'_>, facts: &RunFacts, line: Rect) {
    const LABEL: u16 = 12;
    let quiet = canvas.theme.quiet;
    if line.width < LABEL + 4 {
        return;
    }
    canvas.text((line.x, line.y), LABEL, "of class", quiet);
    let (step, fits) = pitch(line.width - LABEL, facts.classes.len());
    for (class, name) in facts.classes.iter().enumerate().take(fits) {
        canvas.text((line.x + LABEL + class as u16 * step, line.y), 1, name, quiet);
    }
}

/// Returns the cells from one class to the next, and how many classes fit.
fn pitch(width: u16, classes: usize) -> (u16, usize) {
    let step = if classes * 2 <= usize::from(width) + 1 { 2 } else { 1 };
    (step, usize::from(width.div_ceil(step)))
}
