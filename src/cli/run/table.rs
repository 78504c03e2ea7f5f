//! The table of the arms at the end of a run, with or without a screen.

use std::io::{self, Write};
use std::time::Duration;

use crate::cli::run::numbers::{as_set, digits, percent, seconds, thousands};
use crate::report::Summary;
use crate::telemetry::{Divergence, RunFacts};
use crate::text::visible;

/// The result of an arm, as far as it is known.
pub(in crate::cli) struct ArmRow {
    /// The name of the arm.
    pub(in crate::cli) arm: String,
    /// The whole epochs done.
    pub(in crate::cli) epochs: u64,
    /// The epoch of the reported cost and accuracy, if it is an earlier one.
    pub(in crate::cli) evaluated_epoch: Option<u64>,
    /// The cost over the training set.
    pub(in crate::cli) cost: Option<f64>,
    /// The accuracy on the test set, or else on the training set.
    pub(in crate::cli) accuracy: Option<f64>,
    /// R² on the test set, or else on the training set, if targets are numbers.
    pub(in crate::cli) r2: Option<f64>,
    /// The mean of |a − y| on the same set, in the unit of the target.
    pub(in crate::cli) mean_error: Option<f64>,
    /// The best accuracy and its epoch, on the same set.
    pub(in crate::cli) best: Option<(f64, u64)>,
    /// The training time.
    pub(in crate::cli) time: Option<Duration>,
    /// The training speed.
    pub(in crate::cli) examples_per_second: Option<f64>,
    /// The divergence, if the arm diverged.
    pub(in crate::cli) diverged: Option<Divergence>,
}

/// Writes the description of the run.
pub(super) fn write_heading(to: &mut dyn Write, facts: &RunFacts) -> io::Result<()> {
    writeln!(to, "{}", heading(facts))?;
    // What a file was taken for.
    facts.found.as_ref().map_or(Ok(()), |found| writeln!(to, "{}", visible(found)))
}

/// Writes a line for each arm, and a line for each divergence.
pub(in crate::cli) fn write_arms(
    to: &mut dyn Write,
    facts: &RunFacts,
    arms: &[ArmRow],
) -> io::Result<()> {
    let columns = columns(facts, arms);
    for row in 0..=arms.len() {
        let cells = columns.iter().enumerate().map(|(column, cells)| {
            let width = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
            let cell = cells.get(row).map_or("", String::as_str);
            if column == 0 { format!("{cell:width$}") } else { format!("{cell:>width$}") }
        });
        writeln!(to, "{}", cells.collect::<Vec<_>>().join("  "))?;
    }
    for ArmRow { arm, diverged, .. } in arms {
        if let Some(Divergence { step, eta, reason }) = diverged {
            let eta = as_set(*eta);
            writeln!(to, "{arm} diverged at step {step} with eta {eta}: {reason}")?;
        }
    }
    Ok(())
}

/// Writes whether the condition of `--until` was met, and where the run has ended.
pub(super) fn write_until(to: &mut dyn Write, summary: &Summary) -> io::Result<()> {
    let Some(until) = &summary.until else { return Ok(()) };
    let condition = visible(&until.condition);
    let met = if until.met { "met at" } else { "not met by" };
    writeln!(to, "until {condition}: {met} step {}, epoch {}", until.step, until.epoch)
}

/// Writes the times of the whole program and of loading the data.
pub(super) fn write_times(to: &mut dyn Write, summary: &Summary) -> io::Result<()> {
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

/// Returns the columns of the table, each with its heading. Optional columns are included only if
/// some arm has a value for them.
fn columns(facts: &RunFacts, arms: &[ArmRow]) -> Vec<Vec<String>> {
    let column = |head: &str, of: &dyn Fn(&ArmRow) -> Option<String>| {
        let cells = arms.iter().map(|arm| of(arm).unwrap_or_else(|| "-".to_owned()));
        std::iter::once(head.to_owned()).chain(cells).collect::<Vec<_>>()
    };
    let has_test = facts.test_examples > 0;
    let accuracy = if has_test { "test accuracy" } else { "accuracy" };
    let best = |(best, epoch)| format!("{} ({epoch})", percent(best));
    let mut columns = vec![
        column("arm", &|arm| Some(arm.arm.clone())),
        column("epochs", &|arm| Some(arm.epochs.to_string())),
    ];
    if arms.iter().any(|arm| arm.evaluated_epoch.is_some()) {
        columns.push(column("as of", &|arm| {
            Some(arm.evaluated_epoch.unwrap_or(arm.epochs).to_string())
        }));
    }
    columns.push(column("cost", &|arm| arm.cost.map(|cost| digits(cost, 5))));
    if arms.iter().any(|arm| arm.mean_error.is_some()) {
        let (r2, mean) =
            if has_test { ("test R²", "test error |a−y|") } else { ("R²", "error |a−y|") };
        let mean = facts.target.as_ref().map_or_else(
            || mean.to_owned(),
            |target| format!("{mean} of {}", visible(&target.name)),
        );
        columns.extend([
            column(r2, &|arm| arm.r2.map(|r2| format!("{r2:.4}"))),
            column(&mean, &|arm| arm.mean_error.map(|error| digits(error, 5))),
        ]);
    } else {
        columns.extend([
            column(accuracy, &|arm| arm.accuracy.map(percent)),
            column("best (epoch)", &|arm| arm.best.map(best)),
        ]);
    }
    if arms.iter().any(|arm| arm.time.is_some()) {
        columns.extend([
            column("time", &|arm| arm.time.map(seconds)),
            column("examples/s", &|arm| arm.examples_per_second.map(thousands)),
        ]);
    }
    columns
}
