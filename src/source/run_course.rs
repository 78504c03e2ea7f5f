//! The course of a run: its steps and changes, and the moves to any step that it has reached, on any branch.

use crate::experiment::Advance;
use crate::source::branch_memory::BranchMemory;
use crate::source::run::Run;
use crate::telemetry::{
    BranchFacts, BranchId, Change, LogAction, LogEvent, Notice, Setting, TimeMove, TimeTarget,
    Trajectory,
};

impl Run {
    /// Does one unit of work. In the past, the changes of the log are made again at their steps, and no reading is
    /// sent twice.
    pub(super) fn advance(&mut self, limit: u64) -> Advance {
        let step = self.experiment.step();
        let to_next = self.timeline.steps_to_next(step);
        let from = self.timeline.is_past(step).then(|| self.neurons());
        let advance = if from.is_some() {
            self.experiment.advance(limit.min(to_next), &mut ())
        } else {
            let to_next = to_next.min(self.trajectory_recorder.steps_to_next(step));
            self.experiment.advance(limit.min(to_next), &mut self.accumulator)
        };
        self.timeline.reach(&self.experiment);
        match (advance, from) {
            (Advance::Stepped, Some(from)) => {
                self.note_position(step, &from);
                self.make_due_changes();
            }
            (Advance::Stepped, None) => {
                self.position.clear();
                self.trajectory_recorder.record(&self.experiment, &mut self.accumulator);
            }
            (Advance::Evaluated, _) => self.note_evaluation(),
            (Advance::Evaluating | Advance::Finished | Advance::Stopped, _) => {}
        }
        advance
    }

    /// Makes the changes of the log that took effect at this step.
    pub(super) fn make_due_changes(&mut self) {
        while let Some(due) = self.timeline.due(self.experiment.step()) {
            if needs_settled(&due.setting) {
                self.settle();
            }
            self.begin_due_evaluation();
            let Some(change) = self.timeline.take_due(self.experiment.step()) else { break };
            let made = self.experiment.set(&change.setting);
            debug_assert!(made.is_ok(), "the log holds changes that were made");
        }
        self.recount();
    }

    /// Begins the evaluation of this step if it is due, so that it is one of the state before a change.
    fn begin_due_evaluation(&mut self) {
        while self.experiment.evaluation_is_due() {
            self.complete_evaluation();
        }
    }

    /// Finishes the evaluation under way, however long it takes, before a change that its outcome depends on.
    pub(super) fn settle(&mut self) {
        self.begin_due_evaluation();
        while self.experiment.evaluation_is_under_way() {
            self.complete_evaluation();
        }
    }

    /// Changes a setting and returns the notice to send. In the past, this begins a branch.
    pub(super) fn set(&mut self, setting: Setting) -> Notice {
        self.begin_due_evaluation();
        let is_past = self.timeline.is_past(self.experiment.step());
        if is_past || needs_settled(&setting) {
            // A branch has no part in the evaluations of another.
            self.settle();
        }
        let etas_before = self.experiment.etas().to_vec();
        if let Err(reason) = self.experiment.set(&setting) {
            return Notice::Refused(reason);
        }
        let (step, etas) = (self.experiment.step(), self.experiment.etas().to_vec());
        if is_past {
            self.fork(&setting, etas_before);
        }
        let change = Change { step, setting: setting.clone() };
        self.timeline.push(change, &self.experiment);
        self.recount();
        self.reproducible_at = None;
        self.note(LogAction::Changed(self.timeline.branch(), setting.clone()));
        self.predict_half();
        self.trajectory_recorder.record(&self.experiment, &mut self.accumulator);
        if matches!(setting, Setting::Examples(_)) {
            // Its epoch is at another step now, and costs on other examples are no measure.
            self.renew_until();
        }
        Notice::Set { step, setting, etas }
    }

    /// Adopts the learning rates of another run, if its arms have the same costs, as changes at the start.
    pub(super) fn keep_rates_of(&mut self, other: &Self) {
        let settings = other.experiment.rate_settings();
        if !self.experiment.has_costs_of(&other.experiment)
            || settings == self.experiment.rate_settings()
        {
            return;
        }
        for setting in settings {
            // What another run with these costs was set to is valid here.
            if self.experiment.set(&setting).is_ok() {
                let step = self.experiment.step();
                self.note(LogAction::Changed(self.timeline.branch(), setting.clone()));
                self.timeline.push(Change { step, setting }, &self.experiment);
            }
        }
        self.accumulator.begin_with(self.experiment.etas());
        self.predict_half();
    }

    /// Adopts the training examples of another run of the same data, as changes at the start.
    pub(super) fn keep_examples_of(&mut self, other: &Self) {
        let is_edit = |change: &&Change| matches!(change.setting, Setting::Examples(_));
        let mut edits = other.timeline.applied_changes().iter().filter(is_edit).peekable();
        if edits.peek().is_none() || !self.experiment.has_data_of(&other.experiment) {
            return;
        }
        // As when each of them is made by itself, so that a recording has the same evaluation at the start.
        self.settle();
        for change in edits {
            // What has been refused here, by a larger mini-batch, leaves the examples as they are.
            if self.experiment.set(&change.setting).is_ok() {
                let (step, setting) = (self.experiment.step(), change.setting.clone());
                self.note(LogAction::Changed(self.timeline.branch(), setting.clone()));
                self.timeline.push(Change { step, setting }, &self.experiment);
            }
        }
        self.recount();
    }

    /// Returns whether the run stands in the past of the open branch.
    pub(super) fn stands_in_past(&self) -> bool {
        self.timeline.is_past(self.experiment.step())
    }

    /// Returns the step of a target, seen from a step, as far as the open branch has come.
    pub(super) fn step_from(&self, here: u64, target: TimeTarget) -> u64 {
        self.step_named(here, target).min(self.timeline.newest())
    }

    /// Returns the step of a target, seen from a step, whether or not the run has reached it.
    pub(super) fn step_named(&self, here: u64, target: TimeTarget) -> u64 {
        let clock = self.clock();
        match target {
            TimeTarget::Start => 0,
            TimeTarget::Newest => self.timeline.newest(),
            TimeTarget::Step(step) => step,
            TimeTarget::Epoch(epoch) => clock.nearest_step(epoch),
            TimeTarget::BySteps(by) => here.saturating_add_signed(by),
            TimeTarget::ByEpochs(by) => {
                // From the middle of an epoch, the first one leads to its beginning or end.
                let whole = clock.epoch(here);
                let is_within = !clock.is_end_of_epoch(here);
                let from = if by < 0 && is_within { whole + 1 } else { whole };
                clock.end_of_epoch(from.saturating_add_signed(by))
            }
        }
    }

    /// Returns why the run cannot go to a moment that a person has named, if it has not come so far.
    pub(super) fn refusal_of(&self, target: TimeTarget) -> Option<String> {
        let (clock, newest) = (self.clock(), self.timeline.newest());
        let (unit, named, end) = match target {
            TimeTarget::Epoch(epoch) if clock.step_at(epoch).round() as u64 > newest => {
                (clock.unit(), epoch, self.epochs_to_come())
            }
            TimeTarget::Step(step) if step > newest => {
                ("step", step as f64, clock.end_of_epoch(self.epochs_to_come()))
            }
            _ => return None,
        };
        let come = if unit == "step" { newest } else { clock.epoch(newest) };
        let reached = format!("the run has come to {unit} {come}");
        Some(if named <= end as f64 && named.fract() == 0.0 {
            format!("{reached}; :until {unit}={named} trains on")
        } else {
            format!("{reached} and ends at {end}")
        })
    }

    /// Goes to a step of the open branch: from the last state that was kept before it, forward. `is_cancelled` is
    /// asked between units of work; the run then stays where it is.
    pub(super) fn go_to(&mut self, step: u64, is_cancelled: &dyn Fn() -> bool) {
        let step = step.min(self.timeline.newest());
        self.note(LogAction::WentTo(step));
        self.travel_to(step, is_cancelled);
    }

    /// Goes to a step of the open branch, which it has reached.
    fn travel_to(&mut self, step: u64, is_cancelled: &dyn Fn() -> bool) {
        self.settle();
        self.before = None;
        // The way of a neuron over the map has a stride, that of its last step.
        let before = if self.is_neurons() { step.saturating_sub(1) } else { step };
        let here = self.experiment.step();
        let kept = self.timeline.return_to(before);
        if here > before || kept.step() > here {
            self.experiment.restore(&kept);
        } else {
            self.timeline.stay_at(here);
        }
        self.make_due_changes();
        self.forward_to(before, is_cancelled);
        self.note_position(self.experiment.step(), &self.neurons());
        self.forward_to(step, is_cancelled);
        self.settle();
        self.recount();
        self.predict_half();
        self.moved.get_or_insert(TimeMove::Within);
    }

    /// Trains until this step, which has been reached before.
    fn forward_to(&mut self, step: u64, is_cancelled: &dyn Fn() -> bool) {
        while self.experiment.step() < step && !is_cancelled() {
            self.advance(step - self.experiment.step());
        }
    }

    /// Begins a branch at the present step, which is in the past, because of a change that has just been made.
    pub(super) fn fork(&mut self, setting: &Setting, etas_before: Vec<f64>) {
        let step = self.experiment.step();
        self.before = None;
        self.remember_branch();
        let fork = self.timeline.fork(step);
        self.note(LogAction::Forked { branch: fork.to, parent: fork.from });
        self.memories.retain(|memory| Some(memory.id) != fork.dropped);
        self.dropped.extend(fork.dropped);
        let clock = self.clock().clone();
        for arm in self.accumulator.arms_mut() {
            arm.reached_half = arm.reached_half.filter(|epoch| clock.end_of_epoch(*epoch) <= step);
            arm.trajectory = Trajectory::default();
        }
        self.evaluated = self
            .evaluated
            .filter(|evaluated| *evaluated <= step)
            .or_else(|| self.experiment.evaluation(0).map(|evaluation| evaluation.step));
        let mut frames = self.trajectory_recorder.frames();
        frames.retain(|frame| frame.step <= step);
        self.trajectory_recorder.replace_frames(frames);
        self.moved = Some(TimeMove::Forked(BranchFacts {
            id: fork.to,
            parent: fork.from,
            step,
            setting: setting.clone(),
            etas_before,
            etas: self.experiment.etas().to_vec(),
        }));
    }

    /// Opens another branch at its newest step. Returns whether there is one with this number.
    pub(super) fn switch_branch(&mut self, id: BranchId, is_cancelled: &dyn Fn() -> bool) -> bool {
        self.settle();
        self.remember_branch();
        let step = self.experiment.step();
        if id == self.timeline.branch() || !self.timeline.switch(id) {
            return false;
        }
        self.log.push(LogEvent { step, action: LogAction::Switched(id) });
        // The state of the other branch is none that this one can go on from.
        let start = self.timeline.return_to(0);
        self.experiment.restore(&start);
        if let Some(at) = self.memories.iter().position(|memory| memory.id == id) {
            let memory = self.memories.swap_remove(at);
            for (arm, reached) in self.accumulator.arms_mut().iter_mut().zip(memory.reached_half) {
                arm.reached_half = reached;
                arm.trajectory = Trajectory::default();
            }
            self.evaluated = memory.evaluated;
            self.trajectory_recorder.replace_frames(memory.frames);
        }
        self.travel_to(self.timeline.newest(), is_cancelled);
        self.moved = Some(TimeMove::Switched(id));
        self.reproducible_at = None;
        true
    }

    /// Keeps the record of the open branch, before another one is opened.
    fn remember_branch(&mut self) {
        let id = self.timeline.branch();
        self.memories.retain(|memory| memory.id != id);
        self.memories.push(BranchMemory {
            id,
            reached_half: self.accumulator.arms().iter().map(|arm| arm.reached_half).collect(),
            evaluated: self.evaluated,
            frames: self.trajectory_recorder.frames(),
        });
    }

    /// Forgets a branch that is not open. Returns whether there was one.
    pub(super) fn drop_branch(&mut self, id: BranchId) -> bool {
        self.memories.retain(|memory| memory.id != id);
        let is_dropped = self.timeline.drop_branch(id);
        if is_dropped {
            self.note(LogAction::Dropped(id));
            self.dropped.push(id);
        }
        is_dropped
    }

    fn is_neurons(&self) -> bool {
        self.facts.neuron_inputs().is_some()
    }
}

/// Returns whether an evaluation under way has to end before a setting changes: the end of a run decides what it stops,
/// and other examples are evaluated anew.
fn needs_settled(setting: &Setting) -> bool {
    matches!(setting, Setting::Epochs(_) | Setting::Examples(_))
}

#[cfg(test)]
mod tests;
