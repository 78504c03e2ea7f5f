//! How a run can be made again from the command line.

use std::sync::Arc;

use crate::scenario::StartSettings;
use crate::source::run::Run;
use crate::telemetry::{Change, EtaMode, Pace, Reproduction, RunCommandLine, Setting};

impl Run {
    /// Returns how the run can be made again, unless that is as it was when it was returned last.
    pub(super) fn new_reproduction(&mut self, pace: Pace) -> Option<Arc<Reproduction>> {
        if self.reproducible_at == Some(pace) {
            return None;
        }
        self.reproducible_at = Some(pace);
        Some(Arc::new(Reproduction { begin: self.command_line(pace), later: self.later_change() }))
    }

    /// Returns the command line that begins the run as it was at its first step.
    fn command_line(&self, pace: Pace) -> Result<RunCommandLine, String> {
        if self.is_recorded {
            return Err("the run has begun in a recording".to_owned());
        }
        let start = self.timeline.start();
        let (etas, evaluate) = (start.etas(), start.evaluate());
        let labels = &self.scenario;
        let settings = StartSettings { etas, evaluate, pace, labels };
        let (settings, epochs) = self.experiment.scenario().opening(&settings)?;
        let scenario = self.scenario.name.clone();
        let models = self.start.as_ref().map(|start| start.path.clone());
        let models = models.filter(|path| *path != scenario);
        Ok(RunCommandLine { scenario, settings, epochs, models })
    }

    /// Returns the first change of the open branch that a command line cannot make: the number of steps done before
    /// it, and its description.
    fn later_change(&self) -> Option<(u64, String)> {
        let start = self.timeline.start();
        let (mut epochs, evaluate) = (start.epochs(), start.evaluate());
        for Change { step, setting } in self.timeline.changes() {
            let is_at_start = *step == 0;
            let is_same = match setting {
                Setting::Eta { .. } | Setting::EtaMode { .. } | Setting::Evaluate(_) => is_at_start,
                Setting::Weight { .. } | Setting::Examples(_) => false,
                Setting::Epochs(now) => {
                    let clock = self.clock();
                    let begun = clock.epoch(*step) + u64::from(!clock.is_end_of_epoch(*step));
                    let before = std::mem::replace(&mut epochs, (*now).max(begun));
                    is_at_start || self.is_as_if_always(*step, before, evaluate)
                }
            };
            if !is_same {
                return Some((*step, self.described(*step, setting)));
            }
        }
        None
    }

    /// Returns whether the run is the same after a change of its number of epochs at this step as if it had had the
    /// new one from its start: no evaluation was made only because of the end `before`, and no arm has diverged,
    /// which is decided there.
    fn is_as_if_always(&self, step: u64, before: u64, evaluate: u64) -> bool {
        let has_ended = step >= self.clock().end_of_epoch(before);
        let is_regular = evaluate > 0 && before.is_multiple_of(evaluate);
        let mut arms = 0..self.facts.arms.len();
        (!has_ended || is_regular) && arms.all(|arm| self.experiment.divergence(arm).is_none())
    }

    /// Describes a change.
    fn described(&self, step: u64, setting: &Setting) -> String {
        let arm = |arm: usize| self.facts.arms.get(arm).map_or("an arm", |arm| arm.name.as_str());
        let what = match setting {
            Setting::Eta { arm: index, .. } => format!("η of {}", arm(*index)),
            Setting::EtaMode { mode: EtaMode::Own, .. } => "each η to its own".to_owned(),
            Setting::EtaMode { mode: EtaMode::Equal, .. } => "equal η".to_owned(),
            Setting::EtaMode { mode: EtaMode::Calibrated, .. } => "calibrated η".to_owned(),
            Setting::Weight { arm: index, .. } => format!("a weight of {}", arm(*index)),
            Setting::Epochs(_) => "the number of epochs".to_owned(),
            Setting::Evaluate(_) => "the interval of evaluations".to_owned(),
            Setting::Examples(_) => "a training example".to_owned(),
        };
        format!("{what} was set at step {step}")
    }
}
