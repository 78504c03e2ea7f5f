//! The examples on a map: their marks, and how many of them are drawn.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::widgets::{FieldMap, FieldScale, MapPlace, class_letter};
use crate::telemetry::{ArmFields, Fields, PlaneExamples, PlaneTarget, Window};
use crate::views::plane_map::drawn_examples::DrawnExamples;
use crate::views::shared_state::SharedState;

/// The cells of a map for each example that is drawn on it: more examples would hide the field.
const CELLS: usize = 9;

/// The mark of an example that is taken for another class.
const WRONG: (char, char) = ('✗', 'x');

/// The marks of the classes 0 and 1 in the set whose mistakes are counted.
const JUDGED: [(char, char); 2] = [('○', 'o'), ('●', '@')];

/// The marks of the classes 0 and 1 in the training set, if there is a test set besides.
const TRAINING: [(char, char); 2] = [('▵', 'v'), ('▴', 'V')];

/// The mark of an example whose target is a number.
const NUMBER: (char, char) = ('◦', 'o');

/// Which examples are drawn: one in so many, and whether every mistake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::views) struct Selection {
    drawn: DrawnExamples,
    /// The number of examples for each one that is drawn, whether it is right or wrong.
    pub(in crate::views) one_in: usize,
    /// Whether all mistakes are drawn besides.
    pub(in crate::views) has_all_mistakes: bool,
    /// Whether mistakes are marked: the map shows the answers of the network, and not one of its neurons.
    marks_mistakes: bool,
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
        let has_classes = fields.arms.iter().any(|arm| !arm.is_wrong.is_empty());
        let mistakes = fields.arms.iter().map(of_arm).max().unwrap_or(0);
        Self {
            drawn,
            one_in: count.div_ceil(room).max(1),
            has_all_mistakes: has_classes && mistakes <= room,
            marks_mistakes: true,
        }
    }

    /// Returns the same examples without a word on which are mistakes.
    pub(in crate::views) fn without_mistakes(self) -> Self {
        Self { has_all_mistakes: false, marks_mistakes: false, ..self }
    }

    fn draws(self, fields: &Fields, nth: usize, is_wrong: bool) -> bool {
        let PlaneExamples { training, edited, .. } = *fields.examples;
        // Whoever has put an example there looks for it.
        let is_edited = (training.saturating_sub(edited)..training).contains(&nth);
        let is_due = is_sampled(fields, nth, self.one_in) || (is_wrong && self.has_all_mistakes);
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

/// Returns whether an example is one of a sample of one in so many. That depends on its place alone, so that the others
/// stay when one is added or removed, as long as `one_in` is the same.
fn is_sampled(fields: &Fields, nth: usize, one_in: usize) -> bool {
    let [across, up] = fields.examples.points.get(nth).map_or([0.0; 2], |example| example.at);
    let mixed =
        (across.to_bits() ^ up.to_bits().rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 32) as usize).is_multiple_of(one_in)
}

/// Returns the mark of a class. In the training set beside a test set it is another one.
pub(in crate::views) fn class_mark(
    class: usize,
    classes: usize,
    is_training_beside_test: bool,
) -> (char, char) {
    if classes <= 2 {
        return if is_training_beside_test { TRAINING } else { JUDGED }[class % 2];
    }
    let letter = class_letter((class % 256) as u8);
    let letter = if is_training_beside_test { letter.to_ascii_uppercase() } else { letter };
    (letter, letter)
}

/// Draws the examples of a selection: those that are right, and over them those that are wrong. Examples of numbers have
/// the colour of their target on this scale.
pub(in crate::views) fn draw(
    canvas: &mut Canvas<'_>,
    map: &FieldMap,
    (fields, arm): (&Fields, &ArmFields),
    scale: FieldScale,
    selection: Selection,
) {
    let classes = arm.of_outputs().len();
    let is_wrong =
        |nth: usize| selection.marks_mistakes && arm.is_wrong.get(nth).copied().unwrap_or(false);
    for wrong in [false, true] {
        let drawn = fields.examples.points.iter().enumerate();
        let drawn = drawn
            .filter(|(nth, _)| is_wrong(*nth) == wrong && selection.draws(fields, *nth, wrong));
        for (nth, example) in drawn {
            let Some(at) = map.cell_at(place(fields.window, example.at)) else { continue };
            let is_training_beside_test =
                fields.examples.of.1 > 0 && nth < fields.examples.training;
            match example.target {
                PlaneTarget::Number(y) => map.put_level(canvas, at, scale.level(y), NUMBER),
                PlaneTarget::Class(_) if wrong && classes <= 2 => map.put(canvas, at, WRONG),
                PlaneTarget::Class(class) => {
                    let mark = class_mark(class, classes, is_training_beside_test);
                    if wrong {
                        map.put_reversed(canvas, at, mark);
                    } else {
                        map.put(canvas, at, mark);
                    }
                }
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

/// Returns what the marks of examples mean: a class, or a number. In the training set beside a test set they are others.
pub(in crate::views) fn marks_of_classes(
    canvas: &Canvas<'_>,
    shared: &SharedState,
    arm: &ArmFields,
    is_training_beside_test: bool,
) -> String {
    if arm.is_wrong.is_empty() {
        return format!("{} in the colour of its target", canvas.letter(NUMBER));
    }
    let outputs = arm.of_outputs().len();
    let of_class = |class: usize| {
        let mark = canvas.letter(class_mark(class, outputs, is_training_beside_test));
        format!("{mark} {}", shared.class_name(class))
    };
    (0..outputs.max(2)).map(of_class).collect::<Vec<_>>().join("  ")
}

/// Returns what the mark of a mistake means; nothing if the targets are no classes.
pub(in crate::views) fn mark_of_mistakes(canvas: &Canvas<'_>, arm: &ArmFields) -> Option<String> {
    match arm.of_outputs().len() {
        _ if arm.is_wrong.is_empty() => None,
        outputs if outputs > 2 => Some("reversed: wrong".to_owned()),
        _ => Some(format!("{} wrong", canvas.letter(WRONG))),
    }
}
