//! The log of a run as its thread keeps it: the changes with their steps, the branches that changes in the past
//! have made, and the states from which any step can be reached again.
//!
//! A branch is the list of its changes; everything else about it can be computed again. States are kept on a grid
//! of steps, whose distance doubles whenever they would take more memory than the run may use; the states after a
//! change are kept the longest.

use std::sync::Arc;

use crate::experiment::{Experiment, ExperimentSnapshot};
use crate::source::step_grid::StepGrid;
use crate::telemetry::{BranchId, Change};

/// The most branches that are kept. More are dropped, the oldest first.
const MOST_BRANCHES: usize = 9;

/// The bytes of kept states that a run of neurons, or of small networks, may take.
const SMALL_BUDGET: usize = 16 << 20;

/// The bytes that a run of larger networks may take.
const LARGE_BUDGET: usize = 256 << 20;

/// The most kept states of a branch. The steps between two of them take some milliseconds even in a run of a
/// hundred million steps, and looking for one takes no time.
const MOST_KEPT: usize = 512;

/// A state of at most so many bytes is small.
const SMALL: usize = 64 << 10;

/// The least number of steps between two kept states: taking so many costs far more than keeping one.
const LEAST_SPACING: u64 = 64;

/// The same for larger networks, whose states are copied for longer.
const LEAST_LARGE_SPACING: u64 = 256;

/// A state of a run to which it can return.
#[derive(Clone, Debug)]
pub(super) struct KeptState {
    /// The number of changes of the branch that had been made.
    changes: usize,
    /// Whether a change took effect here.
    is_after_change: bool,
    pub(super) state: Arc<ExperimentSnapshot>,
}

/// One course of a run.
#[derive(Clone, Debug)]
struct Branch {
    id: BranchId,
    /// In the order of their steps.
    changes: Vec<Change>,
    /// In the order of their steps; the first is the start.
    kept: Vec<KeptState>,
    grid: StepGrid,
    /// The last step that has been reached.
    newest: u64,
}

/// The log of a run with its branches.
pub(super) struct Timeline {
    /// The open branch is the last one.
    branches: Vec<Branch>,
    next_id: u32,
    /// The number of changes of the open branch that have been made at the present position.
    applied: usize,
    /// The most bytes of kept states.
    budget: usize,
}

impl Timeline {
    /// Begins the log of a run at its start. `most` are the most bytes that kept states may take, if that is less
    /// than usual.
    pub(super) fn new(experiment: &Experiment, most: Option<u64>) -> Self {
        let state = experiment.snapshot();
        let is_small = state.bytes() <= SMALL;
        let usual = if is_small { SMALL_BUDGET } else { LARGE_BUDGET };
        let most = most.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(usize::MAX);
        let least = if is_small { LEAST_SPACING } else { LEAST_LARGE_SPACING };
        let grid = StepGrid::new(experiment.clock().newest_steps_per_epoch(), least);
        let step = state.step();
        let first = KeptState { changes: 0, is_after_change: false, state: Arc::new(state) };
        let trunk = Branch {
            id: BranchId::default(),
            changes: Vec::new(),
            kept: vec![first],
            grid,
            newest: step,
        };
        Self { branches: vec![trunk], next_id: 1, applied: 0, budget: usual.min(most) }
    }

    fn open(&self) -> &Branch {
        self.branches.last().expect("a run has a branch")
    }

    fn open_mut(&mut self) -> &mut Branch {
        self.branches.last_mut().expect("a run has a branch")
    }

    /// Returns the open branch.
    pub(super) fn branch(&self) -> BranchId {
        self.open().id
    }

    /// Returns the state of the open branch at the start, after the changes that were made there.
    pub(super) fn start(&self) -> &ExperimentSnapshot {
        &self.open().kept.first().expect("the start is kept").state
    }

    /// Returns the changes of the open branch.
    pub(super) fn changes(&self) -> &[Change] {
        &self.open().changes
    }

    /// Returns the changes that have been made at the present position.
    pub(super) fn applied_changes(&self) -> &[Change] {
        self.changes().get(..self.applied).unwrap_or_default()
    }

    /// Returns the last step that the open branch has reached.
    pub(super) fn newest(&self) -> u64 {
        self.open().newest
    }

    /// Returns whether the open branch goes on after this step.
    pub(super) fn is_past(&self, step: u64) -> bool {
        step < self.open().newest
    }

    /// Returns the number of steps to the next one at which something is due: a state is kept, a change of the
    /// log is made, or the newest step is reached; at least 1.
    pub(super) fn steps_to_next(&self, step: u64) -> u64 {
        let branch = self.open();
        let grid = branch.grid.next_after(step);
        let newest = Some(branch.newest).filter(|newest| *newest > step);
        let change = branch.changes.get(self.applied).map(|change| change.step);
        let change = change.filter(|change| *change > step);
        [Some(grid), newest, change].into_iter().flatten().min().map_or(1, |next| next - step)
    }

    /// Returns the next change of the log, if it is to be made at this step.
    pub(super) fn due(&self, step: u64) -> Option<&Change> {
        self.open().changes.get(self.applied).filter(|change| change.step == step)
    }

    /// Returns the next change of the log if it is to be made at this step, and counts it as made.
    pub(super) fn take_due(&mut self, step: u64) -> Option<Change> {
        let change = self.due(step)?.clone();
        self.applied += 1;
        Some(change)
    }

    /// Notes that the experiment has reached its step, and keeps its state if it is on the grid: not before the
    /// evaluation that is due there has begun, so that it is a part of the state.
    pub(super) fn reach(&mut self, experiment: &Experiment) {
        let step = experiment.step();
        let applied = self.applied;
        let branch = self.open_mut();
        branch.newest = branch.newest.max(step);
        let is_new = branch.kept.last().is_none_or(|last| last.state.step() < step);
        let is_due = is_new && branch.grid.contains(step) && !experiment.evaluation_is_due();
        if is_due && self.has_room() {
            let branch = self.open_mut();
            let state = Arc::new(experiment.snapshot());
            branch.kept.push(KeptState { changes: applied, is_after_change: false, state });
            self.fit();
        }
    }

    /// Adds the evaluation that has just ended to the states that were kept while it was under way.
    pub(super) fn complete(&mut self, experiment: &Experiment) {
        let lacking = self.open_mut().kept.iter_mut().rev();
        for kept in lacking.take_while(|kept| kept.state.lacks_evaluation()) {
            experiment.complete_snapshot(Arc::make_mut(&mut kept.state));
        }
    }

    /// Adds a change that has just been made at the newest step.
    pub(super) fn push(&mut self, change: Change, experiment: &Experiment) {
        let (step, has_room) = (change.step, self.has_room());
        let branch = self.open_mut();
        branch.changes.push(change);
        let changes = branch.changes.len();
        let is_before = |kept: &KeptState| kept.state.step() < step;
        if has_room || step == 0 {
            branch.kept.retain(is_before);
            let state = Arc::new(experiment.snapshot());
            branch.kept.push(KeptState { changes, is_after_change: true, state });
        } else {
            // The start stays, from which every step can be reached.
            branch.kept.retain(|kept| is_before(kept) || kept.state.step() == 0);
        }
        self.applied = changes;
        self.fit();
    }

    /// Begins a branch at this step, which is in the past of the open one. Its changes are those up to here.
    pub(super) fn fork(&mut self, step: u64) -> Fork {
        let (from, id) = (self.open().id, BranchId(self.next_id));
        self.next_id += 1;
        let mut branch = Branch { id, newest: step, ..self.open().clone() };
        branch.changes.truncate(self.applied);
        branch.kept.retain(|kept| kept.state.step() <= step && kept.changes <= self.applied);
        self.branches.push(branch);
        let dropped = (self.branches.len() > MOST_BRANCHES).then(|| self.branches.remove(0).id);
        self.fit();
        Fork { from, to: id, dropped }
    }

    /// Opens another branch; returns whether there is one with this number.
    pub(super) fn switch(&mut self, id: BranchId) -> bool {
        let Some(at) = self.branches.iter().position(|branch| branch.id == id) else {
            return false;
        };
        let branch = self.branches.remove(at);
        self.applied = branch.changes.len();
        self.branches.push(branch);
        true
    }

    /// Drops a branch that is not open; returns whether there was one.
    pub(super) fn drop_branch(&mut self, id: BranchId) -> bool {
        let before = self.branches.len();
        let open = self.branch();
        self.branches.retain(|branch| branch.id != id || id == open);
        self.branches.len() < before
    }

    /// Returns the last state that was kept at this step or before it, from which it can be reached, and takes
    /// its changes as those that have been made.
    pub(super) fn return_to(&mut self, step: u64) -> Arc<ExperimentSnapshot> {
        let kept = &self.open().kept;
        let at = kept.partition_point(|kept| kept.state.step() <= step).saturating_sub(1);
        let KeptState { changes, ref state, .. } = kept[at];
        let state = Arc::clone(state);
        self.applied = changes;
        state
    }

    /// Takes the changes up to this step, at which the run stands, as those that have been made.
    pub(super) fn stay_at(&mut self, step: u64) {
        self.applied = self.changes().partition_point(|change| change.step <= step);
    }

    /// Returns whether more states may be kept than the one at the start.
    fn has_room(&self) -> bool {
        let bytes = self.open().kept.first().map_or(1, |kept| kept.state.bytes());
        2 * bytes <= self.budget
    }

    /// Drops states until the rest fits, from the branch that has the most. All states of a run have about the
    /// same size; where examples have been changed, the largest counts for each.
    fn fit(&mut self) {
        let kept = self.branches.iter().flat_map(|branch| &branch.kept);
        let bytes = kept.map(|kept| kept.state.bytes()).max().unwrap_or(1).max(1);
        let most = (self.budget / bytes).max(2 * self.branches.len());
        loop {
            let all: usize = self.branches.iter().map(|branch| branch.kept.len()).sum();
            let Some(branch) = self.branches.iter_mut().max_by_key(|branch| branch.kept.len())
            else {
                return;
            };
            if (all <= most && branch.kept.len() <= MOST_KEPT) || branch.kept.len() <= 2 {
                return;
            }
            branch.thin();
        }
    }
}

/// A new branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fork {
    /// The branch that was open.
    pub(super) from: BranchId,
    pub(super) to: BranchId,
    /// The branch that had to go.
    pub(super) dropped: Option<BranchId>,
}

impl Branch {
    /// Doubles the distance of the kept states. Those at the start, at a change and at the end stay, but if these
    /// alone are too many, every other one goes.
    fn thin(&mut self) {
        let before = self.kept.len();
        self.grid.coarsen();
        let (grid, last) = (self.grid, before - 1);
        let mut at = 0;
        self.kept.retain(|kept| {
            let stays = at == 0 || at == last || kept.is_after_change;
            at += 1;
            stays || grid.contains(kept.state.step())
        });
        if 4 * self.kept.len() > 3 * before {
            let last = self.kept.len() - 1;
            let mut at = 0;
            self.kept.retain(|_| {
                let stays = at == 0 || at == last || at % 2 == 0;
                at += 1;
                stays
            });
        }
    }
}
