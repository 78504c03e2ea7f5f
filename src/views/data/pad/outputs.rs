//! The outputs of an arm as bars, one for each class, and the class that it takes the picture for.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::canvas::number::padded;
use crate::canvas::widgets::{Bar, bar};
use crate::canvas::{Canvas, clipped, row};
use crate::views::shared_state::SharedState;

/// The most cells of the name of a class.
const MOST_NAME: usize = 8;

/// The cells of a number, and the fewest of a bar.
const NUMBER: u16 = 6;
const LEAST_BAR: u16 = 3;

/// The class that an arm takes a picture for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Verdict {
    /// The class of the greatest output.
    pub(super) class: usize,
    /// That output.
    pub(super) a: f64,
    /// The class of the next greatest.
    pub(super) second: usize,
    /// That output.
    pub(super) a_second: f64,
}

impl Verdict {
    /// Returns the verdict of outputs; `None` if there are fewer than two.
    pub(super) fn of(a: &[f64]) -> Option<Self> {
        let greatest = |but: Option<usize>| {
            let others = a.iter().enumerate().filter(|(class, _)| Some(*class) != but);
            // The first of equal ones.
            others.rev().max_by(|one, other| one.1.total_cmp(other.1))
        };
        let (class, a_class) = greatest(None)?;
        let (second, a_second) = greatest(Some(class))?;
        Some(Self { class, a: *a_class, second, a_second: *a_second })
    }

    /// Returns the class, unless another one has the same output.
    pub(super) fn answer(self) -> Option<usize> {
        (self.a > self.a_second).then_some(self.class)
    }
}

/// The cells of the bars of all classes, in columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BarGrid {
    /// The columns.
    pub(super) columns: u16,
    /// The rows of each.
    pub(super) rows: u16,
}

impl BarGrid {
    /// Divides the bars of some classes among columns.
    pub(super) fn new(classes: usize, columns: u16) -> Self {
        Self { columns, rows: classes.div_ceil(usize::from(columns.max(1))).min(1000) as u16 }
    }

    /// Returns the fewest cells across that the bars need.
    pub(super) fn least_width(self, names: u16) -> u16 {
        self.columns * (names + 1 + LEAST_BAR + 1 + NUMBER) + 2 * self.columns.saturating_sub(1)
    }
}

/// Returns the cells of the widest name of a class.
pub(super) fn name_width(shared: &SharedState, classes: usize) -> u16 {
    let width = |class| shared.class_name(class).chars().count().min(MOST_NAME);
    (0..classes).map(width).max().unwrap_or(1) as u16
}

/// The bars of an arm.
pub(super) struct OutputBars<'a> {
    /// The arm.
    pub(super) arm: usize,
    /// Its outputs.
    pub(super) a: &'a [f64],
    /// The value of a full bar.
    pub(super) full: f64,
    /// The division of the area.
    pub(super) grid: BarGrid,
}

impl OutputBars<'_> {
    /// Draws the bars; classes without room are left out.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, shared: &SharedState, area: Rect) {
        let names = name_width(shared, self.a.len());
        let gaps = 2 * self.grid.columns.saturating_sub(1);
        let width = area.width.saturating_sub(gaps) / self.grid.columns.max(1);
        let answer = Verdict::of(self.a).and_then(Verdict::answer);
        for (class, a) in self.a.iter().enumerate() {
            let (column, line) =
                (class as u16 / self.grid.rows.max(1), class as u16 % self.grid.rows.max(1));
            let place = row(area, line);
            let x = area.x + column * (width + 2);
            let place = Rect { x, width, ..place }.intersection(area);
            if place.height == 0 || place.width < names + 2 {
                continue;
            }
            let is_answer = answer == Some(class);
            let style = if is_answer { canvas.theme.strong } else { canvas.theme.quiet };
            let name = shared.class_name(class);
            canvas.text((place.x, place.y), names, &clipped(&name, MOST_NAME), style);
            let rest = Rect { x: place.x + names + 1, width: place.width - names - 1, ..place };
            let track = rest.width.saturating_sub(NUMBER + 1);
            let of_bar = if is_answer {
                canvas.theme.arm(self.arm).add_modifier(Modifier::BOLD)
            } else {
                canvas.theme.arm(self.arm)
            };
            let trough = canvas.theme.trough;
            let share = *a / self.full.max(f64::MIN_POSITIVE);
            bar(canvas, Rect { width: track, ..rest }, &Bar { share, style: of_bar, trough });
            canvas.text_right(rest, &padded(*a, usize::from(NUMBER)), style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_is_the_class_of_the_greatest_output_unless_two_are_equal() {
        let verdict = Verdict::of(&[0.1, 0.7, 0.9, 0.2]).unwrap();
        assert_eq!((verdict.class, verdict.second, verdict.answer()), (2, 1, Some(2)));
        assert_eq!((verdict.a, verdict.a_second), (0.9, 0.7));
        let tie = Verdict::of(&[0.1, 0.4, 0.4]).unwrap();
        assert_eq!((tie.class, tie.second, tie.answer()), (1, 2, None));
        assert_eq!((Verdict::of(&[]), Verdict::of(&[0.3])), (None, None));
        assert_eq!(Verdict::of(&[-2.0, -1.0]).unwrap().answer(), Some(1));
    }

    #[test]
    fn every_class_has_a_place_in_the_columns() {
        for classes in 1..40 {
            for columns in 1..6 {
                let grid = BarGrid::new(classes, columns);
                assert!(usize::from(grid.columns * grid.rows) >= classes);
            }
        }
        assert_eq!(BarGrid::new(10, 2), BarGrid { columns: 2, rows: 5 });
        assert!(BarGrid::new(10, 3).least_width(1) > BarGrid::new(10, 2).least_width(1));
    }
}
