//! The panel of an arm as lines of text.

use crate::app::App;
use crate::telemetry::{ArmFacts, ArmProgress, RunFacts};
use crate::ui::duel::arm::panel_row::PanelRow;
use crate::ui::duel::arm::rows::{formula, note, rows};
use crate::ui::number::number;
use crate::ui::sentence::joined;

/// Returns the content of the panel, one fact per line; for a network, the numbers are left to the
/// table.
pub(in crate::ui::duel) fn text(
    app: &App,
    facts: &RunFacts,
    (arm, of, now): (usize, &ArmFacts, &ArmProgress),
) -> Vec<String> {
    let mut lines = vec![formula(of).to_owned(), joined(&note(app, (arm, of, now)))];
    let is_neuron = now
        .gradient_factors
        .as_ref()
        .is_some_and(|gradient_factors| gradient_factors.neuron.is_some());
    for (_, row) in rows(app, facts, (arm, of, now)) {
        match row {
            PanelRow::Bar { label, value, .. } => {
                lines.push(format!("{label} {}", number(value, 7)));
            }
            PanelRow::Text(pieces) => lines.push(joined(&pieces)),
            PanelRow::Fit(variants) => lines.extend(variants.first().map(|way| joined(way))),
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
