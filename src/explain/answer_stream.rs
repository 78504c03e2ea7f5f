//! The callbacks through which an answer is refined step by step and cancelled.

/// A cancellation check, called about once a millisecond, and the callback for each refinement. The check
/// may block to yield the core.
pub(super) type AnswerStream<'a, T> = (&'a KeepGoing<'a>, &'a mut (dyn FnMut(T) + Send));

/// A check that returns whether the answer is still needed.
pub(super) type KeepGoing<'a> = dyn Fn() -> bool + Sync + 'a;
