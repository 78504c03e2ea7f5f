//! The text of the Equation view.

use crate::views::equation::Symbol;
use crate::views::equation::context::EquationContext;
use crate::views::equation::number_text::six;
use crate::views::equation::place::place;
use crate::views::equation::state::EquationView;
use crate::views::equation::{formula, rows, symbols};
use crate::views::view_state::ViewState;

/// Returns the formulas, the symbol under the cursor, the chosen row, its sum and its mean, one per
/// line.
pub(super) fn readout(state: ViewState<'_, EquationView>) -> Vec<String> {
    let Some(context) = EquationContext::of(state) else { return Vec::new() };
    let mut lines = formula::text(&context);
    lines.push(format!("{}: {}", context.facts.name, place(&context)));
    lines.push(format!("cursor: {}", symbols::text(&context, state.view.symbol)));
    lines.extend(rows::text(&context));
    lines.push(format!("Σₓ {}", symbols::now(&context, Symbol::Sum)));
    let gradient = symbols::now(&context, Symbol::Gradient);
    let divided = rows::divided(&context);
    match context.arm.l2 {
        None => lines.push(format!("{divided}: {gradient}")),
        Some(l2) => {
            lines.push(format!("{divided}: {}, without L2", six(context.arm.weight.mean)));
            lines.push(format!("L2 term λ/n·{}: {}", context.weight(), six(l2)));
            lines.push(gradient);
        }
    }
    lines
}
