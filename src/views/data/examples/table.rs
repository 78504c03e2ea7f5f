//! The examples as the lines of a table: inputs, target, and what every arm answers.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::number::{count, number};
use crate::canvas::widgets::Tone;
use crate::canvas::{Canvas, DrawnPart, clipped, glyphs, row, squeezed};
use crate::telemetry::{ExampleOrder, ExampleRow};
use crate::views::data::examples::column::Column;
use crate::views::data::examples::columns::{COST, TableColumns, told_apart};
use crate::views::data::examples::cost_texts::column_texts;
use crate::views::data::examples::layout::ExamplesLayout;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// Returns which inputs have columns, if not all of them have.
pub(in crate::views::data) fn inputs_note(
    state: ViewState<'_, DataView>,
    layout: &ExamplesLayout,
) -> Option<String> {
    TableColumns::of(state, layout.list.width).inputs_note(state)
}

/// Draws the heads and the examples received.
pub(in crate::views::data) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    layout: &ExamplesLayout,
) {
    let Some(listed) = state.listed() else { return };
    let columns = TableColumns::of(state, layout.list.width);
    draw_heads(canvas, state, &columns, row(layout.list, 0));
    let shown = || listed.rows.iter().take(layout.places.len());
    let costs_of = |arm: usize| -> Vec<f64> {
        shown().map(|example| example.arms.get(arm).map_or(0.0, |of_arm| of_arm.cost)).collect()
    };
    let costs: Vec<Vec<String>> =
        (0..listed.arms.len()).map(|arm| column_texts(&costs_of(arm), COST)).collect();
    for ((nth, example), place) in shown().enumerate().zip(&layout.places) {
        let at = listed.request.first + nth;
        let line = TableLine { example, costs: &costs, nth };
        let is_selected = at == state.view.examples.selected;
        line.draw(canvas, state, &columns, (*place, is_selected));
        canvas.note_part(*place, DrawnPart::Row(at));
    }
}

/// Returns the cell of each column.
fn cells(line: Rect, columns: &TableColumns) -> impl Iterator<Item = (Column, Rect)> {
    let mut x = line.x;
    columns.list.iter().map(move |(column, width)| {
        let cell = Rect { x, width: (*width).min(line.right().saturating_sub(x)), ..line };
        x += width;
        (*column, cell)
    })
}

fn draw_heads(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    columns: &TableColumns,
    line: Rect,
) {
    let (quiet, strong) = (canvas.theme.quiet, canvas.theme.strong);
    let (arms, inputs) = (state.shared.arms(), state.shared.layer_sizes().first().copied());
    for (column, cell) in cells(line, columns) {
        let is_sorted = match (column, state.view.examples.order) {
            (Column::Input(input), ExampleOrder::ByInput(by)) => input == by,
            (Column::Target, ExampleOrder::ByTarget) | (Column::Row, ExampleOrder::AsRead) => true,
            (Column::Answer(arm), ExampleOrder::ByOutput(_))
            | (Column::Cost(arm), ExampleOrder::WorstFirst) => arm == state.shared.arm,
            _ => false,
        };
        let mark = if is_sorted { " ▾" } else { "" };
        let room = usize::from(cell.width).saturating_sub(1 + mark.chars().count());
        let head = format!("{}{mark}", head(canvas, state, columns, (column, room)));
        canvas.text_right(cell, &head, if is_sorted { strong } else { quiet });
        canvas.note_part(cell, DrawnPart::Head(column.index(inputs.unwrap_or(0), arms)));
    }
}

/// Returns the head of a column in so many cells, without the mark of the order.
fn head(
    canvas: &Canvas<'_>,
    state: ViewState<'_, DataView>,
    columns: &TableColumns,
    (column, room): (Column, usize),
) -> String {
    let mark = |arm: usize| canvas.letter(glyphs::mark(arm));
    match column {
        Column::Row => "row".to_owned(),
        Column::Input(input) => {
            let (first, shown) = columns.inputs;
            let names: Vec<String> =
                (first..first + shown).map(|input| state.input_name(input)).collect();
            told_apart(&names, room).swap_remove(input - first)
        }
        Column::Target => {
            let facts = state.shared.history.facts.as_deref();
            let target = facts.and_then(|facts| facts.target.as_ref());
            let name = target.map_or("target", |target| &target.name);
            squeezed(name, room).into_owned()
        }
        Column::Answer(arm) => format!("{} answer", mark(arm)),
        Column::Cost(arm) => format!("{} C", mark(arm)),
    }
}

/// A line of the table.
struct TableLine<'l> {
    example: &'l ExampleRow,
    /// The costs of all lines, by arm.
    costs: &'l [Vec<String>],
    /// Its place among the lines.
    nth: usize,
}

impl TableLine<'_> {
    fn draw(
        &self,
        canvas: &mut Canvas<'_>,
        state: ViewState<'_, DataView>,
        columns: &TableColumns,
        (line, is_selected): (Rect, bool),
    ) {
        let is_focused = is_selected && state.shared.cursor_focused;
        let (text, quiet) = (canvas.theme.text, canvas.theme.quiet);
        let own = |style: Style, canvas: &Canvas<'_>| match is_selected {
            true if is_focused => canvas.theme.chosen,
            true => canvas.theme.strong,
            false => style,
        };
        let example = self.example;
        for (column, cell) in cells(line, columns) {
            let (words, style) = match column {
                Column::Row => (count(example.row as u64 + 1), own(quiet, canvas)),
                Column::Input(input) => {
                    let x = example.x.get(input).copied().unwrap_or(0.0);
                    let facts = state.shared.history.facts.as_deref();
                    let x = facts.map_or(x, |facts| facts.input_value(input, x));
                    (number(x, 7), own(text, canvas))
                }
                Column::Target => (target(state, example), own(text, canvas)),
                Column::Answer(arm) => answer(canvas, state, example, (arm, columns.names)),
                Column::Cost(arm) => {
                    let cost = self.costs.get(arm).and_then(|costs| costs.get(self.nth));
                    let style = if arm == state.shared.arm { text } else { quiet };
                    (cost.cloned().unwrap_or_default(), style)
                }
            };
            let words = clipped(&words, usize::from(cell.width.saturating_sub(1))).into_owned();
            canvas.text_right(cell, &words, style);
        }
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
    (arm, names): (usize, usize),
) -> (String, Style) {
    let Some(outputs) = example.arms.get(arm) else { return (String::new(), canvas.theme.quiet) };
    match outputs.answer {
        Some(answer) => {
            let a = outputs.a.get(answer).or(outputs.a.first()).copied().unwrap_or_default();
            let name = state.shared.class_name(answer);
            let words = format!("{} {:>5}", clipped(&name, names), number(a, 5));
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
