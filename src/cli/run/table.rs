//! The table of the arms with which a run ends.

use std::io::{self, Write};
use std::time::Duration;

use crate::cli::run::numbers::{as_set, digits, percent, seconds, thousands};
use crate::report::{ArmSummary, Summary};
use crate::telemetry::{Divergence, RunFacts};
use crate::text::visible;

/// How an arm ended: what is written of it, and why it stopped where it diverged.
pub(super) struct ArmEnd {
    pub(super) summary: ArmSummary,
    /// Its best accuracy and the epoch of it: on the test set, else on the training set.
    pub(super) best: Option<(f64, u64)>,
    pub(super) diverged: Option<Divergence>,
}

/// Writes what was run, a line for each arm, and why an arm stopped early.
pub(super) fn write_table(
    to: &mut dyn Write,
    facts: &RunFacts,
    summary: &Summary,
    arms: &[ArmEnd],
) -> io::Result<()> {
    writeln!(to, "{}", heading(facts))?;
    let accuracy = if facts.test_examples > 0 { "test accuracy" } else { "accuracy" };
    let head = ["arm", "epochs", "cost", accuracy, "best (epoch)", "time", "examples/s"];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(arms.iter().map(row));
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in &rows {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if column == 0 { format!("{cell:width$}") } else { format!("{cell:>width$}") }
        });
        writeln!(to, "{}", cells.collect::<Vec<_>>().join("  "))?;
    }
    for arm in arms {
        if let Some(diverged) = &arm.diverged {
            let Divergence { step, eta, reason } = diverged;
            let (arm, eta) = (&arm.summary.arm, as_set(*eta));
            writeln!(to, "{arm} diverged at step {step} with eta {eta}: {reason}")?;
        }
    }
    let whole = Duration::try_from_secs_f64(summary.wall_seconds).unwrap_or_default();
    let load = Duration::try_from_secs_f64(summary.load_seconds).unwrap_or_default();
    writeln!(to, "{} in all, {} of it for the data", seconds(whole), seconds(load))?;
    to.flush()
}

fn heading(facts: &RunFacts) -> String {
    let test = match facts.test_examples {
        0 => String::new(),
        n => format!(" and {} for the test", thousands(n as f64)),
    };
    let examples = if facts.examples == 1 { "example" } else { "examples" };
    format!(
        "{}: {}, {} {examples}{test}, seed {}, {}",
        visible(&facts.title),
        visible(&facts.data),
        thousands(facts.examples as f64),
        facts.seed,
        facts.precision.name()
    )
}

fn row(arm: &ArmEnd) -> [String; 7] {
    let none = || "-".to_owned();
    let summary = &arm.summary;
    let last = summary.test_accuracy.or(summary.accuracy);
    let time = Duration::try_from_secs_f64(summary.training_seconds).unwrap_or_default();
    [
        summary.arm.clone(),
        summary.epochs.to_string(),
        summary.cost.map_or_else(none, |cost| digits(cost, 5)),
        last.map_or_else(none, percent),
        arm.best.map_or_else(none, |(best, epoch)| format!("{} ({epoch})", percent(best))),
        seconds(time),
        summary.examples_per_second.map_or_else(none, thousands),
    ]
}
