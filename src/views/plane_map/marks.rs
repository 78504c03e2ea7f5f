//! The examples on a map: their marks, and how many of them are drawn.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::widgets::{FieldMap, MapPlace, class_letter};
use crate::telemetry::{ArmFields, Fields, PlaneExample, PlaneExamples, PlaneTarget, Window};
use crate::views::plane_map::drawn_examples::DrawnExamples;

/// The cells of a map for each example that is drawn on it: more examples would hide the field.
const CELLS: usize = 9;

/// The mark of an example that is taken for another class.
pub(in crate::views) const WRONG: (char, char) = ('✗', 'x');

/// The marks of the classes 0 and 1, and of a number.
pub(in crate::views) const PAIR: [(char, char); 2] = [('○', 'o'), ('●', '@')];
const NUMBER: (char, char) = ('·', '.');

/// Which examples are drawn: one in so many, and whether every mistake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::views) struct Selection {
    drawn: DrawnExamples,
    /// The number of examples for each one that is drawn, whether it is right or wrong.
    pub(in crate::views) one_in: usize,
    /// Whether all mistakes are drawn besides.
    pub(in crate::views) has_all_mistakes: bool,
}

impl Selection {
    /// Chooses the examples for the maps of a view, all of which are of this size.
    pub(in crate::views) fn new(fields: &Fields, drawn: DrawnExamples, map: Rect) -> Self {
        let (training, all) = (fields.examples.training, fields.examples.points.len());
        let count = match drawn {
            DrawnExamples::Training => training,
            DrawnExamples::Test => all - training,
            DrawnExamples::Both => all,
            DrawnExamples::None => 0,
        };
        let room = (map.area() as usize / CELLS).max(1);
        let of_arm = |arm: &ArmFields| {
            let wrong = arm.is_wrong.iter().enumerate();
            wrong.filter(|(nth, wrong)| **wrong && is_of(drawn, *nth, training)).count()
        };
        let mistakes = fields.arms.iter().map(of_arm).max().unwrap_or(0);
        Self { drawn, one_in: count.div_ceil(room).max(1), has_all_mistakes: mistakes <= room }
    }

    fn draws(self, fields: &Fields, nth: usize, is_wrong: bool) -> bool {
        let PlaneExamples { training, edited, .. } = *fields.examples;
        // Whoever has put an example there looks for it.
        let is_edited = (training.saturating_sub(edited)..training).contains(&nth);
        let is_due = nth.is_multiple_of(self.one_in) || (is_wrong && self.has_all_mistakes);
        is_of(self.drawn, nth, training) && (is_due || is_edited)
    }
}

fn is_of(drawn: DrawnExamples, nth: usize, training: usize) -> bool {
    match drawn {
        DrawnExamples::Training => nth < training,
        DrawnExamples::Test => nth >= training,
        DrawnExamples::Both => true,
        DrawnExamples::None => false,
    }
}

/// Returns the place of a point of a window.
pub(in crate::views) fn place(window: Window, [across, up]: [f64; 2]) -> MapPlace {
    let (wide, high) = window.spans();
    MapPlace { across: (across - window.across.0) / wide, up: (up - window.up.0) / high }
}

/// Returns the mark of an example that is right.
fn mark(example: &PlaneExample, classes: usize) -> (char, char) {
    match example.target {
        PlaneTarget::Class(class) if classes <= 2 => PAIR[class % 2],
        PlaneTarget::Class(class) => {
            let letter = class_letter((class % 256) as u8);
            (letter, letter)
        }
        PlaneTarget::Number(_) => NUMBER,
    }
}

/// Draws the examples of a selection: those that are right, and over them those that are wrong.
pub(in crate::views) fn draw(
    canvas: &mut Canvas<'_>,
    map: &FieldMap,
    fields: &Fields,
    arm: &ArmFields,
    selection: Selection,
) {
    let classes = arm.of_outputs().len();
    let is_wrong = |nth: usize| arm.is_wrong.get(nth).copied().unwrap_or(false);
    for wrong in [false, true] {
        let drawn = fields.examples.points.iter().enumerate();
        let drawn = drawn
            .filter(|(nth, _)| is_wrong(*nth) == wrong && selection.draws(fields, *nth, wrong));
        for (_, example) in drawn {
            if let Some(at) = map.cell_at(place(fields.window, example.at)) {
                map.put(canvas, at, if wrong { WRONG } else { mark(example, classes) });
            }
        }
    }
}

/// Returns the mistakes among the examples on the plane, and the number of these: of the test set, if there is one.
/// `None` if the targets are no classes.
pub(in crate::views) fn mistakes(fields: &Fields, arm: &ArmFields) -> Option<(usize, usize)> {
    let (training, test) = arm.is_wrong.split_at_checked(fields.examples.training)?;
    let judged = if test.is_empty() { training } else { test };
    let wrong = judged.iter().filter(|wrong| **wrong).count();
    (!judged.is_empty()).then_some((wrong, judged.len()))
}

/// Returns the name of the set whose mistakes are counted.
pub(in crate::views) fn judged_set(fields: &Fields) -> &'static str {
    if fields.examples.of.1 > 0 { "test" } else { "training" }
}

/// Returns what the marks of examples of two classes mean.
pub(in crate::views) fn marks_of_pair(canvas: &Canvas<'_>) -> String {
    let [zero, one, wrong] = [PAIR[0], PAIR[1], WRONG].map(|mark| canvas.letter(mark));
    format!("{zero} 0  {one} 1  {wrong} wrong")
}
