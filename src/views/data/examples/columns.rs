//! The columns of the table of examples: which of them have room, how wide each is, and what a head of one names.

use std::collections::HashSet;

use crate::canvas::number::count;
use crate::canvas::{clipped, squeezed};
use crate::telemetry::ExampleOrder;
use crate::views::data::examples::column::Column;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// Cells of a number, with the gap before it: of an input, and of any other, whose head may have a mark.
const INPUT: u16 = 8;
const NUMBER: u16 = 9;

/// Cells of a cost, without the gap before it.
pub(super) const COST: usize = NUMBER as usize - 1;

/// Cells of an answer that is a number, for its head with marks.
const ANSWER: u16 = 11;

/// Cells of the output of an answer, with the mark of a wrong one and the gaps.
const WITH_OUTPUT: u16 = 9;

/// The most cells of the name of a class where room is scarce, and where it is not.
const NAME: usize = 12;
const WHOLE_NAME: usize = 30;

/// The most inputs whose columns are counted; no screen has room for more.
const MOST_INPUTS: usize = 100;

/// The columns that have room.
pub(super) struct TableColumns {
    /// The columns from the left, each with its cells.
    pub(super) list: Vec<(Column, u16)>,
    /// The most cells of the name of a class; 0 if the targets are numbers.
    pub(super) names: usize,
    /// The first of the inputs that have columns, and how many they are.
    pub(super) inputs: (usize, usize),
}

/// Returns the cells of the longest name of a class; 0 if the targets are numbers.
fn longest_name(state: ViewState<'_, DataView>) -> usize {
    if !state.has_classes() {
        return 0;
    }
    let names = (0..state.classes()).map(|class| state.shared.class_name(class).chars().count());
    names.max().unwrap_or(1).min(WHOLE_NAME)
}

/// Returns the number of inputs.
fn input_count(state: ViewState<'_, DataView>) -> usize {
    state.shared.layer_sizes().first().copied().unwrap_or(0)
}

/// Returns the cells of a column if names of classes have so many.
fn width(state: ViewState<'_, DataView>, column: Column, names: usize) -> u16 {
    let names = names as u16;
    match column {
        Column::Row => {
            let facts = state.shared.history.facts.as_deref();
            let most = facts.map_or(0, |facts| facts.examples.max(facts.test_examples));
            (count(most as u64).len().max(3) + 1) as u16
        }
        Column::Input(_) => INPUT,
        Column::Answer(_) if names > 0 => (names + WITH_OUTPUT).max(ANSWER),
        Column::Answer(_) => ANSWER,
        Column::Target => (names + 1).max(NUMBER),
        Column::Cost(_) => NUMBER,
    }
}

/// Returns the cells of an input whose name is whole, with the mark of the order after it if it has one.
fn whole_width(state: ViewState<'_, DataView>, input: usize) -> u16 {
    let mark = if state.view.examples.order == ExampleOrder::ByInput(input) { 2 } else { 0 };
    let name = state.input_name(input).chars().count().min(WHOLE_NAME);
    ((name + 1 + mark) as u16).max(INPUT)
}

/// Returns the cells of a table with all its columns and whole names.
pub(super) fn whole_table_width(state: ViewState<'_, DataView>) -> u16 {
    let (arms, names) = (state.shared.arms(), longest_name(state));
    let inputs = (0..input_count(state).min(MOST_INPUTS)).map(|input| whole_width(state, input));
    let of_arms = (0..arms).flat_map(|arm| [Column::Answer(arm), Column::Cost(arm)]);
    let others = [Column::Row, Column::Target].into_iter().chain(of_arms);
    inputs.chain(others.map(|column| width(state, column, names))).sum()
}

impl TableColumns {
    /// Chooses the columns for a table of this width: those of the answers first, then as many inputs as there is
    /// room for. What room is left then makes names whole.
    pub(super) fn of(state: ViewState<'_, DataView>, room: u16) -> Self {
        let (inputs, longest) = (input_count(state), longest_name(state));
        let names = longest.min(NAME);
        let mut left = room.saturating_sub(width(state, Column::Row, names));
        let last = Self::after_inputs(state, names, &mut left);
        let fitting = usize::from(left / INPUT).min(inputs);
        let sorted = match state.view.examples.order {
            ExampleOrder::ByInput(column) => column,
            _ => 0,
        };
        let first = (sorted + 1).saturating_sub(fitting).min(inputs.saturating_sub(fitting));
        left -= INPUT * fitting as u16;
        let more = (longest - names) as u16;
        let of_names = last.iter().filter(|c| matches!(c, Column::Target | Column::Answer(_)));
        let for_names = more * of_names.count() as u16;
        let names = if for_names <= left { longest } else { names };
        left -= if for_names <= left { for_names } else { 0 };
        let mut list = vec![(Column::Row, width(state, Column::Row, names))];
        for input in first..first + fitting {
            let more = whole_width(state, input) - INPUT;
            let granted = if more <= left { more } else { 0 };
            left -= granted;
            list.push((Column::Input(input), INPUT + granted));
        }
        list.extend(last.into_iter().map(|column| (column, width(state, column, names))));
        Self { list, names, inputs: (first, fitting) }
    }

    /// Chooses the columns after the inputs, and takes their cells from those that are left.
    fn after_inputs(state: ViewState<'_, DataView>, names: usize, left: &mut u16) -> Vec<Column> {
        let (arms, chosen) = (state.shared.arms(), state.shared.arm);
        let inputs = input_count(state);
        let mut last = Vec::new();
        // The most telling first: what does not fit is left out.
        let others = || (0..arms).filter(|arm| *arm != chosen);
        let wanted = [Column::Target, Column::Answer(chosen), Column::Cost(chosen)].into_iter();
        for column in wanted.chain(others().map(Column::Answer)).chain(others().map(Column::Cost)) {
            let kept = match column {
                _ if last.len() < 2 => 0,
                // The cost of the others is left out before an input is.
                Column::Cost(arm) if arm != chosen => INPUT * inputs.min(MOST_INPUTS) as u16,
                // An input or two stay in sight.
                _ => INPUT * inputs.min(2) as u16,
            };
            let cells = width(state, column, names);
            if cells + kept <= *left {
                *left -= cells;
                last.push(column);
            }
        }
        last.sort_by_key(|column| match column {
            Column::Answer(arm) => (1, *arm),
            Column::Cost(arm) => (2, *arm),
            _ => (0, 0),
        });
        last
    }

    /// Returns which inputs have columns, if not all of them have.
    pub(super) fn inputs_note(&self, state: ViewState<'_, DataView>) -> Option<String> {
        let (all, (first, shown)) = (input_count(state), self.inputs);
        (shown < all).then(|| match shown {
            0 => format!("no room for {all} inputs"),
            1 => format!("input {} of {all} (, ;)", first + 1),
            _ => format!("inputs {}–{} of {all} (, ;)", first + 1, first + shown),
        })
    }
}

/// Returns names of at most `most` cells each, cut in the first of several ways that leaves no two alike that
/// were not: in the middle, at the end, at the beginning.
pub(super) fn told_apart(names: &[String], most: usize) -> Vec<String> {
    let ways: [fn(&str, usize) -> String; 3] = [
        |name, most| squeezed(name, most).into_owned(),
        |name, most| clipped(name, most).into_owned(),
        |name, most| {
            let backwards: String = name.chars().rev().collect();
            clipped(&backwards, most).chars().rev().collect()
        },
    ];
    let different = |names: &[String]| names.iter().collect::<HashSet<_>>().len();
    let cut = |way: fn(&str, usize) -> String| -> Vec<String> {
        names.iter().map(|name| way(name, most)).collect()
    };
    let clear = ways.iter().map(|way| cut(*way)).find(|cut| different(cut) == different(names));
    clear.unwrap_or_else(|| cut(ways[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_where_they_can_be_told_apart() {
        let cut = |names: [&str; 2], most| told_apart(&names.map(str::to_owned), most);
        assert_eq!(cut(["sepal length", "sepal width"], 7), ["sep…gth", "sep…dth"]);
        assert_eq!(cut(["radius mm", "radian mm"], 6), ["radiu…", "radia…"]);
        assert_eq!(cut(["first_10_mm", "first_20_mm"], 7), ["…_10_mm", "…_20_mm"]);
        assert_eq!(cut(["a", "a"], 5), ["a", "a"]);
    }
}
