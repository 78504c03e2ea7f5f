//! The confusion matrices: how many examples of each class are taken for which, by every arm, and how the chosen
//! arm differs from the first one, or the first from the second.

use ratatui::layout::Rect;

use crate::canvas::number::{count, short_name};
use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, glyphs, row};
use crate::telemetry::{ArmScore, ListedExamples};
use crate::views::arm_panels::{ON_FRAME, fitting_name};
use crate::views::data::examples::arrangement::arranged;
use crate::views::data::examples::matrix::{LEGEND, Matrix, MatrixGrid};
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// The cells of a rule beside its title and a note.
const WITH_NOTE: u16 = 10;

/// Returns the cells across of a matrix that is useful, with its title.
pub(super) fn least_width(state: ViewState<'_, DataView>) -> u16 {
    let classes = state.classes();
    let grid = MatrixGrid::all(state).last().map_or(0, |grid| grid.least_width(classes));
    grid.max(longest_name(state) + 2 + ON_FRAME) + 2
}

/// Returns the cells across with which nothing of the matrices is left out.
pub(super) fn whole_width(state: ViewState<'_, DataView>) -> u16 {
    let classes = state.classes();
    let grid = MatrixGrid::all(state).first().map_or(0, |grid| grid.width(classes));
    let of = state.listed_set_size();
    let note = mistakes_note(of, of).chars().count() as u16;
    (grid + 2).max(longest_name(state) + 2 + note + WITH_NOTE)
}

fn longest_name(state: ViewState<'_, DataView>) -> u16 {
    let names = (0..state.shared.arms()).filter_map(|arm| state.shared.arm_name(arm));
    names.map(|name| name.chars().count()).max().unwrap_or(0).min(24) as u16
}

fn mistakes_note(mistakes: usize, of: usize) -> String {
    format!("{} wrong of {}", count(mistakes as u64), count(of as u64))
}

/// Returns the arms whose difference is drawn: the chosen one less the first, or the first less the second.
fn difference(state: ViewState<'_, DataView>, arms: usize) -> Option<(usize, usize)> {
    let pair = match state.shared.arm {
        0 => (0, 1),
        chosen => (chosen, 0),
    };
    (arms > 1).then_some(pair)
}

/// A panel of the page.
#[derive(Clone, Copy)]
enum MatrixPanel {
    OfArm(usize),
    Difference(usize, usize),
}

/// Draws the matrix of every arm, and a difference of two. Without room for all, the chosen arm comes first.
pub(in crate::views::data) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    area: Rect,
) {
    let Some(listed) = state.listed().filter(|_| area.height >= 2) else { return };
    let classes = listed.arms.first().map_or(0, |score| score.classes);
    if classes == 0 {
        return;
    }
    let arms = listed.arms.len();
    let less = difference(state, arms).map(|(one, other)| MatrixPanel::Difference(one, other));
    let all = arms + usize::from(less.is_some());
    // Rather below each other with all that belongs to them than side by side.
    let arrangement = |wide: u16| arranged(area, all, (wide, classes as u16 + 2));
    let whole = arrangement(whole_width(state));
    let places = if whole.len() < all { arrangement(least_width(state)) } else { whole };
    let from = if places.len() < all { state.shared.arm } else { 0 };
    let order = (0..arms).map(|nth| MatrixPanel::OfArm((from + nth) % arms)).chain(less);
    for (what, place) in order.zip(places) {
        draw_panel(canvas, state, (listed, what), place);
    }
}

fn draw_panel(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    (listed, what): (&ListedExamples, MatrixPanel),
    area: Rect,
) {
    let classes = listed.arms[0].classes;
    let inner = (area.width.saturating_sub(2), area.height.saturating_sub(1));
    let grid = MatrixGrid::fitting(state, inner);
    let legend = if grid.is_some_and(|grid| !grid.has_legend()) { LEGEND } else { "" };
    let count_of =
        |arm: usize, class: usize, answer: usize| i64::from(listed.arms[arm].count(class, answer));
    let (inner, matrix) = match what {
        MatrixPanel::OfArm(arm) => {
            let inner = arm_frame(canvas, state, (listed, arm), (legend, area));
            let at = Box::new(move |class, answer| count_of(arm, class, answer));
            (inner, Matrix { at, classes, arm, less: None })
        }
        MatrixPanel::Difference(arm, less) => {
            let inner = difference_frame(canvas, state, (arm, less), (legend, area));
            let at = Box::new(move |class, answer| {
                count_of(arm, class, answer) - count_of(less, class, answer)
            });
            (inner, Matrix { at, classes, arm, less: Some(less) })
        }
    };
    match (grid, what) {
        (Some(grid), _) => matrix.draw(canvas, state, grid, inner),
        (None, MatrixPanel::OfArm(arm)) => draw_pairs(canvas, state, &listed.arms[arm], inner),
        (None, MatrixPanel::Difference(..)) => {
            let quiet = canvas.theme.quiet;
            canvas.line(row(inner, 0)).put_whole("no room here: f shows it", quiet);
        }
    }
}

/// Draws the frame of the matrix of an arm, with the legend if its corner has no room for it.
fn arm_frame(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    (listed, arm): (&ListedExamples, usize),
    (legend, area): (&str, Rect),
) -> Rect {
    let mistakes = |arm: usize| listed.arms[arm].mistakes() as usize;
    let name = fitting_name(canvas, state.shared, (arm, area.width));
    let legend = if legend.is_empty() { String::new() } else { format!("  {legend}") };
    // All panels have the same form of the note.
    let most = (0..listed.arms.len()).map(mistakes).max().unwrap_or(0);
    let title = longest_name(state) + 2 + canvas.width(&legend);
    let forms: [fn(usize, usize) -> String; 2] =
        [mistakes_note, |mistakes, _| format!("{} wrong", count(mistakes as u64))];
    let has_room = |form: &&fn(usize, usize) -> String| {
        title + canvas.width(&form(most, listed.of)) + WITH_NOTE <= area.width
    };
    let note =
        forms.iter().find(has_room).map_or_else(String::new, |f| f(mistakes(arm), listed.of));
    let title = [(name.as_str(), Tone::Arm(arm)), (legend.as_str(), Tone::Quiet)];
    let chosen = (state.shared.arm == arm && listed.arms.len() > 1).then_some(arm);
    let note = [(note.as_str(), Tone::Quiet)];
    panel(canvas, area, &Panel { frame: FrameStyle::Ruled, title: &title, note: &note, chosen })
}

fn difference_frame(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    (one, other): (usize, usize),
    (legend, area): (&str, Rect),
) -> Rect {
    let name = |arm: usize| state.shared.arm_name(arm).unwrap_or_default().to_owned();
    let mark = |arm: usize| canvas.letter(glyphs::mark(arm)).to_string();
    let legend = if legend.is_empty() { String::new() } else { format!("  {legend}") };
    let room = area.width.saturating_sub(ON_FRAME + 6 + canvas.width(&legend));
    let short = |arm: usize| short_name(&name(arm), 8);
    let forms = [(name(one), name(other)), (short(one), short(other))];
    let fits = |(one, other): &(String, String)| canvas.width(one) + canvas.width(other) <= room;
    let is_whole = |(one, other): &(String, String)| !one.contains('…') && !other.contains('…');
    let (first, last) = forms
        .into_iter()
        .find(|form| fits(form) && is_whole(form))
        .unwrap_or_else(|| (mark(one), mark(other)));
    let title = [
        (first.as_str(), Tone::Arm(one)),
        (" less ", Tone::Text),
        (&last, Tone::Arm(other)),
        (&legend, Tone::Quiet),
    ];
    let frame = FrameStyle::Ruled;
    panel(canvas, area, &Panel { frame, title: &title, note: &[], chosen: None })
}

/// Lists the pairs that are confused most, where a matrix has no room, and counts those for which there is none.
fn draw_pairs(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    score: &ArmScore,
    area: Rect,
) {
    let pairs = score.confused_pairs();
    let (text, quiet) = (canvas.theme.text, canvas.theme.quiet);
    let rows = usize::from(area.height);
    let shown = if pairs.len() > rows { rows.saturating_sub(1) } else { pairs.len() };
    if pairs.len() > shown {
        let more = format!("{:>5}  more pairs", pairs.len() - shown);
        canvas.line(row(area, shown as u16)).put(&more, quiet);
    }
    for (nth, (class, answer)) in pairs.into_iter().enumerate().take(shown) {
        let times = count(score.count(class, answer).into());
        let (class, answer) = (state.shared.class_name(class), state.shared.class_name(answer));
        let words = format!("{times:>5}  {class} taken for {answer}");
        canvas.line(row(area, nth as u16)).put(&words, text);
    }
}
