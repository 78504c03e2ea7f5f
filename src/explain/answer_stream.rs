//! The callbacks through which an answer is refined step by step and cancelled.

/// The receiver of an answer that is refined step by step.
pub struct AnswerStream<'a, T> {
    /// A check that returns whether the answer is still needed. It is called about once a millisecond, and
    /// may block to yield the core.
    pub keep_going: &'a KeepGoing<'a>,
    /// The last refinement that is wanted.
    pub depth: RefinementDepth,
    /// The callback for each refinement.
    pub report: &'a mut (dyn FnMut(T) + Send),
}

/// The last refinement of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefinementDepth {
    /// The first one, because nothing is on the screen yet.
    Coarsest,
    /// One that takes little work, because the run goes on and the next answer is about a later state.
    BesideTraining,
    /// The finest.
    Finest,
}

/// A check that returns whether the answer is still needed.
pub(super) type KeepGoing<'a> = dyn Fn() -> bool + Sync + 'a;
