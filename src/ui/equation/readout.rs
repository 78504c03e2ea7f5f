//! The text of the Equation view.

use crate::app::{App, Symbol};
use crate::ui::equation::context::EquationContext;
use crate::ui::equation::{formula, place, rows, symbols};

/// Returns the formulas, the symbol under the cursor, the chosen row, its sum and its mean, one per
/// line.
pub(crate) fn readout(app: &App) -> Vec<String> {
    let Some(context) = EquationContext::of(app) else { return Vec::new() };
    let mut lines = formula::text(&context);
    lines.push(format!("{}: {}", context.facts.name, place(&context)));
    lines.push(format!("cursor: {}", symbols::text(&context, app.equation.symbol)));
    lines.extend(rows::text(&context));
    lines.push(format!("Σ {}", symbols::now(&context, Symbol::Sum)));
    lines.push(format!(
        "{}: {}",
        rows::divided(&context),
        symbols::now(&context, Symbol::Gradient)
    ));
    lines
}
