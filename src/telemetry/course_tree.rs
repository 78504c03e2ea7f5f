//! The order of the courses of a run in a list: as the tree that its branches are.

use crate::telemetry::{BranchId, CourseId, Ghost, History, ancestors};

/// A row of the list of courses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CourseRow {
    /// The index of its ghost; `None` is the open course.
    pub ghost: Option<usize>,
    /// The number of listed branches that it came from.
    pub depth: usize,
}

impl History {
    /// Returns the open course and all ghosts: the branches of the run, each below the nearest one that it came
    /// from and that is still there, and then the earlier runs, the last one first.
    pub fn courses(&self) -> Vec<CourseRow> {
        let ghosts = self.ghosts.iter().enumerate();
        let mut rows: Vec<(Vec<BranchId>, CourseRow)> = ghosts
            .filter(|(_, ghost)| self.is_openable(ghost))
            .map(|(index, ghost)| (ghost.id.branch, Some(index)))
            .chain([(self.branch, None)])
            .map(|(branch, ghost)| {
                let path = self.listed_ancestors(branch);
                let depth = path.len() - 1;
                (path, CourseRow { ghost, depth })
            })
            .collect();
        // Branches have numbers in the order in which they began.
        rows.sort_by(|(one, _), (other, _)| one.cmp(other));
        let is_earlier = |ghost: &Ghost| !self.is_openable(ghost);
        let earlier = (0..self.ghosts.len()).rev().filter(|index| is_earlier(&self.ghosts[*index]));
        let earlier = earlier.map(|index| CourseRow { ghost: Some(index), depth: 0 });
        rows.into_iter().map(|(_, row)| row).chain(earlier).collect()
    }

    /// Returns the branches that a branch came from and that are there, and the branch itself, which is the last.
    fn listed_ancestors(&self, branch: BranchId) -> Vec<BranchId> {
        let is_there = |id: BranchId| {
            let course = CourseId { branch: id, ..self.open_course() };
            id == self.branch || self.ghosts.iter().any(|ghost| ghost.id == course)
        };
        // One that began later than the branch has no part in it, although the branch was made while it was open.
        let fork = |id: BranchId| self.branches.iter().find(|branch| branch.id == id);
        let has_part = |(id, until): &(BranchId, u64)| fork(*id).is_none_or(|at| at.step <= *until);
        let path = ancestors(&self.branches, branch).into_iter().filter(has_part);
        let mut path: Vec<BranchId> = path.map(|(id, _)| id).filter(|id| is_there(*id)).collect();
        path.reverse();
        path
    }
}

#[cfg(test)]
mod tests {
    use super::CourseRow;
    use crate::telemetry::{
        BranchFacts, BranchId, CourseId, Event, History, RunStatus, Setting, TimeMove,
    };

    /// Begins a branch of the open one, and trains on.
    fn fork(history: &mut History, id: u32, step: u64) {
        let facts = BranchFacts {
            id: BranchId(id),
            parent: history.branch,
            step,
            setting: Setting::Epochs(1),
            etas_before: Vec::new(),
            etas: Vec::new(),
        };
        history.apply(Event::Moved(TimeMove::Forked(facts)));
        history.apply(Event::Stands(RunStatus { step: 20, newest: 20, ..RunStatus::default() }));
    }

    fn branches(history: &History) -> Vec<(u32, usize)> {
        let branch = |row: &CourseRow| {
            row.ghost.map_or(history.branch, |index| history.ghosts[index].id.branch)
        };
        history.courses().iter().map(|row| (branch(row).0, row.depth)).collect()
    }

    #[test]
    fn a_branch_stands_below_the_nearest_one_that_it_came_from() {
        let mut history = History::default();
        (1..=3).for_each(|id| fork(&mut history, id, 10));
        history.apply(Event::Moved(TimeMove::Switched(BranchId(1))));
        fork(&mut history, 4, 10);
        assert_eq!(branches(&history), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 2)]);
        history.apply(Event::Dropped(BranchId(2)));
        assert_eq!(branches(&history), [(0, 0), (1, 1), (3, 2), (4, 2)]);
        history.drop_course(CourseId::default());
        assert_eq!(branches(&history), [(1, 0), (3, 1), (4, 1)]);
    }

    #[test]
    fn a_branch_that_leaves_before_another_began_does_not_stand_below_it() {
        let mut history = History::default();
        for (id, step) in [(1, 15), (2, 17), (3, 12)] {
            fork(&mut history, id, step);
        }
        assert_eq!(branches(&history), [(0, 0), (1, 1), (2, 2), (3, 1)]);
    }
}
