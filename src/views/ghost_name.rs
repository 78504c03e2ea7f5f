//! The names of branches and ghosts: what was changed, and where.

use crate::canvas::number::{count, short};
use crate::telemetry::{BranchFacts, BranchId, EtaMode, Ghost, GhostOf, Setting};
use crate::views::shared_state::SharedState;

/// Returns the name of a branch: the change that began it, `η 0.15 → 1 at epoch 12`.
pub(crate) fn branch_name(shared: &SharedState, branch: &BranchFacts) -> String {
    let epochs = shared.history.clock().epochs_done(branch.step as f64);
    let epoch = if epochs.fract() == 0.0 { count(epochs as u64) } else { short(epochs) };
    format!("{} at epoch {epoch}", change_name(shared, branch))
}

fn change_name(shared: &SharedState, branch: &BranchFacts) -> String {
    let name = |arm: usize| shared.arm_name(arm).unwrap_or("the arm").to_owned();
    match branch.setting {
        Setting::Eta { arm, eta } => {
            let before = branch.etas_before.get(arm).map_or_else(String::new, |eta| short(*eta));
            let pairs = branch.etas_before.iter().zip(&branch.etas);
            let changed = pairs.filter(|(before, now)| before != now).count();
            let of = if shared.arms() > 1 && changed <= 1 {
                format!("{}: ", name(arm))
            } else {
                String::new()
            };
            format!("{of}η {before} → {}", short(eta))
        }
        Setting::EtaMode { mode: EtaMode::Own, .. } => "own η".to_owned(),
        Setting::EtaMode { mode: EtaMode::Equal, .. } => "equal η".to_owned(),
        Setting::EtaMode { mode: EtaMode::Calibrated, .. } => "calibrated η".to_owned(),
        Setting::Weight { arm, value, .. } => format!("{}: a weight → {}", name(arm), short(value)),
        Setting::Epochs(epochs) => format!("{} epochs", count(epochs)),
        Setting::Evaluate(0) => "no evaluations".to_owned(),
        Setting::Evaluate(epochs) => format!("evaluated every {}", count(epochs)),
    }
}

/// Returns the name of a ghost: beside the branch that left it, it is the course without that change.
pub(crate) fn ghost_name(shared: &SharedState, ghost: &Ghost) -> String {
    let branches = &shared.history.branches;
    let of = |id: BranchId| branches.iter().find(|branch| branch.id == id);
    match ghost.of {
        GhostOf::EarlierRun => {
            let mut etas: Vec<String> = ghost.etas.iter().map(|eta| short(*eta)).collect();
            etas.dedup();
            format!("run before, η {}", etas.join(", "))
        }
        GhostOf::Branch(id) => match of(shared.history.branch).filter(|open| open.parent == id) {
            Some(open) => format!("without {}", branch_name(shared, open)),
            None => of(id).map_or_else(
                || "the first course".to_owned(),
                |branch| branch_name(shared, branch),
            ),
        },
    }
}

/// Returns a short name of a ghost, for a chart: η of the chosen arm at its end.
pub(crate) fn ghost_label(shared: &SharedState, ghost: &Ghost) -> String {
    ghost.etas.get(shared.arm).map_or_else(String::new, |eta| format!("η {}", short(*eta)))
}
