//! The confusion matrices: how many examples of each class are taken for which, by every arm, and the difference of
//! two arms.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::number::count;
use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, DrawnPart, below, clipped, glyphs, row, top};
use crate::telemetry::{ArmScore, ExampleFilter, ListedExamples};
use crate::views::arm_panels::marked_name;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// The most cells of the name of a class.
const NAME: usize = 9;

/// A matrix to draw.
struct Matrix<'s> {
    /// The number at a class and an answer.
    at: Box<dyn Fn(usize, usize) -> i64 + 's>,
    classes: usize,
    /// The arms of which it is the difference, if it is one: numbers above 0 are more of the first, and have its colour.
    between: Option<(usize, usize)>,
    /// Whether its cells can be chosen.
    is_chosen: bool,
}

/// Draws the matrix of every arm, and under two arms how the chosen one differs from the other.
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
    let needed = classes as u16 + 2;
    let has_difference = arms == 2 && area.height >= 3 * needed;
    let panels = (arms + usize::from(has_difference)) as u16;
    // Without room for all, the chosen arm comes first.
    let fitting = (area.height / needed.min(area.height)).clamp(1, panels);
    let each = area.height / fitting;
    let order = (0..arms).map(|nth| (state.shared.arm + nth) % arms.max(1));
    let order: Vec<usize> = if fitting >= panels { (0..arms).collect() } else { order.collect() };
    for (nth, arm) in order.iter().take(usize::from(fitting)).enumerate() {
        let place = top(below(area, nth as u16 * each), each);
        draw_arm(canvas, state, listed, *arm, place);
    }
    if has_difference && fitting == panels {
        draw_difference(canvas, state, listed, below(area, 2 * each));
    }
}

fn draw_arm(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    listed: &ListedExamples,
    arm: usize,
    area: Rect,
) {
    let score = &listed.arms[arm];
    let title = marked_name(canvas, state.shared, arm);
    let note = format!("{} wrong of {}", count(score.mistakes().into()), count(listed.of as u64));
    let title = [(title.as_str(), Tone::Arm(arm))];
    let chosen = (state.shared.arm == arm && listed.arms.len() > 1).then_some(arm);
    let note = [(note.as_str(), Tone::Quiet)];
    let frame = FrameStyle::Ruled;
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen });
    let matrix = Matrix {
        at: Box::new(|class, answer| i64::from(score.count(class, answer))),
        classes: score.classes,
        between: None,
        is_chosen: arm == state.shared.arm,
    };
    if !matrix.draw(canvas, state, inner) {
        draw_pairs(canvas, state, score, inner);
    }
}

fn draw_difference(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    listed: &ListedExamples,
    area: Rect,
) {
    let (one, other) = (state.shared.arm.min(1), 1 - state.shared.arm.min(1));
    let name = |arm: usize| state.shared.arm_name(arm).unwrap_or_default();
    let mark = |arm: usize| canvas.letter(glyphs::mark(arm)).to_string();
    let is_wide = canvas.width(name(one)) + canvas.width(name(other)) + 12 <= area.width;
    let (first, last) = if is_wide {
        (name(one).to_owned(), name(other).to_owned())
    } else {
        (mark(one), mark(other))
    };
    let title =
        [(first.as_str(), Tone::Arm(one)), (" less ", Tone::Text), (&last, Tone::Arm(other))];
    let frame = FrameStyle::Ruled;
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &[], chosen: None });
    let count =
        |arm: usize, class: usize, answer: usize| i64::from(listed.arms[arm].count(class, answer));
    let matrix = Matrix {
        at: Box::new(|class, answer| count(one, class, answer) - count(other, class, answer)),
        classes: listed.arms[0].classes,
        between: Some((one, other)),
        is_chosen: false,
    };
    if !matrix.draw(canvas, state, inner) {
        let quiet = canvas.theme.quiet;
        canvas.line(row(inner, 0)).put_whole("no room here: f shows it", quiet);
    }
}

impl Matrix<'_> {
    /// Returns the cells of a column and whether the diagonal has numbers, or `None` without room.
    fn columns(&self, names: &[String], name_width: u16, area: Rect) -> Option<(bool, u16)> {
        let all = (0..self.classes).flat_map(|class| (0..self.classes).map(move |a| (class, a)));
        let widest = |with_diagonal: bool, head: usize| {
            let shown = all.clone().filter(|(class, answer)| with_diagonal || class != answer);
            let widths = shown.map(|(class, answer)| self.text(class, answer).chars().count());
            let heads = names.iter().map(|name| name.chars().count().min(head)).max().unwrap_or(1);
            widths.max().unwrap_or(1).max(heads) as u16 + 1
        };
        let fits = |cell: u16| name_width + 1 + cell * self.classes as u16 <= area.width;
        // Rather whole names, then numbers on the diagonal.
        let whole = (3..=NAME).rev().map(|head| (true, head));
        let forms = whole.chain([(false, 3), (false, 1)]);
        let mut forms = forms.map(|(diagonal, head)| (diagonal, widest(diagonal, head)));
        let has_room = area.height > self.classes as u16;
        forms.find(|(_, cell)| fits(*cell) && has_room)
    }

    /// Draws the matrix, a row for each class and a column for each answer; returns whether it has room.
    fn draw(&self, canvas: &mut Canvas<'_>, state: ViewState<'_, DataView>, area: Rect) -> bool {
        let names: Vec<String> =
            (0..self.classes).map(|class| state.shared.class_name(class)).collect();
        let name_width = names.iter().map(|name| canvas.width(name)).max().unwrap_or(1);
        let name_width = name_width.min(NAME as u16);
        let all = (0..self.classes)
            .flat_map(|class| (0..self.classes).map(move |answer| (class, answer)));
        let Some((has_diagonal, cell)) = self.columns(&names, name_width, area) else {
            return false;
        };
        let (quiet, left) = (canvas.theme.quiet, area.x + name_width + 1);
        // Which side is which stands in the corner, if the names leave room for it.
        let corner = if name_width >= 9 { "is ↓ as →" } else { "" };
        canvas.text((area.x, area.y), name_width, corner, quiet);
        for (answer, name) in names.iter().enumerate() {
            let head = Rect { x: left + cell * answer as u16, width: cell, ..row(area, 0) };
            let name = clipped(name, usize::from(cell - 1)).into_owned();
            canvas.text_right(head, &name, quiet);
        }
        let most = all.clone().filter(|(class, answer)| class != answer);
        let most = most.map(|(class, answer)| (self.at)(class, answer).abs()).max().unwrap_or(0);
        for (class, name) in names.iter().enumerate() {
            let line = row(area, class as u16 + 1);
            let name = clipped(name, usize::from(name_width)).into_owned();
            canvas.text((line.x, line.y), name_width, &name, quiet);
            for answer in 0..self.classes {
                let place = Rect { x: left + cell * answer as u16, width: cell, ..line };
                self.draw_cell(canvas, state, (class, answer), (place, most, has_diagonal));
            }
        }
        true
    }

    fn text(&self, class: usize, answer: usize) -> String {
        match (self.at)(class, answer) {
            0 => "·".to_owned(),
            // Three digits say enough without a sign: the colour says it, and a number below 0 has one.
            number if self.between.is_some() && (1..100).contains(&number) => format!("+{number}"),
            number => number.to_string().replace('-', "−"),
        }
    }

    fn draw_cell(
        &self,
        canvas: &mut Canvas<'_>,
        state: ViewState<'_, DataView>,
        (class, answer): (usize, usize),
        (place, most, has_diagonal): (Rect, i64, bool),
    ) {
        let is_right = class == answer;
        let text =
            if is_right && !has_diagonal { "✓".to_owned() } else { self.text(class, answer) };
        let size = (self.at)(class, answer).abs();
        let is_listed = self.is_chosen
            && state.view.examples.filter == ExampleFilter::Confused { class, answer };
        let strong = if 2 * size >= most { Modifier::BOLD } else { Modifier::empty() };
        let style: Style = match self.between {
            _ if is_listed => canvas.theme.chosen.add_modifier(Modifier::REVERSED),
            _ if size == 0 => canvas.theme.faint,
            _ if is_right => canvas.theme.quiet,
            Some((one, other)) => {
                let more = if (self.at)(class, answer) > 0 { one } else { other };
                canvas.theme.arm(more).add_modifier(strong)
            }
            None if size == most => canvas.theme.problem.add_modifier(strong),
            None if 2 * size >= most => canvas.theme.strong,
            None => canvas.theme.text,
        };
        canvas.text_right(place, &text, style);
        if self.is_chosen && !is_right {
            canvas.note_part(place, DrawnPart::Item(class * self.classes + answer));
        }
    }
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
