//! One confusion matrix, or the difference of two. All that are compared have columns of one width, which follows
//! from the size of the classes, so that it stays as it is while the networks learn.

use std::collections::HashSet;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::{Canvas, DrawnPart, row};
use crate::telemetry::ExampleFilter;
use crate::views::data::examples::columns::told_apart;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// The most cells of the name of a class before a row, and over a column.
const NAME: usize = 16;
const HEAD: usize = 12;

/// The most cells across of a small matrix whose corner is made wide enough for the legend.
const WITH_LEGEND: u16 = 30;

/// The most cells in which the first letters of a name are more than a cut name.
const FIRST_LETTERS: usize = 4;

/// Which side of a matrix is the target and which the answer.
pub(super) const LEGEND: &str = "is ↓ as →";

/// The cells of the columns of all matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MatrixGrid {
    /// Cells of the names before the rows.
    names: u16,
    /// Cells of a column, with the gap before it.
    cell: u16,
    /// Whether all numbers of the diagonal have room; one that has none is a check mark.
    has_diagonal: bool,
}

impl MatrixGrid {
    /// Returns the grids of a run, the most generous first.
    pub(super) fn all(state: ViewState<'_, DataView>) -> Vec<Self> {
        let classes = 0..state.classes();
        let names = classes.map(|class| state.shared.class_name(class).chars().count());
        let (longest, digits) = (names.max().unwrap_or(1), digits(largest_class(state)));
        let grid = |names: usize, cell: usize, has_diagonal| {
            let (names, cell) = (names.min(NAME) as u16, cell as u16);
            Self { names, cell, has_diagonal }
        };
        let signed = digits + usize::from(state.shared.arms() > 1);
        // Rather whole names, then a cell for the sign, then numbers on the diagonal.
        let least = longest.min(3);
        let heads = (least..=longest.clamp(least, HEAD)).rev();
        let mut out: Vec<Self> =
            heads.map(|head| grid(longest, signed.max(head) + 1, true)).collect();
        out.push(grid(longest.min(9), digits.max(least) + 1, true));
        out.push(grid(longest.min(4), digits.clamp(least, 3) + 1, digits <= 3));
        out
    }

    /// Returns the cells across of a matrix.
    pub(super) fn width(self, classes: usize) -> u16 {
        self.names + 1 + self.cell * classes as u16
    }

    /// Returns the cells across of a matrix with the legend in its corner, or without it if there are many classes.
    pub(super) fn least_width(self, classes: usize) -> u16 {
        let with_legend = Self { names: self.names.max(LEGEND.chars().count() as u16), ..self };
        let width = with_legend.width(classes);
        if width <= WITH_LEGEND { width } else { self.width(classes) }
    }

    /// Returns the most generous grid that fits, with room for the legend in its corner if there is some.
    pub(super) fn fitting(
        state: ViewState<'_, DataView>,
        (width, height): (u16, u16),
    ) -> Option<Self> {
        let classes = state.classes();
        let mut all = Self::all(state).into_iter();
        let grid = all.find(|grid| grid.width(classes) <= width && height > classes as u16)?;
        let with_legend = Self { names: grid.names.max(LEGEND.chars().count() as u16), ..grid };
        Some(if with_legend.width(classes) <= width { with_legend } else { grid })
    }

    /// Returns whether the legend stands in its corner.
    pub(super) fn has_legend(self) -> bool {
        usize::from(self.names) >= LEGEND.chars().count()
    }

    /// Returns a number in the cells of a column: whole, or in thousands.
    fn text(self, number: i64, is_difference: bool) -> String {
        let sign = match number {
            0 => return "·".to_owned(),
            ..0 => "−",
            _ if is_difference => "+",
            _ => "",
        };
        let size = number.unsigned_abs();
        // A sign parts a number from the one before it.
        let room = usize::from(self.cell) - usize::from(sign.is_empty());
        let text = format!("{sign}{size}");
        if text.chars().count() <= room { text } else { format!("{sign}{}k", (size + 500) / 1000) }
    }
}

fn digits(number: usize) -> usize {
    number.max(1).ilog10() as usize + 1
}

/// Returns the number of examples of the largest class in the set that is listed, or about as many before it is.
fn largest_class(state: ViewState<'_, DataView>) -> usize {
    if let Some(score) = state.listed().and_then(|listed| listed.arms.first()) {
        let of_class = |class| (0..score.classes).map(|a| score.count(class, a)).sum::<u32>();
        return (0..score.classes).map(of_class).max().unwrap_or(0) as usize;
    }
    state.listed_set_size() / state.classes().max(1)
}

/// Returns names in at most `most` cells each: their first letters where these tell them apart.
fn shortened(names: &[String], most: usize) -> Vec<String> {
    let first = |name: &String| name.chars().take(most).collect::<String>();
    let letters: Vec<String> = names.iter().map(first).collect();
    let is_short =
        most <= FIRST_LETTERS && letters.iter().collect::<HashSet<_>>().len() == names.len();
    if is_short { letters } else { told_apart(names, most) }
}

/// A matrix to draw.
pub(super) struct Matrix<'s> {
    /// The number at a class and an answer.
    pub(super) at: Box<dyn Fn(usize, usize) -> i64 + 's>,
    /// The number of classes.
    pub(super) classes: usize,
    /// The arm whose examples a cell lists.
    pub(super) arm: usize,
    /// The other arm if it is a difference: numbers above 0 are more of the first, and have its colour.
    pub(super) less: Option<usize>,
}

impl Matrix<'_> {
    /// Draws the matrix, a row for each class and a column for each answer.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas<'_>,
        state: ViewState<'_, DataView>,
        grid: MatrixGrid,
        area: Rect,
    ) {
        let (quiet, left) = (canvas.theme.quiet, area.x + grid.names + 1);
        if grid.has_legend() {
            canvas.text((area.x, area.y), grid.names, LEGEND, quiet);
        }
        let column = |line: Rect, answer: usize| Rect {
            x: left + grid.cell * answer as u16,
            width: grid.cell,
            ..line
        };
        let names: Vec<String> =
            (0..self.classes).map(|class| state.shared.class_name(class)).collect();
        let heads = shortened(&names, usize::from(grid.cell - 1));
        for (answer, name) in heads.iter().enumerate() {
            canvas.text_right(column(row(area, 0), answer), name, quiet);
        }
        let names = shortened(&names, usize::from(grid.names));
        let all = (0..self.classes).flat_map(|class| (0..self.classes).map(move |a| (class, a)));
        let confused = all.filter(|(class, answer)| class != answer);
        let most = confused.map(|(class, answer)| (self.at)(class, answer).abs()).max();
        for (class, name) in names.iter().enumerate() {
            let line = row(area, class as u16 + 1);
            canvas.text((line.x, line.y), grid.names, name, quiet);
            for answer in 0..self.classes {
                let place = column(line, answer);
                self.draw_cell(canvas, state, (class, answer), (grid, place, most.unwrap_or(0)));
            }
        }
    }

    fn draw_cell(
        &self,
        canvas: &mut Canvas<'_>,
        state: ViewState<'_, DataView>,
        (class, answer): (usize, usize),
        (grid, place, most): (MatrixGrid, Rect, i64),
    ) {
        let (number, is_right) = ((self.at)(class, answer), class == answer);
        let has_room =
            grid.has_diagonal || digits(number.unsigned_abs() as usize) < grid.cell.into();
        let is_check = is_right && !has_room && self.less.is_none();
        let text = match number {
            _ if is_check => "✓".to_owned(),
            0 if canvas.is_ascii() => ".".to_owned(),
            number => grid.text(number, self.less.is_some()),
        };
        let size = number.abs();
        let is_listed = self.less.is_none()
            && self.arm == state.shared.arm
            && state.view.examples.filter == ExampleFilter::Confused { class, answer };
        let strong = if 2 * size >= most { Modifier::BOLD } else { Modifier::empty() };
        let style: Style = match self.less {
            _ if is_listed => canvas.theme.chosen.add_modifier(Modifier::REVERSED),
            _ if size == 0 => canvas.theme.faint,
            _ if is_right => canvas.theme.quiet,
            Some(less) => {
                let more = if number > 0 { self.arm } else { less };
                canvas.theme.arm(more).add_modifier(strong)
            }
            None if size == most => canvas.theme.problem.add_modifier(strong),
            None if 2 * size >= most => canvas.theme.strong,
            None => canvas.theme.text,
        };
        canvas.text_right(place, &text, style);
        if !is_right {
            let cell = Confusion { arm: self.arm, class, answer };
            canvas.note_part(place, DrawnPart::Item(cell.index(self.classes)));
        }
    }
}

/// A cell of a matrix: the examples of a class that an arm takes for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::views::data) struct Confusion {
    /// The arm.
    pub(in crate::views::data) arm: usize,
    /// The class.
    pub(in crate::views::data) class: usize,
    /// The class that the arm answers.
    pub(in crate::views::data) answer: usize,
}

impl Confusion {
    /// Returns its index among the cells of all arms.
    pub(super) fn index(self, classes: usize) -> usize {
        (self.arm * classes + self.class) * classes + self.answer
    }

    /// Returns the cell of an index.
    pub(in crate::views::data) fn at(index: usize, classes: usize) -> Self {
        let classes = classes.max(1);
        let (rows, answer) = (index / classes, index % classes);
        Self { arm: rows / classes, class: rows % classes, answer }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_found_again_by_its_index() {
        for (arm, class, answer) in [(0, 0, 1), (1, 2, 0), (3, 1, 2)] {
            let cell = Confusion { arm, class, answer };
            assert_eq!(Confusion::at(cell.index(3), 3), cell);
        }
    }

    #[test]
    fn names_without_room_are_first_letters_that_tell_them_apart() {
        let names = |all: [&str; 2], most| shortened(&all.map(str::to_owned), most);
        assert_eq!(names(["setosa", "versicolor"], 3), ["set", "ver"]);
        assert_eq!(names(["class 1", "class 2"], 3), ["c…1", "c…2"]);
        assert_eq!(names(["setosa", "versicolor"], 9), ["setosa", "vers…olor"]);
    }

    #[test]
    fn differences_have_signs_and_numbers_do_not_run_together() {
        let grid = MatrixGrid { names: 1, cell: 4, has_diagonal: true };
        assert_eq!(grid.text(100, true), "+100");
        assert_eq!(grid.text(-7, true), "−7");
        assert_eq!(grid.text(0, true), "·");
        assert_eq!(grid.text(973, false), "973");
        assert_eq!(grid.text(1135, false), "1k", "four digits would touch the number before them");
        assert_eq!(grid.text(-1135, true), "−1k");
    }
}
