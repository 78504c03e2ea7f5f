//! One unit of the work of a run.

use crate::experiment::Advance;
use crate::source::trainer::{RunGoal, Trainer};

impl Trainer {
    /// Does one unit of work of at most so many steps.
    pub(super) fn advance(&mut self, limit: u64) {
        let Some(run) = &mut self.run else { return };
        let before = run.experiment.step();
        let advance = run.advance_until(limit);
        let steps = run.experiment.step() - before;
        self.log.reach(before + steps);
        if let Some(pacer) = &mut self.pacer {
            pacer.done(steps);
        }
        // At a slow pace the evaluation of a step is shown with it, not with the next one. A condition waits for
        // evaluations itself.
        let is_quick = run.facts.single.is_some() && run.until_watch.is_none();
        if is_quick && self.pacer.is_some() && self.shared.mailbox.is_requested() {
            run.settle();
        }
        let is_over = matches!(advance, Advance::Finished | Advance::Stopped);
        let is_there = match self.goal {
            RunGoal::Step(goal) => run.experiment.step() >= goal,
            RunGoal::Idle | RunGoal::End => false,
        };
        if is_over || run.has_met_until() || (is_there && !run.experiment.is_evaluating()) {
            self.goal = RunGoal::Idle;
            self.post();
        } else if self.shared.mailbox.is_requested() {
            self.post();
        }
    }
}
