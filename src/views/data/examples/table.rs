//! The examples as the lines of a table: inputs, target, and what every arm answers.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::number::{count, number};
use crate::canvas::widgets::Tone;
use crate::canvas::{Canvas, DrawnPart, clipped, glyphs, row, squeezed};
use crate::telemetry::{ExampleOrder, ExampleRow, ListedExamples};
use crate::views::data::examples::layout::ExamplesLayout;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// Cells of a number, with the gap before it.
const NUMBER: u16 = 9;

/// Cells of the row number.
const ROW: u16 = 6;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Row,
    Input(usize),
    Target,
    /// The answer of an arm.
    Answer(usize),
    /// The cost of the example for an arm.
    Cost(usize),
}

/// The most cells of the name of a class.
const NAME: usize = 12;

impl Column {
    /// Returns its width; an answer is a class with its output, marked if it is wrong.
    fn width(self, names: u16) -> u16 {
        match self {
            Self::Row => ROW,
            Self::Answer(_) if names > 0 => names + 9,
            Self::Target if names > 0 => (names + 1).max(NUMBER),
            Self::Answer(_) | Self::Input(_) | Self::Target | Self::Cost(_) => NUMBER,
        }
    }
}

/// Returns the cells of the longest name of a class; 0 if the targets are numbers.
fn name_width(state: ViewState<'_, DataView>) -> u16 {
    if !state.has_classes() {
        return 0;
    }
    let names = (0..state.classes()).map(|class| state.shared.class_name(class).chars().count());
    names.max().unwrap_or(1).min(NAME) as u16
}

/// Returns the columns that fit: those of the answers first, then as many inputs as there is room for.
fn columns(state: ViewState<'_, DataView>, width: u16, inputs: usize) -> Vec<Column> {
    let (arms, chosen, names) = (state.shared.arms(), state.shared.arm, name_width(state));
    let mut left = width.saturating_sub(ROW);
    let mut last = Vec::new();
    // The most telling first: what does not fit is left out.
    let others = || (0..arms).filter(|arm| *arm != chosen);
    let wanted = [Column::Target, Column::Answer(chosen), Column::Cost(chosen)].into_iter();
    for column in wanted.chain(others().map(Column::Answer)).chain(others().map(Column::Cost)) {
        // An input or two stay in sight.
        let kept = match column {
            _ if last.len() < 2 => 0,
            // The cost of the others is left out before an input is.
            Column::Cost(arm) if arm != chosen => NUMBER * inputs.min(100) as u16,
            _ => NUMBER * inputs.min(2) as u16,
        };
        if column.width(names) + kept <= left {
            left -= column.width(names);
            last.push(column);
        }
    }
    last.sort_by_key(|column| match column {
        Column::Answer(arm) => (1, *arm),
        Column::Cost(arm) => (2, *arm),
        _ => (0, 0),
    });
    let room = usize::from(left / NUMBER);
    let chosen = match state.view.examples.order {
        ExampleOrder::ByInput(column) => column,
        _ => 0,
    };
    let first = (chosen + 1).saturating_sub(room).min(inputs.saturating_sub(room));
    let shown = (first..inputs).take(room).map(Column::Input);
    std::iter::once(Column::Row).chain(shown).chain(last).collect()
}

/// Returns how many inputs have columns, if not all of them have.
pub(in crate::views::data) fn inputs_note(
    state: ViewState<'_, DataView>,
    layout: &ExamplesLayout,
) -> Option<String> {
    let inputs = state.listed()?.rows.first()?.x.len();
    let columns = columns(state, layout.list.width, inputs);
    let shown = columns.iter().filter(|column| matches!(column, Column::Input(_))).count();
    (shown < inputs).then(|| format!("{shown} of {inputs} inputs, others: , ;"))
}

/// Draws the heads and the examples received.
pub(in crate::views::data) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    layout: &ExamplesLayout,
) {
    let Some(listed) = state.listed() else { return };
    let inputs = listed.rows.first().map_or(0, |row| row.x.len());
    let columns = columns(state, layout.list.width, inputs);
    draw_heads(canvas, state, &columns, row(layout.list, 0));
    for ((nth, example), place) in listed.rows.iter().enumerate().zip(&layout.places) {
        let at = listed.request.first + nth;
        let is_selected = at == state.view.examples.selected;
        draw_line(canvas, state, (listed, example, &columns), *place, is_selected);
        canvas.note_part(*place, DrawnPart::Row(at));
    }
}

/// Returns the cell of each column.
fn cells(line: Rect, columns: &[Column], names: u16) -> impl Iterator<Item = (Column, Rect)> {
    let mut x = line.x;
    columns.iter().map(move |column| {
        let width = column.width(names).min(line.right().saturating_sub(x));
        let cell = Rect { x, width, ..line };
        x += width;
        (*column, cell)
    })
}

fn draw_heads(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    columns: &[Column],
    line: Rect,
) {
    let (quiet, strong) = (canvas.theme.quiet, canvas.theme.strong);
    let facts = state.shared.history.facts.as_deref();
    let names = name_width(state);
    for (column, cell) in cells(line, columns, names) {
        let is_sorted = match (column, state.view.examples.order) {
            (Column::Input(input), ExampleOrder::ByInput(by)) => input == by,
            (Column::Target, ExampleOrder::ByTarget) | (Column::Row, ExampleOrder::AsRead) => true,
            (Column::Answer(arm), ExampleOrder::ByOutput(_))
            | (Column::Cost(arm), ExampleOrder::WorstFirst) => arm == state.shared.arm,
            _ => false,
        };
        let mark = |arm: usize| canvas.letter(glyphs::mark(arm));
        let head = match column {
            Column::Row => "row".to_owned(),
            Column::Input(input) => state.input_name(input),
            Column::Target => facts
                .and_then(|facts| facts.target.as_ref())
                .map_or_else(|| "target".to_owned(), |target| target.name.clone()),
            Column::Answer(arm) => format!("{} answer", mark(arm)),
            Column::Cost(arm) => format!("{} C", mark(arm)),
        };
        let style = if is_sorted { strong } else { quiet };
        let head = if is_sorted { format!("{head} ▾") } else { head };
        let head = squeezed(&head, usize::from(cell.width.saturating_sub(1))).into_owned();
        canvas.text_right(cell, &head, style);
    }
}

fn draw_line(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    (listed, example, columns): (&ListedExamples, &ExampleRow, &[Column]),
    line: Rect,
    is_selected: bool,
) {
    let is_focused = is_selected && state.shared.cursor_focused;
    let (text, quiet) = (canvas.theme.text, canvas.theme.quiet);
    let own = |style: Style, canvas: &Canvas<'_>| match is_selected {
        true if is_focused => canvas.theme.chosen,
        true => canvas.theme.strong,
        false => style,
    };
    let names = name_width(state);
    for (column, cell) in cells(line, columns, names) {
        let (words, style) = match column {
            Column::Row => (count(example.row as u64 + 1), own(quiet, canvas)),
            Column::Input(input) => {
                let x = example.x.get(input).copied().unwrap_or(0.0);
                let facts = state.shared.history.facts.as_deref();
                let x = facts.map_or(x, |facts| facts.input_value(input, x));
                (number(x, 7), own(text, canvas))
            }
            Column::Target => (target(state, example), own(text, canvas)),
            Column::Answer(arm) => answer(canvas, state, example, arm),
            Column::Cost(arm) => {
                let cost = example.arms.get(arm).map_or(0.0, |outputs| outputs.cost);
                let is_chosen = arm == listed.request.arm;
                (number(cost, 7), if is_chosen { text } else { quiet })
            }
        };
        let words = clipped(&words, usize::from(cell.width.saturating_sub(1))).into_owned();
        canvas.text_right(cell, &words, style);
    }
}

/// Returns the target of an example: its class, or its number in the unit of the target.
fn target(state: ViewState<'_, DataView>, example: &ExampleRow) -> String {
    match example.class {
        Some(class) => state.shared.class_name(class),
        None => number(state.in_unit(example.y.first().copied()), 7),
    }
}

/// Returns the answer of an arm, marked if it is wrong, and its style.
fn answer(
    canvas: &Canvas<'_>,
    state: ViewState<'_, DataView>,
    example: &ExampleRow,
    arm: usize,
) -> (String, Style) {
    let Some(outputs) = example.arms.get(arm) else { return (String::new(), canvas.theme.quiet) };
    match outputs.answer {
        Some(answer) => {
            let a = outputs.a.get(answer).or(outputs.a.first()).copied().unwrap_or_default();
            let name = state.shared.class_name(answer);
            let words = format!("{} {:>5}", clipped(&name, NAME), number(a, 5));
            if Some(answer) == example.class {
                (words, Tone::Arm(arm).style(canvas))
            } else {
                (format!("✗ {words}"), canvas.theme.problem)
            }
        }
        None => {
            (number(state.in_unit(outputs.a.first().copied()), 7), Tone::Arm(arm).style(canvas))
        }
    }
}
