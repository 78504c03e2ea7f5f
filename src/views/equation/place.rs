//! The place of the explained weight in its network.

use crate::canvas::number::count;
use crate::views::equation::context::EquationContext;

/// Returns the label of the explained weight: its layer, neuron with its class, and input with its name.
pub(super) fn place(context: &EquationContext<'_>) -> String {
    let class = context.class().map(|class| format!(" (class {class})"));
    let input = context.input_name().map(|name| format!(" ({name})"));
    label(context, &class.unwrap_or_default()) + &input.unwrap_or_default()
}

/// Returns the label without the names of the class and of the input.
pub(super) fn brief_place(context: &EquationContext<'_>) -> String {
    label(context, "")
}

fn label(context: &EquationContext<'_>, class: &str) -> String {
    let of = |(at, of): (usize, usize)| format!("{} of {}", count(at as u64 + 1), count(of as u64));
    let j = if context.is_bias() { "the bias".to_owned() } else { of(context.arm.input) };
    let mut label = format!("j = {j}");
    if context.arm.neuron.1 > 1 {
        label = format!("neuron {}{class}, {label}", of(context.arm.neuron));
    }
    if context.arm.layer.1 > 1 {
        label = format!("layer {}, {label}", of(context.arm.layer));
    }
    label
}
