//! Maps of what networks answer over the plane of two inputs, for the views that draw them.

mod drawn_examples;
mod marks;
mod quantity;

pub(super) use drawn_examples::DrawnExamples;
pub(super) use marks::{
    Selection, class_mark, draw as draw_examples, judged_set, mark_of_mistakes, marks_of_classes,
    mistakes, place,
};
pub(super) use quantity::{MapQuantity, discrete, neuron_scale, point};
