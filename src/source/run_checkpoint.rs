//! The checkpoint of a run: what `:save` writes.

use std::path::Path;
use std::sync::Arc;

use crate::scenario::Scenario;
use crate::source::run::Run;
use crate::telemetry::{BranchId, Change, Checkpoint, LogAction, LogEvent, Pace};

impl Run {
    /// Returns a checkpoint with this pace. If `folder` is given, relative paths of data are resolved in
    /// it.
    pub(super) fn checkpoint(&self, pace: Pace, folder: Option<&Path>) -> Checkpoint {
        let arms = 0..self.scenario.arms.len();
        let mut scenario = self.altered_scenario(pace);
        if let Some(folder) = folder {
            scenario = scenario.with_data_in(folder);
        }
        let text = scenario.to_toml();
        let comment = self.start.as_ref().map(|start| start.comment(folder));
        Checkpoint {
            name: self.scenario.name.clone(),
            scenario: match comment {
                Some(comment) if !text.starts_with(&comment) => comment + &text,
                _ => text,
            },
            started_from: self.start.as_ref().map(|start| start.path.clone()),
            models: arms.map(|arm| self.experiment.model(arm)).collect(),
            log: self.log_to_here(),
        }
    }

    /// Returns a scenario with this run's start, current settings and pace.
    fn altered_scenario(&self, pace: Pace) -> Scenario {
        let mut scenario = self.scenario.clone();
        for (arm, eta) in scenario.arms.iter_mut().zip(self.experiment.etas()) {
            arm.eta = *eta;
        }
        // The run may have been extended.
        scenario.training.epochs = self.experiment.epochs();
        scenario.training.evaluate = self.experiment.evaluated_every();
        scenario.training.pace = pace;
        scenario
    }

    /// Returns the run as a log that leads to the present position; empty before the run has begun.
    fn log_to_here(&self) -> Vec<LogEvent> {
        let step = self.experiment.step();
        let Some(identity) = &self.identity_at_start else { return Vec::new() };
        let of = |change: &Change| LogEvent {
            step: change.step,
            action: LogAction::Changed(BranchId::default(), change.setting.clone()),
        };
        let began = LogEvent { step: 0, action: LogAction::Began(Arc::clone(identity)) };
        let reached = LogEvent { step, action: LogAction::Reached };
        let changes = self.timeline.applied_changes().iter().map(of);
        [began].into_iter().chain(changes).chain([reached]).collect()
    }
}
