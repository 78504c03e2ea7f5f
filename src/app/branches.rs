//! The list of branches, and the messages on what becomes of them.

use crate::app::{App, BannerKind, Effect, Overlay};
use crate::telemetry::{BranchId, Command, CourseId, Event, History, RunFacts, TimeMove};
use crate::views::ghost_names;

/// Why a ghost of an earlier run is not opened.
pub(super) const CURVES_ONLY: &str = "only its curves are kept";

impl App {
    /// Opens the list at the course that was left last.
    pub(super) fn open_branches(&mut self) {
        let last = self.shared.history.ghosts.len().checked_sub(1);
        let selected = self.listed_ghosts().iter().position(|index| Some(*index) == last);
        self.overlay = Some(Overlay::Branches { selected: selected.unwrap_or(0) });
    }

    /// Returns the indices of the ghosts in the order of the list.
    fn listed_ghosts(&self) -> Vec<usize> {
        self.shared.history.courses().into_iter().filter_map(|row| row.ghost).collect()
    }

    /// Keeps the selection of the list within it, and has the views draw the chosen ghost.
    pub(super) fn fit_branches(&mut self) {
        if let Some(Overlay::Branches { selected }) = &mut self.overlay {
            *selected = (*selected).min(self.shared.history.ghosts.len().saturating_sub(1));
        }
        self.shared.chosen_ghost = self.selected_ghost();
    }

    /// Returns the index of the ghost that is selected in the list of branches, if there is one.
    pub(super) fn selected_ghost(&self) -> Option<usize> {
        match self.overlay {
            Some(Overlay::Branches { selected }) => self.listed_ghosts().get(selected).copied(),
            _ => None,
        }
    }

    /// Returns whether a ghost is selected that cannot be opened.
    pub(super) fn selects_curves(&self) -> bool {
        self.selected_ghost().is_some_and(|index| self.branch_of(index).is_none())
    }

    /// Returns the branch of a ghost, if it can be opened.
    fn branch_of(&self, index: usize) -> Option<BranchId> {
        let history = &self.shared.history;
        let ghost = history.ghosts.get(index).filter(|ghost| history.is_openable(ghost))?;
        Some(ghost.id.branch)
    }

    /// Opens the branch that is selected in the list, which has just been closed.
    pub(super) fn open_branch(&mut self, selected: usize) -> Vec<Effect> {
        let index = self.listed_ghosts().get(selected).copied();
        let branch = index.and_then(|index| self.branch_of(index));
        branch.map(|id| Effect::Send(Command::SwitchBranch(id))).into_iter().collect()
    }

    /// Forgets the course that is selected in the list of branches. That of the run goes once the run confirms it.
    pub(super) fn drop_selected_branch(&mut self) -> Vec<Effect> {
        let Some(index) = self.selected_ghost() else { return Vec::new() };
        if let Some(id) = self.branch_of(index) {
            return vec![Effect::Send(Command::DropBranch(id))];
        }
        let words = format!("dropped {}", ghost_names(&self.shared)[index]);
        let history = &mut self.shared.history;
        history.drop_course(history.ghosts[index].id);
        self.announce(BannerKind::Done, words);
        Vec::new()
    }

    /// Returns what an event that has not been applied yet does to the ghosts, in words.
    pub(super) fn news_of(&self, event: &Event) -> Vec<String> {
        let history = &self.shared.history;
        match event {
            Event::Began(facts) => news_of_run(history, facts),
            Event::Moved(TimeMove::Forked(_)) => full(history.ghosts.len()).into_iter().collect(),
            Event::Dropped(branch) => {
                let id = CourseId { branch: *branch, ..history.open_course() };
                let at = history.ghosts.iter().position(|ghost| ghost.id == id);
                let dropped = at.map(|at| format!("dropped {}", ghost_names(&self.shared)[at]));
                dropped.into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Returns what becomes of the ghosts when another run begins, in words.
fn news_of_run(history: &History, facts: &RunFacts) -> Vec<String> {
    let ghosts = &history.ghosts;
    let Some(before) = history.facts.as_deref() else { return Vec::new() };
    if !before.has_charts_of(facts) {
        let words = format!("{}: they fit other charts", counted(ghosts.len(), "dropped"));
        let is_unexpected = before.name == facts.name && !ghosts.is_empty();
        return is_unexpected.then_some(words).into_iter().collect();
    }
    let full = full(ghosts.len()).filter(|_| history.newest > 0);
    let kept = ghosts.iter().skip(usize::from(full.is_some()));
    let branches = kept.filter(|ghost| history.is_openable(ghost)).count();
    let words = match branches {
        0 => None,
        1 => Some("1 branch is kept as curves".to_owned()),
        many => Some(format!("{many} branches are kept as curves")),
    };
    words.into_iter().chain(full).collect()
}

/// Returns how many ghosts something is done with, in words.
fn counted(ghosts: usize, done: &str) -> String {
    if ghosts == 1 { format!("1 ghost is {done}") } else { format!("{ghosts} ghosts are {done}") }
}

/// Returns the words for a ghost that has to go for another one, if there are as many as are kept.
fn full(ghosts: usize) -> Option<String> {
    let most = History::GHOSTS;
    (ghosts >= most).then(|| format!("the oldest ghost is dropped: {most} are kept"))
}
