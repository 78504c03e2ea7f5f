//! What the Equation view reads, in lines of text.

use crate::app::{App, Symbol};
use crate::ui::equation::{Shown, formula, place, rows, symbols};

/// The formulas, the symbol under the cursor, the chosen row, its sum and its mean, a line each.
pub(crate) fn readout(app: &App) -> Vec<String> {
    let Some(shown) = Shown::of(app) else { return Vec::new() };
    let mut lines = formula::told(&shown);
    lines.push(format!("{}: {}", shown.facts.name, place(&shown)));
    lines.push(format!("cursor: {}", symbols::told(&shown, app.equation.symbol)));
    lines.extend(rows::told(&shown));
    lines.push(format!("Σ {}", symbols::now(&shown, Symbol::Sum)));
    lines.push(format!("{}: {}", rows::divided(&shown), symbols::now(&shown, Symbol::Gradient)));
    lines
}
