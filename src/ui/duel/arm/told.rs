//! The panel of an arm in lines of text.

use crate::app::App;
use crate::telemetry::{ArmDigest, ArmFacts, RunFacts};
use crate::ui::duel::arm::{Row, formula, note, rows};
use crate::ui::number::number;
use crate::ui::sentence::joined;

/// What the panel tells, a line each; of a network the numbers are left to the table.
pub(in crate::ui::duel) fn told(
    app: &App,
    facts: &RunFacts,
    (arm, of, now): (usize, &ArmFacts, &ArmDigest),
) -> Vec<String> {
    let mut lines = vec![formula(of).to_owned(), joined(&note(app, (arm, of, now)))];
    let is_neuron = now.moment.as_ref().is_some_and(|moment| moment.neuron.is_some());
    for (_, row) in rows(app, facts, (arm, of, now)) {
        match row {
            Row::Bar { label, value, .. } => lines.push(format!("{label} {}", number(value, 7))),
            Row::Text(pieces) => lines.push(joined(&pieces)),
            Row::Fit(ways) => lines.extend(ways.first().map(|way| joined(way))),
            Row::Pairs(pairs) if is_neuron => {
                lines.extend(pairs.iter().map(|(label, value)| format!("{label} {value}")));
            }
            Row::Pairs(_) | Row::Gap | Row::Decades | Row::Formula | Row::Recall | Row::Classes => {
            }
        }
    }
    lines
}
