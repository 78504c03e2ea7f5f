//! The interface of a source of runs.

use crate::source::checkpointer::Checkpointer;
use crate::telemetry::{Answer, Command, Event};

/// A source of runs: it sends events, and may take commands and answer questions.
///
/// Training is one source; the files of another trainer can be another. What a run can do stands in its facts
/// ([`RunFacts::abilities`](crate::telemetry::RunFacts::abilities)), which the views read. No method blocks.
pub trait Source {
    /// Returns the events since the last call, in the order in which they are to be applied.
    fn take(&self) -> Vec<Event>;

    /// Requests events as soon as possible. A run that is idle, or sends them anyway, may ignore this.
    fn request_events(&self);

    /// Sends a command. Returns `false` if it is not received: too many wait, or the source takes none.
    fn send(&self, command: Command) -> bool;

    /// Returns the newest answer to the question sent last, if there is a new one.
    fn answer(&self) -> Option<Answer>;

    /// Returns a handle that requests checkpoints from any thread, if the source has models.
    fn checkpointer(&self) -> Option<Checkpointer>;
}
