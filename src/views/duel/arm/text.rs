//! The panel of an arm as lines of text.

use crate::canvas::number::number;
use crate::canvas::sentence::joined;
use crate::views::duel::arm::context::ArmContext;
use crate::views::duel::arm::panel_row::PanelRow;
use crate::views::duel::arm::rows::{formula, note, rows};

/// Returns the content of the panel, one fact per line; for a network, the numbers are left to the
/// table.
pub(in crate::views::duel) fn text(context: ArmContext<'_>) -> Vec<String> {
    let mut lines = vec![formula(context.facts).to_owned(), joined(&note(context))];
    let is_neuron = context
        .progress
        .gradient_factors
        .as_ref()
        .is_some_and(|gradient_factors| gradient_factors.neuron.is_some());
    for (_, row) in rows(context) {
        match row {
            PanelRow::Bar(bar) => {
                lines.push(format!("{} {}", bar.label, number(bar.value, 7)));
            }
            PanelRow::Text(pieces) => lines.push(joined(&pieces)),
            PanelRow::Fit(variants) => lines.extend(variants.first().map(|pieces| joined(pieces))),
            PanelRow::Pairs(pairs) if is_neuron => {
                lines.extend(pairs.iter().map(|(label, value)| format!("{label} {value}")));
            }
            PanelRow::Pairs(_)
            | PanelRow::Gap
            | PanelRow::Decades
            | PanelRow::Formula
            | PanelRow::Recall
            | PanelRow::Classes => {}
        }
    }
    lines
}
