//! The events that a source of runs sends.

use std::sync::Arc;

use crate::telemetry::{
    ArmProgress, BranchId, ExampleCounts, Labels, NeuronCurves, Reproduction, RunFacts, RunStatus,
    Setting, TimeMove, Until, UntilMet, WeightsSnapshot,
};

/// An event of a run: the only thing that a source sends. [`History::apply`] applies it, whichever source it is
/// from.
///
/// A source sends its events in groups, of which [`Event::Stands`] is the last: a group that has been applied is a
/// state that can be drawn.
///
/// [`History::apply`]: crate::telemetry::History::apply
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Another run has begun: every event before it is of other runs.
    Began(Arc<RunFacts>),
    /// The labels of the run have changed.
    Relabelled(Labels),
    /// The training examples are others at the present position, or their number determines other epochs.
    Recounted(ExampleCounts),
    /// The run has moved in time, or to another branch. The progress that follows describes the new position;
    /// only series continue.
    Moved(TimeMove),
    /// A branch that was not open is forgotten. The run itself has not moved.
    Dropped(BranchId),
    /// The progress of the arm of this index: its newest figures, and the readings since the event before.
    Progressed(usize, Box<ArmProgress>),
    /// How the run can be made again from the command line has changed.
    Reproducible(Arc<Reproduction>),
    /// There are new curves to draw beside a single neuron.
    Sampled(Arc<NeuronCurves>),
    /// The weights at the present position, if they are requested.
    Weighed(Arc<WeightsSnapshot>),
    /// There is a notice.
    Noticed(Notice),
    /// Where the run stands.
    Stands(RunStatus),
}

impl Event {
    /// Returns the facts of the run that these events begin, if they begin one.
    pub fn begun(events: &[Self]) -> Option<&Arc<RunFacts>> {
        events.iter().find_map(|event| match event {
            Self::Began(facts) => Some(facts),
            _ => None,
        })
    }
}

/// A one-time notification.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// A setting took effect after `step` steps.
    Set {
        /// The number of steps done when it took effect.
        step: u64,
        /// The setting.
        setting: Setting,
        /// η of every arm from then on.
        etas: Vec<f64>,
    },
    /// The same of a setting of a recorded session, which is no news.
    SetAgain {
        /// The number of steps done when it took effect.
        step: u64,
        /// The setting.
        setting: Setting,
        /// η of every arm from then on.
        etas: Vec<f64>,
    },
    /// A condition that a person has asked for is met already.
    IsMet(Until, UntilMet),
    /// A command failed, for this reason.
    Refused(String),
    /// A remark to show: `λ = 0.1, from the start`.
    Remark(String),
    /// A fact to show that nobody has just brought about: `end of the recording: the run is live from here`.
    Fact(String),
}
