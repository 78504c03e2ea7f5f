//! The words for a change of the training examples.

use crate::canvas::number::short;
use crate::telemetry::ExampleEdit;
use crate::views::shared_state::SharedState;

/// Returns a change of the training examples in words, with what its numbers stand for:
/// `point added: class 1 at 2.5, −1`.
pub(crate) fn edited_example(shared: &SharedState, edit: &ExampleEdit) -> String {
    let facts = shared.history.facts.as_deref();
    let value = |input: usize, x: f64| facts.map_or(x, |facts| facts.input_value(input, x));
    let place = |[x, z]: [f64; 2]| format!("{}, {}", short(value(0, x)), short(value(1, z)));
    match *edit {
        ExampleEdit::Add { at, class } => {
            format!("point added: {} at {}", class_words(shared, class as usize), place(at))
        }
        // A drag is many small moves, each of which begins where the last one has ended.
        ExampleEdit::Move { to, .. } => format!("point moved to {}", place(to)),
        ExampleEdit::Remove { at } => format!("point removed: {}", place(at)),
    }
}

/// Returns the name of a class, or `class 1` if it has none.
pub(in crate::views) fn class_words(shared: &SharedState, class: usize) -> String {
    let name = shared.class_name(class);
    if name == class.to_string() { format!("class {name}") } else { name }
}
