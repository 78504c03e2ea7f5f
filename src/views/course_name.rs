//! The names of courses. Each has one, wherever it is named.
//!
//! A branch is named after the change that began it, and an earlier run after what differs from the present one. The
//! first course of the run on the screen has no change of its own.

use crate::canvas::number::{count, short};
use crate::telemetry::{BranchFacts, BranchId, EtaMode, Ghost, Setting};
use crate::views::course_epoch::epoch_name;
use crate::views::edited_example::edited_example;
use crate::views::run_differences::{by_arm, differences};
use crate::views::shared_state::SharedState;

/// Returns the name of the open course.
pub(crate) fn open_name(shared: &SharedState) -> String {
    branch_name(shared, shared.history.branch)
}

/// Returns the names of all ghosts, in their order. No two are the same.
pub(crate) fn ghost_names(shared: &SharedState) -> Vec<String> {
    let history = &shared.history;
    let base = |ghost: &Ghost| {
        if history.is_openable(ghost) {
            branch_name(shared, ghost.id.branch)
        } else {
            earlier_name(shared, ghost)
        }
    };
    let bases: Vec<String> = history.ghosts.iter().map(base).collect();
    let is_single = |name: &String| {
        *name != open_name(shared) && bases.iter().filter(|other| *other == name).count() == 1
    };
    let mut names: Vec<String> = Vec::with_capacity(bases.len());
    for (ghost, base) in history.ghosts.iter().zip(&bases) {
        let is_clear = history.is_openable(ghost) || is_single(base);
        let run = format!("run {}", ghost.id.run + 1);
        let name = match base.as_str() {
            "" => run,
            _ if is_clear => base.clone(),
            _ => format!("{base}, {run}"),
        };
        names.push(numbered(name, &names));
    }
    names
}

/// Returns a name with a number if others have it already.
fn numbered(name: String, others: &[String]) -> String {
    let taken = |name: &String| others.contains(name);
    if !taken(&name) {
        return name;
    }
    let mut numbers = (2..).map(|number| format!("{name} ({number})"));
    numbers.find(|name| !taken(name)).expect("there are more numbers than names")
}

/// Returns the name of a branch of the run: the change that began it, and the epoch if an earlier branch began with
/// the same change.
fn branch_name(shared: &SharedState, id: BranchId) -> String {
    let branches = &shared.history.branches;
    let Some(at) = branches.iter().position(|branch| branch.id == id) else {
        return if shared.history.run == 0 { "the first course" } else { "this run" }.to_owned();
    };
    let change = change_name(shared, &branches[at]);
    let mut others = Vec::new();
    for before in &branches[..at] {
        let other = change_name(shared, before);
        let is_taken = others.contains(&other);
        others.push(if is_taken { dated(shared, &other, before) } else { other });
    }
    if !others.contains(&change) {
        return change;
    }
    numbered(dated(shared, &change, &branches[at]), &others)
}

fn dated(shared: &SharedState, change: &str, branch: &BranchFacts) -> String {
    format!("{change} at epoch {}", epoch_name(shared, branch.step))
}

/// Returns the name of an earlier run: how it differs from the present one, and how its branch began if that says
/// nothing. It is empty if there is nothing to say.
fn earlier_name(shared: &SharedState, ghost: &Ghost) -> String {
    let differences = differences(shared, ghost).join(", ");
    match &ghost.began {
        Some(began) if differences.is_empty() => change_name(shared, began),
        _ => differences,
    }
}

/// Returns the change that began a branch, in words: `quadratic η 1`.
fn change_name(shared: &SharedState, branch: &BranchFacts) -> String {
    let pairs = branch.etas_before.iter().zip(&branch.etas);
    let changed = pairs.map(|(before, now)| (before != now).then(|| format!("η {}", short(*now))));
    let rates = by_arm(shared, &changed.collect::<Vec<_>>());
    match branch.setting {
        Setting::EtaMode { mode: EtaMode::Calibrated, .. } => "calibrated η".to_owned(),
        Setting::EtaMode { mode: EtaMode::Equal, .. } => "equal η".to_owned(),
        Setting::Eta { .. } | Setting::EtaMode { .. } if !rates.is_empty() => rates.join(", "),
        Setting::Eta { arm, eta } => format!("{} η {}", arm_name(shared, arm), short(eta)),
        Setting::EtaMode { .. } => "own η".to_owned(),
        Setting::Weight { arm, value, .. } => {
            format!("{}: a weight {}", arm_name(shared, arm), short(value))
        }
        Setting::Epochs(epochs) => format!("{} epochs", count(epochs)),
        Setting::Evaluate(0) => "no evaluations".to_owned(),
        Setting::Evaluate(epochs) => format!("evaluated every {}", count(epochs)),
        Setting::Examples(edit) => edited_example(shared, &edit),
    }
}

fn arm_name(shared: &SharedState, arm: usize) -> &str {
    shared.arm_name(arm).unwrap_or("the arm")
}
